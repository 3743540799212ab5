/* SPDX-License-Identifier: ISC */
/* Who may see and do what in a room, and deeds: one place for all handlers. */
#include "server/api/api.h"

struct deed
deed_of(const struct req *q)
{
	return (struct deed){ .db = q->db, .mem = q->mem, .now = q->now };
}

bool
may(const struct req *q, enum permission p)
{
	return q->session && rights_has(&q->session->rights, p);
}

/* 1 a member, with the rights of the roles they have there; 0, -1. */
static int
membership(struct req *q, const struct room *r, struct rights *rights)
{
	struct member m;
	int found = rooms_member(q->srv->rooms, r->row, q->me->row, &m);

	if (found == 1 && m.roles.len)
		return who_room_rights(q->srv->who, m.roles, rights);
	return found;
}

bool
may_in(struct req *q, const struct room *r, enum permission p)
{
	struct rights rights = { 0 };

	return may(q, p) ||
	       (membership(q, r, &rights) == 1 && rights_has(&rights, p));
}

int
need_my_room(struct req *q, struct room *r)
{
	struct rights rights = { 0 };
	int found = rooms_find(q->srv->rooms, q->args[0], r);

	if (found == 0)
		return fail(q, E_NO_ROOM);
	if (found == 1 && r->type == 'c' && may(q, MAY_VIEW_C))
		return 0;
	if (found == 1)
		found = membership(q, r, &rights);
	if (found < 0)
		return fail(q, E_STORE);
	if (found == 1)
		return 0;
	return fail(q, r->type == 'c' ? E_NO_ACCESS : E_NO_ROOM);
}

int
need_writable(struct req *q, const struct room *r)
{
	int muted;

	if (r->archived)
		return fail(q, E_ARCHIVED);
	muted = r->has_muted ? room_is_muted(q->db, r->row, q->me->row) : 0;
	if (muted < 0)
		return fail(q, E_STORE);
	if (muted)
		return fail(q, E_MUTED);
	if (r->readonly && !may_in(q, r, MAY_POST_READONLY))
		return fail(q, E_READONLY);
	return 0;
}

bool
may_crowd(struct req *q, const struct room *r, struct str text)
{
	return memchr(text.ptr, '@', text.len) && names_crowd(text) &&
	       may_in(q, r, MAY_MENTION_ALL);
}
