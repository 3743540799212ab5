/* SPDX-License-Identifier: ISC */
/* What has changed since a client asked last, and what it has no more. */
#include "server/api/v1/v1.h"

int
updated_since(struct req *q, const char *code, const char *text, int64_t *ms)
{
	struct json v = param_json(q, "updatedSince");
	struct str given = json_text(v, q->mem);

	*ms = -1;
	if (json_type(v) <= JSON_NULL || (given.ptr && given.len == 0) ||
	    json_whole(v, ms) || str_int(given, ms) || time_parse(given, ms))
		return 0;
	return fail_coded(q, code, "%s", text);
}

static struct str
gone_text(struct arena *mem, const struct gone *list, size_t n)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	size_t i;

	json_open(&w, NULL, '{');
	json_open(&w, "remove", '[');
	for (i = 0; i < n; i++) {
		json_open(&w, NULL, '{');
		json_str(&w, "_id", list[i].id);
		json_time(&w, "_deletedAt", list[i].at);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	return buf_settle(&out, mem);
}

/* Who asks for everything has nothing that could be gone. */
int
sync_reply(struct req *q, struct listing *l, enum gone_kind kind, int64_t since,
    int found)
{
	struct gone *list = NULL;
	size_t n = 0;

	if (found == 1 && since >= 0)
		found = gone_list(
		    q->db, q->mem, q->me->row, kind, since, &list, &n);
	l->tail = gone_text(&l->stream.mem, list, n);
	return list_reply(q, l, "update", found);
}
