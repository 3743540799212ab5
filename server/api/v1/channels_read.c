/* SPDX-License-Identifier: ISC */
/* Rooms of every kind: what was said in them (channels, groups, im). */
#include "server/api/v1/v1.h"

enum { HISTORY = 20 };

/* It may be read by the caller. */
static int
need_readable(struct req *q, struct room *r)
{
	int able;

	if (need_room(q, r) || (able = may_read(q, r)) < 0)
		return -1;
	return able ? 0 : fail(q, E_FORBIDDEN);
}

/* ---- history ---- */

static int
read_bounds(struct req *q, struct page *p)
{
	static const char *const names[] = { "latest", "oldest" };
	int64_t *const at[] = { &p->latest, &p->oldest };
	int i;

	page_of(q, HISTORY, p);
	for (i = 0; i < 2; i++) {
		struct str text = param(q, names[i]);

		if (text.len && !str_int(text, at[i]) &&
		    !time_parse(text, at[i]))
			return fail_coded(q, "error-invalid-date",
			    "The \"%s\" query parameter must be a valid date.",
			    names[i]);
	}
	return 0;
}

/* What stands before the page is not read either: how much, and the first. */
static int
write_unread(struct req *q, const struct room *r, const struct page *p,
    const struct message *m, size_t n)
{
	struct membership mine;
	int64_t missing;
	size_t i;
	int found = membership_find(q->db, q->mem, r->row, q->me->row, &mine);

	(void)p;
	if (found <= 0)
		return found;
	for (i = n; i > 0; i--)
		if (m[i - 1].sent > mine.seen_at &&
		    m[i - 1].author != q->me->row)
			break;
	missing = mine.news - (int64_t)n;
	json_int(&q->out, "unreadNotLoaded", missing > 0 ? missing : 0);
	if (i > 0)
		doc_message(&q->out, "firstUnread", &m[i - 1], q->me);
	return 1;
}

int
history_reply(struct req *q, const struct room *r)
{
	bool threads = json_type(param_json(q, "showThreadMessages")) <=
			   JSON_NULL ||
		       param_true(q, "showThreadMessages");
	struct page page;
	struct message *m;
	size_t i, n;

	if (read_bounds(q, &page))
		return -1;
	if (message_page(q->db, q->mem, r, &page, &m, &n) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "messages", '[');
	for (i = 0; i < n; i++)
		if (threads || !m[i].thread)
			doc_message(&q->out, NULL, &m[i], q->me);
	json_close(&q->out, ']');
	if (param_true(q, "unreads") && write_unread(q, r, &page, m, n) < 0)
		return fail(q, E_STORE);
	return v1_end(q);
}

static int
history(struct req *q)
{
	struct room r;

	return need_readable(q, &r) ? -1 : history_reply(q, &r);
}

/* ---- pages ---- */

static int
messages(struct req *q)
{
	struct room r;

	return need_readable(q, &r) ? -1 : messages_list(q, &r);
}

/* Without a login, where the owner of the place lets channels be read so. */
static int
anonymous_read(struct req *q)
{
	struct str id = param(q, "roomId"), name = param(q, "roomName");
	struct room r;
	int found;

	if (!option_on(q->srv->options, OPT_ALLOW_ANONYMOUS_READ))
		return fail_coded(q, "error-not-allowed",
		    "Enable \"Allow Anonymous Read\"");
	found = id.len ? room_by_id(q->db, q->mem, id, &r)
		       : room_by_name(q->db, q->mem, name, &r);
	if (found < 0)
		return fail(q, E_STORE);
	if (!found || r.type != 'c')
		return fail_coded(q, "error-room-not-found",
		    "The required \"roomId\" or \"roomName\" param provided "
		    "does not match any channel");
	return messages_list(q, &r);
}

static int
mentions(struct req *q)
{
	const struct message_list mine = { .sort = MESSAGES_MENTIONED,
		.user = q->me->row };
	struct room r;

	if (!param(q, "roomId").len)
		return fail_bare(
		    q, "The request param \"roomId\" is required");
	if (need_readable(q, &r))
		return -1;
	return messages_sorted_list(q, &r, "mentions", &mine);
}

/* ---- numbers ---- */

int
counters_reply(struct req *q, const struct room *r, int64_t user)
{
	struct membership m = { 0 };
	int found = membership_find(q->db, q->mem, r->row, user, &m);

	if (found < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_bool(&q->out, "joined", found);
	json_int(&q->out, "members", r->members);
	if (found) {
		json_int(&q->out, "unreads", m.news);
		json_time(&q->out, "unreadsFrom",
		    m.seen_at ? m.seen_at : m.since);
	} else {
		json_null(&q->out, "unreads");
		json_null(&q->out, "unreadsFrom");
	}
	json_int(&q->out, "msgs", r->messages);
	json_time(&q->out, "latest", r->last ? r->last : r->created);
	json_int(&q->out, "userMentions", m.by_name);
	return v1_end(q);
}

static int
counters(struct req *q)
{
	struct str id = param(q, "userId");
	struct user u = *q->me;
	struct room r;

	if (id.len && !str_eq(id, q->me->id)) {
		if (!may(q, MAY_VIEW_ROOM_ADMIN))
			return fail(q, E_FORBIDDEN);
		if (need_user(q, &u))
			return -1;
	}
	if (need_readable(q, &r))
		return -1;
	return counters_reply(q, &r, u.row);
}

/* clang-format off */
#define ROOM "roomId? roomName?"

static const struct route channels_read_routes[] = {
	BOTH(GET, "history", ROOM " latest? oldest? inclusive? count? offset? "
	    "unreads? showThreadMessages?", history),
	BOTH(GET, "messages", ROOM " " LISTED, messages),
	BOTH(GET, "counters", ROOM " userId?", counters),
	GET("channels.getAllUserMentionsByChannel", USER, FREELY,
	    "roomId? " LISTED, mentions),
	GET("channels.anonymousread", ANYONE, FREELY, ROOM " " LISTED,
	    anonymous_read),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group channels_read_group;
const struct route_group channels_read_group = { V1, STYLE_V1,
	channels_read_routes };
