/* SPDX-License-Identifier: ISC */
/* Channels and groups: one family each of the same calls. */
#include "server/api/v1/v1.h"

/* What was said last is for who may read there. */
static int
list_rooms(struct req *q, enum room_list which, bool read)
{
	const struct family *f = family_of(q);
	struct listing *l = list_new(
	    q, room_fields, false, read ? room_items_last : room_items);

	if (!l)
		return -1;
	return list_reply(q, l, f->many,
	    rooms_select(q->db, &l->stream.mem, &l->select, which, f->type,
		q->me->row, &l->keys, &l->count, &l->total));
}

static int
channels_list(struct req *q)
{
	if (may(q, MAY_VIEW_C))
		return list_rooms(q, ROOMS_OF_TYPE, true);
	return may(q, MAY_VIEW_JOINED) ? list_rooms(q, ROOMS_JOINED, true)
				       : fail(q, E_FORBIDDEN);
}

static int
joined_list(struct req *q)
{
	return list_rooms(q, ROOMS_JOINED, true);
}

static int
groups_list_all(struct req *q)
{
	return list_rooms(q, ROOMS_OF_TYPE, false);
}

int
v1_room(struct req *q, struct str id)
{
	const struct family *f = family_of(q);
	struct message none = { 0 }, *last = &none;
	struct room now;
	int able;

	if (room_by_id(q->db, q->mem, id, &now) != 1)
		return fail(q, E_STORE);
	if ((able = may_read(q, &now)) < 0)
		return -1;
	if (able && rooms_last(q->db, q->mem, &now, 1, &last) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	if (doc_room_last(
		&q->out, f ? f->one : "room", q->srv, q->mem, &now, last) < 0)
		return fail(q, E_STORE);
	return v1_end(q);
}

static int
room_info(struct req *q)
{
	struct room r;
	int able;

	if (need_room(q, &r) || (able = may_read(q, &r)) < 0)
		return -1;
	return able ? v1_room(q, r.id) : fail(q, E_FORBIDDEN);
}

/* clang-format off */
static const struct route channels_routes[] = {
	GET("channels.list", USER, FREELY, LISTED, channels_list),
	GET("channels.list.joined", USER, FREELY, LISTED, joined_list),
	GET("channels.info", USER, FREELY, "roomId? roomName?", room_info),
	GET("groups.list", USER, FREELY, LISTED, joined_list),
	GET("groups.listAll", USER, MAY_VIEW_ROOM_ADMIN, LISTED,
	    groups_list_all),
	GET("groups.info", USER, FREELY, "roomId? roomName?", room_info),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group channels_group;
const struct route_group channels_group = { V1, STYLE_V1, channels_routes };
