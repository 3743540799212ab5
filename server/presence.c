/* SPDX-License-Identifier: ISC */
/* When each user was seen last: an open-addressed table of rows. */
#include "server/presence.h"

#include "json/mem.h"

struct seen {
	int64_t user; /* 0: free */
	int64_t at;
};

struct presence {
	struct seen *slot;
	size_t cap, used; /* cap is a power of two */
};

enum { FIRST_CAP = 64 };

struct presence *
presence_new(void)
{
	struct presence *p = mem_zero(sizeof *p);

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

/* Into a table of that size, without those unseen since then. */
static void
rebuild(struct presence *p, size_t cap, int64_t since)
{
	struct seen *old = p->slot;
	size_t i, n = p->cap;

	p->slot = mem_zero(cap * sizeof *p->slot);
	p->cap = cap;
	p->used = 0;
	for (i = 0; i < n; i++)
		if (old[i].user && old[i].at >= since) {
			*place(p, old[i].user) = old[i];
			p->used++;
		}
	mem_free(old);
}

void
presence_seen(struct presence *p, int64_t user, int64_t now)
{
	struct seen *s = place(p, user);

	s->at = now;
	if (s->user)
		return;
	s->user = user;
	if (++p->used * 4 > p->cap * 3)
		rebuild(p, p->cap * 2, INT64_MIN);
}

int64_t
presence_of(struct presence *p, int64_t user)
{
	const struct seen *s = place(p, user);

	return s->user ? s->at : INT64_MIN;
}

size_t
presence_since(
    struct presence *p, int64_t since, struct arena *mem, int64_t **users)
{
	size_t i, n = 0;

	rebuild(p, p->cap, since);
	*users = arena_get(mem, (p->used + 1) * sizeof **users);
	for (i = 0; i < p->cap; i++)
		if (p->slot[i].user)
			(*users)[n++] = p->slot[i].user;
	return n;
}
