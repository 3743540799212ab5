/* SPDX-License-Identifier: ISC */
/* Users: accounts, their names and addresses. */
#include "store/db.h"

#define USER_COLUMNS                                                           \
	"SELECT u.row, u.id, u.username, u.name, u.type, u.active,"            \
	" u.password, u.created, u.updated, u.login, e.address, e.verified,"   \
	" (SELECT group_concat(role, ' ') FROM user_role WHERE user = u.row)," \
	" u.status, u.status_text, u.bio, u.nickname, u.fields, u.avatar,"     \
	" u.must_change, u.utc_offset "
#define USER_TABLES \
	"FROM user u LEFT JOIN email e ON e.user = u.row AND e.place = 0 "

static void
read_user(sqlite3_stmt *q, struct arena *mem, struct user *u)
{
	*u = (struct user){
		.row = sqlite3_column_int64(q, 0),
		.id = col_str(q, 1, mem),
		.username = col_str(q, 2, mem),
		.name = col_str(q, 3, mem),
		.type = col_str(q, 4, mem),
		.active = sqlite3_column_int(q, 5),
		.password = col_str(q, 6, mem),
		.created = sqlite3_column_int64(q, 7),
		.updated = sqlite3_column_int64(q, 8),
		.last_login = sqlite3_column_int64(q, 9),
		.email = col_str(q, 10, mem),
		.verified = sqlite3_column_int(q, 11),
		.roles = col_str(q, 12, mem),
		.status = col_str(q, 13, mem),
		.status_text = col_str(q, 14, mem),
		.bio = col_str(q, 15, mem),
		.nickname = col_str(q, 16, mem),
		.fields = col_str(q, 17, mem),
		.avatar = col_str(q, 18, mem),
		.must_change = sqlite3_column_int(q, 19),
		.utc_offset = sqlite3_column_int(q, 20),
	};
}

static int
one_user(struct store *s, sqlite3_stmt *q, struct arena *mem, struct user *u)
{
	int found = one_row(s, q);

	if (found == 1) {
		read_user(q, mem, u);
		sqlite3_reset(q);
	}
	return found;
}

int
user_by_row(struct store *s, struct arena *mem, int64_t row, struct user *u)
{
	static struct stmt ask =
	    SQL(USER_COLUMNS USER_TABLES "WHERE u.row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, row);
	return one_user(s, q, mem, u);
}

int
user_by_id(struct store *s, struct arena *mem, struct str id, struct user *u)
{
	static struct stmt ask =
	    SQL(USER_COLUMNS USER_TABLES "WHERE u.id = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, id);
	return one_user(s, q, mem, u);
}

/* The index does not tell upper from lower case; a login does. */
int
user_by_name(
    struct store *s, struct arena *mem, struct str name, struct user *u)
{
	static struct stmt ask = SQL(USER_COLUMNS USER_TABLES
	    "WHERE u.username = ?1 AND u.username = ?1 COLLATE BINARY");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, name);
	return one_user(s, q, mem, u);
}

int
user_by_email(
    struct store *s, struct arena *mem, struct str address, struct user *u)
{
	static struct stmt ask = SQL(USER_COLUMNS
	    "FROM email m JOIN user u ON u.row = m.user"
	    " LEFT JOIN email e ON e.user = u.row AND e.place = 0"
	    " WHERE m.address = ?1 AND m.address = ?1 COLLATE BINARY");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, address);
	return one_user(s, q, mem, u);
}

static int
is_there(struct store *s, struct stmt *ask, struct str name)
{
	sqlite3_stmt *q = stmt(s, ask);
	int64_t one;

	bind_str(q, 1, name);
	return one_number(s, q, &one);
}

int
user_name_taken(struct store *s, struct str name)
{
	static struct stmt ask = SQL("SELECT 1 FROM user WHERE username = ?1");

	return is_there(s, &ask, name);
}

int
user_email_taken(struct store *s, struct str address)
{
	static struct stmt ask = SQL("SELECT 1 FROM email WHERE address = ?1");

	return is_there(s, &ask, address);
}

/* ---- changes ---- */

static int
email_add(struct store *s, const struct user *u)
{
	static struct stmt ask =
	    SQL("INSERT INTO email(user, place, address, verified)"
		" VALUES(?1, 0, ?2, ?3)");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, u->row);
	bind_str(q, 2, u->email);
	sqlite3_bind_int(q, 3, u->verified);
	return write_row(s, q);
}

