/* SPDX-License-Identifier: ISC */
/* How an older file becomes one of today; opened, closed, opened again. */
#include <sys/stat.h>
#include <sys/wait.h>

#include "t/store/fresh.h"

static struct migration list[8];
static int count;

/* Today's, and two of a day to come. */
static void
make_list(void)
{
	for (count = 0; count < migration_count; count++)
		list[count] = migrations[count];
	list[count++].sql = "CREATE TABLE extra(n INTEGER);"
			    "INSERT INTO extra VALUES(1);";
	list[count++].sql = "UPDATE extra SET n = n * 10;";
}

static struct store *
again(void)
{
	return store_open(fresh_dir, STORE_SERVER, fresh_why, sizeof fresh_why);
}

static struct str
copy_name(void)
{
	return arena_fmt(
	    &mem, "%s/pocketchat.db.before-%d", fresh_dir, migration_count + 1);
}

static void
reopening(struct store **s)
{
	struct user u;
	struct stat st;
	int i, fine = 0;

	new_user(*s, "ada");
	for (i = 0; i < 5; i++) {
		store_close(*s);
		*s = again();
		fine += user_by_id(*s, &mem, STR("id-of-ada"), &u) == 1;
	}
	ok(fine == 5, "closed and opened in one process, it is as it was");
	ok(stat(arena_fmt(&mem, "%s/pocketchat.db", fresh_dir).ptr, &st) == 0 &&
		(st.st_mode & 0777) == 0600,
	    "its file is its owner's only");
	ok(number(*s, "PRAGMA user_version") == migration_count,
	    "it knows its version");
	ok(number(*s, "PRAGMA synchronous") == 2 &&
		number(*s, "PRAGMA foreign_keys") == 1 &&
		number(*s, "PRAGMA trusted_schema") == 0 &&
		number(*s, "PRAGMA secure_delete") == 2 &&
		number(*s, "PRAGMA mmap_size") <= 0 &&
		number(*s, "PRAGMA wal_autocheckpoint") == 0,
	    "and its engine is set as promised");
}

static void
failing(struct store *s)
{
	char why[512] = "";
	struct migration bad[8];

	memcpy(bad, list, sizeof list);
	bad[count - 1].sql = "UPDATE nothing SET n = 1;";
	ok(schema_bring(s, bad, count, why, sizeof why) == -1 &&
		strstr(why, "nothing"),
	    "an upgrade that fails says why");
	ok(number(s, "PRAGMA user_version") == migration_count &&
		number(s, "SELECT count(*) FROM sqlite_schema "
			  "WHERE name = 'extra'") == 0,
	    "and leaves nothing of any step");
}

static void
upgrading(struct store *s)
{
	struct stat st;
	sqlite3 *copy = NULL;
	struct store old = { 0 };
	char why[512] = "";

	ok(schema_bring(s, list, count, why, sizeof why) == 1 &&
		number(s, "PRAGMA user_version") == count &&
		number(s, "SELECT n FROM extra") == 10,
	    "an older file is upgraded");
	sqlite3_open(copy_name().ptr, &copy);
	old.db = copy;
	ok(stat(copy_name().ptr, &st) == 0 && (st.st_mode & 077) == 0 &&
		number(&old, "PRAGMA user_version") == migration_count &&
		number(&old, "SELECT count(*) FROM user") == 1 &&
		number(&old, "SELECT count(*) FROM sqlite_schema "
			     "WHERE name = 'extra'") == 0,
	    "a copy as it was is kept, its owner's only");
	sqlite3_close(copy);
	ok(schema_bring(s, list, count, why, sizeof why) == 1 &&
		number(s, "SELECT n FROM extra") == 10,
	    "once");
}

static void
newer(struct store *s)
{
	char why[512] = "";

	ok(schema_bring(s, list, count - 1, why, sizeof why) == -1 &&
		strstr(
		    why, arena_fmt(&mem,
			     "newer pocketchat (schema %d, this one knows %d)",
			     count, count - 1)
			     .ptr),
	    "a newer file is refused, clearly");
	store_close(s);
	ok(!again() && strstr(fresh_why, "newer pocketchat"),
	    "at the opening too");
}

/* Several at once: each finds it done, and it is done once. */
static void
at_once(void)
{
	enum { PROCESSES = 4 };
	struct store *s = fresh();
	char why[512] = "";
	int i, status, fine = 0, ready[2], go[2];
	pid_t pid[PROCESSES];
	char byte;

	store_close(s);
	alarm(60);
	ok(pipe(ready) == 0 && pipe(go) == 0, "there are pipes");
	for (i = 0; i < PROCESSES; i++)
		if ((pid[i] = fork()) == 0) {
			s = store_open(fresh_dir, STORE_TOOL, why, sizeof why);
			if (!s || write(ready[1], "", 1) != 1 ||
			    read(go[0], &byte, 1) != 1)
				_exit(2);
			sqlite3_busy_timeout(s->db, 15000);
			_exit(schema_bring(s, list, count, why, sizeof why) == 1
				  ? 0
				  : 1);
		}
	/* who opens it later finds a newer file than it knows */
	for (i = 0; i < PROCESSES; i++)
		fine += read(ready[0], &byte, 1) == 1;
	fine = fine == PROCESSES && write(go[1], "1234", 4) == 4 ? 0 : -1;
	for (i = 0; i < PROCESSES; i++)
		fine += waitpid(pid[i], &status, 0) == pid[i] && status == 0;
	ok(fine == PROCESSES, "several processes may upgrade at once");
}

static void
at_once_done(void)
{
	struct store raw = { 0 };

	sqlite3_open(
	    arena_fmt(&mem, "%s/pocketchat.db", fresh_dir).ptr, &raw.db);
	ok(number(&raw, "SELECT n FROM extra") == 10 &&
		number(&raw, "PRAGMA user_version") == count,
	    "and each step is taken once");
	sqlite3_close(raw.db);
}

static void
refusing(void)
{
	FILE *f =
	    fopen(arena_fmt(&mem, "%s/pocketchat.db", fresh_dir).ptr, "w");
	int i;

	for (i = 0; f && i < 5000; i++)
		fputs("this is no database. ", f);
	if (f)
		fclose(f);
	ok(!again() && strstr(fresh_why, "not a database"),
	    "what is no database is refused");
	ok(!store_open(
	       "/nowhere/at/all", STORE_TOOL, fresh_why, sizeof fresh_why) &&
		strstr(fresh_why, "No such file"),
	    "where there is no folder, it says so");
}

int
main(void)
{
	struct store *s = fresh();

	make_list();
	reopening(&s);
	failing(s);
	upgrading(s);
	newer(s);
	remove_dir();
	at_once();
	at_once_done();
	remove_dir();
	mkdir(fresh_dir, 0700);
	refusing();
	remove_dir();
	arena_free(&mem);
	return done();
}
