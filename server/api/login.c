/* SPDX-License-Identifier: ISC */
/* Logging in and out: names and passwords for tokens, and back. */
#include "server/api/api.h"

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

/* Before the handler: the password is checked by the helper. */
static int
login_secret(struct req *q)
{
	char hex[SHA256_HEX];
	struct str name;
	bool email;
	int done;

	if (login_types(q))
		return -1;
	name = login_name(q, &email);
	if (!name.ptr || !login_digest(q, param_json(q, "password"),
			     param_true(q, "hashed"), hex))
		return fail(q, E_UNAUTHORIZED);
	done = session_prove(q, name, email, hex);
	wipe(hex, sizeof hex);
	return done;
}

static int
post_login(struct req *q)
{
	char token[TOKEN_LEN];
	const struct user *u = q->proven;

	if (session_open(q, u, token) < 0)
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
	if (session_close(q) < 0)
		return fail(q, E_STORE);
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
