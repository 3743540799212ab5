/* SPDX-License-Identifier: ISC */
/* chat.*: following threads, reporting messages, ignoring people. */
#include "server/api/v1/v1.h"

enum { REPORT_MOST = 4096, IGNORED_MOST = 1000 };

/* ---- threads ---- */

/* Of an answer, the one that it answers. */
static int
follow(struct req *q, bool on)
{
	struct str id = param(q, "mid");
	struct message m;
	struct room r;

	if (!id.len)
		return fail_coded(
		    q, "The required \"mid\" body param is missing.", "%s", "");
	if (!option_on(q->srv->options, OPT_THREADS))
		return fail_coded(q, "error-not-allowed", "not-allowed");
	if (need_message(
		q, id, "error-invalid-message", "Invalid message", &m, &r) ||
	    (m.thread_id.ptr &&
		need_message(q, m.thread_id, "error-invalid-message",
		    "Invalid message", &m, &r)))
		return -1;
	return v1_did(q, message_follow(q->db, &m, q->me->row, on, q->now));
}

static int
follow_message(struct req *q)
{
	return follow(q, true);
}

static int
unfollow_message(struct req *q)
{
	return follow(q, false);
}

/* ---- reports ---- */

static int
report_message(struct req *q)
{
	struct str id = param(q, "messageId"), text = param(q, "description");
	struct deed d = deed_of(q);
	struct message m;
	struct room r;

	if (!id.len)
		return fail_bare(
		    q, "The required \"messageId\" param is missing.");
	if (!text.len)
		return fail_bare(
		    q, "The required \"description\" param is missing.");
	text = str_trim(text);
	if (!text.len || text.len > REPORT_MOST)
		return fail_coded(
		    q, "error-invalid-description", "Invalid description");
	if (need_message(q, id, "error-invalid-message_id",
		"Invalid message id", &m, &r))
		return -1;
	return v1_did(
	    q, report_add(q->db, deed_id(&d), &m, q->me->row, text, q->now));
}

/* Nobody keeps them: Message_Read_Receipt_Enabled is off, and a fact. */
static int
read_receipts(struct req *q)
{
	struct str id = param(q, "messageId");
	struct message m;
	struct room r;

	if (!id.len)
		return fail_bare(
		    q, "The required 'messageId' param is missing.");
	if (need_message(
		q, id, "error-invalid-message", "Invalid message", &m, &r))
		return -1;
	v1_begin(q);
	json_text_as_is(&q->out, "receipts", STR("[]"));
	return v1_end(q);
}

/* ---- people ---- */

/* The list with this one, or without: NO_STR when it becomes empty, or too
 * long. */
static struct str
ignored_with(struct req *q, struct str list, struct str id, bool on)
{
	struct json_limits limits = {
		.tokens = IGNORED_MOST + 1, .depth = 2, .plain_text = true
	};
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	struct json all = { 0 }, one;
	size_t at, n = on;

	if (list.len)
		json_parse(q->mem, list, &limits, &all, &at);
	json_open(&w, NULL, '[');
	for (one = json_first(all); json_type(one); one = json_next(one)) {
		struct str other = json_text(one, q->mem);

		if (!str_eq(other, id) && ++n <= IGNORED_MOST)
			json_str(&w, NULL, other);
	}
	if (on)
		json_str(&w, NULL, id);
	json_close(&w, ']');
	if (n == 0) {
		buf_free(&out);
		return NO_STR;
	}
	return buf_settle(&out, q->mem);
}

/* Both are members of the room. */
static int
need_both(struct req *q, struct membership *mine, struct str id)
{
	struct user other;
	struct room r;
	int found = room_by_id(q->db, q->mem, param(q, "rid"), &r);

	if (found == 1)
		found = membership_find(q->db, q->mem, r.row, q->me->row, mine);
	if (found == 1)
		found = user_by_id(q->db, q->mem, id, &other);
	if (found == 1)
		found = member_find(
		    q->db, q->mem, r.row, other.row, &(struct member){ 0 });
	if (found < 0)
		return fail(q, E_STORE);
	return found ? 0
		     : fail_coded(q, "error-invalid-subscription",
			   "Invalid subscription");
}

static int
ignore_user(struct req *q)
{
	struct str id = param(q, "userId");
	bool on = !param(q, "ignore").len || param_true(q, "ignore");
	struct membership mine;

	if (!str_trim(param(q, "rid")).len)
		return fail_coded(q, "error-room-id-param-not-provided",
		    "The required \"rid\" param is missing.");
	if (!str_trim(id).len)
		return fail_coded(q, "error-user-id-param-not-provided",
		    "The required \"userId\" param is missing.");
	if (need_both(q, &mine, id))
		return -1;
	return v1_did(q, member_set_ignored(q->db, mine.room, mine.user,
			     ignored_with(q, mine.ignored, id, on), q->now));
}

/* clang-format off */
static const struct route chat_follow_routes[] = {
	POST("chat.followMessage", USER, FREELY, "mid?", follow_message),
	POST("chat.unfollowMessage", USER, FREELY, "mid?", unfollow_message),
	POST("chat.reportMessage", USER, FREELY, "messageId? description?",
	    report_message, .effect = GROWS),
	GET("chat.getMessageReadReceipts", USER, FREELY, "messageId?",
	    read_receipts),
	GET("chat.ignoreUser", USER, FREELY, "rid? userId? ignore?",
	    ignore_user, .effect = WRITES),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group chat_follow_group;
const struct route_group chat_follow_group = { V1, STYLE_V1,
	chat_follow_routes };
