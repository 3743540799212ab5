/* SPDX-License-Identifier: ISC */
/* Documents of the newer API: subscriptions. */
#include "server/docs.h"

int64_t
unread_of(struct options *o, const struct membership *m)
{
	struct str how = option_text(
	    o, m->type == 'd' ? OPT_UNREAD_COUNT_DM : OPT_UNREAD_COUNT);

	if (str_eq(how, STR("all_messages")))
		return m->news;
	if (str_eq(how, STR("user_mentions_only")))
		return m->by_name;
	if (str_eq(how, STR("group_mentions_only")))
		return m->by_crowd;
	return m->by_name + m->by_crowd;
}

/* Its room, as it is called here. */
static void
write_room(struct writer *w, const struct membership *m)
{
	json_str(w, "rid", m->rid);
	json_str(w, "t", (struct str){ &m->type, 1 });
	/* the other one's account may be gone */
	json_str(w, "name", m->name.ptr ? m->name : STR("Removed user"));
	json_str(w, "fname", m->shown.ptr ? m->shown : m->name);
	json_str(w, "prid", m->parent_id);
	json_str(w, "teamId", m->team_id);
	if (m->team_main)
		json_bool(w, "teamMain", true);
	if (m->archived)
		json_bool(w, "archived", true);
}

static void
write_counts(struct writer *w, struct options *o, const struct membership *m)
{
	json_bool(w, "open", m->open);
	json_bool(w, "alert", m->alert);
	json_int(w, "unread", unread_of(o, m));
	json_int(w, "userMentions", m->by_name);
	json_int(w, "groupMentions", m->by_crowd);
	if (m->threads.ptr)
		json_text_as_is(w, "tunread", m->threads);
}

void
doc_subscription(struct writer *w, const char *key, struct options *o,
    const struct membership *m)
{
	json_open(w, key, '{');
	json_str(w, "_id", m->id);
	write_room(w, m);
	doc_who(w, "u", m->user_id, m->user_name, m->user_full);
	write_counts(w, o, m);
	json_time(w, "ts", m->since);
	if (m->seen_at)
		json_time(w, "ls", m->seen_at);
	json_bool(w, "f", m->favourite);
	if (m->roles.len)
		json_words(w, "roles", m->roles);
	json_members(w, m->settings);
	if (m->ignored.len)
		json_text_as_is(w, "ignored", m->ignored);
	json_time(w, "_updatedAt", m->updated);
	json_close(w, '}');
}
