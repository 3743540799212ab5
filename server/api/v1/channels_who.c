/* SPDX-License-Identifier: ISC */
/* Channels and groups: who is in them. */
#include "json/buf.h"
#include "server/api/v1/v1.h"

enum { WISHES = 64, WISH_MOST = 1024 };

static int
write_members(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct user *u;
	size_t i, mark;
	int done = users_by_rows(s->db, mem, keys, n, &u, &n);

	for (i = 0; done >= 0 && i < n; i++) {
		mark = item_begin(l);
		doc_member(&l->stream.out, s, &u[i]);
		item_end(l, mark);
	}
	return done;
}

/* Every character of it as itself. */
static void
write_regex(struct req *q, struct writer *w, const char *key, struct str text,
    bool begins)
{
	struct buf out = { 0 };
	size_t i;

	if (begins)
		buf_char(&out, '^');
	for (i = 0; i < text.len; i++) {
		if (strchr("\\^$.|?*+()[]{}", text.ptr[i]))
			buf_char(&out, '\\');
		buf_char(&out, text.ptr[i]);
	}
	json_open(w, NULL, '{');
	json_open(w, key, '{');
	json_str(w, "$regex", buf_settle(&out, q->mem));
	json_close(w, '}');
	json_close(w, '}');
}

/* One or several: false if there is none. */
static bool
write_statuses(struct req *q, struct writer *w)
{
	struct json list = json_get(q->asked, STR("status")), one;

	json_open(w, NULL, '{');
	json_open(w, "status", '{');
	json_open(w, "$in", '[');
	if (json_type(list) == JSON_STRING)
		json_str(w, NULL, json_text(list, q->mem));
	else
		for (one = json_first(list); json_type(one);
		     one = json_next(one))
			json_str(w, NULL, json_text(one, q->mem));
	json_close(w, ']');
	json_close(w, '}');
	json_close(w, '}');
	return json_type(list) > JSON_NULL;
}

/* By a part of the name (or how the username begins), and by who is there: as
 * a selector, in JSON. */
static struct str
wish_of(struct req *q, bool begins)
{
	struct str filter =
	    json_text(json_get(q->asked, STR("filter")), q->mem);
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	struct writer_mark mark;
	bool any = filter.len > 0;

	json_open(&w, NULL, '{');
	json_open(&w, "$and", '[');
	if (any) {
		json_open(&w, NULL, '{');
		json_open(&w, "$or", '[');
		write_regex(q, &w, "username", filter, begins);
		if (!begins)
			write_regex(q, &w, "name", filter, false);
		json_close(&w, ']');
		json_close(&w, '}');
	}
	mark = json_mark(&w);
	if (write_statuses(q, &w))
		any = true;
	else
		json_cut(&w, mark);
	json_close(&w, ']');
	json_close(&w, '}');
	if (!any)
		buf_free(&out);
	return any ? buf_settle(&out, q->mem) : NO_STR;
}

static int
narrow(struct req *q, struct listing *l, bool begins)
{
	const struct json_limits limits = { .tokens = WISHES, .depth = 8 };
	struct str wish = wish_of(q, begins);
	struct json v;
	size_t at;

	if (!wish.ptr)
		return 0;
	if (wish.len > WISH_MOST ||
	    json_parse(q->mem, wish, &limits, &v, &at) != JSON_FINE)
		return fail_coded(q, "error-invalid-params",
		    "The parameters \"filter\" and \"status\" are too long");
	return list_narrow(q, l, v);
}

static int
members_page(struct req *q, const struct room *r, bool begins)
{
	struct listing *l = list_new(q, user_fields, false, write_members);
	int found;

	if (!l || narrow(q, l, begins))
		return -1;
	found = members_select(q->db, &l->stream.mem, &l->select, r, &l->keys,
	    &l->count, &l->total);
	if (found == 0 && l->select.cut && !begins &&
	    json_text(json_get(q->asked, STR("filter")), q->mem).len) {
		/* too many to look into each: those whose name begins so */
		stream_free(q->stream);
		q->stream = NULL;
		return members_page(q, r, true);
	}
	return list_reply(q, l, "members", found);
}

int
members_reply(struct req *q, const struct room *r)
{
	return members_page(q, r, false);
}

