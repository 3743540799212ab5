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

/* Whoever calls may read it, as the row or a right of theirs says. */
static int
need_any(struct req *q, struct room *r)
{
	const struct family *f = family_of(q);
	struct str id = param(q, "roomId"), name = param(q, "roomName");
	int found;

	if (!id.len && !name.len)
		return need_room(q, r);
	found = id.len ? room_by_id(q->db, q->mem, id, r)
		       : room_by_name(q->db, q->mem, name, r);
	if (found < 0)
		return fail(q, E_STORE);
	if (found && r->type == f->type)
		return 0;
	return fail_coded(q, "error-room-not-found",
	    "The required \"roomId\" or \"roomName\" param provided %s",
	    f->any);
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
	p->no_answers =
	    json_type(param_json(q, "showThreadMessages")) > JSON_NULL &&
	    !param_true(q, "showThreadMessages");
	return 0;
}

/*
 * What is new since oldest (else: since the caller read the room) and older
 * than the page: how much there is of it, and where it begins.
 */
static int
read_unread(struct req *q, const struct room *r, const struct page *asked,
    const struct listing *l, struct writer *w)
{
	struct page page = *asked;
	struct membership mine;
	struct message first;
	int64_t count = 0;
	int found;

	if (!page.oldest) {
		found =
		    membership_find(q->db, q->mem, r->row, q->me->row, &mine);
		if (found < 0)
			return -1;
		page.oldest = found ? mine.seen_at : q->now;
		if (found && !page.oldest)
			page.oldest = mine.since;
		page.inclusive = false;
	}
	found = l->count ? message_before(q->db, q->mem, r, &page,
			       l->keys[l->count - 1], &count, &first)
			 : 0;
	if (found < 0)
		return -1;
	json_int(w, "unreadNotLoaded", count);
	if (found)
		doc_message(w, "firstUnread", &first, q->me);
	return 1;
}

static int
add_unread(struct req *q, const struct room *r, const struct page *asked,
    struct listing *l)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	int done;

	json_open(&w, NULL, '{');
	done = read_unread(q, r, asked, l, &w);
	json_close(&w, '}');
	l->tail = buf_settle(&out, &l->stream.mem);
	return done;
}

int
history_reply(struct req *q, const struct room *r)
{
	struct listing *l;
	struct page page;
	int found;

	if (read_bounds(q, &page))
		return -1;
	l = messages_bare_list(q, r);
	found = message_page_keys(
	    q->db, &l->stream.mem, r, &page, &l->keys, &l->count);
	if (found == 1 && param_true(q, "unreads"))
		found = add_unread(q, r, &page, l);
	return list_reply(q, l, "messages", found);
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
	struct room r;

	if (!option_on(q->srv->options, OPT_ALLOW_ANONYMOUS_READ))
		return fail_coded(
		    q, "error-not-allowed", "Enable \"Allow Anonymous Read\"");
	return need_any(q, &r) ? -1 : messages_list(q, &r);
}

static int
mentions(struct req *q)
{
	const struct message_list mine = { .sort = MESSAGES_MENTIONED,
		.user = q->me->row };
	struct room r;

	if (!param(q, "roomId").len)
		return fail_bare(q, "The request param \"roomId\" is required");
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
		json_time(
		    &q->out, "unreadsFrom", m.seen_at ? m.seen_at : m.since);
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
	struct user u;
	struct room r;

	if (!id.len || str_eq(id, q->me->id))
		return need_readable(q, &r) ? -1
					    : counters_reply(q, &r, q->me->row);
	if (!may(q, MAY_VIEW_ROOM_ADMIN))
		return fail(q, E_FORBIDDEN);
	if (need_user(q, &u) || need_any(q, &r))
		return -1;
	return counters_reply(q, &r, u.row);
}

/* clang-format off */
#define ROOM "roomId? roomName?"

static const struct route channels_read_routes[] = {
	BOTH(GET, "history", ROOM " latest? oldest? inclusive? count? offset? "
	    "unreads? showThreadMessages?", history),
	BOTH(GET, "messages", ROOM " mentionIds? starredIds? pinned? " LISTED,
	    messages),
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
