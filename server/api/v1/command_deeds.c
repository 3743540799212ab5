/* SPDX-License-Identifier: ISC */
/* What commands do: each as the call that it is a short word for. */
#include "server/api/v1/v1.h"

enum { NAMED = 20, TOPIC_MOST = 4096, STATUS_MOST = 260 };

/* ---- words ---- */

static int
not_allowed(struct req *q)
{
	return fail_coded(q, "error-not-allowed", "Not allowed");
}

static struct str
without(struct str word, char sign)
{
	return word.len && word.ptr[0] == sign ? str_from(word, 1) : word;
}

static size_t
words_of(struct str text, char sign, struct str words[NAMED])
{
	struct str one;
	size_t n = 0;

	while (n < NAMED && str_next(&text, ' ', &one))
		if ((one = without(str_trim(one), sign)).len)
			words[n++] = one;
	return n;
}

static int
no_user(struct req *q, struct str name)
{
	return fail_coded(q, "error-invalid-user",
	    "There is no user by the name of %.*s",
	    (int)(name.len < 100 ? name.len : 100), name.ptr ? name.ptr : "");
}

/* The first word is the name of a user. */
static int
need_named(struct req *q, const struct order *o, struct user *u)
{
	struct str words[NAMED] = { NO_STR };
	int found = 0;

	if (words_of(o->params, '@', words))
		found = user_by_name(q->db, q->mem, words[0], u);
	if (found < 0)
		return fail(q, E_STORE);
	return found && u->username.ptr ? 0 : no_user(q, words[0]);
}

/* The first word is the name of a room (or @user), else it is this one. */
static int
need_place(struct req *q, const struct order *o, struct room *r)
{
	struct str words[NAMED], name;
	struct user pair[2] = { *q->me };
	struct deed d = deed_of(q);
	int found;

	*r = o->room;
	if (!words_of(o->params, '#', words))
		return 0;
	name = words[0];
	if (name.ptr[0] != '@') {
		found = room_by_name(q->db, q->mem, name, r);
	} else {
		found =
		    user_by_name(q->db, q->mem, str_from(name, 1), &pair[1]);
		if (found == 1)
			found = deed_direct_find(&d, pair, 2, r);
	}
	if (found == 1 && r->type != 'c' && (found = may_read(q, r)) < 0)
		return -1;
	if (found < 0)
		return fail(q, E_STORE);
	return found ? 0
		     : fail_coded(q, "error-room-not-found",
			   "There is no room by the name of %.*s",
			   (int)(name.len < 100 ? name.len : 100), name.ptr);
}

/* ---- saying something ---- */

static int
say_in(
    struct req *q, const struct room *r, struct message *root, struct str text)
{
	struct deed d = deed_of(q);
	struct message m;
	struct say say;

	if (need_seat(q, r) || need_writable(q, r) ||
	    need_say(q, r, (struct json){ 0 }, text, false, &say))
		return -1;
	say.root = root;
	return deed_post(&d, r, q->me, &say, &m) != 1 ? fail(q, E_STORE) : 0;
}

static int
say_with(struct req *q, const struct order *o, const char *before,
    const char *behind)
{
	return say_in(q, &o->room, o->root,
	    str_trim(arena_fmt(
		q->mem, "%s%.*s%s", before, STR_ARGS(o->params), behind)));
}

static int
run_gimme(struct req *q, struct order *o)
{
	return say_with(q, o, "༼ つ ◕_◕ ༽つ ", "");
}

static int
run_lennyface(struct req *q, struct order *o)
{
	return say_with(q, o, "", " ( ͡° ͜ʖ ͡°)");
}

static int
run_me(struct req *q, struct order *o)
{
	return o->params.len ? say_with(q, o, "_", "_") : 0;
}

static int
run_shrug(struct req *q, struct order *o)
{
	return say_with(q, o, "", " ¯\\_(ツ)_/¯");
}

static int
run_tableflip(struct req *q, struct order *o)
{
	return say_with(q, o, "", " (╯°□°）╯︵ ┻━┻");
}

static int
run_unflip(struct req *q, struct order *o)
{
	return say_with(q, o, "", " ┬─┬ ノ( ゜-゜ノ)");
}

static int
run_msg(struct req *q, struct order *o)
{
	struct str rest = o->params, name = NO_STR;
	struct room r;

	if (!str_next(&rest, ' ', &name) || name.len < 2 ||
	    name.ptr[0] != '@' || !(rest = str_trim(rest)).len)
		return fail_coded(q, "error-invalid-params",
		    "A user and a text are needed: @name text");
	return need_target(q, name, &r) ? -1 : say_in(q, &r, NULL, rest);
}

