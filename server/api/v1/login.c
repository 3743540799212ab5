/* SPDX-License-Identifier: ISC */
/* Logging in, out, and who one is (api/v1.md section 3.4). */
#include "server/api/v1/v1.h"

/* The login inside of {"totp":{"code","login":{...}}}; there is no second
 * factor, so that the code is not looked at. */
static struct json
login_body(const struct req *q)
{
	struct json inner =
	    json_get(json_get(q->body, STR("totp")), STR("login"));

	return json_type(inner) == JSON_OBJECT ? inner : q->body;
}

static struct str
text_in(const struct req *q, struct json object, const char *name)
{
	return json_text(json_get(object, str_of(name)), q->mem);
}

/* user (text, or an object), else username, else email. */
static struct str
login_name(const struct req *q, struct json body, bool *email)
{
	struct json user = json_get(body, STR("user"));
	struct str name = json_text(user, q->mem);

	*email = name.len && str_find(name, '@') < name.len;
	if (name.len)
		return name;
	if (json_type(user) != JSON_OBJECT)
		user = body;
	if ((name = text_in(q, user, "username")).len)
		return name;
	*email = true;
	return text_in(q, user, "email");
}

/* {"resume":"<token>"}: the token goes on. */
static int
resume(struct req *q, struct str token)
{
	const struct session *s = NULL;
	uint8_t hash[SHA256_LEN];
	int found = 0;

	if (token.len == TOKEN_LEN) {
		sha256(token, hash);
		found = who_by_token(q->srv->who, hash, &s);
	}
	if (found < 0)
		return fail(q, E_STORE);
	/* one that may do little is no login */
	if (!found || s->scope != TOKEN_ALL || s->room)
		return fail(q, E_UNAUTHORIZED);
	q->proven = arena_get(q->mem, sizeof *q->proven);
	*q->proven = s->user;
	return 0;
}

static int
login_secret(struct req *q)
{
	struct json body = login_body(q), token = json_get(body, STR("resume"));
	char hex[SHA256_HEX];
	struct str name;
	bool email;
	int done;

	if (json_type(token) == JSON_STRING)
		return resume(q, json_text(token, q->mem));
	name = login_name(q, body, &email);
	/* who says so means another directory, which there is none of */
	if (!name.len || json_true(json_get(body, STR("ldap"))) ||
	    json_type(json_get(body, STR("serviceName"))) != JSON_NONE ||
	    !login_digest(q, json_get(body, STR("password")),
		json_true(json_get(body, STR("hashed"))), hex))
		return fail(q, E_UNAUTHORIZED);
	done = session_prove(q, name, email, hex);
	wipe(hex, sizeof hex);
	return done;
}

/* The site's address, by which clients find pictures. */
static struct str
avatar_url(struct req *q, const struct user *u)
{
	struct str root = q->srv->conf->root_url;

	while (root.len && root.ptr[root.len - 1] == '/')
		root.len--;
	return arena_fmt(
	    q->mem, "%.*s/avatar/%.*s", STR_ARGS(root), STR_ARGS(u->username));
}

/* 1 or -1. */
static int
write_me(struct req *q, int64_t row)
{
	struct writer *w = &q->out;
	struct str stored;
	struct user u;

	if (user_by_row(q->db, q->mem, row, &u) != 1 ||
	    user_settings(q->db, q->mem, row, &stored) != 1)
		return -1;
	doc_user_fields(w, q->srv, &u, true);
	if (!u.email.ptr) {
		json_open(w, "emails", '[');
		json_close(w, ']');
	}
	json_str(
	    w, "language", preference_text(q->mem, stored, STR("language")));
	json_open(w, "settings", '{');
	json_open(w, "preferences", '{');
	preferences_write(w, q->mem, stored);
	json_close(w, '}');
	json_close(w, '}');
	if (!u.fields.len)
		json_text_as_is(w, "customFields", STR("{}"));
	if (u.verified)
		json_str(w, "email", u.email);
	json_str(w, "avatarUrl", avatar_url(q, &u));
	return 1;
}

static int
post_login(struct req *q)
{
	struct json token = json_get(login_body(q), STR("resume"));
	struct str given = json_text(token, q->mem);
	char text[TOKEN_LEN];

	if (!given.len) {
		if (session_open(q, q->proven, text) < 0)
			return fail(q, E_STORE);
		given = (struct str){ text, TOKEN_LEN };
	}
	json_open(&q->out, NULL, '{');
	json_str(&q->out, "status", STR("success"));
	json_open(&q->out, "data", '{');
	json_str(&q->out, "userId", q->proven->id);
	json_str(&q->out, "authToken", given);
	json_open(&q->out, "me", '{');
	presence_seen(q->srv->presence, q->proven->row, q->srv->mono);
	if (write_me(q, q->proven->row) < 0)
		return fail(q, E_STORE);
	json_close(&q->out, '}');
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

static int
me(struct req *q)
{
	v1_begin(q);
	return write_me(q, q->me->row) < 0 ? fail(q, E_STORE) : v1_end(q);
}

static const struct route login_routes[] = {
	POST("login", ANYONE, FREELY,
	    "user? username? email? password? hashed? resume? totp? code?",
	    post_login, .secret = login_secret),
	POST("logout", USER, FREELY, "", logout),
	GET("logout", USER, FREELY, "", logout, .effect = WRITES),
	GET("me", USER, FREELY, "", me),
	END_OF_ROUTES,
};

extern const struct route_group v1_login_group;
const struct route_group v1_login_group = { V1, STYLE_V1, login_routes };
