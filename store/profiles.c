/* SPDX-License-Identifier: ISC */
/* What users are and say about themselves: changes, and pages of users. */
#include "store/db.h"

/* ---- changes ---- */

int
user_set_text(struct store *s, int64_t user, enum user_text what,
    struct str text, int64_t now)
{
#define SET(column) \
	SQL("UPDATE user SET " column " = ?2, updated = ?3 WHERE row = ?1")
	static struct stmt ask[] = {
		[USER_NAME] = SET("name"),
		[USER_STATUS] = SET("status"),
		[USER_STATUS_TEXT] = SET("status_text"),
		[USER_BIO] = SET("bio"),
		[USER_NICKNAME] = SET("nickname"),
		[USER_FIELDS] = SET("fields"),
		[USER_AVATAR] = SET("avatar"),
		[USER_SETTINGS] = SET("settings"),
	};
#undef SET
	sqlite3_stmt *q = stmt(s, &ask[what]);

	sqlite3_bind_int64(q, 1, user);
	bind_str(q, 2, text);
	sqlite3_bind_int64(q, 3, now);
	return write_row(s, q);
}

/* Lists of names everywhere have another one now. */
int
user_set_username(struct store *s, int64_t user, struct str name, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE user SET username = ?2, updated = ?3 WHERE row = ?1");
	static struct stmt rooms =
	    SQL("UPDATE room SET roster = roster + 1"
		" WHERE row IN (SELECT room FROM member WHERE user = ?1)");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	sqlite3_bind_int64(q, 1, user);
	bind_str(q, 2, name);
	sqlite3_bind_int64(q, 3, now);
	touch(s, 0, STORE_ROOM);
	if ((done = write_row(s, q)) != 1)
		return done;
	return change(s, &rooms, user, 0) < 0 ? -1 : 1;
}

int
user_set_email(struct store *s, int64_t user, struct str address, bool verified,
    int64_t now)
{
	static struct stmt gone =
	    SQL("DELETE FROM email WHERE user = ?1 AND place = 0");
	static struct stmt ask =
	    SQL("INSERT INTO email(user, place, address, verified)"
		" VALUES(?1, 0, ?2, ?3)");
	static struct stmt stamp =
	    SQL("UPDATE user SET updated = ?2 WHERE row = ?1");
	static struct stmt other =
	    SQL("SELECT 1 FROM email WHERE address = ?2 AND user <> ?1");
	sqlite3_stmt *q = stmt(s, &other);
	int64_t one;
	int taken;

	sqlite3_bind_int64(q, 1, user);
	bind_str(q, 2, address);
	if ((taken = one_number(s, q, &one)) != 0)
		return taken < 0 ? -1 : 0;
	if (change(s, &gone, user, 0) < 0 || change(s, &stamp, user, now) < 0)
		return -1;
	q = stmt(s, &ask);
	sqlite3_bind_int64(q, 1, user);
	bind_str(q, 2, address);
	sqlite3_bind_int(q, 3, verified);
	return write_row(s, q);
}

int
user_set_must_change(struct store *s, int64_t user, bool on, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE user SET must_change = ?2, updated = ?3"
		" WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 3, now);
	return change(s, &ask, user, on);
}

int
user_set_utc_offset(struct store *s, int64_t user, int minutes, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE user SET utc_offset = ?2, updated = ?3"
		" WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 3, now);
	return change(s, &ask, user, minutes);
}

int
user_settings(
    struct store *s, struct arena *mem, int64_t user, struct str *settings)
{
	static struct stmt ask =
	    SQL("SELECT settings FROM user WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	*settings = NO_STR;
	sqlite3_bind_int64(q, 1, user);
	if ((found = one_row(s, q)) == 1) {
		*settings = col_str(q, 0, mem);
		sqlite3_reset(q);
	}
	return found;
}

/* ---- pages ---- */

/* clang-format off */
#define PRIVATE .privileged = true
const struct select_field user_fields[] = {
	{ .name = "_id", .type = SELECT_TEXT, .sql = "u.id" },
	{ .name = "username", .type = SELECT_TEXT, .sql = "u.username" },
	{ .name = "name", .type = SELECT_TEXT, .sql = "u.name" },
	{ .name = "type", .type = SELECT_TEXT, .sql = "u.type" },
	{ .name = "active", .type = SELECT_BOOL, .sql = "u.active" },
	{ .name = "status", .type = SELECT_TEXT, .sql = "iif(u.active AND u.row IN (SELECT value FROM json_each(?99)), coalesce(u.status, 'online'), 'offline')" },
	{ .name = "createdAt", .type = SELECT_TIME, .sql = "u.created", PRIVATE },
	{ .name = "_updatedAt", .type = SELECT_TIME, .sql = "u.updated", PRIVATE },
	{ .name = "lastLogin", .type = SELECT_TIME, .sql = "nullif(u.login, 0)", PRIVATE },
	{ .name = "emails.address", .type = SELECT_TEXT, PRIVATE,
	    .sql = "u.row IN (SELECT user FROM email WHERE address", .tail = ")" },
	{ .name = "roles", .type = SELECT_TEXT, PRIVATE,
	    .sql = "u.row IN (SELECT user FROM user_role WHERE role", .tail = ")" },
	{ .name = NULL },
};
/* clang-format on */

int
users_select(struct store *s, struct arena *mem, struct select *sel,
    int64_t **rows, size_t *n, int64_t *total)
{
	struct select_from from = { "u.row", "FROM user u",
		"u.username IS NOT NULL", "u.username", .total = -1 };
	int done;

	if (store_tally(s, "users", &from.total) < 0)
		return -1;
	if (sel->only_online)
		from.tables = "FROM json_each(?99) j CROSS JOIN user u ON "
			      "u.row = j.value";
	done = select_rows(s, mem, sel, &from, rows, n);
	return done == 1 ? select_total(s, sel, &from, total) : done;
}
