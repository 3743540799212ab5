/* SPDX-License-Identifier: ISC */
/* Coming in: registration, tokens for others, for scripts, of other clients. */
#include "server/api/v1/v1.h"

enum { TOKENS_SHOWN = 200, NOTE_MOST = 128 };

/* ---- registration ---- */

/* The row is for anyone: nobody has looked at a token yet. */
static bool
is_logged_in(struct req *q)
{
	struct str token = req_header(q, "x-auth-token");
	const struct session *s;
	uint8_t hash[SHA256_LEN];

	if (token.len != TOKEN_LEN)
		return false;
	sha256(token, hash);
	return who_by_token(q->srv->who, hash, &s) == 1;
}

static int
register_secret(struct req *q)
{
	struct options *o = q->srv->options;
	struct str form = option_text(o, OPT_REGISTRATION);
	struct str secret = option_text(o, OPT_REGISTRATION_SECRET);
	struct str given = param(q, "secretURL");
	static const char *const names[] = { "username", "email", "pass",
		"name" };
	size_t i;
	bool invited = str_eq(form, STR("Secret URL")) && secret.len &&
		       secret.len == given.len &&
		       same_bytes(secret.ptr, given.ptr, secret.len);

	if (is_logged_in(q))
		return fail_bare(q, "Logged in users can not register again.");
	if (!str_eq(form, STR("Public")) && !invited)
		return fail_coded(q, "error-user-registration-disabled",
		    "User registration is disabled");
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (match_type(q, q->body, names[i], JSON_STRING))
			return -1;
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (!param(q, names[i]).len)
			return fail_bare(
			    q, "Match error: Missing key '%s'", names[i]);
	if (need_profile(q, q->body) ||
	    need_username(q, param(q, "username")) ||
	    need_email(q, param(q, "email")))
		return -1;
	return secret_new(q, param(q, "pass"));
}

static int
users_register(struct req *q)
{
	struct deed d = deed_of(q);
	struct user u = {
		.username = param(q, "username"),
		.name = param(q, "name"),
		.email = param(q, "email"),
		.type = STR("user"),
		.active = true,
		.created = q->now,
		.updated = q->now,
		.password = secret_record(q),
	};
	int done = user_name_taken(q->db, u.username);

	if (done == 1)
		return fail_bare(q, "Username is already in use");
	if (done == 0 && (done = user_email_taken(q->db, u.email)) == 1)
		return fail_coded(q, "403", "Email already exists.");
	if (done == 0)
		done = deed_user(&d, &u);
	if (done < 0)
		return fail(q, E_STORE);
	return set_custom_fields(q, u.row, param_json(q, "customFields"))
		   ? -1
		   : v1_user(q, u.row);
}

/* Nothing here sends mail: the owner of the place reads it in the log. */
static int
forgot_password(struct req *q)
{
	struct str email = param(q, "email");
	struct user u;
	int found;

	if (!email.len)
		return fail_bare(q, "The 'email' param is required");
	if ((found = user_by_email(q->db, q->mem, email, &u)) < 0)
		return fail(q, E_STORE);
	if (found == 1)
		log_line(LOG_WARN, "a password was forgotten", "user",
		    u.username.ptr, NULL);
	return v1_done(q); /* the same for all: it tells nobody who is here */
}

/* ---- tokens ---- */

static int
create_token(struct req *q)
{
	char text[TOKEN_LEN];
	struct user u;

	if (need_user(q, &u))
		return -1;
	if (u.row != q->me->row && !may(q, MAY_GENERATE_TOKEN))
		return fail_coded(q, "error-not-authorized", "Not authorized");
	if (need_user_within(q, &u, "Taking a token"))
		return -1;
	if (!u.active)
		return fail_coded(
		    q, "error-user-is-not-activated", "User is not activated");
	if (token_make(q, &u, NO_STR, text) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "data", '{');
	json_str(&q->out, "userId", u.id);
	json_str(&q->out, "authToken", (struct str){ text, TOKEN_LEN });
	json_close(&q->out, '}');
	return v1_end(q);
}

static int
need_token_name(struct req *q, struct str *name)
{
	*name = param(q, "tokenName");
	if (!name->len || name->len > NOTE_MOST)
		return fail_bare(q, "The 'tokenName' param is required");
	if (!may(q, MAY_CREATE_TOKENS))
		return fail_coded(q, "not-authorized", "Not Authorized");
	return 0;
}