/* ---- people ---- */

static int
run_invite(struct req *q, struct order *o)
{
	struct str words[NAMED] = { NO_STR };
	size_t i, found, n = words_of(o->params, '@', words);
	struct deed d = deed_of(q);
	struct user *guests;
	int able;

	if (need_alive(q, &o->room) || (able = may_invite(q, &o->room)) < 0)
		return -1;
	if (!able)
		return not_allowed(q);
	if (users_named(q->db, q->mem, words, n, &guests, &found) < 0)
		return fail(q, E_STORE);
	if (found == 0)
		return no_user(q, words[0]);
	for (i = 0; i < found; i++)
		if (deed_add(&d, &o->room, q->me, &guests[i]) < 0)
			return fail(q, E_STORE);
	return 0;
}

static int
run_kick(struct req *q, struct order *o)
{
	struct user u;

	return need_alive(q, &o->room) || need_named(q, o, &u)
		   ? -1
		   : kick_user(q, &o->room, &u);
}

static int
mute(struct req *q, struct order *o, bool on)
{
	struct deed d = deed_of(q);
	struct member m;
	struct user u;
	int found;

	if (o->room.type == 'd' || !may_in(q, &o->room, MAY_MUTE_USER))
		return not_allowed(q);
	if (need_named(q, o, &u))
		return -1;
	found = member_find(q->db, q->mem, o->room.row, u.row, &m);
	if (found == 0)
		return fail_coded(
		    q, "error-user-not-in-room", "User is not in this room");
	if (found < 0 || deed_mute(&d, &o->room, q->me, &u, on) < 0)
		return fail(q, E_STORE);
	return 0;
}

static int
run_mute(struct req *q, struct order *o)
{
	return mute(q, o, true);
}

static int
run_unmute(struct req *q, struct order *o)
{
	return mute(q, o, false);
}

static int
run_status(struct req *q, struct order *o)
{
	if (!option_on(q->srv->options, OPT_ALLOW_STATUS_CHANGE))
		return fail_coded(
		    q, "error-not-allowed", "Change status is not allowed");
	if (o->params.len > STATUS_MOST)
		return fail_coded(q, "error-invalid-params",
		    "A status has at most %d bytes", STATUS_MOST);
	presence_changed(q->srv->presence, q->me->row, q->srv->mono);
	return user_set_text(
		   q->db, q->me->row, USER_STATUS_TEXT, o->params, q->now) < 0
		   ? fail(q, E_STORE)
		   : 0;
}

/* ---- rooms ---- */

static int
archive(struct req *q, struct order *o, bool on)
{
	struct deed d = deed_of(q);
	struct room r;

	if (need_place(q, o, &r))
		return -1;
	if (r.type == 'd' ||
	    !may_in(q, &r, on ? MAY_ARCHIVE_ROOM : MAY_UNARCHIVE_ROOM))
		return not_allowed(q);
	if (r.archived == on)
		return fail_coded(q,
		    on ? "error-room-archived" : "error-room-not-archived",
		    "The channel, %.*s, is %sarchived", STR_ARGS(r.name),
		    on ? "" : "not ");
	return deed_archive(&d, &r, q->me, on) < 0 ? fail(q, E_STORE) : 0;
}

static int
run_archive(struct req *q, struct order *o)
{
	return archive(q, o, true);
}

static int
run_unarchive(struct req *q, struct order *o)
{
	return archive(q, o, false);
}

/* "private" among the words makes a group. */
static int
run_create(struct req *q, struct order *o)
{
	struct str words[NAMED], name = NO_STR;
	size_t i, n = words_of(o->params, '#', words);
	struct deed d = deed_of(q);
	struct room r = { .type = 'c', .created = q->now, .updated = q->now };
	int done;

	for (i = 0; i < n; i++)
		if (str_eq(words[i], STR("private")))
			r.type = 'p';
		else
			name = words[i];
	if (!may(q, r.type == 'c' ? MAY_CREATE_C : MAY_CREATE_P))
		return not_allowed(q);
	if (!name_fits(name))
		return fail_coded(q, "error-invalid-room-name",
		    "%.*s is not a valid room name",
		    (int)(name.len < 100 ? name.len : 100),
		    name.ptr ? name.ptr : "");
	r.name = name;
	if ((done = deed_room(&d, &r, q->me, NULL, 0)) == 0)
		return fail_coded(q, "error-duplicate-channel-name",
		    "A channel with name '%.*s' exists", STR_ARGS(name));
	return done < 0 ? fail(q, E_STORE) : 0;
}

