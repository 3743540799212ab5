/* SPDX-License-Identifier: ISC */
/* Documents of the newer API: messages. */
#include "server/docs.h"

static void
write_list(struct writer *w, const char *key, struct str json)
{
	json_text_as_is(w, key, json.len ? json : STR("[]"));
}

/* Only the viewer's own star is anybody's business. */
static bool
has_row(struct str rows, int64_t row)
{
	struct str rest = rows, one;
	int64_t n;

	if (rows.len <= 2)
		return false;
	rest = (struct str){ rows.ptr + 1, rows.len - 2 };
	while (str_next(&rest, ',', &one))
		if (str_int(one, &n) && n == row)
			return true;
	return false;
}

static void
write_marks(struct writer *w, const struct message *m, struct str viewer,
    int64_t viewer_row)
{
	if (m->reactions.len > 2)
		json_text_as_is(w, "reactions", m->reactions);
	if (viewer.ptr && has_row(m->stars, viewer_row)) {
		json_open(w, "starred", '[');
		json_open(w, NULL, '{');
		json_str(w, "_id", viewer);
		json_close(w, '}');
		json_close(w, ']');
	}
	if (m->pinned) {
		json_bool(w, "pinned", true);
		json_time(w, "pinnedAt", m->pinned);
		doc_who(w, "pinnedBy", m->pinner_id, m->pinner_name, NO_STR);
	}
}

static void
write_thread(struct writer *w, const struct message *m)
{
	json_str(w, "tmid", m->thread_id);
	if (m->replies) {
		json_int(w, "tcount", m->replies);
		json_time(w, "tlm", m->replied);
	}
	if (m->replies || m->followers.len > 2)
		write_list(w, "replies", m->followers);
}

static void
write_discussion(struct writer *w, const struct message *m)
{
	if (!m->discussion.ptr)
		return;
	json_str(w, "drid", m->discussion);
	json_int(w, "dcount", m->said_there);
	if (m->last_there)
		json_time(w, "dlm", m->last_there);
}

void
doc_message(struct writer *w, const char *key, const struct message *m,
    const struct user *viewer)
{
	json_open(w, key, '{');
	json_str(w, "_id", m->id);
	json_str(w, "rid", m->rid);
	json_str(w, "msg", m->text);
	json_time(w, "ts", m->sent);
	doc_who(w, "u", m->author_id, m->author_name, m->author_full);
	json_str(w, "t", m->type);
	write_list(w, "urls", m->urls);
	write_list(w, "mentions", m->mentions);
	write_list(w, "channels", m->channels);
	json_members(w, m->extra);
	write_marks(
	    w, m, viewer ? viewer->id : NO_STR, viewer ? viewer->row : 0);
	write_thread(w, m);
	write_discussion(w, m);
	if (m->edited) {
		json_time(w, "editedAt", m->edited);
		doc_who(w, "editedBy", m->editor_id, m->editor_name, NO_STR);
	}
	json_time(w, "_updatedAt", m->updated);
	json_close(w, '}');
}
