/* SPDX-License-Identifier: ISC */
/* The transaction of a turn, its savepoints, its search rows, its end. */
#include "store/db.h"

#include <assert.h>

#include "json/mem.h"

enum { CHECKPOINT_PAGES = 1000, RESTART_PAGES = 16000 };

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

static int
begin(struct store *s)
{
	static struct stmt ask = SQL("BEGIN IMMEDIATE");
	sqlite3_stmt *q = stmt(s, &ask);
	int rc = q ? sqlite3_step(q) : SQLITE_ERROR;

	if (rc != SQLITE_DONE && (rc & 255) != SQLITE_BUSY)
		broken(s);
	sqlite3_reset(q);
	if ((rc & 255) == SQLITE_BUSY)
		return 0;
	s->dirty = rc == SQLITE_DONE;
	return s->dirty ? 1 : -1;
}

int
store_mark(struct store *s)
{
	static struct stmt ask = SQL("SAVEPOINT request");
	int done;

	if (s->lost)
		return -1;
	if (!s->dirty && (done = begin(s)) != 1)
		return done;
	s->mark = s->waiting;
	return do_it(s, &ask);
}

int
store_keep(struct store *s)
{
	static struct stmt ask = SQL("RELEASE request");

	return s->lost ? -1 : do_it(s, &ask);
}

void
store_undo(struct store *s)
{
	static struct stmt back = SQL("ROLLBACK TO request");
	static struct stmt release = SQL("RELEASE request");

	s->waiting = s->mark;
	if (!s->lost && do_it(s, &back) == 1)
		do_it(s, &release);
}

/* ---- search rows ---- */

void
search_later(struct store *s, int64_t pk)
{
	if (s->waiting == s->room) {
		s->room = s->room ? s->room * 2 : 64;
		s->unsearched =
		    mem_resize(s->unsearched, s->room * sizeof *s->unsearched);
	}
	s->unsearched[s->waiting++] = pk;
}

/* One of this very tick is not in the index yet, and will not be. */
static bool
waits(const struct store *s, int64_t pk)
{
	size_t i;

	for (i = 0; i < s->waiting; i++)
		if (s->unsearched[i] == pk)
			return true;
	return false;
}

int
search_forget(struct store *s, int64_t pk, struct str text)
{
	static struct stmt ask =
	    SQL("INSERT INTO message_search(message_search, rowid, text)"
	        " VALUES('delete', ?1, ?2)");
	sqlite3_stmt *q = stmt(s, &ask);

	if (waits(s, pk))
		return 1;
	sqlite3_bind_int64(q, 1, pk);
	bind_str(q, 2, text);
	return write_row(s, q) < 0 ? -1 : 1;
}

/* At the end: under a savepoint each would flush a segment of the index. */
static int
write_search(struct store *s)
{
	static struct stmt ask =
	    SQL("INSERT INTO message_search(rowid, text) "
	        "SELECT pk, text FROM message WHERE pk = ?1");
	sqlite3_stmt *q;
	size_t i;

	for (i = 0; i < s->waiting; i++) {
		q = stmt(s, &ask);
		sqlite3_bind_int64(q, 1, s->unsearched[i]);
		if (write_row(s, q) < 0)
			return -1;
	}
	return 1;
}

/* ---- the end ---- */

void
store_rollback(struct store *s)
{
	static struct stmt ask = SQL("ROLLBACK");

	if (s->dirty && !sqlite3_get_autocommit(s->db))
		do_it(s, &ask);
	s->dirty = s->lost = false;
	s->waiting = 0;
}

int
store_commit(struct store *s)
{
	static struct stmt ask = SQL("COMMIT");

	if (!s->dirty)
		return 0;
	if (s->lost || write_search(s) < 0 || s->lost || do_it(s, &ask) < 0) {
		store_rollback(s);
		return -1;
	}
	s->dirty = false;
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
	s->newest = 0;
	return 1;
}

void
store_checkpoint(struct store *s)
{
	int done = 0;

	assert(!s->dirty);
	if (s->wal_pages < CHECKPOINT_PAGES)
		return;
	sqlite3_wal_checkpoint_v2(s->db, NULL,
	    s->wal_pages > RESTART_PAGES ? SQLITE_CHECKPOINT_RESTART :
	                                   SQLITE_CHECKPOINT_PASSIVE,
	    NULL, &done);
	s->wal_pages = 0;
}

int64_t
store_newest(struct store *s)
{
	static struct stmt ask = SQL(
	    "SELECT max(coalesce((SELECT max(sent) FROM room), 0), "
	    "coalesce((SELECT max(used) FROM token WHERE script = 0), 0))");
	int64_t newest = 0;

	if (s->newest == 0 && one_number(s, stmt(s, &ask), &newest) == 1)
		s->newest = newest ? newest : 1;
	return s->newest;
}

int
store_check(struct store *s, struct arena *mem, struct str *report)
{
	static struct stmt whole = SQL("PRAGMA integrity_check(20)");
	static struct stmt keys = SQL("PRAGMA foreign_key_check");
	struct str *lines;
	size_t i, n;
	sqlite3_stmt *q;
	int fine;

	*report = STR("");
	if (list_names(s, stmt(s, &whole), mem, &lines, &n) < 0)
		return -1;
	fine = n == 1 && str_eq(lines[0], STR("ok"));
	for (i = 0; !fine && i < n; i++)
		*report = arena_fmt(mem, "%.*s%.*s\n", STR_ARGS(*report),
		    STR_ARGS(lines[i]));
	q = stmt(s, &keys);
	while (next_row(s, q) == 1 && report->len < 4096)
		*report = arena_fmt(mem,
		    "%.*sa row of %s names one that is not there\n",
		    STR_ARGS(*report), sqlite3_column_text(q, 0));
	sqlite3_reset(q);
	return report->len ? 0 : 1;
}
