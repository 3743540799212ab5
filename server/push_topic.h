/* SPDX-License-Identifier: ISC */
#ifndef SERVER_PUSH_TOPIC_H
#define SERVER_PUSH_TOPIC_H

#include "server/push.h"

/* Between push.c and ear.c. */
enum {
	TOPIC_BUCKETS = 1024,
	EAR_BUCKETS = 256, /* a byte of the token's digest */
	PUSH_SLOTS = 2 * PUSH_FORMATS,
};

/* Something new, in each format that was listened in when it came. */
struct item {
	enum push_kind kind;
	bool system;
	uint64_t serial; /* of all items of its topic, without a gap */
	int64_t pk, number;
	struct blob *blob[PUSH_SLOTS];
};

/* A room that somebody listens to. */
struct topic {
	struct topic *next; /* of its bucket */
	int64_t row;
	struct room room; /* its face */
	char *text;       /* of the face */
	bool gone;
	struct sub *sub;
	int64_t head;      /* the newest message that was told of */
	int64_t base;      /* what is behind this is among the items */
	struct item *item; /* in order */
	size_t items, room_for;
	uint64_t serial;             /* of the last item */
	unsigned format[PUSH_SLOTS]; /* how many listen in it */
	unsigned kinds[PUSH_KINDS];  /* and to what */

	struct topic *dirty_next;
	bool dirty, moved, doubted, forgot;
	int64_t *changed; /* keys */
	size_t changes;

	struct topic *warm, **warm_prev; /* those that keep items */
	int64_t warmed;
};

struct push {
	struct server *srv;
	struct topic *topic[TOPIC_BUCKETS];
	struct topic *dirty, *warm;
	struct ear *first, *walk;
	struct ear *same[EAR_BUCKETS];
	size_t ears;
	size_t bytes;   /* of all items */
	uint32_t epoch; /* of doubt */
	struct arena mem;
	struct timer timer;
	bool stopping; /* all have been told so */
};

struct topic *topic_find(struct push *, int64_t room);
/* Made if there is none; NULL: the store is broken. */
struct topic *topic_of(struct push *, int64_t room);
/* The clock runs while anybody listens. */
void push_wind(struct push *);
/* Nobody listens any more. */
void topic_drop(struct push *, struct topic *);

#endif
