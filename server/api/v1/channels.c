/* SPDX-License-Identifier: ISC */
/* Channels and groups: one family each of the same calls. */
#include "server/api/v1/v1.h"

static int
write_rooms(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct room *room;
	size_t i, mark;
	int done = rooms_by_rows(s->db, mem, keys, n, &room, &n);

	for (i = 0; done >= 0 && i < n; i++) {
		mark = item_begin(l);
		done = doc_room(&l->stream.out, NULL, s, mem, &room[i]);
		item_end(l, mark);
	}
	return done;
}

static int
list_rooms(struct req *q, enum room_list which)
{
	const struct family *f = family_of(q);
	struct listing *l = list_new(q, room_fields, false, write_rooms);

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
		return list_rooms(q, ROOMS_OF_TYPE);
	return may(q, MAY_VIEW_JOINED) ? list_rooms(q, ROOMS_JOINED)
				       : fail(q, E_FORBIDDEN);
}

static int
joined_list(struct req *q)
{
	return list_rooms(q, ROOMS_JOINED);
}

static int
room_info(struct req *q)
{
	const struct family *f = family_of(q);
	struct room r;

	if (need_room(q, &r))
		return -1;
	v1_begin(q);
	if (doc_room(&q->out, f->one, q->srv, q->mem, &r) < 0)
		return fail(q, E_STORE);
	return v1_end(q);
}

/* clang-format off */
static const struct route channels_routes[] = {
	GET("channels.list", USER, FREELY, LISTED, channels_list),
	GET("channels.list.joined", USER, FREELY, LISTED, joined_list),
	GET("channels.info", USER, FREELY, "roomId? roomName?", room_info),
	GET("groups.list", USER, FREELY, LISTED, joined_list),
	GET("groups.info", USER, FREELY, "roomId? roomName?", room_info),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group channels_group;
const struct route_group channels_group = { V1, STYLE_V1, channels_routes };
