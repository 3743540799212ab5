/* SPDX-License-Identifier: ISC */
/* Opening the database, and statements prepared once. */
#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "json/mem.h"
#include "json/writer.h"

enum { TOOL_WAIT_MS = 15000, LENGTH_MOST = 16 * 1024 * 1024 };

/* ---- opening ---- */

static int
on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store *s = arg;

	(void)db;
	(void)name;
	if (pages < s->wal_pages) /* it began anew */
		s->checkpoint_at = 0;
	s->wal_pages = pages;
	return SQLITE_OK;
}

static void
strict(sqlite3 *db)
{
	int was;

	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, &was);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, &was);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, &was);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, &was);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, &was);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, &was);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LENGTH_MOST);
	sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 100000);
	sqlite3_limit(db, SQLITE_LIMIT_COLUMN, 100);
	sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 100);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
}

static int
settings(struct store *s)
{
	return run(s, "PRAGMA journal_mode=WAL;"
		      "PRAGMA synchronous=FULL;"
		      "PRAGMA foreign_keys=ON;"
		      "PRAGMA trusted_schema=OFF;"
		      "PRAGMA cell_size_check=ON;"
		      "PRAGMA mmap_size=0;"
		      "PRAGMA secure_delete=FAST;"
		      "PRAGMA temp_store=FILE;"
		      "PRAGMA cache_size=-1024;"
		      "PRAGMA wal_autocheckpoint=0;"
		      "PRAGMA journal_size_limit=16777216;");
}

/* A directory whose name is on disk too, before anything in it is promised. */
int
store_make_dir(const char *dir)
{
	char above[4200];
	int fd;

	if (mkdir(dir, 0700) < 0)
		return errno == EEXIST ? 1 : -1;
	snprintf(above, sizeof above, "%s/..", dir);
	if ((fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0) {
		fsync(fd);
		close(fd);
	}
	return 1;
}

/*
 * Of mode 0600 from its first moment.  One that exists is not opened: to
 * close it would end the locks that this process may hold on it.
 */
static bool
make_file(const char *dir, const char *path)
{
	int fd;

	if (store_make_dir(dir) < 0)
		return false;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST && access(path, R_OK | W_OK) == 0;
	close(fd);
	return true;
}

static int
open_file(struct store *s, const char *path)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (sqlite3_open_v2(path, &s->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE,
		NULL) != SQLITE_OK)
		return broken(s);
	sqlite3_extended_result_codes(s->db, 1);
	strict(s->db);
	sqlite3_busy_timeout(s->db, TOOL_WAIT_MS);
	if (match_prepare(s) < 0 || words_prepare(s) < 0 || settings(s) < 0)
		return -1;
	sqlite3_wal_hook(s->db, on_commit, s);
	return 1;
}

struct store *
store_open(const char *dir, enum store_user user, char *why, size_t why_size)
{
	struct store *s = mem_zero(sizeof *s);
	char path[4200];

	snprintf(s->dir, sizeof s->dir, "%s", dir);
	snprintf(path, sizeof path, "%s/pocketchat.db", dir);
	setenv("SQLITE_TMPDIR", s->dir, 1); /* sorts spill beside the data */
	if (!make_file(dir, path)) {
		snprintf(why, why_size, "%s: %s", path, strerror(errno));
	} else if (open_file(s, path) < 0) {
		snprintf(why, why_size, "%s: %s", path, s->trouble);
	} else if (schema_bring(
		       s, migrations, migration_count, why, why_size) == 1 &&
		   steps_prepare(s) == 1 && newest_load(s) == 1) {
		if (user == STORE_SERVER)
			sqlite3_busy_timeout(s->db, 0);
		store_moved(s);
		return s;
	} else if (!why[0]) {
		snprintf(why, why_size, "%s", s->trouble);
	}
	store_close(s);
	return NULL;
}

void
store_close(struct store *s)
{
	int i;

	for (i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->prepared[i]);
	words_free(s);
	sqlite3_close(s->db);
	mem_free(s->unsearched);
	mem_free(s);
}

/* ---- trouble ---- */

int
broken(struct store *s)
{
	snprintf(s->trouble, sizeof s->trouble, "%s (%d)",
	    s->db ? sqlite3_errmsg(s->db) : "cannot open",
	    s->db ? sqlite3_extended_errcode(s->db) : 0);
	/* some failures roll the whole transaction back by themselves */
	if (s->db && sqlite3_get_autocommit(s->db))
		lose(s);
	return -1;
}

void
store_settle(struct store *s)
{
	sqlite3_db_release_memory(s->db);
}

const char *
store_trouble(const struct store *s)
{
	return s->trouble;
}

int64_t
store_disk_left(const struct store *s)
{
	struct statvfs v;

	return statvfs(s->dir, &v) < 0 ? -1
				       : (int64_t)(v.f_bavail * v.f_frsize);
}

int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- statements ---- */

