/* SPDX-License-Identifier: ISC */
/* roles.*: who has them, on the server or in a room. */
#include "server/api/v1/v1.h"

/* ---- giving and taking ---- */

/* Who is to have or lose which role, and where. */
struct gift {
	struct role role;
	struct user user;
	bool in_room;
	struct room room;
	struct member member;
};

static int
need_gift_room(struct req *q, struct gift *g)
{
	int found = room_by_id(q->db, q->mem, param(q, "roomId"), &g->room);

	if (found == 1)
		found = member_find(
		    q->db, q->mem, g->room.row, g->user.row, &g->member);
	if (found < 0)
		return fail(q, E_STORE);
	return found ? 0
		     : fail_coded(q, "error-invalid-user",
			   "User is not part of given room");
}

/* A role within rooms needs one; all others mean the whole server. */
static int
need_gift(struct req *q, struct gift *g)
{
	struct str name = param(q, "roleName"), username = param(q, "username");
	int found;

	if (!name.len)
		name = param(q, "roleId");
	if (!name.len || !username.len)
		return fail_coded(
		    q, "error-invalid-arguments", "Invalid arguments");
	if (need_role(q, name, "error-invalid-role", "Invalid role", &g->role))
		return -1;
	if (str_eq(g->role.name, STR("admin")) && !may(q, MAY_ASSIGN_ADMIN))
		return fail_coded(q, "error-action-not-allowed",
		    "Assigning admin is not allowed");
	found = user_by_name(q->db, q->mem, username, &g->user);
	if (found < 0)
		return fail(q, E_STORE);
	if (!found)
		return fail_coded(q, "error-invalid-user", "Invalid user");
	g->in_room = g->role.per_room;
	if (g->in_room && !param(q, "roomId").len)
		return fail_coded(
		    q, "error-invalid-arguments", "Invalid arguments");
	return g->in_room ? need_gift_room(q, g) : 0;
}

/* The list without the role; *had says whether it was there. */
static struct str
others(struct req *q, struct str roles, struct str name, bool *had)
{
	struct buf left = { 0 };
	struct str one;

	*had = false;
	while (str_next(&roles, ' ', &one)) {
		if (str_eq(one, name))
			*had = true;
		else if (one.len)
			buf_fmt(&left, "%s%.*s", left.len ? " " : "",
			    STR_ARGS(one));
	}
	return buf_settle(&left, q->mem);
}

/* 0: they have it, or not, already. */
static int
set_in_room(struct req *q, const struct gift *g, bool give)
{
	bool had;
	struct str roles = others(q, g->member.roles, g->role.name, &had);

	if (had == give)
		return 0;
	if (give)
		roles = arena_fmt(q->mem, "%.*s%s%.*s", STR_ARGS(roles),
		    roles.len ? " " : "", STR_ARGS(g->role.name));
	return member_set_roles(q->db, g->room.row, g->user.row, roles);
}

static int
add_user(struct req *q)
{
	struct gift g;
	int done;

	if (need_roles_right(q, "error-action-not-allowed") ||
	    need_gift(q, &g) || need_role_within(q, g.role.name))
		return -1;
	done = g.in_room ? set_in_room(q, &g, true)
			 : user_give_role(q->db, g.user.row, g.role.name);
	if (done < 0)
		return fail(q, E_STORE);
	if (!done)
		return fail_coded(
		    q, "error-user-already-in-role", "User already in role");
	return role_reply(q, &g.role);
}

static int
remove_user(struct req *q)
{
	struct gift g;
	int done;

	if (need_roles_right(q, "error-not-allowed") || need_gift(q, &g))
		return -1;
	if (str_eq(g.role.name, STR("admin")) && need_other_admin(q, &g.user))
		return -1;
	done = g.in_room ? set_in_room(q, &g, false)
			 : user_take_role(q->db, g.user.row, g.role.name);
	if (done < 0)
		return fail(q, E_STORE);
	if (!done)
		return fail_coded(
		    q, "error-user-not-in-role", "User is not in this role");
	return role_reply(q, &g.role);
}

/* ---- lists ---- */

static int
write_users(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct user *u;
	size_t i, mark;
	int done = users_by_rows(s->db, mem, keys, n, &u, &n);

	for (i = 0; done >= 0 && i < n; i++) {
		mark = item_begin(l);
		doc_user(&l->stream.out, NULL, s, &u[i], l->full);
		item_end(l, mark);
	}
	return done;
}

/* The room of roomId, if one is named; row 0 if none is. */
static int
read_room(struct req *q, const struct role *role, struct room *r)
{
	struct str id = param(q, "roomId");
	int found;

	*r = (struct room){ 0 };
	if (!role->per_room)
		return 0;
	found = id.len ? room_by_id(q->db, q->mem, id, r) : 0;
	if (found < 0)
		return fail(q, E_STORE);
	return found ? 0 : fail_coded(q, "error-invalid-room", "Invalid room");
}

static int
users_in_role(struct req *q)
{
	struct listing *l;
	struct role role;
	struct room room;

	if (!may(q, MAY_ACCESS_PERMISSIONS))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if (!param(q, "role").len)
		return fail_coded(q, "error-param-not-provided",
		    "Query param \"role\" is required");
	if (param(q, "roomId").len && !may(q, MAY_VIEW_OTHER_CHANNELS))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if (need_role(q, param(q, "role"), "error-invalid-role", "Invalid role",
		&role) ||
	    read_room(q, &role, &room) ||
	    !(l = list_new(
		  q, user_fields, may(q, MAY_VIEW_FULL_INFO), write_users)))
		return -1;
	return list_reply(q, l, "users",
	    users_with_role(q->db, &l->stream.mem, &l->select, &role, room.row,
		&l->keys, &l->count, &l->total));
}

static int
users_in_public(struct req *q)
{
	struct writer *w = &q->out;
	struct user *u;
	size_t i, n;

	if (users_in_public_roles(q->db, q->mem, &u, &n) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(w, "users", '[');
	for (i = 0; i < n; i++) {
		json_open(w, NULL, '{');
		json_str(w, "_id", u[i].id);
		json_str(w, "username", u[i].username);
		json_words(w, "roles", u[i].roles);
		json_close(w, '}');
	}
	json_close(w, ']');
	return v1_end(q);
}

/* clang-format off */
static const struct route role_users_routes[] = {
	POST("roles.addUserToRole", USER, FREELY,
	    "roleName? roleId? username? roomId?", add_user),
	POST("roles.removeUserFromRole", USER, FREELY,
	    "roleName? roleId? username? roomId? scope?", remove_user),
	GET("roles.getUsersInRole", USER, FREELY, "role? roomId? " LISTED,
	    users_in_role),
	GET("roles.getUsersInPublicRoles", USER, FREELY, "", users_in_public),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group role_users_group;
const struct route_group role_users_group = { V1, STYLE_V1, role_users_routes };
