/* SPDX-License-Identifier: ISC */
/* What this server is, and what there is on it. */
#include "server/api/v1/v1.h"

static int
get_info(struct req *q)
{
	v1_begin(q);
	json_open(&q->out, "info", '{');
	json_str(&q->out, "version", STR(POCKETCHAT_VERSION));
	json_close(&q->out, '}');
	return v1_end(q);
}

/* Older clients look into "statistics", newer ones beside it. */
static int
get_statistics(struct req *q)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	struct str all;

	if (!may(q, MAY_VIEW_STATISTICS))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	json_open(&w, NULL, '{');
	if (statistics_write(&w, q->srv, q->mem) < 0) {
		buf_free(&out);
		return fail(q, E_STORE);
	}
	json_close(&w, '}');
	all = buf_settle(&out, q->mem);
	v1_begin(q);
	json_text_as_is(&q->out, "statistics", all);
	json_members(&q->out, all);
	return v1_end(q);
}

static int
write_kept(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct writer *w = &l->stream.out;
	struct statistic *kept;
	size_t i, mark;
	int done = statistics_at(s->db, mem, keys, n, &kept, &n);

	for (i = 0; done >= 0 && i < n; i++) {
		mark = item_begin(l);
		json_open(w, NULL, '{');
		json_str(
		    w, "_id", arena_fmt(mem, "%lld", (long long)kept[i].at));
		json_members(w, kept[i].body);
		json_close(w, '}');
		item_end(l, mark);
	}
	return done;
}

static int
list_statistics(struct req *q)
{
	struct listing *l = list_new(q, statistic_fields, true, write_kept);

	if (!l)
		return -1;
	return list_reply(q, l, "statistics",
	    statistics_select(q->db, &l->stream.mem, &l->select, &l->keys,
		&l->count, &l->total));
}

/* clang-format off */
static const struct route statistics_routes[] = {
	GET("info", ANYONE, FREELY, "", get_info),
	GET("statistics", USER, FREELY, "refresh?", get_statistics),
	GET("statistics.list", USER, MAY_VIEW_STATISTICS, LISTED,
	    list_statistics),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group statistics_group;
const struct route_group statistics_group = { V1, STYLE_V1, statistics_routes };
