/* SPDX-License-Identifier: ISC */
/* Ears: who they are, what they may hear, what comes next. */
#include "server/push_topic.h"

#include "auth/digest.h"
#include "server/reach.h"

/* How much an ear reads at once, of all its rooms. */
enum { BATCH = 64, BATCH_LEAST = 8 };

/* ---- whose it is ---- */

static struct ear **
alike(struct push *p, const uint8_t key[SHA256_LEN])
{
	return &p->same[key[0]];
}

static void
know(struct push *p, struct ear *e, const struct session *who)
{
	struct ear **same;

	e->by_token = who->by_token;
	e->user = who->user.row;
	if (e->by_token)
		memcpy(e->key, who->token, sizeof e->key);
	else
		sha256(who->user.password, e->key);
	same = alike(p, e->key);
	e->same_next = *same;
	e->same_prev = same;
	if (*same)
		(*same)->same_prev = &e->same_next;
	*same = e;
	e->next = p->first;
	e->prev = &p->first;
	if (p->first)
		p->first->prev = &e->next;
	p->first = e;
	p->ears++;
	push_wind(p);
}

static void
unknow(struct push *p, struct ear *e)
{
	if (p->walk == e)
		p->walk = e->next;
	*e->prev = e->next;
	if (e->next)
		e->next->prev = e->prev;
	*e->same_prev = e->same_next;
	if (e->same_next)
		e->same_next->same_prev = e->same_prev;
	p->ears--;
}

void
push_token_ended(struct push *p, const uint8_t hash[SHA256_LEN])
{
	struct ear *e, *next;

	for (e = *alike(p, hash); e; e = next) {
		next = e->same_next;
		if (e->by_token && same_bytes(e->key, hash, SHA256_LEN)) {
			e->judged = 0;
			e->wake(e);
		}
	}
}

/* ---- what it listens to ---- */

static unsigned
slot_of(const struct ear *e)
{
	return 2u * e->format + e->chunked;
}

static void
count(const struct ear *e, struct topic *t, int by)
{
	int k;

	t->format[slot_of(e)] += (unsigned)by;
	for (k = 0; k < PUSH_KINDS; k++)
		if (e->kinds >> k & 1)
			t->kinds[k] += (unsigned)by;
}

static void
hang(struct ear *e, struct topic *t, int64_t place)
{
	struct sub *s = &e->sub[e->subs++];

	*s = (struct sub){ .topic = t, .ear = e, .at = place };
	s->seen = t->serial; /* of changes, those to come */
	if (place < t->head)
		s->seen = t->items ? t->item[0].serial - 1 : t->serial;
	s->next = t->sub;
	s->prev = &t->sub;
	if (t->sub)
		t->sub->prev = &s->next;
	t->sub = s;
	count(e, t, 1);
}

int
ear_open(struct push *p, struct ear *e, const struct session *who,
    const struct room *rooms, const int64_t *places, size_t n)
{
	struct topic *t;
	size_t i;

	e->push = p;
	e->kinds |= 1u << PUSH_NEW;
	e->judged = p->epoch;
	know(p, e, who);
	for (i = 0; i < n && i < EAR_ROOMS; i++) {
		if (!(t = topic_of(p, rooms[i].row))) {
			ear_close(e);
			return -1;
		}
		hang(e, t, places[i]);
	}
	return 1;
}

void
ear_close(struct ear *e)
{
	struct push *p = e->push;
	struct topic *t;
	struct sub *s;

	if (!p)
		return;
	while (e->subs > 0) {
		s = &e->sub[--e->subs];
		t = s->topic;
		count(e, t, -1);
		*s->prev = s->next;
		if (s->next)
			s->next->prev = s->prev;
		topic_drop(p, t);
	}
	unknow(p, e);
	e->push = NULL;
}

/* ---- rights ---- */

bool
ear_doubted(const struct ear *e)
{
	return e->judged != e->push->epoch;
}

/* A password has no token: the account is active, and has it still. */
static int
by_password(struct ear *e, struct arena *mem, const struct session **who)
{
	struct server *s = e->push->srv;
	uint8_t key[SHA256_LEN];
	struct user u;
	int found = user_by_row(s->db, mem, e->user, &u);

	if (found != 1)
		return found;
	sha256(u.password, key);
	if (!u.active || !same_bytes(key, e->key, sizeof key))
		return 0;
	return who_by_user(s->who, mem, &u, who);
}

static int
still_who(struct ear *e, struct arena *mem, const struct session **who)
{
	return e->by_token ? who_by_token(e->push->srv->who, e->key, who)
			   : by_password(e, mem, who);
}

int
ear_judge(struct ear *e)
{
	struct push *p = e->push;
	struct arena mem = { 0 };
	const struct session *who;
	int fine = still_who(e, &mem, &who), i;

	for (i = 0; fine == 1 && i < e->subs; i++)
		fine = e->sub[i].topic->gone
			   ? 0
			   : room_reach(p->srv, who, &e->sub[i].topic->room);
	arena_free(&mem);
	if (fine == 1)
		e->judged = p->epoch;
	return fine;
}

