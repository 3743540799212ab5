/* SPDX-License-Identifier: ISC */
/* moderation.*: what users have reported, for who keeps order. */
#include "server/api/v1/v1.h"

enum { REPORT_MOST = 1000 };

/* ---- to report somebody ---- */

static int
report_user(struct req *q)
{
	struct str id = param(q, "userId"), text = param(q, "description");
	struct deed d = deed_of(q);
	struct message none = { 0 };
	struct user u;
	int found;

	if (!id.len)
		return fail_bare(
		    q, "The required \"userId\" param is missing.");
	text = str_trim(text);
	if (!text.len)
		return fail_bare(
		    q, "The required \"description\" param is missing.");
	if (text.len > REPORT_MOST)
		return fail_coded(
		    q, "error-invalid-description", "Invalid description");
	if ((found = user_by_id(q->db, q->mem, id, &u)) < 0)
		return fail(q, E_STORE);
	if (!found || !u.username.ptr)
		return fail_bare(q, "Invalid user id provided.");
	none.author = u.row;
	return v1_did(
	    q, report_add(q->db, deed_id(&d), &none, q->me->row, text, q->now));
}

/* ---- documents ---- */

static void
write_room(struct writer *w, const struct report *r)
{
	if (!r->rid.ptr)
		return;
	json_open(w, "room", '{');
	json_str(w, "_id", r->rid);
	json_str(w, "name", r->room_name);
	json_str(w, "t", r->room_type);
	json_close(w, '}');
}

static void
write_copy(struct writer *w, const struct report *r)
{
	if (!r->message.ptr)
		return;
	json_open(w, "message", '{');
	json_str(w, "_id", r->message);
	json_str(w, "msg", r->copy);
	json_time(w, "ts", r->sent);
	doc_who(w, "u", r->about_id, r->about_name, r->about_full);
	json_close(w, '}');
}

static void
write_report(struct writer *w, const char *key, const struct report *r)
{
	json_open(w, key, '{');
	json_str(w, "_id", r->id);
	json_str(w, "description", r->text);
	json_time(w, "ts", r->at);
	doc_who(w, "reportedBy", r->user_id, r->user_name, r->user_full);
	if (!r->message.ptr)
		doc_who(w, "reportedUser", r->about_id, r->about_name,
		    r->about_full);
	write_copy(w, r);
	write_room(w, r);
	json_close(w, '}');
}

static int
end_page(struct req *q, size_t n, const struct page *p, int64_t total)
{
	json_close(&q->out, ']');
	json_int(&q->out, "count", (int64_t)n);
	json_int(&q->out, "offset", (int64_t)p->offset);
	json_int(&q->out, "total", total);
	return v1_end(q);
}

/* ---- to read them ---- */

