/* SPDX-License-Identifier: ISC */
/* What all ways to log in have in common. */
#include "server/api/api.h"

#include "auth/random.h"

enum { LOGINS_MOST = 1000 }; /* of a user; the oldest end */

/* {"digest": "<hex>", "algorithm": "sha-256"} or a plain string. */
bool
login_digest(struct req *q, struct json v, bool hashed, char hex[SHA256_HEX])
{
	struct json digest = json_get(v, STR("digest"));

	if (json_type(v) == JSON_STRING)
		return password_digest(json_text(v, q->mem), hashed, hex);
	return str_eq(json_text(json_get(v, STR("algorithm")), q->mem),
		   STR("sha-256")) &&
	       password_digest(json_text(digest, q->mem), true, hex);
}

static int
find_user(struct req *q, struct str name, bool email, struct user *u)
{
	int found = email ? user_by_email(q->db, q->mem, name, u)
			  : user_by_name(q->db, q->mem, name, u);

	return found == 1 && !u->password.ptr ? 0 : found;
}

int
session_prove(
    struct req *q, struct str name, bool email, const char hex[SHA256_HEX])
{
	struct str record;
	struct user u;
	int a;

	if (!park_result(q, STAGE_CHECK) && attempt_take(q, name))
		return -1;
	if ((a = find_user(q, name, email, &u)) < 0)
		return fail(q, E_STORE);
	a = password_check(q, a ? &u : NULL, hex, &record);
	if (a < 0)
		return -1;
	if (a == 0) {
		attempt_failed(q, name);
		return fail(q, E_UNAUTHORIZED);
	}
	attempt_succeeded(q, name);
	if (!u.active) /* only who knows the password is told */
		return fail(q, E_INACTIVE);
	q->proven = arena_get(q->mem, sizeof u);
	*q->proven = u;
	q->record = record;
	return 0;
}

/* Its bytes are seen once, its digest is kept. */
static int
token_fresh(struct req *q, struct token *t, char text[TOKEN_LEN])
{
	t->created = t->used = q->now;
	token_new(text);
	sha256((struct str){ text, TOKEN_LEN }, t->hash);
	t->tail = (struct str){ text + TOKEN_LEN - TOKEN_TAIL, TOKEN_TAIL };
	return token_add(q->db, t);
}

int
token_make(
    struct req *q, const struct user *u, struct str note, char text[TOKEN_LEN])
{
	int64_t life = note.ptr ? 0 : q->srv->conf->token_lifetime * 1000;
	struct token t = {
		.user = u->row,
		.script = note.ptr,
		.note = note,
		.expires = life ? q->now + life : 0,
	};
	int done = token_fresh(q, &t, text);

	/* who logs in for each call leaves no more than these behind */
	if (done == 1 && !note.ptr)
		done = token_keep(q->db, u->row, LOGINS_MOST);
	if (done == 1)
		who_forget_user(q->srv->who, u->row);
	return done < 0 ? -1 : 1;
}

int
token_renew(struct req *q, const struct token *old, char text[TOKEN_LEN])
{
	struct token t = *old;

	return token_fresh(q, &t, text);
}

int
session_open(struct req *q, const struct user *u, char token[TOKEN_LEN])
{
	if (token_make(q, u, NO_STR, token) < 0 ||
	    user_set_login(q->db, u->row, q->now) < 0 ||
	    (q->record.ptr &&
		user_set_password(q->db, u->row, q->record, q->now) < 0))
		return -1;
	return 1;
}

int
session_close(struct req *q)
{
	if (!q->session->by_token)
		return 0; /* a password each time: nothing to end */
	if (token_delete(q->db, q->session->token) < 0)
		return -1;
	who_forget_token(q->srv->who, q->session->token);
	return 1;
}

int
secret_new(struct req *q, struct str password)
{
	struct kdf_job job = { .kdf = kdf_fresh(&q->srv->conf->password_cost) };

	if (park_result(q, STAGE_NEW))
		return 0;
	if (!password_digest(password, false, job.hex))
		return fail_coded(
		    q, "error-invalid-password", "The password is too long");
	/* strangers wait behind those who log in */
	return park_hash(q, STAGE_NEW, q->me ? LANE_LOGIN : LANE_BULK, &job, 1);
}

struct str
secret_record(struct req *q)
{
	const struct kdf_job *job = park_result(q, STAGE_NEW);

	return job ? record_text(&job->kdf, job->hash, q->mem) : NO_STR;
}