static int
run_hide(struct req *q, struct order *o)
{
	struct member m;
	struct room r;
	int found;

	if (need_place(q, o, &r) || (found = membership_of(q, &r, &m)) < 0)
		return -1;
	if (!found)
		return fail_coded(
		    q, "error-user-not-in-room", "You are not in this room");
	return member_set_open(q->db, r.row, q->me->row, false, q->now) < 0
		   ? fail(q, E_STORE)
		   : 0;
}

/* As chat.postMessage does on its way, so that a code keeps its meaning. */
static int
run_join(struct req *q, struct order *o)
{
	struct str words[NAMED];
	struct room r;

	if (!words_of(o->params, '#', words))
		return fail_coded(q, "error-invalid-params",
		    "The name of a channel is needed");
	return need_place(q, o, &r) || need_alive(q, &r) || need_seat(q, &r)
		   ? -1
		   : 0;
}

static int
run_leave(struct req *q, struct order *o)
{
	if (o->room.type == 'd')
		return not_allowed(q);
	return leave_room(
	    q, &o->room, o->room.type == 'c' ? MAY_LEAVE_C : MAY_LEAVE_P);
}

static int
run_topic(struct req *q, struct order *o)
{
	struct deed d = deed_of(q);

	if (need_alive(q, &o->room))
		return -1;
	if (o->room.type == 'd' || !may_in(q, &o->room, MAY_EDIT_ROOM))
		return not_allowed(q);
	if (o->params.len > TOPIC_MOST)
		return fail_coded(q, "error-invalid-params",
		    "A topic has at most %d bytes", TOPIC_MOST);
	return deed_topic(&d, &o->room, q->me, o->params) < 0 ? fail(q, E_STORE)
							      : 0;
}

/* ---- what there is ---- */

static int
run_help(struct req *q, struct order *o)
{
	struct buf out = { 0 };
	const struct command *c;

	for (c = commands; c->name; c++)
		buf_fmt(&out, "%s/%s%s%s - %s", out.len ? "\n" : "", c->name,
		    c->params[0] ? " " : "", c->params, c->description);
	o->result = buf_settle(&out, q->mem);
	return 0;
}

/* clang-format off */
const struct command commands[] = {
	{ "archive", "#channel", "Archive a room", MAY_ARCHIVE_ROOM,
	    run_archive },
	{ "create", "[private] #channel", "Make a channel or group",
	    MAY_CREATE_C, run_create },
	{ "gimme", "text", "Say it with arms that want it", 0, run_gimme },
	{ "help", "", "Show these commands", 0, run_help },
	{ "hide", "#room", "Take a room off your list", 0, run_hide },
	{ "invite", "@user", "Bring users into this room",
	    MAY_ADD_TO_JOINED, run_invite },
	{ "join", "#channel", "Go into a channel", MAY_VIEW_C, run_join },
	{ "kick", "@user", "Remove a user from this room", MAY_REMOVE_USER,
	    run_kick },
	{ "leave", "", "Leave this room", MAY_LEAVE_C, run_leave },
	{ "lennyface", "text", "Say it with a look", 0, run_lennyface },
	{ "me", "text", "Say it as something that you do", 0, run_me },
	{ "msg", "@user text", "Say it to a user alone", MAY_CREATE_D,
	    run_msg },
	{ "mute", "@user", "Silence a user in this room", MAY_MUTE_USER,
	    run_mute },
	{ "part", "", "Leave this room", MAY_LEAVE_C, run_leave },
	{ "shrug", "text", "Say it with a shrug", 0, run_shrug },
	{ "status", "text", "Say what you are doing", 0, run_status },
	{ "tableflip", "text", "Say it and throw the table", 0,
	    run_tableflip },
	{ "topic", "text", "Set the topic of this room", MAY_EDIT_ROOM,
	    run_topic },
	{ "unarchive", "#channel", "Open an archived room",
	    MAY_UNARCHIVE_ROOM, run_unarchive },
	{ "unflip", "text", "Say it and put the table back", 0, run_unflip },
	{ "unmute", "@user", "Let a user speak again", MAY_MUTE_USER,
	    run_unmute },
	{ NULL, NULL, NULL, 0, NULL },
};
/* clang-format on */
