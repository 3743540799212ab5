/* SPDX-License-Identifier: ISC */
/* Lists of a room's messages, whatever they are chosen by. */
#include "server/api/v1/v1.h"

enum { IDS_MOST = 128 };

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

/* ---- mentionIds, starredIds, pinned: in other words than `query` ---- */

/* {"$in":[...]} of ids between commas. */
static void
write_ids(struct req *q, struct writer *w, const char *name, const char *field)
{
	struct str ids = param(q, name), one;

	if (!ids.len)
		return;
	json_open(w, field, '{');
	json_open(w, "$in", '[');
	while (str_next(&ids, ',', &one))
		json_str(w, NULL, str_trim(one));
	json_close(w, ']');
	json_close(w, '}');
}

static int
narrow(struct req *q, struct listing *l)
{
	const struct json_limits limits = { .tokens = IDS_MOST, .depth = 4 };
	struct buf text = { 0 };
	struct writer w = { .out = &text };
	struct json wish;
	size_t at;

	if (!q->me ||
	    (!param(q, "mentionIds").len && !param(q, "starredIds").len &&
		!param_true(q, "pinned")))
		return 0;
	json_open(&w, NULL, '{');
	write_ids(q, &w, "mentionIds", "mentions._id");
	write_ids(q, &w, "starredIds", "starred._id");
	if (param_true(q, "pinned"))
		json_bool(&w, "pinned", true);
	json_close(&w, '}');
	if (json_parse(q->mem, buf_settle(&text, q->mem), &limits, &wish,
		&at) != JSON_FINE)
		return fail_coded(q, "error-invalid-params",
		    "The parameters name too many users");
	return list_narrow(q, l, wish);
}

static void
from_room(struct req *q, struct listing *l, const struct room *r)
{
	l->room = r->row;
	l->room_id = arena_str(&l->stream.mem, r->id);
	if (q->me) {
		l->select.me = q->me->row;
		l->me_id = arena_str(&l->stream.mem, q->me->id);
	}
}

struct listing *
messages_bare_list(struct req *q, const struct room *r)
{
	struct listing *l = list_bare(q, write_messages);

	from_room(q, l, r);
	return l;
}

int
messages_sorted_list(struct req *q, const struct room *r, const char *name,
    const struct message_list *which)
{
	struct listing *l = list_new(q, message_fields, false, write_messages);

	if (!l || (which->sort == MESSAGES_ALL && narrow(q, l)))
		return -1;
	from_room(q, l, r);
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
