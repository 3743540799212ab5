/* SPDX-License-Identifier: ISC */
/* Accounts: what changes and deletes them, whoever asks for it. */
#include "server/api/v1/v1.h"

enum { TEXT_MOST = 260, ROOMS_SHOWN = 100 };

int
v1_user(struct req *q, int64_t row, bool full)
{
	struct user u;

	if (user_by_row(q->db, q->mem, row, &u) != 1)
		return fail(q, E_STORE);
	v1_begin(q);
	doc_user(&q->out, "user", q->srv, &u, full);
	return v1_end(q);
}

int
name_taken(struct req *q, struct str what)
{
	return fail_coded(q, "error-field-unavailable",
	    "%.*s is already in use :(", STR_ARGS(what));
}

int
need_username(struct req *q, struct str name)
{
	if (name_fits(name))
		return 0;
	return fail_coded(q, "error-input-is-not-a-valid-field",
	    "%.*s is not a valid username", (int)(name.len < 200 ? name.len : 200),
	    name.ptr ? name.ptr : "");
}

int
need_email(struct req *q, struct str email)
{
	if (email_fits(email))
		return 0;
	return fail_coded(q, "error-invalid-email", "Invalid email");
}

static struct str
text_in(struct req *q, struct json data, const char *name)
{
	return json_text(json_get(data, str_of(name)), q->mem);
}

/* 0, or -1 and answered. */
static int
change_names(struct req *q, const struct user *u, struct json data)
{
	struct str name = text_in(q, data, "username");
	struct str email = text_in(q, data, "email");
	bool verified = json_true(json_get(data, STR("verified")));
	int done = 1;

	if (name.ptr && !str_eq(name, u->username)) {
		if (need_username(q, name))
			return -1;
		done = user_set_username(q->db, u->row, name, q->now);
		if (done == 0)
			return name_taken(q, name);
		who_forget_all(q->srv->who);
	}
	if (done > 0 && email.ptr && !str_eq(email, u->email)) {
		if (need_email(q, email))
			return -1;
		done =
		    user_set_email(q->db, u->row, email, verified, q->now);
		if (done == 0)
			return name_taken(q, email);
	}
	return done < 0 ? fail(q, E_STORE) : 0;
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

static int
change_texts(struct req *q, const struct user *u, struct json data)
{
	struct json fields = json_get(data, STR("customFields"));
	struct str text;
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		text = text_in(q, data, texts[i].name);
		if (text.len > TEXT_MOST)
			return fail_bare(q, "Match error: %s is too long",
			    texts[i].name);
		if (text.ptr && user_set_text(q->db, u->row, texts[i].what,
				    text, q->now) < 0)
			return fail(q, E_STORE);
		if (text.ptr)
			who_forget_all(q->srv->who);
	}
	if (json_type(fields) == JSON_OBJECT &&
	    user_set_text(q->db, u->row, USER_FIELDS, json_source(fields),
		q->now) < 0)
		return fail(q, E_STORE);
	return 0;
}


int
profile_change(struct req *q, const struct user *u, struct json data)
{
	return change_names(q, u, data) || change_texts(q, u, data) ? -1 : 0;
}

int
need_other_admin(struct req *q, const struct user *u)
{
	struct str roles = u->roles, role;
	int64_t admins = 0;
	bool is_admin = false;

	while (str_next(&roles, ' ', &role))
		is_admin |= str_eq(role, STR("admin"));
	if (!is_admin || !u->active)
		return 0;
	if (role_holders(q->db, STR("admin"), &admins) < 0)
		return fail(q, E_STORE);
	return admins > 1 ? 0
			  : fail_coded(q, "error-action-not-allowed",
				"Leaving the app without admins is not allowed");
}


/* They would leave rooms without an owner: which, in the words of details. */
static int
refuse_owner(struct req *q, const struct str *names, size_t n)
{
	size_t i;

	json_open(&q->out, NULL, '{');
	json_bool(&q->out, "success", false);
	json_str(&q->out, "error", STR("[user-last-owner]"));
	json_str(&q->out, "errorType", STR("user-last-owner"));
	json_open(&q->out, "details", '{');
	json_open(&q->out, "shouldChangeOwner", '[');
	json_close(&q->out, ']');
	json_open(&q->out, "shouldBeRemoved", '[');
	for (i = 0; i < n; i++)
		json_str(&q->out, NULL, names[i]);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	json_close(&q->out, '}');
	q->status = 400;
	return -1;
}

int
account_delete(struct req *q, const struct user *u)
{
	struct str *names;
	size_t n;

	if (need_other_admin(q, u))
		return -1;
	if (str_eq(u->id, STR("rocket.cat")))
		return fail_coded(q, "error-action-not-allowed",
		    "rocket.cat speaks for the server and stays");
	if (rooms_owned_alone(
		q->db, q->mem, u->row, ROOMS_SHOWN, &names, &n) < 0)
		return fail(q, E_STORE);
	if (n > 0 && !param_true(q, "confirmRelinquish"))
		return refuse_owner(q, names, n);
	who_forget_all(q->srv->who);
	return user_delete(q->db, u->row, q->now) < 0 ? fail(q, E_STORE) : 0;
}
