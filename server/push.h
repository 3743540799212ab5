/* SPDX-License-Identifier: ISC */
#ifndef SERVER_PUSH_H
#define SERVER_PUSH_H

#include "server/out.h"
#include "server/who.h"

/*
 * Who listens to what: the one place that knows (design.md section 5).  An
 * ear listens to rooms, and has a place in each: the key of the last message
 * that it was given.  What it is given next is read from there, so nothing is
 * lost or doubled between history and what is new, whoever wrote it.
 *
 * After the COMMIT, what the store has told of (store_watch) is read once for
 * each room and written once in each format that somebody listens in; ears of
 * the room are woken, and take the finished bytes as long as they are there;
 * who is late reads from the store.  A turn costs what the touched rooms have
 * of ears, and nothing for all others.
 *
 * Rights: an ear that is woken is judged before it is given anything if there
 * was reason to doubt since.  Token, membership and room are looked at then.
 */
struct push;
struct topic;
struct ear;

/* What may happen in a room. */
enum push_kind {
	PUSH_NEW,     /* a message */
	PUSH_CHANGED, /* a message that was there before */
	PUSH_GONE,    /* a message: its id is all there is */
	PUSH_ROOM,    /* the room itself, its members, their roles */
	PUSH_KINDS
};

struct push_event {
	enum push_kind kind;
	const struct room *room;       /* its face: no counts, no times */
	const struct message *message; /* PUSH_NEW, PUSH_CHANGED */
	struct str id;                 /* of the message */
};

/* How an event is spelled (server/spell.c); each twice: as it is, and as a
 * chunk of HTTP/1.1. */
enum push_format {
	PUSH_TEXT,
	PUSH_TEXT_ROOMS, /* with the room's name */
	PUSH_RAW,
	PUSH_JSON,
	PUSH_SSE,
	PUSH_SSE_ROOMS, /* its ids are numbers (store/follow.h) */
	PUSH_FORMATS
};

/* One place of an ear. */
struct sub {
	struct topic *topic;
	struct ear *ear;
	struct sub *next, **prev; /* of the topic */
	int64_t at;               /* the key of the last message it was given */
	uint64_t seen;            /* and the last item of the topic */
};

/* Lives in its owner, which has room for its subs behind it. */
struct ear {
	struct push *push;
	struct ear *next, **prev;           /* of all */
	struct ear *same_next, **same_prev; /* whose tokens begin alike */
	/* It should look: there is something new, or doubt about it. */
	void (*wake)(struct ear *);
	void *owner;             /* for that */
	uint8_t key[SHA256_LEN]; /* of the token, or of the password's record */
	int64_t user;
	uint32_t judged; /* push.epoch when its rights were seen */
	uint8_t format, subs;
	bool chunked;
	bool by_token;
	bool system;   /* also messages of the system */
	uint8_t kinds; /* bits of enum push_kind, PUSH_NEW always */
	struct sub sub[];
};

enum { EAR_ROOMS = 16 };

struct push *push_new(struct server *);
void push_free(struct push *);
size_t push_ears(const struct push *);

/*
 * The ear, zeroed but for wake, format, chunked, system and kinds, listens to
 * these rooms for that session, from these places on.  1, or -1 broken.
 */
int ear_open(struct push *, struct ear *, const struct session *,
    const struct room *, const int64_t *places, size_t n);
void ear_close(struct ear *);
/* May it still hear all that it listens to?  1, 0, -1. */
int ear_judge(struct ear *);
/*
 * The place that it resumes from, for clients: the id of the last message it
 * was given, "~" and its number where there are several rooms, "all" if
 * there is none: 1 or -1.
 */
int ear_resumes(struct ear *, struct arena *, struct str *since);
/* It must be judged before it is given anything. */
bool ear_doubted(const struct ear *);
/* How many messages are behind its places, by the keys. */
int64_t ear_behind(const struct ear *);

/*
 * What is next, as finished bytes: 1 and *blob (its owner is push), 0 nothing
 * is new, 2 it is so far behind that it must read from the store.  Places
 * move along.
 */
int ear_take(struct ear *, struct blob **blob);
/*
 * Some of what is behind its places, in order, from the store; places move
 * along, in front of each call (places in rooms that have nothing to show
 * move too).  each answers false to stop.  1 there is more, 0 that was all,
 * -1.
 */
int ear_read(struct ear *, struct arena *,
    bool (*each)(void *, const struct push_event *), void *);

/* ---- for the server ---- */

/* All that is known may be otherwise: another process wrote, or changes were
 * taken back. */
void push_forget(struct push *);
/* Somebody's rights may be others: all ears will be judged. */
void push_doubt(struct push *);
/* This token has ended. */
void push_token_ended(struct push *, const uint8_t hash[SHA256_LEN]);
/* After the COMMIT: read what is new, wake who listens. */
void push_turn(struct push *);

#endif
