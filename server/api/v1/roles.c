/* SPDX-License-Identifier: ISC */
/* roles.*: which there are, and what they are called. */
#include "server/api/v1/v1.h"

/* ---- what roles.* share ---- */

int
need_roles_right(struct req *q, const char *code)
{
	if (may(q, MAY_ACCESS_PERMISSIONS))
		return 0;
	return fail_coded(q, code, "Accessing permissions is not allowed");
}

int
need_role(struct req *q, struct str name, const char *code, const char *text,
    struct role *r)
{
	int found = role_by_name(q->db, q->mem, name, r);

	if (found < 0)
		return fail(q, E_STORE);
	return found ? 0 : fail_coded(q, code, "%s", text);
}

int
role_reply(struct req *q, const struct role *r)
{
	who_forget_all(q->srv->who);
	v1_begin(q);
	doc_role(&q->out, "role", r);
	return v1_end(q);
}

/* ---- lists ---- */

static int
list_roles(struct req *q)
{
	struct role *r;
	size_t i, n;

	if (role_list(q->db, q->mem, &r, &n) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "roles", '[');
	for (i = 0; i < n; i++)
		doc_role(&q->out, NULL, &r[i]);
	json_close(&q->out, ']');
	return v1_end(q);
}

static int
sync_roles(struct req *q)
{
	struct str since = param(q, "updatedSince");
	struct gone *gone;
	struct role *r;
	size_t i, n, gones;
	int64_t ms;

	if (!time_parse(since, &ms))
		return fail_coded(q, "error-updatedSince-param-invalid",
		    "The \"updatedSince\" query parameter must be a valid "
		    "date.");
	if (role_list(q->db, q->mem, &r, &n) < 0 ||
	    gone_list(q->db, q->mem, 0, GONE_ROLE, ms, &gone, &gones) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "roles", '{');
	json_open(&q->out, "update", '[');
	for (i = 0; i < n; i++)
		if (r[i].updated > ms)
			doc_role(&q->out, NULL, &r[i]);
	json_close(&q->out, ']');
	json_open(&q->out, "remove", '[');
	for (i = 0; i < gones; i++) {
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "_id", gone[i].id);
		json_time(&q->out, "_deletedAt", gone[i].at);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return v1_end(q);
}

/* ---- changes ---- */

/* A name is a word in lists that spaces separate. */
static int
need_role_name(struct req *q, struct str name)
{
	if (name_fits(name))
		return 0;
	return fail_coded(q, "error-invalid-arguments",
	    "A role's name has 1 to 128 letters, digits, - _ .");
}

/* Users (usual) or Subscriptions: within a room. */
static int
read_scope(struct req *q, struct role *r)
{
	struct str scope = param(q, "scope");

	if (json_type(param_json(q, "scope")) == JSON_NONE)
		return 0;
	r->per_room = str_eq(scope, STR("Subscriptions"));
	if (r->per_room || str_eq(scope, STR("Users")))
		return 0;
	return fail_coded(q, "error-invalid-scope", "Invalid scope");
}

static int
read_description(struct req *q, struct role *r)
{
	struct json v = param_json(q, "description");
	struct str text = json_text(v, q->mem);

	if (json_type(v) == JSON_NONE)
		return 0;
	if (!text.ptr || text.len > 500)
		return fail_bare(q,
		    "Match error: Expected a short string in field "
		    "description");
	r->description = text;
	return 0;
}

static int
name_is_taken(struct req *q)
{
	return fail_coded(q, "error-duplicate-role-names-not-allowed",
	    "Role name already exists");
}

static int
create_role(struct req *q)
{
	struct role r = { .description = STR(""), .updated = q->now };
	int done;

	if (json_type(param_json(q, "name")) == JSON_NONE)
		return fail_bare(q, "Match error: Missing key 'name'");
	r.name = param(q, "name");
	if (need_roles_right(q, "error-action-not-allowed") ||
	    need_role_name(q, r.name) || read_scope(q, &r) ||
	    read_description(q, &r))
		return -1;
	if ((done = role_add(q->db, &r)) < 0)
		return fail(q, E_STORE);
	return done ? role_reply(q, &r) : name_is_taken(q);
}

static int
need_role_id(struct req *q, struct role *r)
{
	return need_role(q, param(q, "roleId"), "error-invalid-roleId",
	    "This role does not exist", r);
}

static int
rename_role(struct req *q, struct role *r, struct str name)
{
	int done;

	if (need_role_name(q, name))
		return -1;
	if ((done = role_rename(q->db, r, name)) < 0)
		return fail(q, E_STORE);
	r->name = name;
	return done ? 0 : name_is_taken(q);
}

/* What comes with the program keeps its name and scope; what somebody has
 * keeps its scope, or they would have it where nobody could take it. */
static int
may_become(
    struct req *q, const struct role *old, const struct role *r, bool renamed)
{
	bool moved = old->per_room != r->per_room;
	int held = moved && !old->fixed ? role_is_held(q->db, old) : 0;

	if (held < 0)
		return fail(q, E_STORE);
	if (old->fixed && (renamed || moved))
		return fail_coded(
		    q, "error-role-protected", "Role is protected");
	return held ? fail_coded(q, "error-role-in-use",
			  "Cannot change the scope of a role that is in use")
		    : 0;
}

static int
update_role(struct req *q)
{
	struct str name = param(q, "name");
	struct role r, old;
	bool renamed;

	if (need_roles_right(q, "error-action-not-allowed") ||
	    need_role_id(q, &r))
		return -1;
	old = r;
	renamed = json_type(param_json(q, "name")) != JSON_NONE &&
		  !str_eq(name, r.name);
	if (read_scope(q, &r) || read_description(q, &r) ||
	    may_become(q, &old, &r, renamed))
		return -1;
	r.updated = q->now;
	if (role_set(q->db, &r) < 0)
		return fail(q, E_STORE);
	if (renamed && rename_role(q, &r, name))
		return -1;
	return role_reply(q, &r);
}

static int
delete_role(struct req *q)
{
	struct role r;
	int held;

	if (need_roles_right(q, "error-action-not-allowed") ||
	    need_role_id(q, &r))
		return -1;
	if (r.fixed)
		return fail_coded(q, "error-role-protected",
		    "Cannot delete a protected role");
	if ((held = role_is_held(q->db, &r)) < 0)
		return fail(q, E_STORE);
	if (held)
		return fail_coded(q, "error-role-in-use",
		    "Cannot delete role because it's in use");
	who_forget_all(q->srv->who);
	return v1_did(q, role_delete(q->db, r.name, q->now));
}

/* clang-format off */
static const struct route roles_routes[] = {
	GET("roles.list", USER, FREELY, "", list_roles),
	GET("roles.sync", USER, FREELY, "updatedSince?", sync_roles),
	POST("roles.create", USER, FREELY, "name? scope? description?", create_role),
	POST("roles.update", USER, FREELY, "roleId? name? scope? description?",
	    update_role),
	POST("roles.delete", USER, FREELY, "roleId?", delete_role),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group roles_group;
const struct route_group roles_group = { V1, STYLE_V1, roles_routes };
