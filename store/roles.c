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
	};
}

int
role_add(struct store *s, const struct role *r)
{
	static struct stmt ask =
	    SQL("INSERT INTO role(name, description, per_room, fixed)"
		" VALUES(?1, ?2, ?3, ?4)");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, r->name);
	bind_str(q, 2, r->description);
	sqlite3_bind_int(q, 3, r->per_room);
	sqlite3_bind_int(q, 4, r->fixed);
	return write_row(s, q);
}

int
role_by_name(
    struct store *s, struct arena *mem, struct str name, struct role *r)
{
	static struct stmt ask =
	    SQL("SELECT name, description, per_room, fixed FROM role"
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

int
role_delete(struct store *s, struct str name)
{
	static struct stmt in_rooms =
	    SQL("UPDATE member SET roles = trim(replace(' ' || roles || ' ',"
		" ' ' || ?1 || ' ', ' '))"
		" WHERE roles <> '' AND instr(' ' || roles || ' ',"
		" ' ' || ?1 || ' ')");
	static struct stmt ask = SQL("DELETE FROM role WHERE name = ?1");
	sqlite3_stmt *q = stmt(s, &in_rooms);

	touch(s, 0, STORE_ROOM);
	bind_str(q, 1, name);
	if (write_row(s, q) < 0)
		return -1;
	q = stmt(s, &ask); /* the rest goes with it */
	bind_str(q, 1, name);
	return write_row(s, q);
}

int
role_list(struct store *s, struct arena *mem, struct role **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT name, description, per_room, fixed FROM role"
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
change_grant(
    struct store *s, struct stmt *ask, struct str role, struct str permission)
{
	sqlite3_stmt *q = stmt(s, ask);

	bind_str(q, 1, role);
	bind_str(q, 2, permission);
	return write_row(s, q);
}

int
grant_add(struct store *s, struct str role, struct str permission)
{
	static struct stmt ask =
	    SQL("INSERT INTO role_permission(role, permission) VALUES(?1, ?2)");

	return change_grant(s, &ask, role, permission);
}

int
grant_delete(struct store *s, struct str role, struct str permission)
{
	static struct stmt ask = SQL("DELETE FROM role_permission"
				     " WHERE role = ?1 AND permission = ?2");

	return change_grant(s, &ask, role, permission);
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
