/* SPDX-License-Identifier: ISC */
/* custom-user-status.*: statuses to choose from beside the four. */
#include "server/api/v1/v1.h"

enum { NAME_MOST = 120 };

static int
list_statuses(struct req *q)
{
	struct custom_status *c;
	size_t i, n;

	if (status_list(q->db, q->mem, &c, &n) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "statuses", '[');
	for (i = 0; i < n; i++) {
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "_id", c[i].id);
		json_str(&q->out, "name", c[i].name);
		json_str(&q->out, "statusType", c[i].type);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	json_int(&q->out, "count", (int64_t)n);
	json_int(&q->out, "offset", 0);
	json_int(&q->out, "total", (int64_t)n);
	return v1_end(q);
}

static int
need_fields(struct req *q, struct custom_status *c)
{
	static const char *const types[] = { "online", "away", "busy",
		"offline" };
	size_t i;

	c->name = param(q, "name");
	c->type = param(q, "statusType");
	if (!c->name.len || c->name.len > NAME_MOST)
		return fail_coded(q, "error-the-field-is-required",
		    "The field Name is required");
	if (!c->type.len)
		c->type = STR("online");
	for (i = 0; i < sizeof types / sizeof *types; i++)
		if (str_eq(c->type, str_of(types[i])))
			return 0;
	return fail_coded(q, "error-input-is-not-a-valid-field",
	    "%.*s is not a valid status type", STR_ARGS(c->type));
}

static int
status_reply(struct req *q, const struct custom_status *c, int done)
{
	if (done < 0)
		return fail(q, E_STORE);
	if (done == 0)
		return fail_coded(q, "Custom_User_Status_Error_Name_Already_In_Use",
		    "The custom user status name is already in use");
	v1_begin(q);
	json_open(&q->out, "customUserStatus", '{');
	json_str(&q->out, "_id", c->id);
	json_str(&q->out, "name", c->name);
	json_str(&q->out, "statusType", c->type);
	json_close(&q->out, '}');
	return v1_end(q);
}

static int
create_status(struct req *q)
{
	char id[ID_LEN];
	struct custom_status c = { .id = { id, ID_LEN } };

	if (need_fields(q, &c))
		return -1;
	id_new(id, q->now);
	return status_reply(q, &c, status_add(q->db, &c, q->now));
}

static int
need_status(struct req *q, const char *name, struct custom_status *c)
{
	struct str id = param(q, name);
	int found;

	if (!id.len)
		return fail_bare(q,
		    "The \"%s\" params is required!", name);
	found = status_find(q->db, q->mem, id, c);
	if (found < 0)
		return fail(q, E_STORE);
	return found ? 0
		     : fail_bare(q, "No custom user status found with the id "
				    "of \"%.*s\".",
			   (int)(id.len < 100 ? id.len : 100), id.ptr);
}

static int
update_status(struct req *q)
{
	struct custom_status c;

	if (need_status(q, "_id", &c) || need_fields(q, &c))
		return -1;
	return status_reply(q, &c, status_set(q->db, &c, q->now));
}

static int
delete_status(struct req *q)
{
	struct custom_status c;

	if (need_status(q, "customUserStatusId", &c))
		return -1;
	return v1_did(q, status_delete(q->db, c.id));
}

/* clang-format off */
static const struct route statuses_routes[] = {
	GET("custom-user-status.list", USER, FREELY, "", list_statuses),
	POST("custom-user-status.create", USER, MAY_MANAGE_STATUS,
	    "name? statusType?", create_status),
	POST("custom-user-status.update", USER, MAY_MANAGE_STATUS,
	    "_id? name? statusType?", update_status),
	POST("custom-user-status.delete", USER, MAY_MANAGE_STATUS,
	    "customUserStatusId?", delete_status),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group statuses_group;
const struct route_group statuses_group = { V1, STYLE_V1, statuses_routes };
