/* SPDX-License-Identifier: ISC */
/* Channels and groups: making, changing, archiving and deleting them. */
#include "server/api/v1/v1.h"

enum { MEMBERS_MOST = 1000, TEXT_MOST = 4096 };

/* ---- making ---- */

/* Names of users; false: it is no list of them. */
static bool
read_members(struct req *q, struct json list, struct str **names, size_t *n)
{
	struct json one;

	*n = 0;
	if (json_type(list) <= JSON_NULL)
		return true;
	if (json_type(list) != JSON_ARRAY || json_count(list) > MEMBERS_MOST)
		return false;
	*names = arena_get(q->mem, (json_count(list) + 1) * sizeof **names);
	for (one = json_first(list); json_type(one); one = json_next(one))
		if (((*names)[*n] = json_text(one, q->mem)).len)
			++*n;
	return true;
}

/* Names that are nobody's are left out: here nobody is listed who is not. */
static int
only_users(struct req *q, struct str *names, size_t *n)
{
	struct user *u;
	size_t i, count, kept = 0;

	if (*n == 0)
		return 1;
	if (users_named(q->db, q->mem, names, *n, &u, &count) < 0)
		return -1;
	for (i = 0; i < count; i++)
		if (u[i].row != q->me->row)
			names[kept++] = u[i].username;
	*n = kept;
	return 1;
}

static int
name_exists(struct req *q, struct str name)
{
	struct room r;

	if (room_by_name(q->db, q->mem, name, &r) == 1 && r.archived)
		return fail_coded(q, "error-archived-duplicate-name",
		    "There's an archived channel with name '%.*s'",
		    STR_ARGS(name));
	return fail_coded(q, "error-duplicate-channel-name",
	    "A channel with name '%.*s' exists", STR_ARGS(name));
}

static int
need_room_name(struct req *q, struct str name)
{
	if (name_fits(name))
		return 0;
	return fail_coded(q, "error-invalid-room-name",
	    "%.*s is not a valid room name",
	    (int)(name.len < 200 ? name.len : 200), name.ptr ? name.ptr : "");
}

/* What else a new room may be told: readOnly, and in extraData the rest. */
static int
set_extras(struct req *q, const struct room *r)
{
	struct json extra = param_json(q, "extraData");
	struct json fields = param_json(q, "customFields");
	struct str topic = json_text(json_get(extra, STR("topic")), q->mem);
	struct str text =
	    json_text(json_get(extra, STR("description")), q->mem);

	if (topic.len > TEXT_MOST || text.len > TEXT_MOST)
		return fail_bare(q, "Match error: extraData is too long");
	if (json_source(fields).len > TEXT_MOST)
		return fail_bare(q, "Match error: customFields is too long");
	if ((topic.len && room_set_topic(q->db, r->row, topic, q->now) < 0) ||
	    (text.len && room_set_text(q->db, r->row, ROOM_DESCRIPTION, text,
			     q->now) < 0) ||
	    (json_type(fields) == JSON_OBJECT &&
		room_set_text(q->db, r->row, ROOM_FIELDS, json_source(fields),
		    q->now) < 0))
		return fail(q, E_STORE);
	return 0;
}

static int
not_encrypted(struct req *q)
{
	return fail_coded(
	    q, "error-not-allowed", "This server has no end-to-end encryption");
}

/* Who makes it stays outside: for those who could look after it from there. */
static bool
alone(struct req *q, struct room *r)
{
	r->creator = q->me->row;
	return param_true(q, "excludeSelf") && may(q, MAY_VIEW_ROOM_ADMIN);
}

