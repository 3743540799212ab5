/* SPDX-License-Identifier: ISC */
/* Lists of a room's messages, whatever they are chosen by. */
#include "server/api/v1/v1.h"

static int
write_messages(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct room room = { .row = l->room };
	struct user viewer = { .row = l->me, .id = l->me_id };
	struct message *m;
	size_t i, mark;
	int done = messages_by_keys(s->db, mem, &room, keys, n, &m, &n);

	for (i = 0; done >= 0 && i < n; i++) {
		mark = item_begin(l);
		m[i].rid = l->room_id;
		doc_message(
		    &l->stream.out, NULL, &m[i], l->me ? &viewer : NULL);
		item_end(l, mark);
	}
	return done;
}

int
messages_sorted_list(struct req *q, const struct room *r, const char *name,
    const struct message_list *which)
{
	struct listing *l = list_new(q, message_fields, false, write_messages);

	if (!l)
		return -1;
	l->room = r->row;
	l->room_id = arena_str(&l->stream.mem, r->id);
	if (q->me)
		l->me_id = arena_str(&l->stream.mem, q->me->id);
	return list_reply(q, l, name,
	    messages_sorted(q->db, &l->stream.mem, &l->select, r, which,
		&l->keys, &l->count, &l->total));
}

int
messages_list(struct req *q, const struct room *r)
{
	const struct message_list all = { .sort = MESSAGES_ALL };

	return messages_sorted_list(q, r, "messages", &all);
}
