/* SPDX-License-Identifier: ISC */
/* Deeds with teams: made, joined, left, ended. */
#include "server/deeds.h"

#include "server/outgoing.h"

enum { DEFAULTS = 50 };

static const struct str *
names_of_all(struct deed *d, const struct user *users, size_t n)
{
	struct str *names = arena_get(d->mem, (n + 1) * sizeof *names);
	size_t i;

	for (i = 0; i < n; i++)
		names[i] = users[i].username;
	return names;
}

int
deed_team(struct deed *d, struct team *team, const struct user *creator,
    const struct user *users, size_t n)
{
	struct room room = {
		.type = team->closed ? 'p' : 'c',
		.name = team->name,
		.created = d->now,
		.updated = d->now,
	};
	int done = deed_room(d, &room, creator, names_of_all(d, users, n), n);

	if (done != 1)
		return done;
	team->room = room.row;
	team->room_id = room.id;
	team->id = deed_id(d);
	team->created = d->now;
	team->creator = creator->row;
	return team_add(d->db, team);
}

int
deed_team_of(struct deed *d, struct team *team, const struct room *room,
    const struct user *by)
{
	int done;

	team->name = room->name;
	team->closed = room->type == 'p';
	team->room = room->row;
	team->room_id = room->id;
	team->id = deed_id(d);
	team->created = d->now;
	team->creator = by->row;
	done = team_add(d->db, team);
	return done == 1 ? deed_tell(d, room, by, STR("user-converted-to-team"),
			       room->name)
			 : done;
}

/* The rooms that everybody of the team is in. */
static int
join_defaults(struct deed *d, int64_t team, const struct user *u)
{
	struct room *room;
	int64_t *rows;
	size_t i, n;

	if (team_defaults(d->db, d->mem, team, DEFAULTS, &rows, &n) < 0 ||
	    rooms_by_rows(d->db, d->mem, rows, n, &room, &n) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (!room[i].archived && deed_join(d, &room[i], u) < 0)
			return -1;
	return 1;
}

int
deed_team_join(struct deed *d, const struct room *room, const struct user *by,
    const struct user *whom)
{
	struct member m = {
		.room = room->row,
		.user = whom->row,
		.id = deed_id(d),
		.roles = STR(""),
		.since = d->now,
	};
	int done = member_add(d->db, &m);

	if (done != 1)
		return done;
	if (deed_tell(d, room, by, STR("added-user-to-team"), whom->username) !=
		1 ||
	    join_defaults(d, room->team, whom) < 0)
		return -1;
	return outgoing_tell(d, OUT_ROOM_JOINED, room, whom, NULL);
}

int
deed_team_leave(struct deed *d, const struct room *room, const struct user *by,
    const struct user *whom)
{
	bool self = by->row == whom->row;
	int done = member_delete(d->db, room->row, whom->row, d->now);

	return done == 1
		   ? deed_tell(d, room, by,
			 self ? STR("ult") : STR("removed-user-from-team"),
			 whom->username)
		   : done;
}

int
deed_team_end(struct deed *d, const struct team *team, const struct room *main)
{
	if (team_delete(d->db, team->row, d->now) < 0)
		return -1;
	return deed_erase(d, main);
}
