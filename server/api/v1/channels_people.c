/* SPDX-License-Identifier: ISC */
/* Channels and groups: who is in them, as what. */
#include "auth/throttle.h"
#include "server/api/v1/v1.h"

enum { INVITED = 100 };

/* ---- coming and going ---- */

/* The right code, where one is needed; told in constant time, and nobody
 * tries them all: guesses are counted as those of passwords are. */
static int
need_code(struct req *q, const struct room *r)
{
	struct str given = param(q, "joinCode"), code;
	struct str guess = arena_fmt(
	    q->mem, "%.*s in %.*s", STR_ARGS(q->me->id), STR_ARGS(r->id));
	int64_t wait;

	if (!r->coded || may_in(q, r, MAY_JOIN_WITHOUT_CODE))
		return 0;
	if (q->srv->conf->login_throttle &&
	    (wait = throttle_take(q->srv->logins, guess, q->srv->mono)))
		return fail_wait(q, wait);
	if (room_join_code(q->db, q->mem, r->row, &code) < 0)
		return fail(q, E_STORE);
	if (code.len == given.len &&
	    same_bytes(code.ptr, given.ptr, code.len)) {
		throttle_forget(q->srv->logins, guess);
		return 0;
	}
	return fail_coded(q, "error-code-invalid", "Invalid Room Password");
}

static int
join(struct req *q)
{
	struct deed d = deed_of(q);
	struct member m;
	struct room r;
	int found;

	if (need_room(q, &r) || need_alive(q, &r))
		return -1;
	if ((found = membership_of(q, &r, &m)) < 0)
		return -1;
	if (found == 0) {
		if (!may(q, MAY_VIEW_C))
			return fail_coded(
			    q, "error-not-allowed", "Not allowed");
		if (need_code(q, &r))
			return -1;
		if (deed_join(&d, &r, q->me) < 0)
			return fail(q, E_STORE);
	}
	return v1_room(q, r.id);
}

/* An owner among others may go. */
static int
need_other_owner(struct req *q, const struct room *r, const struct member *m,
    const char *code, const char *text)
{
	int64_t owners = 0;

	if (!role_among(m->roles, STR("owner")))
		return 0;
	if (member_count(q->db, r->row, STR("owner"), &owners) < 0)
		return fail(q, E_STORE);
	return owners > 1 ? 0 : fail_coded(q, code, "%s", text);
}

static const char last_owner[] = "You are the last owner. Please set new "
				 "owner before leaving the room.";

int
leave_room(struct req *q, const struct room *r, enum permission right)
{
	struct deed d = deed_of(q);
	struct member m;
	int found = membership_of(q, r, &m);

	if (found < 0)
		return -1;
	if (!may_in(q, r, right))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if (!found)
		return fail_coded(
		    q, "error-user-not-in-room", "You are not in this room");
	if (need_other_owner(q, r, &m, "error-you-are-last-owner", last_owner))
		return -1;
	return deed_leave(&d, r, q->me) < 0 ? fail(q, E_STORE) : 0;
}

static int
leave(struct req *q)
{
	const struct family *f = family_of(q);
	struct room r;

	if (need_room(q, &r) || need_alive(q, &r) ||
	    leave_room(q, &r, f->leave))
		return -1;
	return f->type == 'c' ? v1_room(q, r.id) : v1_done(q);
}

int
may_invite(struct req *q, const struct room *r)
{
	struct member m;
	int found;

	if (r->type == 'd')
		return 0;
	if (may(q, r->type == 'c' ? MAY_ADD_TO_ANY_C : MAY_ADD_TO_ANY_P))
		return 1;
	if ((found = membership_of(q, r, &m)) < 0)
		return -1;
	return found && may_in(q, r, MAY_ADD_TO_JOINED);
}

/* userId, username, user, or userIds. */
static int
need_guests(struct req *q, struct user **list, size_t *n)
{
	struct json ids = param_json(q, "userIds"), one;
	struct str *id;

	if (json_type(ids) != JSON_ARRAY) {
		*list = arena_get(q->mem, sizeof **list);
		*n = 1;
		return need_user(q, *list);
	}
	if (json_count(ids) > INVITED)
		return fail_coded(q, "error-invalid-params",
		    "At most %d users can be invited at once", INVITED);
	id = arena_get(q->mem, INVITED * sizeof *id);
	*n = 0;
	for (one = json_first(ids); json_type(one); one = json_next(one))
		if ((id[*n] = json_text(one, q->mem)).ptr)
			++*n;
	if (users_by_ids(q->db, q->mem, id, *n, list, n) < 0)
		return fail(q, E_STORE);
	return *n ? 0
		  : fail_coded(q, "error-invalid-user",
			"The required \"userId\" or \"username\" param "
			"provided does not match any users");
}

static int
invite(struct req *q)
{
	struct deed d = deed_of(q);
	struct user *guests;
	struct room r;
	size_t i, n;
	int able;

	if (need_room(q, &r) || need_alive(q, &r) ||
	    need_guests(q, &guests, &n) || (able = may_invite(q, &r)) < 0)
		return -1;
	if (!able)
		return fail_coded(q, "error-not-allowed", "Not allowed");
	for (i = 0; i < n; i++)
		if (deed_add(&d, &r, q->me, &guests[i]) < 0)
			return fail(q, E_STORE);
	return v1_room(q, r.id);
}

