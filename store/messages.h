/* SPDX-License-Identifier: ISC */
#ifndef STORE_MESSAGES_H
#define STORE_MESSAGES_H

/* Part of store/store.h, where the rules stand. */
#include "json/arena.h"
#include "store/select.h"

struct store;
struct room;

struct message {
	int64_t pk;           /* room row << 40 | sequence: the order */
	int64_t number;       /* grows over all rooms */
	int64_t room, author; /* rows */
	struct str id, rid;
	struct str text;
	struct str type; /* of a system message, else NO_STR */
	/* compact JSON arrays, NO_STR: none */
	struct str urls, mentions, channels;
	struct str extra; /* what else it says (alias, attachments, ...): the
			     members of a JSON object with its braces */
	struct str author_id, author_name, author_full;
	struct str editor_id, editor_name;
	int64_t sent, updated, edited; /* edited 0: never */
	bool to_crowd;                 /* says @all or @here */
	int64_t thread;                /* key of the message it answers, 0 */
	/* as read: */
	struct str thread_id;     /* the id of that one */
	unsigned marks;           /* what of these there is: the store's own */
	struct str reactions;     /* {":x:":{"usernames":[..]}} */
	struct str stars;         /* rows of users: [3,17] */
	struct str followers;     /* ids of users: a JSON array */
	int64_t replies, replied; /* answers, and when the last came */
	int64_t pinned;           /* when, or 0 */
	struct str pinner_id, pinner_name;
	struct str discussion; /* id of the room that began there */
	int64_t said_there, last_there;
};

/* By its id in whatever room; rid is filled. */
int message_by_id(struct store *, struct arena *, struct str, struct message *);
/* The place of an id in the room, of a deleted one, too. */
int message_place(
    struct store *, const struct room *, struct str id, int64_t *);
/* Another text; urls, mentions, channels and extra go with it. */
int message_edit(struct store *, const struct message *old,
    const struct message *fresh, int64_t editor, int64_t now);
int message_delete(struct store *, const struct message *, int64_t now);
/* By is the user's row; 0 unpins. */
int message_pin(
    struct store *, const struct message *, int64_t by, int64_t now);
/* Adds or takes away: 0 is so already. */
int message_react(struct store *, const struct message *, int64_t user,
    struct str emoji, bool on, int64_t now);
int message_reacted(
    struct store *, const struct message *, int64_t user, struct str emoji);
/* How many others than this one there are at it. */
int message_emojis(
    struct store *, const struct message *, struct str but, int64_t *n);
int message_star(
    struct store *, const struct message *, int64_t user, bool on, int64_t now);
int message_follow(
    struct store *, const struct message *, int64_t user, bool on, int64_t now);
/* The thread has one answer more; its author, the answer's and who is named
 * there (rows) follow it. */
int thread_answered(struct store *, const struct message *root,
    const struct message *answer, const int64_t *named, size_t n);
/* Who is mentioned (rows): in their list, and counted if they are members. */
int message_mention(
    struct store *, const struct message *, const int64_t *users, size_t n);
/* Others than before (it still has the old list): nobody is told. */
int message_mention_again(
    struct store *, const struct message *, const int64_t *users, size_t n);
/* Its files go; what it says beside its text is this. */
int message_strip(
    struct store *, const struct message *, struct str extra, int64_t now);
/* A discussion begins there: the room that has it as its parent_message. */
int message_begins(struct store *, const struct message *, int64_t now);

/*
 * Pages of a room's messages of one sort, newest first unless said, with a
 * client's selector: keys, and how many there are in all; the messages of
 * such keys.
 */
enum message_sort {
	MESSAGES_ALL,
	MESSAGES_PINNED,
	MESSAGES_STARRED,   /* by the user */
	MESSAGES_MENTIONED, /* the user is */
	MESSAGES_ROOTS,     /* that have answers: the newest answer first */
	MESSAGES_FOLLOWED,  /* of these, those that the user follows */
	MESSAGES_UNREAD,    /* and of these, with answers that are not read */
	MESSAGES_ANSWERS,   /* of a thread: oldest first */
	MESSAGES_DISCUSSIONS,
};
struct message_list {
	enum message_sort sort;
	int64_t user, thread; /* row, key */
	struct str text;      /* of roots and discussions: says this */
};
extern const struct select_field message_fields[];
int messages_sorted(struct store *, struct arena *, struct select *,
    const struct room *, const struct message_list *, int64_t **keys, size_t *n,
    int64_t *total);
int messages_select(struct store *, struct arena *, struct select *,
    const struct room *, int64_t **keys, size_t *n, int64_t *total);
int messages_by_keys(struct store *, struct arena *, const struct room *,
    const int64_t *keys, size_t n, struct message **, size_t *count);

/*
 * Appends to the room: fills pk, and sent (at least now, growing strictly
 * in the room); the room's counts move along.  0: the id is taken.
 */
int message_add(struct store *, struct message *, int64_t now);

/* Newest first.  Times are bounds that the page stays inside of. */
struct page {
	int64_t oldest, latest; /* oldest < sent < latest; 0: no bound */
	bool inclusive;         /* <= */
	bool no_answers; /* of keys: but those shown in the room, too; looked
			    for among the newest 10,000 */
	size_t offset, limit;
};
int message_page(struct store *, struct arena *, const struct room *,
    const struct page *, struct message **, size_t *count);
int message_page_keys(struct store *, struct arena *, const struct room *,
    const struct page *, int64_t **keys, size_t *count);

/* What a page's times hold before this key: how many (10,000 are counted), and
 * the first of them.  0: nothing. */
int message_before(struct store *, struct arena *, const struct room *,
    const struct page *, int64_t key, int64_t *count, struct message *first);

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
	int64_t after;  /* key: newer ones only; 0: all */
	size_t limit;
	bool cut;
	int64_t room;
	int64_t until; /* monotonic: all rooms that are looked at share it */
};
int message_search(struct store *, struct arena *, const struct room *,
    struct search *, int64_t **keys, size_t *count);

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
/*
 * Of a room's messages between two times, those that are meant: deleted, or
 * only without their files.  At most limit, out of a bounded number that is
 * looked at, the oldest first: 1 there may be more from next on, 0.
 */
struct cleaning {
	struct page when;
	const int64_t *authors; /* rows */
	size_t author_count;    /* 0: anybody */
	bool files_only, keep_pinned, keep_threads;
	struct str stripped; /* what is said in place of files */
	size_t limit, count; /* count: so many were */
	int64_t next;        /* a time */
};
int message_clean(struct store *, struct arena *, const struct room *,
    struct cleaning *, int64_t now);

#endif