static int
create(struct req *q)
{
	const struct family *f = family_of(q);
	struct json extra = param_json(q, "extraData");
	struct deed d = deed_of(q);
	struct str *names = NULL;
	size_t n;
	struct room r = {
		.type = f->type,
		.name = param(q, "name"),
		.readonly = param_true(q, "readOnly"),
		.broadcast = json_true(json_get(extra, STR("broadcast"))),
		.created = q->now,
		.updated = q->now,
	};
	int done;

	if (!may(q, f->create))
		return fail(q, E_FORBIDDEN);
	if (!r.name.len)
		return fail_bare(q, "Param \"name\" is required");
	if (!read_members(q, param_json(q, "members"), &names, &n))
		return fail_bare(
		    q, "Param \"members\" must be an array if provided");
	if (need_room_name(q, r.name))
		return -1;
	if (only_users(q, names, &n) < 0)
		return fail(q, E_STORE);
	if (json_true(json_get(extra, STR("encrypted"))))
		return not_encrypted(q);
	done = deed_room(&d, &r, alone(q, &r) ? NULL : q->me, names, n);
	if (done == 0)
		return name_exists(q, r.name);
	if (done < 0)
		return fail(q, E_STORE);
	return set_extras(q, &r) ? -1 : v1_room(q, r.id);
}

/* ---- the end, and the archive ---- */

/* The room, to be changed by the caller. */
static int
need_mine(struct req *q, struct room *r)
{
	if (need_room(q, r) || need_alive(q, r))
		return -1;
	return may_in(q, r, MAY_EDIT_ROOM)
		   ? 0
		   : fail_coded(q, "error-action-not-allowed",
			 "Editing room is not allowed");
}

static int
erase(struct req *q)
{
	struct deed d = deed_of(q);
	struct room r;

	if (need_room(q, &r))
		return -1;
	if (!may_in(q, &r, family_of(q)->erase))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if (str_eq(r.id, STR("GENERAL")))
		return fail_coded(
		    q, "error-action-not-allowed", "The general channel stays");
	if (r.team_main)
		return fail_coded(q, "error-cannot-delete-team-channel",
		    "Cannot delete a team channel");
	return v1_did(q, deed_erase(&d, &r));
}

static int
archive(struct req *q)
{
	struct deed d = deed_of(q);
	struct room r;

	if (need_room(q, &r) || need_alive(q, &r))
		return -1;
	if (!may_in(q, &r, MAY_ARCHIVE_ROOM))
		return fail_coded(q, "error-not-authorized", "Not authorized");
	return v1_did(q, deed_archive(&d, &r, q->me, true));
}

static int
unarchive(struct req *q)
{
	struct deed d = deed_of(q);
	struct room r;

	if (need_room(q, &r))
		return -1;
	if (!may_in(q, &r, MAY_UNARCHIVE_ROOM))
		return fail_coded(q, "error-not-authorized", "Not authorized");
	if (!r.archived)
		return fail_bare(q, "The %s, %.*s, is not archived",
		    family_of(q)->said, STR_ARGS(r.name));
	return v1_did(q, deed_archive(&d, &r, q->me, false));
}

/* ---- open and closed, for oneself ---- */

int
set_open(struct req *q, bool on)
{
	const char *said = family_of(q)->said;
	struct membership m;
	struct room r;
	int found;

	if (need_room(q, &r))
		return -1;
	found = membership_find(q->db, q->mem, r.row, q->me->row, &m);
	if (found < 0)
		return fail(q, E_STORE);
	if (!found)
		return fail_bare(q,
		    "The user/callee is not in the %s \"%.*s\".", said,
		    STR_ARGS(r.name));
	if (m.open == on && !(on && r.type == 'd'))
		return fail_bare(q, "The %s, %.*s, is already %s to the sender",
		    said, STR_ARGS(m.name), on ? "open" : "closed");
	return v1_did(q, member_set_open(q->db, r.row, q->me->row, on, q->now));
}

static int
open_room(struct req *q)
{
	return set_open(q, true);
}

static int
close_room(struct req *q)
{
	return set_open(q, false);
}

/* ---- what it says ---- */

/* A text that is needed, and is another than before. */
static int
need_change(struct req *q, const char *name, struct room *r, struct str *text)
{
	if (json_type(param_json(q, name)) <= JSON_NULL)
		return fail_bare(q, "The bodyParam \"%s\" is required", name);
	*text = param(q, name);
	if (param_is_text(q, name))
		return -1;
	if (text->len > TEXT_MOST)
		return fail_bare(q, "The bodyParam \"%s\" is too long", name);
	return need_mine(q, r);
}

static int
same(struct req *q, const char *what, const char *would)
{
	return fail_bare(q, "The %s %s is the same as what it would be %s.",
	    family_of(q)->said, what, would);
}

