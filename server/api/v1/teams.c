/* SPDX-License-Identifier: ISC */
/* teams.*: rooms that belong together, and who is in them. */
#include "server/api/v1/teams.h"

/* ---- which one ---- */

static int
no_team(struct req *q)
{
	return fail_bare(q, "team-does-not-exist");
}

int
need_team(struct req *q, struct team *t, struct room *main)
{
	struct str id = param(q, "teamId"), name = param(q, "teamName");
	struct member m;
	struct room *room;
	size_t n;
	int found = id.len     ? team_by_id(q->db, q->mem, id, t)
		    : name.len ? team_by_name(q->db, q->mem, name, t)
			       : 0;

	if (found == 0)
		return no_team(q);
	if (found < 0 ||
	    rooms_by_rows(q->db, q->mem, &t->room, 1, &room, &n) < 0 || n != 1)
		return fail(q, E_STORE);
	*main = *room;
	if (!t->closed || may(q, MAY_VIEW_TEAMS))
		return 0;
	if ((found = membership_of(q, main, &m)) < 0)
		return -1;
	return found ? 0 : no_team(q);
}

int
need_team_right(
    struct req *q, struct team *t, struct room *main, enum permission right)
{
	if (need_team(q, t, main))
		return -1;
	return may_in(q, main, right) ? 0 : fail(q, E_FORBIDDEN);
}

/* ---- documents ---- */

static void
write_team(struct writer *w, const char *key, const struct team *t, bool sized)
{
	json_open(w, key, '{');
	json_str(w, "_id", t->id);
	json_str(w, "name", t->name);
	json_int(w, "type", t->closed);
	json_str(w, "roomId", t->room_id);
	json_time(w, "createdAt", t->created);
	doc_who(w, "createdBy", t->creator_id, t->creator_name, NO_STR);
	json_time(w, "_updatedAt", t->updated);
	if (sized) {
		json_int(w, "rooms", t->rooms);
		json_int(w, "numberOfUsers", t->members);
	}
	json_close(w, '}');
}

static int
team_reply(struct req *q, int64_t row)
{
	struct team t;

	if (team_by_row(q->db, q->mem, row, &t) != 1)
		return fail(q, E_STORE);
	v1_begin(q);
	write_team(&q->out, "team", &t, false);
	return v1_end(q);
}

static int
write_teams(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct team *t;
	size_t i, mark;
	int done = teams_by_rows(s->db, mem, keys, n, &t, &n);

	for (i = 0; done >= 0 && i < n; i++) {
		mark = item_begin(l);
		write_team(&l->stream.out, NULL, &t[i], true);
		item_end(l, mark);
	}
	return done;
}

static int
list_of(struct req *q, int64_t user)
{
	struct listing *l = list_new(q, team_fields, false, write_teams);

	if (!l)
		return -1;
	return list_reply(q, l, "teams",
	    teams_select(q->db, &l->stream.mem, &l->select, user, &l->keys,
		&l->count, &l->total));
}

static int
list(struct req *q)
{
	return list_of(q, q->me->row);
}

static int
list_all(struct req *q)
{
	return may(q, MAY_VIEW_TEAMS) ? list_of(q, 0) : fail(q, E_FORBIDDEN);
}

static int
info(struct req *q)
{
	struct team t;
	struct room main;

	if (need_team(q, &t, &main))
		return -1;
	v1_begin(q);
	write_team(&q->out, "teamInfo", &t, true);
	write_team(&q->out, "team", &t, true);
	return v1_end(q);
}

/* ---- making and changing ---- */

/* Ids or usernames, those that are somebody's. */
static int
read_people(struct req *q, struct json list, struct user **all, size_t *n)
{
	struct str *word = arena_get(q->mem, TEAM_NAMED_MOST * sizeof *word);
	struct user *by_id, *by_name;
	size_t count = 0, ids, names;
	struct json one;

	for (one = json_first(list); json_type(one) && count < TEAM_NAMED_MOST;
	     one = json_next(one))
		if ((word[count] = json_text(one, q->mem)).len)
			count++;
	if (users_by_ids(q->db, q->mem, word, count, &by_id, &ids) < 0 ||
	    users_called(q->db, q->mem, word, count, &by_name, &names) < 0)
		return fail(q, E_STORE);
	*all = arena_get(q->mem, (ids + names + 1) * sizeof **all);
	if (ids)
		memcpy(*all, by_id, ids * sizeof **all);
	if (names)
		memcpy(*all + ids, by_name, names * sizeof **all);
	*n = ids + names;
	return 0;
}

