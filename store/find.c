/* SPDX-License-Identifier: ISC */
/* Finding people and rooms by a piece of a name. */
#include "store/db.h"

/* So many are looked at for a piece that no index finds. */
#define LOOKS "4000"
#define HAS(column, piece) "has(" column ", " piece ")"

/* Behind all names that begin so. */
static struct str
end_of(struct arena *mem, struct str begin)
{
	return arena_fmt(mem, "%.*s\xf4\x8f\xbf\xbf", STR_ARGS(begin));
}

static int
list_found(struct store *s, struct stmt *ask, struct arena *mem,
    struct str piece, int64_t user, size_t limit, int64_t **rows, size_t *n)
{
	sqlite3_stmt *q = stmt(s, ask);

	bind_str(q, 1, piece);
	bind_str(q, 2, end_of(mem, piece));
	sqlite3_bind_int64(q, 3, (int64_t)limit);
	sqlite3_bind_int64(q, 4, user);
	return list_numbers(s, q, mem, rows, n);
}

int
users_found(struct store *s, struct arena *mem, struct str piece, size_t limit,
    struct user **list, size_t *count)
{
	static struct stmt ask =
	    SQL("SELECT row FROM (SELECT * FROM (SELECT row, username,"
		" 0 AS far FROM user WHERE username >= ?1 AND username < ?2"
		" AND active ORDER BY username LIMIT ?3)"
		" UNION ALL SELECT * FROM (SELECT row, username, 1 FROM"
		" (SELECT row, username, name, active FROM user"
		" ORDER BY row DESC LIMIT " LOOKS ") WHERE active"
		" AND username IS NOT NULL AND (" HAS(
		    "username", "?1") " OR " HAS("name",
		    "?1") ") LIMIT ?3 + ?4))"
			  " GROUP BY row ORDER BY min(far), username LIMIT ?3");
	int64_t *rows;
	size_t n;

	if (list_found(s, &ask, mem, piece, (int64_t)limit, limit, &rows, &n) <
	    0)
		return -1;
	return users_by_rows(s, mem, rows, n, list, count);
}

#define NAMED "(" HAS("r.name", "?1") " OR " HAS("r.shown", "?1") ")"

int
rooms_found(struct store *s, struct arena *mem, struct str piece,
    enum find_where where, int64_t user, size_t limit, int64_t **rows,
    size_t *n)
{
	static struct stmt ask[] = {
		[FIND_OUTSIDE] = SQL(
		    "SELECT row FROM (SELECT * FROM (SELECT r.row, r.name,"
		    " 0 AS far FROM room r WHERE r.type = 'c' AND r.name >= ?1"
		    " AND r.name < ?2 AND NOT EXISTS(SELECT 1 FROM member"
		    " WHERE room = r.row AND user = ?4)"
		    " ORDER BY r.name LIMIT ?3)"
		    " UNION ALL SELECT * FROM (SELECT r.row, r.name, 1 FROM"
		    " (SELECT row, name, shown FROM room WHERE type = 'c'"
		    " ORDER BY name LIMIT " LOOKS ") r WHERE " NAMED
		    " AND NOT EXISTS(SELECT 1 FROM member"
		    " WHERE room = r.row AND user = ?4) LIMIT 2 * ?3))"
		    " GROUP BY row ORDER BY min(far), name LIMIT ?3"),
		[FIND_INSIDE] = SQL(
		    "SELECT r.row FROM member m CROSS JOIN room r"
		    " ON r.row = m.room WHERE m.user = ?4"
		    " AND r.type IN ('c', 'p') AND r.parent IS NULL AND " NAMED
		    " ORDER BY r.name LIMIT ?3"),
		[FIND_ALL] = SQL(
		    "SELECT row FROM (SELECT * FROM (SELECT row, name,"
		    " 0 AS far FROM room WHERE name >= ?1 AND name < ?2"
		    " ORDER BY name LIMIT ?3)"
		    " UNION ALL SELECT * FROM (SELECT r.row, r.name, 1 FROM"
		    " (SELECT row, name, shown FROM room WHERE name IS NOT NULL"
		    " ORDER BY name LIMIT " LOOKS ") r WHERE " NAMED
		    " LIMIT 2 * ?3)) GROUP BY row ORDER BY min(far), name"
		    " LIMIT ?3"),
	};

	return list_found(s, &ask[where], mem, piece, user, limit, rows, n);
}

/* ---- pages ---- */

/* With the condition; or, if that is too much to look at, with the other. */
static int
page(struct store *s, struct arena *mem, struct select *sel,
    struct select_from *from, const char *otherwise, int64_t **keys, size_t *n,
    int64_t *total)
{
	int tries, done = 0;

	for (tries = 0; tries < 2; tries++) {
		done = select_rows(s, mem, sel, from, keys, n);
		if (done == 1)
			done = select_total(s, sel, from, total);
		if (!sel->cut || !otherwise || tries)
			break;
		sel->cut = false;
		sel->steps = 0;
		from->where = otherwise;
	}
	return done;
}

#define BEGINS(column)                                         \
	column " >= " FROM_TEXT " AND " column " < " FROM_TEXT \
	       " || char(1114111)"

