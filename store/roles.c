/* SPDX-License-Identifier: ISC */
/* Roles: what they are, what they allow, who has them. */
#include "store/db.h"

static void
read_role(sqlite3_stmt *q, struct arena *mem, struct role *r)
{
	*r = (struct role){
		.name = col_str(q, 0, mem),
		.description = col_str(q, 1, mem),
		.per_room = sqlite3_column_int(q, 2),
		.fixed = sqlite3_column_int(q, 3),
		.updated = sqlite3_column_int64(q, 4),
	};
}

int
role_add(struct store *s, const struct role *r)
{
	static struct stmt ask =
	    SQL("INSERT INTO role(name, description, per_room, fixed, updated)"
		" VALUES(?1, ?2, ?3, ?4, ?5)");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, r->name);
	bind_str(q, 2, r->description);
	sqlite3_bind_int(q, 3, r->per_room);
	sqlite3_bind_int(q, 4, r->fixed);
	sqlite3_bind_int64(q, 5, r->updated);
	return write_row(s, q);
}

int
role_by_name(
    struct store *s, struct arena *mem, struct str name, struct role *r)
{
	static struct stmt ask =
	    SQL("SELECT name, description, per_room, fixed, updated FROM role"
		" WHERE name = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	bind_str(q, 1, name);
	if ((found = one_row(s, q)) == 1) {
		read_role(q, mem, r);
		sqlite3_reset(q);
	}
	return found;
}

static int
write_named(struct store *s, struct stmt *ask, struct str name, int64_t now)
{
	sqlite3_stmt *q = stmt(s, ask);

	bind_str(q, 1, name);
	sqlite3_bind_int64(q, 2, now);
	return write_row(s, q);
}

int
role_delete(struct store *s, struct str name, int64_t now)
{
	static struct stmt had =
	    SQL("INSERT INTO gone(user, kind, id, at) VALUES(0, 2, ?1, ?2)");
	static struct stmt stamp =
	    SQL("UPDATE permission SET updated = ?2 WHERE name IN"
		" (SELECT permission FROM role_permission WHERE role = ?1)");
	static struct stmt in_rooms =
	    SQL("UPDATE member SET roles = trim(replace(' ' || roles || ' ',"
		" ' ' || ?1 || ' ', ' '))"
		" WHERE roles <> '' AND instr(' ' || roles || ' ',"
		" ' ' || ?1 || ' ')");
	static struct stmt ask = SQL("DELETE FROM role WHERE name = ?1");
	sqlite3_stmt *q = stmt(s, &in_rooms);
	int done;

	touch(s, 0, STORE_ROOM);
	bind_str(q, 1, name);
	if (write_row(s, q) < 0 || write_named(s, &stamp, name, now) < 0)
		return -1;
	q = stmt(s, &ask); /* the rest goes with it */
	bind_str(q, 1, name);
	if ((done = write_row(s, q)) == 1)
		done = write_named(s, &had, name, now);
	return done;
}

int
role_set(struct store *s, const struct role *r)
{
	static struct stmt ask =
	    SQL("UPDATE role SET description = ?2, per_room = ?3, updated = ?4"
		" WHERE name = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	touch(s, 0, STORE_ROOM);
	bind_str(q, 1, r->name);
	bind_str(q, 2, r->description);
	sqlite3_bind_int(q, 3, r->per_room);
	sqlite3_bind_int64(q, 4, r->updated);
	return write_row(s, q);
}

int
role_rename(struct store *s, const struct role *r, struct str name)
{
	static struct stmt ask[] = {
		SQL("UPDATE OR IGNORE role_permission SET role = ?2"
		    " WHERE role = ?1"),
		SQL("UPDATE user_role SET role = ?2 WHERE role = ?1"),
		SQL("UPDATE member SET roles = trim(replace(' ' || roles ||"
		    " ' ', ' ' || ?1 || ' ', ' ' || ?2 || ' '))"
		    " WHERE roles <> '' AND instr(' ' || roles || ' ',"
		    " ' ' || ?1 || ' ')"),
		SQL("UPDATE permission SET updated = ?3 WHERE name IN"
		    " (SELECT permission FROM role_permission"
		    " WHERE role = ?2 AND ?1 <> ?2)"),
	};
	struct role next = *r;
	sqlite3_stmt *q;
	size_t i;
	int done;

	next.name = name;
	if ((done = role_add(s, &next)) != 1)
		return done;
	for (i = 0; i < sizeof ask / sizeof *ask; i++) {
		q = stmt(s, &ask[i]);
		bind_str(q, 1, r->name);
		bind_str(q, 2, name);
		sqlite3_bind_int64(q, 3, r->updated); /* where it is asked */
		if (write_row(s, q) < 0)
			return -1;
	}
	return role_delete(s, r->name, r->updated);
}

int
role_is_held(struct store *s, const struct role *r)
{
	static struct stmt ask =
	    SQL("SELECT 1 FROM user_role WHERE role = ?1 LIMIT 1");
	static struct stmt in_rooms =
	    SQL("SELECT 1 FROM member WHERE roles <> ''"
		" AND instr(' ' || roles || ' ', ' ' || ?1 || ' ') LIMIT 1");
	sqlite3_stmt *q = stmt(s, r->per_room ? &in_rooms : &ask);
	int64_t one;

	bind_str(q, 1, r->name);
	return one_number(s, q, &one);
}

int
role_list(struct store *s, struct arena *mem, struct role **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT name, description, per_room, fixed, updated FROM role"
		" ORDER BY name");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		read_role(q, mem, &(*list)[(*n)++]);
	}
	return more < 0 ? -1 : 1;
}

