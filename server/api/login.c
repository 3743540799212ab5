/* SPDX-License-Identifier: ISC */
/* Logging in and out: names and passwords for tokens, and back. */
#include "server/api/api.h"

#include "auth/random.h"

/* Exactly one name is used: the first that is there and not empty. */
static struct str
login_name(const struct req *q, bool *email)
{
	struct str name = param(q, "user");

	*email = false;
	if (name.len) {
		*email = str_find(name, '@') < name.len;
		return name;
	}
	if ((name = param(q, "username")).len)
		return name;
	*email = true;
	return param(q, "email");
}

/* {"digest": "<hex>", "algorithm": "sha-256"} or a plain string. */
static bool
login_digest(struct req *q, char hex[SHA256_HEX])
{
	struct json v = param_json(q, "password");
	struct json digest = json_get(v, STR("digest"));

	if (json_type(v) == JSON_STRING)
		return password_digest(
		    json_text(v, q->mem), param_true(q, "hashed"), hex);
	return str_eq(json_text(json_get(v, STR("algorithm")), q->mem),
		   STR("sha-256")) &&
	       password_digest(json_text(digest, q->mem), true, hex);
}

static int
login_types(struct req *q)
{
	enum json_type t = json_type(param_json(q, "password"));

	if (param_is_text(q, "user") || param_is_text(q, "username") ||
	    param_is_text(q, "email"))
		return -1;
	if (t == JSON_NONE || t == JSON_NULL || t == JSON_STRING ||
	    t == JSON_OBJECT)
		return 0;
	return fail_coded(q, "error-invalid-params",
	    "The parameter \"password\" must be a string or a digest");
}

static int
find_user(struct req *q, struct str name, bool email, struct user *u)
{
	int found = email ? user_by_email(q->db, q->mem, name, u)
			  : user_by_name(q->db, q->mem, name, u);

	return found == 1 && !(u->active && u->password.ptr) ? 0 : found;
}

static int
refuse(struct req *q, struct str name)
{
	attempt_failed(q, name);
	return fail(q, E_UNAUTHORIZED);
}

/* Before the handler: the password is checked by the helper. */
static int
login_secret(struct req *q)
{
	char hex[SHA256_HEX];
	struct str name, record;
	struct user u;
	bool email;
	int a;

	if (login_types(q))
		return -1;
	name = login_name(q, &email);
	if (!name.ptr || !login_digest(q, hex))
		return fail(q, E_UNAUTHORIZED);
	if (!park_result(q, STAGE_CHECK) && attempt_take(q, name))
		return -1;
	if ((a = find_user(q, name, email, &u)) < 0)
		return fail(q, E_STORE);
	a = password_check(q, a ? &u : NULL, hex, &record);
	wipe(hex, sizeof hex);
	if (a <= 0)
		return a < 0 ? -1 : refuse(q, name);
	attempt_succeeded(q, name);
	q->proven = arena_get(q->mem, sizeof u);
	*q->proven = u;
	q->record = record;
	return 0;
}

static int
new_token(struct req *q, const struct user *u, char text[TOKEN_LEN])
{
	int64_t life = q->srv->conf->token_lifetime * 1000;
	struct token t = {
		.user = u->row,
		.created = q->now,
		.used = q->now,
		.expires = life ? q->now + life : 0,
	};

	token_new(text);
	sha256((struct str){ text, TOKEN_LEN }, t.hash);
	t.tail = (struct str){ text + TOKEN_LEN - TOKEN_TAIL, TOKEN_TAIL };
	return token_add(q->db, &t);
}

static int
post_login(struct req *q)
{
	char token[TOKEN_LEN];
	const struct user *u = q->proven;

	if (new_token(q, u, token) < 0 ||
	    user_set_login(q->db, u->row, q->now) < 0 ||
	    (q->record.ptr &&
		user_set_password(q->db, u->row, q->record, q->now) < 0))
		return fail(q, E_STORE);
	json_open(&q->out, NULL, '{');
	json_str(&q->out, "status", STR("success"));
	json_open(&q->out, "data", '{');
	json_str(&q->out, "authToken", (struct str){ token, TOKEN_LEN });
	json_str(&q->out, "userId", u->id);
	json_close(&q->out, '}');
	json_close(&q->out, '}');
	return 0;
}

static int
logout(struct req *q)
{
	if (q->session->by_token) {
		if (token_delete(q->db, q->session->token) < 0)
			return fail(q, E_STORE);
		who_forget_token(q->srv->who, q->session->token);
	}
	json_open(&q->out, NULL, '{');
	json_str(&q->out, "status", STR("success"));
	json_open(&q->out, "data", '{');
	json_str(&q->out, "message", STR("You've been logged out!"));
	json_close(&q->out, '}');
	json_close(&q->out, '}');
	return 0;
}

static const struct route login_routes[] = {
	POST("login", ANYONE, FREELY, "user|username|email? password? hashed?",
	    post_login, .secret = login_secret),
	POST("logout", USER, FREELY, "", logout),
	GET("logout", USER, FREELY, "", logout, .effect = WRITES),
	END_OF_ROUTES,
};

extern const struct route_group login_group;
const struct route_group login_group = { "/api/", STYLE_V0, login_routes };