/* A page of these under the key, beside the user they are about. */
static int
reports_reply(struct req *q, const char *key, struct report_wish *wish,
    const struct user *about)
{
	struct report *list;
	struct page page;
	int64_t total;
	size_t i, n;

	page_of(q, option_number(q->srv->options, OPT_DEFAULT_COUNT), &page);
	wish->page = &page;
	if (report_list(q->db, q->mem, wish, &list, &n, &total) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	if (about)
		doc_user(
		    &q->out, "user", q->srv, about, may(q, MAY_VIEW_FULL_INFO));
	json_open(&q->out, key, '[');
	for (i = 0; i < n; i++)
		write_report(&q->out, NULL, &list[i]);
	return end_page(q, n, &page, total);
}

static int
of_message(struct req *q)
{
	struct report_wish wish = { .message = param(q, "msgId") };

	if (!wish.message.len)
		return fail_bare(q, "The required \"msgId\" param is missing.");
	return reports_reply(q, "reports", &wish, NULL);
}

static int
of_user(struct req *q, const char *key, bool messages)
{
	struct report_wish wish = { .messages = messages };
	struct user u;

	if (need_user(q, &u))
		return -1;
	wish.about = u.row;
	return reports_reply(q, key, &wish, &u);
}

static int
messages_of_user(struct req *q)
{
	return of_user(q, "messages", true);
}

static int
reports_of_user(struct req *q)
{
	return of_user(q, "reports", false);
}

static int
one_report(struct req *q)
{
	struct page page = { .limit = 1 };
	struct report_wish wish = { .id = param(q, "reportId"), .page = &page };
	struct report *list;
	int64_t total;
	size_t n;

	if (!wish.id.len)
		return fail_bare(
		    q, "The required \"reportId\" param is missing.");
	if (report_list(q->db, q->mem, &wish, &list, &n, &total) < 0)
		return fail(q, E_STORE);
	if (n == 0)
		return fail_bare(q, "error-report-not-found");
	v1_begin(q);
	write_report(&q->out, "report", list);
	return v1_end(q);
}

/* ---- who is reported ---- */

static void
write_rooms(struct writer *w, struct req *q, struct str rooms)
{
	struct json_limits limits = { .tokens = 1 << 16, .depth = 3 };
	struct json all = { 0 }, one;
	size_t at;

	json_text_as_is(w, "rooms", rooms);
	json_open(w, "roomIds", '[');
	if (json_parse(q->mem, rooms, &limits, &all, &at) == JSON_FINE)
		for (one = json_first(all); json_type(one);
		     one = json_next(one))
			json_str(w, NULL,
			    json_text(json_get(one, STR("_id")), q->mem));
	json_close(w, ']');
}

static void
write_group(struct req *q, const struct report_group *g)
{
	struct writer *w = &q->out;
	const struct report *r = &g->last;

	json_open(w, NULL, '{');
	if (r->message.ptr) {
		json_str(w, "userId", r->about_id);
		json_str(w, "username", r->about_name);
		json_str(w, "name", r->about_full);
		json_str(w, "message", r->copy);
		json_str(w, "msgId", r->message);
		write_rooms(w, q, g->rooms);
		json_bool(w, "isUserDeleted", !r->about_name.ptr);
	} else
		doc_who(w, "reportedUser", r->about_id, r->about_name,
		    r->about_full);
	json_time(w, "ts", r->at);
	json_int(w, "count", g->count);
	json_close(w, '}');
}

static int
read_times(struct req *q, struct page *p)
{
	static const char bad[] = "The \"%s\" query parameter must be a valid "
				  "date.";

	page_of(q, option_number(q->srv->options, OPT_DEFAULT_COUNT), p);
	if (param_time(q, "oldest", &p->oldest) < 0)
		return fail_coded(q, "error-invalid-date", bad, "oldest");
	if (param_time(q, "latest", &p->latest) < 0)
		return fail_coded(q, "error-invalid-date", bad, "latest");
	return 0;
}

static int
groups(struct req *q, bool messages)
{
	struct report_group *list;
	struct page page;
	int64_t total;
	size_t i, n;

	if (read_times(q, &page))
		return -1;
	if (report_groups(q->db, q->mem, messages, &page, &list, &n, &total) <
	    0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "reports", '[');
	for (i = 0; i < n; i++)
		write_group(q, &list[i]);
	return end_page(q, n, &page, total);
}

static int
by_users(struct req *q)
{
	return groups(q, true);
}

static int
of_users(struct req *q)
{
	return groups(q, false);
}

/* ---- to be done with them ---- */

static int
dismiss(struct req *q)
{
	struct report_wish wish = { .message = param(q, "msgId"),
		.messages = true };
	struct user u;

	if (!wish.message.len) {
		wish.message = NO_STR;
		if (need_user(q, &u))
			return -1;
		wish.about = u.row;
	}
	return v1_did(q, report_drop(q->db, &wish));
}

static int
dismiss_user(struct req *q)
{
	struct report_wish wish = { 0 };
	struct user u;

	if (need_user(q, &u))
		return -1;
	wish.about = u.row;
	return v1_did(q, report_drop(q->db, &wish));
}

/* clang-format off */
#define PAGED "offset? count?"
#define READS(call, params, run) \
	GET("moderation." call, USER, MAY_VIEW_MODERATION, params, run)
#define DOES(call, params, run) \
	POST("moderation." call, USER, MAY_MODERATE, params, run)

static const struct route moderation_routes[] = {
	POST("moderation.reportUser", USER, FREELY, "userId? description?",
	    report_user, .effect = GROWS),
	READS("reportsByUsers", "latest? oldest? " PAGED, by_users),
	READS("userReports", "latest? oldest? " PAGED, of_users),
	READS("user.reportedMessages", "userId? " PAGED, messages_of_user),
	READS("user.reportsByUserId", "userId? " PAGED, reports_of_user),
	READS("reports", "msgId? " PAGED, of_message),
	READS("reportInfo", "reportId?", one_report),
	DOES("dismissReports", "userId? msgId? reason? action?", dismiss),
	DOES("dismissUserReports", "userId? reason? action?", dismiss_user),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group moderation_group;
const struct route_group moderation_group = { V1, STYLE_V1, moderation_routes };