int
kick_user(struct req *q, const struct room *r, const struct user *u)
{
	struct deed d = deed_of(q);
	struct member m;
	int found;

	if (r->type == 'd' || !may_in(q, r, MAY_REMOVE_USER))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if ((found = member_find(q->db, q->mem, r->row, u->row, &m)) < 0)
		return fail(q, E_STORE);
	if (!found)
		return fail_coded(
		    q, "error-user-not-in-room", "User is not in this room");
	if (need_other_owner(q, r, &m, "error-you-are-last-owner", last_owner))
		return -1;
	return deed_kick(&d, r, q->me, u) < 0 ? fail(q, E_STORE) : 0;
}

static int
kick(struct req *q)
{
	struct room r;
	struct user u;

	if (need_room(q, &r) || need_alive(q, &r) || need_user(q, &u) ||
	    kick_user(q, &r, &u))
		return -1;
	return r.type == 'c' ? v1_room(q, r.id) : v1_done(q);
}

static int
add_all(struct req *q)
{
	struct deed d = deed_of(q);
	struct room r;
	int64_t users;

	if (need_room(q, &r) || need_alive(q, &r))
		return -1;
	if (!may(q, family_of(q)->add_to_any))
		return fail_coded(q, "error-not-authorized", "Not authorized");
	if (store_tally(q->db, "users", &users) < 0)
		return fail(q, E_STORE);
	if (users > option_number(q->srv->options, OPT_USER_LIMIT))
		return fail_coded(
		    q, "error-user-limit-exceeded", "User Limit Exceeded");
	if (deed_add_all(&d, &r, param_true(q, "activeUsersOnly")) < 0)
		return fail(q, E_STORE);
	return v1_room(q, r.id);
}

/* ---- roles ---- */

struct room_role {
	const char *call; /* behind add or remove */
	struct str role;
	enum permission right;
};

static const struct room_role room_roles[] = {
	{ "Moderator", { "moderator", 9 }, MAY_SET_MODERATOR },
	{ "Owner", { "owner", 5 }, MAY_SET_OWNER },
	{ "Leader", { "leader", 6 }, MAY_SET_LEADER },
};

static const struct room_role *
role_of(const struct req *q)
{
	struct str path = str_of(q->at.row->path);
	size_t i, len;

	for (i = 0;; i++) {
		len = strlen(room_roles[i].call);
		if (path.len > len &&
		    !memcmp(path.ptr + path.len - len, room_roles[i].call, len))
			return &room_roles[i];
	}
}

static int
set_role(struct req *q, bool on)
{
	const struct room_role *role = role_of(q);
	struct deed d = deed_of(q);
	struct member m;
	struct room r;
	struct user u;
	int found;

	if (need_room(q, &r) || need_alive(q, &r) || need_user(q, &u))
		return -1;
	if (!may_in(q, &r, role->right))
		return fail_coded(q, "error-not-allowed", "Not allowed");
	if ((found = member_find(q->db, q->mem, r.row, u.row, &m)) < 0)
		return fail(q, E_STORE);
	if (!found)
		return fail_coded(
		    q, "error-user-not-in-room", "User is not in this room");
	if (role_among(m.roles, role->role) == on)
		return fail_coded(q,
		    arena_fmt(q->mem, "error-user-%s-%.*s",
			on ? "already" : "not", STR_ARGS(role->role))
			.ptr,
		    "User is %s%s%.*s", on ? "already " : "not ",
		    role->role.ptr[0] == 'o' ? "an " : "a ",
		    STR_ARGS(role->role));
	if (!on && str_eq(role->role, STR("owner")) &&
	    need_other_owner(q, &r, &m, "error-remove-last-owner",
		"This is the last owner. Please set a new owner before "
		"removing this one."))
		return -1;
	return v1_did(q, deed_role(&d, &r, q->me, &u, role->role, on));
}

static int
add_role(struct req *q)
{
	return set_role(q, true);
}

static int
remove_role(struct req *q)
{
	return set_role(q, false);
}

/* clang-format off */
#define ROOM "roomId? roomName?"
#define ROOM_USER ROOM " userId? username? user?"

static const struct route channels_people_routes[] = {
	POST("channels.join", USER, FREELY, ROOM " joinCode?", join),
	BOTH(POST, "leave", ROOM, leave),
	BOTH(POST, "invite", ROOM_USER " userIds?", invite),
	BOTH(POST, "kick", ROOM_USER, kick),
	BOTH(POST, "addAll", ROOM " activeUsersOnly?", add_all),
	BOTH(POST, "addModerator", ROOM_USER, add_role),
	BOTH(POST, "removeModerator", ROOM_USER, remove_role),
	BOTH(POST, "addOwner", ROOM_USER, add_role),
	BOTH(POST, "removeOwner", ROOM_USER, remove_role),
	BOTH(POST, "addLeader", ROOM_USER, add_role),
	BOTH(POST, "removeLeader", ROOM_USER, remove_role),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group channels_people_group;
const struct route_group channels_people_group = { V1, STYLE_V1,
	channels_people_routes };
