/* SPDX-License-Identifier: ISC */
/* Discussions: rooms.createDiscussion, rooms.getDiscussions. */
#include "server/api/v1/v1.h"

enum { TITLE_MOST = 256, INVITED = 100 };

static int
not_so(struct req *q)
{
	return fail_coded(
	    q, "error-action-not-allowed", "You cannot create a discussion");
}

/* The room that it begins in: 0, or -1 and answered. */
static int
need_parent(struct req *q, struct room *parent)
{
	if (!option_on(q->srv->options, OPT_DISCUSSIONS))
		return not_so(q);
	if (need_room_id(q, param(q, "prid"), "error-invalid-room",
		"Invalid room", parent))
		return -1;
	if (!may_in(q, parent, MAY_START_DISCUSSION))
		return not_so(q);
	if (parent->parent_id.ptr)
		return fail_coded(q, "error-nested-discussion",
		    "Cannot create nested discussions");
	return need_writable(q, parent);
}

static int
need_asked(struct req *q)
{
	enum json_type users = json_type(param_json(q, "users"));

	if (!param(q, "prid").len)
		return fail_bare(q, "Body parameter \"prid\" is required.");
	if (!param(q, "t_name").len)
		return fail_bare(q, "Body parameter \"t_name\" is required.");
	if (users != JSON_ARRAY && users > JSON_NULL)
		return fail_bare(
		    q, "Body parameter \"users\" must be an array.");
	if (param(q, "t_name").len > TITLE_MOST)
		return fail_bare(q, "Body parameter \"t_name\" is too long.");
	return param_is_text(q, "pmid") || param_is_text(q, "reply") ? -1 : 0;
}

/* Those named, and who wrote what it is about. */
static int
read_people(
    struct req *q, const struct message *about, struct user **list, size_t *n)
{
	struct str *names = arena_get(q->mem, (INVITED + 1) * sizeof *names);
	struct json users = param_json(q, "users"), one;
	size_t count = 0;

	if (about && about->author != q->me->row)
		names[count++] = about->author_name;
	for (one = json_first(users); json_type(one) && count < INVITED;
	     one = json_next(one))
		if ((names[count] = json_text(one, q->mem)).len)
			count++;
	if (users_called(q->db, q->mem, names, count, list, n) < 0)
		return fail(q, E_STORE);
	return 0;
}

static int
reply(struct req *q, struct str id)
{
	const struct message none = { 0 };
	struct room r;

	if (room_by_id(q->db, q->mem, id, &r) != 1)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "discussion", '{');
	json_str(&q->out, "rid", r.id);
	if (doc_room_fields(&q->out, q->srv, q->mem, &r, &none) < 0)
		return fail(q, E_STORE);
	json_close(&q->out, '}');
	return v1_end(q);
}

/* One message, one discussion: who asks again comes in. */
static int
enter(struct req *q, struct str id)
{
	struct deed d = deed_of(q);
	struct room r;

	if (room_by_id(q->db, q->mem, id, &r) != 1 ||
	    deed_join(&d, &r, q->me) < 0)
		return fail(q, E_STORE);
	return reply(q, id);
}

static int
begin(struct req *q, const struct room *parent, const struct message *about)
{
	struct deed d = deed_of(q);
	struct str text = param(q, "reply");
	struct room r = { .shown = param(q, "t_name") };
	struct message m;
	struct user *people;
	struct say say;
	size_t n;

	if (read_people(q, about, &people, &n))
		return -1;
	if (deed_discussion(&d, parent, q->me, about, people, n, &r) != 1)
		return fail(q, E_STORE);
	if (text.len) {
		if (need_say(q, &r, (struct json){ 0 }, text, false, &say))
			return -1;
		if (deed_post(&d, &r, q->me, &say, &m) != 1)
			return fail(q, E_STORE);
	}
	return reply(q, r.id);
}

static int
create(struct req *q)
{
	struct str pmid = param(q, "pmid"), id;
	struct message m;
	struct room parent, r;
	int found;

	if (need_asked(q) || need_parent(q, &parent))
		return -1;
	if (!pmid.len)
		return begin(q, &parent, NULL);
	if (need_message(
		q, pmid, "error-invalid-message", "Invalid message", &m, &r))
		return -1;
	if (r.row != parent.row)
		return fail_coded(q, "error-invalid-arguments", "%s", "");
	found = discussion_about(q->db, q->mem, parent.row, m.id, &id);
	if (found < 0)
		return fail(q, E_STORE);
	return found ? enter(q, id) : begin(q, &parent, &m);
}

static int
get(struct req *q)
{
	struct listing *l;
	struct room r;
	int able;

	if (need_room(q, &r) || (able = may_read(q, &r)) < 0)
		return -1;
	if (!able)
		return fail(q, E_FORBIDDEN);
	if (!(l = list_new(q, room_fields, false, room_items_last)))
		return -1;
	return list_reply(q, l, "discussions",
	    discussions_select(q->db, &l->stream.mem, &l->select, r.row,
		q->me->row, may(q, MAY_VIEW_C), &l->keys, &l->count,
		&l->total));
}

/* clang-format off */
static const struct route discussions_routes[] = {
	POST("rooms.createDiscussion", USER, FREELY, "prid? t_name? pmid? reply? users?", create, .effect = GROWS),
	GET("rooms.getDiscussions", USER, FREELY, "roomId? roomName? " LISTED, get),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group discussions_group;
const struct route_group discussions_group = { V1, STYLE_V1,
	discussions_routes };
