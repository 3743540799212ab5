/* SPDX-License-Identifier: ISC */
#ifndef STORE_HOOKS_H
#define STORE_HOOKS_H

/* Part of store/store.h, where the rules stand. */
#include "json/arena.h"
#include "store/select.h"

struct store;

/*
 * Integrations: incoming ones speak where a script posts to their address,
 * outgoing ones tell another machine what happens.
 */
struct hook {
	int64_t row;
	struct str id, name;
	bool outgoing, enabled;
	int64_t user; /* row: whom it speaks as */
	struct str user_id, username;
	struct str token; /* incoming: its digest in hex; outgoing: itself */
	struct str extra; /* alias, urls, event and so on: a JSON object */
	int64_t maker;    /* row, 0: the command line, or gone */
	struct str maker_id, maker_name;
	int64_t created, updated;
	struct str channels; /* as read: ["#dev","@ada"] */
};

/* One of: a room, the direct room with somebody, all of a kind. */
struct hook_place {
	int64_t hook, room, user; /* rows */
	struct str word;
};

/* Fills row.  0: the id is taken. */
int hook_add(
    struct store *, struct hook *, const struct hook_place *, size_t n);
/* All that may change, and its places if there are any. */
int hook_set(
    struct store *, const struct hook *, const struct hook_place *, size_t n);
int hook_set_enabled(struct store *, int64_t hook, bool, int64_t now);
int hook_delete(struct store *, int64_t hook);
int hook_by_id(struct store *, struct arena *, struct str, struct hook *);
/* An outgoing one that goes to this address. */
int hook_by_url(struct store *, struct arena *, struct str, struct hook *);
int hooks_by_rows(struct store *, struct arena *, const int64_t *rows, size_t n,
    struct hook **, size_t *count);
/* Outgoing ones that are enabled, at most limit. */
int hooks_listening(struct store *, struct arena *, size_t limit,
    struct hook **, size_t *count);
/* How many outgoing ones there are. */
int hooks_outgoing(struct store *, int64_t *count);
/* Of one, or (0) of all that hooks_listening tells of. */
int hook_places(struct store *, struct arena *, int64_t hook,
    struct hook_place **, size_t *count);

enum hook_list {
	HOOKS_ALL,
	HOOKS_OF_ROOM, /* those of the room, */
	HOOKS_OF_WORD, /* and with all of its kind */
};
extern const struct select_field hook_fields[];
/* maker: only what this user made, 0: of anybody. */
int hooks_select(struct store *, struct arena *, struct select *,
    enum hook_list, int64_t room, struct str word, int64_t maker,
    int64_t **rows, size_t *n, int64_t *total);

/* What is to be told, and what became of it. */
struct delivery {
	int64_t row, hook;
	int64_t room; /* where an answer is posted, 0: nowhere */
	struct str id, event, url, sent;
	int64_t at, due; /* due 0: it is over */
	int64_t tries, status;
	struct str answer, error;
	int64_t updated;
	struct str hook_id; /* as read */
};

enum { DELIVERIES_WAITING = 1000, DELIVERIES_KEPT = 1000 };

/* 0: the hook is gone, or too many of it wait. */
int delivery_add(struct store *, const struct delivery *);
/* The next of each hook that listens, waiting or not yet due: rows of
 * deliveries, and when they are due, the first first. */
struct delivery_turn {
	int64_t row, hook, due;
};
int deliveries_next(
    struct store *, struct arena *, struct delivery_turn **, size_t *count);
int delivery_by_row(
    struct store *, struct arena *, int64_t row, struct delivery *);
/* What became of a try: due, tries, status, answer, error, updated.  When it
 * is over, old ones of the hook are forgotten. */
int delivery_tried(struct store *, const struct delivery *);
/* Of one hook, the newest first. */
extern const struct select_field delivery_fields[];
int deliveries_select(struct store *, struct arena *, struct select *,
    int64_t hook, int64_t **rows, size_t *n, int64_t *total);
int deliveries_by_rows(struct store *, struct arena *, const int64_t *rows,
    size_t n, struct delivery **, size_t *count);

#endif
