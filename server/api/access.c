/* SPDX-License-Identifier: ISC */
/* Who may see and do what in a room, and deeds: one place for all handlers. */
#include "server/api/api.h"

struct deed
deed_of(const struct req *q)
{
	return (struct deed){ .db = q->db,
		.mem = q->mem,
		.now = q->now,
		.outgoing = q->srv->outgoing,
		.sees_channels = may(q, MAY_VIEW_C) };
}

bool
may(const struct req *q, enum permission p)
{
	return q->session && rights_has(&q->session->rights, p);
}

bool
may_in(struct req *q, const struct room *r, enum permission p)
{
	struct rights rights = { 0 };

	return may(q, p) ||
	       (q->session &&
		   room_rights(q->srv, q->session, r, &rights) == 1 &&
		   rights_has(&rights, p));
}

int
need_my_room(struct req *q, struct room *r)
{
	int found = rooms_find(q->srv->rooms, q->args[0], r);

	if (found == 0)
		return fail(q, E_NO_ROOM);
	if (found == 1)
		found = room_reach(q->srv, q->session, r);
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

	if (q->session->room && q->session->room != r->row)
		return fail(q, E_NO_ROOM);
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
	bool all = names_in(text, STR("all")),
	     here = names_in(text, STR("here"));

	return (all || here) && (!all || may_in(q, r, MAY_MENTION_ALL)) &&
	       (!here || may_in(q, r, MAY_MENTION_HERE));
}
