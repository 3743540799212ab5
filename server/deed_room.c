/* SPDX-License-Identifier: ISC */
/* Deeds with rooms that the newer API has: people, roles, faces, the end. */
#include "server/deeds.h"

#include "json/buf.h"
#include "server/outgoing.h"

enum { PURGE = 500, ROUNDS = 4, DISCUSSIONS = 100 };

int
deed_add(struct deed *d, const struct room *room, const struct user *by,
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

	if (done == 1)
		done = deed_tell(d, room, by, STR("au"), whom->username);
	return done == 1 ? outgoing_tell(d, OUT_ROOM_JOINED, room, whom, NULL)
			 : done;
}

int
deed_kick(struct deed *d, const struct room *room, const struct user *by,
    const struct user *whom)
{
	int done = member_delete(d->db, room->row, whom->row, d->now);

	return done == 1 ? deed_tell(d, room, by, STR("ru"), whom->username)
			 : done;
}

static bool
has_word(struct str words, struct str word)
{
	struct str one;

	while (str_next(&words, ' ', &one))
		if (str_eq(one, word))
			return true;
	return false;
}

static struct str
without_word(struct deed *d, struct str words, struct str word)
{
	struct buf out = { 0 };
	struct str one;

	while (str_next(&words, ' ', &one)) {
		if (!one.len || str_eq(one, word))
			continue;
		if (out.len)
			buf_char(&out, ' ');
		buf_str(&out, one);
	}
	return buf_settle(&out, d->mem);
}

/* The line that tells of it carries the role beside the name. */
static int
tell_role(struct deed *d, const struct room *room, const struct user *by,
    const struct user *whom, struct str role, bool on)
{
	struct message m = {
		.room = room->row,
		.author = by->row,
		.id = deed_id(d),
		.type = on ? STR("subscription-role-added")
			   : STR("subscription-role-removed"),
		.text = whom->username,
		.extra =
		    arena_fmt(d->mem, "{\"role\":\"%.*s\"}", STR_ARGS(role)),
	};

	return message_add(d->db, &m, d->now);
}

int
deed_role(struct deed *d, const struct room *room, const struct user *by,
    const struct user *whom, struct str role, bool on)
{
	struct member m;
	struct str roles;
	int found = member_find(d->db, d->mem, room->row, whom->row, &m);

	if (found != 1)
		return found;
	if (has_word(m.roles, role) == on)
		return 0;
	if (!on)
		roles = without_word(d, m.roles, role);
	else
		roles = arena_fmt(d->mem, "%.*s%s%.*s", STR_ARGS(m.roles),
		    m.roles.len ? " " : "", STR_ARGS(role));
	if (member_set_roles(d->db, room->row, whom->row, roles) < 0)
		return -1;
	return tell_role(d, room, by, whom, role, on);
}

/* What began there ends with it. */
static int
retire_discussions(struct deed *d, const struct room *room)
{
	struct room *list;
	int64_t *rows;
	size_t i, n;

	if (discussions_of(d->db, d->mem, room->row, DISCUSSIONS, &rows, &n) <
		0 ||
	    rooms_by_rows(d->db, d->mem, rows, n, &list, &n) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (room_retire(d->db, &list[i], d->now) < 0)
			return -1;
	return 1;
}

int
deed_retire(struct deed *d, const struct room *room)
{
	return retire_discussions(d, room) < 0
		   ? -1
		   : room_retire(d->db, room, d->now);
}

int
deed_erase(struct deed *d, const struct room *room)
{
	struct purge p = { .room = room->row, .limit = PURGE };
	int i, more = 1;

	if (deed_retire(d, room) < 0)
		return -1;
	for (i = 0; i < ROUNDS && more == 1; i++)
		more = message_purge(d->db, d->mem, &p, d->now);
	if (more == 0)
		more = room_forget(d->db, room->row, PURGE);
	return more < 0 ? -1 : 1;
}

int
deed_add_all(struct deed *d, const struct room *room, bool active_only)
{
	struct user *u;
	int64_t *rows;
	size_t i, n;

	if (users_outside(d->db, d->mem, room->row, active_only, SIZE_MAX >> 1,
		&rows, &n) < 0 ||
	    users_by_rows(d->db, d->mem, rows, n, &u, &n) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (deed_join(d, room, &u[i]) < 0)
			return -1;
	return 1;
}

int
deed_text(struct deed *d, const struct room *room, const struct user *by,
    enum room_text what, struct str text)
{
	if (room_set_text(d->db, room->row, what, text, d->now) < 0)
		return -1;
	return deed_tell(d, room, by,
	    what == ROOM_DESCRIPTION ? STR("room_changed_description")
				     : STR("room_changed_announcement"),
	    text);
}

int
deed_kind(
    struct deed *d, const struct room *room, const struct user *by, char type)
{
	if (room_set_kind(d->db, room, type, d->now) < 0)
		return -1;
	return deed_tell(d, room, by, STR("room_changed_privacy"),
	    type == 'c' ? STR("Channel") : STR("Private Group"));
}
