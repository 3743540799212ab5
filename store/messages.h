/* SPDX-License-Identifier: ISC */
#ifndef STORE_MESSAGES_H
#define STORE_MESSAGES_H

/* Part of store/store.h, where the rules stand. */
#include "json/arena.h"

struct store;
struct room;

struct message {
	int64_t pk;           /* room row << 40 | sequence: the order */
	int64_t room, author; /* rows */
	struct str id, rid;
	struct str text;
	struct str type;           /* of a system message, else NO_STR */
	struct str urls, mentions; /* compact JSON arrays, NO_STR: none */
	struct str extra; /* what else it says (alias, attachments, ...): the
			     members of a JSON object with its braces */
	struct str author_id, author_name, author_full;
	struct str editor_id, editor_name;
	int64_t sent, updated, edited; /* edited 0: never */
	bool to_crowd;                 /* says @all or @here */
	int64_t thread;                /* key of the message it answers, 0 */
};

/*
 * Appends to the room: fills pk, and sent (at least now, growing strictly
 * in the room); the room's counts move along.  0: the id is taken.
 */
int message_add(struct store *, struct message *, int64_t now);

/* Newest first.  Times are bounds that the page stays inside of. */
struct page {
	int64_t oldest, latest; /* oldest < sent < latest; 0: no bound */
	bool inclusive;         /* <= */
	size_t offset, limit;
};
int message_page(struct store *, struct arena *, const struct room *,
    const struct page *, struct message **, size_t *count);

/* Places of messages deleted before then are forgotten, at most limit: 1
 * there may be more, 0. */
int places_sweep(struct store *, int64_t before, size_t limit);

/*
 * Newest first, never ranked: messages of the room that hold all words (in
 * quotes: a phrase; the last word may go on).  A search that would take long
 * is cut short, and then has the newest of what there is.
 */
struct search {
	struct str text;
	int64_t before; /* key: older ones only; 0: from the newest on */
	size_t limit;
	bool cut;
	int64_t room;
};
int message_search(struct store *, struct arena *, const struct room *,
    struct search *, struct message **, size_t *count);

/*
 * Deletes at most limit messages of a room (0: of all) by an author (0: by
 * anybody), the oldest first, so that nobody waits long for a great many.
 * Starts zeroed but for these; done moves along.  1 there may be more, 0.
 */
struct purge {
	int64_t room, author; /* rows */
	int64_t before;       /* of a room: sent before this; 0: any */
	size_t limit;
	int64_t done; /* key of the last one */
	int64_t end;  /* and of the first that stays */
	size_t count; /* deleted so far */
};
int message_purge(struct store *, struct arena *, struct purge *, int64_t now);

#endif
