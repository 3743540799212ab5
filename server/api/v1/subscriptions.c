/* SPDX-License-Identifier: ISC */
/* subscriptions.*: the rooms that one is in, as one sees them. */
#include "server/api/v1/v1.h"

static int
write_subscriptions(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct membership *list;
	size_t i, mark;
	int done = memberships_by_rows(s->db, mem, keys, n, &list, &n);

	for (i = 0; done >= 0 && i < n; i++) {
		mark = item_begin(l);
		doc_subscription(&l->stream.out, NULL, s->options, &list[i]);
		item_end(l, mark);
	}
	return done;
}

static int
get(struct req *q)
{
	struct listing *l;
	int64_t since;

	if (updated_since(q, "error-roomId-param-invalid",
		"The \"lastUpdate\" query parameter must be a valid date.",
		&since))
		return -1;
	if (!(l = list_plain(q, room_fields, false, write_subscriptions)))
		return -1;
	return sync_reply(q, l, GONE_MEMBERSHIP, since,
	    memberships_since(
		q->db, &l->stream.mem, q->me->row, since, &l->keys, &l->count));
}

static int
get_one(struct req *q)
{
	struct str id = param(q, "roomId");
	struct membership m;
	struct room r;
	int found;

	if (!id.len)
		return fail_bare(q, "The 'roomId' param is required");
	if ((found = room_by_id(q->db, q->mem, id, &r)) == 1)
		found = membership_find(q->db, q->mem, r.row, q->me->row, &m);
	if (found < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	if (found)
		doc_subscription(&q->out, "subscription", q->srv->options, &m);
	else
		json_null(&q->out, "subscription");
	return v1_end(q);
}

/* ---- read and unread ---- */

/* A room of this id that the caller is in: 1, 0, or -1 and answered. */
static int
my_room(struct req *q, struct str id, struct room *r)
{
	struct member m;
	int found = id.len ? room_by_id(q->db, q->mem, id, r) : 0;

	if (found < 0)
		return fail(q, E_STORE);
	return found ? membership_of(q, r, &m) : 0;
}

static int
read_room(struct req *q)
{
	const char *name = json_type(param_json(q, "rid")) ? "rid" : "roomId";
	struct room r;
	int found;

	if (param_is_text(q, name))
		return -1;
	if (!param(q, name).ptr)
		return fail_bare(q, "Match error: Missing key 'rid'");
	if ((found = my_room(q, param(q, name), &r)) < 0)
		return -1;
	if (!found)
		return fail_coded(
		    q, "error-invalid-subscription", "Invalid subscription");
	return v1_did(q, member_read(q->db, r.row, q->me->row, q->now));
}

/* Somebody else's message, in a room of mine. */
static int
unread_from(struct req *q, struct str id)
{
	struct message m;
	struct member mine;
	struct room r;
	int found;

	if (need_message(
		q, id, "error-action-not-allowed", "Not allowed", &m, &r))
		return -1;
	if ((found = membership_of(q, &r, &mine)) < 0)
		return -1;
	if (!found || m.author == q->me->row)
		return fail_coded(q, "error-action-not-allowed", "Not allowed");
	return v1_did(
	    q, member_unread_from(q->db, r.row, q->me->row, m.pk, q->now));
}

static int
unread(struct req *q)
{
	struct str message = json_text(
	    json_get(param_json(q, "firstUnreadMessage"), STR("_id")), q->mem);
	struct str id = param(q, "roomId");
	struct room r;
	int found;

	if (!message.len && !id.len)
		return fail_bare(q,
		    "At least one of \"roomId\" or "
		    "\"firstUnreadMessage._id\" params is required");
	if (message.len)
		return unread_from(q, message);
	if ((found = my_room(q, id, &r)) < 0)
		return -1;
	if (!found || !r.messages)
		return fail_coded(q, "error-no-message-for-unread",
		    "There are no messages to mark unread");
	return v1_did(q, member_unread(q->db, r.row, q->me->row, q->now));
}

/* clang-format off */
static const struct route subscriptions_routes[] = {
	GET("subscriptions.get", USER, FREELY, "updatedSince?", get),
	GET("subscriptions.getOne", USER, FREELY, "roomId?", get_one),
	POST("subscriptions.read", USER, FREELY, "rid? roomId?", read_room),
	POST("subscriptions.unread", USER, FREELY, "roomId? firstUnreadMessage?", unread),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group subscriptions_group;
const struct route_group subscriptions_group = { V1, STYLE_V1,
	subscriptions_routes };
