/* SPDX-License-Identifier: ISC */
/* Deeds with messages: posting, editing, direct rooms to post in. */
#include "server/deeds.h"

#include <stdlib.h>

#include "json/writer.h"
#include "server/text.h"

/* Whom a text names. */
struct named {
	struct str json; /* of the message */
	int64_t *rows;   /* of users */
	size_t count;
	bool crowd;
};

static void
write_name(struct writer *w, struct str id, struct str username, struct str name)
{
	json_open(w, NULL, '{');
	json_str(w, "_id", id);
	json_str(w, "username", username);
	json_str(w, "name", name);
	json_close(w, '}');
}

static void
write_crowd(struct writer *w, struct str *names, size_t *n, struct named *out,
    bool heard)
{
	const struct str crowd[] = { STR("all"), STR("here") };
	size_t i;

	for (i = 0; i < 2; i++)
		if (text_take(names, n, crowd[i]) && heard) {
			write_name(w, crowd[i], crowd[i], NO_STR);
			out->crowd = true;
		}
}

static int
find_mentions(struct deed *d, struct str text, bool crowd, struct named *out)
{
	struct str names[TEXT_MENTIONS];
	size_t n = text_mentions(text, names), i;
	struct user *found;
	struct buf json = { 0 };
	struct writer w = { .out = &json };

	*out = (struct named){ 0 };
	if (n == 0)
		return 1;
	json_open(&w, NULL, '[');
	write_crowd(&w, names, &n, out, crowd);
	if (users_named(d->db, d->mem, names, n, &found, &n) < 0) {
		buf_free(&json);
		return -1;
	}
	out->rows = arena_get(d->mem, (n + 1) * sizeof *out->rows);
	for (i = 0; i < n; i++) {
		write_name(&w, found[i].id, found[i].username, NO_STR);
		out->rows[out->count++] = found[i].row;
	}
	json_close(&w, ']');
	if (json.len > 2)
		out->json = arena_str(d->mem, buf_view(&json));
	buf_free(&json);
	return 1;
}

bool
names_crowd(struct str text)
{
	struct str names[TEXT_MENTIONS];
	size_t n = text_mentions(text, names);

	return text_take(names, &n, STR("all")) ||
	       text_take(names, &n, STR("here"));
}

int
deed_post(struct deed *d, const struct room *room, const struct user *by,
    const struct say *say, struct message *m)
{
	struct named named;
	int done;

	*m = (struct message){
		.id = say->id,
		.room = room->row,
		.rid = room->id,
		.author = by->row,
		.author_id = by->id,
		.author_name = by->username,
		.author_full = by->name,
		.text = say->text,
		.extra = say->extra,
		.urls = text_urls(say->text, d->mem),
	};
	if (!m->id.ptr)
		m->id = deed_id(d);
	if (say->root) {
		m->thread = say->root->pk;
		m->thread_id = say->root->id;
	}
	if (find_mentions(d, say->text, say->crowd, &named) < 0)
		return -1;
	m->mentions = named.json;
	m->to_crowd = named.crowd;
	if ((done = message_add(d->db, m, d->now)) != 1)
		return done;
	if (named.count &&
	    message_mention(d->db, m, named.rows, named.count) < 0)
		return -1;
	if (say->root && thread_answered(d->db, say->root, m) < 0)
		return -1;
	return 1;
}

int
deed_edit(struct deed *d, const struct room *room, const struct user *by,
    const struct message *old, const struct say *say)
{
	struct message fresh = *old;
	struct named named;

	(void)room;
	fresh.text = say->text;
	fresh.urls = text_urls(say->text, d->mem);
	if (say->extra.ptr)
		fresh.extra = say->extra;
	if (find_mentions(d, say->text, say->crowd, &named) < 0)
		return -1;
	fresh.mentions = named.json;
	return message_edit(d->db, old, &fresh, by->row, d->now);
}

/* ---- direct rooms ---- */

static int
by_id(const void *a, const void *b)
{
	return str_cmp(((const struct user *)a)->id,
	    ((const struct user *)b)->id);
}

/* The ids in order, by spaces: no two rooms have the same people. */
static struct str
pair_of(struct deed *d, const struct user *users, size_t n)
{
	struct user *sorted = arena_get(d->mem, n * sizeof *sorted);
	struct buf out = { 0 };
	size_t i;

	memcpy(sorted, users, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, by_id);
	for (i = 0; i < n; i++) {
		if (i > 0 && str_eq(sorted[i].id, sorted[i - 1].id))
			continue; /* named twice */
		if (out.len)
			buf_char(&out, ' ');
		buf_str(&out, sorted[i].id);
	}
	return buf_settle(&out, d->mem);
}

/* Of one or two people the id is their ids, as clients know it. */
static struct str
direct_id(struct deed *d, struct str pair)
{
	struct str rest = pair, one = NO_STR, two = NO_STR, more = NO_STR;

	str_next(&rest, ' ', &one);
	if (!str_next(&rest, ' ', &two))
		two = one;
	if (str_next(&rest, ' ', &more))
		return deed_id(d);
	return arena_fmt(d->mem, "%.*s%.*s", STR_ARGS(one), STR_ARGS(two));
}

int
deed_direct(struct deed *d, const struct user *users, size_t n,
    const struct user *creator, struct room *room)
{
	struct str pair = pair_of(d, users, n);
	size_t i;
	int found = room_by_pair(d->db, d->mem, pair, room);

	if (found != 0)
		return found;
	*room = (struct room){
		.type = 'd',
		.id = direct_id(d, pair),
		.pair = pair,
		.creator = creator ? creator->row : 0,
		.created = d->now,
		.updated = d->now,
	};
	if ((found = room_add(d->db, room)) != 1)
		return found;
	for (i = 0; i < n; i++) {
		struct member m = { .room = room->row, .user = users[i].row,
			.id = deed_id(d), .roles = STR(""), .since = d->now };

		if (member_add(d->db, &m) < 0)
			return -1;
	}
	return room_by_pair(d->db, d->mem, pair, room);
}
