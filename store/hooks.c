/* SPDX-License-Identifier: ISC */
/* Integrations: who speaks where, and who is told of what. */
#include "store/db.h"

/* ---- reading ---- */

#define HOOK_COLUMNS                                                           \
	"SELECT h.row, h.id, h.name, h.outgoing, h.enabled, h.user, u.id,"     \
	" u.username, h.token, h.extra, h.maker, k.id, k.username, h.created," \
	" h.updated, (SELECT json_group_array(word) FROM (SELECT coalesce("    \
	"'#' || r.name, '@' || p.username, a.word, r.id) word"                 \
	" FROM hook_place a LEFT JOIN room r ON r.row = a.room"                \
	" LEFT JOIN user p ON p.row = a.user WHERE a.hook = h.row"             \
	" ORDER BY a.place))"
#define HOOK_PEOPLE                      \
	" JOIN user u ON u.row = h.user" \
	" LEFT JOIN user k ON k.row = h.maker"

static void
read_hook(sqlite3_stmt *q, struct arena *mem, struct hook *h)
{
	*h = (struct hook){
		.row = sqlite3_column_int64(q, 0),
		.id = col_str(q, 1, mem),
		.name = col_str(q, 2, mem),
		.outgoing = sqlite3_column_int(q, 3),
		.enabled = sqlite3_column_int(q, 4),
		.user = sqlite3_column_int64(q, 5),
		.user_id = col_str(q, 6, mem),
		.username = col_str(q, 7, mem),
		.token = col_str(q, 8, mem),
		.extra = col_str(q, 9, mem),
		.maker = sqlite3_column_int64(q, 10),
		.maker_id = col_str(q, 11, mem),
		.maker_name = col_str(q, 12, mem),
		.created = sqlite3_column_int64(q, 13),
		.updated = sqlite3_column_int64(q, 14),
		.channels = col_str(q, 15, mem),
	};
}

static int
one_hook(struct store *s, sqlite3_stmt *q, struct arena *mem, struct hook *h)
{
	int found = one_row(s, q);

	if (found == 1) {
		read_hook(q, mem, h);
		sqlite3_reset(q);
	}
	return found;
}

static int
list_hooks(struct store *s, sqlite3_stmt *q, struct arena *mem,
    struct hook **list, size_t *n)
{
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		read_hook(q, mem, &(*list)[(*n)++]);
	}
	return more < 0 ? -1 : 1;
}