int
ear_resumes(struct ear *e, struct arena *mem, struct str *since)
{
	int64_t number, last = 0;
	struct str id;
	int found, i;

	*since = STR("all");
	for (i = 0; i < e->subs; i++) {
		found = place_named(e->push->srv->db, mem,
		    &e->sub[i].topic->room, e->sub[i].at, &id, &number);
		if (found < 0)
			return -1;
		if (found == 0 || number < last)
			continue;
		last = number;
		*since = e->subs == 1
			     ? id
			     : arena_fmt(mem, "~%lld", (long long)number);
	}
	return 1;
}

/* ---- what comes next ---- */

int64_t
ear_behind(const struct ear *e)
{
	int64_t n = 0;
	int i;

	for (i = 0; i < e->subs; i++)
		if (e->sub[i].topic->head > e->sub[i].at)
			n += e->sub[i].topic->head - e->sub[i].at;
	return n;
}

static bool
wants(const struct ear *e, const struct sub *s, const struct item *i)
{
	if (i->kind == PUSH_NEW)
		return i->pk > s->at && (!i->system || e->system);
	return e->kinds >> i->kind & 1;
}

/* The first item of the room that it has not seen and wants; those before
 * are seen.  NULL: there is none. */
static struct item *
next_item(const struct ear *e, struct sub *s)
{
	struct topic *t = s->topic;
	struct item *i;
	size_t at;

	if (t->items == 0 || s->seen >= t->serial)
		return NULL;
	at = s->seen < t->item[0].serial
		 ? 0
		 : (size_t)(s->seen + 1 - t->item[0].serial);
	for (; at < t->items; at++) {
		i = &t->item[at];
		if (wants(e, s, i))
			return i;
		s->seen = i->serial;
		if (i->kind == PUSH_NEW && i->pk > s->at)
			s->at = i->pk;
	}
	return NULL;
}

/* Of all rooms, what has the lowest number: changes have none. */
static struct sub *
next_sub(struct ear *e, struct item **item)
{
	struct sub *best = NULL;
	struct item *i;
	int k;

	*item = NULL;
	for (k = 0; k < e->subs; k++) {
		i = next_item(e, &e->sub[k]);
		if (i && (!best || i->number < (*item)->number)) {
			best = &e->sub[k];
			*item = i;
		}
	}
	return best;
}

int
ear_take(struct ear *e, struct blob **blob)
{
	struct item *i;
	struct sub *s;
	int k;

	for (k = 0; k < e->subs; k++)
		if (e->sub[k].at < e->sub[k].topic->base)
			return 2;
	while ((s = next_sub(e, &i))) {
		*blob = i->blob[slot_of(e)];
		if (!*blob)
			return 2; /* nobody listened in this format then */
		s->seen = i->serial;
		if (i->kind == PUSH_NEW)
			s->at = i->pk;
		if ((*blob)->len > 0)
			return 1;
	}
	return 0;
}

/* ---- from the store ---- */

struct part {
	struct message *m;
	size_t n, at;
	bool more; /* behind these */
};

static int
read_parts(struct ear *e, struct arena *mem, struct part part[EAR_ROOMS])
{
	size_t limit = (size_t)(BATCH / e->subs);
	struct part *p;
	int k;

	if (limit < BATCH_LEAST)
		limit = BATCH_LEAST;
	for (k = 0; k < e->subs; k++) {
		p = &part[k];
		*p = (struct part){ 0 };
		if (messages_behind(e->push->srv->db, mem,
			&e->sub[k].topic->room, e->sub[k].at, limit, &p->m,
			&p->n) < 0)
			return -1;
		p->more = p->n == limit;
	}
	return 1;
}

/* The room whose message is next; -1: the next is not known, or there is
 * none. */
static int
next_part(const struct ear *e, const struct part *part)
{
	int k, best = -1;

	for (k = 0; k < e->subs; k++) {
		if (part[k].at < part[k].n) {
			if (best < 0 || part[k].m[part[k].at].number <
					    part[best].m[part[best].at].number)
				best = k;
		} else if (part[k].more) {
			return -1;
		}
	}
	return best;
}

int
ear_read(struct ear *e, struct arena *mem,
    bool (*each)(void *, const struct push_event *), void *arg)
{
	struct part part[EAR_ROOMS];
	struct push_event event = { .kind = PUSH_NEW };
	const struct message *m;
	int k;

	if (read_parts(e, mem, part) < 0)
		return -1;
	while ((k = next_part(e, part)) >= 0) {
		m = &part[k].m[part[k].at++];
		e->sub[k].at = m->pk;
		if (m->type.ptr && !e->system)
			continue;
		event.room = &e->sub[k].topic->room;
		event.message = m;
		event.id = m->id;
		if (!each(arg, &event))
			return 1;
	}
	for (k = 0; k < e->subs; k++)
		if (part[k].at < part[k].n || part[k].more)
			return 1;
	/* what the newest ones were may be gone */
	for (k = 0; k < e->subs; k++)
		if (e->sub[k].at < e->sub[k].topic->head)
			e->sub[k].at = e->sub[k].topic->head;
	return 0;
}
