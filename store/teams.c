/* SPDX-License-Identifier: ISC */
/* Teams: rooms that belong together. */
#include "store/db.h"

#define COLUMNS                                                           \
	"SELECT t.row, t.id, t.name, t.private, t.room, r.id, t.creator," \
	" u.id, coalesce(u.username, 'Removed user'), t.created,"         \
	" t.updated, (SELECT count(*) FROM room o WHERE o.team = t.row"   \
	" AND NOT o.team_main), r.members "
#define JOINED                                 \
	" CROSS JOIN room r ON r.row = t.room" \
	" LEFT JOIN user u ON u.row = t.creator "

static void
read_team(sqlite3_stmt *q, struct arena *mem, struct team *t)
{
	*t = (struct team){
		.row = sqlite3_column_int64(q, 0),
		.id = col_str(q, 1, mem),
		.name = col_str(q, 2, mem),
		.closed = sqlite3_column_int(q, 3),
		.room = sqlite3_column_int64(q, 4),
		.room_id = col_str(q, 5, mem),
		.creator = sqlite3_column_int64(q, 6),
		.creator_id = col_str(q, 7, mem),
		.creator_name = col_str(q, 8, mem),
		.created = sqlite3_column_int64(q, 9),
		.updated = sqlite3_column_int64(q, 10),
		.rooms = sqlite3_column_int64(q, 11),
		.members = sqlite3_column_int64(q, 12),
	};
}

static int
one_team(struct store *s, sqlite3_stmt *q, struct arena *mem, struct team *t)
{
	int found = one_row(s, q);

	if (found == 1) {
		read_team(q, mem, t);
		sqlite3_reset(q);
	}
	return found;
}

