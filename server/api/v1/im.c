/* SPDX-License-Identifier: ISC */
/* im.*, and the same as dm.*: direct rooms. */
#include "server/api/v1/v1.h"

enum { NAMED_MOST = 100, TOPIC_MOST = 1000 };

/* ---- making ---- */

static bool
among(const struct str *names, size_t n, struct str name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_ieq(names[i], name))
			return true;
	return false;
}

/* Everybody who is named, each once, without the caller: 0, or -1. */
static int
read_names(struct req *q, struct str names[NAMED_MOST], size_t *n)
{
	struct str one, rest = param(q, "username");

	*n = 0;
	if (!rest.len)
		rest = param(q, "usernames");
	while (str_next(&rest, ',', &one)) {
		one = str_trim(one);
		if (one.len && *one.ptr == '@')
			one = str_from(one, 1);
		if (!one.len || str_ieq(one, q->me->username) ||
		    among(names, *n, one))
			continue;
		if (*n == NAMED_MOST)
			return -1;
		names[(*n)++] = one;
	}
	return 0;
}

static int
need_people(struct req *q, struct user **people, size_t *n)
{
	int64_t most = option_number(q->srv->options, OPT_DIRECT_MOST);
	bool alone = param_true(q, "excludeSelf");
	struct str names[NAMED_MOST];
	struct user *found;
	size_t named = 0;
	bool many = read_names(q, names, &named) < 0;

	if (many || (int64_t)(named + !alone) > most)
		return fail_bare(q, "error-direct-message-max-user-exceeded");
	if (users_called(q->db, q->mem, names, named, &found, n) < 0)
		return fail(q, E_STORE);
	/* nobody talks to himself because somebody else says so */
	if (*n < named || (alone && named < 2))
		return fail_coded(q, "error-invalid-user", "Invalid user");
	*people = arena_get(q->mem, (*n + 1) * sizeof **people);
	if (!alone)
		(*people)[0] = *q->me;
	if (*n)
		memcpy(*people + !alone, found, *n * sizeof **people);
	*n += !alone;
	return 0;
}

static int
write_made(struct req *q, const struct room *r, bool mine, bool made)
{
	struct str names = names_of(q->srv->names, q->db, r);

	if (!names.ptr)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "room", '{');
	json_str(&q->out, "_id", r->id);
	json_str(&q->out, "rid", r->id);
	json_str(&q->out, "t", STR("d"));
	json_text_as_is(&q->out, "usernames", names);
	if (mine)
		json_bool(&q->out, "inserted", made);
	json_close(&q->out, '}');
	return v1_end(q);
}

static int
create(struct req *q)
{
	struct deed d = deed_of(q);
	struct user *people = NULL;
	struct room r;
	size_t n;
	bool mine = !param_true(q, "excludeSelf");
	int found;

	if (param_is_text(q, "username") || param_is_text(q, "usernames"))
		return -1;
	if (!param(q, "username").len && !param(q, "usernames").len)
		return need_room(q, &r) ? -1 : write_made(q, &r, true, false);
	if (need_people(q, &people, &n))
		return -1;
	found = deed_direct_find(&d, people, n, &r);
	if (!may(q, MAY_VIEW_D) || (found == 0 && !may(q, MAY_CREATE_D)) ||
	    (!mine && !may(q, MAY_CREATE_D)))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if (found < 0 ||
	    (!found && deed_direct(&d, people, n, q->me, &r) != 1) ||
	    (mine &&
		member_set_open(q->db, r.row, q->me->row, true, q->now) < 0))
		return fail(q, E_STORE);
	return write_made(q, &r, mine, found == 0);
}

/* ---- lists ---- */

static int
list_rooms(struct req *q, enum room_list which)
{
	struct listing *l = list_new(q, room_fields, false,
	    which == ROOMS_JOINED ? room_items_last : room_items);

	if (!l)
		return -1;
	return list_reply(q, l, "ims",
	    rooms_select(q->db, &l->stream.mem, &l->select, which, 'd',
		q->me->row, &l->keys, &l->count, &l->total));
}

static int
list(struct req *q)
{
	return list_rooms(q, ROOMS_JOINED);
}

static int
list_everyone(struct req *q)
{
	return list_rooms(q, ROOMS_OF_TYPE);
}

static int
history(struct req *q)
{
	struct room r;

	return need_room(q, &r) ? -1 : history_reply(q, &r);
}

static int
messages(struct req *q)
{
	struct room r;

	return need_room(q, &r) ? -1 : messages_list(q, &r);
}

