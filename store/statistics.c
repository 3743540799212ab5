/* SPDX-License-Identifier: ISC */
/* How much there is, now and on the days before. */
#include "store/db.h"

/* ---- now ---- */

static int
count_rooms(struct store *s, struct counts *c)
{
	static struct stmt ask =
	    SQL("SELECT type, count(*), sum(messages),"
		" count(*) FILTER (WHERE parent IS NOT NULL)"
		" FROM room GROUP BY type");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	while ((more = next_row(s, q)) == 1) {
		char type = col_view(q, 0).ptr[0];
		int64_t rooms = sqlite3_column_int64(q, 1);
		int64_t messages = sqlite3_column_int64(q, 2);

		c->discussions += sqlite3_column_int64(q, 3);
		if (type == 'c') {
			c->channels = rooms;
			c->channel_messages = messages;
		} else if (type == 'p') {
			c->groups = rooms;
			c->group_messages = messages;
		} else {
			c->directs = rooms;
			c->direct_messages = messages;
		}
	}
	return more < 0 ? -1 : 1;
}

int
counts_now(struct store *s, struct counts *c)
{
	static struct stmt ask =
	    SQL("SELECT (SELECT n FROM tally WHERE name = 'users'),"
		" (SELECT count(*) FROM user INDEXED BY user_inactive"
		"  WHERE active = 0 AND username IS NOT NULL),"
		" (SELECT count(*) FROM message WHERE replies > 0),"
		" (SELECT count(*) FROM hook WHERE NOT outgoing),"
		" (SELECT count(*) FROM hook WHERE outgoing),"
		" (SELECT count(*) FROM hook WHERE enabled),"
		" u.n, u.size FROM (SELECT count(*) AS n,"
		" coalesce(sum(size), 0) AS size FROM upload"
		" WHERE kind = 0 AND confirmed) u");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	*c = (struct counts){ 0 };
	if ((found = one_row(s, q)) == 1) {
		c->users = sqlite3_column_int64(q, 0);
		c->inactive = sqlite3_column_int64(q, 1);
		c->threads = sqlite3_column_int64(q, 2);
		c->hooks_in = sqlite3_column_int64(q, 3);
		c->hooks_out = sqlite3_column_int64(q, 4);
		c->hooks_on = sqlite3_column_int64(q, 5);
		c->uploads = sqlite3_column_int64(q, 6);
		c->upload_bytes = sqlite3_column_int64(q, 7);
		sqlite3_reset(q);
	}
	return found == 1 ? count_rooms(s, c) : -1;
}

int
wishes_of(struct store *s, struct arena *mem, const int64_t *rows, size_t n,
    struct wishes *w)
{
	static struct stmt ask =
	    SQL("SELECT coalesce(u.status, 'online'), count(*)"
		" FROM json_each(?1) e CROSS JOIN user u ON u.row = e.value"
		" WHERE u.username IS NOT NULL GROUP BY 1");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*w = (struct wishes){ 0 };
	bind_str(q, 1, json_numbers(mem, rows, n));
	while ((more = next_row(s, q)) == 1) {
		struct str wish = col_view(q, 0);
		int64_t count = sqlite3_column_int64(q, 1);

		if (str_eq(wish, STR("away")))
			w->away = count;
		else if (str_eq(wish, STR("busy")))
			w->busy = count;
		else if (str_eq(wish, STR("offline")))
			w->offline = count;
		else
			w->online = count;
	}
	return more < 0 ? -1 : 1;
}

/* ---- kept ---- */

int
statistic_add(struct store *s, const struct statistic *what)
{
	static struct stmt ask =
	    SQL("INSERT INTO statistic(at, body) VALUES(?1, ?2)");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, what->at);
	bind_str(q, 2, what->body);
	return write_row(s, q);
}

int
statistic_last(struct store *s, int64_t *at)
{
	static struct stmt ask =
	    SQL("SELECT at FROM statistic ORDER BY at DESC LIMIT 1");

	return one_number(s, stmt(s, &ask), at);
}

int
statistic_sweep(struct store *s, int64_t before)
{
	static struct stmt ask = SQL("DELETE FROM statistic WHERE at < ?1");

	return change(s, &ask, before, 0);
}

/* clang-format off */
#define KEPT(key, kind) \
	{ .name = key, .type = kind, .sql = "json_extract(body, '$." key "')" }
const struct select_field statistic_fields[] = {
	{ .name = "createdAt", .type = SELECT_TIME, .sql = "at" },
	{ .name = "_id", .type = SELECT_TEXT, .sql = "CAST(at AS TEXT)" },
	KEPT("version", SELECT_TEXT),
	KEPT("uniqueId", SELECT_TEXT),
	KEPT("totalUsers", SELECT_NUMBER),
	KEPT("activeUsers", SELECT_NUMBER),
	KEPT("onlineUsers", SELECT_NUMBER),
	KEPT("totalRooms", SELECT_NUMBER),
	KEPT("totalChannels", SELECT_NUMBER),
	KEPT("totalPrivateGroups", SELECT_NUMBER),
	KEPT("totalDirect", SELECT_NUMBER),
	KEPT("totalMessages", SELECT_NUMBER),
	{ .name = NULL },
};
/* clang-format on */

int
statistics_select(struct store *s, struct arena *mem, struct select *sel,
    int64_t **times, size_t *n, int64_t *total)
{
	struct select_from from = { "at", "FROM statistic", "1", "at",
		.total = -1 };
	int done = select_rows(s, mem, sel, &from, times, n);

	return done == 1 ? select_total(s, sel, &from, total) : done;
}

int
statistics_at(struct store *s, struct arena *mem, const int64_t *times,
    size_t n, struct statistic **list, size_t *count)
{
	static struct stmt ask =
	    SQL("SELECT t.at, t.body FROM json_each(?1) e"
		" CROSS JOIN statistic t ON t.at = e.value ORDER BY e.key");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*count = 0;
	bind_str(q, 1, json_numbers(mem, times, n));
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *count, sizeof **list);
		(*list)[(*count)++] =
		    (struct statistic){ sqlite3_column_int64(q, 0),
			    col_str(q, 1, mem) };
	}
	return more < 0 ? -1 : 1;
}