static int
members(struct req *q)
{
	struct room r;
	int able;

	if (need_room(q, &r) || (able = may_read(q, &r)) < 0)
		return -1;
	if (!able ||
	    (r.broadcast && !may_in(q, &r, MAY_VIEW_BROADCAST_MEMBERS)))
		return fail(q, E_FORBIDDEN);
	return members_reply(q, &r);
}

/* By roomId or roomName, or as it was once: by a `query` for one of them. */
static int
need_asked(struct req *q, struct room *r)
{
	const struct family *f = family_of(q);
	struct str id = param(q, "roomId"), name = param(q, "roomName");
	struct json query;
	int found;

	if (!id.len && !name.len) {
		if (!asked_object(q, "query", &query))
			return fail_coded(q, "error-invalid-query",
			    "Invalid query parameter provided");
		id = json_text(json_get(query, STR("_id")), q->mem);
		name = json_text(json_get(query, STR("name")), q->mem);
	}
	if (!id.len && !name.len)
		return need_room(q, r);
	found = id.len ? room_by_id(q->db, q->mem, id, r)
		       : room_by_name(q->db, q->mem, name, r);
	if (found == 1 && r->type != f->type)
		found = 0;
	if (found == 1 && (found = may_read(q, r)) < 0)
		return -1;
	if (found < 0)
		return fail(q, E_STORE);
	return found ? 0
		     : fail_bare(q, "%s does not exists",
			   f->type == 'c' ? "Channel" : "Group");
}

static int
online(struct req *q)
{
	int64_t since = q->srv->mono - q->srv->conf->presence_timeout * 1000;
	int64_t *rows;
	struct user *u;
	struct room r;
	size_t i, n;

	if (need_asked(q, &r))
		return -1;
	n = presence_since(q->srv->presence, since, q->mem, &rows);
	if (members_users(q->db, q->mem, r.row, rows, n, &rows, &n) < 0 ||
	    users_by_rows(q->db, q->mem, rows, n, &u, &n) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "online", '[');
	for (i = 0; i < n; i++)
		if (!str_eq(user_status(q->srv, &u[i]), STR("offline")))
			doc_who(&q->out, NULL, u[i].id, u[i].username, NO_STR);
	json_close(&q->out, ']');
	return v1_end(q);
}

static int
need_seats(struct req *q, struct room *r, struct seat **list, size_t *n)
{
	int able;

	if (need_room(q, r) || (able = may_read(q, r)) < 0)
		return -1;
	if (!able)
		return fail(q, E_FORBIDDEN);
	if (members_with_roles(q->db, q->mem, r->row, list, n) < 0)
		return fail(q, E_STORE);
	return 0;
}

static int
moderators(struct req *q)
{
	struct seat *s;
	struct room r;
	size_t i, n;

	if (need_seats(q, &r, &s, &n))
		return -1;
	v1_begin(q);
	json_open(&q->out, "moderators", '[');
	for (i = 0; i < n; i++)
		if (role_among(s[i].roles, STR("moderator")))
			doc_who(&q->out, NULL, s[i].user_id, s[i].username,
			    s[i].name);
	json_close(&q->out, ']');
	return v1_end(q);
}

static int
roles(struct req *q)
{
	struct seat *s;
	struct room r;
	size_t i, n;

	if (need_seats(q, &r, &s, &n))
		return -1;
	v1_begin(q);
	json_open(&q->out, "roles", '[');
	for (i = 0; i < n; i++) {
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "_id", s[i].id);
		json_str(&q->out, "rid", r.id);
		doc_who(&q->out, "u", s[i].user_id, s[i].username, NO_STR);
		json_words(&q->out, "roles", s[i].roles);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	return v1_end(q);
}

/* clang-format off */
#define ROOM "roomId? roomName?"

static const struct route channels_who_routes[] = {
	BOTH(GET, "members", ROOM " filter? status? " LISTED, members),
	BOTH(GET, "online", ROOM " query?", online),
	BOTH(GET, "moderators", ROOM, moderators),
	BOTH(GET, "roles", ROOM, roles),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group channels_who_group;
const struct route_group channels_who_group = { V1, STYLE_V1,
	channels_who_routes };