/* clang-format off */
static const struct select_field channels[] = {
	{ .name = "name", .type = SELECT_TEXT, .sql = "r.name" },
	{ .name = "ts", .type = SELECT_TIME, .sql = "r.created" },
	{ .name = "createdAt", .type = SELECT_TIME, .sql = "r.created" },
	{ .name = "usersCount", .type = SELECT_NUMBER, .sql = "r.members" },
	{ .name = "lastMessage", .type = SELECT_TIME, .sql = "r.last" },
	{ .name = NULL },
};
static const struct select_field users[] = {
	{ .name = "username", .type = SELECT_TEXT, .sql = "u.username" },
	{ .name = "name", .type = SELECT_TEXT, .sql = "u.name" },
	{ .name = "createdAt", .type = SELECT_TIME, .sql = "u.created" },
	{ .name = NULL },
};
const struct select_field *const directory_fields[] = {
	[DIRECTORY_CHANNELS] = channels,
	[DIRECTORY_USERS] = users,
	[DIRECTORY_TEAMS] = channels,
};

static const struct {
	struct select_from all;
	const char *with, *begins;
} directories[] = {
	[DIRECTORY_CHANNELS] = {
		{ "r.row", "FROM room r", "r.type = 'c' AND NOT r.team_main",
		    "r.name", .total = -1, .text = NO_STR },
		"r.type = 'c' AND NOT r.team_main AND (" HAS("r.name", FROM_TEXT)
		" OR " HAS("r.shown", FROM_TEXT) " OR " HAS("r.topic", FROM_TEXT)
		")",
		"r.type = 'c' AND NOT r.team_main AND " BEGINS("r.name") },
	[DIRECTORY_USERS] = {
		{ "u.row", "FROM user u", "u.username IS NOT NULL AND u.active",
		    "u.username", .total = -1, .text = NO_STR },
		"u.username IS NOT NULL AND u.active AND ("
		HAS("u.username", FROM_TEXT) " OR " HAS("u.name", FROM_TEXT) ")",
		"u.active AND " BEGINS("u.username") },
	[DIRECTORY_TEAMS] = {
		{ "r.row", "FROM team t CROSS JOIN room r ON r.row = t.room",
		    "(t.private = 0 OR EXISTS(SELECT 1 FROM member"
		    " WHERE room = r.row AND user = :1))", "t.name",
		    .values = 1, .total = -1, .text = NO_STR },
		"(t.private = 0 OR EXISTS(SELECT 1 FROM member WHERE room ="
		" r.row AND user = :1)) AND " HAS("t.name", FROM_TEXT),
		"(t.private = 0 OR EXISTS(SELECT 1 FROM member WHERE room ="
		" r.row AND user = :1)) AND " BEGINS("t.name") },
};
/* clang-format on */

/* How many there are, without looking at each. */
static int
count_all(struct store *s, enum directory which, int64_t *total)
{
	static struct stmt teams =
	    SQL("SELECT n - (SELECT count(*) FROM team WHERE private = 0)"
		" FROM tally WHERE name = 'c'");
	static struct stmt people =
	    SQL("SELECT n - (SELECT count(*) FROM user"
		" INDEXED BY user_inactive WHERE active = 0"
		" AND username IS NOT NULL) FROM tally WHERE name = 'users'");

	if (which == DIRECTORY_TEAMS)
		return 1;
	return one_number(
	    s, stmt(s, which == DIRECTORY_USERS ? &people : &teams), total);
}

int
directory_select(struct store *s, struct arena *mem, struct select *sel,
    enum directory which, struct str piece, int64_t user, int64_t **keys,
    size_t *n, int64_t *total)
{
	struct select_from from = directories[which].all;

	from.value[0] = user;
	if (piece.len) {
		from.text = piece;
		from.where = directories[which].with;
		from.dear = true;
	} else if (count_all(s, which, &from.total) < 0) {
		return -1;
	}
	return page(s, mem, sel, &from,
	    piece.len ? directories[which].begins : NULL, keys, n, total);
}

#define OF_KIND                                                         \
	"r.type <> 'x' AND (:1 & iif(r.parent, 8, iif(r.team_main, 16," \
	" CASE r.type WHEN 'c' THEN 1 WHEN 'p' THEN 2 ELSE 4 END))) <> 0"

int
rooms_administered(struct store *s, struct arena *mem, struct select *sel,
    unsigned kinds, struct str piece, int64_t **rows, size_t *n, int64_t *total)
{
	static struct stmt all =
	    SQL("SELECT sum(n) FROM tally WHERE name IN ('c', 'p', 'd')");
	struct select_from from = { "r.row", "FROM room r", OF_KIND, "r.name",
		{ (int64_t)kinds }, 1, -1, NO_STR, false };

	if (kinds == KIND_ANY && !piece.len &&
	    one_number(s, stmt(s, &all), &from.total) < 0)
		return -1;
	if (piece.len) {
		from.text = piece;
		from.dear = true;
		from.where = OF_KIND
		    " AND (" HAS("r.name", FROM_TEXT) " OR " HAS("r.shown",
			FROM_TEXT) " OR r.type = 'd' AND EXISTS(SELECT 1"
				   " FROM member m CROSS JOIN user u"
				   " ON u.row = m.user WHERE m.room = r.row"
				   " AND " HAS("u.username", FROM_TEXT) "))";
	}
	return page(s, mem, sel, &from,
	    piece.len ? OF_KIND " AND " BEGINS("r.name") : NULL, rows, n,
	    total);
}
