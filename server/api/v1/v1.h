/* SPDX-License-Identifier: ISC */
#ifndef SERVER_API_V1_V1_H
#define SERVER_API_V1_V1_H

/*
 * All that a handler of /api/v1/ sees (api/v1.md section 3): the envelope,
 * the shared look-ups, paging.  A noun is a file; a family of rooms is a row
 * in a table.
 */
#include "server/api/api.h"
#include "server/docs.h"
#include "server/trim.h"

#define V1 "/api/v1/"

/* ---- envelope (envelope.c) ---- */

/* The reply's object; v1_end closes it with "success":true and answers 0. */
void v1_begin(struct req *);
int v1_end(struct req *);
/* Nothing but success. */
int v1_done(struct req *);
/* A broken store, else success: what most deeds end with. */
int v1_did(struct req *, int done);

/* ---- look-ups (lookup.c): 0, or -1 and answered ---- */

/* Channels, groups and direct rooms have the same calls in other words. */
struct family {
	const char *prefix; /* of the row's path: "channels." */
	char type;
	const char *one;      /* the reply's key: "channel" */
	const char *many;     /* "channels" */
	const char *said;     /* in errors: "channel", "private group" */
	const char *any;      /* "does not match any channel" */
	const char *no_param; /* the code when no room is named */
	enum permission create, erase, leave, add_to_any;
};
/* By the path of the row; NULL: of none. */
const struct family *family_of(const struct req *);

/* userId, username or user. */
int need_user(struct req *, struct user *);
/* The same, but nobody named is oneself. */
int need_user_or_me(struct req *, struct user *);
bool names_user(const struct req *);
/*
 * roomId or roomName, of the row's family; in rooms.* of any kind.  One that
 * the caller may not know of is not found.  Counts and times are current.
 */
int need_room(struct req *, struct room *);
/* The room of this id (not its name), to be read by the caller; the answer
 * to all others is this error. */
int need_room_id(struct req *, struct str id, const char *code,
    const char *text, struct room *);
/* 1: a member, filled; 0: none; -1: answered. */
int membership_of(struct req *, const struct room *, struct member *);
/* May the caller read it?  A channel by right, else by membership: 1, 0, or
 * -1 and answered. */
int may_read(struct req *, const struct room *);
/* Not archived. */
int need_alive(struct req *, const struct room *);

/* ---- messages (chat_common.c): 0, or -1 and answered ---- */

/* The message of this id, where the caller may read it, and its room; the
 * answer to all others is this error. */
int need_message(struct req *, struct str id, const char *code,
    const char *text, struct message *, struct room *);
/* Text, trimmings and thread of a message to come. */
int need_say(struct req *, const struct room *, struct json from,
    struct str text, bool names, struct say *);
/* "message": it as it is now, for the caller; then success. */
int message_reply(struct req *, const struct room *, struct str id);
/* Array of messages, count, offset, total, success. */
int messages_reply(struct req *, const char *name, const struct message *,
    size_t n, const struct page *, int64_t total);
/* A client's id of a message fits: 1-64 of A-Za-z0-9_-. */
bool message_id_fits(struct str);
/* What the caller may do with it (by right, or their own within its time). */
int need_editable(struct req *, const struct room *, const struct message *);
int need_deletable(struct req *, const struct room *, const struct message *);
/* offset and count from the query, within bounds; usual: without a count. */
void page_of(struct req *, int64_t usual, struct page *);

/* ---- accounts (accounts.c): 0, or -1 and answered ---- */

/* The reply with the user as they are now. */
int v1_user(struct req *, int64_t row, bool full);
int name_taken(struct req *, struct str what);
int need_username(struct req *, struct str);
int need_email(struct req *, struct str);
/* What `data` of users.update and updateOwnBasicInfo may set. */
int profile_change(struct req *, const struct user *, struct json data);
/* If they are an admin, there is another one. */
int need_other_admin(struct req *, const struct user *);
int account_delete(struct req *, const struct user *);

/* ---- lists (list.c) ---- */

enum { FIELDS_MOST = 24, PAGE_LIMIT = 100 };

/* The parameters of a list, for its row. */
#define LISTED "offset? count? sort? fields? query?"
/* What an autocomplete asks for, {"term":...}: 0, or -1 and answered. */
int selector_of(struct req *, struct json *);

/* What the client's `fields` keep or leave out. */
struct fields {
	struct str name[FIELDS_MOST];
	size_t count;
	bool keep; /* else these are left out */
};

/*
 * A page of a list: keys first, then the rows in batches as they are sent, so
 * that "all" is no bigger in memory than a page.
 */
struct listing {
	struct stream stream; /* first */
	struct fields fields;
	struct select select; /* only until the reply begins */
	int64_t *keys;
	size_t count, next;
	int64_t total;
	const char *more; /* another name that the count has, or NULL */
	int64_t me;       /* row of the caller */
	int64_t room;     /* row, or 0: what the writer of items needs */
	bool full;        /* privileged fields are shown */
	/* Writes the items of these keys to stream.out, each between
	 * item_begin and item_end: 1 or -1. */
	int (*items)(struct listing *, struct server *, struct arena *,
	    const int64_t *keys, size_t n);
};

/*
 * Reads offset, count, sort, query and fields: NULL when answered.  The
 * fields are those of the table; privileged ones count if full is set.
 */
struct listing *list_new(struct req *, const struct select_field *, bool full,
    int (*items)(struct listing *, struct server *, struct arena *,
	const int64_t *keys, size_t n));
/* What the store's answer was (keys, count, total are filled): writes the
 * head of the reply and lets the rest come. */
int list_reply(struct req *, struct listing *, const char *name, int found);
size_t item_begin(struct listing *);
void item_end(struct listing *, size_t mark);

#endif
