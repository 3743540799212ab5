/* SPDX-License-Identifier: ISC */
/* rooms.*: rooms of every kind, as the caller has them. */
#include "server/api/v1/v1.h"

static int
get(struct req *q)
{
	struct listing *l;
	int64_t since;

	if (updated_since(q, "error-updatedSince-param-invalid",
		"The \"updatedSince\" query parameter must be a valid date.",
		&since))
		return -1;
	if (!(l = list_plain(q, room_fields, false, room_items_last)))
		return -1;
	return sync_reply(q, l, GONE_ROOM, since,
	    rooms_since(
		q->db, &l->stream.mem, q->me->row, since, &l->keys, &l->count));
}

/* One that the caller may read, under this key: 0, or -1 and answered. */
static int
write_room(struct req *q, const struct room *r)
{
	struct message *last;

	if (rooms_last(q->db, q->mem, r, 1, &last) < 0 ||
	    doc_room_last(&q->out, "room", q->srv, q->mem, r, last) < 0)
		return fail(q, E_STORE);
	return 0;
}

static int
info(struct req *q)
{
	struct room r;
	int able;

	if (need_room(q, &r) || (able = may_read(q, &r)) < 0)
		return -1;
	if (!able)
		return fail_typed(q, "Not Allowed", "not-allowed");
	v1_begin(q);
	return write_room(q, &r) ? -1 : v1_end(q);
}

static int
leave(struct req *q)
{
	struct room r;

	if (need_room(q, &r))
		return -1;
	if (r.type == 'd')
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if (leave_room(q, &r, r.type == 'c' ? MAY_LEAVE_C : MAY_LEAVE_P))
		return -1;
	return v1_done(q);
}

static int
favorite(struct req *q)
{
	bool on = param_true(q, "favorite");
	struct room r;
	int done;

	if (json_type(param_json(q, "favorite")) <= JSON_NULL)
		return fail_bare(q, "The 'favorite' param is required");
	if (need_room(q, &r))
		return -1;
	done = member_set_favourite(q->db, r.row, q->me->row, on, q->now);
	if (done == 0)
		return fail_coded(q, "error-invalid-subscription",
		    "You must be part of a room to favorite it");
	return v1_did(q, done);
}

/* ---- what one wants to hear of ---- */

enum takes { LOUDNESS, SWITCH, SOUND };

static const struct {
	struct str name;
	enum takes takes;
} notifications[] = {
	{ { "desktopNotifications", 20 }, LOUDNESS },
	{ { "mobilePushNotifications", 23 }, LOUDNESS },
	{ { "emailNotifications", 18 }, LOUDNESS },
	{ { "audioNotifications", 18 }, LOUDNESS },
	{ { "unreadAlert", 11 }, LOUDNESS },
	{ { "audioNotificationValue", 22 }, SOUND },
	{ { "disableNotifications", 20 }, SWITCH },
	{ { "hideUnreadStatus", 16 }, SWITCH },
	{ { "hideMentionStatus", 17 }, SWITCH },
	{ { "muteGroupMentions", 17 }, SWITCH },
};

enum { KINDS = sizeof notifications / sizeof *notifications, SOUND_MOST = 64 };

/* "1" and "0", or what a JSON client would rather send. */
static bool
read_switch(struct str text, struct json v, struct str *out)
{
	int64_t n;

	if (json_type(v) == JSON_BOOL)
		n = json_true(v);
	else if (!str_int(text, &n) && !json_whole(v, &n))
		return false;
	*out = n ? STR("true") : STR("false");
	return n == 0 || n == 1;
}

/* As JSON, NO_STR: as usual.  False: it takes no such value. */
static bool
read_kind(struct req *q, enum takes takes, struct json v, struct str *out)
{
	static const char *const words[] = { "all", "mentions", "nothing" };
	struct str text = json_text(v, q->mem);
	size_t i;

	if (takes == SWITCH)
		return read_switch(text, v, out);
	*out = NO_STR;
	if (str_eq(text, STR("default")))
		return true;
	for (i = 0; takes == LOUDNESS && i < 3; i++)
		if (str_eq(text, str_of(words[i])))
			*out = json_source(v);
	if (takes == SOUND && text.len > 0 && text.len <= SOUND_MOST)
		*out = json_source(v);
	return out->ptr;
}

static int
kind_of(struct str name)
{
	int i;

	for (i = 0; i < KINDS; i++)
		if (str_eq(notifications[i].name, name))
			return i;
	return -1;
}

/* The old ones with those that are new: 0, or -1 and answered. */
static int
merge(struct req *q, struct str old, struct json given, struct str *out)
{
	struct json_limits limits = {
		.tokens = 4 * KINDS, .depth = 2, .object_only = true
	};
	struct str value[KINDS] = { { 0 } };
	struct json had = { 0 }, one;
	struct buf text = { 0 };
	struct writer w = { .out = &text };
	size_t at;
	int i;

	if (old.len && json_parse(q->mem, old, &limits, &had, &at) == JSON_FINE)
		for (i = 0; i < KINDS; i++)
			value[i] =
			    json_source(json_get(had, notifications[i].name));
	for (one = json_first(given); json_type(one); one = json_next(one)) {
		if ((i = kind_of(json_key(one, q->mem))) < 0)
			return fail_coded(q, "error-invalid-settings",
			    "Invalid settings field");
		if (!read_kind(q, notifications[i].takes, one, &value[i]))
			return fail_coded(q, "error-invalid-settings",
			    "Invalid settings value");
	}
	json_open(&w, NULL, '{');
	for (i = 0; i < KINDS; i++)
		if (value[i].len)
			json_named_as_is(&w, notifications[i].name, value[i]);
	json_close(&w, '}');
	*out = buf_settle(&text, q->mem);
	return 0;
}

static int
save_notification(struct req *q)
{
	struct str id = param(q, "roomId"), settings;
	struct json given = param_json(q, "notifications");
	struct membership m;
	struct room r;
	int found;

	if (!id.len)
		return fail_bare(q, "The 'roomId' param is required");
	if (json_type(given) != JSON_OBJECT)
		return fail_bare(q, "The 'notifications' param is required");
	if ((found = room_by_id(q->db, q->mem, id, &r)) == 1)
		found = membership_find(q->db, q->mem, r.row, q->me->row, &m);
	if (found < 0)
		return fail(q, E_STORE);
	if (!found)
		return fail_coded(
		    q, "error-invalid-subscription", "Invalid subscription");
	if (merge(q, m.settings, given, &settings))
		return -1;
	return v1_did(
	    q, member_set_settings(q->db, r.row, q->me->row, settings, q->now));
}

/* clang-format off */
#define ROOM "roomId? roomName?"

static const struct route v1_rooms_routes[] = {
	GET("rooms.get", USER, FREELY, "updatedSince?", get),
	GET("rooms.info", USER, FREELY, ROOM, info),
	POST("rooms.leave", USER, FREELY, ROOM, leave),
	POST("rooms.favorite", USER, FREELY, ROOM " favorite?", favorite),
	POST("rooms.saveNotification", USER, FREELY, "roomId? notifications?", save_notification),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group v1_rooms_group;
const struct route_group v1_rooms_group = { V1, STYLE_V1, v1_rooms_routes };
