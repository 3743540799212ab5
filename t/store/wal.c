/* SPDX-License-Identifier: ISC */
/* The log beside the file: it stays short, and is short again. */
#include <sys/stat.h>

#include "t/store/fresh.h"

static int64_t den, ada;

static int64_t
log_bytes(void)
{
	struct stat st;
	char path[400];

	snprintf(path, sizeof path, "%s/pocketchat.db-wal", fresh_dir);
	return stat(path, &st) < 0 ? -1 : st.st_size;
}

static void
write_much(struct store *s, int ticks)
{
	static int nr;
	char text[4000];
	struct message m;
	int i, j;

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	for (i = 0; i < ticks; i++) {
		for (j = 0; j < 200; j++) {
			marked(s);
			post(s, den, ada, arena_fmt(&mem, "m%d", nr++).ptr,
			    text, 1000, &m);
			store_keep(s);
		}
		store_commit(s);
		store_checkpoint(s);
	}
}

static void
bounded(struct store *s)
{
	int64_t file;

	write_much(s, 10);
	file = number(s, "PRAGMA page_count") * 4096;
	ok(file > 7 * 1024 * 1024 && log_bytes() < 6 * 1024 * 1024,
	    "under constant writing the log stays short");
}

static void
with_reader(struct store *s)
{
	sqlite3 *reader = NULL;
	sqlite3_stmt *q = NULL;
	int64_t most;

	sqlite3_open(
	    arena_fmt(&mem, "%s/pocketchat.db", fresh_dir).ptr, &reader);
	sqlite3_prepare_v2(reader, "SELECT * FROM message", -1, &q, NULL);
	sqlite3_step(q);
	write_much(s, 16);
	most = log_bytes();
	ok(most > 2500 * 4096, "a reader keeps the log from beginning anew");
	sqlite3_finalize(q);
	sqlite3_close(reader);
	write_much(s, 6);
	ok(s->wal_pages < 2500, "when it has gone, the log does");
	ok(log_bytes() <= 16 * 1024 * 1024, "and its file is short again");
}

int
main(void)
{
	struct store *s = fresh();

	den = new_room(s, "den");
	ada = new_user(s, "ada");
	bounded(s);
	with_reader(s);
	gone(s);
	return done();
}
