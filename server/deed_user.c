/* SPDX-License-Identifier: ISC */
/* Deeds: who leaves for good, and what they leave behind. */
#include "server/deeds.h"

/* In the call itself; a flood of messages is for the sweep. */
enum { ERASE = 200 };

static int
bequeath(struct deed *d, const struct orphan *o)
{
	struct member m;
	int found = member_find(d->db, d->mem, o->room, o->heir, &m);

	if (found != 1)
		return found;
	return member_set_roles(d->db, o->room, o->heir,
	    m.roles.len ? arena_fmt(d->mem, "%.*s owner", STR_ARGS(m.roles))
			: STR("owner"));
}

int
deed_user_relinquish(struct deed *d, const struct user *u)
{
	struct orphan *o;
	size_t i, n;

	if (rooms_left_by(d->db, d->mem, u->row, &o, &n) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (o[i].heir && bequeath(d, &o[i]) < 0)
			return -1;
	return 1;
}

/* Channels stay; what nobody could read any more does not. */
static int
close_rooms(struct deed *d, const struct user *u)
{
	struct orphan *o;
	struct room *room;
	int64_t *rows;
	size_t i, n, ends = 0;

	if (rooms_left_by(d->db, d->mem, u->row, &o, &n) < 0)
		return -1;
	rows = arena_get(d->mem, (n + 1) * sizeof *rows);
	for (i = 0; i < n; i++)
		if (!o[i].heir && o[i].type != 'c')
			rows[ends++] = o[i].room;
	if (rooms_by_rows(d->db, d->mem, rows, ends, &room, &n) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (deed_erase(d, &room[i]) < 0)
			return -1;
	return 1;
}

/* 1 done, 0 the rest is for the sweep, -1. */
static int
erase(struct deed *d, const struct user *u, enum erasure how)
{
	struct purge p = { .author = u->row, .limit = ERASE };
	struct user cat;
	int more;

	if (how == ERASE_NOTHING)
		return 1;
	if (user_by_id(d->db, d->mem, STR("rocket.cat"), &cat) != 1)
		return -1;
	more = how == ERASE_MESSAGES
		   ? message_purge(d->db, d->mem, &p, d->now)
		   : author_unlink(d->db, &p, cat.row, d->now);
	return more < 0 ? -1 : !more;
}

int
deed_user_delete(struct deed *d, const struct user *u, enum erasure how)
{
	int erased;

	if (deed_user_relinquish(d, u) < 0 || close_rooms(d, u) < 0 ||
	    uploads_drop_avatar(d->db, u->row) < 0 ||
	    (erased = erase(d, u, how)) < 0)
		return -1;
	return user_delete(d->db, u->row, erased ? ERASE_NOTHING : how, d->now);
}
