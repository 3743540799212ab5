/* SPDX-License-Identifier: ISC */
/* Messages: writing them, and reading them back. */
#include "server/api/api.h"

/* Parts of the API: no settings. */
enum {
	PAGE = 50, /* what the original gives at most */
	SKIP_MOST = 10000,
	PAGE_KEPT = 512 * 1024, /* bytes */
};

static int64_t
within(int64_t n, int64_t least, int64_t most)
{
	return n < least ? least : n > most ? most : n;
}

/* skip and limit as the original has them, or offset and count. */
static int
read_page(struct req *q, struct page *p)
{
	*p = (struct page){ .inclusive = param_true(q, "inclusive") };
	if (param_time(q, "latest", &p->latest) < 0 ||
	    param_time(q, "oldest", &p->oldest) < 0)
		return -1;
	p->offset = (size_t)within(
	    param_int(q, "offset", param_int(q, "skip", 0)), 0, SKIP_MOST);
	p->limit = (size_t)within(
	    param_int(q, "count", param_int(q, "limit", PAGE)), 0, PAGE);
	return 0;
}

/* What everybody asks for: it is kept as bytes (server/rooms.h). */
static bool
is_first_page(const struct req *q)
{
	return json_type(q->body) == JSON_NONE &&
	       json_type(q->asked) == JSON_NONE;
}

static int
write_page(struct req *q, const struct room *r)
{
	struct page page;
	struct message *m;
	size_t i, n;

	if (read_page(q, &page))
		return -1;
	if (message_page(q->db, q->mem, r, &page, &m, &n) < 0)
		return fail(q, E_STORE);
	json_open(&q->out, NULL, '{');
	json_str(&q->out, "status", STR("success"));
	json_open(&q->out, "messages", '[');
	for (i = 0; i < n; i++)
		json_message(&q->out, NULL, &m[i]);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return 0;
}

static int
messages(struct req *q)
{
	struct rooms *rooms = q->srv->rooms;
	struct room r;

	if (need_my_room(q, &r))
		return -1;
	if (!is_first_page(q))
		return write_page(q, &r);
	if ((q->shared = rooms_page(rooms, r.row)))
		return 0;
	if (write_page(q, &r))
		return -1;
	if (q->out.out->len <= PAGE_KEPT) {
		q->shared = blob_new(buf_view(q->out.out));
		rooms_keep_page(rooms, r.row, q->shared);
	}
	return 0;
}

static int
send_message(struct req *q)
{
	struct deed d = deed_of(q);
	struct say say = { 0 };
	struct room r;
	struct message m;

	if (need_my_room(q, &r) || param_is_text(q, "msg"))
		return -1;
	say.text = param(q, "msg");
	if (say.text.len == 0)
		return fail(q, E_EMPTY);
	if (utf8_count(say.text) > (size_t)q->srv->conf->max_message)
		return fail(q, E_TOO_LONG);
	if (need_writable(q, &r))
		return -1;
	say.crowd = may_crowd(q, &r, say.text);
	if (deed_post(&d, &r, q->me, &say, &m) != 1)
		return fail(q, E_STORE);
	json_open(&q->out, NULL, '{');
	json_str(&q->out, "status", STR("success"));
	json_message(&q->out, "message", &m);
	json_close(&q->out, '}');
	return 0;
}

static const struct route messages_routes[] = {
	GET("rooms/:id/messages", USER, FREELY,
	    "skip? limit? offset? count? latest? oldest? inclusive?", messages,
	    .scopes = FOR_READING | FOR_ROOM),
	POST("rooms/:id/send", USER, FREELY, "msg", send_message,
	    .effect = GROWS, .scopes = FOR_POSTING | FOR_ROOM),
	END_OF_ROUTES,
};

extern const struct route_group messages_group;
const struct route_group messages_group = { "/api/", STYLE_V0,
	messages_routes };