static int
text_reply(struct req *q, const char *name, struct str text, int done)
{
	if (done < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_str(&q->out, name, text);
	return v1_end(q);
}

static struct str
or_empty(struct str s)
{
	return s.ptr ? s : STR("");
}

static int
set_topic(struct req *q)
{
	struct deed d = deed_of(q);
	struct str text;
	struct room r;

	if (need_change(q, "topic", &r, &text))
		return -1;
	if (str_eq(or_empty(r.topic), text))
		return same(q, "topic", "changed to");
	return text_reply(q, "topic", text, deed_topic(&d, &r, q->me, text));
}

static int
set_description_as(struct req *q, const char *name)
{
	struct deed d = deed_of(q);
	struct str text;
	struct room r;

	if (need_change(q, name, &r, &text))
		return -1;
	if (str_eq(or_empty(r.description), text))
		return same(q, name[0] == 'p' ? "purpose (description)" : name,
		    "changed to");
	return text_reply(
	    q, name, text, deed_text(&d, &r, q->me, ROOM_DESCRIPTION, text));
}

static int
set_description(struct req *q)
{
	return set_description_as(q, "description");
}

static int
set_purpose(struct req *q)
{
	return set_description_as(q, "purpose");
}

static int
set_announcement(struct req *q)
{
	struct deed d = deed_of(q);
	struct str text;
	struct room r;

	if (need_change(q, "announcement", &r, &text))
		return -1;
	if (str_eq(or_empty(r.announcement), text))
		return same(q, "announcement", "changed to");
	return text_reply(q, "announcement", text,
	    deed_text(&d, &r, q->me, ROOM_ANNOUNCEMENT, text));
}

/* ---- what it is ---- */

static int
rename_room(struct req *q)
{
	struct deed d = deed_of(q);
	struct str name;
	struct room r;
	int done;

	if (!param(q, "name").len)
		return fail_bare(q, "The bodyParam \"name\" is required");
	if (need_change(q, "name", &r, &name))
		return -1;
	if (str_eq(r.name, name))
		return fail_bare(q,
		    "The %s name is the same as what it would be renamed to.",
		    family_of(q)->said);
	if (need_room_name(q, name))
		return -1;
	if ((done = deed_rename(&d, &r, q->me, name)) == 0)
		return name_exists(q, name);
	return done < 0 ? fail(q, E_STORE) : v1_room(q, r.id);
}

static int
set_join_code(struct req *q)
{
	struct str code;
	struct room r;

	if (!param(q, "joinCode").len)
		return fail_bare(q, "The bodyParam \"joinCode\" is required");
	if (need_change(q, "joinCode", &r, &code))
		return -1;
	if (room_set_text(q->db, r.row, ROOM_JOIN_CODE, code, q->now) < 0)
		return fail(q, E_STORE);
	return v1_room(q, r.id);
}

static int
need_switch(struct req *q, const char *name, bool *on)
{
	if (json_type(param_json(q, name)) <= JSON_NULL)
		return fail_bare(q, "The bodyParam \"%s\" is required", name);
	*on = param_true(q, name);
	return 0;
}

static int
set_read_only(struct req *q)
{
	struct deed d = deed_of(q);
	struct room r;
	bool on = false;

	if (need_switch(q, "readOnly", &on) || need_room(q, &r) ||
	    need_alive(q, &r))
		return -1;
	if (!may_in(q, &r, MAY_SET_READONLY) && !may_in(q, &r, MAY_EDIT_ROOM))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if (r.readonly == on)
		return same(q, "read only setting", "changed to");
	return deed_readonly(&d, &r, q->me, on) < 0 ? fail(q, E_STORE)
						    : v1_room(q, r.id);
}

static int
set_type(struct req *q)
{
	struct deed d = deed_of(q);
	struct str type = param(q, "type");
	struct room r;

	if (!type.len)
		return fail_bare(q, "The bodyParam \"type\" is required");
	if (need_mine(q, &r))
		return -1;
	if (str_eq(type, (struct str){ &r.type, 1 }))
		return same(q, "type", "changed to");
	if (!str_eq(type, STR("c")) && !str_eq(type, STR("p")))
		return fail_coded(q, "error-invalid-room-type",
		    "%.*s is not a valid room type",
		    (int)(type.len < 20 ? type.len : 20), type.ptr);
	if (!may(q, *type.ptr == 'c' ? MAY_CREATE_C : MAY_CREATE_P))
		return fail_coded(q, "error-action-not-allowed",
		    "Changing a %s is not allowed",
		    *type.ptr == 'c' ? "private group to a public channel"
				     : "public channel to a private room");
	if (r.by_default && *type.ptr == 'p')
		return fail_coded(q, "error-action-not-allowed",
		    "A default channel cannot become private");
	return deed_kind(&d, &r, q->me, *type.ptr) < 0 ? fail(q, E_STORE)
						       : v1_room(q, r.id);
}

static int
set_default(struct req *q)
{
	struct room r;
	bool on;

	/* these two codes are the other way round where they come from */
	if (json_type(param_json(q, "default")) <= JSON_NULL)
		return fail_typed(q, "error-channels-setdefault-is-same",
		    "The bodyParam \"default\" is required");
	on = param_true(q, "default");
	if (need_room(q, &r) || need_alive(q, &r))
		return -1;
	if (!may(q, MAY_VIEW_ROOM_ADMIN))
		return fail_coded(q, "error-action-not-allowed",
		    "Viewing room administration is not allowed");
	if (r.by_default == on)
		return fail_typed(q,
		    "error-channels-setdefault-missing-default-param",
		    "The channel default setting is the same as what it would "
		    "be changed to.");
	if (room_set_default(q->db, r.row, on, q->now) < 0)
		return fail(q, E_STORE);
	return v1_room(q, r.id);
}

static int
set_fields(struct req *q)
{
	struct json fields = param_json(q, "customFields");
	struct room r;

	if (json_type(fields) != JSON_OBJECT)
		return fail_bare(q, "The bodyParam \"customFields\" is "
				    "required with a type like object.");
	if (need_mine(q, &r))
		return -1;
	if (json_source(fields).len > TEXT_MOST)
		return fail_bare(
		    q, "The bodyParam \"customFields\" is too long");
	if (room_set_text(
		q->db, r.row, ROOM_FIELDS, json_source(fields), q->now) < 0)
		return fail(q, E_STORE);
	return v1_room(q, r.id);
}

/* Nothing here is encrypted by clients: to say so is a lie. */
static int
set_encrypted(struct req *q)
{
	struct room r;
	bool on = false;

	if (need_switch(q, "encrypted", &on) || need_mine(q, &r))
		return -1;
	return on ? not_encrypted(q) : v1_room(q, r.id);
}

/* clang-format off */
#define ROOM "roomId? roomName?"

static const struct route channels_edit_routes[] = {
	BOTH(POST, "create", "name? members? readOnly? customFields? extraData? "
	    "excludeSelf?", create, .effect = GROWS),
	BOTH(POST, "delete", ROOM, erase),
	BOTH(POST, "archive", ROOM, archive),
	BOTH(POST, "unarchive", ROOM, unarchive),
	BOTH(POST, "open", ROOM, open_room),
	BOTH(POST, "close", ROOM, close_room),
	BOTH(POST, "rename", ROOM " name?", rename_room),
	BOTH(POST, "setTopic", ROOM " topic?", set_topic),
	BOTH(POST, "setDescription", ROOM " description?", set_description),
	BOTH(POST, "setPurpose", ROOM " purpose?", set_purpose),
	BOTH(POST, "setAnnouncement", ROOM " announcement?", set_announcement),
	POST("channels.setJoinCode", USER, FREELY, ROOM " joinCode?",
	    set_join_code),
	BOTH(POST, "setReadOnly", ROOM " readOnly?", set_read_only),
	BOTH(POST, "setType", ROOM " type?", set_type),
	POST("channels.setDefault", USER, FREELY, ROOM " default?",
	    set_default),
	BOTH(POST, "setCustomFields", ROOM " customFields?", set_fields),
	POST("groups.setEncrypted", USER, FREELY, ROOM " encrypted?",
	    set_encrypted),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group channels_edit_group;
const struct route_group channels_edit_group = { V1, STYLE_V1,
	channels_edit_routes };