/* 0 open, 1 closed. */
static int
need_kind(struct req *q, struct json type, bool *closed)
{
	int64_t n = 0;

	if (json_type(type) > JSON_NULL && !json_whole(type, &n) &&
	    !str_int(json_text(type, q->mem), &n))
		n = -1;
	if (n != 0 && n != 1)
		return fail_coded(q, "error-invalid-params",
		    "The parameter \"type\" must be 0 or 1");
	*closed = n;
	return 0;
}

static int
name_exists(struct req *q)
{
	return fail_bare(q, "team-name-already-exists");
}

static int
need_name(struct req *q, struct str name)
{
	return name_fits(name)
		   ? 0
		   : fail_coded(q, "error-invalid-room-name",
			 "%.*s is not a valid room name",
			 (int)(name.len < 200 ? name.len : 200), name.ptr);
}

static int
create(struct req *q)
{
	struct deed d = deed_of(q);
	struct team t = { .name = param(q, "name") };
	struct user *people = NULL;
	size_t n = 0;
	int done;

	if (!may(q, MAY_CREATE_TEAM))
		return fail(q, E_FORBIDDEN);
	if (!t.name.len)
		return fail_bare(q, "Body param \"name\" is required");
	if (need_name(q, t.name) ||
	    need_kind(q, param_json(q, "type"), &t.closed) ||
	    read_people(q, param_json(q, "members"), &people, &n))
		return -1;
	if ((done = deed_team(&d, &t, q->me, people, n)) == 0)
		return name_exists(q);
	return done < 0 ? fail(q, E_STORE) : team_reply(q, t.row);
}

static int
update(struct req *q)
{
	struct json data = param_json(q, "data");
	struct json type = json_get(data, STR("type"));
	struct str name = json_text(json_get(data, STR("name")), q->mem);
	struct deed d = deed_of(q);
	struct team t;
	struct room main;
	bool closed = false;
	int done = 1;

	if (json_type(data) != JSON_OBJECT)
		return fail_bare(q, "Body param \"data\" is required");
	if (need_team_right(q, &t, &main, MAY_EDIT_TEAM))
		return -1;
	closed = t.closed;
	if ((name.len && need_name(q, name)) ||
	    (json_type(type) && need_kind(q, type, &closed)))
		return -1;
	if (closed && main.by_default && main.type == 'c')
		return fail_coded(q, "error-action-not-allowed",
		    "A default channel cannot become private");
	if (name.len && !str_eq(name, t.name))
		done = deed_rename(&d, &main, q->me, name);
	if (done == 1 && closed != t.closed)
		done = deed_kind(&d, &main, q->me, closed ? 'p' : 'c');
	if (done == 1)
		done = team_set(
		    q->db, t.row, name.len ? name : t.name, closed, q->now);
	return done == 0 ? name_exists(q) : v1_did(q, done);
}

static int
erase(struct req *q)
{
	struct deed d = deed_of(q);
	struct team t;
	struct room main, *room;
	size_t i, n;

	if (need_team_right(q, &t, &main, MAY_DELETE_TEAM) ||
	    team_rooms_of(q, &t, param_json(q, "roomsToRemove"), &room, &n))
		return -1;
	for (i = 0; i < n; i++) {
		if (!may_in(q, &room[i],
			room[i].type == 'c' ? MAY_DELETE_C : MAY_DELETE_P))
			return fail_coded(
			    q, "error-not-allowed", "Not allowed");
		if (deed_retire(&d, &room[i]) < 0)
			return fail(q, E_STORE);
	}
	return v1_did(q, deed_team_end(&d, &t, &main));
}

/* ---- people ---- */