int
hook_by_id(struct store *s, struct arena *mem, struct str id, struct hook *h)
{
	static struct stmt ask =
	    SQL(HOOK_COLUMNS " FROM hook h" HOOK_PEOPLE " WHERE h.id = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, id);
	return one_hook(s, q, mem, h);
}

int
hook_by_url(struct store *s, struct arena *mem, struct str url, struct hook *h)
{
	static struct stmt ask = SQL(HOOK_COLUMNS
	    " FROM hook h" HOOK_PEOPLE " WHERE h.outgoing AND EXISTS(SELECT 1"
	    " FROM json_each(h.extra, '$.urls') WHERE value = ?1)"
	    " ORDER BY h.row LIMIT 1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, url);
	return one_hook(s, q, mem, h);
}

int
hooks_by_rows(struct store *s, struct arena *mem, const int64_t *rows,
    size_t count, struct hook **list, size_t *n)
{
	static struct stmt ask =
	    SQL(HOOK_COLUMNS " FROM json_each(?1) j CROSS JOIN hook h ON h.row "
			     "= j.value" HOOK_PEOPLE " ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, json_numbers(mem, rows, count));
	return list_hooks(s, q, mem, list, n);
}

int
hooks_listening(struct store *s, struct arena *mem, size_t limit,
    struct hook **list, size_t *n)
{
	static struct stmt ask = SQL(HOOK_COLUMNS
	    " FROM hook h" HOOK_PEOPLE " WHERE h.outgoing AND h.enabled"
	    " AND u.active AND u.username IS NOT NULL"
	    " ORDER BY h.row LIMIT ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, (int64_t)limit);
	return list_hooks(s, q, mem, list, n);
}

int
hooks_outgoing(struct store *s, int64_t *count)
{
	static struct stmt ask =
	    SQL("SELECT count(*) FROM hook WHERE outgoing");

	return one_number(s, stmt(s, &ask), count);
}

int
hook_places(struct store *s, struct arena *mem, int64_t hook,
    struct hook_place **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT p.hook, p.room, p.user, p.word FROM hook h"
		" JOIN hook_place p ON p.hook = h.row WHERE h.row = ?1"
		" OR (?1 = 0 AND h.outgoing AND h.enabled)"
		" ORDER BY p.hook, p.place");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	sqlite3_bind_int64(q, 1, hook);
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = (struct hook_place){
			.hook = sqlite3_column_int64(q, 0),
			.room = sqlite3_column_int64(q, 1),
			.user = sqlite3_column_int64(q, 2),
			.word = col_str(q, 3, mem),
		};
	}
	return more < 0 ? -1 : 1;
}

/* ---- lists ---- */

/* clang-format off */
#define IN_EXTRA(key) \
	{ .name = key, .type = SELECT_TEXT, \
	  .sql = "json_extract(h.extra, '$." key "')" }
const struct select_field hook_fields[] = {
	{ .name = "_id", .type = SELECT_TEXT, .sql = "h.id" },
	{ .name = "name", .type = SELECT_TEXT, .sql = "h.name" },
	{ .name = "type", .type = SELECT_TEXT, .sql = "iif(h.outgoing, 'webhook-outgoing', 'webhook-incoming')" },
	{ .name = "enabled", .type = SELECT_BOOL, .sql = "h.enabled" },
	{ .name = "username", .type = SELECT_TEXT, .sql = "(SELECT u.username FROM user u WHERE u.row = h.user)" },
	{ .name = "userId", .type = SELECT_TEXT, .sql = "(SELECT u.id FROM user u WHERE u.row = h.user)" },
	{ .name = "channel", .type = SELECT_TEXT, .sql = "EXISTS(SELECT 1 FROM hook_place a LEFT JOIN room r ON r.row = a.room LEFT JOIN user p ON p.row = a.user WHERE a.hook = h.row AND coalesce('#' || r.name, '@' || p.username, a.word, r.id)", .tail = ")" },
	IN_EXTRA("event"),
	IN_EXTRA("alias"),
	{ .name = "_createdAt", .type = SELECT_TIME, .sql = "h.created" },
	{ .name = "_updatedAt", .type = SELECT_TIME, .sql = "h.updated" },
	{ .name = NULL },
};

static const struct select_from lists[] = {
	[HOOKS_ALL] = { "h.row", "FROM hook h", ":2 IN (0, h.maker)",
	    "h.row", .values = 2, .total = -1 },
	[HOOKS_OF_ROOM] = { "h.row", "FROM hook h",
	    "h.row IN (SELECT hook FROM hook_place WHERE room = :1)"
	    " AND :2 IN (0, h.maker)", "h.row", .values = 2, .total = -1 },
	[HOOKS_OF_WORD] = { "h.row", "FROM hook h",
	    "h.row IN (SELECT hook FROM hook_place WHERE room = :1"
	    " UNION SELECT hook FROM hook_place WHERE word = " FROM_TEXT ")"
	    " AND :2 IN (0, h.maker)", "h.row", .values = 2, .total = -1 },
};
/* clang-format on */

int
hooks_select(struct store *s, struct arena *mem, struct select *sel,
    enum hook_list which, int64_t room, struct str word, int64_t maker,
    int64_t **rows, size_t *n, int64_t *total)
{
	struct select_from from = lists[which];
	int done;

	from.value[0] = room;
	from.value[1] = maker;
	from.text = word;
	done = select_rows(s, mem, sel, &from, rows, n);
	return done == 1 ? select_total(s, sel, &from, total) : done;
}

/* ---- writing ---- */

static int
add_places(struct store *s, int64_t hook, const struct hook_place *p, size_t n)
{
	static struct stmt ask =
	    SQL("INSERT INTO hook_place(hook, place, room, user, word)"
		" VALUES(?1, ?2, nullif(?3, 0), nullif(?4, 0), ?5)");
	size_t i;

	for (i = 0; i < n; i++) {
		sqlite3_stmt *q = stmt(s, &ask);

		sqlite3_bind_int64(q, 1, hook);
		sqlite3_bind_int64(q, 2, (int64_t)i);
		sqlite3_bind_int64(q, 3, p[i].room);
		sqlite3_bind_int64(q, 4, p[i].user);
		bind_str(q, 5, p[i].word);
		if (write_row(s, q) < 0)
			return -1;
	}
	return 1;
}

static void
bind_hook(sqlite3_stmt *q, const struct hook *h)
{
	sqlite3_bind_int(q, 1, h->enabled);
	bind_str(q, 2, h->name);
	sqlite3_bind_int64(q, 3, h->user);
	bind_str(q, 4, h->token);
	bind_str(q, 5, h->extra);
	sqlite3_bind_int64(q, 6, h->updated);
}

int
hook_add(struct store *s, struct hook *h, const struct hook_place *p, size_t n)
{
	static struct stmt ask = SQL(
	    "INSERT INTO hook(enabled, name, user, token, extra, updated, id,"
	    " outgoing, maker, created)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, nullif(?9, 0), ?10)");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	bind_hook(q, h);
	bind_str(q, 7, h->id);
	sqlite3_bind_int(q, 8, h->outgoing);
	sqlite3_bind_int64(q, 9, h->maker);
	sqlite3_bind_int64(q, 10, h->created);
	touch(s, 0, STORE_ROOM); /* copies are told if it is taken back */
	if ((done = write_row(s, q)) != 1)
		return done;
	h->row = sqlite3_last_insert_rowid(s->db);
	return add_places(s, h->row, p, n);
}

int
hook_set(
    struct store *s, const struct hook *h, const struct hook_place *p, size_t n)
{
	static struct stmt ask =
	    SQL("UPDATE hook SET enabled = ?1, name = ?2, user = ?3,"
		" token = ?4, extra = ?5, updated = ?6 WHERE row = ?7");
	static struct stmt drop = SQL("DELETE FROM hook_place WHERE hook = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	bind_hook(q, h);
	sqlite3_bind_int64(q, 7, h->row);
	touch(s, 0, STORE_ROOM);
	if ((done = write_row(s, q)) != 1 || n == 0)
		return done;
	if (change(s, &drop, h->row, 0) < 0)
		return -1;
	return add_places(s, h->row, p, n);
}

int
hook_set_enabled(struct store *s, int64_t hook, bool on, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE hook SET enabled = ?2, updated = ?3"
		" WHERE row = ?1 AND enabled <> ?2");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, hook);
	sqlite3_bind_int(q, 2, on);
	sqlite3_bind_int64(q, 3, now);
	touch(s, 0, STORE_ROOM);
	return write_row(s, q);
}

int
hook_delete(struct store *s, int64_t hook)
{
	static struct stmt ask = SQL("DELETE FROM hook WHERE row = ?1");

	touch(s, 0, STORE_ROOM);
	return change(s, &ask, hook, 0);
}