static int
token_reply(struct req *q, const char *text, int done)
{
	if (done < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_str(&q->out, "token", (struct str){ text, TOKEN_LEN });
	return v1_end(q);
}

static int
generate_token(struct req *q)
{
	char text[TOKEN_LEN];
	struct str name;
	struct token t, *all;
	size_t n;
	int found;

	if (need_token_name(q, &name))
		return -1;
	if (tokens_noted(q->db, q->mem, q->me->row, TOKENS_SHOWN, &all, &n) < 0)
		return fail(q, E_STORE);
	if (n == TOKENS_SHOWN) /* one more would be in no list */
		return fail_coded(q, "error-too-many-tokens",
		    "You have %d tokens already", TOKENS_SHOWN);
	found = token_noted(q->db, q->mem, q->me->row, name, &t);
	if (found == 1)
		return fail_coded(q, "error-token-already-exists",
		    "A token with this name already exists");
	if (found == 0)
		found = token_make(q, q->me, name, text);
	return token_reply(q, text, found);
}

/* 0, or -1 and answered: it is no more. */
static int
end_token(struct req *q, struct token *t)
{
	struct str name;
	int done;

	if (need_token_name(q, &name))
		return -1;
	done = token_noted(q->db, q->mem, q->me->row, name, t);
	if (done == 0)
		return fail_coded(
		    q, "error-token-does-not-exists", "Token does not exist");
	if (done == 1)
		done = token_delete(q->db, t->hash);
	if (done < 0)
		return fail(q, E_STORE);
	who_forget_token(q->srv->who, t->hash);
	return 0;
}

static int
regenerate_token(struct req *q)
{
	char text[TOKEN_LEN];
	struct token t;

	if (end_token(q, &t))
		return -1;
	return token_reply(q, text, token_renew(q, &t, text));
}

static int
remove_token(struct req *q)
{
	struct token t;

	return end_token(q, &t) ? -1 : v1_done(q);
}

static int
list_tokens(struct req *q)
{
	struct token *t;
	size_t i, n;

	if (!may(q, MAY_CREATE_TOKENS))
		return fail_coded(q, "not-authorized", "Not Authorized");
	if (tokens_noted(q->db, q->mem, q->me->row, TOKENS_SHOWN, &t, &n) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "tokens", '[');
	for (i = 0; i < n; i++) {
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "name", t[i].note);
		json_time(&q->out, "createdAt", t[i].created);
		json_str(&q->out, "lastTokenPart", t[i].tail);
		json_bool(&q->out, "bypassTwoFactor", false);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	return v1_end(q);
}

/* ---- other clients ---- */

static int
end_others(struct req *q)
{
	who_forget_user(q->srv->who, q->me->row);
	return token_delete_but(q->db, q->me->row, q->session->token, false);
}

static int
remove_others(struct req *q)
{
	return v1_did(q, end_others(q));
}

/* As it came; NO_STR for who came by a password. */
static struct str
my_token(const struct req *q)
{
	struct str token = req_header(q, "x-auth-token");
	struct str auth = req_header(q, "authorization");
	uint8_t hash[SHA256_LEN];

	if (token.ptr || !q->session->by_token || auth.len < TOKEN_LEN)
		return token;
	auth = str_from(auth, auth.len - TOKEN_LEN); /* Bearer */
	sha256(auth, hash);
	return same_bytes(hash, q->session->token, SHA256_LEN) ? auth : NO_STR;
}

/* This token goes on: it is given back with its end. */
static int
logout_others(struct req *q)
{
	struct str token = my_token(q);
	int64_t expires = q->session->expires;

	if (end_others(q) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_str(&q->out, "token", token);
	if (expires)
		json_time(&q->out, "tokenExpires", expires);
	return v1_end(q);
}

static int
logout_user(struct req *q)
{
	struct user u;

	if (need_user_or_me(q, &u))
		return -1;
	if (u.row != q->me->row && !may(q, MAY_LOGOUT_OTHER))
		return fail(q, E_FORBIDDEN);
	if (end_tokens(q, u.row, false) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_str(&q->out, "message",
	    arena_fmt(
		q->mem, "User %.*s has been logged out!", STR_ARGS(u.id)));
	return v1_end(q);
}

/* clang-format off */
static const struct route users_tokens_routes[] = {
	POST("users.register", ANYONE, FREELY,
	    "username? email? pass? name? secretURL? customFields?", users_register,
	    .secret = register_secret, .effect = GROWS),
	POST("users.forgotPassword", ANYONE, FREELY, "email?", forgot_password,
	    .effect = READS),
	POST("users.createToken", USER, FREELY, "userId? username? user?",
	    create_token),
	POST("users.generatePersonalAccessToken", USER, FREELY,
	    "tokenName? bypassTwoFactor?", generate_token),
	POST("users.regeneratePersonalAccessToken", USER, FREELY, "tokenName?",
	    regenerate_token),
	POST("users.removePersonalAccessToken", USER, FREELY, "tokenName?",
	    remove_token),
	GET("users.getPersonalAccessTokens", USER, FREELY, "",
	    list_tokens),
	POST("users.logoutOtherClients", USER, FREELY, "", logout_others),
	POST("users.removeOtherTokens", USER, FREELY, "", remove_others),
	POST("users.logout", USER, FREELY, "userId?", logout_user),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group users_tokens_group;
const struct route_group users_tokens_group = { V1, STYLE_V1,
	users_tokens_routes };
