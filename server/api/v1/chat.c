/* SPDX-License-Identifier: ISC */
/* chat.*: posting, editing, deleting, and what hangs on messages. */
#include "server/api/v1/v1.h"

enum { TARGETS = 20, EMOJI_MOST = 64, EMOJIS = 100 };

/* ---- posting ---- */

int
no_channel(struct req *q)
{
	const struct route_group *g = q->at.group;

	if (g && str_eq(str_of(g->prefix), STR("/hooks/"))) /* the bare code */
		return fail_bare(q, "invalid-channel");
	return fail_coded(q, "invalid-channel", "%s", "");
}

static int
direct_to(struct req *q, struct str name, struct room *r)
{
	struct deed d = deed_of(q);
	struct user pair[2] = { *q->me };
	int found = user_by_name(q->db, q->mem, name, &pair[1]);

	if (found == 1 && !(pair[1].active && may(q, MAY_CREATE_D)))
		found = 0;
	if (found == 1)
		found = deed_direct(&d, pair, 2, q->me, r);
	return found;
}

/* An id, a name, #name or @user. */
int
need_target(struct req *q, struct str word, struct room *r)
{
	bool user = str_starts(word, STR("@"));
	bool name = str_starts(word, STR("#"));
	int found = 0;

	if (user)
		found = direct_to(q, str_from(word, 1), r);
	else if (name)
		found = room_by_name(q->db, q->mem, str_from(word, 1), r);
	else if (word.len)
		found = room_find(q->db, q->mem, word, r);
	if (found < 0)
		return fail(q, E_STORE);
	/* a token for one room learns nothing of others */
	if (found && q->session->room && q->session->room != r->row)
		found = 0;
	return found ? 0 : no_channel(q);
}

/* Members post; a channel is joined on the way. */
int
need_seat(struct req *q, const struct room *r)
{
	struct deed d = deed_of(q);
	struct member m;
	int found = membership_of(q, r, &m);

	if (found != 0)
		return found < 0 ? -1 : 0;
	if (r->type != 'c' || !may(q, MAY_VIEW_C) || r->archived ||
	    (r->coded && !may(q, MAY_JOIN_WITHOUT_CODE)))
		return no_channel(q);
	return deed_join(&d, r, q->me) < 0 ? fail(q, E_STORE) : 0;
}

static int
post_to(struct req *q, struct str word, struct str text, struct message *m)
{
	struct deed d = deed_of(q);
	struct say say;
	struct room r;

	if (need_target(q, word, &r) || need_seat(q, &r) ||
	    need_writable(q, &r) || need_say(q, &r, q->body, text, true, &say))
		return -1;
	return deed_post(&d, &r, q->me, &say, m) != 1 ? fail(q, E_STORE) : 0;
}

static struct str
said_text(const struct req *q)
{
	struct str text = param(q, "text");

	return text.ptr ? text : param(q, "msg");
}

static struct json
targets(const struct req *q)
{
	struct json v = param_json(q, "roomId");

	return json_type(v) > JSON_NULL ? v : param_json(q, "channel");
}

static int
post_message(struct req *q)
{
	struct json to = targets(q), one;
	struct message m, first = { 0 };
	size_t n = 0;

	if (param_is_text(q, "text") || param_is_text(q, "msg"))
		return -1;
	if (json_type(to) != JSON_ARRAY) {
		if (post_to(q, json_text(to, q->mem), said_text(q), &first))
			return -1;
	} else {
		if (json_count(to) == 0 || json_count(to) > TARGETS)
			return no_channel(q);
		for (one = json_first(to); json_type(one); one = json_next(one))
			if (post_to(q, json_text(one, q->mem), said_text(q),
				n++ ? &m : &first))
				return -1;
	}
	v1_begin(q);
	json_int(&q->out, "ts", first.sent);
	json_text_as_is(&q->out, "channel", json_source(to));
	doc_message(&q->out, "message", &first, q->me);
	return v1_end(q);
}

static int
no_id(struct req *q)
{
	return fail_coded(q, "error-invalid-params", "The message id is taken");
}

/*
 * Was it sent before?  The same again is answered as then.  One that has been
 * deleted meanwhile does not come back; and whose any other is, nobody learns.
 */
static int
sent_before(struct req *q, struct str id)
{
	struct message m;
	struct room r;
	int found = message_by_id(q->db, q->mem, id, &m);

	if (found == 0 && (found = message_is_gone(q->db, id)) == 1)
		return no_id(q);
	if (found <= 0)
		return found < 0 ? fail(q, E_STORE) : 0;
	if (m.author != q->me->row)
		return no_id(q);
	if (room_by_id(q->db, q->mem, m.rid, &r) < 0)
		return fail(q, E_STORE);
	if ((found = may_read(q, &r)) <= 0)
		return found < 0 ? -1 : no_id(q);
	v1_begin(q);
	doc_message(&q->out, "message", &m, q->me);
	v1_end(q);
	return 1;
}

