/* SPDX-License-Identifier: ISC */
/* Rooms in lists. */
#include "server/api/v1/v1.h"

static int
write_items(struct listing *l, struct server *s, struct arena *mem,
    const struct room *room, const struct message *last, size_t n)
{
	size_t i, mark;
	int done = 1;

	for (i = 0; done >= 0 && i < n; i++) {
		mark = item_begin(l);
		done = doc_room_last(
		    &l->stream.out, NULL, s, mem, &room[i], &last[i]);
		item_end(l, mark);
	}
	return done;
}

int
room_items(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct room *room;
	struct message *none;

	if (rooms_by_rows(s->db, mem, keys, n, &room, &n) < 0)
		return -1;
	none = arena_get(mem, (n + 1) * sizeof *none);
	memset(none, 0, (n + 1) * sizeof *none);
	return write_items(l, s, mem, room, none, n);
}

int
room_items_last(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct room *room;
	struct message *last;

	if (rooms_by_rows(s->db, mem, keys, n, &room, &n) < 0 ||
	    rooms_last(s->db, mem, room, n, &last) < 0)
		return -1;
	return write_items(l, s, mem, room, last, n);
}
