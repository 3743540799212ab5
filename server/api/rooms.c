/* SPDX-License-Identifier: ISC */
/* Rooms: which there are, joining, leaving, archiving, who is there. */
#include "server/api/api.h"

static int
success(struct req *q)
{
	json_open(&q->out, NULL, '{');
	json_str(&q->out, "status", STR("success"));
	json_close(&q->out, '}');
	return 0;
}

/* ---- lists ---- */

enum { BATCH = 64 };

/* The order is fixed at the begin; rooms are looked up as they are sent. */
struct room_stream {
	struct stream stream; /* first */
	int64_t *rows;
	size_t count, next;
};

static int
some_rooms(struct stream *st, struct server *s)
{
	struct room_stream *rs = (struct room_stream *)st;
	size_t left = rs->count - rs->next, n = left < BATCH ? left : BATCH, i;
	struct arena mem = { 0 };
	struct room *room;
	int done =
	    rooms_by_rows(s->db, &mem, rs->rows + rs->next, n, &room, &n);

	for (i = 0; done >= 0 && i < n; i++)
		done = json_room(&st->out, s, &mem, &room[i]);
	arena_free(&mem);
	if (done < 0)
		return -1;
	rs->next += left < BATCH ? left : BATCH;
	if (rs->next < rs->count)
		return 1;
	json_close(&st->out, ']');
	json_close(&st->out, '}');
	return 0;
}

static int
list_rooms(struct req *q, int (*which)(struct req *, struct room_stream *))
{
	struct room_stream *rs;

	json_open(&q->out, NULL, '{');
	json_str(&q->out, "status", STR("success"));
	json_open(&q->out, "rooms", '[');
	rs = stream_new(q, sizeof *rs, some_rooms);
	return which(q, rs) < 0 ? fail(q, E_STORE) : 0;
}

static int
public_rows(struct req *q, struct room_stream *rs)
{
	return rooms_public(q->db, &rs->stream.mem, &rs->rows, &rs->count);
}

static int
my_rows(struct req *q, struct room_stream *rs)
{
	return rooms_of_user(
	    q->db, &rs->stream.mem, q->me->row, &rs->rows, &rs->count);
}

static int
public_rooms(struct req *q)
{
	return list_rooms(q, public_rows);
}

static int
joined_rooms(struct req *q)
{
	return list_rooms(q, my_rows);
}

/* ---- deeds ---- */

static int
join_room(struct req *q)
{
	struct deed d = deed_of(q);
	struct room r;
	int done;

	if (need_my_room(q, &r))
		return -1;
	if (r.type != 'c') /* a member of it already, as it can be seen */
		return success(q);
	done = member_find(
	    q->db, q->mem, r.row, q->me->row, &(struct member){ 0 });
	if (done == 0 && r.archived)
		return fail(q, E_ARCHIVED);
	if (done == 0 && r.coded && !may_in(q, &r, MAY_JOIN_WITHOUT_CODE))
		return fail(q, E_NO_ACCESS); /* this API knows no codes */
	if (done == 0)
		done = deed_join(&d, &r, q->me);
	return done < 0 ? fail(q, E_STORE) : success(q);
}

static bool
is_owner(const struct member *m)
{
	struct str roles = m->roles, one;

	while (str_next(&roles, ' ', &one))
		if (str_eq(one, STR("owner")))
			return true;
	return false;
}

static int
leave_room(struct req *q)
{
	struct deed d = deed_of(q);
	struct room r;
	struct member m;
	int64_t owners = 0;
	int found;

	if (need_my_room(q, &r))
		return -1;
	found = member_find(q->db, q->mem, r.row, q->me->row, &m);
	if (found == 1 &&
	    !may_in(q, &r, r.type == 'c' ? MAY_LEAVE_C : MAY_LEAVE_P))
		return fail(q, E_FORBIDDEN);
	if (found == 1 && is_owner(&m))
		found = member_count(q->db, r.row, STR("owner"), &owners);
	if (found >= 0 && owners == 1)
		return fail(q, E_LAST_OWNER);
	if (found == 1)
		found = deed_leave(&d, &r, q->me);
	return found < 0 ? fail(q, E_STORE) : success(q);
}

static int
set_archived(struct req *q, enum permission needed, bool archived)
{
	struct deed d = deed_of(q);
	struct room r;

	if (need_my_room(q, &r))
		return -1;
	if (!may_in(q, &r, needed))
		return fail(q, E_FORBIDDEN);
	if (r.type == 'd')
		return fail_coded(q, "error-direct-message-room",
		    "Direct rooms cannot be archived");
	return deed_archive(&d, &r, q->me, archived) < 0 ? fail(q, E_STORE)
							 : success(q);
}

static int
archive_room(struct req *q)
{
	return set_archived(q, MAY_ARCHIVE_ROOM, true);
}

static int
unarchive_room(struct req *q)
{
	return set_archived(q, MAY_UNARCHIVE_ROOM, false);
}

static int
online(struct req *q)
{
	int64_t since = q->srv->mono - q->srv->conf->presence_timeout * 1000;
	int64_t *users;
	struct str *names;
	struct room r;
	size_t i, n;

	if (need_my_room(q, &r))
		return -1;
	n = presence_since(q->srv->presence, since, q->mem, &users);
	if (members_among(q->db, q->mem, r.row, users, n, &names, &n) < 0)
		return fail(q, E_STORE);
	json_open(&q->out, NULL, '{');
	json_str(&q->out, "status", STR("success"));
	json_open(&q->out, "online", '[');
	for (i = 0; i < n; i++)
		json_str(&q->out, NULL, names[i]);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return 0;
}

static const struct route rooms_routes[] = {
	GET("publicRooms", USER, FREELY, "", public_rooms),
	GET("joinedRooms", USER, FREELY, "", joined_rooms),
	POST("rooms/:id/join", USER, FREELY, "", join_room),
	POST("rooms/:id/leave", USER, FREELY, "", leave_room),
	GET("rooms/:id/online", USER, FREELY, "", online),
	POST("room/:id/archive", USER, FREELY, "", archive_room),
	POST("room/:id/unarchive", USER, FREELY, "", unarchive_room),
	END_OF_ROUTES,
};

extern const struct route_group rooms_group;
const struct route_group rooms_group = { "/api/", STYLE_V0, rooms_routes };
