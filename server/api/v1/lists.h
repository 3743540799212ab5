/* SPDX-License-Identifier: ISC */
#ifndef SERVER_API_V1_LISTS_H
#define SERVER_API_V1_LISTS_H

/* Part of server/api/v1/v1.h: lists in pages (list.c, room_items.c, sync.c). */
#include "server/api/api.h"

enum { FIELDS_MOST = 24, PAGE_LIMIT = 100 };

/* The parameters of a list, for its row. */
#define LISTED "offset? count? sort? fields? query?"
/* A parameter of the query that holds a JSON object; JSON_NONE if it is not
 * there.  False: it is none. */
bool asked_object(struct req *, const char *name, struct json *);
/* What an autocomplete asks for, {"term":...}: 0, or -1 and answered. */
int selector_of(struct req *, struct json *);

/* What the client's `fields` keep or leave out. */
struct fields {
	struct str name[FIELDS_MOST];
	size_t count;
	bool keep; /* else these are left out */
};

struct listing;
/* Writes the items of these keys to stream.out, each between item_begin and
 * item_end: 1 or -1. */
typedef int item_writer(struct listing *, struct server *, struct arena *,
    const int64_t *keys, size_t n);

/*
 * A page of a list: keys first, then the rows in batches as they are sent, so
 * that "all" is no bigger in memory than a page.
 */
struct listing {
	struct stream stream; /* first */
	struct fields fields;
	struct select select; /* only until the reply begins */
	int64_t *keys;
	size_t count, next, batch;
	int64_t total;    /* told behind the items, with count and offset */
	const char *more; /* another name that the count has, or NULL */
	int64_t me;       /* row of the caller */
	int64_t room;     /* row, or 0: what the writer of items needs */
	struct str me_id, room_id; /* of these, in stream.mem */
	bool full;                 /* privileged fields are shown */
	struct str tail;           /* an object whose members stand for those */
	item_writer *items;
};

/*
 * Reads offset, count, sort, query and fields: NULL when answered.  The
 * fields are those of the table; privileged ones count if full is set.
 */
struct listing *list_new(
    struct req *, const struct select_field *, bool full, item_writer *);
/* The same where `query` is no selector. */
struct listing *list_plain(
    struct req *, const struct select_field *, bool full, item_writer *);
/* The same for a call that reads its own parameters: no counts, no fields. */
struct listing *list_bare(struct req *, item_writer *);
/* One more condition, an object as in `query`, beside the client's: 0, or -1
 * and answered, as if it were wrong there. */
int list_narrow(struct req *, struct listing *, struct json);
/* What the store's answer was (keys, count, total are filled): writes the
 * head of the reply and lets the rest come. */
int list_reply(struct req *, struct listing *, const char *name, int found);
/* Rooms; with what was said last, for who may read it. */
item_writer room_items, room_items_last;
/* "update", of what stands in keys, and "remove": of this kind, since then. */
int sync_reply(
    struct req *, struct listing *, enum gone_kind, int64_t since, int found);
/* updatedSince, -1 if it is absent: 0, or -1 and answered. */
int updated_since(struct req *, const char *code, const char *text, int64_t *);
size_t item_begin(struct listing *);
void item_end(struct listing *, size_t mark);

#endif
