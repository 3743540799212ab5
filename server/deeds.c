/* SPDX-License-Identifier: ISC */
/* Deeds: joining, posting, renaming, with all that belongs to them. */
#include "server/deeds.h"

#include "auth/random.h"
#include "server/outgoing.h"

struct str
deed_id(struct deed *d)
{
	char id[ID_LEN];

	id_new(id, d->now);
	return arena_str(d->mem, (struct str){ id, sizeof id });
}

/* A line of the system's own, about what this user did. */
static int
tell(struct deed *d, const struct room *room, const struct user *by,
    struct str type, struct str text)
{
	struct message m = {
		.room = room->row,
		.author = by->row,
		.id = deed_id(d),
		.type = type,
		.text = text,
	};

	return message_add(d->db, &m, d->now);
}

int
deed_tell(struct deed *d, const struct room *room, const struct user *by,
    struct str type, struct str text)
{
	struct user cat;
	int found;

	if (by)
		return tell(d, room, by, type, text);
	found = user_by_id(d->db, d->mem, STR("rocket.cat"), &cat);
	return found == 1 ? tell(d, room, &cat, type, text) : found;
}

static int
enter(struct deed *d, const struct room *room, const struct user *user,
    struct str roles)
{
	struct member m = {
		.room = room->row,
		.user = user->row,
		.id = deed_id(d),
		.roles = roles,
		.since = d->now,
	};

	return member_add(d->db, &m);
}

/* ---- people ---- */

static int
join_defaults(struct deed *d, const struct user *u)
{
	struct room *room;
	int64_t *rows;
	size_t i, n;

	if (rooms_default(d->db, d->mem, &rows, &n) < 0 ||
	    rooms_by_rows(d->db, d->mem, rows, n, &room, &n) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (!room[i].archived && deed_join(d, &room[i], u) < 0)
			return -1;
	return 1;
}

int
deed_user(struct deed *d, struct user *u)
{
	return deed_user_in(d, u, true);
}

int
deed_user_in(struct deed *d, struct user *u, bool join)
{
	bool bot = str_eq(u->type, STR("bot"));
	int done;

	if (!u->id.ptr)
		u->id = deed_id(d);
	if ((done = user_add(d->db, u)) != 1)
		return done;
	if (user_give_role(d->db, u->row, bot ? STR("bot") : STR("user")) < 0)
		return -1;
	if (outgoing_tell(d, OUT_USER_CREATED, NULL, u, NULL) < 0)
		return -1;
	return join ? join_defaults(d, u) : 1;
}

/* ---- rooms ---- */

static int
invite_all(struct deed *d, const struct room *room, const struct user *creator,
    const struct str *names, size_t count)
{
	struct user *found;
	size_t i, j, n;

	if (users_named(d->db, d->mem, names, count, &found, &n) < 0)
		return -1;
	for (i = 0, j = 0; i < count; i++) {
		const struct user *u =
		    j < n && str_eq(found[j].username, names[i]) ? &found[j++]
								 : NULL;
		bool owns = u && creator && u->row == creator->row;
		int done =
		    u ? enter(d, room, u, owns ? STR("owner") : STR(""))
		      : member_add_ghost(d->db, room->row, names[i], d->now);

		if (done < 0)
			return -1;
	}
	return creator ? enter(d, room, creator, STR("owner")) : 1;
}

int
deed_room(struct deed *d, struct room *room, const struct user *creator,
    const struct str *names, size_t count)
{
	int done;

	if (!room->id.ptr)
		room->id = deed_id(d);
	if (creator) {
		room->creator = creator->row;
		room->creator_id = creator->id;
		room->creator_name = creator->username;
	}
	if ((done = room_add(d->db, room)) != 1)
		return done;
	if (invite_all(d, room, creator, names, count) < 0)
		return -1;
	return creator ? outgoing_tell(d, OUT_ROOM_CREATED, room, creator, NULL)
		       : 1;
}

int
deed_join(struct deed *d, const struct room *room, const struct user *u)
{
	int done = enter(d, room, u, STR(""));

	if (done == 1)
		done = tell(d, room, u, STR("uj"), u->username);
	return done == 1 ? outgoing_tell(d, OUT_ROOM_JOINED, room, u, NULL)
			 : done;
}

int
deed_leave(struct deed *d, const struct room *room, const struct user *u)
{
	int done = member_delete(d->db, room->row, u->row, d->now);

	if (done == 1)
		done = tell(d, room, u, STR("ul"), u->username);
	return done == 1 ? outgoing_tell(d, OUT_ROOM_LEFT, room, u, NULL)
			 : done;
}

int
deed_archive(
    struct deed *d, const struct room *room, const struct user *by, bool on)
{
	if (room->archived == on)
		return 0;
	if (room_set_archived(d->db, room->row, on, d->now) < 0)
		return -1;
	if (on && by && outgoing_tell(d, OUT_ROOM_ARCHIVED, room, by, NULL) < 0)
		return -1;
	return deed_tell(d, room, by,
	    on ? STR("room-archived") : STR("room-unarchived"), STR(""));
}

int
deed_rename(struct deed *d, const struct room *room, const struct user *by,
    struct str name)
{
	int done = room_set_name(d->db, room->row, name, d->now);

	return done == 1 ? deed_tell(d, room, by, STR("r"), name) : done;
}

int
deed_topic(struct deed *d, const struct room *room, const struct user *by,
    struct str topic)
{
	if (str_eq(room->topic, topic))
		return 0;
	if (room_set_topic(d->db, room->row, topic, d->now) < 0)
		return -1;
	return deed_tell(d, room, by, STR("room_changed_topic"), topic);
}

int
deed_mute(struct deed *d, const struct room *room, const struct user *by,
    const struct user *whom, bool on)
{
	int done = room_mute(d->db, room->row, whom->row, on, d->now);

	return done == 1 ? deed_tell(d, room, by,
			       on ? STR("user-muted") : STR("user-unmuted"),
			       whom->username)
			 : done;
}

int
deed_readonly(
    struct deed *d, const struct room *room, const struct user *by, bool on)
{
	if (room->readonly == on)
		return 0;
	if (room_set_readonly(d->db, room->row, on, d->now) < 0)
		return -1;
	return deed_tell(d, room, by,
	    on ? STR("room-set-read-only") : STR("room-removed-read-only"),
	    STR(""));
}

/* ---- names ---- */

bool
name_fits(struct str name)
{
	size_t i;

	for (i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
			c == '.'))
			return false;
	}
	return name.len > 0 && name.len <= 128;
}

static bool
is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool
in_address(char c, const char *more)
{
	return is_letter(c) || (c >= '0' && c <= '9') || strchr(more, c);
}

/* What may stand before the '@', and behind it a host with a dot. */
static bool
is_address_at(struct str s, size_t at)
{
	size_t i;

	if (at == 0 || !in_address(s.ptr[at - 1], "._%+-"))
		return false;
	for (i = at + 1; i + 1 < s.len && in_address(s.ptr[i], ".-"); i++)
		if (i > at + 1 && s.ptr[i] == '.' && is_letter(s.ptr[i + 1]))
			return true;
	return false;
}

/* As the contract has it: an address is somewhere in it ("Ada <a@b.org>"). */
bool
email_fits(struct str email)
{
	bool found = false;
	size_t i;

	for (i = 0; i < email.len; i++) {
		if ((unsigned char)email.ptr[i] < ' ' || email.ptr[i] == 127)
			return false;
		found |= email.ptr[i] == '@' && is_address_at(email, i);
	}
	return email.len <= 254 && found;
}