/* ---- what they allow ---- */

static int
change_grant(struct store *s, struct stmt *ask, struct str role,
    struct str permission, int64_t now)
{
	static struct stmt stamp =
	    SQL("INSERT INTO permission(name, updated) VALUES(?1, ?2)"
		" ON CONFLICT(name) DO UPDATE SET updated = ?2");
	sqlite3_stmt *q = stmt(s, ask);
	int done;

	bind_str(q, 1, role);
	bind_str(q, 2, permission);
	if ((done = write_row(s, q)) != 1)
		return done;
	return write_named(s, &stamp, permission, now);
}

int
grant_add(struct store *s, struct str role, struct str permission, int64_t now)
{
	static struct stmt ask =
	    SQL("INSERT INTO role_permission(role, permission) VALUES(?1, ?2)");

	return change_grant(s, &ask, role, permission, now);
}

int
grant_delete(
    struct store *s, struct str role, struct str permission, int64_t now)
{
	static struct stmt ask = SQL("DELETE FROM role_permission"
				     " WHERE role = ?1 AND permission = ?2");

	return change_grant(s, &ask, role, permission, now);
}

int
grant_stamps(struct store *s, struct arena *mem, struct stamp **list, size_t *n)
{
	static struct stmt ask = SQL("SELECT name, updated FROM permission");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = (struct stamp){ col_str(q, 0, mem),
			sqlite3_column_int64(q, 1) };
	}
	return more < 0 ? -1 : 1;
}

int
grant_list(struct store *s, struct arena *mem, struct grant **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT role, permission FROM role_permission"
		" ORDER BY role, permission");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] =
		    (struct grant){ col_str(q, 0, mem), col_str(q, 1, mem) };
	}
	return more < 0 ? -1 : 1;
}

/* ---- who has them ---- */

int
user_roles(struct store *s, struct arena *mem, int64_t user, struct str **list,
    size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT role FROM user_role WHERE user = ?1 ORDER BY role");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, user);
	return list_names(s, q, mem, list, n);
}

static int
change_user_role(
    struct store *s, struct stmt *ask, int64_t user, struct str role)
{
	sqlite3_stmt *q = stmt(s, ask);

	sqlite3_bind_int64(q, 1, user);
	bind_str(q, 2, role);
	return write_row(s, q);
}

int
user_give_role(struct store *s, int64_t user, struct str role)
{
	static struct stmt ask =
	    SQL("INSERT INTO user_role(user, role) VALUES(?1, ?2)");

	return change_user_role(s, &ask, user, role);
}

int
user_take_role(struct store *s, int64_t user, struct str role)
{
	static struct stmt ask =
	    SQL("DELETE FROM user_role WHERE user = ?1 AND role = ?2");

	return change_user_role(s, &ask, user, role);
}

int
role_holders(struct store *s, struct str role, int64_t *count)
{
	static struct stmt ask =
	    SQL("SELECT count(*) FROM user_role x JOIN user u ON u.row = x.user"
		" WHERE x.role = ?1 AND u.active");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, role);
	return one_number(s, q, count);
}

enum { MANY = 1000 };

int
users_with_role(struct store *s, struct arena *mem, struct select *sel,
    const struct role *r, int64_t room, int64_t **rows, size_t *n,
    int64_t *total)
{
	static struct stmt count =
	    SQL("SELECT count(*) FROM user_role WHERE role = ?1");
	struct select_from from = { "u.row", "FROM user u",
		"u.username IS NOT NULL AND u.row IN"
		" (SELECT user FROM user_role WHERE role = " FROM_TEXT ")",
		"u.username", .total = -1, .text = r->name };
	sqlite3_stmt *q = stmt(s, &count);
	int done;

	bind_str(q, 1, r->name);
	if (room) {
		from.where = "u.username IS NOT NULL AND u.row IN"
			     " (SELECT user FROM member WHERE room = :1"
			     " AND instr(' ' || roles || ' ',"
			     " ' ' || " FROM_TEXT " || ' '))";
		from.value[0] = room;
		from.values = 1;
	} else if (one_number(s, q, &from.total) < 0) {
		return -1;
	} else if (from.total > MANY) { /* along the names */
		from.where = "u.username IS NOT NULL AND EXISTS(SELECT 1 FROM"
			     " user_role x WHERE x.user = u.row"
			     " AND x.role = " FROM_TEXT ")";
	}
	done = select_rows(s, mem, sel, &from, rows, n);
	return done == 1 ? select_total(s, sel, &from, total) : done;
}

int
users_in_public_roles(
    struct store *s, struct arena *mem, struct user **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT u.id, u.username, group_concat(x.role, ' ') FROM"
		" (SELECT x.user, x.role FROM role r"
		"  CROSS JOIN user_role x ON x.role = r.name"
		"  WHERE NOT r.per_room AND r.description <> '' AND r.name"
		"  NOT IN ('user', 'bot', 'guest', 'anonymous') LIMIT 2000) x"
		" JOIN user u ON u.row = x.user WHERE u.username IS NOT NULL"
		" GROUP BY u.row ORDER BY u.username");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = (struct user){ .id = col_str(q, 0, mem),
			.username = col_str(q, 1, mem),
			.roles = col_str(q, 2, mem) };
	}
	return more < 0 ? -1 : 1;
}