static int
need_rid(struct req *q, struct json message, struct room *r)
{
	struct str rid = json_text(json_get(message, STR("rid")), q->mem);

	if (json_type(message) != JSON_OBJECT)
		return fail_coded(q, "error-invalid-params",
		    "The \"message\" parameter must be provided.");
	if (!rid.len)
		return fail_bare(
		    q, "The 'rid' property on the message object is missing.");
	return need_room_id(q, rid, "error-not-allowed", "Not allowed", r);
}

static int
send_message(struct req *q)
{
	struct json message = param_json(q, "message");
	struct str id = json_text(json_get(message, STR("_id")), q->mem);
	struct deed d = deed_of(q);
	struct message m;
	struct say say;
	struct room r;
	int before;

	if (need_rid(q, message, &r))
		return -1;
	if (id.len && !message_id_fits(id))
		return fail_coded(q, "error-invalid-params",
		    "The message id has other characters or is too long");
	if (id.len && (before = sent_before(q, id)) != 0)
		return before < 0 ? -1 : 0;
	if (need_seat(q, &r) || need_writable(q, &r) ||
	    need_say(q, &r, message,
		json_text(json_get(message, STR("msg")), q->mem), false, &say))
		return -1;
	say.id = id.len ? id : NO_STR;
	if (deed_post(&d, &r, q->me, &say, &m) != 1)
		return fail(q, E_STORE);
	v1_begin(q);
	doc_message(&q->out, "message", &m, q->me);
	return v1_end(q);
}

/* ---- editing and deleting ---- */

/* By msgId, which must be of roomId. */
static int
need_msg(struct req *q, struct message *m, struct room *r)
{
	struct str id = param(q, "msgId"), rid = param(q, "roomId");
	const char *text =
	    arena_fmt(q->mem, "No message found with the id of \"%.*s\".",
		(int)(id.len < 100 ? id.len : 100), id.ptr ? id.ptr : "")
		.ptr;

	if (need_message(q, id, NULL, text, m, r))
		return -1;
	if (!str_eq(m->rid, rid))
		return fail_bare(q, "The room id provided does not match "
				    "where the message is from.");
	return 0;
}

static int
update_message(struct req *q)
{
	struct deed d = deed_of(q);
	struct message m;
	struct say say;
	struct room r;

	if (param_is_text(q, "text") || need_msg(q, &m, &r) ||
	    need_editable(q, &r, &m) || need_writable(q, &r) ||
	    need_say(q, &r, (struct json){ 0 }, param(q, "text"), false, &say))
		return -1;
	if (!say.text.len && m.extra.len <= 2) /* not even a file */
		return fail(q, E_EMPTY);
	if (deed_edit(&d, &r, q->me, &m, &say) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	return message_reply(q, &r, m.id);
}

static int
delete_message(struct req *q)
{
	struct message m;
	struct room r;

	if (need_msg(q, &m, &r))
		return -1;
	if (param_true(q, "asUser") && m.author != q->me->row &&
	    !may_in(q, &r, MAY_FORCE_DELETE))
		return fail_bare(q,
		    "Unauthorized. You must have the permission "
		    "\"force-delete-message\" to delete other's message as "
		    "them.");
	if (need_deletable(q, &r, &m))
		return -1;
	if (message_delete(q->db, &m, q->now) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_str(&q->out, "_id", m.id);
	json_int(&q->out, "ts", q->now);
	json_open(&q->out, "message", '{');
	json_str(&q->out, "_id", m.id);
	json_str(&q->out, "rid", m.rid);
	doc_who(&q->out, "u", m.author_id, m.author_name, m.author_full);
	json_close(&q->out, '}');
	return v1_end(q);
}

static int
get_message(struct req *q)
{
	struct str id = param(q, "msgId");
	struct message m;
	struct room r;

	if (!id.len)
		return fail_bare(
		    q, "The \"msgId\" query parameter must be provided.");
	if (need_message(q, id, NULL, "", &m, &r))
		return -1;
	v1_begin(q);
	doc_message(&q->out, "message", &m, q->me);
	return v1_end(q);
}

/* ---- reactions, pins, stars ---- */

static int
need_message_id(
    struct req *q, const char *word, struct message *m, struct room *r)
{
	struct str id = str_trim(param(q, "messageId"));

	if (!id.len)
		return fail_coded(q, "error-messageid-param-not-provided",
		    "The required \"messageId\" param is %s.", word);
	return need_message(q, id, "error-message-not-found",
	    "The provided \"messageId\" does not match any existing message.",
	    m, r);
}

static struct str
emoji_said(const struct req *q)
{
	struct str e = param(q, "emoji");

	return e.len ? e : param(q, "reaction");
}

int
need_reaction(struct req *q, struct str e, struct str *emoji)
{
	size_t i;

	if (!e.len)
		return fail_coded(q, "error-emoji-param-not-provided",
		    "The required \"emoji\" param is missing.");
	if (e.len > 2 && e.ptr[0] == ':' && e.ptr[e.len - 1] == ':')
		e = (struct str){ e.ptr + 1, e.len - 2 };
	for (i = 0; i < e.len; i++)
		if (!name_fits((struct str){ e.ptr + i, 1 }) && e.ptr[i] != '+')
			break;
	if (i < e.len || e.len > EMOJI_MOST)
		return fail_coded(
		    q, "error-not-allowed", "Invalid emoji provided.");
	*emoji = arena_fmt(q->mem, ":%.*s:", STR_ARGS(e));
	return 0;
}

/* They go with the message wherever it is shown. */
int
need_space(struct req *q, const struct message *m, struct str emoji)
{
	int64_t n = 0;

	if (message_emojis(q->db, m, emoji, &n) < 0)
		return fail(q, E_STORE);
	return n < EMOJIS ? 0
			  : fail_coded(q, "error-not-allowed",
				"At most %d emoji at a message", EMOJIS);
}

static int
react(struct req *q)
{
	struct message m;
	struct str emoji;
	struct room r;
	int has;
	bool on;

	if (need_message_id(q, "missing", &m, &r) ||
	    need_reaction(q, emoji_said(q), &emoji) || need_seat(q, &r) ||
	    need_writable(q, &r))
		return -1;
	if ((has = message_reacted(q->db, &m, q->me->row, emoji)) < 0)
		return fail(q, E_STORE);
	on = json_type(param_json(q, "shouldReact")) > JSON_NULL
		 ? param_true(q, "shouldReact")
		 : !has;
	if (on && need_space(q, &m, emoji))
		return -1;
	return v1_did(
	    q, message_react(q->db, &m, q->me->row, emoji, on, q->now));
}

static int
need_pinnable(
    struct req *q, const char *word, struct message *m, struct room *r)
{
	struct member seat;
	int found;

	if (need_message_id(q, word, m, r))
		return -1;
	if ((found = membership_of(q, r, &seat)) < 0)
		return -1;
	if (!option_on(q->srv->options, OPT_PINNING) || !found ||
	    !may_in(q, r, MAY_PIN_MESSAGE))
		return fail_coded(
		    q, "error-action-not-allowed", "Pinning is not allowed");
	return 0;
}

/* The room is told, with what was pinned attached. */
static struct str
attached(struct req *q, const struct message *m)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };

	json_open(&w, NULL, '{');
	json_open(&w, "attachments", '[');
	json_open(&w, NULL, '{');
	json_str(&w, "text", m->text);
	json_str(&w, "author_name", m->author_name);
	json_time(&w, "ts", m->sent);
	json_close(&w, '}');
	json_close(&w, ']');
	json_close(&w, '}');
	return buf_settle(&out, q->mem);
}

