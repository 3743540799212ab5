/* SPDX-License-Identifier: ISC */
/* teams.*: the rooms of a team. */
#include "server/api/v1/teams.h"

/* ---- which ones ---- */

/* Ids from an array, at most TEAM_NAMED_MOST of them. */
static size_t
read_ids(struct req *q, struct json list, struct str *ids)
{
	struct json one;
	size_t n = 0;

	for (one = json_first(list); json_type(one) && n < TEAM_NAMED_MOST;
	     one = json_next(one))
		if ((ids[n] = json_text(one, q->mem)).len)
			n++;
	return n;
}

int
team_rooms_of(struct req *q, const struct team *t, struct json list,
    struct room **rooms, size_t *n)
{
	struct str ids[TEAM_NAMED_MOST];
	size_t count = read_ids(q, list, ids), i, kept = 0;

	if (rooms_by_ids(q->db, q->mem, ids, count, rooms, &count) < 0)
		return fail(q, E_STORE);
	for (i = 0; i < count; i++)
		if ((*rooms)[i].team == t->row && !(*rooms)[i].team_main)
			(*rooms)[kept++] = (*rooms)[i];
	*n = kept;
	return 0;
}

/* roomId, one of the team's. */
static int
need_team_room(struct req *q, const struct team *t, struct room *r)
{
	int found = room_by_id(q->db, q->mem, param(q, "roomId"), r);

	if (found == 1 && r->team != t->row && (found = may_read(q, r)) < 0)
		return -1;
	if (found < 0)
		return fail(q, E_STORE);
	if (!found)
		return fail_bare(q, "invalid-room");
	return r->team == t->row && !r->team_main
		   ? 0
		   : fail_bare(q, "room-not-on-that-team");
}

static int
room_reply(struct req *q, struct str id)
{
	struct room r;

	if (room_by_id(q->db, q->mem, id, &r) != 1)
		return fail(q, E_STORE);
	v1_begin(q);
	if (doc_room(&q->out, "room", q->srv, q->mem, &r) < 0)
		return fail(q, E_STORE);
	return v1_end(q);
}

/* ---- changes ---- */

/* A channel or group that the caller has a say in. */
static int
add_room(struct req *q, const struct team *t, const struct room *main,
    const struct room *r)
{
	struct deed d = deed_of(q);
	int able = may_read(q, r);

	if (able < 0)
		return -1;
	if (!able || r->type == 'd' || r->parent_id.ptr)
		return fail_bare(q, "invalid-room");
	if (r->team)
		return fail_bare(q, "room-already-on-team");
	if (!may_in(q, r, MAY_EDIT_ROOM))
		return fail_bare(q, "error-no-owner-channel");
	if (room_set_team(q->db, r->row, t->row, false, q->now) < 0 ||
	    deed_tell(
		&d, main, q->me, STR("user-added-room-to-team"), r->name) < 0)
		return fail(q, E_STORE);
	return 0;
}

static int
add_rooms(struct req *q)
{
	struct json list = param_json(q, "rooms");
	struct str ids[TEAM_NAMED_MOST];
	struct team t;
	struct room main, *room;
	size_t i, n, count;

	if (need_team_right(q, &t, &main, MAY_ADD_TEAM_CHANNEL))
		return -1;
	if (json_type(list) != JSON_ARRAY ||
	    json_count(list) > TEAM_NAMED_MOST ||
	    (count = read_ids(q, list, ids)) == 0)
		return fail_bare(q, "Body param \"rooms\" is required");
	if (rooms_by_ids(q->db, q->mem, ids, count, &room, &n) < 0)
		return fail(q, E_STORE);
	if (n < count)
		return fail_bare(q, "invalid-room");
	for (i = 0; i < n; i++)
		if (add_room(q, &t, &main, &room[i]))
			return -1;
	if (rooms_by_ids(q->db, q->mem, ids, count, &room, &n) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "rooms", '[');
	for (i = 0; i < n; i++)
		if (doc_room(&q->out, NULL, q->srv, q->mem, &room[i]) < 0)
			return fail(q, E_STORE);
	json_close(&q->out, ']');
	return v1_end(q);
}

