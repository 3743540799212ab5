/* SPDX-License-Identifier: ISC */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "http/head.h"
#include "json/buf.h"
#include "server/conf.h"
#include "server/helper.h"
#include "server/loop.h"
#include "server/timer.h"
#include "store/store.h"

struct conn;
struct listener;
struct routes;
struct who;
struct tls_context;
struct tls_shared;
struct throttle;
struct presence;
struct push;
struct names;
struct sweep;
struct files;
struct rooms;
struct options;
struct outgoing;
struct limits;

/* A list of connections that wait for the same thing, in order. */
struct queue {
	struct conn *first, *last;
};

/* Connections of one age, the longest so first (server/conn.h). */
enum conn_age { AGE_NONE, AGE_SHAKING, AGE_IDLE, AGE_ASKING, AGE_OWING, AGES };

struct aged {
	struct conn *first, *last;
};

/* The replies of a turn that wait for its COMMIT (server/tick.h). */
struct tick {
	bool dirty;           /* a writing row has run: replies are held */
	struct queue held;    /* connections with held replies */
	int64_t closed_until; /* after a failed COMMIT: no writes till then */
	int64_t disk_seen;    /* when the free space was looked at */
	bool disk_full;       /* below the reserve */
};

/* Everything there is once; handed down, never global. */
struct server {
	struct conf *conf;
	struct arena *conf_mem; /* of the settings' strings */
	struct store *db;
	struct loop loop;
	struct wheel wheel;
	struct helper *helper;
	struct routes *routes;
	struct who *who;            /* sessions, roles, Basic */
	struct throttle *logins;    /* failures of (account, address) */
	struct throttle *addresses; /* failures of an address */
	struct throttle *accounts;  /* failures of an account, slowly */
	struct throttle *known;     /* logged in within 30 days, from there */
	struct throttle *sends;     /* messages of a user */
	struct presence *presence;
	struct rooms *rooms;       /* what is asked of them all the time */
	struct options *options;   /* settings of the API */
	struct limits *limits;     /* calls from each address */
	struct names *names;       /* members of big rooms, as bytes */
	struct outgoing *outgoing; /* NULL: is off */
	struct sweep *sweep;       /* old messages leave */
	struct push *push;         /* who listens to what */
	struct files *files;       /* what people send (server/files.h) */
	struct tick tick;

	int64_t mono; /* ms, monotonic: for deadlines */
	int64_t now;  /* ms since 1970: for the store */
	int64_t date_second;
	/* header lines that every reply has; the last is SERVER_NO_STORE */
	char common[512];
	size_t common_len;

	/* connections (server/conn.h) */
	struct conn *conns;  /* all */
	struct conn *graves; /* closed in this turn */
	struct queue flush, again, streams, relief;
	struct aged aged[AGES];
	struct queue busy;  /* parked: the database was busy */
	int64_t busy_retry; /* when they are tried again */
	size_t count, handshakes;
	uint32_t shake_turn;  /* the turn of the loop that `shakes` is of */
	unsigned shakes;      /* handshakes in it */
	size_t queued;        /* memory of all out-queues */
	size_t input;         /* memory of all requests under way */
	uint32_t turn_number; /* of the loop */
	unsigned turn_left;   /* requests that may still run in it */
	size_t turn_bytes;    /* and bytes that they may still answer */
	int64_t turn_us;      /* and when that has taken for long enough */
	struct listener *listeners;
	struct tls_shared *tls_shared; /* if anything listens on https */
	struct tls_context *tls;
	struct addresses *per_address;
	int spare_fd; /* given up when descriptors run out */

	/* one request at a time: these serve them all */
	struct arena mem;
	struct buf body, head;
	struct http http;
	char *scratch; /* SCRATCH bytes to read into */
	bool stopping, reload, moved;
	int64_t stop_at;               /* stopping: when patience ends */
	int64_t next_minute, next_day; /* mono */
	int64_t relieved; /* when queues were looked at for the slowest */
};

enum { SCRATCH = 64 * 1024 };

#define SERVER_NO_STORE "Cache-Control: no-store\r\n"

/* All copies of what the store holds: it changed behind our back. */
void server_forget(struct server *);
/* The monotonic clock, at this moment. */
int64_t server_us(void);
/* What comes anew, what is here already and long replies have a share of the
 * turn each, so that none waits for long behind the others: the next one
 * begins, or it is used up and the rest goes on in the next turn. */
void server_share(struct server *);
bool server_tired(const struct server *);
/* Now and the Date line, once a turn. */
void server_clock(struct server *);
/* The disk is below its reserve: new content is refused (looked at once a
 * second). */
bool disk_full(struct server *);

#endif
