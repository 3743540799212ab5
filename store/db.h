/* SPDX-License-Identifier: ISC */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>

#include "store/store.h"

/*
 * Between the files of the store.  A question is a literal in the function
 * that asks it; its slot, given once per literal, is all that is static: the
 * handle belongs to the store, so one process may open several in turn.
 */
enum { STATEMENTS = 128, SEQUENCE_BITS = 40 };

struct stmt {
	const char *sql;
	int slot; /* 0: none yet */
};

#define SQL(text)                                                              \
	{                                                                      \
		text, 0                                                        \
	}

struct store {
	sqlite3 *db;
	char dir[4096];
	sqlite3_stmt *prepared[STATEMENTS];
	bool dirty; /* we opened a transaction */
	bool lost;  /* and the engine rolled it back */
	int64_t *unsearched; /* messages whose search rows wait */
	size_t waiting, room, mark; /* mark: how many at the savepoint */
	int64_t version;            /* PRAGMA data_version */
	int64_t newest;
	int wal_pages;
	char trouble[256];
};

/* The statement, reset and ready to be bound; NULL is broken. */
sqlite3_stmt *stmt(struct store *, struct stmt *);
void bind_str(sqlite3_stmt *, int, struct str); /* absent: NULL */
struct str col_str(sqlite3_stmt *, int, struct arena *);
/* 1: a row stands, to be read and then reset; 0 no row; -1. */
int one_row(struct store *, sqlite3_stmt *);
/* The next of many: 1, 0 at the end (reset), -1. */
int next_row(struct store *, sqlite3_stmt *);
/* For writes: 1 if rows changed, 0 if none did or a name is taken, -1. */
int write_row(struct store *, sqlite3_stmt *);
/* The same with numbers for ?1 and, if the statement has it, ?2. */
int change(struct store *, struct stmt *, int64_t, int64_t);
/* A write with RETURNING: 1 a row stands, to be read and then reset. */
int one_written(struct store *, sqlite3_stmt *);
/* A single number: 1, 0 none, -1. */
int one_number(struct store *, sqlite3_stmt *, int64_t *);
int run(struct store *, const char *sql); /* 1 or -1 */
int broken(struct store *);               /* notes the trouble: -1 */

/* Rows of a list, 64 bits each, in the arena. */
int list_numbers(
    struct store *, sqlite3_stmt *, struct arena *, int64_t **, size_t *);
int list_names(struct store *, sqlite3_stmt *, struct arena *, struct str **,
    size_t *);
/* [1,2,3] and ["a","b"], to bind for json_each. */
struct str json_numbers(struct arena *, const int64_t *, size_t);
struct str json_names(struct arena *, const struct str *, size_t);
/* A list of anything: room for one more in the arena. */
void *grown(struct arena *, void *list, size_t n, size_t size);

/* The message's text is to be found by search, at the tick's end. */
void search_later(struct store *, int64_t pk);
/* It is to be found no more: its text, as it was. */
int search_forget(struct store *, int64_t pk, struct str text);

/* Ordered: entry i brings user_version from i to i + 1. */
struct migration {
	const char *sql;
};
int schema_bring(struct store *, const struct migration *, int count,
    char *why, size_t why_size);
extern const struct migration migrations[];
extern const int migration_count;

#endif
