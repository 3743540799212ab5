/* SPDX-License-Identifier: ISC */
/* rooms.*: for those who administer rooms, and settings by the room's id. */
#include "server/api/v1/v1.h"

enum { TEXT_MOST = 1000 };

/* ---- all rooms ---- */

static int
need_admin(struct req *q)
{
	if (may(q, MAY_VIEW_ROOM_ADMIN))
		return 0;
	return fail_coded(q, "error-not-authorized", "%s", "");
}

static unsigned
kind_named(struct str name)
{
	static const struct {
		const char *name;
		unsigned kind;
	} kinds[] = {
		{ "c", KIND_CHANNEL },
		{ "p", KIND_GROUP },
		{ "d", KIND_DIRECT },
		{ "discussions", KIND_DISCUSSION },
		{ "teams", KIND_TEAM },
	};
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_eq(name, str_of(kinds[i].name)))
			return kinds[i].kind;
	return 0;
}

/* types[]=c&types[]=d, or one of them alone. */
static unsigned
asked_kinds(struct req *q)
{
	struct json types = param_json(q, "types"), one;
	unsigned kinds = kind_named(json_text(types, q->mem));

	if (json_type(types) <= JSON_NULL)
		return KIND_ANY;
	for (one = json_first(types); json_type(one); one = json_next(one))
		kinds |= kind_named(json_text(one, q->mem));
	return kinds;
}

static int
admin_rooms(struct req *q)
{
	struct listing *l;

	if (need_admin(q) ||
	    !(l = list_plain(q, room_fields, false, room_items)))
		return -1;
	return list_reply(q, l, "rooms",
	    rooms_administered(q->db, &l->stream.mem, &l->select,
		asked_kinds(q), str_trim(param(q, "filter")), &l->keys,
		&l->count, &l->total));
}

static int
admin_room(struct req *q)
{
	const struct message none = { 0 };
	struct room r;
	int found;

	if (need_admin(q))
		return -1;
	found = room_by_id(q->db, q->mem, param(q, "rid"), &r);
	if (found == 0)
		return fail_typed(q, "Not Allowed", "not-allowed");
	v1_begin(q);
	if (found < 0 ||
	    doc_room_fields(&q->out, q->srv, q->mem, &r, &none) < 0)
		return fail(q, E_STORE);
	return v1_end(q);
}

/* ---- one room ---- */

/* By its id; administrators of rooms know of all. */
static int
need_rid(struct req *q, const char *code, struct room *r)
{
	struct str id = param(q, "rid");
	int found;

	if (!may(q, MAY_VIEW_ROOM_ADMIN))
		return need_room_id(q, id, code, "Invalid room", r);
	if ((found = room_by_id(q->db, q->mem, id, r)) < 0)
		return fail(q, E_STORE);
	return found ? 0 : fail_coded(q, code, "Invalid room");
}

