/* SPDX-License-Identifier: ISC */
/* Rooms of every kind: channels, groups, direct ones. */
#include "store/db.h"

#define ROOM_COLUMNS                                                          \
	"SELECT r.row, r.id, r.type, r.name, r.topic, r.creator, u.id,"       \
	" iif(u.row, coalesce(u.username, 'Removed user'), NULL),"            \
	" r.by_default, r.archived,"                                          \
	" r.readonly, r.has_muted, r.created, r.updated, r.last, r.messages," \
	" r.members, r.roster, r.keep, r.description, r.announcement,"        \
	" r.fields, r.shown, r.pair, r.join_code IS NOT NULL, r.broadcast,"   \
	" r.spoken, r.crowd, p.id, r.team, r.team_main, t.id,"                \
	" r.team_default "
#define ROOM_CREATOR                            \
	"LEFT JOIN user u ON u.row = r.creator" \
	" LEFT JOIN room p ON p.row = r.parent" \
	" LEFT JOIN team t ON t.row = r.team "
#define ROOM_TABLES "FROM room r " ROOM_CREATOR

static void
read_room(sqlite3_stmt *q, struct arena *mem, struct room *r)
{
	struct str type = col_view(q, 2);

	*r = (struct room){
		.row = sqlite3_column_int64(q, 0),
		.id = col_str(q, 1, mem),
		.type = type.len ? *type.ptr : '\0',
		.name = col_str(q, 3, mem),
		.topic = col_str(q, 4, mem),
		.creator = sqlite3_column_int64(q, 5),
		.creator_id = col_str(q, 6, mem),
		.creator_name = col_str(q, 7, mem),
		.by_default = sqlite3_column_int(q, 8),
		.archived = sqlite3_column_int(q, 9),
		.readonly = sqlite3_column_int(q, 10),
		.has_muted = sqlite3_column_int(q, 11),
		.created = sqlite3_column_int64(q, 12),
		.updated = sqlite3_column_int64(q, 13),
		.last = sqlite3_column_int64(q, 14),
		.messages = sqlite3_column_int64(q, 15),
		.members = sqlite3_column_int64(q, 16),
		.roster = sqlite3_column_int64(q, 17),
		.keep = sqlite3_column_int64(q, 18),
		.description = col_str(q, 19, mem),
		.announcement = col_str(q, 20, mem),
		.fields = col_str(q, 21, mem),
		.shown = col_str(q, 22, mem),
		.pair = col_str(q, 23, mem),
		.coded = sqlite3_column_int(q, 24),
		.broadcast = sqlite3_column_int(q, 25),
		.spoken = sqlite3_column_int64(q, 26),
		.crowd = sqlite3_column_int64(q, 27),
		.parent_id = col_str(q, 28, mem),
		.team = sqlite3_column_int64(q, 29),
		.team_main = sqlite3_column_int(q, 30),
		.team_id = col_str(q, 31, mem),
		.team_default = sqlite3_column_int(q, 32),
	};
}

static int
one_room(struct store *s, struct stmt *ask, struct arena *mem, struct str key,
    struct room *r)
{
	sqlite3_stmt *q = stmt(s, ask);
	int found;

	bind_str(q, 1, key);
	if ((found = one_row(s, q)) == 1) {
		read_room(q, mem, r);
		sqlite3_reset(q);
	}
	return found;
}

int
room_by_id(struct store *s, struct arena *mem, struct str id, struct room *r)
{
	static struct stmt ask =
	    SQL(ROOM_COLUMNS ROOM_TABLES "WHERE r.id = ?1");

	return one_room(s, &ask, mem, id, r);
}

int
room_by_name(
    struct store *s, struct arena *mem, struct str name, struct room *r)
{
	static struct stmt ask =
	    SQL(ROOM_COLUMNS ROOM_TABLES "WHERE r.name = ?1");

	return one_room(s, &ask, mem, name, r);
}

int
room_by_pair(
    struct store *s, struct arena *mem, struct str pair, struct room *r)
{
	static struct stmt ask =
	    SQL(ROOM_COLUMNS ROOM_TABLES "WHERE r.pair = ?1");

	return one_room(s, &ask, mem, pair, r);
}

int
room_find(struct store *s, struct arena *mem, struct str word, struct room *r)
{
	int found = room_by_id(s, mem, word, r);

	return found ? found : room_by_name(s, mem, word, r);
}

/* ---- changes ---- */

int
room_add(struct store *s, struct room *r)
{
	static struct stmt ask =
	    SQL("INSERT INTO room(id, type, name, topic, creator, by_default,"
		" readonly, created, updated, description, fields, shown, pair,"
		" parent, broadcast) VALUES(?1, ?2, ?3, ?4, nullif(?5, 0), ?6,"
		" ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
		" (SELECT row FROM room WHERE id = ?14), ?15)");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	bind_str(q, 1, r->id);
	bind_str(q, 2, (struct str){ &r->type, 1 });
	bind_str(q, 3, r->name);
	bind_str(q, 4, r->topic);
	sqlite3_bind_int64(q, 5, r->creator);
	sqlite3_bind_int(q, 6, r->by_default);
	sqlite3_bind_int(q, 7, r->readonly);
	sqlite3_bind_int64(q, 8, r->created);
	sqlite3_bind_int64(q, 9, r->updated);
	bind_str(q, 10, r->description);
	bind_str(q, 11, r->fields);
	bind_str(q, 12, r->shown);
	bind_str(q, 13, r->pair);
	bind_str(q, 14, r->parent_id);
	sqlite3_bind_int(q, 15, r->broadcast);
	if ((done = write_row(s, q)) != 1)
		return done;
	r->row = sqlite3_last_insert_rowid(s->db);
	return tally(s, (struct str){ &r->type, 1 }, 1);
}

