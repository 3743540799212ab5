/* SPDX-License-Identifier: ISC */
#ifndef SERVER_CONN_H
#define SERVER_CONN_H

#include "server/out.h"
#include "server/server.h"

struct park;
struct stream;
struct tls;

/* Where a connection is in its life; each has its own deadline. */
enum conn_state {
	CONN_HANDSHAKE = 1, /* TLS */
	CONN_OPEN,
	CONN_LINGER, /* answered, sending is shut: read until they close */
	CONN_CLOSED, /* waits for the end of the turn */
};

enum conn_list { LIST_FLUSH, LIST_AGAIN, LIST_STREAMS, LIST_BUSY, LIST_HELD,
	CONN_LISTS };

/*
 * A conversation.  It owns no buffer while nothing is under way: bytes are
 * read into the server's scratch buffer and only what is left of a request
 * that is not whole yet is kept (with the parser's state) until it is.
 */
struct conn {
	struct watch watch; /* first: the loop hands it back */
	struct timer timer;
	struct server *srv;
	struct conn *next, **prev; /* of all */
	struct conn *in_list[CONN_LISTS];
	uint8_t listed; /* a bit for each list it is in */
	uint8_t state;
	bool redirects;   /* answers nothing but where HTTPS is */
	bool local;       /* came by a Unix socket */
	bool eof;         /* they will send no more */
	bool last;        /* the answer at hand is the last */
	bool stalled;     /* reads nothing: its answers are not taken */
	bool in_body;     /* the head of the request under way stands */
	bool ipv6;
	uint8_t addr[16];
	uint32_t turn_number; /* the turn of the loop that `turn` is of */
	uint16_t turn;    /* requests in it */
	uint16_t held;    /* replies that wait for COMMIT */
	uint64_t held_heads; /* a bit for each of them that answers HEAD */

	struct tls *tls;
	char *in; /* bytes of the request under way, if any */
	uint32_t in_len, in_cap;
	struct http *http; /* its parser's state, if any */
	int64_t since;     /* when it began */
	struct out out;
	size_t counted; /* of out.len, in server.queued */
	int64_t progress; /* when some of it was taken last */
	struct park *park;
	struct stream *stream;
};

/* A connection that was accepted; takes the descriptor. */
void conn_open(struct server *, int fd, struct listener *, bool ipv6,
    const void *addr);
/* Gone at once; what was queued is dropped. */
void conn_close(struct conn *);
/* Memory of the connections that closed in this turn. */
void conn_bury(struct server *);
/* Send what is ready. */
void conn_flush(struct conn *);
/* Go on with requests that are already here: after a park, a stall, a turn. */
void conn_resume(struct conn *);
/* What to wait for next, and until when. */
void conn_settle(struct conn *);
void conn_enlist(struct conn *, enum conn_list);
/* The first of the list, taken off it; NULL if it is empty. */
struct conn *conn_pull(struct server *, enum conn_list);
struct queue *conn_queue(struct server *, enum conn_list);
/* "192.0.2.1", "2001:db8::1" or "unix". */
struct str conn_address(const struct conn *, struct arena *);

/* Queue a finished reply: head and body.  Fills in the framing headers. */
struct reply {
	int status;
	struct str type;    /* NO_STR: application/json */
	struct str headers; /* more lines, each with its CRLF */
	struct str body;
	bool head_only;     /* HEAD */
	bool close;
	bool chunked;       /* the body's end is not known yet */
	int version;        /* of the request, 10 or 11 */
	bool keep_asked;    /* 1.0 and asked to keep alive */
};
void conn_reply(struct conn *, const struct reply *);

#endif
