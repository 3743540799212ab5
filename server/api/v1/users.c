/* SPDX-License-Identifier: ISC */
/* users.*: finding accounts. */
#include "server/api/v1/v1.h"

enum { SUGGESTIONS = 10, EXCEPTIONS = 100, TERM_MOST = 128 };

static int
write_rooms_of(struct req *q, const struct user *u)
{
	struct membership *list;
	size_t i, n;

	if (memberships_of(q->db, q->mem, u->row, &list, &n) < 0)
		return -1;
	json_open(&q->out, "rooms", '[');
	for (i = 0; i < n; i++) {
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "_id", list[i].id);
		json_str(&q->out, "rid", list[i].rid);
		json_str(&q->out, "name", list[i].name);
		json_str(&q->out, "t", (struct str){ &list[i].type, 1 });
		json_words(&q->out, "roles", list[i].roles);
		json_int(
		    &q->out, "unread", unread_of(q->srv->options, &list[i]));
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	return 1;
}

static bool
is_on(struct json v)
{
	int64_t n;

	return json_true(v) || (json_whole(v, &n) && n != 0);
}

static int
users_info(struct req *q)
{
	struct json fields;
	struct user u;

	if (!names_user(q))
		return fail_coded(q, "invalid-filter", "%s", "");
	if (!asked_object(q, "fields", &fields))
		return fail_coded(q, "error-invalid-fields",
		    "Invalid fields parameter provided");
	if (need_user(q, &u))
		return -1;
	v1_begin(q);
	json_open(&q->out, "user", '{');
	doc_user_fields(&q->out, q->srv, &u,
	    u.row == q->me->row || may(q, MAY_VIEW_FULL_INFO));
	if (is_on(json_get(fields, STR("userRooms"))) &&
	    (u.row == q->me->row || may(q, MAY_VIEW_OTHER_CHANNELS)) &&
	    write_rooms_of(q, &u) < 0)
		return fail(q, E_STORE);
	json_close(&q->out, '}');
	return v1_end(q);
}

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

static int
users_list(struct req *q)
{
	struct listing *l =
	    list_new(q, user_fields, may(q, MAY_VIEW_FULL_INFO), write_users);

	if (!l)
		return -1;
	return list_reply(q, l, "users",
	    users_select(q->db, &l->stream.mem, &l->select, &l->keys, &l->count,
		&l->total));
}

/* {"term":"x","exceptions":["name",...]} */
static int
users_autocomplete(struct req *q)
{
	struct json selector, list, one;
	struct str names[EXCEPTIONS], term;
	struct user *u;
	size_t i, n = 0;

	if (selector_of(q, &selector))
		return -1;
	list = json_get(selector, STR("exceptions"));
	for (one = json_first(list); json_type(one) && n < EXCEPTIONS;
	     one = json_next(one))
		if ((names[n] = json_text(one, q->mem)).ptr)
			n++;
	term = json_text(json_get(selector, STR("term")), q->mem);
	if (term.len > TERM_MOST)
		term.len = 0;
	if (users_like(q->db, q->mem, term.ptr ? term : STR(""), names, n,
		SUGGESTIONS, &u, &n) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "items", '[');
	for (i = 0; i < n; i++) {
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "_id", u[i].id);
		json_str(&q->out, "username", u[i].username);
		json_str(&q->out, "name", u[i].name);
		json_str(&q->out, "nickname", u[i].nickname);
		json_str(&q->out, "status", user_status(q->srv, &u[i]));
		json_str(&q->out, "avatarETag", u[i].avatar);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	return v1_end(q);
}

/* clang-format off */
static const struct route users_routes[] = {
	GET("users.info", USER, FREELY, "userId? username? user? fields?",
	    users_info),
	GET("users.list", USER, MAY_VIEW_D, LISTED, users_list),
	GET("users.autocomplete", USER, MAY_VIEW_OUTSIDE, "selector?",
	    users_autocomplete),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group users_group;
const struct route_group users_group = { V1, STYLE_V1, users_routes };