static int
change_archivation(struct req *q)
{
	bool on = str_eq(param(q, "action"), STR("archive"));
	struct deed d = deed_of(q);
	struct room r;
	int done;

	if (!on && !str_eq(param(q, "action"), STR("unarchive")))
		return fail_coded(q, "error-invalid-params",
		    "The parameter \"action\" must be archive or unarchive");
	if (need_rid(q, "error-room-not-found", &r))
		return -1;
	if (r.type == 'd')
		return fail_coded(q, "error-direct-message-room",
		    "Direct Messages can not be archived");
	if (!may_in(q, &r, on ? MAY_ARCHIVE_ROOM : MAY_UNARCHIVE_ROOM))
		return fail_coded(q, "error-not-authorized", "Not authorized");
	if ((done = deed_archive(&d, &r, q->me, on)) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_bool(&q->out, "result", done);
	return v1_end(q);
}

/* ---- rooms.saveRoomSettings ---- */

/* A setting: 0, or -1 and answered. */
struct saving {
	struct room room;
	struct deed deed;
	struct json value;
	struct str text; /* NO_STR: it is no text */
};

static int
not_allowed(struct req *q, const char *what)
{
	return fail_coded(
	    q, "error-action-not-allowed", "%s is not allowed", what);
}

static int
invalid(struct req *q)
{
	return fail_coded(
	    q, "error-invalid-settings", "Invalid settings provided");
}

static int
set_name(struct req *q, struct saving *s)
{
	int done;

	if (s->room.parent_id.ptr) { /* its title; the name is nobody's */
		if (!s->text.len || s->text.len > TEXT_MOST)
			return invalid(q);
		done = room_set_text(
		    q->db, s->room.row, ROOM_SHOWN, s->text, q->now);
		return done < 0 ? fail(q, E_STORE) : 0;
	}
	if (!name_fits(s->text))
		return fail_coded(q, "error-invalid-room-name",
		    "%.*s is not a valid room name",
		    (int)(s->text.len < 200 ? s->text.len : 200),
		    s->text.ptr ? s->text.ptr : "");
	if (str_eq(s->text, s->room.name))
		return 0;
	done = deed_rename(&s->deed, &s->room, q->me, s->text);
	if (done == 0)
		return fail_coded(q, "error-duplicate-channel-name",
		    "A channel with name '%.*s' exists", STR_ARGS(s->text));
	return done < 0 ? fail(q, E_STORE) : 0;
}

static int
need_text(struct req *q, const struct saving *s)
{
	return s->text.ptr && s->text.len <= TEXT_MOST ? 0 : invalid(q);
}

static int
set_topic(struct req *q, struct saving *s)
{
	if (need_text(q, s))
		return -1;
	return deed_topic(&s->deed, &s->room, q->me, s->text) < 0
		   ? fail(q, E_STORE)
		   : 0;
}

static int
set_description(struct req *q, struct saving *s)
{
	if (need_text(q, s))
		return -1;
	return deed_text(&s->deed, &s->room, q->me, ROOM_DESCRIPTION, s->text) <
		       0
		   ? fail(q, E_STORE)
		   : 0;
}

static int
set_announcement(struct req *q, struct saving *s)
{
	if (need_text(q, s))
		return -1;
	return deed_text(
		   &s->deed, &s->room, q->me, ROOM_ANNOUNCEMENT, s->text) < 0
		   ? fail(q, E_STORE)
		   : 0;
}

static int
set_read_only(struct req *q, struct saving *s)
{
	if (json_type(s->value) != JSON_BOOL)
		return invalid(q);
	return deed_readonly(&s->deed, &s->room, q->me, json_true(s->value)) < 0
		   ? fail(q, E_STORE)
		   : 0;
}

static int
set_default(struct req *q, struct saving *s)
{
	bool on = json_true(s->value) || str_eq(s->text, STR("true"));

	if (!may(q, MAY_VIEW_ROOM_ADMIN))
		return not_allowed(q, "Viewing room administration");
	if (on && s->room.type != 'c') /* not all that come may see it */
		return invalid(q);
	return room_set_default(q->db, s->room.row, on, q->now) < 0
		   ? fail(q, E_STORE)
		   : 0;
}

static int
set_join_code(struct req *q, struct saving *s)
{
	struct str code = s->text.len ? s->text : NO_STR;

	if (need_text(q, s))
		return -1;
	return room_set_text(q->db, s->room.row, ROOM_JOIN_CODE, code, q->now) <
		       0
		   ? fail(q, E_STORE)
		   : 0;
}

static int
set_type(struct req *q, struct saving *s)
{
	bool open = str_eq(s->text, STR("c"));

	if ((!open && !str_eq(s->text, STR("p"))) || s->room.type == 'd')
		return invalid(q);
	if (s->room.type == *s->text.ptr)
		return 0;
	if (s->room.by_default && !open)
		return fail_coded(q, "error-action-not-allowed",
		    "A default channel cannot become private");
	if (!may(q, open ? MAY_CREATE_C : MAY_CREATE_P))
		return not_allowed(
		    q, open ? "Changing a private group to a public channel"
			    : "Changing a public channel to a private room");
	return deed_kind(&s->deed, &s->room, q->me, *s->text.ptr) < 0
		   ? fail(q, E_STORE)
		   : 0;
}

static const struct {
	const char *name;
	bool direct; /* of direct rooms, too */
	int (*set)(struct req *, struct saving *);
} settings[] = {
	{ "roomName", false, set_name },
	{ "roomTopic", true, set_topic },
	{ "roomDescription", true, set_description },
	{ "roomAnnouncement", true, set_announcement },
	{ "readOnly", false, set_read_only },
	{ "default", false, set_default },
	{ "joinCode", false, set_join_code },
	{ "roomType", false, set_type },
};

enum { SETTINGS = sizeof settings / sizeof *settings };

static bool
is_setting(struct str name)
{
	size_t i;

	for (i = 0; i < SETTINGS; i++)
		if (str_eq(name, str_of(settings[i].name)))
			return true;
	return str_eq(name, STR("rid"));
}

/* All of them, or none; one that is named again and again is set once. */
static int
save_all(struct req *q, struct saving *s)
{
	struct json one;
	size_t i;

	for (one = json_first(q->body); json_type(one); one = json_next(one))
		if (!is_setting(json_key(one, q->mem)))
			return invalid(q);
	for (i = 0; i < SETTINGS; i++) {
		s->value = json_get(q->body, str_of(settings[i].name));
		s->text = json_text(s->value, q->mem);
		if (json_type(s->value) == JSON_NONE)
			continue;
		if (s->room.type == 'd' && !settings[i].direct)
			return invalid(q);
		if (settings[i].set(q, s))
			return -1;
	}
	return 0;
}

static int
save_settings(struct req *q)
{
	struct saving s = { .deed = deed_of(q) };
	struct member m;
	int mine;

	if (need_rid(q, "error-invalid-room", &s.room) ||
	    (mine = membership_of(q, &s.room, &m)) < 0)
		return -1;
	if (!may_in(q, &s.room, MAY_EDIT_ROOM) && (s.room.type != 'd' || !mine))
		return not_allowed(q, "Editing room");
	if (save_all(q, &s))
		return -1;
	v1_begin(q);
	json_str(&q->out, "rid", s.room.id);
	return v1_end(q);
}

/* ---- people ---- */

static int
set_muted(struct req *q, bool on)
{
	struct deed d = deed_of(q);
	struct member m;
	struct user u;
	struct room r;
	int found;

	if (need_room(q, &r) || need_user(q, &u))
		return -1;
	if (r.type == 'd')
		return fail_coded(
		    q, "error-invalid-room-type", "d is not a valid room type");
	if (!may_in(q, &r, MAY_MUTE_USER))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if ((found = member_find(q->db, q->mem, r.row, u.row, &m)) < 0)
		return fail(q, E_STORE);
	if (!found)
		return fail_coded(
		    q, "error-user-not-in-room", "User is not in this room");
	return v1_did(q, deed_mute(&d, &r, q->me, &u, on));
}

static int
mute(struct req *q)
{
	return set_muted(q, true);
}

static int
unmute(struct req *q)
{
	return set_muted(q, false);
}

static int
invite(struct req *q)
{
	struct deed d = deed_of(q);
	struct member m;
	struct user u;
	struct room r;
	int mine;

	if (need_room(q, &r) || need_alive(q, &r) || need_user(q, &u) ||
	    (mine = membership_of(q, &r, &m)) < 0)
		return -1;
	if (r.type == 'd' ||
	    (!may(q, r.type == 'c' ? MAY_ADD_TO_ANY_C : MAY_ADD_TO_ANY_P) &&
		!(mine && may_in(q, &r, MAY_ADD_TO_JOINED))))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	return v1_did(q, deed_add(&d, &r, q->me, &u));
}

/* clang-format off */
#define ROOM_USER "roomId? roomName? userId? username? user?"

static const struct route rooms_admin_routes[] = {
	GET("rooms.adminRooms", USER, FREELY, "types? filter? offset? count? sort? fields?", admin_rooms),
	GET("rooms.adminRooms.getRoom", USER, FREELY, "rid?", admin_room),
	POST("rooms.changeArchivationState", USER, FREELY, "rid? action?", change_archivation),
	POST("rooms.saveRoomSettings", USER, FREELY, "rid? roomName? roomTopic? roomDescription? roomAnnouncement? readOnly? default? joinCode? roomType?", save_settings),
	POST("rooms.muteUser", USER, FREELY, ROOM_USER, mute),
	POST("rooms.unmuteUser", USER, FREELY, ROOM_USER, unmute),
	POST("rooms.invite", USER, FREELY, ROOM_USER, invite),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group rooms_admin_group;
const struct route_group rooms_admin_group = { V1, STYLE_V1,
	rooms_admin_routes };
