/* SPDX-License-Identifier: ISC */
/* The transaction of a turn, its savepoints, its end. */
#include "store/db.h"

#include <assert.h>

#include "json/mem.h"

enum { CHECKPOINT_PAGES = 1000, RESTART_PAGES = 16000 };

static struct stmt begin_tick = SQL("BEGIN IMMEDIATE");
static struct stmt commit_tick = SQL("COMMIT");
static struct stmt rollback_tick = SQL("ROLLBACK");
static struct stmt begin_request = SQL("SAVEPOINT request");
static struct stmt keep_request = SQL("RELEASE request");
static struct stmt undo_request = SQL("ROLLBACK TO request");

static int
do_it(struct store *s, struct stmt *what)
{
	sqlite3_stmt *q = stmt(s, what);

	return next_row(s, q) < 0 ? -1 : 1;
}

bool
store_dirty(const struct store *s)
{
	return s->dirty;
}

bool
store_lost(const struct store *s)
{
	return s->lost;
}

void
store_watch(struct store *s,
    void (*touched)(void *, int64_t, enum store_change, int64_t), void *arg)
{
	assert(s->watchers < STORE_WATCHERS);
	s->watcher[s->watchers].touched = touched;
	s->watcher[s->watchers++].arg = arg;
}

static void
tell(struct store *s, int64_t room, enum store_change what, int64_t pk)
{
	int i;

	s->touching = true;
	for (i = 0; i < s->watchers; i++)
		s->watcher[i].touched(s->watcher[i].arg, room, what, pk);
}

void
touch(struct store *s, int64_t room, enum store_change what)
{
	tell(s, room, what, 0);
}

void
touch_message(struct store *s, int64_t pk)
{
	tell(s, pk >> SEQUENCE_BITS, STORE_MESSAGES, pk);
}

/* Kept in memory for the tick, and written down at its end. */
int
next_number(struct store *s, int64_t *number)
{
	if (!s->number && store_tally(s, "numbers", &s->number) != 1)
		return -1;
	*number = ++s->number;
	return 1;
}

static int
number_write(struct store *s)
{
	static struct stmt ask =
	    SQL("UPDATE tally SET n = ?1 WHERE name = 'numbers'");

	return s->number ? change(s, &ask, s->number, 0) : 1;
}

/* What the caches know may have been taken back. */
static void
took_back(struct store *s)
{
	s->epoch++;
	touch(s, 0, STORE_ROOM);
}

void
lose(struct store *s)
{
	if (!s->dirty || s->lost)
		return;
	s->lost = true;
	took_back(s);
}

/* Once open, a transaction must be able to end. */
int
steps_prepare(struct store *s)
{
	return stmt(s, &begin_tick) && stmt(s, &commit_tick) &&
		       stmt(s, &rollback_tick) && stmt(s, &begin_request) &&
		       stmt(s, &keep_request) && stmt(s, &undo_request)
		   ? 1
		   : -1;
}

static int
begin(struct store *s)
{
	sqlite3_stmt *q = stmt(s, &begin_tick);
	int rc = q ? sqlite3_step(q) : SQLITE_ERROR;

	if (rc != SQLITE_DONE && (rc & 255) != SQLITE_BUSY)
		broken(s);
	sqlite3_reset(q);
	if ((rc & 255) == SQLITE_BUSY)
		return 0;
	s->dirty = rc == SQLITE_DONE;
	s->number = 0; /* another process may have moved it */
	return s->dirty ? 1 : -1;
}

int
store_mark(struct store *s)
{
	bool first = !s->dirty;
	int done;

	if (s->lost)
		return -1;
	if (first && (done = begin(s)) != 1)
		return done;
	s->mark = s->waiting;
	s->touching = false;
	if (do_it(s, &begin_request) == 1)
		return 1;
	if (first) /* nobody will come to end it */
		store_rollback(s);
	return -1;
}

int
store_keep(struct store *s)
{
	if (!s->lost && do_it(s, &keep_request) == 1)
		return 1;
	lose(s);
	return -1;
}

void
store_undo(struct store *s)
{
	s->waiting = s->mark;
	if (s->touching)
		took_back(s);
	if (!s->lost &&
	    (do_it(s, &undo_request) < 0 || do_it(s, &keep_request) < 0))
		lose(s); /* or the COMMIT would keep it */
}

