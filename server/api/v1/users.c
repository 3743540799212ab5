/* SPDX-License-Identifier: ISC */
/* Users: finding, making, changing and removing accounts. */
#include "server/api/v1/v1.h"

enum { SUGGESTIONS = 10, TERM_MOST = 128 };

/* ---- finding ---- */

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
		json_int(&q->out, "unread", list[i].unread);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	return 1;
}

static int
users_info(struct req *q)
{
	struct str fields = param(q, "fields");
	struct user u;

	if (!names_user(q))
		return fail_coded(q, "invalid-filter", "%s", "");
	if (need_user(q, &u))
		return -1;
	v1_begin(q);
	json_open(&q->out, "user", '{');
	doc_user_fields(&q->out, q->srv, &u,
	    u.row == q->me->row || may(q, MAY_VIEW_FULL_INFO));
	if (fields.len && memmem(fields.ptr, fields.len, "\"userRooms\"", 11) &&
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
	struct listing *l = list_new(
	    q, user_fields, may(q, MAY_VIEW_FULL_INFO), write_users);

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
	struct str names[SUGGESTIONS], term;
	struct user *u;
	size_t i, n = 0;

	if (selector_of(q, &selector))
		return -1;
	list = json_get(selector, STR("exceptions"));
	for (one = json_first(list); json_type(one) && n < SUGGESTIONS;
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

/* ---- making ---- */

/* Roles that exist, and may be given by this caller. */
static int
need_roles(struct req *q, struct json list)
{
	struct json one;
	struct role role;
	int found;

	for (one = json_first(list); json_type(one); one = json_next(one)) {
		struct str name = json_text(one, q->mem);

		if (str_eq(name, STR("admin")) && !may(q, MAY_ASSIGN_ADMIN))
			return fail_coded(q, "error-action-not-allowed",
			    "Assigning admin is not allowed");
		found = name.len ? role_by_name(q->db, q->mem, name, &role) : 0;
		if (found < 0)
			return fail(q, E_STORE);
		if (!found || role.per_room)
			return fail_coded(
			    q, "error-invalid-role", "Invalid role");
	}
	return 0;
}

static int
set_roles(struct req *q, const struct user *u, struct json list)
{
	struct str *old, name;
	struct json one;
	size_t i, n;

	if (json_type(list) != JSON_ARRAY)
		return 0;
	if (user_roles(q->db, q->mem, u->row, &old, &n) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (user_take_role(q->db, u->row, old[i]) < 0)
			return -1;
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		name = json_text(one, q->mem);
		if (user_give_role(q->db, u->row, name) < 0)
			return -1;
	}
	who_forget_all(q->srv->who);
	return 0;
}

static int
missing(struct req *q, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (json_type(param_json(q, names[i])) <= JSON_NULL)
			return fail_bare(
			    q, "Match error: Missing key '%s'", names[i]);
		if (param_is_text(q, names[i]))
			return -1;
	}
	return 0;
}

static int
create_secret(struct req *q)
{
	static const char *const names[] = { "email", "name", "password",
		"username" };
	static const char *const labels[] = { "Email", "Name", "Password",
		"Username" };
	size_t i;

	if (!may(q, MAY_CREATE_USER))
		return fail_coded(q, "error-action-not-allowed",
		    "Adding user is not allowed");
	if (missing(q, names, 4))
		return -1;
	for (i = 0; i < 4; i++)
		if (!param(q, names[i]).len)
			return fail_coded(q, "error-the-field-is-required",
			    "The field %s is required", labels[i]);
	return secret_new(q, param(q, "password"));
}

static int
make_user(struct req *q, struct user *u, bool join)
{
	struct deed d = deed_of(q);
	int done;

	if (need_username(q, u->username) || need_email(q, u->email))
		return -1;
	if ((done = user_email_taken(q->db, u->email)) == 1)
		return name_taken(q, u->email);
	if (done == 0)
		done = deed_user_in(&d, u, join);
	if (done == 0)
		return name_taken(q, u->username);
	return done < 0 ? fail(q, E_STORE) : 0;
}

static bool
param_or(const struct req *q, const char *name, bool usual)
{
	return json_type(param_json(q, name)) > JSON_NULL ? param_true(q, name)
							  : usual;
}

static int
users_create(struct req *q)
{
	struct json roles = param_json(q, "roles");
	struct json fields = param_json(q, "customFields");
	struct user u = {
		.username = param(q, "username"),
		.name = param(q, "name"),
		.email = param(q, "email"),
		.type = STR("user"),
		.active = param_or(q, "active", true),
		.verified = param_true(q, "verified"),
		.created = q->now,
		.updated = q->now,
		.password = secret_record(q),
	};

	if (need_roles(q, roles) ||
	    make_user(q, &u, param_or(q, "joinDefaultChannels", true)))
		return -1;
	if (set_roles(q, &u, roles) < 0 ||
	    (json_type(fields) == JSON_OBJECT &&
		user_set_text(q->db, u.row, USER_FIELDS, json_source(fields),
		    q->now) < 0) ||
	    (param_true(q, "requirePasswordChange") &&
		user_set_must_change(q->db, u.row, true, q->now) < 0))
		return fail(q, E_STORE);
	return v1_user(q, u.row, true);
}

/* ---- changing ---- */

static struct json
data_of(const struct req *q)
{
	return param_json(q, "data");
}

static struct str
data_text(struct req *q, const char *name)
{
	return json_text(json_get(data_of(q), str_of(name)), q->mem);
}

static bool
in_data(const struct req *q, const char *name)
{
	return json_type(json_get(data_of(q), str_of(name))) > JSON_NULL;
}

static int
not_allowed(struct req *q, const char *what)
{
	return fail_coded(q, "error-action-not-allowed",
	    "Editing user%s is not allowed", what);
}

static int
update_secret(struct req *q)
{
	if (json_type(data_of(q)) != JSON_OBJECT)
		return fail_bare(q, "Match error: Missing key 'data'");
	if (!in_data(q, "password"))
		return 0;
	if (!may(q, MAY_EDIT_OTHER_PASSWORD))
		return not_allowed(q, " password");
	return secret_new(q, data_text(q, "password"));
}

/* A new password, or no account any more: all tokens end. */
static int
end_tokens(struct req *q, const struct user *u)
{
	int64_t count;

	who_forget_all(q->srv->who);
	return token_delete_of(q->db, u->row, &count);
}

static int
set_active(struct req *q, const struct user *u, bool on)
{
	if (u->active == on)
		return 0;
	if (!on && need_other_admin(q, u))
		return -1;
	if (user_set_active(q->db, u->row, on, q->now) < 0 ||
	    (!on && end_tokens(q, u) < 0))
		return fail(q, E_STORE);
	who_forget_all(q->srv->who);
	return 0;
}

static int
need_right_to_edit(struct req *q, const struct user *u)
{
	if (u->row != q->me->row && !may(q, MAY_EDIT_OTHER_INFO))
		return not_allowed(q, "");
	if (in_data(q, "roles") && !may(q, MAY_ASSIGN_ROLES))
		return fail_coded(q, "error-action-not-allowed",
		    "Assign roles is not allowed");
	if (in_data(q, "active") && !may(q, MAY_EDIT_OTHER_ACTIVE))
		return not_allowed(q, "");
	/* their own e-mail and name ask for their password, elsewhere */
	return may(q, MAY_EDIT_OTHER_INFO) ? 0 : not_allowed(q, "");
}

static int
users_update(struct req *q)
{
	struct json roles = json_get(data_of(q), STR("roles"));
	struct json active = json_get(data_of(q), STR("active"));
	struct json must = json_get(data_of(q), STR("requirePasswordChange"));
	struct str record = secret_record(q);
	struct user u;

	if (need_user(q, &u) || need_right_to_edit(q, &u) ||
	    need_roles(q, roles) || profile_change(q, &u, data_of(q)))
		return -1;
	if (json_type(active) == JSON_BOOL &&
	    set_active(q, &u, json_true(active)))
		return -1;
	if (set_roles(q, &u, roles) < 0 ||
	    (record.ptr &&
		(user_set_password(q->db, u.row, record, q->now) < 0 ||
		    end_tokens(q, &u) < 0)) ||
	    (json_type(must) == JSON_BOOL &&
		user_set_must_change(
		    q->db, u.row, json_true(must), q->now) < 0))
		return fail(q, E_STORE);
	return v1_user(q, u.row, true);
}

static int
users_set_active(struct req *q)
{
	struct json on = param_json(q, "activeStatus");
	struct user u;

	if (json_type(on) != JSON_BOOL)
		return fail_bare(q, "Match error: Missing key 'activeStatus'");
	if (need_user(q, &u) || set_active(q, &u, json_true(on)))
		return -1;
	v1_begin(q);
	json_open(&q->out, "user", '{');
	json_str(&q->out, "_id", u.id);
	json_bool(&q->out, "active", json_true(on));
	json_close(&q->out, '}');
	return v1_end(q);
}

static int
users_delete(struct req *q)
{
	struct user u;

	if (need_user(q, &u) || account_delete(q, &u))
		return -1;
	return v1_done(q);
}

/* clang-format off */
static const struct route users_routes[] = {
	GET("users.info", USER, FREELY, "userId? username? fields?", users_info),
	GET("users.list", USER, MAY_VIEW_D, LISTED, users_list),
	GET("users.autocomplete", USER, MAY_VIEW_OUTSIDE, "selector?",
	    users_autocomplete),
	POST("users.create", USER, FREELY,
	    "email? name? password? username? active? roles? verified? "
	    "joinDefaultChannels? requirePasswordChange? customFields?",
	    users_create, .secret = create_secret),
	POST("users.update", USER, FREELY, "userId? data?", users_update,
	    .secret = update_secret),
	POST("users.setActiveStatus", USER, MAY_EDIT_OTHER_ACTIVE,
	    "userId? activeStatus?", users_set_active),
	POST("users.delete", USER, MAY_DELETE_USER, "userId? username? confirmRelinquish?",
	    users_delete),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group users_group;
const struct route_group users_group = { V1, STYLE_V1, users_routes };