int
team_by_id(struct store *s, struct arena *mem, struct str id, struct team *t)
{
	static struct stmt ask =
	    SQL(COLUMNS "FROM team t" JOINED "WHERE t.id = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, id);
	return one_team(s, q, mem, t);
}

int
team_by_name(
    struct store *s, struct arena *mem, struct str name, struct team *t)
{
	static struct stmt ask =
	    SQL(COLUMNS "FROM team t" JOINED "WHERE t.name = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, name);
	return one_team(s, q, mem, t);
}

int
team_by_row(struct store *s, struct arena *mem, int64_t row, struct team *t)
{
	static struct stmt ask =
	    SQL(COLUMNS "FROM team t" JOINED "WHERE t.row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, row);
	return one_team(s, q, mem, t);
}

/* ---- changes ---- */

int
team_add(struct store *s, struct team *t)
{
	static struct stmt ask =
	    SQL("INSERT INTO team(id, name, private, room, creator, created,"
		" updated) VALUES(?1, ?2, ?3, ?4, nullif(?5, 0), ?6, ?6)");
	static struct stmt main =
	    SQL("UPDATE room SET team = ?2, team_main = 1, updated = ?3"
		" WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	bind_str(q, 1, t->id);
	bind_str(q, 2, t->name);
	sqlite3_bind_int(q, 3, t->closed);
	sqlite3_bind_int64(q, 4, t->room);
	sqlite3_bind_int64(q, 5, t->creator);
	sqlite3_bind_int64(q, 6, t->created);
	if ((done = write_row(s, q)) != 1)
		return done;
	t->row = sqlite3_last_insert_rowid(s->db);
	sqlite3_bind_int64(stmt(s, &main), 3, t->created);
	touch(s, t->room, STORE_ROOM);
	return change(s, &main, t->room, t->row);
}

int
team_set(
    struct store *s, int64_t team, struct str name, bool closed, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE team SET name = ?2, private = ?3, updated = ?4"
		" WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, team);
	bind_str(q, 2, name);
	sqlite3_bind_int(q, 3, closed);
	sqlite3_bind_int64(q, 4, now);
	return write_row(s, q);
}

int
team_delete(struct store *s, int64_t team, int64_t now)
{
	static struct stmt rooms =
	    SQL("UPDATE room SET team = NULL, team_main = 0, team_default = 0,"
		" updated = ?2 WHERE team = ?1");
	static struct stmt ask = SQL("DELETE FROM team WHERE row = ?1");

	touch(s, 0, STORE_ROOM);
	return change(s, &rooms, team, now) < 0 ? -1 : change(s, &ask, team, 0);
}

int
room_set_team(
    struct store *s, int64_t room, int64_t team, bool by_default, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE room SET team = nullif(?2, 0), team_default = ?3,"
		" updated = ?4 WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int(q, 3, by_default);
	sqlite3_bind_int64(q, 4, now);
	touch(s, room, STORE_ROOM);
	return change(s, &ask, room, team);
}

int
team_defaults(struct store *s, struct arena *mem, int64_t team, size_t limit,
    int64_t **rows, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT row FROM room WHERE team = ?1 AND team_default"
		" ORDER BY row LIMIT ?2");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, team);
	sqlite3_bind_int64(q, 2, (int64_t)limit);
	return list_numbers(s, q, mem, rows, n);
}

/* ---- lists ---- */

/* clang-format off */
const struct select_field team_fields[] = {
	{ .name = "_id", .type = SELECT_TEXT, .sql = "t.id" },
	{ .name = "name", .type = SELECT_TEXT, .sql = "t.name" },
	{ .name = "type", .type = SELECT_NUMBER, .sql = "t.private" },
	{ .name = "createdAt", .type = SELECT_TIME, .sql = "t.created" },
	{ .name = "_updatedAt", .type = SELECT_TIME, .sql = "t.updated" },
	{ .name = NULL },
};
/* clang-format on */

int
teams_select(struct store *s, struct arena *mem, struct select *sel,
    int64_t user, int64_t **rows, size_t *n, int64_t *total)
{
	const struct select_from from = {
		.key = "t.row",
		.tables = "FROM team t",
		.where = "(:1 = 0 OR EXISTS(SELECT 1 FROM member m"
			 " WHERE m.room = t.room AND m.user = :1))",
		.order = "t.name",
		.value = { user },
		.values = 1,
		.total = -1,
	};
	int done = select_rows(s, mem, sel, &from, rows, n);

	return done == 1 ? select_total(s, sel, &from, total) : done;
}

int
teams_by_rows(struct store *s, struct arena *mem, const int64_t *rows, size_t n,
    struct team **list, size_t *count)
{
	static struct stmt ask = SQL(COLUMNS
	    "FROM json_each(?1) j CROSS JOIN team t ON t.row = j.value" JOINED
	    "ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*count = 0;
	bind_str(q, 1, json_numbers(mem, rows, n));
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *count, sizeof **list);
		read_team(q, mem, &(*list)[(*count)++]);
	}
	return more < 0 ? -1 : 1;
}

int
team_rooms_select(struct store *s, struct arena *mem, struct select *sel,
    int64_t team, enum team_rooms which, int64_t user, bool only_default,
    struct str piece, int64_t **rows, size_t *n, int64_t *total)
{
	const struct select_from from = {
		.key = "r.row",
		.tables = "FROM room r",
		.where = "r.team = :1 AND NOT r.team_main"
			 " AND (:2 = 0 OR :2 = 1 AND r.type = 'c'"
			 " OR EXISTS(SELECT 1 FROM member m"
			 " WHERE m.room = r.row AND m.user = :3))"
			 " AND (:4 = 0 OR r.team_default)"
			 " AND has(r.name, " FROM_TEXT ")",
		.order = "r.name",
		.value = { team, which, user, only_default },
		.values = 4,
		.total = -1,
		.text = piece.ptr ? piece : STR(""),
	};
	int done = select_rows(s, mem, sel, &from, rows, n);

	return done == 1 ? select_total(s, sel, &from, total) : done;
}

int
members_by_users(struct store *s, struct arena *mem, int64_t room,
    const int64_t *users, size_t n, struct member **list, size_t *count)
{
	static struct stmt ask =
	    SQL("SELECT m.user, m.id, m.roles, m.since FROM json_each(?2) j"
		" CROSS JOIN member m ON m.room = ?1 AND m.user = j.value"
		" ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*count = 0;
	sqlite3_bind_int64(q, 1, room);
	bind_str(q, 2, json_numbers(mem, users, n));
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *count, sizeof **list);
		(*list)[(*count)++] = (struct member){
			.room = room,
			.user = sqlite3_column_int64(q, 0),
			.id = col_str(q, 1, mem),
			.roles = col_str(q, 2, mem),
			.since = sqlite3_column_int64(q, 3),
		};
	}
	return more < 0 ? -1 : 1;
}
