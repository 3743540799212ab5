/* SPDX-License-Identifier: ISC */
/* users.*: making, changing and removing accounts. */
#include "server/api/v1/v1.h"

enum { ROLES_MOST = 50 };

/* ---- roles ---- */

static bool
names_admin(struct req *q, struct json list)
{
	struct json one;

	for (one = json_first(list); json_type(one); one = json_next(one))
		if (str_eq(json_text(one, q->mem), STR("admin")))
			return true;
	return false;
}

static int
bad_role(struct req *q)
{
	return fail_coded(q, "error-action-not-allowed",
	    "The field Roles consist invalid role name");
}

/* Roles that exist, and may be given by this caller. */
static int
need_roles(struct req *q, struct json in)
{
	struct json list = json_get(in, STR("roles")), one;
	struct role role;
	struct str name;
	int found;

	if (match_type(q, in, "roles", JSON_ARRAY))
		return -1;
	if (json_type(list) == JSON_ARRAY && json_count(list) > ROLES_MOST)
		return bad_role(q);
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		name = json_text(one, q->mem);
		found = name.len ? role_by_name(q->db, q->mem, name, &role) : 0;
		if (found < 0)
			return fail(q, E_STORE);
		if (!found || role.per_room)
			return bad_role(q);
		if (need_role_within(q, name))
			return -1;
	}
	return 0;
}

/* An admin who is one no more: another one is left. */
static int
need_admin_left(struct req *q, const struct user *u, struct json list)
{
	return json_type(list) == JSON_ARRAY && !names_admin(q, list)
		   ? need_other_admin(q, u)
		   : 0;
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
	who_forget_user(q->srv->who, u->row);
	return 0;
}

/* ---- making ---- */

