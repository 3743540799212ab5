/* SPDX-License-Identifier: ISC */
/* Copies of the whole file: made while others write, verified, put back. */
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum { STEP_PAGES = 64 };

struct copy {
	const char *path;
	char *why;
	size_t size;
};

static int
sorry(struct copy *c, const char *what)
{
	snprintf(c->why, c->size, "%s: %s", c->path, what);
	return -1;
}

/* ---- verifying ---- */

static int
ask_text(sqlite3 *db, const char *sql, char out[200])
{
	sqlite3_stmt *q = NULL;
	int found = sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK &&
		    sqlite3_step(q) == SQLITE_ROW;

	snprintf(out, 200, "%s",
	    found ? (const char *)sqlite3_column_text(q, 0)
		  : sqlite3_errmsg(db));
	sqlite3_finalize(q);
	return found ? 0 : -1;
}

static int
verify_open(struct copy *c, sqlite3 *db)
{
	char text[200];
	int version;

	if (ask_text(db, "PRAGMA user_version", text) < 0)
		return sorry(c, text);
	version = (int)strtol(text, NULL, 10);
	if (version < 1 || ask_text(db, "SELECT count(*) FROM room", text) < 0)
		return sorry(c, "is no backup of pocketchat");
	if (version > migration_count)
		return sorry(c, "was written by a newer pocketchat");
	if (ask_text(db, "PRAGMA integrity_check(1)", text) < 0 ||
	    strcmp(text, "ok"))
		return sorry(c, text);
	return 0;
}

int
backup_verify(const char *path, char *why, size_t why_size)
{
	struct copy c = { path, why, why_size };
	sqlite3 *db = NULL;
	int done = -1;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
		done = verify_open(&c, db);
	else
		sorry(&c, sqlite3_errmsg(db));
	sqlite3_close(db);
	return done;
}

/* ---- making ---- */

/* A snapshot is held, so that writers neither wait nor make it begin anew. */
static int
copy_pages(struct store *s, sqlite3 *to)
{
	sqlite3_backup *b;
	int rc;

	if (run(s, "BEGIN; SELECT count(*) FROM room") < 0)
		return -1;
	if (!(b = sqlite3_backup_init(to, "main", s->db, "main")))
		rc = sqlite3_errcode(to);
	else {
		while (sqlite3_backup_step(b, STEP_PAGES) == SQLITE_OK)
			;
		rc = sqlite3_backup_finish(b);
	}
	run(s, "COMMIT");
	return rc == SQLITE_OK ? 0 : -1;
}

static int
make_copy(struct store *s, struct copy *c)
{
	sqlite3 *to = NULL;
	int done = -1, fd;

	/* of mode 0600 from its first moment, and nobody else's; the lock
	 * tells those who find it that it is not a leftover */
	fd = open(c->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return sorry(c, strerror(errno));
	if (sqlite3_open_v2(c->path, &to, SQLITE_OPEN_READWRITE, NULL) ==
		SQLITE_OK &&
	    /* a half one is of no use: it needs no way back */
	    sqlite3_exec(to, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF",
		NULL, NULL, NULL) == SQLITE_OK &&
	    copy_pages(s, to) == 0 &&
	    /* one file, with no log beside it */
	    sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) ==
		SQLITE_OK)
		done = 0;
	else
		sorry(c, to ? sqlite3_errmsg(to) : "out of memory");
	sqlite3_close(to);
	if (done == 0 && fsync(fd) < 0)
		done = sorry(c, strerror(errno));
	close(fd);
	return done;
}

int
store_backup(struct store *s, const char *path, char *why, size_t why_size)
{
	struct copy c = { path, why, why_size };

	if (make_copy(s, &c) < 0)
		return -1;
	return backup_verify(path, why, why_size);
}

/* ---- putting back ---- */

/*
 * All of it in the one file, for a log that is left would then stand beside
 * another file; and locked until it is closed, so that nobody begins to write
 * in it: who waits for that finds that the file has moved.
 */
static int
take_data(struct copy *c, sqlite3 **db)
{
	char text[200];

	if (sqlite3_open_v2(c->path, db, SQLITE_OPEN_READWRITE, NULL) !=
		SQLITE_OK ||
	    ask_text(*db, "PRAGMA locking_mode=EXCLUSIVE", text) < 0)
		return sorry(c, sqlite3_errmsg(*db));
	if (ask_text(*db, "PRAGMA journal_mode=DELETE", text) < 0 ||
	    strcmp(text, "delete") ||
	    sqlite3_exec(*db, "BEGIN EXCLUSIVE", NULL, NULL, NULL) != SQLITE_OK)
		return sorry(c, "is in use by another process");
	return 0;
}

static int
sync_dir(struct copy *c, const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int done = fd < 0 || fsync(fd) < 0 ? sorry(c, strerror(errno)) : 0;

	if (fd >= 0)
		close(fd);
	return done;
}

/* There is a whole file of that name at every moment. */
static int
put_in_place(struct copy *c, const char *copy, const char *before)
{
	if (before && ((unlink(before) < 0 && errno != ENOENT) ||
			  link(c->path, before) < 0))
		return sorry(c, strerror(errno));
	return rename(copy, c->path) < 0 ? sorry(c, strerror(errno)) : 0;
}

int
backup_restore(const char *dir, const char *copy, char *why, size_t why_size)
{
	char path[4200], before[4200];
	struct copy c = { path, why, why_size };
	sqlite3 *db = NULL;
	bool there;
	int done;

	snprintf(path, sizeof path, "%s/pocketchat.db", dir);
	snprintf(before, sizeof before, "%s/pocketchat.db.before-restore", dir);
	there = access(path, F_OK) == 0;
	done = there ? take_data(&c, &db) : 0;
	if (done == 0)
		done = put_in_place(&c, copy, there ? before : NULL);
	sqlite3_close(db);
	return done < 0 ? -1 : sync_dir(&c, dir);
}
