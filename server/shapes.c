/* SPDX-License-Identifier: ISC */
/* Documents as clients see them. */
#include "server/shapes.h"

#include "server/names.h"

static void
json_who(struct writer *w, const char *key, struct str id, struct str name)
{
	if (!id.ptr)
		return;
	json_open(w, key, '{');
	json_str(w, "_id", id);
	json_str(w, "username", name);
	json_close(w, '}');
}

static int
json_muted(
    struct writer *w, struct server *s, struct arena *mem, const struct room *r)
{
	struct str *names;
	size_t i, n;

	if (!r->has_muted)
		return 0;
	if (room_muted_names(s->db, mem, r->row, &names, &n) < 0)
		return -1;
	json_open(w, "muted", '[');
	for (i = 0; i < n; i++)
		json_str(w, NULL, names[i]);
	json_close(w, ']');
	return 0;
}

int
json_room(
    struct writer *w, struct server *s, struct arena *mem, const struct room *r)
{
	struct str names = names_of(s->names, s->db, r);

	if (!names.ptr)
		return -1;
	json_open(w, NULL, '{');
	json_str(w, "_id", r->id);
	json_str(w, "t", (struct str){ &r->type, 1 });
	json_str(w, "name", r->name);
	json_text_as_is(w, "usernames", names);
	json_int(w, "msgs", r->messages);
	json_who(w, "u", r->creator_id, r->creator_name);
	json_time(w, "ts", r->created);
	if (r->last)
		json_time(w, "lm", r->last);
	if (r->by_default)
		json_bool(w, "default", true);
	if (r->archived)
		json_bool(w, "archived", true);
	if (r->topic.len)
		json_str(w, "topic", r->topic);
	if (json_muted(w, s, mem, r))
		return -1;
	if (r->readonly)
		json_bool(w, "ro", true);
	json_close(w, '}');
	return 0;
}

void
json_message(struct writer *w, const char *key, const struct message *m)
{
	json_open(w, key, '{');
	json_str(w, "_id", m->id);
	json_str(w, "rid", m->rid);
	json_str(w, "msg", m->text);
	json_time(w, "ts", m->sent);
	json_who(w, "u", m->author_id, m->author_name);
	if (m->urls.ptr)
		json_text_as_is(w, "urls", m->urls);
	if (m->mentions.ptr)
		json_text_as_is(w, "mentions", m->mentions);
	if (m->type.ptr) {
		json_str(w, "t", m->type);
		json_bool(w, "groupable", false);
	}
	if (m->edited) {
		json_time(w, "editedAt", m->edited);
		json_who(w, "editedBy", m->editor_id, m->editor_name);
	}
	json_time(w, "_updatedAt", m->updated);
	json_close(w, '}');
}
