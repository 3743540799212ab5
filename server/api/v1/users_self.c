/* SPDX-License-Identifier: ISC */
/* Users about themselves: presence, status, preferences, their account. */
#include "server/api/v1/v1.h"

#include "server/preferences.h"

enum { TEXT_MOST = 260, SUGGEST_TRIES = 1000 };

/* ---- presence and status ---- */

static struct str
connection(const struct req *q, const struct user *u)
{
	int64_t since = q->srv->mono - q->srv->conf->presence_timeout * 1000;

	return presence_of(q->srv->presence, u->row) >= since ? STR("online")
							      : STR("offline");
}

/* As it is now: a session's user lacks the status. */
static int
need_fresh(struct req *q, struct user *u)
{
	if (need_user_or_me(q, u))
		return -1;
	return user_by_row(q->db, q->mem, u->row, u) == 1 ? 0
							  : fail(q, E_STORE);
}

static int
get_presence(struct req *q)
{
	struct user u;

	if (need_fresh(q, &u))
		return -1;
	v1_begin(q);
	json_str(&q->out, "presence", user_status(q->srv, &u));
	if (u.row == q->me->row) {
		json_str(&q->out, "connectionStatus", connection(q, &u));
		if (u.last_login)
			json_time(&q->out, "lastLogin", u.last_login);
	}
	return v1_end(q);
}

static int
get_status(struct req *q)
{
	struct user u;

	if (need_fresh(q, &u))
		return -1;
	v1_begin(q);
	json_str(&q->out, "_id", u.id);
	json_str(&q->out, "status", user_status(q->srv, &u));
	json_str(&q->out, "message",
	    u.status_text.ptr ? u.status_text : STR(""));
	if (u.row == q->me->row)
		json_str(&q->out, "connectionStatus", connection(q, &u));
	return v1_end(q);
}

/* "a,b" or a list; at most the upper limit of a page. */
static size_t
named_ids(struct req *q, struct str ids[PAGE_LIMIT])
{
	struct json v = param_json(q, "ids"), one;
	struct str text = json_text(v, q->mem), id;
	size_t n = 0;

	while (n < PAGE_LIMIT && str_next(&text, ',', &id))
		ids[n++] = str_trim(id);
	for (one = json_first(v);
	     json_type(v) == JSON_ARRAY && json_type(one) && n < PAGE_LIMIT;
	     one = json_next(one))
		if ((ids[n] = json_text(one, q->mem)).ptr)
			n++;
	return n;
}

static int
presence_list(struct req *q)
{
	int64_t since = q->srv->mono - q->srv->conf->presence_timeout * 1000;
	int64_t *rows;
	struct str ids[PAGE_LIMIT];
	struct user *u;
	size_t i, n, named = named_ids(q, ids);
	int done;

	if (named) {
		done = users_by_ids(q->db, q->mem, ids, named, &u, &n);
	} else {
		n = presence_since(q->srv->presence, since, q->mem, &rows);
		done = users_by_rows(q->db, q->mem, rows, n, &u, &n);
	}
	if (done < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "users", '[');
	for (i = 0; i < n; i++) {
		struct str status = user_status(q->srv, &u[i]);

		if (str_eq(status, STR("offline")))
			continue;
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "_id", u[i].id);
		json_str(&q->out, "username", u[i].username);
		json_str(&q->out, "name", u[i].name);
		json_str(&q->out, "status", status);
		json_int(&q->out, "utcOffset", 0);
		json_str(&q->out, "statusText", u[i].status_text);
		json_str(&q->out, "avatarETag", u[i].avatar);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	json_bool(&q->out, "full", named == 0);
	return v1_end(q);
}

static bool
is_status(struct str status)
{
	return str_eq(status, STR("online")) || str_eq(status, STR("away")) ||
	       str_eq(status, STR("busy")) || str_eq(status, STR("offline"));
}

static int
bad_status(struct req *q)
{
	return fail_coded(q, "error-invalid-status",
	    "Valid status types include online, away, offline, and busy.");
}

