/* SPDX-License-Identifier: ISC */
/* Credentials: from the request's headers to a user. */
#include "server/caller.h"

#include "auth/random.h"
#include "auth/throttle.h"
#include "http/url.h"
#include "server/log.h"
#include "server/park.h"
#include "server/who.h"

/* ---- attempts ---- */

/* The address in bytes, any of which may be NUL, before the account. */
static struct str
pair_key(struct req *q, struct str account)
{
	char text[20];
	struct str from = req_address_key(q, text);
	char *p = arena_get(q->mem, from.len + account.len);

	memcpy(p, from.ptr, from.len);
	if (account.len)
		memcpy(p + from.len, account.ptr, account.len);
	return (struct str){ p, from.len + account.len };
}

int
attempt_take(struct req *q, struct str account)
{
	struct server *s = q->srv;
	char text[20];
	struct str from = req_address_key(q, text), pair;
	int64_t wait;

	if (!s->conf->login_throttle)
		return 0;
	pair = pair_key(q, account);
	if ((wait = throttle_take(s->logins, pair, s->mono)) ||
	    (wait = throttle_take(s->addresses, from, s->mono)))
		return fail_wait(q, wait);
	/* who logged in from here within a month is not slowed down by what
	 * others try elsewhere: nobody locks the admin out */
	if (!throttle_wait(s->known, pair, s->mono) &&
	    (wait = throttle_take(s->accounts, account, s->mono)))
		return fail_wait(q, wait);
	return 0;
}

void
attempt_succeeded(struct req *q, struct str account)
{
	struct server *s = q->srv;
	char text[20];
	struct str pair = pair_key(q, account);

	throttle_forget(s->logins, pair);
	throttle_forget(s->addresses, req_address_key(q, text));
	throttle_forget(s->accounts, account);
	throttle_take(s->known, pair, s->mono);
}

void
attempt_failed(struct req *q, struct str account)
{
	char name[64];
	size_t n = account.len < sizeof name ? account.len : sizeof name - 1;

	memcpy(name, account.ptr ? account.ptr : "", n);
	name[n] = '\0';
	log_line(LOG_WARN, "login refused", "account", name, "from",
	    req_address(q).ptr, NULL);
}

/* ---- passwords ---- */

bool
password_digest(struct str password, bool hashed, char hex[64])
{
	if (hashed && !is_sha256_hex(password))
		return false;
	if (hashed)
		memcpy(hex, password.ptr, SHA256_HEX);
	else if (password.len <= PASSWORD_MAX)
		sha256_hex(password, hex);
	else
		return false;
	return true;
}

static int
hash_again(struct req *q, const struct kdf *kdf, const char hex[64])
{
	struct kdf_job job = { .kdf = *kdf };

	memcpy(job.hex, hex, SHA256_HEX);
	return park_hash(q, STAGE_AGAIN, LANE_LOGIN, &job, 1);
}

/*
 * A weak record was checked in less time than the ordinary cost: do the rest
 * of the work before saying no, so that the time does not tell which
 * accounts there are.
 */
static int
wrong(struct req *q, const struct kdf *used, const char hex[64])
{
	struct kdf rest = kdf_fresh(&q->srv->conf->password_cost);
	uint64_t unit = (uint64_t)used->r << used->ln;
	uint64_t p = ((uint64_t)rest.r << rest.ln) * rest.p / unit;

	if (park_result(q, STAGE_AGAIN) || p <= used->p)
		return 0;
	p -= used->p;
	rest.ln = used->ln;
	rest.r = used->r;
	rest.p = p < UINT8_MAX ? (uint8_t)p : UINT8_MAX;
	return hash_again(q, &rest, hex);
}

static int
right(struct req *q, const struct kdf *used, const char hex[64],
    struct str *record)
{
	const struct kdf *cost = &q->srv->conf->password_cost;
	const struct kdf_job *again = park_result(q, STAGE_AGAIN);
	struct kdf fresh;

	*record = NO_STR;
	if (!kdf_weaker(used, cost))
		return 1;
	if (!again) {
		fresh = kdf_fresh(cost);
		return hash_again(q, &fresh, hex);
	}
	*record = record_text(&again->kdf, again->hash, q->mem);
	return 1;
}

int
password_check(
    struct req *q, const struct user *u, const char hex[64], struct str *record)
{
	const struct kdf_job *done = park_result(q, STAGE_CHECK);
	struct kdf_job job = { .kdf = q->srv->conf->password_cost };
	uint8_t hash[SHA256_LEN];
	bool real = u && record_parse(u->password, &job.kdf, hash);

	if (!done) {
		memcpy(job.hex, hex, SHA256_HEX);
		job.more = kdf_weaker(&job.kdf, &q->srv->conf->password_cost);
		return park_hash(q, STAGE_CHECK, LANE_LOGIN, &job, 1);
	}
	/* while it was hashed the record may have changed */
	if (real && same_bytes(&done->kdf, &job.kdf, sizeof job.kdf) &&
	    same_bytes(done->hash, hash, sizeof hash))
		return right(q, &done->kdf, hex, record);
	return wrong(q, &done->kdf, hex);
}

/* ---- headers ---- */

