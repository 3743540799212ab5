/* SPDX-License-Identifier: ISC */
/* rooms.cleanHistory, channels.cleanHistory: what was said in a time goes. */
#include "server/api/v1/v1.h"

enum { MOST = 2000, AUTHORS = 100 };

#define STRIPPED                                    \
	"{\"attachments\":[{\"color\":\"#FD745E\"," \
	"\"text\":\"_File removed by prune_\"}]}"

static int
need_times(struct req *q, struct page *when)
{
	static const char *const names[] = { "latest", "oldest" };
	int i;

	for (i = 0; i < 2; i++)
		if (json_type(param_json(q, names[i])) <= JSON_NULL)
			return fail_bare(
			    q, "Body parameter \"%s\" is required.", names[i]);
	when->inclusive = param_true(q, "inclusive");
	if (param_time(q, "latest", &when->latest) < 0 ||
	    param_time(q, "oldest", &when->oldest) < 0)
		return -1;
	if (when->latest == 0) /* which would be no bound */
		when->latest = 1;
	return 0;
}

/* By their names; names of nobody alone mean nothing that was said. */
static int
read_authors(struct req *q, struct cleaning *c)
{
	struct json users = param_json(q, "users"), one;
	struct str names[AUTHORS];
	struct user *u;
	size_t n = 0, i;
	int64_t *rows;

	/* what cannot be read is not everybody */
	if (json_type(users) > JSON_NULL &&
	    (json_type(users) != JSON_ARRAY || json_count(users) > AUTHORS))
		return fail_coded(q, "error-invalid-params",
		    "The parameter \"users\" must be a list of at most %d "
		    "usernames",
		    AUTHORS);
	for (one = json_first(users); json_type(one) && n < AUTHORS;
	     one = json_next(one))
		if ((names[n] = json_text(one, q->mem)).ptr)
			n++;
	if (json_count(users) == 0)
		return 0;
	if (users_called(q->db, q->mem, names, n, &u, &n) < 0)
		return fail(q, E_STORE);
	rows = arena_get(q->mem, (n + 1) * sizeof *rows);
	rows[0] = 0;
	for (i = 0; i < n; i++)
		rows[i] = u[i].row;
	c->authors = rows;
	c->author_count = n ? n : 1;
	return 0;
}

static int
reply(struct req *q, const struct room *r, const struct cleaning *c, bool more)
{
	v1_begin(q);
	json_str(&q->out, "_id", r->id);
	json_int(&q->out, "count", (int64_t)c->count);
	if (more) {
		json_bool(&q->out, "more", true);
		json_time(&q->out, "next", c->next);
	}
	return v1_end(q);
}

static int
clean(struct req *q)
{
	int64_t limit = param_int(q, "limit", 0);
	struct cleaning c = {
		.files_only = param_true(q, "filesOnly"),
		.keep_pinned = param_true(q, "excludePinned"),
		.keep_threads = param_true(q, "ignoreThreads"),
		.stripped = STR(STRIPPED),
		.limit = limit > 0 && limit < MOST ? (size_t)limit : MOST,
	};
	struct room r;
	int more;

	if (need_room(q, &r) || need_times(q, &c.when) || read_authors(q, &c))
		return -1;
	if (!may_in(q, &r, MAY_CLEAN_HISTORY))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if ((more = message_clean(q->db, q->mem, &r, &c, q->now)) < 0)
		return fail(q, E_STORE);
	return reply(q, &r, &c,
	    more && (limit <= 0 || limit > MOST || c.count < c.limit));
}

/* clang-format off */
#define CLEANED "latest? oldest? inclusive? excludePinned? filesOnly? users? limit? ignoreThreads?"

static const struct route clean_routes[] = {
	POST("rooms.cleanHistory", USER, FREELY, "roomId? roomName? " CLEANED, clean),
	POST("channels.cleanHistory", USER, FREELY, "roomId? roomName? " CLEANED, clean),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group clean_group;
const struct route_group clean_group = { V1, STYLE_V1, clean_routes };
