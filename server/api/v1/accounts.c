/* SPDX-License-Identifier: ISC */
/* Accounts: what changes and deletes them, whoever asks for it. */
#include "server/api/v1/v1.h"

enum { TEXT_MOST = 260, FIELDS_BYTES = 8192, ROOMS_SHOWN = 100 };

int
v1_user(struct req *q, int64_t row)
{
	struct user u;

	if (user_by_row(q->db, q->mem, row, &u) != 1)
		return fail(q, E_STORE);
	v1_begin(q);
	doc_user(&q->out, "user", q->srv, &u,
	    !q->me || row == q->me->row || may(q, MAY_VIEW_FULL_INFO));
	return v1_end(q);
}

/* ---- what fits ---- */

static struct str
shortened(struct str s)
{
	return (struct str){ s.ptr ? s.ptr : "", s.len < 200 ? s.len : 200 };
}

int
name_taken(struct req *q, struct str what)
{
	return fail_coded(q, "error-field-unavailable",
	    "%.*s is already in use :(", STR_ARGS(shortened(what)));
}

/* @all and @here are everybody. */
int
need_username(struct req *q, struct str name)
{
	if (str_ieq(name, STR("all")) || str_ieq(name, STR("here")))
		return name_taken(q, name);
	if (name_fits(name))
		return 0;
	return fail_coded(q, "error-input-is-not-a-valid-field",
	    "%.*s is not a valid username", STR_ARGS(shortened(name)));
}

int
need_email(struct req *q, struct str email)
{
	if (email_fits(email))
		return 0;
	return fail_coded(q, "error-invalid-email", "Invalid email");
}

int
match_type(struct req *q, struct json in, const char *name, enum json_type type)
{
	static const char *const names[] = { "undefined", "null", "boolean",
		"number", "string", "array", "object" };
	enum json_type got = json_type(json_get(in, str_of(name)));

	if (got <= JSON_NULL || got == type)
		return 0;
	return fail_bare(q, "Match error: Expected %s, got %s in field %s",
	    names[type], names[got], name);
}

/* Texts that a body may set: these and no other. */
static const struct {
	const char *name;
	enum user_text what;
} texts[] = {
	{ "name", USER_NAME },
	{ "statusText", USER_STATUS_TEXT },
	{ "bio", USER_BIO },
	{ "nickname", USER_NICKNAME },
};

static struct str
text_in(struct req *q, struct json data, const char *name)
{
	return json_text(json_get(data, str_of(name)), q->mem);
}

int
need_profile(struct req *q, struct json in)
{
	struct json fields = json_get(in, STR("customFields"));
	size_t i;

	if (match_type(q, in, "username", JSON_STRING) ||
	    match_type(q, in, "email", JSON_STRING) ||
	    match_type(q, in, "customFields", JSON_OBJECT))
		return -1;
	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (match_type(q, in, texts[i].name, JSON_STRING))
			return -1;
		if (text_in(q, in, texts[i].name).len > TEXT_MOST)
			return fail_bare(q,
			    "Match error: At most %d bytes in field %s",
			    TEXT_MOST, texts[i].name);
	}
	if (json_source(fields).len > FIELDS_BYTES)
		return fail_coded(q, "error-user-registration-custom-field",
		    "At most %d bytes of custom fields", FIELDS_BYTES);
	return 0;
}

/* ---- changes ---- */

/* 0, or -1 and answered. */
static int
change_names(
    struct req *q, const struct user *u, struct json data, int verified)
{
	struct str name = text_in(q, data, "username");
	struct str email = text_in(q, data, "email");
	int done = 1;

	if (name.ptr && !str_eq(name, u->username)) {
		if (need_username(q, name))
			return -1;
		done = user_set_username(q->db, u->row, name, q->now);
		if (done == 0)
			return name_taken(q, name);
	}
	if (!email.ptr)
		email = u->email;
	if (str_eq(email, u->email) &&
	    (verified < 0 || verified == u->verified || !email.ptr))
		return done < 0 ? fail(q, E_STORE) : 0;
	if (need_email(q, email))
		return -1;
	if (done > 0)
		done =
		    user_set_email(q->db, u->row, email, verified > 0, q->now);
	if (done == 0)
		return name_taken(q, email);
	return done < 0 ? fail(q, E_STORE) : 0;
}

