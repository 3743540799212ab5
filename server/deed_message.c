/* SPDX-License-Identifier: ISC */
/* Deeds with messages: posting, editing. */
#include "server/deeds.h"

#include "json/writer.h"
#include "server/outgoing.h"
#include "server/text.h"

/* Whom a text names. */
struct named {
	struct str json; /* of the message */
	int64_t *rows;   /* of users */
	size_t count;
	bool crowd;
};

static void
write_name(
    struct writer *w, struct str id, struct str username, struct str name)
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
	size_t n = text_mentions(text, '@', names), i;
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

/* The channels that it names, if who says it may know of them. */
static int
find_channels(struct deed *d, struct str text, struct str *json)
{
	struct str names[TEXT_MENTIONS];
	size_t n = d->sees_channels ? text_mentions(text, '#', names) : 0;

	*json = NO_STR;
	return n ? channels_named(d->db, d->mem, names, n, json) : 0;
}

bool
names_in(struct str text, struct str name)
{
	struct str names[TEXT_MENTIONS];
	size_t n;

	if (!text.len || !memchr(text.ptr, '@', text.len))
		return false;
	n = text_mentions(text, '@', names);
	return text_take(names, &n, name);
}

/* Who sends parseUrls as false wants none of them to be found. */
static struct str
urls_of(struct deed *d, struct str text, struct str extra)
{
	const struct str no = STR("\"parseUrls\":false");

	if (extra.ptr && memmem(extra.ptr, extra.len, no.ptr, no.len))
		return NO_STR;
	return text_urls(text, d->mem);
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
		.urls = urls_of(d, say->text, say->extra),
	};
	if (!m->id.ptr)
		m->id = deed_id(d);
	if (say->root) {
		m->thread = say->root->pk;
		m->thread_id = say->root->id;
	}
	if (find_mentions(d, say->text, say->crowd, &named) < 0 ||
	    find_channels(d, say->text, &m->channels) < 0)
		return -1;
	m->mentions = named.json;
	m->to_crowd = named.crowd;
	if ((done = message_add(d->db, m, d->now)) != 1)
		return done;
	if (named.count &&
	    message_mention(d->db, m, named.rows, named.count) < 0)
		return -1;
	if (say->root &&
	    thread_answered(d->db, say->root, m, named.rows, named.count) < 0)
		return -1;
	return outgoing_tell(d, OUT_MESSAGE, room, by, m);
}

int
deed_edit(struct deed *d, const struct room *room, const struct user *by,
    const struct message *old, const struct say *say)
{
	struct message fresh = *old;
	struct named named;
	int done;

	fresh.text = say->text;
	if (say->extra.ptr)
		fresh.extra = say->extra;
	fresh.urls = urls_of(d, say->text, fresh.extra);
	if (find_mentions(d, say->text, say->crowd, &named) < 0 ||
	    find_channels(d, say->text, &fresh.channels) < 0)
		return -1;
	fresh.mentions = named.json;
	if (message_mention_again(d->db, old, named.rows, named.count) < 0)
		return -1;
	if ((done = message_edit(d->db, old, &fresh, by->row, d->now)) != 1)
		return done;
	fresh.edited = d->now;
	return outgoing_tell(d, OUT_MESSAGE, room, by, &fresh);
}
