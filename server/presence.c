/* SPDX-License-Identifier: ISC */
/* When each user was seen last: an open-addressed table of rows. */
#include "server/presence.h"

#include "json/mem.h"
#include "server/conf.h"

struct seen {
	int64_t user;    /* 0: free */
	int64_t at;      /* NEVER: only changed */
	int64_t changed; /* came, or changed */
};

struct presence {
	struct conf *const *conf;
	struct seen *slot;
	size_t cap, used; /* cap is a power of two */
	int64_t began;
};

enum { FIRST_CAP = 64, NEVER = -1 };

struct presence *
presence_new(struct conf *const *conf, int64_t now)
{
	struct presence *p = mem_zero(sizeof *p);

	p->conf = conf;
	p->began = now;
	p->cap = FIRST_CAP;
	p->slot = mem_zero(p->cap * sizeof *p->slot);
	return p;
}

void
presence_free(struct presence *p)
{
	mem_free(p->slot);
	mem_free(p);
}

static struct seen *
place(struct presence *p, int64_t user)
{
	size_t i = (size_t)((uint64_t)user * 0x9e3779b97f4a7c15u >> 20);

	for (i &= p->cap - 1; p->slot[i].user; i = (i + 1) & (p->cap - 1))
		if (p->slot[i].user == user)
			break;
	return &p->slot[i];
}

static int64_t
timeout(const struct presence *p)
{
	return (*p->conf)->presence_timeout * 1000;
}

/* Into a table of that size, without those of whom nothing is to be told. */
static void
rebuild(struct presence *p, size_t cap, int64_t now)
{
	struct seen *old = p->slot;
	size_t i, n = p->cap;

	p->slot = mem_zero(cap * sizeof *p->slot);
	p->cap = cap;
	p->used = 0;
	for (i = 0; i < n; i++)
		if (old[i].user &&
		    (old[i].at >= now - timeout(p) - PRESENCE_MEMORY ||
			old[i].changed >= now - PRESENCE_MEMORY)) {
			*place(p, old[i].user) = old[i];
			p->used++;
		}
	mem_free(old);
}

/* The user's place; a new one is made if need be. */
static struct seen *
entry(struct presence *p, int64_t user, int64_t now)
{
	struct seen *s = place(p, user);

	if (s->user)
		return s;
	if ((p->used + 1) * 4 > p->cap * 3) {
		rebuild(p, p->cap, now);
		if (p->used * 2 > p->cap)
			rebuild(p, p->cap * 2, now);
		s = place(p, user);
	}
	p->used++;
	*s = (struct seen){ user, NEVER, 0 };
	return s;
}

void
presence_seen(struct presence *p, int64_t user, int64_t now)
{
	struct seen *s = entry(p, user, now);

	if (s->at == NEVER || s->at < now - timeout(p))
		s->changed = now;
	s->at = now;
}

void
presence_changed(struct presence *p, int64_t user, int64_t now)
{
	entry(p, user, now)->changed = now;
}

int64_t
presence_of(struct presence *p, int64_t user)
{
	const struct seen *s = place(p, user);

	return s->user && s->at != NEVER ? s->at : INT64_MIN;
}

size_t
presence_since(
    struct presence *p, int64_t since, struct arena *mem, int64_t **users)
{
	size_t i, n = 0;

	*users = arena_get(mem, (p->used + 1) * sizeof **users);
	for (i = 0; i < p->cap; i++)
		if (p->slot[i].user && p->slot[i].at != NEVER &&
		    p->slot[i].at >= since)
			(*users)[n++] = p->slot[i].user;
	return n;
}

bool
presence_moved(struct presence *p, int64_t since, int64_t now,
    struct arena *mem, int64_t **users, size_t *count)
{
	size_t i;

	*count = 0;
	if (since < p->began || since < now - PRESENCE_MEMORY)
		return false;
	*users = arena_get(mem, (p->used + 1) * sizeof **users);
	for (i = 0; i < p->cap; i++) {
		const struct seen *s = &p->slot[i];
		int64_t left = s->at + timeout(p);

		if (s->user &&
		    (s->changed >= since ||
			(s->at != NEVER && left >= since && left < now)))
			(*users)[(*count)++] = s->user;
	}
	return true;
}
