/* SPDX-License-Identifier: ISC */
/* What rooms are: changes of their faces, and members in pages. */
#include "store/db.h"

int
room_set_text(struct store *s, int64_t room, enum room_text what,
    struct str text, int64_t now)
{
#define SET(column) \
	SQL("UPDATE room SET " column " = ?2, updated = ?3 WHERE row = ?1")
	static struct stmt ask[] = {
		[ROOM_DESCRIPTION] = SET("description"),
		[ROOM_ANNOUNCEMENT] = SET("announcement"),
		[ROOM_JOIN_CODE] = SET("join_code"),
		[ROOM_FIELDS] = SET("fields"),
		[ROOM_SHOWN] = SET("shown"),
		[ROOM_TYPE] = SET("type"),
	};
#undef SET
	sqlite3_stmt *q = stmt(s, &ask[what]);

	sqlite3_bind_int64(q, 1, room);
	bind_str(q, 2, text);
	sqlite3_bind_int64(q, 3, now);
	touch(s, room, STORE_ROOM);
	return write_row(s, q);
}

int
room_set_kind(struct store *s, const struct room *r, char type, int64_t now)
{
	if (tally(s, (struct str){ &r->type, 1 }, -1) < 0 ||
	    tally(s, (struct str){ &type, 1 }, 1) < 0)
		return -1;
	return room_set_text(
	    s, r->row, ROOM_TYPE, (struct str){ &type, 1 }, now);
}

int
room_set_default(struct store *s, int64_t room, bool on, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE room SET by_default = ?2, updated = ?3"
		" WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 3, now);
	touch(s, room, STORE_ROOM);
	return change(s, &ask, room, on);
}

int
room_join_code(
    struct store *s, struct arena *mem, int64_t room, struct str *code)
{
	static struct stmt ask =
	    SQL("SELECT join_code FROM room WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	*code = NO_STR;
	sqlite3_bind_int64(q, 1, room);
	if ((found = one_row(s, q)) == 1) {
		*code = col_str(q, 0, mem);
		sqlite3_reset(q);
	}
	return found;
}

/*
 * Nobody finds it any more, at once; its messages leave like old ones
 * (rooms_forgetful), and then it goes (room_retired).
 */
int
room_retire(struct store *s, const struct room *r, int64_t now)
{
	static struct stmt had =
	    SQL("INSERT INTO gone(user, kind, id, at) SELECT m.user, 0, m.id,"
		" ?2 FROM member m WHERE m.room = ?1 AND m.user");
	static struct stmt had_room =
	    SQL("INSERT INTO gone(user, kind, id, at) SELECT m.user, 1, r.id,"
		" ?2 FROM member m CROSS JOIN room r ON r.row = m.room"
		" WHERE m.room = ?1 AND m.user");
	static struct stmt members = SQL("DELETE FROM member WHERE room = ?1");
	static struct stmt ask =
	    SQL("UPDATE room SET type = 'x', name = NULL, pair = NULL,"
		" id = id || ' ' || row, by_default = 0, parent = NULL, team = "
		"NULL,"
		" members = 0, updated = ?2 WHERE row = ?1");

	touch(s, 0, STORE_ROOM); /* discussions name it, too */
	if (tally(s, (struct str){ &r->type, 1 }, -1) < 0 ||
	    change(s, &had, r->row, now) < 0 ||
	    change(s, &had_room, r->row, now) < 0 ||
	    change(s, &members, r->row, 0) < 0)
		return -1;
	return change(s, &ask, r->row, now);
}

int
room_forget(struct store *s, int64_t room, size_t limit)
{
	static struct stmt ask =
	    SQL("DELETE FROM message_gone WHERE id IN (SELECT id"
		" FROM message_gone WHERE pk >= ?1 << 40"
		" AND pk < (?1 + 1) << 40 LIMIT ?2)");
	int done = change(s, &ask, room, (int64_t)limit);

	if (done == 1 && (size_t)sqlite3_changes(s->db) == limit)
		return 1;
	return done < 0 || room_delete(s, room) < 0 ? -1 : 0;
}

int
room_retired(struct store *s, int64_t *room)
{
	static struct stmt ask =
	    SQL("SELECT row FROM room WHERE type = 'x' AND messages = 0"
		" LIMIT 1");

	return one_number(s, stmt(s, &ask), room);
}

/* ---- members in pages ---- */

/* Many of all users: along their names; few: those, sorted. */
enum { MOST_OF = 8 };

int
members_select(struct store *s, struct arena *mem, struct select *sel,
    const struct room *r, int64_t **rows, size_t *n, int64_t *total)
{
	struct select_from from = {
		.key = "u.row",
		.tables = "FROM member m CROSS JOIN user u ON u.row = m.user",
		.where = "m.room = :1",
		.order = "u.username",
		.value = { r->row },
		.values = 1,
		.total = r->members,
	};
	int64_t users = 0;
	int done;

	if (store_tally(s, "users", &users) < 0)
		return -1;
	if (r->members > users / MOST_OF) {
		from.tables =
		    "FROM user u CROSS JOIN member m ON m.user = u.row";
		from.where = "u.username IS NOT NULL AND m.room = :1";
	}
	done = select_rows(s, mem, sel, &from, rows, n);
	return done == 1 ? select_total(s, sel, &from, total) : done;
}

int
members_users(struct store *s, struct arena *mem, int64_t room,
    const int64_t *users, size_t n, int64_t **rows, size_t *count)
{
	static struct stmt ask =
	    SQL("SELECT m.user FROM json_each(?2) j CROSS JOIN member m"
		" ON m.room = ?1 AND m.user = j.value ORDER BY m.row");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, room);
	bind_str(q, 2, json_numbers(mem, users, n));
	return list_numbers(s, q, mem, rows, count);
}

int
members_with_roles(struct store *s, struct arena *mem, int64_t room,
    struct seat **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT m.id, u.id, u.username, u.name, m.roles FROM member m"
		" CROSS JOIN user u ON u.row = m.user"
		" WHERE m.room = ?1 AND m.roles <> '' ORDER BY m.row"
		" LIMIT 1000");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	sqlite3_bind_int64(q, 1, room);
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = (struct seat){ col_str(q, 0, mem),
			col_str(q, 1, mem), col_str(q, 2, mem),
			col_str(q, 3, mem), col_str(q, 4, mem) };
	}
	return more < 0 ? -1 : 1;
}

/* ---- everybody else ---- */

int
users_outside(struct store *s, struct arena *mem, int64_t room,
    bool active_only, size_t limit, int64_t **rows, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT u.row FROM user u WHERE u.username IS NOT NULL"
		" AND (u.active OR NOT ?2) AND NOT EXISTS(SELECT 1"
		" FROM member m WHERE m.room = ?1 AND m.user = u.row)"
		" ORDER BY u.row LIMIT ?3");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, room);
	sqlite3_bind_int(q, 2, active_only);
	sqlite3_bind_int64(q, 3, (int64_t)limit);
	return list_numbers(s, q, mem, rows, n);
}
