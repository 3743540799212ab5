/* SPDX-License-Identifier: ISC */
/* A store of one's own in a folder of one's own, and what fills it. */
#ifndef T_STORE_FRESH_H
#define T_STORE_FRESH_H

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/db.h"
#include "t/unit/tap.h"

#define UNUSED_IN_SOME __attribute__((unused))

static struct arena mem; /* of a whole test */
static char fresh_dir[256], fresh_why[512];

static struct store *
fresh(void)
{
	const char *tmp = getenv("TMPDIR");
	struct store *s;

	snprintf(fresh_dir, sizeof fresh_dir, "%s/pocketchat-XXXXXX",
	    tmp ? tmp : "/tmp");
	if (!mkdtemp(fresh_dir) || !(s = store_open(fresh_dir, STORE_SERVER,
					 fresh_why, sizeof fresh_why))) {
		printf("Bail out! no store: %s\n", fresh_why);
		exit(1);
	}
	return s;
}

static void
remove_dir(void)
{
	DIR *d = opendir(fresh_dir);
	struct dirent *e;
	char path[600];

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", fresh_dir, e->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(fresh_dir);
}

static UNUSED_IN_SOME void
gone(struct store *s)
{
	store_close(s);
	remove_dir();
	arena_free(&mem);
}

/* kept(db, user_add(marked(db), &u)): a tick of one request. */
static struct store *
marked(struct store *s)
{
	if (store_mark(s) != 1) {
		printf("Bail out! no mark: %s\n", store_trouble(s));
		exit(1);
	}
	return s;
}

static int
kept(struct store *s, int done)
{
	return store_keep(s) == 1 && store_commit(s) == 1 ? done : -2;
}

static UNUSED_IN_SOME int64_t
number(struct store *s, const char *sql)
{
	sqlite3_stmt *q = NULL;
	int64_t n = INT64_MIN;

	if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

static UNUSED_IN_SOME bool
does(struct store *s, const char *sql)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* The rows of search and of messages are the same. */
static UNUSED_IN_SOME bool
search_is_whole(struct store *s)
{
	return does(s, "INSERT INTO message_search(message_search, rank) "
		       "VALUES('integrity-check', 1)");
}

static UNUSED_IN_SOME int64_t
new_user(struct store *s, const char *name)
{
	struct user u = {
		.id = arena_fmt(&mem, "id-of-%s", name),
		.username = str_of(name),
		.name = str_of(name),
		.type = STR("user"),
		.active = true,
		.created = 1000,
		.updated = 1000,
	};

	return kept(s, user_add(marked(s), &u)) == 1 ? u.row : 0;
}

static UNUSED_IN_SOME int64_t
new_room(struct store *s, const char *name)
{
	struct room r = {
		.type = 'c',
		.id = arena_fmt(&mem, "id-of-%s", name),
		.name = str_of(name),
		.created = 1000,
		.updated = 1000,
	};

	return kept(s, room_add(marked(s), &r)) == 1 ? r.row : 0;
}

static UNUSED_IN_SOME struct room
the_room(struct store *s, const char *name)
{
	struct room r = { 0 };

	room_by_name(s, &mem, str_of(name), &r);
	return r;
}

/* Within a mark. */
static UNUSED_IN_SOME int
post(struct store *s, int64_t room, int64_t by, const char *id,
    const char *text, int64_t now, struct message *m)
{
	*m = (struct message){
		.room = room,
		.author = by,
		.id = str_of(id),
		.text = str_of(text),
	};
	return message_add(s, m, now);
}

#endif
