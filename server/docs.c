/* SPDX-License-Identifier: ISC */
/* Documents of the newer API: rooms and messages. */
#include "server/docs.h"

#include "server/names.h"

void
doc_who(struct writer *w, const char *key, struct str id, struct str username,
    struct str name)
{
	if (!id.ptr)
		return;
	json_open(w, key, '{');
	json_str(w, "_id", id);
	json_str(w, "username", username);
	json_str(w, "name", name);
	json_close(w, '}');
}

static int
write_muted(
    struct writer *w, struct server *s, struct arena *mem, const struct room *r)
{
	struct str *names;
	size_t i, n;

	if (!r->has_muted)
		return 1;
	if (room_muted_names(s->db, mem, r->row, &names, &n) < 0)
		return -1;
	json_open(w, "muted", '[');
	for (i = 0; i < n; i++)
		json_str(w, NULL, names[i]);
	json_close(w, ']');
	return 1;
}

/* What only rooms with a name have. */
static void
write_named(struct writer *w, const struct room *r)
{
	json_str(w, "name", r->name);
	json_str(w, "fname", r->shown.ptr ? r->shown : r->name);
	doc_who(w, "u", r->creator_id, r->creator_name, NO_STR);
	json_bool(w, "ro", r->readonly);
	json_bool(w, "sysMes", true);
	json_bool(w, "default", r->by_default);
	if (r->broadcast)
		json_bool(w, "broadcast", true);
	if (r->announcement.len)
		json_str(w, "announcement", r->announcement);
	if (r->archived)
		json_bool(w, "archived", true);
	if (r->coded)
		json_bool(w, "joinCodeRequired", true);
	json_str(w, "prid", r->parent_id);
	json_str(w, "teamId", r->team_id);
	if (r->team_main)
		json_bool(w, "teamMain", true);
	else if (r->team_id.ptr)
		json_bool(w, "teamDefault", r->team_default);
}

/* Its people, who are few. */
static int
write_people(struct writer *w, struct server *s, const struct room *r)
{
	struct str names = names_of(s->names, s->db, r), pair = r->pair, id;

	if (!names.ptr)
		return -1;
	json_text_as_is(w, "usernames", names);
	json_open(w, "uids", '[');
	while (str_next(&pair, ' ', &id))
		json_str(w, NULL, id);
	json_close(w, ']');
	return 1;
}

int
doc_room(struct writer *w, const char *key, struct server *s, struct arena *mem,
    const struct room *r)
{
	const struct message none = { 0 };

	return doc_room_last(w, key, s, mem, r, &none);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int
doc_room_last(struct writer *w, const char *key, struct server *s,
    struct arena *mem, const struct room *r, const struct message *last)
{
	json_open(w, key, '{');
	if (doc_room_fields(w, s, mem, r, last) < 0)
		return -1;
	json_close(w, '}');
	return 1;
}

int
doc_room_fields(struct writer *w, struct server *s, struct arena *mem,
    const struct room *r, const struct message *last)
{
	json_str(w, "_id", r->id);
	json_str(w, "t", (struct str){ &r->type, 1 });
	if (r->type != 'd')
		write_named(w, r);
	else if (write_people(w, s, r) < 0)
		return -1;
	json_int(w, "msgs", r->messages);
	json_int(w, "usersCount", r->members);
	json_time(w, "ts", r->created);
	if (r->topic.len)
		json_str(w, "topic", r->topic);
	if (r->description.len)
		json_str(w, "description", r->description);
	if (r->fields.len)
		json_text_as_is(w, "customFields", r->fields);
	if (r->last)
		json_time(w, "lm", r->last);
	if (write_muted(w, s, mem, r) < 0)
		return -1;
	if (last->pk)
		doc_message(w, "lastMessage", last, NULL);
	json_time(w, "_updatedAt", later(r->updated, r->last));
	return 1;
}