static int
write_members(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct writer *w = &l->stream.out;
	struct member *m;
	struct user *u;
	size_t i, j, users, count, mark;

	if (members_by_users(s->db, mem, l->room, keys, n, &m, &count) < 0 ||
	    users_by_rows(s->db, mem, keys, n, &u, &users) < 0)
		return -1;
	for (i = j = 0; i < count; i++) {
		while (j < users && u[j].row != m[i].user)
			j++;
		if (j == users)
			break;
		mark = item_begin(l);
		json_open(w, NULL, '{');
		json_open(w, "user", '{');
		json_str(w, "_id", u[j].id);
		json_str(w, "username", u[j].username);
		json_str(w, "name", u[j].name);
		json_str(w, "status", user_status(s, &u[j]));
		json_close(w, '}');
		json_words(w, "roles", m[i].roles);
		json_time(w, "createdAt", m[i].since);
		json_close(w, '}');
		item_end(l, mark);
	}
	return 1;
}

static int
members(struct req *q)
{
	struct listing *l;
	struct member m;
	struct team t;
	struct room main;
	int mine;

	if (need_team(q, &t, &main) || (mine = membership_of(q, &main, &m)) < 0)
		return -1;
	if (!mine && !may(q, MAY_VIEW_TEAMS))
		return fail(q, E_FORBIDDEN);
	if (!(l = list_new(q, user_fields, false, write_members)))
		return -1;
	l->room = main.row;
	return list_reply(q, l, "members",
	    members_select(q->db, &l->stream.mem, &l->select, &main, &l->keys,
		&l->count, &l->total));
}

/* A role in the team's room asks for the right that it does in any. */
static int
give_role(struct req *q, const struct room *main, const struct user *u,
    struct str name)
{
	static const struct {
		const char *name;
		enum permission right;
	} known[] = {
		{ "owner", MAY_SET_OWNER },
		{ "moderator", MAY_SET_MODERATOR },
		{ "leader", MAY_SET_LEADER },
	};
	struct deed d = deed_of(q);
	size_t i;

	for (i = 0; i < 3; i++) {
		if (!str_eq(name, str_of(known[i].name)))
			continue;
		if (!may_in(q, main, known[i].right))
			return fail(q, E_FORBIDDEN);
		if (deed_role(&d, main, q->me, u, name, true) < 0)
			return fail(q, E_STORE);
	}
	return 0;
}

static int
add_member(struct req *q, const struct room *main, const struct user *u,
    struct json one)
{
	struct json roles = json_get(one, STR("roles")), role;
	struct deed d = deed_of(q);

	if (deed_team_join(&d, main, q->me, u) < 0)
		return fail(q, E_STORE);
	for (role = json_first(roles); json_type(role); role = json_next(role))
		if (give_role(q, main, u, json_text(role, q->mem)))
			return -1;
	return 0;
}

static int
add_members(struct req *q)
{
	struct json list = param_json(q, "members"), one;
	struct team t;
	struct room main;
	struct user u;
	size_t n = 0;

	if (need_team(q, &t, &main))
		return -1;
	if (!may_in(q, &main, MAY_ADD_TEAM_MEMBER) &&
	    !may_in(q, &main, MAY_EDIT_TEAM_MEMBER))
		return fail(q, E_FORBIDDEN);
	if (json_type(list) != JSON_ARRAY || json_count(list) == 0 ||
	    json_count(list) > TEAM_NAMED_MOST)
		return fail_bare(q, "Body param \"members\" is required");
	for (one = json_first(list); json_type(one);
	     one = json_next(one), n++) {
		struct str id = json_text(json_get(one, STR("userId")), q->mem);
		int found = id.len ? user_by_id(q->db, q->mem, id, &u) : 0;

		if (found < 0)
			return fail(q, E_STORE);
		if (!found || !u.username.ptr)
			return fail_bare(q, "invalid-user");
		if (add_member(q, &main, &u, one))
			return -1;
	}
	return v1_done(q);
}

/* 1 a member who may go, 0 none, -1 answered: no room loses its last owner. */
static int
may_go(struct req *q, const struct room *r, const struct user *u)
{
	struct member m;
	int64_t owners = 0;
	int found = member_find(q->db, q->mem, r->row, u->row, &m);

	if (found < 0 || member_count(q->db, r->row, STR("owner"), &owners) < 0)
		return fail(q, E_STORE);
	return found && owners < 2 && role_among(m.roles, STR("owner"))
		   ? fail_bare(q, "last-owner-can-not-be-removed")
		   : found;
}

