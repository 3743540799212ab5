/* SPDX-License-Identifier: ISC */
/* Sessions and rights in memory. */
#include "server/who.h"

#include "auth/digest.h"
#include "auth/random.h"
#include "json/buf.h"
#include "json/mem.h"
#include "server/log.h"
#include "server/outgoing.h"
#include "server/push.h"
#include "server/tick.h"

enum {
	SETS = 1024, /* of WAYS entries each: 4,096 sessions */
	WAYS = 4,
	BASIC_SETS = 256,
	BASIC_MS = 5 * 60 * 1000,
	IDLE_GRACE_MS = 60 * 1000, /* uses are written down once a minute */
	SWEEP = 500,
	USES = 4096, /* of entries that had to go: then it is time to write */
};

struct entry {
	struct session session;
	uint64_t age;
	bool unwritten;        /* used since the last flush */
	bool stale;            /* forgotten; a request may still hold it */
	char from[TOKEN_FROM]; /* where; "": not known since the last flush */
	char text[];           /* the user's strings */
};

struct role_rights {
	struct str name;
	struct rights rights;
};

struct use {
	uint8_t token[SHA256_LEN];
	int64_t used;
	char from[TOKEN_FROM];
};

struct basic {
	uint8_t key[SHA256_LEN];
	int64_t until; /* monotonic ms */
};

struct who {
	struct server *srv;
	struct entry *entry[SETS][WAYS];
	uint64_t age;
	struct basic (*basic)[WAYS]; /* BASIC_SETS; none until it is used */
	uint8_t basic_key[SHA256_LEN];
	struct arena role_mem;
	struct role_rights *roles;
	size_t role_count;
	bool roles_known;
	struct buf uses; /* struct use of entries that had to go */
	int64_t crashed; /* uses before this may not have been written down */
};

struct who *
who_new(struct server *s)
{
	struct who *w = mem_zero(sizeof *w);

	w->srv = s;
	random_bytes(w->basic_key, sizeof w->basic_key);
	return w;
}

/* ---- roles ---- */

static struct role_rights *
role_named(struct who *w, struct str name)
{
	size_t i;

	for (i = 0; i < w->role_count; i++)
		if (str_eq(w->roles[i].name, name))
			return &w->roles[i];
	return NULL;
}