/* Any direct room, for who administers rooms: 0, or -1 and answered. */
static int
need_any(struct req *q, struct room *r)
{
	struct str id = param(q, "roomId");
	int found;

	if (!id.len)
		return fail_coded(q, "error-roomid-param-not-provided",
		    "The parameter \"roomId\" is required");
	if ((found = room_by_id(q->db, q->mem, id, r)) < 0)
		return fail(q, E_STORE);
	if (found && r->type == 'd')
		return 0;
	return fail_coded(q, "error-room-not-found",
	    "No direct message room found by the id of: %.*s", STR_ARGS(id));
}

static int
messages_others(struct req *q)
{
	struct room r;

	if (!option_on(q->srv->options, OPT_DIRECT_HISTORY))
		return fail_coded(
		    q, "error-endpoint-disabled", "This endpoint is disabled");
	if (!may(q, MAY_VIEW_ROOM_ADMIN))
		return fail(q, E_FORBIDDEN);
	return need_any(q, &r) ? -1 : messages_list(q, &r);
}

static int
members(struct req *q)
{
	struct room r;

	return need_room(q, &r) ? -1 : members_reply(q, &r);
}

static int
counters(struct req *q)
{
	struct str id = param(q, "userId");
	struct user u;
	struct member m;
	struct room r;
	int found;

	if (!id.len || str_eq(id, q->me->id))
		return need_room(q, &r) ? -1
					: counters_reply(q, &r, q->me->row);
	if (!may(q, MAY_VIEW_ROOM_ADMIN))
		return fail(q, E_FORBIDDEN);
	if (need_user(q, &u) || need_any(q, &r))
		return -1;
	if ((found = member_find(q->db, q->mem, r.row, u.row, &m)) < 0)
		return fail(q, E_STORE);
	if (!found)
		return fail_coded(q, "error-room-not-found",
		    "No direct message room found by the id of: %.*s",
		    STR_ARGS(r.id));
	return counters_reply(q, &r, u.row);
}

/* ---- changes ---- */

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

static int
set_topic(struct req *q)
{
	struct deed d = deed_of(q);
	struct str topic = param(q, "topic");
	struct room r;

	if (json_type(param_json(q, "topic")) <= JSON_NULL)
		return fail_bare(q, "The bodyParam \"topic\" is required");
	if (param_is_text(q, "topic") || need_room(q, &r))
		return -1;
	if (topic.len > TOPIC_MOST)
		return fail_bare(q, "The bodyParam \"topic\" is too long");
	if (deed_topic(&d, &r, q->me, topic) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_str(&q->out, "topic", topic);
	return v1_end(q);
}

static int
delete_room(struct req *q)
{
	struct deed d = deed_of(q);
	struct room r;

	if (!may(q, MAY_VIEW_ROOM_ADMIN))
		return fail(q, E_FORBIDDEN);
	if (!may(q, MAY_DELETE_D))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if (param(q, "roomId").len ? need_any(q, &r) : need_room(q, &r))
		return -1;
	return v1_did(q, deed_erase(&d, &r));
}

/* clang-format off */
#define DIRECT(VERB, call, right, params, run, ...)              \
	VERB("im." call, USER, right, params, run, __VA_ARGS__), \
	    VERB("dm." call, USER, right, params, run, __VA_ARGS__)
#define ROOM "roomId? username?"

static const struct route im_routes[] = {
	DIRECT(POST, "create", FREELY, ROOM " usernames? excludeSelf?", create, .effect = GROWS),
	DIRECT(GET, "list", FREELY, LISTED, list),
	DIRECT(GET, "list.everyone", MAY_VIEW_ROOM_ADMIN, LISTED, list_everyone),
	DIRECT(GET, "history", FREELY, ROOM " latest? oldest? inclusive? count? offset? unreads? showThreadMessages?", history),
	DIRECT(GET, "messages", FREELY, ROOM " mentionIds? starredIds? "
	    "pinned? " LISTED, messages),
	DIRECT(GET, "messages.others", FREELY, "roomId? " LISTED, messages_others),
	DIRECT(GET, "members", FREELY, ROOM " " LISTED, members),
	DIRECT(GET, "counters", FREELY, ROOM " userId?", counters),
	DIRECT(POST, "open", FREELY, ROOM, open_room),
	DIRECT(POST, "close", FREELY, ROOM, close_room),
	DIRECT(POST, "setTopic", FREELY, ROOM " topic?", set_topic),
	DIRECT(POST, "delete", FREELY, ROOM, delete_room),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group im_group;
const struct route_group im_group = { V1, STYLE_V1, im_routes };
