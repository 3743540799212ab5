/* SPDX-License-Identifier: ISC */
/* permissions.*: which roles hold what. */
#include "server/api/v1/v1.h"

static int
read_holders(struct req *q, struct holders *h)
{
	return holders_read(h, q->srv, q->mem) < 0 ? fail(q, E_STORE) : 0;
}

/* ---- reading ---- */

/* As the oldest clients have it: an array, and no envelope. */
static int
bare_list(struct req *q)
{
	struct holders h;

	if (read_holders(q, &h))
		return -1;
	doc_permissions(&q->out, NULL, &h, -1);
	return 0;
}

static int
named_list(struct req *q)
{
	struct holders h;

	if (read_holders(q, &h))
		return -1;
	v1_begin(q);
	doc_permissions(&q->out, "permissions", &h, -1);
	return v1_end(q);
}

static int
changed_list(struct req *q)
{
	struct str text = param(q, "updatedSince");
	struct holders h;
	int64_t since = -1;

	if (text.len && !time_parse(text, &since))
		return fail_coded(q, "error-roomId-param-invalid",
		    "The \"updatedSince\" query parameter must be a valid "
		    "date.");
	if (read_holders(q, &h))
		return -1;
	v1_begin(q);
	doc_permissions(&q->out, "update", &h, since);
	json_open(&q->out, "remove", '[');
	json_close(&q->out, ']');
	return v1_end(q);
}

/* ---- changing ---- */

static int
bad_permission(struct req *q)
{
	return fail_typed(q, "error-invalid-permission", "Invalid permission");
}

static int
bad_role(struct req *q)
{
	return fail_typed(q, "error-invalid-role", "Invalid role");
}

/* 1, 0: there is no such role, -1. */
static int
roles_exist(struct req *q, struct json roles)
{
	struct json one;
	struct role r;
	int found = 1;

	for (one = json_first(roles); found == 1 && json_type(one);
	     one = json_next(one))
		found = role_by_name(q->db, q->mem, json_text(one, q->mem), &r);
	return found;
}

/* All of it is right before anything is changed. */
static int
check_list(struct req *q, struct json list)
{
	struct json one, roles;
	int found;

	if (json_type(list) != JSON_ARRAY || json_count(list) == 0 ||
	    json_count(list) > PERMISSIONS)
		return bad_permission(q);
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		roles = json_get(one, STR("roles"));
		if (!permission_named(
			json_text(json_get(one, STR("_id")), q->mem)))
			return bad_permission(q);
		if (json_type(roles) != JSON_ARRAY)
			return bad_role(q);
		if ((found = roles_exist(q, roles)) < 0)
			return fail(q, E_STORE);
		if (!found)
			return bad_role(q);
	}
	return 0;
}

static bool
names(struct req *q, struct json roles, struct str role)
{
	struct json one;

	for (one = json_first(roles); json_type(one); one = json_next(one))
		if (str_eq(json_text(one, q->mem), role))
			return true;
	return false;
}

/* Just these roles hold it; admin does without being named. */
static int
change(struct req *q, const struct holders *h, struct str permission,
    struct json roles)
{
	struct json one;
	struct str role;
	size_t i;

	for (i = 0; i < h->grants; i++)
		if (str_eq(h->grant[i].permission, permission) &&
		    !names(q, roles, h->grant[i].role) &&
		    grant_delete(q->db, h->grant[i].role, permission, q->now) <
			0)
			return -1;
	for (one = json_first(roles); json_type(one); one = json_next(one)) {
		role = json_text(one, q->mem);
		if (!str_eq(role, STR("admin")) &&
		    grant_add(q->db, role, permission, q->now) < 0)
			return -1;
	}
	return 1;
}

static bool
holds(const struct holders *h, struct str permission, struct str role)
{
	size_t i;

	for (i = 0; i < h->grants; i++)
		if (str_eq(h->grant[i].permission, permission) &&
		    str_eq(h->grant[i].role, role))
			return true;
	return str_eq(role, STR("admin"));
}

static int
not_allowed(struct req *q)
{
	return fail_typed(q, "error-edit-permissions-not-allowed",
	    "Editing permissions is not allowed");
}

/* No role is given an administrator's right by who has it not. */
static int
need_within(struct req *q, const struct holders *h, struct str permission,
    struct json roles)
{
	struct json one;

	if (!is_beyond(q, permission_named(permission)))
		return 0;
	for (one = json_first(roles); json_type(one); one = json_next(one))
		if (!holds(h, permission, json_text(one, q->mem)))
			return not_allowed(q);
	return 0;
}

static int
update_permissions(struct req *q)
{
	struct json list = param_json(q, "permissions"), one;
	struct holders h;

	if (!may(q, MAY_ACCESS_PERMISSIONS))
		return not_allowed(q);
	if (check_list(q, list))
		return -1;
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		struct str name = json_text(json_get(one, STR("_id")), q->mem);

		if (read_holders(q, &h) ||
		    need_within(q, &h, name, json_get(one, STR("roles"))))
			return -1;
		if (change(q, &h, name, json_get(one, STR("roles"))) < 0)
			return fail(q, E_STORE);
	}
	who_forget_all(q->srv->who);
	return named_list(q);
}

/* clang-format off */
static const struct route permissions_routes[] = {
	GET("permissions", USER, FREELY, "", bare_list),
	GET("permissions.list", USER, FREELY, "", named_list),
	GET("permissions.listAll", USER, FREELY, "updatedSince?", changed_list),
	POST("permissions.update", USER, FREELY, "permissions?",
	    update_permissions),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group permissions_group;
const struct route_group permissions_group = { V1, STYLE_V1,
	permissions_routes };
