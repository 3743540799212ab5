/* SPDX-License-Identifier: ISC */
/* Direct rooms: one for each set of people, found by who they are. */
#include "server/deeds.h"

#include <stdlib.h>

#include "json/buf.h"

static int
by_id(const void *a, const void *b)
{
	return str_cmp(
	    ((const struct user *)a)->id, ((const struct user *)b)->id);
}

/* The ids in order, by spaces: no two rooms have the same people. */
static struct str
pair_of(struct deed *d, const struct user *users, size_t n)
{
	struct user *sorted = arena_get(d->mem, n * sizeof *sorted);
	struct buf out = { 0 };
	size_t i;

	memcpy(sorted, users, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, by_id);
	for (i = 0; i < n; i++) {
		if (i > 0 && str_eq(sorted[i].id, sorted[i - 1].id))
			continue; /* named twice */
		if (out.len)
			buf_char(&out, ' ');
		buf_str(&out, sorted[i].id);
	}
	return buf_settle(&out, d->mem);
}

/* Of one or two people the id is their ids, as clients know it. */
static struct str
direct_id(struct deed *d, struct str pair)
{
	struct str rest = pair, one = NO_STR, two = NO_STR, more = NO_STR;

	str_next(&rest, ' ', &one);
	if (!str_next(&rest, ' ', &two))
		two = one;
	if (str_next(&rest, ' ', &more))
		return deed_id(d);
	return arena_fmt(d->mem, "%.*s%.*s", STR_ARGS(one), STR_ARGS(two));
}

int
deed_direct_find(
    struct deed *d, const struct user *users, size_t n, struct room *room)
{
	return room_by_pair(d->db, d->mem, pair_of(d, users, n), room);
}

static int
enter_all(
    struct deed *d, const struct room *room, const struct user *users, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct member m = {
			.room = room->row,
			.user = users[i].row,
			.id = deed_id(d),
			.roles = STR(""),
			.since = d->now,
		};

		if (member_add(d->db, &m) < 0)
			return -1;
	}
	return 1;
}

int
deed_direct(struct deed *d, const struct user *users, size_t n,
    const struct user *creator, struct room *room)
{
	struct str pair = pair_of(d, users, n);
	int done = room_by_pair(d->db, d->mem, pair, room);

	if (done != 0)
		return done;
	*room = (struct room){
		.type = 'd',
		.id = direct_id(d, pair),
		.pair = pair,
		.creator = creator ? creator->row : 0,
		.created = d->now,
		.updated = d->now,
	};
	if ((done = room_add(d->db, room)) != 1)
		return done;
	if (enter_all(d, room, users, n) < 0)
		return -1;
	return room_by_pair(d->db, d->mem, pair, room);
}
