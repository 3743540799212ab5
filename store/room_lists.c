/* SPDX-License-Identifier: ISC */
/* Pages of rooms, as clients select and sort them. */
#include "store/db.h"

/* clang-format off */
const struct select_field room_fields[] = {
	{ .name = "_id", .type = SELECT_TEXT, .sql = "r.id" },
	{ .name = "name", .type = SELECT_TEXT, .sql = "r.name" },
	{ .name = "t", .type = SELECT_TEXT, .sql = "r.type" },
	{ .name = "topic", .type = SELECT_TEXT, .sql = "r.topic" },
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

	from.value[0] = type;
	from.value[1] = user;
	from.total = -1;
	if (which == ROOMS_OF_TYPE && store_tally(s, name, &from.total) < 0)
		return -1;
	done = select_rows(s, mem, sel, &from, rows, n);
	return done == 1 ? select_total(s, sel, &from, total) : done;
}

int
rooms_owned_alone(struct store *s, struct arena *mem, int64_t user,
    size_t limit, struct str **names, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT r.name FROM member m CROSS JOIN room r"
		" ON r.row = m.room WHERE m.user = ?1"
		" AND instr(' ' || m.roles || ' ', ' owner ')"
		" AND r.type <> 'd' AND r.members > 1"
		" AND NOT EXISTS(SELECT 1 FROM member o WHERE o.room = m.room"
		" AND o.user <> ?1 AND o.roles <> ''"
		" AND instr(' ' || o.roles || ' ', ' owner ')) LIMIT ?2");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, user);
	sqlite3_bind_int64(q, 2, (int64_t)limit);
	return list_names(s, q, mem, names, n);
}
