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
enum { STATEMENTS = 1024, SEQUENCE_BITS = 40 };

struct stmt {
	const char *sql;
	int slot; /* 0: none yet */
};

#define SQL(text)       \
	{               \
		text, 0 \
	}

struct store {
	sqlite3 *db;
	char dir[4096];
	sqlite3_stmt *prepared[STATEMENTS];
	bool dirty; /* we opened a transaction */
	bool lost;  /* and it cannot be kept: the engine rolled it back */
	int64_t *unsearched;        /* messages whose search rows wait */
	size_t waiting, room, mark; /* mark: how many at the savepoint */
	int64_t version;            /* PRAGMA data_version */
	int64_t newest;
	int wal_pages;     /* in the log */
	int checkpoint_at; /* so many are moved into the file */
	bool doubtful;     /* the log's end may hold what was taken back */
	uint32_t epoch;    /* for store_epoch */
	struct {
		void (*touched)(void *, int64_t, enum store_change, int64_t);
		void *arg;
	} watcher[STORE_WATCHERS];
	int watchers;
	int64_t number; /* of the newest message; 0: not read in this tick */
	struct splitter *splitter; /* of texts to words */
	struct select *select; /* the list that pays for what has() looks at */
	bool to_go;            /* digests may wait for their bytes to go */
	bool touching;         /* something was touched since the mark */
	char trouble[256];
};

/* The statement, reset and ready to be bound.  NULL is broken: binding to it
 * does nothing, and running it answers -1. */
sqlite3_stmt *stmt(struct store *, struct stmt *);
void bind_str(sqlite3_stmt *, int, struct str); /* absent: NULL */
/* A column, good until the next step; without memory the process ends, for
 * what is absent is something else. */
struct str col_view(sqlite3_stmt *, int);
struct str col_str(sqlite3_stmt *, int, struct arena *);
/* 1: a row stands, to be read and then reset; 0 no row; -1. */
int one_row(struct store *, sqlite3_stmt *);
/* The next of many: 1, 0 at the end (reset), -1. */
int next_row(struct store *, sqlite3_stmt *);
/* For writes: 1 if rows changed, 0 if none did or a name is taken, -1. */
int write_row(struct store *, sqlite3_stmt *);
/* The same with numbers for ?1 and, if the statement has it, ?2. */
int change(struct store *, struct stmt *, int64_t, int64_t);
/* A single number: 1, 0 none, -1. */
int one_number(struct store *, sqlite3_stmt *, int64_t *);
int run(struct store *, const char *sql); /* 1 or -1 */
int broken(struct store *);               /* notes the trouble: -1 */
void lose(struct store *); /* the tick: nothing of it will be kept */
/* What only memory could fail is made at the start. */
int steps_prepare(struct store *);
int newest_load(struct store *);

/* For store_tally: what is counted became so many more. */
int tally(struct store *, struct str name, int by);

/* Rows of a list, 64 bits each, in the arena. */
int list_numbers(
    struct store *, sqlite3_stmt *, struct arena *, int64_t **, size_t *);
int list_names(
    struct store *, sqlite3_stmt *, struct arena *, struct str **, size_t *);
/* [1,2,3] and ["a","b"], to bind for json_each. */
struct str json_numbers(struct arena *, const int64_t *, size_t);
struct str json_names(struct arena *, const struct str *, size_t);
/* A list of anything: room for one more in the arena. */
void *grown(struct arena *, void *list, size_t n, size_t size);

/*
 * What a list is taken from (store/select.h): literals, with the values of
 * :1, :2, ... in where.  The rows' keys come first and are looked up in a
 * second question, so that a long offset costs no more than the index.
 * Answers 1, 0 when the selector costs too much (sel->cut), -1.
 */
/* The places of select.me and select.online in a field: "?98" and "?99", behind
 * all values. */
enum { SELECT_ME = 98, SELECT_ONLINE };

/* So many steps of the engine are a list's: a row is some 32 of them. */
enum { SELECT_STEPS = SELECT_ROWS * 32 };
/* has(), REGEXP and paid() for questions; before REGEXP's piece: where it is
 * to be (store/match.c). */
enum { MATCH_ANYWHERE = '.', MATCH_END = '$' };
int match_prepare(struct store *);

/* store/words.c */
struct buf;
int words_prepare(struct store *);
void words_free(struct store *);
/* What matches a word that was typed to its end or may go on: 1, -1. */
int words_going_on(struct store *, struct buf *, struct str word);

#define FROM_TEXT "?65" /* behind the values of a selector */
struct select_from {
	const char *key;    /* "u.row" */
	const char *tables; /* "FROM user u" */
	const char *where;  /* "u.username IS NOT NULL" */
	const char *order;  /* where the client has no wish */
	int64_t value[4];
	size_t values;
	int64_t total;   /* of all without a selector, if it is known; or -1 */
	struct str text; /* the value of FROM_TEXT */
	bool dear;       /* where is a client's wish, too, and may cost */
};
int select_rows(struct store *, struct arena *, struct select *,
    const struct select_from *, int64_t **keys, size_t *n);
int select_total(
    struct store *, struct select *, const struct select_from *, int64_t *);

/* For store_watch. */
void touch(struct store *, int64_t room, enum store_change);
/* A message that was there before is another, or gone. */
void touch_message(struct store *, int64_t pk);
/* The number of the next message: they grow, whatever the room (tick.c). */
int next_number(struct store *, int64_t *number);

/* The message's text is to be found by search, at the tick's end. */
void search_later(struct store *, int64_t pk);
/* It is to be found no more: its text, as it was. */
int search_forget(struct store *, int64_t pk, struct str text);
/* Its text has become another one. */
int search_again(struct store *, int64_t pk, struct str text);
/* A message goes: what hangs on it in other tables goes before. */
int marks_drop(struct store *, const struct message *, int64_t now);
/* At the end of the tick. */
int search_write(struct store *);

/* The keys that the page's times leave: from, and the first behind. */
int key_range(struct store *, const struct room *, const struct page *,
    int64_t *from, int64_t *to);
/* A room's keys begin here; those of the next room end them. */
int64_t first_key(int64_t room);
int64_t now_ms(void); /* monotonic */

/* Ordered: entry i brings user_version from i to i + 1. */
struct migration {
	const char *sql;
};
int schema_bring(struct store *, const struct migration *, int count, char *why,
    size_t why_size);
extern const struct migration migrations[];
extern const int migration_count;

#endif
