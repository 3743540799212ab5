/* SPDX-License-Identifier: ISC */
/* Discussions: made beside a room, and told of in it. */
#include "server/deeds.h"

#include "json/writer.h"

/* What it is about, as an attachment of the line that tells of it. */
static struct str
quote(struct deed *d, const struct message *about)
{
	struct buf text = { 0 };
	struct writer w = { .out = &text };

	if (!about)
		return NO_STR;
	json_open(&w, NULL, '{');
	json_open(&w, "attachments", '[');
	json_open(&w, NULL, '{');
	json_str(&w, "text", about->text);
	json_str(&w, "author_name", about->author_name);
	json_time(&w, "ts", about->sent);
	json_close(&w, '}');
	json_close(&w, ']');
	json_close(&w, '}');
	return buf_settle(&text, d->mem);
}

static int
tell_of(struct deed *d, const struct room *parent, const struct room *room,
    const struct user *by, const struct message *about, struct message *m)
{
	*m = (struct message){
		.room = parent->row,
		.author = by->row,
		.id = deed_id(d),
		.type = STR("discussion-created"),
		.text = room->shown,
		.extra = quote(d, about),
	};
	return message_add(d->db, m, d->now);
}

static const struct str *
names_of_all(struct deed *d, const struct user *users, size_t n)
{
	struct str *names = arena_get(d->mem, (n + 1) * sizeof *names);
	size_t i;

	for (i = 0; i < n; i++)
		names[i] = users[i].username;
	return names;
}

int
deed_discussion(struct deed *d, const struct room *parent,
    const struct user *creator, const struct message *about,
    const struct user *users, size_t n, struct room *room)
{
	struct message told;

	room->type = parent->type == 'c' ? 'c' : 'p';
	room->name = deed_id(d);
	room->topic = parent->name;
	room->description = about ? about->text : NO_STR;
	room->parent_id = parent->id;
	room->created = room->updated = d->now;
	if (deed_room(d, room, creator, names_of_all(d, users, n), n) != 1 ||
	    tell_of(d, parent, room, creator, about, &told) != 1)
		return -1;
	if (discussion_set(
		d->db, room->row, told.id, about ? about->id : NO_STR) != 1)
		return -1;
	return message_begins(d->db, &told, d->now);
}