int
user_add(struct store *s, struct user *u)
{
	static struct stmt ask =
	    SQL("INSERT INTO user(id, username, name, type, active, password,"
		" created, updated) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	/* first, so that a refusal leaves nothing behind */
	if (u->email.ptr && (done = user_email_taken(s, u->email)) != 0)
		return done < 0 ? -1 : 0;
	bind_str(q, 1, u->id);
	bind_str(q, 2, u->username);
	bind_str(q, 3, u->name);
	bind_str(q, 4, u->type);
	sqlite3_bind_int(q, 5, u->active);
	bind_str(q, 6, u->password);
	sqlite3_bind_int64(q, 7, u->created);
	sqlite3_bind_int64(q, 8, u->updated);
	if ((done = write_row(s, q)) != 1)
		return done;
	u->row = sqlite3_last_insert_rowid(s->db);
	if (tally(s, STR("users"), 1) < 0)
		return -1;
	return u->email.ptr ? email_add(s, u) : 1;
}

int
user_set_password(struct store *s, int64_t user, struct str record, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE user SET password = ?2, updated = ?3 WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, user);
	bind_str(q, 2, record);
	sqlite3_bind_int64(q, 3, now);
	return write_row(s, q);
}

int
user_set_active(struct store *s, int64_t user, bool active, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE user SET active = ?2, updated = ?3 WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, user);
	sqlite3_bind_int(q, 2, active);
	sqlite3_bind_int64(q, 3, now);
	return write_row(s, q);
}

int
user_set_login(struct store *s, int64_t user, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE user SET login = ?2 WHERE row = ?1");

	return change(s, &ask, user, now);
}

/* ---- lists ---- */

static int
list_users(struct store *s, sqlite3_stmt *q, struct arena *mem,
    struct user **list, size_t *n)
{
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		read_user(q, mem, &(*list)[(*n)++]);
	}
	return more < 0 ? -1 : 1;
}

int
user_list(struct store *s, struct arena *mem, struct str after, size_t limit,
    struct user **list, size_t *n)
{
	static struct stmt ask = SQL(USER_COLUMNS USER_TABLES
	    "WHERE u.username > ?1 ORDER BY u.username LIMIT ?2");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, after.ptr ? after : STR(""));
	sqlite3_bind_int64(q, 2, (int64_t)limit);
	return list_users(s, q, mem, list, n);
}

int
users_by_rows(struct store *s, struct arena *mem, const int64_t *rows, size_t n,
    struct user **list, size_t *count)
{
	static struct stmt ask = SQL(USER_COLUMNS
	    "FROM json_each(?1) j CROSS JOIN user u ON u.row = j.value"
	    " LEFT JOIN email e ON e.user = u.row AND e.place = 0"
	    " ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, json_numbers(mem, rows, n));
	return list_users(s, q, mem, list, count);
}

int
users_by_ids(struct store *s, struct arena *mem, const struct str *ids,
    size_t n, struct user **list, size_t *count)
{
	static struct stmt ask = SQL(USER_COLUMNS
	    "FROM json_each(?1) j CROSS JOIN user u ON u.id = j.value"
	    " LEFT JOIN email e ON e.user = u.row AND e.place = 0"
	    " WHERE u.username IS NOT NULL ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, json_names(mem, ids, n));
	return list_users(s, q, mem, list, count);
}

int
users_like(struct store *s, struct arena *mem, struct str begin,
    const struct str *without, size_t n, size_t limit, struct user **list,
    size_t *count)
{
	/* a limit each, so that one letter costs no more than a name */
	static struct stmt ask = SQL(USER_COLUMNS USER_TABLES
	    "WHERE u.row IN (SELECT row FROM (SELECT row FROM user"
	    " WHERE username >= ?1 AND username < ?2 AND active"
	    " AND username NOT IN (SELECT value FROM json_each(?3))"
	    " ORDER BY username LIMIT ?4)"
	    " UNION SELECT row FROM (SELECT row FROM user"
	    " WHERE name >= ?1 COLLATE NOCASE AND name < ?2 COLLATE NOCASE"
	    " AND active AND username NOT IN (SELECT value FROM json_each(?3))"
	    " ORDER BY name COLLATE NOCASE LIMIT ?4))"
	    " ORDER BY u.username LIMIT ?4");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, begin);
	bind_str(q, 2, arena_fmt(mem, "%.*s\xf4\x8f\xbf\xbf", STR_ARGS(begin)));
	bind_str(q, 3, json_names(mem, without, n));
	sqlite3_bind_int64(q, 4, (int64_t)limit);
	return list_users(s, q, mem, list, count);
}

int
users_named(struct store *s, struct arena *mem, const struct str *names,
    size_t n, struct user **list, size_t *count)
{
	static struct stmt ask = SQL(USER_COLUMNS
	    "FROM json_each(?1) j CROSS JOIN user u ON u.username = j.value"
	    " LEFT JOIN email e ON e.user = u.row AND e.place = 0"
	    " WHERE u.username = j.value COLLATE BINARY ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, json_names(mem, names, n));
	return list_users(s, q, mem, list, count);
}

int
users_called(struct store *s, struct arena *mem, const struct str *names,
    size_t n, struct user **list, size_t *count)
{
	static struct stmt ask = SQL(USER_COLUMNS
	    "FROM json_each(?1) j CROSS JOIN user u ON u.username = j.value"
	    " LEFT JOIN email e ON e.user = u.row AND e.place = 0"
	    " ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, json_names(mem, names, n));
	return list_users(s, q, mem, list, count);
}
