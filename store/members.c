/* SPDX-License-Identifier: ISC */
/* Who is in a room, as what, and who may not speak there. */
#include "store/db.h"

/* Its list of names is another one now. */
static int
move_roster(struct store *s, int64_t room, int by, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE room SET members = members + ?2, roster = roster + 1,"
		" updated = ?3 WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 3, now);
	touch(s, room, STORE_ROOM);
	return change(s, &ask, room, by);
}

int
member_add(struct store *s, const struct member *m)
{
	static struct stmt ask =
	    SQL("INSERT INTO member(room, user, id, roles, since, seen,"
		" seen_crowd) SELECT ?1, ?2, ?3, ?4, ?5, spoken, crowd"
		" FROM room WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	sqlite3_bind_int64(q, 1, m->room);
	sqlite3_bind_int64(q, 2, m->user);
	bind_str(q, 3, m->id);
	bind_str(q, 4, m->roles);
	sqlite3_bind_int64(q, 5, m->since);
	done = write_row(s, q);
	return done == 1 ? move_roster(s, m->room, 1, m->since) : done;
}

int
member_add_ghost(struct store *s, int64_t room, struct str name, int64_t now)
{
	static struct stmt ask =
	    SQL("INSERT INTO member(room, ghost, since) VALUES(?1, ?2, ?3)");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, room);
	bind_str(q, 2, name);
	sqlite3_bind_int64(q, 3, now);
	return write_row(s, q) < 0 ? -1 : move_roster(s, room, 0, now);
}

int
member_delete(struct store *s, int64_t room, int64_t user, int64_t now)
{
	static struct stmt ask =
	    SQL("DELETE FROM member WHERE room = ?1 AND user = ?2");
	static struct stmt had = SQL("INSERT INTO gone(user, kind, id, at)"
				     " SELECT user, 0, id, ?3 FROM member"
				     " WHERE room = ?1 AND user = ?2");
	static struct stmt had_room =
	    SQL("INSERT INTO gone(user, kind, id, at)"
		" SELECT m.user, 1, r.id, ?3 FROM member m CROSS JOIN room r"
		" ON r.row = m.room WHERE m.room = ?1 AND m.user = ?2");
	int done;

	sqlite3_bind_int64(stmt(s, &had), 3, now);
	sqlite3_bind_int64(stmt(s, &had_room), 3, now);
	if (change(s, &had, room, user) < 0 ||
	    change(s, &had_room, room, user) < 0)
		return -1;
	done = change(s, &ask, room, user);

	return done == 1 ? move_roster(s, room, -1, now) : done;
}

int
member_find(struct store *s, struct arena *mem, int64_t room, int64_t user,
    struct member *m)
{
	static struct stmt ask = SQL("SELECT id, roles, since FROM member"
				     " WHERE room = ?1 AND user = ?2");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	sqlite3_bind_int64(q, 1, room);
	sqlite3_bind_int64(q, 2, user);
	if ((found = one_row(s, q)) == 1) {
		*m = (struct member){
			.room = room,
			.user = user,
			.id = col_str(q, 0, mem),
			.roles = col_str(q, 1, mem),
			.since = sqlite3_column_int64(q, 2),
		};
		sqlite3_reset(q);
	}
	return found;
}

int
member_set_roles(struct store *s, int64_t room, int64_t user, struct str roles)
{
	static struct stmt ask =
	    SQL("UPDATE member SET roles = ?3 WHERE room = ?1 AND user = ?2");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 3, roles);
	touch(s, room, STORE_ROOM);
	return change(s, &ask, room, user);
}

int
member_count(struct store *s, int64_t room, struct str role, int64_t *count)
{
	static struct stmt ask =
	    SQL("SELECT count(*) FROM member WHERE room = ?1 AND roles <> ''"
		" AND instr(' ' || roles || ' ', ' ' || ?2 || ' ')");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, room);
	bind_str(q, 2, role);
	return one_number(s, q, count);
}

/* ---- names ---- */

int
member_names(struct store *s, int64_t room,
    void (*each)(void *, struct str name), void *arg)
{
	static struct stmt ask =
	    SQL("SELECT coalesce(u.username, m.ghost) FROM member m"
		" LEFT JOIN user u ON u.row = m.user"
		" WHERE m.room = ?1 ORDER BY m.row");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	sqlite3_bind_int64(q, 1, room);
	while ((more = next_row(s, q)) == 1)
		each(arg, col_view(q, 0));
	return more < 0 ? -1 : 1;
}

int
members_among(struct store *s, struct arena *mem, int64_t room,
    const int64_t *users, size_t n, struct str **names, size_t *count)
{
	static struct stmt ask =
	    SQL("SELECT u.username FROM json_each(?2) j"
		" CROSS JOIN member m ON m.room = ?1 AND m.user = j.value"
		" CROSS JOIN user u ON u.row = m.user ORDER BY m.row");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, room);
	bind_str(q, 2, json_numbers(mem, users, n));
	return list_names(s, q, mem, names, count);
}

/* ---- who may not speak ---- */

int
room_mute(struct store *s, int64_t room, int64_t user, bool on, int64_t now)
{
	static struct stmt mute =
	    SQL("INSERT INTO muted(room, user) VALUES(?1, ?2)");
	static struct stmt unmute =
	    SQL("DELETE FROM muted WHERE room = ?1 AND user = ?2");
	static struct stmt mark =
	    SQL("UPDATE room SET has_muted = EXISTS(SELECT 1 FROM muted"
		" WHERE room = ?1), updated = ?2 WHERE row = ?1");
	int done = change(s, on ? &mute : &unmute, room, user);

	touch(s, room, STORE_ROOM);
	return done == 1 ? change(s, &mark, room, now) : done;
}

int
room_is_muted(struct store *s, int64_t room, int64_t user)
{
	static struct stmt ask =
	    SQL("SELECT 1 FROM muted WHERE room = ?1 AND user = ?2");
	sqlite3_stmt *q = stmt(s, &ask);
	int64_t one;

	sqlite3_bind_int64(q, 1, room);
	sqlite3_bind_int64(q, 2, user);
	return one_number(s, q, &one);
}

int
room_muted_names(struct store *s, struct arena *mem, int64_t room,
    struct str **names, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT u.username FROM muted m JOIN user u ON u.row = m.user"
		" WHERE m.room = ?1 ORDER BY u.username");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, room);
	return list_names(s, q, mem, names, n);
}