/* Out of the team, and of those of its rooms that are named. */
static int
take_out(struct req *q, const struct team *t, const struct room *main,
    const struct user *u)
{
	struct deed d = deed_of(q);
	struct room *room;
	size_t i, n;
	int able = may_go(q, main, u);

	if (able < 1)
		return able < 0 ? -1 : fail_bare(q, "user-not-in-team");
	if (team_rooms_of(q, t, param_json(q, "rooms"), &room, &n))
		return -1;
	for (i = 0; i < n; i++)
		if (may_go(q, &room[i], u) < 0)
			return -1;
	if (deed_team_leave(&d, main, q->me, u) < 0)
		return fail(q, E_STORE);
	for (i = 0; i < n; i++)
		if ((u->row == q->me->row
			    ? deed_leave(&d, &room[i], u)
			    : deed_kick(&d, &room[i], q->me, u)) < 0)
			return fail(q, E_STORE);
	return v1_done(q);
}

static int
remove_member(struct req *q)
{
	struct team t;
	struct room main;
	struct user u;
	struct str id = param(q, "userId");
	int found;

	if (need_team_right(q, &t, &main, MAY_EDIT_TEAM_MEMBER))
		return -1;
	found = id.len ? user_by_id(q->db, q->mem, id, &u) : 0;
	if (found < 0)
		return fail(q, E_STORE);
	return found ? take_out(q, &t, &main, &u)
		     : fail_bare(q, "invalid-user");
}

static int
leave(struct req *q)
{
	struct team t;
	struct room main;

	return need_team(q, &t, &main) ? -1 : take_out(q, &t, &main, q->me);
}

/* ---- channels.convertToTeam, groups.convertToTeam ---- */

static int
convert(struct req *q, const char *id, const char *name, char type,
    const char *none)
{
	struct str by_id = param(q, id), by_name = param(q, name);
	struct deed d = deed_of(q);
	struct team t = { 0 };
	struct room r;
	int found, able = 1;

	if (!by_id.len && !by_name.len)
		return fail_bare(
		    q, "The parameter \"%s\" or \"%s\" is required", id, name);
	found = by_id.len ? room_by_id(q->db, q->mem, by_id, &r)
			  : room_by_name(q->db, q->mem, by_name, &r);
	if (found == 1 && (r.type != type || (able = may_read(q, &r)) == 0))
		found = 0;
	if (able < 0)
		return -1;
	if (found < 0)
		return fail(q, E_STORE);
	if (!found)
		return fail_bare(q, "%s", none);
	if (!may(q, MAY_CREATE_TEAM) || !may_in(q, &r, MAY_EDIT_ROOM))
		return fail(q, E_FORBIDDEN);
	if (r.team || r.parent_id.ptr)
		return fail_bare(q, "room-already-on-team");
	if ((found = deed_team_of(&d, &t, &r, q->me)) == 0)
		return name_exists(q);
	return found < 0 ? fail(q, E_STORE) : team_reply(q, t.row);
}

static int
convert_channel(struct req *q)
{
	return convert(q, "channelId", "channelName", 'c', "Channel not found");
}

static int
convert_group(struct req *q)
{
	return convert(q, "roomId", "roomName", 'p', "Private group not found");
}

/* clang-format off */
static const struct route teams_routes[] = {
	GET("teams.list", USER, FREELY, LISTED, list),
	GET("teams.listAll", USER, FREELY, LISTED, list_all),
	GET("teams.info", USER, FREELY, TEAM, info),
	POST("teams.create", USER, FREELY, "name? type? members?", create, .effect = GROWS),
	POST("teams.update", USER, FREELY, TEAM " data?", update),
	POST("teams.delete", USER, FREELY, TEAM " roomsToRemove?", erase),
	GET("teams.members", USER, FREELY, TEAM " " LISTED, members),
	POST("teams.addMembers", USER, FREELY, TEAM " members?", add_members),
	POST("teams.removeMember", USER, FREELY, TEAM " userId? rooms?", remove_member),
	POST("teams.leave", USER, FREELY, TEAM " rooms?", leave),
	POST("channels.convertToTeam", USER, FREELY, "channelId? channelName?", convert_channel),
	POST("groups.convertToTeam", USER, FREELY, "roomId? roomName?", convert_group),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group teams_group;
const struct route_group teams_group = { V1, STYLE_V1, teams_routes };
