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

/* Who asks for everything has nothing that could be gone. */
int
sync_reply(struct req *q, struct listing *l, enum gone_kind kind, int64_t since,
    int found)
{
	l->gone = arena_get(&l->stream.mem, sizeof *l->gone);
	*l->gone = (struct listing_gone){ 0 };
	if (found == 1 && since >= 0)
		found = gone_list(q->db, &l->stream.mem, q->me->row, kind,
		    since, &l->gone->list, &l->gone->count);
	return list_reply(q, l, "update", found);
}
