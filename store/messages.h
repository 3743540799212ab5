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
	/* as read: */
	struct str thread_id; /* the id of that one */
	unsigned marks;       /* what of these there is: the store's own */
	struct str reactions; /* {":x:":{"usernames":[..]}} */
	struct str stars;     /* rows of users: [3,17] */
	struct str followers; /* ids of users: a JSON array */
	int64_t replies, replied; /* answers, and when the last came */
	int64_t pinned;           /* when, or 0 */
	struct str pinner_id, pinner_name;
};

/* By its id in whatever room; rid is filled. */
int message_by_id(struct store *, struct arena *, struct str, struct message *);
/* The place of an id in the room, of a deleted one, too. */
int message_place(struct store *, const struct room *, struct str id, int64_t *);
/* Another text; urls, mentions and extra go with it. */
int message_edit(struct store *, const struct message *old,
    const struct message *fresh, int64_t editor, int64_t now);
int message_delete(struct store *, const struct message *, int64_t now);
/* By is the user's row; 0 unpins. */
int message_pin(struct store *, const struct message *, int64_t by, int64_t now);
/* Adds or takes away: 0 is so already. */
int message_react(struct store *, const struct message *, int64_t user,
    struct str emoji, bool on, int64_t now);
int message_reacted(
    struct store *, const struct message *, int64_t user, struct str emoji);
int message_star(
    struct store *, const struct message *, int64_t user, bool on, int64_t now);
int message_follow(
    struct store *, const struct message *, int64_t user, bool on, int64_t now);
/* The thread has one answer more; its author and the answer's follow it. */
int thread_answered(
    struct store *, const struct message *root, const struct message *answer);
/* Who is mentioned (rows): in their list, and counted if they are members. */
int message_mention(
    struct store *, const struct message *, const int64_t *users, size_t n);
int message_report(struct store *, struct str id, const struct message *,
    int64_t user, struct str text, int64_t now);

/* Pages of a room's messages of one sort, newest first unless said. */
enum message_sort {
	MESSAGES_PINNED,
	MESSAGES_STARRED,   /* by the user */
	MESSAGES_MENTIONED, /* the user is */
	MESSAGES_ROOTS,     /* that have answers: the newest answer first */
	MESSAGES_FOLLOWED,  /* of these, those that the user follows */
	MESSAGES_ANSWERS,   /* of a thread: oldest first */
	MESSAGES_DISCUSSIONS,
};
int messages_sorted(struct store *, struct arena *, const struct room *,
    enum message_sort, int64_t user, int64_t thread, int64_t offset,
    int64_t limit, struct message **, size_t *count, int64_t *total);
/* Changed after that time, and still there; ids of those that are not. */
int messages_changed(struct store *, struct arena *, const struct room *,
    int64_t since, struct message **, size_t *count);
struct lost {
	struct str id;
	int64_t at;
};
int messages_gone(struct store *, struct arena *, const struct room *,
    int64_t since, int64_t offset, int64_t limit, struct lost **,
    size_t *count, int64_t *total);

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
