/* SPDX-License-Identifier: ISC */
/* users.*: about oneself: preferences, profile, the end. */
#include "server/api/v1/v1.h"

enum { SUGGEST_TRIES = 1000 };

/* ---- preferences ---- */

static int
write_preferences(struct req *q, int64_t row)
{
	struct str stored;

	if (user_settings(q->db, q->mem, row, &stored) != 1)
		return -1;
	json_open(&q->out, "preferences", '{');
	preferences_write(&q->out, q->mem, stored);
	json_close(&q->out, '}');
	return 1;
}

static int
get_preferences(struct req *q)
{
	v1_begin(q);
	return write_preferences(q, q->me->row) < 0 ? fail(q, E_STORE)
						    : v1_end(q);
}

static int
set_preferences(struct req *q)
{
	struct json data = param_json(q, "data");
	struct str id = param(q, "userId"), stored;
	struct user u = *q->me;
	const char *wrong;
	int found = 1;

	if (id.len && !str_eq(id, q->me->id)) {
		if (!may(q, MAY_EDIT_OTHER_INFO))
			return fail_coded(q, "error-action-not-allowed",
			    "Editing user is not allowed");
		found = user_by_id(q->db, q->mem, id, &u);
	}
	if (found == 0)
		return fail_coded(q, "error-invalid-user",
		    "The optional \"userId\" param provided does not match "
		    "any users");
	if (json_type(data) != JSON_OBJECT)
		return fail_bare(q, "Match error: Missing key 'data'");
	if (found < 0 || user_settings(q->db, q->mem, u.row, &stored) != 1)
		return fail(q, E_STORE);
	stored = preferences_change(q->mem, stored, data, &wrong);
	if (wrong)
		return fail_bare(
		    q, "Match error: Unexpected type in field data.%s", wrong);
	if (user_set_text(q->db, u.row, USER_SETTINGS, stored, q->now) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "user", '{');
	json_str(&q->out, "_id", u.id);
	json_open(&q->out, "settings", '{');
	if (write_preferences(q, u.row) < 0)
		return fail(q, E_STORE);
	json_close(&q->out, '}');
	json_close(&q->out, '}');
	return v1_end(q);
}

/* ---- one's own account ---- */

static struct json
datum(const struct req *q, const char *name)
{
	return json_get(param_json(q, "data"), str_of(name));
}

static struct str
data_text(struct req *q, const char *name)
{
	return json_text(datum(q, name), q->mem);
}

/* Plain, or as apps send it: hex of SHA-256. */
static int
check_password(
    struct req *q, struct str password, const char *code, const char *text)
{
	char hex[SHA256_HEX];
	struct str record;
	struct user u;
	int right;

	if (user_by_row(q->db, q->mem, q->me->row, &u) != 1)
		return fail(q, E_STORE);
	if (!park_result(q, STAGE_CHECK) && attempt_take(q, u.username))
		return -1;
	if (!password_digest(password, is_sha256_hex(password), hex))
		return fail_coded(q, code, "%s", text);
	right = password_check(q, &u, hex, &record);
	wipe(hex, sizeof hex);
	if (right == 1)
		attempt_succeeded(q, u.username);
	if (right == 0) {
		attempt_failed(q, u.username);
		return fail_coded(q, code, "%s", text);
	}
	return right < 0 ? -1 : 0;
}

/* E-mail and password change only with the password that is. */
static int
own_info_secret(struct req *q)
{
	struct str email = data_text(q, "email");
	struct str fresh = data_text(q, "newPassword");

	if (json_type(param_json(q, "data")) != JSON_OBJECT)
		return fail_bare(q, "Match error: Missing key 'data'");
	if (match_type(q, param_json(q, "data"), "newPassword", JSON_STRING))
		return -1;
	if (!fresh.len && (!email.ptr || str_eq(email, q->me->email)))
		return 0;
	if (check_password(q, data_text(q, "currentPassword"),
		"error-invalid-password", "Invalid password"))
		return -1;
	return fresh.len ? secret_new(q, fresh) : 0;
}

static int
not_allowed(struct req *q)
{
	return fail_coded(q, "error-not-allowed", "Not allowed");
}

