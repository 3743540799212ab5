/* SPDX-License-Identifier: ISC */
#ifndef STORE_SELECT_H
#define STORE_SELECT_H

/* Part of store/store.h, where the rules stand. */
#include "json/reader.h"

struct store;

/*
 * Which rows of a list, in which order: what clients send as `query`, `sort`,
 * `offset` and `count` (api/v1.md section 3.5), for lists that have a table of
 * fields.  Nothing that a client sends becomes SQL: names are looked up in the
 * table, values are bound.  A list that would look at more than SELECT_ROWS
 * rows, because no index serves it, is refused.
 */
enum {
	SELECT_ROWS = 10000,
	SELECT_VALUES = 64,
	SELECT_DEPTH = 4,
	SELECT_TERMS = 64, /* conditions of a query */
	SELECT_SORTS = 8,
};

enum select_type {
	SELECT_TEXT = 1,
	SELECT_NUMBER,
	SELECT_BOOL,
	SELECT_TIME, /* ms; clients send {"$date":ms}, ISO 8601 or ms */
};

struct select_field {
	const char *name; /* as clients have it; ends with a row without */
	enum select_type type;
	const char *sql;   /* a column, or the begin of a subselect */
	const char *tail;  /* and its end: ")"; NULL: a plain column */
	bool privileged;   /* only for those who may see it */
	const char *known; /* of a subselect: not NULL where there is one */
};

enum select_fault { SELECT_FINE = 0, SELECT_QUERY, SELECT_SORT };

struct select_value {
	enum select_type type;
	struct str text;
	int64_t number;
};

struct select {
	const struct select_field *fields;
	bool privileged; /* the caller may use fields of that kind */
	int64_t offset;
	int64_t limit;    /* -1: all */
	struct str where; /* NO_STR: all */
	struct str order; /* NO_STR: as the list has it */
	struct select_value value[SELECT_VALUES];
	size_t count;
	bool cut; /* was refused: too many rows to look at */
	/* for lists of users: the rows of those who are there, in JSON, and
	 * whether all others are left out anyway */
	struct str online;
	bool only_online;
	int64_t me;    /* the row of who asks: some marks are nobody else's */
	int64_t steps; /* for the store */
};

/* Both must be objects, or JSON_NONE for nothing. */
enum select_fault select_query(
    struct select *, struct arena *, struct json query);
enum select_fault select_sort(struct select *, struct arena *, struct json);
/* One of these is about who is there: select.online is needed. */
bool select_asks_online(const struct select *);
/*
 * For a list that is no table: an array of objects in JSON, each with a number
 * "n" that is its key, in their order.  1, 0 as any list that is too long, -1.
 */
int select_json(struct store *, struct arena *, struct select *,
    struct str array, int64_t **keys, size_t *n, int64_t *total);

#endif