static int
remove_room(struct req *q)
{
	struct deed d = deed_of(q);
	struct team t;
	struct room main, r;

	if (need_team_right(q, &t, &main, MAY_REMOVE_TEAM_CHANNEL) ||
	    need_team_room(q, &t, &r))
		return -1;
	if (room_set_team(q->db, r.row, 0, false, q->now) < 0 ||
	    deed_tell(&d, &main, q->me, STR("user-removed-room-from-team"),
		r.name) < 0)
		return fail(q, E_STORE);
	return room_reply(q, r.id);
}

/* By the room alone: it knows its team. */
static int
update_room(struct req *q)
{
	struct json on = param_json(q, "isDefault");
	struct str id = param(q, "roomId");
	struct team t;
	struct room r, *main;
	size_t n;
	int found = id.len ? room_by_id(q->db, q->mem, id, &r) : 0;

	if (found == 1 && (found = may_read(q, &r)) < 0)
		return -1;
	if (found < 0)
		return fail(q, E_STORE);
	if (!found)
		return fail_bare(q, "invalid-room");
	if (!r.team || r.team_main)
		return fail_bare(q, "room-not-on-team");
	if (json_type(on) != JSON_BOOL)
		return fail_bare(q, "Body param \"isDefault\" is required");
	if (team_by_row(q->db, q->mem, r.team, &t) != 1 ||
	    rooms_by_rows(q->db, q->mem, &t.room, 1, &main, &n) < 0 || n != 1)
		return fail(q, E_STORE);
	if (!may_in(q, main, MAY_EDIT_TEAM_CHANNEL))
		return fail(q, E_FORBIDDEN);
	if (room_set_team(q->db, r.row, r.team, json_true(on), q->now) < 0)
		return fail(q, E_STORE);
	return room_reply(q, r.id);
}

/* ---- lists ---- */

static int
list_of(
    struct req *q, const struct team *t, enum team_rooms which, int64_t user)
{
	bool only = str_eq(param(q, "type"), STR("autoJoin"));
	struct listing *l = list_plain(q, room_fields, false, room_items);

	if (!l)
		return -1;
	return list_reply(q, l, "rooms",
	    team_rooms_select(q->db, &l->stream.mem, &l->select, t->row, which,
		user, only, param(q, "filter"), &l->keys, &l->count,
		&l->total));
}

static int
list_rooms(struct req *q)
{
	struct team t;
	struct room main;

	if (need_team(q, &t, &main))
		return -1;
	return list_of(q, &t,
	    may_in(q, &main, MAY_VIEW_TEAM_CHANNELS) ? TEAM_ROOMS_ALL
	    : may(q, MAY_VIEW_C)                     ? TEAM_ROOMS_SEEN
						     : TEAM_ROOMS_JOINED,
	    q->me->row);
}

static int
list_rooms_of_user(struct req *q)
{
	struct str id = param(q, "userId");
	struct user u = *q->me;
	struct team t;
	struct room main;
	int found = 1;

	if (need_team(q, &t, &main))
		return -1;
	if (id.len && !str_eq(id, q->me->id)) {
		if (!may_in(q, &main, MAY_VIEW_TEAM_CHANNELS))
			return fail(q, E_FORBIDDEN);
		found = user_by_id(q->db, q->mem, id, &u);
	}
	if (found < 0)
		return fail(q, E_STORE);
	if (!found)
		return fail_bare(q, "invalid-user");
	return list_of(q, &t, TEAM_ROOMS_JOINED, u.row);
}

/* clang-format off */
static const struct route team_rooms_routes[] = {
	POST("teams.addRooms", USER, FREELY, TEAM " rooms?", add_rooms),
	POST("teams.removeRoom", USER, FREELY, TEAM " roomId?", remove_room),
	POST("teams.updateRoom", USER, FREELY, "roomId? isDefault?", update_room),
	GET("teams.listRooms", USER, FREELY, TEAM " filter? type? offset? count? sort? fields?", list_rooms),
	GET("teams.listRoomsOfUser", USER, FREELY, TEAM " userId? type? filter? offset? count? sort? fields?", list_rooms_of_user),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group team_rooms_group;
const struct route_group team_rooms_group = { V1, STYLE_V1, team_rooms_routes };