/* What the owner of the place lets users change. */
static int
need_allowed(struct req *q)
{
	static const struct {
		const char *name;
		enum option option;
	} rows[] = {
		{ "name", OPT_ALLOW_NAME_CHANGE },
		{ "username", OPT_ALLOW_USERNAME_CHANGE },
		{ "email", OPT_ALLOW_EMAIL_CHANGE },
		{ "newPassword", OPT_ALLOW_PASSWORD_CHANGE },
		{ "statusText", OPT_ALLOW_STATUS_CHANGE },
		{ "statusType", OPT_ALLOW_STATUS_CHANGE },
	};
	struct options *o = q->srv->options;
	size_t i;

	if (!option_on(o, OPT_ALLOW_PROFILE_CHANGE))
		return not_allowed(q);
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (json_type(datum(q, rows[i].name)) > JSON_NULL &&
		    !option_on(o, rows[i].option))
			return not_allowed(q);
	return 0;
}

static int
new_own_password(struct req *q)
{
	struct str record = secret_record(q);

	if (!record.ptr)
		return 0;
	if (user_set_password(q->db, q->me->row, record, q->now) < 0 ||
	    user_set_must_change(q->db, q->me->row, false, q->now) < 0 ||
	    end_tokens(q, q->me->row, true) < 0)
		return fail(q, E_STORE);
	return 0;
}

static int
own_info(struct req *q)
{
	struct str type = data_text(q, "statusType");
	int64_t row = q->me->row;
	struct user u;

	if (need_allowed(q) ||
	    match_type(q, param_json(q, "data"), "statusType", JSON_STRING) ||
	    need_profile(q, q->body)) /* for its customFields */
		return -1;
	if (type.ptr && need_status(q, type))
		return -1;
	if (user_by_row(q->db, q->mem, row, &u) != 1)
		return fail(q, E_STORE);
	if (profile_change(q, &u, param_json(q, "data"), -1) ||
	    set_custom_fields(q, row, param_json(q, "customFields")) ||
	    new_own_password(q))
		return -1;
	return type.ptr && set_default_status(q, row, type) < 0
		   ? fail(q, E_STORE)
		   : v1_user(q, row);
}

static int
delete_own_secret(struct req *q)
{
	struct str password = param(q, "password");

	if (!password.len)
		return fail_bare(q, "Body parameter \"password\" is required.");
	if (!option_on(q->srv->options, OPT_ALLOW_DELETE_OWN))
		return not_allowed(q);
	return check_password(
	    q, password, "error-invalid-password", "Invalid password");
}

static int
delete_own(struct req *q)
{
	struct user u;

	if (user_by_row(q->db, q->mem, q->me->row, &u) != 1)
		return fail(q, E_STORE);
	return account_delete(q, &u) ? -1 : v1_done(q);
}

static int
suggestion(struct req *q)
{
	struct str name = q->me->name, try;
	char plain[64];
	size_t i, n = 0;
	int taken = 1;

	for (i = 0; i < name.len && n < sizeof plain; i++) {
		char c = name.ptr[i] == ' ' ? '.' : name.ptr[i];

		c = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
		if (name_fits((struct str){ &c, 1 }))
			plain[n++] = c;
	}
	try = arena_str(q->mem, n ? (struct str){ plain, n } : q->me->username);
	for (i = 1; i < SUGGEST_TRIES && !str_eq(try, q->me->username) &&
		    (taken = user_name_taken(q->db, try)) == 1;
	     i++)
		try = arena_fmt(q->mem, "%.*s-%zu", (int)n, plain, i);
	if (taken < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_str(&q->out, "result", try);
	return v1_end(q);
}

/* clang-format off */
static const struct route users_self_routes[] = {
	GET("users.getPreferences", USER, FREELY, "", get_preferences),
	POST("users.setPreferences", USER, FREELY, "userId? data?",
	    set_preferences),
	POST("users.updateOwnBasicInfo", USER, FREELY, "data? customFields?",
	    own_info, .secret = own_info_secret),
	POST("users.deleteOwnAccount", USER, FREELY, "password? confirmRelinquish?", delete_own,
	    .secret = delete_own_secret),
	GET("users.getUsernameSuggestion", USER, FREELY, "", suggestion),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group users_self_group;
const struct route_group users_self_group = { V1, STYLE_V1, users_self_routes };
