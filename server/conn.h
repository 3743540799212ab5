/* SPDX-License-Identifier: ISC */
#ifndef SERVER_CONN_H
#define SERVER_CONN_H

#include "server/out.h"
#include "server/route.h"
#include "server/server.h"

struct intake;
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

/* What it waits for the server to do. */
enum conn_list {
	LIST_FLUSH,   /* something may be sent */
	LIST_AGAIN,   /* go on with requests that are here already */
	LIST_STREAMS, /* make more of a long reply */
	LIST_BUSY,    /* parked: the database was busy */
	LIST_HELD,    /* replies wait for the COMMIT */
	LIST_RELIEF,  /* all queues together are too long */
	CONN_LISTS
};

/* Held replies of one connection: a bit each, and one more for a refusal. */
enum { HELD_MOST = 63 };

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
	struct conn *older, *newer; /* of its age */
	int64_t aged;               /* since when it is of that age */
	uint8_t age;                /* enum conn_age */
	uint8_t listed;             /* a bit for each list it is in */
	uint8_t state;
	bool redirects; /* answers nothing but where HTTPS is */
	bool local;     /* came by a Unix socket */
	bool eof;       /* they will send no more */
	bool last;      /* the answer at hand is the last */
	bool stalled;   /* reads nothing: its answers are not taken */
	bool in_body;   /* the head of the request under way stands */
	bool go_ahead;  /* and 100 Continue is owed for it */
	bool ipv6;
	uint8_t addr[16];
	uint32_t turn_number; /* the turn of the loop that `turn` is of */
	uint32_t turn;        /* requests in it */
	uint16_t held;        /* replies that wait for COMMIT */
	uint64_t held_heads;  /* a bit for each of them that answers HEAD */
	uint64_t held_olds;   /* and for each that confirms 1.0's keep-alive */
	uint64_t held_styles[2]; /* and the two bits of each one's style */

	struct tls *tls;
	char *in; /* bytes of the request under way, if any */
	uint32_t in_len, in_cap;
	struct http *http; /* its parser's state, if any */
	int64_t since;     /* when it began, its body began, or idleness */
	int64_t paused;    /* stalled: since when; its deadlines wait */
	struct out out;
	size_t counted; /* of out.cost, in server.queued */
	struct park *park;
	struct stream *stream;
	struct intake *intake; /* its body goes to disk (server/intake.h) */
};

/* A connection that was accepted; takes the descriptor. */
void conn_open(
    struct server *, int fd, struct listener *, bool ipv6, const void *addr);
/* Gone at once; what was queued is dropped. */
void conn_close(struct conn *);
/* The same, with a word of farewell where TLS wants one. */
void conn_end(struct conn *);
/* Memory of the connections that closed in this turn; all: also of those that
 * a list still names, at the end. */
void conn_bury(struct server *, bool all);
/* Send what is ready. */
void conn_flush(struct conn *);
/* Go on with requests that are already here: after a park, a stall, a turn. */
void conn_resume(struct conn *);
/* What to wait for next, and until when. */
void conn_settle(struct conn *);
/* Its deadline may have moved. */
void conn_arm(struct conn *);

/* ---- in line (server/lists.c) ---- */

void conn_enlist(struct conn *, enum conn_list);
/* Act on those that are listed now, in order; each leaves the list before.
 * Who is enlisted meanwhile waits for the next time. */
void conn_each(struct server *, enum conn_list, void (*)(struct conn *));
/* From now on it is of that age, the newest. */
void conn_age(struct conn *, enum conn_age);
/* The one that has been of that age for longest, if for so many ms; NULL. */
struct conn *conn_oldest(const struct server *, enum conn_age, int64_t least);
/* The memory of its queue has changed. */
void conn_count(struct conn *);
/* All queues together are too long: then who owes, that is has not taken all
 * its answers, gets no more of them. */
bool conn_over(const struct server *);
bool conn_owes(const struct conn *);

/* ---- bytes in (server/input.c) ---- */

/* It can be read: bytes to requests, as many as may run now. */
void input_read(struct conn *);
/* Requests out of the bytes that were kept. */
void input_resume(struct conn *);
/* Drop the request under way. */
void input_forget(struct conn *);
/* Nobody reads these: they come after the last answer. */
void input_discard(struct conn *);

/* "192.0.2.1", "2001:db8::1" or "unix". */
struct str conn_address(const struct conn *, struct arena *);

/* Queue a finished reply: head and body.  Fills in the framing headers. */
struct reply {
	int status;
	enum style style;   /* of who asked: how a failure is worded */
	struct str type;    /* NO_STR: application/json */
	struct str headers; /* more lines, each with its CRLF */
	struct str body;
	struct blob *shared; /* NULL, or what stands in place of the body */
	bool head_only;      /* HEAD */
	bool close;
	bool kept;    /* headers say how long it may be kept */
	bool chunked; /* the body's end is not known yet */
	bool sized;   /* this is the begin of so much: */
	int64_t length;
	int version;     /* of the request, 10 or 11 */
	bool keep_asked; /* 1.0 and asked to keep alive */
};
void conn_reply(struct conn *, const struct reply *);

#endif