static int
load_roles(struct who *w)
{
	struct role *role;
	struct grant *grant;
	struct role_rights *r;
	enum permission p;
	size_t i, n;

	if (w->roles_known)
		return 1;
	arena_reset(&w->role_mem);
	if (role_list(w->srv->db, &w->role_mem, &role, &n) < 0)
		return -1;
	w->roles = arena_zero(&w->role_mem, n * sizeof *w->roles);
	w->role_count = n;
	for (i = 0; i < n; i++) {
		w->roles[i].name = role[i].name;
		if (str_eq(role[i].name, STR("admin")))
			w->roles[i].rights = rights_all();
	}
	if (grant_list(w->srv->db, &w->role_mem, &grant, &n) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if ((r = role_named(w, grant[i].role)) &&
		    (p = permission_named(grant[i].permission)))
			rights_add(&r->rights, p);
	w->roles_known = true;
	return 1;
}

int
who_room_rights(struct who *w, struct str roles, struct rights *rights)
{
	struct role_rights *r;
	struct str name;

	if (load_roles(w) < 0)
		return -1;
	while (str_next(&roles, ' ', &name))
		if ((r = role_named(w, name)))
			rights_join(rights, &r->rights);
	return 1;
}

static int
user_rights(struct who *w, int64_t user, struct rights *rights)
{
	struct role_rights *r;
	struct arena mem = { 0 };
	struct str *names;
	size_t i, n;
	int found;

	if (load_roles(w) < 0)
		return -1;
	found = user_roles(w->srv->db, &mem, user, &names, &n);
	for (i = 0; found >= 0 && i < n; i++)
		if ((r = role_named(w, names[i])))
			rights_join(rights, &r->rights);
	arena_free(&mem);
	return found < 0 ? -1 : 1;
}

/* ---- sessions ---- */

static void
remember_use(struct who *w, const struct entry *e)
{
	const struct session *s = &e->session;
	struct use u = { .used = s->used };

	if (w->uses.len == USES * sizeof u)
		w->srv->next_minute = w->srv->mono;
	if (w->uses.len >= 4 * USES * sizeof u)
		return; /* the store takes none: bounded all the same */
	memcpy(u.token, s->token, sizeof u.token);
	memcpy(u.from, e->from, sizeof u.from);
	buf_add(&w->uses, &u, sizeof u);
}

static void
entry_drop(struct who *w, struct entry **at)
{
	struct entry *e = *at;

	if (!e)
		return;
	if (e->unwritten)
		remember_use(w, e);
	mem_free(e);
	*at = NULL;
}

static struct entry **
entry_set(struct who *w, const uint8_t hash[SHA256_LEN])
{
	return w->entry[(hash[0] | hash[1] << 8) % SETS];
}

/* A place for a new one: free, or of the one that was unused longest. */
static struct entry **
entry_place(struct who *w, const uint8_t hash[SHA256_LEN])
{
	struct entry **set = entry_set(w, hash), **place = &set[0];
	int i;

	for (i = 0; i < WAYS; i++) {
		if (!set[i])
			return &set[i];
		if (set[i]->stale || set[i]->age < (*place)->age)
			place = &set[i];
	}
	entry_drop(w, place);
	return place;
}

static struct entry **
entry_find(struct who *w, const uint8_t hash[SHA256_LEN])
{
	struct entry **set = entry_set(w, hash);
	int i;

	for (i = 0; i < WAYS; i++)
		if (set[i] && !set[i]->stale &&
		    same_bytes(set[i]->session.token, hash, SHA256_LEN))
			return &set[i];
	return NULL;
}

void
who_after_crash(struct who *w)
{
	w->crashed = w->srv->now;
}

/* The clock may have jumped back: then nothing is judged. */
static bool
expired(struct who *w, const struct session *s)
{
	struct server *srv = w->srv;
	int64_t idle = srv->conf->token_idle * 1000;
	int64_t grace = s->used < w->crashed ? IDLE_GRACE_MS : 0;

	if (srv->now < store_newest(srv->db))
		return false;
	if (s->expires && srv->now >= s->expires)
		return true;
	return idle && !s->script && srv->now > s->used + idle + grace;
}

/* What the store does not know yet. */
static int64_t
last_use(struct who *w, const uint8_t hash[SHA256_LEN], int64_t stored)
{
	const struct use *u = (const struct use *)(const void *)w->uses.bytes;
	size_t n = w->uses.len / sizeof *u;
	struct entry **set = entry_set(w, hash);
	int i;

	for (; n > 0; n--, u++)
		if (u->used > stored && !memcmp(u->token, hash, SHA256_LEN))
			stored = u->used;
	for (i = 0; i < WAYS; i++)
		if (set[i] && set[i]->session.used > stored &&
		    !memcmp(set[i]->session.token, hash, SHA256_LEN))
			stored = set[i]->session.used;
	return stored;
}

static int
session_load(struct who *w, struct arena *mem, const uint8_t hash[SHA256_LEN],
    struct session *s)
{
	struct token t;
	int found;

	if ((found = token_by_hash(w->srv->db, mem, hash, &t)) != 1)
		return found;
	s->by_token = true;
	s->script = t.script;
	s->expires = t.expires;
	s->scope = t.scope;
	s->room = t.room;
	s->used = last_use(w, hash, t.used > t.created ? t.used : t.created);
	memcpy(s->token, hash, SHA256_LEN);
	found = user_by_row(w->srv->db, mem, t.user, &s->user);
	if (found != 1 || !s->user.active)
		return found < 0 ? -1 : 0;
	return user_rights(w, s->user.row, &s->rights);
}

/* In one piece of its own size: there may be thousands.  The record of the
 * password is nobody's business here. */
static struct entry *
entry_of(const struct session *s)
{
	const struct user *u = &s->user;
	struct entry *e =
	    mem_zero(sizeof *e + u->id.len + u->username.len + u->name.len +
		     u->type.len + u->email.len + 5);
	struct user *mine = &e->session.user;
	struct str *const all[] = { &mine->id, &mine->username, &mine->name,
		&mine->type, &mine->email };
	char *at = e->text;
	size_t i;

	e->session = *s;
	mine->password = mine->roles = mine->status = NO_STR;
	mine->status_text = mine->bio = mine->nickname = NO_STR;
	mine->fields = mine->avatar = NO_STR;
	for (i = 0; i < sizeof all / sizeof *all; i++)
		at = str_move(all[i], at);
	return e;
}

static struct entry *
entry_new(struct who *w, const uint8_t hash[SHA256_LEN], int *found)
{
	struct session s = { 0 };
	struct arena mem = { 0 };
	struct entry *e = NULL;

	if ((*found = session_load(w, &mem, hash, &s)) == 1)
		*entry_place(w, hash) = e = entry_of(&s);
	arena_free(&mem);
	return e;
}

int
who_by_token(struct who *w, const uint8_t hash[SHA256_LEN],
    const struct session **session)
{
	struct entry **at = entry_find(w, hash), *e = at ? *at : NULL;
	int found;

	if (!e && !(e = entry_new(w, hash, &found)))
		return found;
	if (expired(w, &e->session))
		return 0;
	e->age = ++w->age;
	e->session.used = w->srv->now;
	e->unwritten = true;
	*session = &e->session;
	return 1;
}

static struct entry *
entry_of_session(const struct session *s)
{
	return (struct entry *)((char *)s - offsetof(struct entry, session));
}

bool
who_wants_address(struct who *w, const struct session *s)
{
	(void)w;
	return s->by_token && entry_of_session(s)->from[0] == '\0';
}

void
who_used_from(struct who *w, const struct session *s, struct str address)
{
	struct entry **at = entry_find(w, s->token);
	size_t n = address.len < TOKEN_FROM ? address.len : TOKEN_FROM - 1;

	if (!at)
		return;
	memcpy((*at)->from, address.ptr, n);
	(*at)->from[n] = '\0';
}

int
who_by_user(struct who *w, struct arena *mem, const struct user *user,
    const struct session **session)
{
	struct session *s = arena_zero(mem, sizeof *s);

	s->user = *user;
	*session = s;
	return user_rights(w, user->row, &s->rights);
}

void
who_forget_token(struct who *w, const uint8_t hash[SHA256_LEN])
{
	struct entry **at = entry_find(w, hash);

	if (at)
		(*at)->stale = true;
	if (w->srv->push)
		push_token_ended(w->srv->push, hash);
}

void
who_forget_user(struct who *w, int64_t user)
{
	int i, j;

	for (i = 0; i < SETS; i++)
		for (j = 0; j < WAYS; j++)
			if (w->entry[i][j] &&
			    w->entry[i][j]->session.user.row == user)
				w->entry[i][j]->stale = true;
	outgoing_forget(w->srv->outgoing); /* what is theirs may be silent */
	if (w->srv->push)
		push_doubt(w->srv->push);
}

void
who_forget_all(struct who *w)
{
	int i, j;

	for (i = 0; i < SETS; i++)
		for (j = 0; j < WAYS; j++)
			if (w->entry[i][j])
				w->entry[i][j]->stale = true;
	if (w->basic)
		memset(w->basic, 0, BASIC_SETS * sizeof *w->basic);
	w->roles_known = false;
	if (w->srv->push)
		push_doubt(w->srv->push);
}

void
who_free(struct who *w)
{
	int i, j;

	for (i = 0; i < SETS; i++)
		for (j = 0; j < WAYS; j++)
			entry_drop(w, &w->entry[i][j]);
	arena_free(&w->role_mem);
	buf_free(&w->uses);
	mem_free(w->basic);
	wipe(w->basic_key, sizeof w->basic_key);
	mem_free(w);
}

/* ---- Basic ---- */

/* The stored record is part of the key: a new password ends it by itself. */
static void
basic_key(struct who *w, const struct user *u, struct str name,
    struct str password, uint8_t key[SHA256_LEN])
{
	struct buf text = { 0 };

	buf_fmt(&text, "%zu:", name.len);
	buf_str(&text, name);
	buf_str(&text, u->password);
	buf_str(&text, password);
	hmac_sha256(
	    (struct str){ (const char *)w->basic_key, sizeof w->basic_key },
	    buf_view(&text), key);
	wipe(text.bytes, text.len);
	buf_free(&text);
}

bool
who_basic_known(
    struct who *w, const struct user *u, struct str name, struct str password)
{
	uint8_t key[SHA256_LEN];
	struct basic *set;
	int i;

	if (!w->basic)
		return false;
	basic_key(w, u, name, password, key);
	set = w->basic[key[0]];
	for (i = 0; i < WAYS; i++)
		if (set[i].until > w->srv->mono &&
		    same_bytes(set[i].key, key, sizeof key))
			return true;
	return false;
}

void
who_basic_learn(
    struct who *w, const struct user *u, struct str name, struct str password)
{
	uint8_t key[SHA256_LEN];
	struct basic *set, *oldest;
	int i;

	if (!w->basic)
		w->basic = mem_zero(BASIC_SETS * sizeof *w->basic);
	basic_key(w, u, name, password, key);
	set = w->basic[key[0]];
	for (oldest = &set[0], i = 1; i < WAYS; i++)
		if (set[i].until < oldest->until)
			oldest = &set[i];
	memcpy(oldest->key, key, sizeof key);
	oldest->until = w->srv->mono + BASIC_MS;
}

/* ---- once a minute ---- */

static void
gather_uses(struct who *w)
{
	struct entry *e;
	int i, j;

	for (i = 0; i < SETS; i++)
		for (j = 0; j < WAYS; j++)
			if ((e = w->entry[i][j]) && e->unwritten) {
				remember_use(w, e);
				e->unwritten = false;
				e->from[0] = '\0';
			}
}

bool
who_minute(struct who *w)
{
	struct server *s = w->srv;
	int64_t idle = s->conf->token_idle * 1000, swept = 0;
	const struct use *u;
	bool fine = true;
	size_t i;

	if (s->now < store_newest(s->db) || !tick_own(s))
		return false;
	gather_uses(w);
	u = (const struct use *)(const void *)w->uses.bytes;
	for (i = 0; fine && i < w->uses.len / sizeof *u; i++)
		fine = token_set_used(s->db, u[i].token, u[i].used,
			   u[i].from[0] ? str_of(u[i].from) : NO_STR) >= 0;
	if (fine)
		fine = token_sweep(s->db, s->now,
			   idle ? s->now - idle - IDLE_GRACE_MS : 0, SWEEP,
			   &swept) >= 0;
	tick_own_keep(s, fine);
	if (fine)
		w->uses.len = 0;
	if (swept)
		who_forget_all(w);
	return fine;
}