/* A misspelt key is said, so that nobody believes it was heard. */
static int
need_known_keys(struct req *q)
{
	static const char *const known[] = { "email", "name", "password",
		"username", "active", "roles", "joinDefaultChannels",
		"requirePasswordChange", "setRandomPassword",
		"sendWelcomeEmail", "verified", "customFields", "bio",
		"nickname", "statusText" };
	struct json one;
	struct str key;
	size_t i;

	for (one = json_first(q->body); json_type(one); one = json_next(one)) {
		key = json_key(one, q->mem);
		for (i = 0; i < sizeof known / sizeof *known; i++)
			if (str_eq(key, str_of(known[i])))
				break;
		if (i == sizeof known / sizeof *known)
			return fail_bare(q,
			    "Match error: Unknown key in field %.*s",
			    (int)(key.len < 100 ? key.len : 100), key.ptr);
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
	for (i = 0; i < 4; i++)
		if (json_type(json_get(q->body, str_of(names[i]))) <= JSON_NULL)
			return fail_bare(
			    q, "Match error: Missing key '%s'", names[i]);
	if (need_known_keys(q) ||
	    match_type(q, q->body, "password", JSON_STRING) ||
	    need_profile(q, q->body) || need_roles(q, q->body))
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
	if ((done = user_name_taken(q->db, u->username)) == 1)
		return name_taken(q, u->username);
	if (done == 0 && (done = user_email_taken(q->db, u->email)) == 1)
		return name_taken(q, u->email);
	if (done == 0)
		done = deed_user_in(&d, u, join);
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

	if (need_roles(q, q->body) ||
	    make_user(q, &u, param_or(q, "joinDefaultChannels", true)) ||
	    set_custom_fields(q, u.row, param_json(q, "customFields")))
		return -1;
	if (set_roles(q, &u, roles) < 0 ||
	    (param_true(q, "requirePasswordChange") &&
		user_set_must_change(q->db, u.row, true, q->now) < 0))
		return fail(q, E_STORE);
	return v1_user(q, u.row);
}

/* ---- changing ---- */

static struct json
datum(const struct req *q, const char *name)
{
	return json_get(param_json(q, "data"), str_of(name));
}

static bool
in_data(const struct req *q, const char *name)
{
	return json_type(datum(q, name)) > JSON_NULL;
}

static int
not_allowed(struct req *q, const char *what)
{
	return fail_coded(
	    q, "error-action-not-allowed", "%s is not allowed", what);
}

static struct str
new_password(struct req *q)
{
	return json_text(datum(q, "password"), q->mem);
}

static int
update_secret(struct req *q)
{
	struct json data = param_json(q, "data");

	if (json_type(data) != JSON_OBJECT)
		return fail_bare(q, "Match error: Missing key 'data'");
	if (match_type(q, data, "password", JSON_STRING))
		return -1;
	if (!new_password(q).len) /* none, or left empty in a form */
		return 0;
	if (!may(q, MAY_EDIT_OTHER_PASSWORD))
		return not_allowed(q, "Edit user password");
	return secret_new(q, new_password(q));
}

/* Deactivated, they are out at once. */
static int
set_active(struct req *q, const struct user *u, bool on)
{
	struct deed d = deed_of(q);

	if (u->active == on)
		return 0;
	if (!on && (need_other_admin(q, u) || need_heirs(q, u, false)))
		return -1;
	if ((!on && deed_user_relinquish(&d, u) < 0) ||
	    user_set_active(q->db, u->row, on, q->now) < 0 ||
	    (!on && end_tokens(q, u->row, false) < 0))
		return fail(q, E_STORE);
	who_forget_user(q->srv->who, u->row);
	presence_changed(q->srv->presence, u->row, q->srv->mono);
	return 0;
}

/*
 * Others: by right.  Oneself: what anybody may say of themselves; an e-mail
 * asks for the password, in users.updateOwnBasicInfo.
 */
static int
need_right_to_edit(struct req *q, const struct user *u)
{
	struct options *o = q->srv->options;

	if (in_data(q, "roles") && !may(q, MAY_ASSIGN_ROLES))
		return not_allowed(q, "Assign roles");
	if ((in_data(q, "roles") &&
		need_user_within(q, u, "Changing the roles")) ||
	    (secret_record(q).ptr &&
		need_user_within(q, u, "Changing the password")))
		return -1;
	if (in_data(q, "active") && !may(q, MAY_EDIT_OTHER_ACTIVE))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if (may(q, MAY_EDIT_OTHER_INFO))
		return 0;
	if (u->row != q->me->row)
		return not_allowed(q, "Editing user");
	if (!option_on(o, OPT_ALLOW_PROFILE_CHANGE))
		return not_allowed(q, "Edit user profile");
	if (in_data(q, "username") && !option_on(o, OPT_ALLOW_USERNAME_CHANGE))
		return not_allowed(q, "Edit username");
	if (in_data(q, "name") && !option_on(o, OPT_ALLOW_NAME_CHANGE))
		return not_allowed(q, "Edit user real name");
	if (in_data(q, "statusText") && !option_on(o, OPT_ALLOW_STATUS_CHANGE))
		return not_allowed(q, "Edit user status");
	return in_data(q, "email") ? not_allowed(q, "Edit user email") : 0;
}

/* What only administrators may. */
static int
change_state(struct req *q, const struct user *u)
{
	struct str record = secret_record(q);
	struct json must = datum(q, "requirePasswordChange");

	if (in_data(q, "active") &&
	    set_active(q, u, json_true(datum(q, "active"))))
		return -1;
	if (set_roles(q, u, datum(q, "roles")) < 0 ||
	    (record.ptr &&
		(user_set_password(q->db, u->row, record, q->now) < 0 ||
		    end_tokens(q, u->row, u->row == q->me->row) < 0)) ||
	    (json_type(must) == JSON_BOOL && may(q, MAY_EDIT_OTHER_INFO) &&
		user_set_must_change(q->db, u->row, json_true(must), q->now) <
		    0))
		return fail(q, E_STORE);
	return 0;
}

static int
users_update(struct req *q)
{
	struct json data = param_json(q, "data");
	struct json verified = json_get(data, STR("verified"));
	struct user u;

	if (need_user(q, &u) || need_right_to_edit(q, &u) ||
	    match_type(q, data, "active", JSON_BOOL) ||
	    match_type(q, data, "verified", JSON_BOOL) ||
	    match_type(q, data, "requirePasswordChange", JSON_BOOL) ||
	    need_roles(q, data) || need_admin_left(q, &u, datum(q, "roles")) ||
	    profile_change(q, &u, data,
		json_type(verified) == JSON_BOOL && may(q, MAY_EDIT_OTHER_INFO)
		    ? json_true(verified)
		    : -1) ||
	    change_state(q, &u))
		return -1;
	return v1_user(q, u.row);
}

static int
users_set_active(struct req *q)
{
	struct json on = param_json(q, "activeStatus");
	struct user u;

	if (json_type(on) <= JSON_NULL)
		return fail_bare(q, "Match error: Missing key 'activeStatus'");
	if (match_type(q, q->body, "activeStatus", JSON_BOOL) ||
	    need_user(q, &u) || set_active(q, &u, json_true(on)))
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
static const struct route users_edit_routes[] = {
	POST("users.create", USER, FREELY,
	    "email? name? password? username? active? roles? verified? "
	    "joinDefaultChannels? requirePasswordChange? customFields?",
	    users_create, .secret = create_secret, .effect = GROWS),
	POST("users.update", USER, FREELY, "userId? username? user? data? "
	    "confirmRelinquish?", users_update, .secret = update_secret),
	POST("users.setActiveStatus", USER, MAY_EDIT_OTHER_ACTIVE,
	    "userId? activeStatus? confirmRelinquish?", users_set_active),
	POST("users.delete", USER, MAY_DELETE_USER,
	    "userId? username? user? confirmRelinquish?", users_delete),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group users_edit_group;
const struct route_group users_edit_group = { V1, STYLE_V1, users_edit_routes };
