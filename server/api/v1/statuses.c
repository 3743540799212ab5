/* SPDX-License-Identifier: ISC */
/* custom-user-status.*: statuses to choose from beside the four. */
#include "server/api/v1/v1.h"

enum { NAME_MOST = 120, STATUSES_MOST = 500 };

static void
write_status(struct writer *w, const char *key, const struct custom_status *c)
{
	json_open(w, key, '{');
	json_str(w, "_id", c->id);
	json_str(w, "name", c->name);
	json_str(w, "statusType", c->type);
	json_close(w, '}');
}

/* They are few: found again by their places. */
static int
write_statuses(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct custom_status *c;
	size_t i, mark, count;

	if (status_list(s->db, mem, &c, &count) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if ((size_t)keys[i] >= count)
			continue;
		mark = item_begin(l);
		write_status(&l->stream.out, NULL, &c[keys[i]]);
		item_end(l, mark);
	}
	return 1;
}

static int
list_statuses(struct req *q)
{
	struct listing *l = list_new(q, status_fields, false, write_statuses);
	struct buf text = { 0 };
	struct writer w = { .out = &text };
	struct custom_status *c;
	size_t i, n;

	if (!l)
		return -1;
	if (status_list(q->db, q->mem, &c, &n) < 0)
		return fail(q, E_STORE);
	json_open(&w, NULL, '[');
	for (i = 0; i < n; i++) {
		json_open(&w, NULL, '{');
		json_int(&w, "n", (int64_t)i);
		json_str(&w, "_id", c[i].id);
		json_str(&w, "name", c[i].name);
		json_str(&w, "statusType", c[i].type);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	return list_reply(q, l, "statuses",
	    select_json(q->db, &l->stream.mem, &l->select,
		buf_settle(&text, q->mem), &l->keys, &l->count, &l->total));
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
	    "%.*s is not a valid status type",
	    (int)(c->type.len < 100 ? c->type.len : 100), c->type.ptr);
}

static int
status_reply(struct req *q, const struct custom_status *c, int done)
{
	if (done < 0)
		return fail(q, E_STORE);
	if (done == 0)
		return fail_coded(q,
		    "Custom_User_Status_Error_Name_Already_In_Use",
		    "The custom user status name is already in use");
	v1_begin(q);
	write_status(&q->out, "customUserStatus", c);
	return v1_end(q);
}

static int
create_status(struct req *q)
{
	char id[ID_LEN];
	struct custom_status c = { .id = { id, ID_LEN } };

	struct custom_status *all;
	size_t n;

	if (need_fields(q, &c))
		return -1;
	if (status_list(q->db, q->mem, &all, &n) < 0)
		return fail(q, E_STORE);
	if (n >= STATUSES_MOST)
		return fail_bare(q, "There are %zu statuses already", n);
	id_new(id, q->now);
	return status_reply(q, &c, status_add(q->db, &c, q->now));
}

static int
need_custom(struct req *q, const char *name, struct custom_status *c)
{
	struct str id = param(q, name);
	int found;

	if (!id.len)
		return fail_bare(q, "The \"%s\" params is required!", name);
	found = status_find(q->db, q->mem, id, c);
	if (found < 0)
		return fail(q, E_STORE);
	return found ? 0
		     : fail_bare(q,
			   "No custom user status found with the id "
			   "of \"%.*s\".",
			   (int)(id.len < 100 ? id.len : 100), id.ptr);
}

static int
update_status(struct req *q)
{
	struct custom_status c;

	if (need_custom(q, "_id", &c) || need_fields(q, &c))
		return -1;
	return status_reply(q, &c, status_set(q->db, &c, q->now));
}

static int
delete_status(struct req *q)
{
	struct custom_status c;

	if (need_custom(q, "customUserStatusId", &c))
		return -1;
	return v1_did(q, status_delete(q->db, c.id));
}

/* clang-format off */
static const struct route statuses_routes[] = {
	GET("custom-user-status.list", USER, FREELY, LISTED, list_statuses),
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