sqlite3_stmt *
stmt(struct store *s, struct stmt *q)
{
	static int last; /* slots are of the program, not of a store */

	if (!q->slot)
		q->slot = ++last;
	assert(q->slot < STATEMENTS);
	if (!s->prepared[q->slot] &&
	    sqlite3_prepare_v3(s->db, q->sql, -1, SQLITE_PREPARE_PERSISTENT,
		&s->prepared[q->slot], NULL) != SQLITE_OK)
		broken(s);
	return s->prepared[q->slot];
}

void
bind_str(sqlite3_stmt *q, int i, struct str s)
{
	if (s.ptr)
		sqlite3_bind_text(q, i, s.ptr, (int)s.len, SQLITE_STATIC);
	else
		sqlite3_bind_null(q, i);
}

struct str
col_view(sqlite3_stmt *q, int i)
{
	const char *text;

	if (sqlite3_column_type(q, i) == SQLITE_NULL)
		return NO_STR;
	if (!(text = (const char *)sqlite3_column_text(q, i)))
		mem_none();
	return (struct str){ text, (size_t)sqlite3_column_bytes(q, i) };
}

struct str
col_str(sqlite3_stmt *q, int i, struct arena *mem)
{
	return arena_str(mem, col_view(q, i));
}

int
next_row(struct store *s, sqlite3_stmt *q)
{
	int rc = q ? sqlite3_step(q) : SQLITE_ERROR;

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		broken(s);
	sqlite3_reset(q);
	return rc == SQLITE_DONE ? 0 : -1;
}

int
one_row(struct store *s, sqlite3_stmt *q)
{
	return next_row(s, q);
}

int
one_number(struct store *s, sqlite3_stmt *q, int64_t *n)
{
	int found = next_row(s, q);

	if (found == 1) {
		*n = sqlite3_column_int64(q, 0);
		sqlite3_reset(q);
	}
	return found;
}

/* 1 or -1, or 0 when what must be the only one is there already. */
static int
step_write(struct store *s, sqlite3_stmt *q)
{
	int rc;

	assert(s->dirty);
	if (s->lost)
		return -1; /* or it would be on disk at once, alone */
	rc = q ? sqlite3_step(q) : SQLITE_ERROR;
	if (rc == SQLITE_DONE || rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_CONSTRAINT_UNIQUE ||
	    rc == SQLITE_CONSTRAINT_PRIMARYKEY)
		return 0;
	return broken(s);
}

int
write_row(struct store *s, sqlite3_stmt *q)
{
	int done = step_write(s, q);

	if (done == 1)
		done = sqlite3_changes(s->db) > 0;
	sqlite3_reset(q);
	return done;
}

int
change(struct store *s, struct stmt *what, int64_t one, int64_t two)
{
	sqlite3_stmt *q = stmt(s, what);

	sqlite3_bind_int64(q, 1, one);
	if (sqlite3_bind_parameter_count(q) > 1)
		sqlite3_bind_int64(q, 2, two);
	return write_row(s, q);
}

int
run(struct store *s, const char *sql)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK
		   ? 1
		   : broken(s);
}

/* ---- counts ---- */

int
tally(struct store *s, struct str name, int by)
{
	static struct stmt ask =
	    SQL("UPDATE tally SET n = n + ?2 WHERE name = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, name);
	sqlite3_bind_int(q, 2, by);
	return write_row(s, q);
}

int
store_tally(struct store *s, const char *name, int64_t *n)
{
	static struct stmt ask = SQL("SELECT n FROM tally WHERE name = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, str_of(name));
	return one_number(s, q, n);
}

/* ---- lists ---- */

void *
grown(struct arena *mem, void *list, size_t n, size_t size)
{
	void *more;

	if (n > 0 && (n < 16 || n & (n - 1)))
		return list; /* room for 16, then for powers of two */
	more = arena_get(mem, (n < 16 ? 16 : 2 * n) * size);
	if (n > 0)
		memcpy(more, list, n * size);
	return more;
}

int
list_numbers(struct store *s, sqlite3_stmt *q, struct arena *mem,
    int64_t **list, size_t *n)
{
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = sqlite3_column_int64(q, 0);
	}
	return more < 0 ? -1 : 1;
}

int
list_names(struct store *s, sqlite3_stmt *q, struct arena *mem,
    struct str **list, size_t *n)
{
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = col_str(q, 0, mem);
	}
	return more < 0 ? -1 : 1;
}

struct str
json_numbers(struct arena *mem, const int64_t *list, size_t n)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	size_t i;

	json_open(&w, NULL, '[');
	for (i = 0; i < n; i++)
		json_int(&w, NULL, list[i]);
	json_close(&w, ']');
	return buf_settle(&out, mem);
}

struct str
json_names(struct arena *mem, const struct str *list, size_t n)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	size_t i;

	json_open(&w, NULL, '[');
	for (i = 0; i < n; i++)
		json_str(&w, NULL, list[i]);
	json_close(&w, ']');
	return buf_settle(&out, mem);
}