static int
set_number(
    struct store *s, struct stmt *ask, int64_t room, int64_t value, int64_t now)
{
	sqlite3_stmt *q = stmt(s, ask);

	sqlite3_bind_int64(q, 3, now);
	touch(s, room, STORE_ROOM);
	return change(s, ask, room, value);
}

static int
set_text(struct store *s, struct stmt *ask, int64_t room, struct str value,
    int64_t now)
{
	sqlite3_stmt *q = stmt(s, ask);

	sqlite3_bind_int64(q, 1, room);
	bind_str(q, 2, value);
	sqlite3_bind_int64(q, 3, now);
	touch(s, room, STORE_ROOM);
	return write_row(s, q);
}

int
room_set_archived(struct store *s, int64_t room, bool on, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE room SET archived = ?2, updated = ?3 WHERE row = ?1");

	return set_number(s, &ask, room, on, now);
}

int
room_set_readonly(struct store *s, int64_t room, bool on, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE room SET readonly = ?2, updated = ?3 WHERE row = ?1");

	return set_number(s, &ask, room, on, now);
}

int
room_set_keep(struct store *s, int64_t room, int64_t keep, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE room SET keep = ?2, updated = ?3 WHERE row = ?1");

	return set_number(s, &ask, room, keep, now);
}

int
room_set_topic(struct store *s, int64_t room, struct str topic, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE room SET topic = ?2, updated = ?3 WHERE row = ?1");

	return set_text(s, &ask, room, topic, now);
}

int
room_set_name(struct store *s, int64_t room, struct str name, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE room SET name = ?2, updated = ?3 WHERE row = ?1");

	return set_text(s, &ask, room, name, now);
}

int
room_delete(struct store *s, int64_t room)
{
	static struct stmt ids =
	    SQL("DELETE FROM message_gone WHERE pk >= ?1 << 40"
		" AND pk < (?1 + 1) << 40");
	static struct stmt less =
	    SQL("UPDATE tally SET n = n - 1"
		" WHERE name = (SELECT type FROM room WHERE row = ?1)");
	static struct stmt ask = SQL("DELETE FROM room WHERE row = ?1");

	touch(s, room, STORE_ROOM);
	if (change(s, &ids, room, 0) < 0 || change(s, &less, room, 0) < 0)
		return -1;
	return change(s, &ask, room, 0);
}

/* ---- lists ---- */

int
rooms_public(struct store *s, struct arena *mem, int64_t **rows, size_t *n)
{
	static struct stmt ask = SQL("SELECT row FROM room WHERE type = 'c'"
				     " ORDER BY messages DESC, row");

	return list_numbers(s, stmt(s, &ask), mem, rows, n);
}

int
rooms_of_user(
    struct store *s, struct arena *mem, int64_t user, int64_t **rows, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT room FROM member WHERE user = ?1 ORDER BY row");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, user);
	return list_numbers(s, q, mem, rows, n);
}

int
rooms_default(struct store *s, struct arena *mem, int64_t **rows, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT row FROM room WHERE by_default = 1 ORDER BY row");

	return list_numbers(s, stmt(s, &ask), mem, rows, n);
}

int
rooms_forgetful(struct store *s, struct arena *mem, int64_t elsewhere,
    int64_t **pairs, size_t *n)
{
	/* from a retired one all goes, whatever the clock has been */
	static struct stmt ask =
	    SQL("SELECT row, iif(type = 'x', -(1 << 40),"
		" iif(keep < 0, ?1, keep)) AS stay FROM room"
		" WHERE stay <> 0 ORDER BY row");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*pairs = NULL;
	*n = 0;
	sqlite3_bind_int64(q, 1, elsewhere);
	while ((more = next_row(s, q)) == 1) {
		*pairs = grown(mem, *pairs, *n, 2 * sizeof **pairs);
		(*pairs)[2 * *n] = sqlite3_column_int64(q, 0);
		(*pairs)[2 * (*n)++ + 1] = sqlite3_column_int64(q, 1);
	}
	return more < 0 ? -1 : 1;
}

static int
list_rooms(struct store *s, sqlite3_stmt *q, struct arena *mem,
    struct room **list, size_t *n)
{
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		read_room(q, mem, &(*list)[(*n)++]);
	}
	return more < 0 ? -1 : 1;
}

int
rooms_by_rows(struct store *s, struct arena *mem, const int64_t *rows, size_t n,
    struct room **list, size_t *count)
{
	static struct stmt ask =
	    SQL(ROOM_COLUMNS "FROM json_each(?1) j CROSS JOIN room r ON r.row "
			     "= j.value " ROOM_CREATOR "ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, json_numbers(mem, rows, n));
	return list_rooms(s, q, mem, list, count);
}

int
rooms_by_ids(struct store *s, struct arena *mem, const struct str *ids,
    size_t n, struct room **list, size_t *count)
{
	static struct stmt ask = SQL(
	    ROOM_COLUMNS "FROM json_each(?1) j CROSS JOIN room r"
			 " ON r.id = j.value " ROOM_CREATOR "ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, json_names(mem, ids, n));
	return list_rooms(s, q, mem, list, count);
}

int
room_list(struct store *s, struct arena *mem, struct str after, size_t limit,
    struct room **list, size_t *n)
{
	static struct stmt ask = SQL(ROOM_COLUMNS ROOM_TABLES
	    "WHERE coalesce(r.name, r.id) > ?1 COLLATE NOCASE"
	    " AND r.type <> 'x'" /* see room_retire */
	    " ORDER BY coalesce(r.name, r.id) COLLATE NOCASE LIMIT ?2");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, after.ptr ? after : STR(""));
	sqlite3_bind_int64(q, 2, (int64_t)limit);
	return list_rooms(s, q, mem, list, n);
}