static int
set_status(struct req *q)
{
	struct str status = param(q, "status"), text = param(q, "message");
	struct user u;
	int done = 1;

	if (need_user_or_me(q, &u))
		return -1;
	if (u.row != q->me->row && !may(q, MAY_EDIT_OTHER_INFO))
		return fail(q, E_FORBIDDEN);
	if (!option_on(q->srv->options, OPT_ALLOW_STATUS_CHANGE))
		return fail_coded(q, "error-not-allowed",
		    "Change status is not allowed");
	if (json_type(param_json(q, "status")) > JSON_NULL &&
	    !is_status(status))
		return bad_status(q);
	if (str_eq(status, STR("offline")) &&
	    !option_on(q->srv->options, OPT_ALLOW_INVISIBLE))
		return fail_coded(q, "error-status-not-allowed",
		    "Invisible status is disabled");
	if (param_is_text(q, "message") || text.len > TEXT_MOST)
		return fail_bare(q, "Match error: message is no short text");
	if (text.ptr)
		done = user_set_text(
		    q->db, u.row, USER_STATUS_TEXT, text, q->now);
	if (done > 0 && status.ptr)
		done = user_set_text(q->db, u.row, USER_STATUS,
		    str_eq(status, STR("online")) ? NO_STR : status, q->now);
	return v1_did(q, done);
}

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
check_password(struct req *q, struct str password, const char *code,
    const char *text)
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
	if (!fresh.len && (!email.ptr || str_eq(email, q->me->email)))
		return 0;
	if (check_password(q, data_text(q, "currentPassword"),
		"error-invalid-password", "Invalid password"))
		return -1;
	return fresh.len ? secret_new(q, fresh) : 0;
}

static int
refuse_change(struct req *q, const char *what)
{
	return fail_coded(
	    q, "error-action-not-allowed", "Changing %s is not allowed", what);
}

/* What the owner of the place lets users change. */
static int
need_allowed(struct req *q)
{
	static const struct {
		const char *name;
		enum option option;
		const char *what;
	} rows[] = {
		{ "name", OPT_ALLOW_NAME_CHANGE, "name" },
		{ "username", OPT_ALLOW_USERNAME_CHANGE, "username" },
		{ "email", OPT_ALLOW_EMAIL_CHANGE, "email" },
		{ "newPassword", OPT_ALLOW_PASSWORD_CHANGE, "password" },
		{ "statusText", OPT_ALLOW_STATUS_CHANGE, "status" },
	};
	size_t i;

	if (!option_on(q->srv->options, OPT_ALLOW_PROFILE_CHANGE))
		return fail_coded(
		    q, "error-not-allowed", "Changing profile is not allowed");
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (json_type(datum(q, rows[i].name)) > JSON_NULL &&
		    !option_on(q->srv->options, rows[i].option))
			return refuse_change(q, rows[i].what);
	return 0;
}

static int
new_own_password(struct req *q)
{
	struct str record = secret_record(q);

	if (!record.ptr)
		return 0;
	if (user_set_password(q->db, q->me->row, record, q->now) < 0 ||
	    token_delete_but(q->db, q->me->row, q->session->token) < 0)
		return fail(q, E_STORE);
	return 0;
}

static int
own_info(struct req *q)
{
	struct str type = data_text(q, "statusType");
	int64_t row = q->me->row;
	struct user u;

	if (need_allowed(q))
		return -1;
	if (type.ptr && !is_status(type))
		return bad_status(q);
	if (user_by_row(q->db, q->mem, row, &u) != 1)
		return fail(q, E_STORE);
	if (profile_change(q, &u, param_json(q, "data")) ||
	    new_own_password(q))
		return -1;
	if (type.ptr && user_set_text(q->db, row, USER_STATUS,
			    str_eq(type, STR("online")) ? NO_STR : type,
			    q->now) < 0)
		return fail(q, E_STORE);
	who_forget_all(q->srv->who);
	return v1_user(q, row, true);
}

static int
delete_own_secret(struct req *q)
{
	struct str password = param(q, "password");

	if (!password.len)
		return fail_bare(
		    q, "Body parameter \"password\" is required.");
	if (!option_on(q->srv->options, OPT_ALLOW_DELETE_OWN))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	return check_password(q, password, "error-invalid-password",
	    "Invalid password");
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
	try = arena_str(q->mem,
	    n ? (struct str){ plain, n } : q->me->username);
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
	GET("users.getPresence", USER, FREELY, "userId? username?", get_presence),
	GET("users.getStatus", USER, FREELY, "userId? username?", get_status),
	GET("users.presence", USER, FREELY, "from? ids?", presence_list),
	POST("users.setStatus", USER, FREELY, "message? status? userId? username?",
	    set_status),
	GET("users.getPreferences", USER, FREELY, "", get_preferences),
	POST("users.setPreferences", USER, FREELY, "userId? data?",
	    set_preferences),
	POST("users.updateOwnBasicInfo", USER, FREELY, "data? customFields?",
	    own_info, .secret = own_info_secret),
	POST("users.deleteOwnAccount", USER, FREELY, "password?", delete_own,
	    .secret = delete_own_secret),
	GET("users.getUsernameSuggestion", USER, FREELY, "", suggestion),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group users_self_group;
const struct route_group users_self_group = { V1, STYLE_V1,
	users_self_routes };