/* ---- the end ---- */

/* While it is open, reads would see what was never kept. */
static void
rollback(struct store *s)
{
	if (do_it(s, &rollback_tick) < 0 && !sqlite3_get_autocommit(s->db))
		mem_none(); /* only memory can be the cause */
}

void
store_rollback(struct store *s)
{
	if (s->dirty && !sqlite3_get_autocommit(s->db))
		rollback(s);
	if (s->dirty)
		took_back(s);
	s->dirty = s->lost = false;
	s->waiting = 0;
}

int
store_commit(struct store *s)
{
	if (!s->dirty)
		return 0;
	if (s->lost || search_write(s) < 0 || number_write(s) < 0 || s->lost ||
	    do_it(s, &commit_tick) < 0) {
		store_rollback(s);
		s->doubtful = true;
		return -1;
	}
	s->dirty = s->doubtful = false;
	s->waiting = 0;
	return 1;
}

int
store_moved(struct store *s)
{
	static struct stmt ask = SQL("PRAGMA data_version");
	int64_t version = 0;

	if (one_number(s, stmt(s, &ask), &version) != 1)
		return -1;
	if (version == s->version)
		return 0;
	s->version = version;
	s->to_go = true;
	took_back(s);
	return 1;
}

uint32_t
store_epoch(const struct store *s)
{
	return s->epoch;
}

/*
 * After a failed COMMIT the log may end in whole frames that were taken back
 * here, but that a crash would bring to life: they are cut off, or written
 * over by the next COMMIT.  Otherwise the next try comes when the log has
 * grown again, since a reader may keep it from beginning anew.
 */
int
store_checkpoint(struct store *s)
{
	int how = s->doubtful                    ? SQLITE_CHECKPOINT_TRUNCATE
		  : s->wal_pages > RESTART_PAGES ? SQLITE_CHECKPOINT_RESTART
						 : SQLITE_CHECKPOINT_PASSIVE;
	int rc;

	assert(!s->dirty);
	if (s->checkpoint_at < CHECKPOINT_PAGES)
		s->checkpoint_at = CHECKPOINT_PAGES;
	if (s->wal_pages < s->checkpoint_at && !s->doubtful)
		return 0;
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, how, NULL, NULL);
	s->checkpoint_at = s->wal_pages + CHECKPOINT_PAGES;
	if (rc == SQLITE_OK && s->doubtful) {
		s->doubtful = false;
		s->wal_pages = 0;
	}
	return rc == SQLITE_OK || (rc & 255) == SQLITE_BUSY ? 1 : broken(s);
}

int
newest_load(struct store *s)
{
	static struct stmt ask =
	    SQL("SELECT max(coalesce((SELECT max(clock) FROM room), 0), "
		"coalesce((SELECT max(used) FROM token WHERE script = 0), 0))");

	return one_number(s, stmt(s, &ask), &s->newest);
}

int64_t
store_newest(const struct store *s)
{
	return s->newest;
}

int
store_check(struct store *s, struct arena *mem, struct str *report)
{
	static struct stmt whole = SQL("PRAGMA integrity_check(20)");
	static struct stmt keys = SQL("PRAGMA foreign_key_check");
	struct str *lines, line;
	size_t i, n;
	sqlite3_stmt *q;
	int fine, more;

	*report = STR("");
	if (list_names(s, stmt(s, &whole), mem, &lines, &n) < 0)
		return -1;
	fine = n == 1 && str_eq(lines[0], STR("ok"));
	for (i = 0; !fine && i < n; i++)
		*report = arena_fmt(
		    mem, "%.*s%.*s\n", STR_ARGS(*report), STR_ARGS(lines[i]));
	q = stmt(s, &keys);
	while ((more = next_row(s, q)) == 1 && report->len < 4096) {
		line = col_view(q, 0);
		*report = arena_fmt(mem,
		    "%.*sa row of %.*s names one that is not there\n",
		    STR_ARGS(*report), STR_ARGS(line));
	}
	sqlite3_reset(q);
	return more < 0 ? -1 : report->len ? 0 : 1;
}