int
set_custom_fields(struct req *q, int64_t user, struct json fields)
{
	if (json_type(fields) == JSON_OBJECT &&
	    user_set_text(
		q->db, user, USER_FIELDS, json_source(fields), q->now) < 0)
		return fail(q, E_STORE);
	return 0;
}

int
profile_change(
    struct req *q, const struct user *u, struct json data, int verified)
{
	struct str text;
	size_t i;

	if (need_profile(q, data) || change_names(q, u, data, verified))
		return -1;
	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		text = text_in(q, data, texts[i].name);
		if (text.ptr && user_set_text(q->db, u->row, texts[i].what,
				    text, q->now) < 0)
			return fail(q, E_STORE);
	}
	who_forget_user(q->srv->who, u->row);
	presence_changed(q->srv->presence, u->row, q->srv->mono);
	return set_custom_fields(
	    q, u->row, json_get(data, STR("customFields")));
}

int
end_tokens(struct req *q, int64_t user, bool but_mine)
{
	int64_t count;

	who_forget_user(q->srv->who, user);
	if (but_mine)
		return token_delete_but(q->db, user, q->session->token, true);
	return token_delete_of(q->db, user, &count);
}

/* ---- who may go ---- */

static bool
is_an_admin(const struct user *u)
{
	struct str roles = u->roles, role;

	while (str_next(&roles, ' ', &role))
		if (str_eq(role, STR("admin")))
			return true;
	return false;
}

int
need_other_admin(struct req *q, const struct user *u)
{
	int64_t admins = 0;

	if (!is_an_admin(u) || !u->active)
		return 0;
	if (role_holders(q->db, STR("admin"), &admins) < 0)
		return fail(q, E_STORE);
	return admins > 1
		   ? 0
		   : fail_coded(q, "error-action-not-allowed",
			 "Leaving the app without admins is not allowed");
}

static void
write_rooms(struct writer *w, const char *key, const struct orphan *o, size_t n,
    bool heirs)
{
	size_t i, shown = 0;

	json_open(w, key, '[');
	for (i = 0; i < n && shown < ROOMS_SHOWN; i++)
		if (o[i].heir ? heirs : !heirs && o[i].type == 'p') {
			json_str(w, NULL, o[i].name);
			shown++;
		}
	json_close(w, ']');
}

/* Which rooms it is about, in the words of details. */
static int
refuse_owner(struct req *q, const struct orphan *o, size_t n, bool ends)
{
	struct buf text = { 0 };
	struct writer w = { .out = &text };

	json_open(&w, NULL, '{');
	write_rooms(&w, "shouldChangeOwner", o, n, true);
	write_rooms(&w, "shouldBeRemoved", o, ends ? n : 0, false);
	json_close(&w, '}');
	return fail_details(
	    q, "user-last-owner", buf_settle(&text, q->mem), "%s", "");
}

int
need_heirs(struct req *q, const struct user *u, bool ends)
{
	struct orphan *o;
	size_t i, n;

	if (param_true(q, "confirmRelinquish"))
		return 0;
	if (rooms_left_by(q->db, q->mem, u->row, &o, &n) < 0)
		return fail(q, E_STORE);
	for (i = 0; i < n; i++)
		if (o[i].heir || (ends && o[i].type == 'p'))
			return refuse_owner(q, o, n, ends);
	return 0;
}

static enum erasure
erasure_of(struct req *q)
{
	struct str how = option_text(q->srv->options, OPT_ERASURE);

	if (str_eq(how, STR("Delete")))
		return ERASE_MESSAGES;
	return str_eq(how, STR("Unlink")) ? ERASE_AUTHOR : ERASE_NOTHING;
}

int
account_delete(struct req *q, const struct user *u)
{
	struct deed d = deed_of(q);

	if (str_eq(u->id, STR("rocket.cat")))
		return fail_coded(q, "error-action-not-allowed",
		    "Deleting rocket.cat is not allowed");
	if (need_other_admin(q, u) || need_heirs(q, u, true))
		return -1;
	if (deed_user_delete(&d, u, erasure_of(q)) < 0)
		return fail(q, E_STORE);
	who_forget_user(q->srv->who, u->row);
	return 0;
}