/* 1, 0, -1 as the store. */
static int
session_of(struct req *q, struct str token)
{
	uint8_t hash[SHA256_LEN];
	int found;

	if (token.len != TOKEN_LEN)
		return 0;
	sha256(token, hash);
	found = who_by_token(q->srv->who, hash, &q->session);
	if (found == 1 && who_wants_address(q->srv->who, q->session))
		who_used_from(q->srv->who, q->session, req_address(q));
	if (found == 1)
		q->me = &q->session->user;
	return found;
}

static int
nobody(struct req *q, int found)
{
	q->me = NULL;
	q->session = NULL;
	return fail(q, found < 0 ? E_STORE : E_LOGIN);
}

static int
by_token(struct req *q, struct str token)
{
	int found = session_of(q, token);

	return found == 1 ? 0 : nobody(q, found);
}

/* A login's token belongs with its user's id; a script's may come alone, and
 * by curl any. */
static int
by_x_headers(struct req *q, struct str token)
{
	struct str id = req_header(q, "x-user-id");

	if (by_token(q, token))
		return -1;
	if (id.ptr && !str_eq(id, q->me->id))
		return nobody(q, 0);
	if (!id.ptr && !q->session->script && q->at.group->style != STYLE_TEXT)
		return nobody(q, 0);
	return 0;
}

static bool
cross_site(const struct req *q)
{
	struct str site = req_header(q, "sec-fetch-site");

	return req_header(q, "origin").ptr ||
	       (site.ptr && !str_ieq(site, STR("none")) &&
		   !str_ieq(site, STR("same-origin")));
}

static int
find_by_login(struct req *q, struct str name, struct user *u)
{
	return str_find(name, '@') < name.len
		   ? user_by_email(q->db, q->mem, name, u)
		   : user_by_name(q->db, q->mem, name, u);
}

static int
basic_password(
    struct req *q, struct str name, struct str password, const struct user *u)
{
	struct str record;
	char hex[SHA256_HEX];
	int a;

	if (u && who_basic_known(q->srv->who, u, name, password))
		return 1;
	if (!park_result(q, STAGE_CHECK) && attempt_take(q, name))
		return -1;
	if (!password_digest(password, false, hex))
		return 0;
	a = password_check(q, u, hex, &record);
	wipe(hex, sizeof hex);
	if (a == 1) {
		attempt_succeeded(q, name);
		who_basic_learn(q->srv->who, u, name, password);
	} else if (a == 0) {
		attempt_failed(q, name);
	}
	return a;
}

static int
by_basic(struct req *q, struct str encoded)
{
	struct str plain = base64_decode(str_trim(encoded), q->mem);
	struct str name, password;
	struct user u;
	size_t colon = str_find(plain, ':');
	int found;

	if (cross_site(q))
		return fail(q, E_CROSS_SITE);
	if (!plain.ptr || colon == plain.len)
		return fail(q, E_LOGIN);
	name = (struct str){ plain.ptr, colon };
	password = str_from(plain, colon + 1);
	if ((found = find_by_login(q, name, &u)) < 0)
		return fail(q, E_STORE);
	if (found && session_of(q, password) == 1)
		return q->me->row == u.row ? 0 : nobody(q, 0);
	found =
	    basic_password(q, name, password, found && u.active ? &u : NULL);
	if (found < 0)
		return -1;
	if (found == 0)
		return fail(q, E_LOGIN);
	if (who_by_user(q->srv->who, q->mem, &u, &q->session) < 0)
		return fail(q, E_STORE);
	q->me = &q->session->user;
	return 0;
}

/* Only a token that was made to be seen, and may do nothing but read. */
static int
by_query(struct req *q)
{
	struct str rest = q->query, pair, token;

	while (str_next(&rest, '&', &pair))
		if (str_starts(pair, STR("auth=")))
			break;
	if (!str_starts(pair, STR("auth=")) ||
	    !url_decode(str_from(pair, 5), true, q->mem, &token))
		return fail(q, E_LOGIN);
	if (by_token(q, token))
		return -1;
	return q->session->scope == TOKEN_READS ? 0 : nobody(q, 0);
}

int
caller_find(struct req *q)
{
	struct str token = req_header(q, "x-auth-token");
	struct str auth = req_header(q, "authorization");
	size_t space = str_find(auth, ' ');
	struct str scheme = { auth.ptr, space };

	if (token.ptr)
		return by_x_headers(q, token);
	if (!auth.ptr && q->query.len && q->at.row->scopes & BY_QUERY)
		return by_query(q);
	if (space == auth.len)
		return fail(q, E_LOGIN);
	auth = str_trim(str_from(auth, space));
	if (str_ieq(scheme, STR("bearer")))
		return by_token(q, auth);
	if (str_ieq(scheme, STR("basic")))
		return by_basic(q, auth);
	return fail(q, E_LOGIN);
}

void
caller_try(struct req *q)
{
	struct str id = req_header(q, "x-user-id");

	if (session_of(q, req_header(q, "x-auth-token")) == 1 &&
	    !q->session->script && str_eq(id, q->me->id))
		return;
	q->me = NULL;
	q->session = NULL;
}
