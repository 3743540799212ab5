/* SPDX-License-Identifier: ISC */
/* What was said in a room, or some of it, goes for good. */
#include "server/api/v1/v1.h"

enum { MOST = 2000, AUTHORS = 20 };

static int
need_time(struct req *q, const char *name, int64_t *ms)
{
	int found = param_time(q, name, ms);

	if (found == 0)
		return fail_bare(
		    q, "Body parameter \"%s\" is required.", name);
	return found < 0 ? -1 : 0;
}

/* Rows of those whose messages alone go; none: everybody's. */
static int
need_authors(struct req *q, int64_t rows[AUTHORS], size_t *n)
{
	struct json list = param_json(q, "users"), one;
	struct str names[AUTHORS];
	struct user *u;
	size_t i, count = 0;

	*n = 0;
	if (json_type(list) <= JSON_NULL)
		return 0;
	if (json_type(list) != JSON_ARRAY || json_count(list) > AUTHORS)
		return fail_coded(q, "error-invalid-params",
		    "Body parameter \"users\" must be a list of at most %d "
		    "usernames", AUTHORS);
	if (json_count(list) == 0)
		return 0;
	for (one = json_first(list); json_type(one); one = json_next(one))
		if ((names[count] = json_text(one, q->mem)).ptr)
			count++;
	if (users_named(q->db, q->mem, names, count, &u, n) < 0)
		return fail(q, E_STORE);
	if (*n == 0) /* of nobody */
		rows[(*n)++] = -1;
	else
		for (i = 0; i < *n; i++)
			rows[i] = u[i].row;
	return 0;
}

/* At most so many at once, since others wait meanwhile: a call that would
 * take more, and was not content with less, changes nothing. */
static int
clean(struct req *q, const struct room *r, const struct page *page,
    struct purge *p, size_t *count)
{
	int64_t limit = param_int(q, "limit", 0);
	size_t most = limit > 0 && limit < MOST ? (size_t)limit : MOST;
	struct deed d = deed_of(q);
	int more = 0;

	p->limit = most;
	p->count = *count;
	if (*count < most)
		more = deed_clean(&d, r, page, p, most);
	if (more < 0)
		return fail(q, E_STORE);
	*count = p->count;
	if (more && !(limit > 0 && p->count == (size_t)limit))
		return fail_coded(q, "error-too-many-messages",
		    "These are more than %d messages: choose a shorter time, "
		    "or say a \"limit\"", MOST);
	return 0;
}

int
clean_history(struct req *q, const struct room *r)
{
	struct page page = { .inclusive = param_true(q, "inclusive") };
	struct purge like = {
		.room = r->row,
		.pinned_stay = param_true(q, "excludePinned"),
		.answers_stay = param_true(q, "ignoreThreads"),
		.discussions_stay = param_true(q, "ignoreDiscussion"),
		.files_only = param_true(q, "filesOnly"),
	};
	struct purge p = like;
	int64_t authors[AUTHORS];
	size_t i, n, count = 0;

	if (need_time(q, "latest", &page.latest) ||
	    need_time(q, "oldest", &page.oldest) ||
	    need_authors(q, authors, &n))
		return -1;
	if (!may_in(q, r, MAY_CLEAN_HISTORY))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if (page.latest == 0) /* which would be no bound */
		page.latest = 1;
	for (i = 0; i < (n ? n : 1); i++) {
		p = like;
		p.author = n ? authors[i] : 0;
		if (clean(q, r, &page, &p, &count))
			return -1;
	}
	v1_begin(q);
	json_str(&q->out, "_id", r->id);
	json_int(&q->out, "count", (int64_t)count);
	return v1_end(q);
}