static int
pin_message(struct req *q)
{
	struct deed d = deed_of(q);
	struct message m, told;
	struct room r;

	if (need_pinnable(q, "missing", &m, &r))
		return -1;
	told = (struct message){ .room = r.row,
		.author = q->me->row,
		.id = deed_id(&d),
		.type = STR("message_pinned"),
		.text = STR(""),
		.extra = attached(q, &m) };
	if (message_pin(q->db, &m, q->me->row, q->now) < 0 ||
	    message_add(q->db, &told, q->now) != 1)
		return fail(q, E_STORE);
	v1_begin(q);
	return message_reply(q, &r, told.id);
}

static int
unpin_message(struct req *q)
{
	struct message m;
	struct room r;

	if (need_pinnable(q, "required", &m, &r))
		return -1;
	return v1_did(q, message_pin(q->db, &m, 0, q->now));
}

static int
star(struct req *q, bool on)
{
	struct message m;
	struct room r;

	if (need_message_id(q, "required", &m, &r))
		return -1;
	if (!option_on(q->srv->options, OPT_STARRING))
		return fail_coded(q, "error-action-not-allowed",
		    "Message starring not allowed");
	return v1_did(q, message_star(q->db, &m, q->me->row, on, q->now));
}

static int
star_message(struct req *q)
{
	return star(q, true);
}

static int
unstar_message(struct req *q)
{
	return star(q, false);
}

/* clang-format off */
static const struct route chat_routes[] = {
	POST("chat.postMessage", USER, FREELY,
	    "roomId? channel? text? msg? alias? username? emoji? icon_emoji? "
	    "avatar? icon_url? attachments? parseUrls? groupable? tmid? tshow? "
	    "customFields?", post_message, .effect = GROWS, .scopes = FOR_POSTING | FOR_ROOM),
	POST("chat.sendMessage", USER, FREELY, "message?", send_message,
	    .effect = GROWS, .scopes = FOR_POSTING | FOR_ROOM),
	POST("chat.update", USER, FREELY, "roomId? msgId? text?",
	    update_message, .effect = GROWS),
	POST("chat.delete", USER, FREELY, "roomId? msgId? asUser?",
	    delete_message),
	GET("chat.getMessage", USER, FREELY, "msgId?", get_message),
	POST("chat.react", USER, FREELY,
	    "messageId? emoji? reaction? shouldReact?", react),
	POST("chat.pinMessage", USER, FREELY, "messageId?", pin_message),
	POST("chat.unPinMessage", USER, FREELY, "messageId?", unpin_message),
	POST("chat.starMessage", USER, FREELY, "messageId?", star_message),
	POST("chat.unStarMessage", USER, FREELY, "messageId?", unstar_message),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group chat_group;
const struct route_group chat_group = { V1, STYLE_V1, chat_routes };
