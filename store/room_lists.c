/* SPDX-License-Identifier: ISC */
/* Pages of rooms, as clients select and sort them. */
#include "store/message_row.h"

/* clang-format off */
const struct select_field room_fields[] = {
	{ .name = "_id", .type = SELECT_TEXT, .sql = "r.id" },
	{ .name = "name", .type = SELECT_TEXT, .sql = "r.name" },
	{ .name = "t", .type = SELECT_TEXT, .sql = "r.type" },
	{ .name = "topic", .type = SELECT_TEXT, .sql = "paid(r.topic)" },
	{ .name = "msgs", .type = SELECT_NUMBER, .sql = "r.messages" },
	{ .name = "usersCount", .type = SELECT_NUMBER, .sql = "r.members" },
	{ .name = "default", .type = SELECT_BOOL, .sql = "r.by_default" },
	{ .name = "archived", .type = SELECT_BOOL, .sql = "r.archived" },
	{ .name = "ro", .type = SELECT_BOOL, .sql = "r.readonly" },
	{ .name = "ts", .type = SELECT_TIME, .sql = "r.created" },
	{ .name = "lm", .type = SELECT_TIME, .sql = "nullif(r.last, 0)" },
	{ .name = "_updatedAt", .type = SELECT_TIME, .sql = "r.updated" },
	{ .name = "prid", .type = SELECT_TEXT, .sql = "(SELECT p.id FROM room p WHERE p.row = r.parent)" },
	{ .name = NULL },
};

static const struct select_from lists[] = {
	[ROOMS_OF_TYPE] = { "r.row", "FROM room r", "r.type = char(:1)",
	    "r.name", .values = 1 },
	[ROOMS_JOINED] = { "r.row",
	    "FROM member m CROSS JOIN room r ON r.row = m.room",
	    "m.user = :2 AND r.type = char(:1)", "r.name", .values = 2 },
};
/* clang-format on */

int
rooms_select(struct store *s, struct arena *mem, struct select *sel,
    enum room_list which, char type, int64_t user, int64_t **rows, size_t *n,
    int64_t *total)
{
	struct select_from from = lists[which];
	const char name[2] = { type };
	int done;

	from.value[0] = (unsigned char)type;
	from.value[1] = user;
	from.total = -1;
	if (which == ROOMS_OF_TYPE && store_tally(s, name, &from.total) < 0)
		return -1;
	done = select_rows(s, mem, sel, &from, rows, n);
	return done == 1 ? select_total(s, sel, &from, total) : done;
}

int
rooms_since(struct store *s, struct arena *mem, int64_t user, int64_t since,
    int64_t **rows, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT m.room FROM member m CROSS JOIN room r"
		" ON r.row = m.room WHERE m.user = ?1"
		" AND max(r.updated, r.sent, m.since) > ?2 ORDER BY m.row");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, user);
	sqlite3_bind_int64(q, 2, since);
	return list_numbers(s, q, mem, rows, n);
}

int
channels_named(struct store *s, struct arena *mem, const struct str *names,
    size_t n, struct str *json)
{
	static struct stmt ask =
	    SQL("SELECT json_group_array(json_object('_id', r.id, 'name',"
		" r.name)) FROM json_each(?1) j CROSS JOIN room r"
		" ON r.name = j.value WHERE r.type = 'c'"
		" AND r.name = j.value COLLATE BINARY HAVING count(*) > 0");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	*json = NO_STR;
	bind_str(q, 1, json_names(mem, names, n));
	if ((found = one_row(s, q)) == 1) {
		*json = col_str(q, 0, mem);
		sqlite3_reset(q);
	}
	return found;
}

int
rooms_last(struct store *s, struct arena *mem, const struct room *r, size_t n,
    struct message **list)
{
	static struct stmt ask = SQL(
	    MESSAGE_COLUMNS "FROM json_each(?1) j CROSS JOIN room r ON r.row"
			    " = j.value CROSS JOIN message m ON m.pk ="
			    " r.last_pk " MESSAGE_PEOPLE "ORDER BY j.key");
	int64_t *rows = arena_get(mem, (n + 1) * sizeof *rows);
	sqlite3_stmt *q = stmt(s, &ask);
	struct message *found;
	size_t i, j, count;

	*list = arena_get(mem, (n + 1) * sizeof **list);
	for (i = 0; i < n; i++)
		rows[i] = r[i].row;
	bind_str(q, 1, json_numbers(mem, rows, n));
	if (list_messages(s, q, mem, r, &found, &count) < 0)
		return -1;
	for (i = j = 0; i < n; i++) {
		(*list)[i] = (struct message){ 0 };
		if (j < count && found[j].pk >> SEQUENCE_BITS == r[i].row) {
			(*list)[i] = found[j++];
			(*list)[i].rid = r[i].id;
		}
	}
	return 1;
}
