/* SPDX-License-Identifier: ISC */
/* Members: who, as what, in which order; names that are nobody's. */
#include "json/buf.h"
#include "t/store/fresh.h"

static int64_t den, ada, bob, eve;

static int
enter(struct store *s, int64_t room, int64_t user, const char *roles)
{
	static int nr;
	struct member m = { room, user, arena_fmt(&mem, "sub%d", nr++),
		str_of(roles), 10 };

	return kept(s, member_add(marked(s), &m));
}

static void
hear(void *arg, struct str name)
{
	struct buf *b = arg;

	buf_str(b, name);
	buf_char(b, ' ');
}

static bool
names_are(struct store *s, const char *want)
{
	struct buf b = { 0 };
	bool same = member_names(s, den, hear, &b) == 1 &&
		    str_eq(buf_view(&b), str_of(want));

	buf_free(&b);
	return same;
}

static void
coming(struct store *s)
{
	struct member m;
	struct room r;

	ok(enter(s, den, bob, "owner") == 1, "a member enters");
	ok(enter(s, den, bob, "") == 0, "once");
	r = the_room(s, "den");
	ok(r.members == 1 && r.roster == 1 && r.updated == 10,
	    "the room counts it, and its list is another");
	ok(member_find(s, &mem, den, bob, &m) == 1 && m.room == den &&
		m.user == bob && str_eq(m.roles, STR("owner")) &&
		m.since == 10 && str_eq(m.id, STR("sub0")),
	    "it is found");
	ok(member_find(s, &mem, den, ada, &m) == 0, "another is not");
	kept(s, member_add_ghost(marked(s), den, STR("boo"), 11));
	enter(s, den, ada, "");
	r = the_room(s, "den");
	ok(r.members == 2 && r.roster == 3, "a ghost is listed, not counted");
	ok(names_are(s, "bob boo ada "), "names are in the order of joining");
}

static void
roles(struct store *s)
{
	int64_t n;

	ok(kept(s, member_set_roles(
		       marked(s), den, ada, STR("owner leader"))) == 1 &&
		member_count(s, den, STR("owner"), &n) == 1 && n == 2 &&
		member_count(s, den, STR("leader"), &n) == 1 && n == 1 &&
		member_count(s, den, STR("lead"), &n) == 1 && n == 0,
	    "roles of members are counted by their whole names");
	ok(kept(s, member_set_roles(marked(s), den, eve, STR("owner"))) == 0,
	    "who is no member has none");
}

static void
among(struct store *s)
{
	const int64_t some[] = { ada, eve, bob, 999 };
	struct str *names;
	int64_t *rows, other = new_room(s, "other");
	size_t n;

	ok(members_among(s, &mem, den, some, 4, &names, &n) == 1 && n == 2 &&
		str_eq(names[0], STR("bob")) && str_eq(names[1], STR("ada")),
	    "of some users those who are in the room, in its order");
	enter(s, other, ada, "");
	ok(rooms_of_user(s, &mem, ada, &rows, &n) == 1 && n == 2 &&
		rows[0] == den && rows[1] == other,
	    "a user's rooms, the newest membership last");
	kept(s, member_delete(marked(s), den, ada, 20));
	enter(s, den, ada, "");
	ok(rooms_of_user(s, &mem, ada, &rows, &n) == 1 && n == 2 &&
		rows[0] == other && rows[1] == den,
	    "who comes again is the newest");
}

static void
going(struct store *s)
{
	struct room before = the_room(s, "den"), r;

	ok(kept(s, member_delete(marked(s), den, bob, 30)) == 1 &&
		kept(s, member_delete(marked(s), den, bob, 31)) == 0,
	    "a member leaves once");
	r = the_room(s, "den");
	ok(r.members == before.members - 1 && r.roster == before.roster + 1 &&
		r.updated == 30,
	    "the room counts that");
	ok(names_are(s, "boo ada "), "and lists it no more");
}

static void
muting(struct store *s)
{
	struct str *names;
	size_t n;

	ok(kept(s, room_mute(marked(s), den, bob, true, 40)) == 1 &&
		kept(s, room_mute(marked(s), den, ada, true, 41)) == 1 &&
		kept(s, room_mute(marked(s), den, ada, true, 42)) == 0,
	    "users are muted once");
	ok(the_room(s, "den").has_muted && the_room(s, "den").updated == 41,
	    "the room knows that it has some");
	ok(room_is_muted(s, den, ada) == 1 && room_is_muted(s, den, eve) == 0,
	    "who is and who is not");
	ok(room_muted_names(s, &mem, den, &names, &n) == 1 && n == 2 &&
		str_eq(names[0], STR("ada")) && str_eq(names[1], STR("bob")),
	    "listed by name");
	ok(kept(s, room_mute(marked(s), den, ada, false, 43)) == 1 &&
		the_room(s, "den").has_muted &&
		kept(s, room_mute(marked(s), den, bob, false, 44)) == 1 &&
		!the_room(s, "den").has_muted &&
		kept(s, room_mute(marked(s), den, bob, false, 45)) == 0,
	    "until the last may speak again");
}

int
main(void)
{
	struct store *s = fresh();

	den = new_room(s, "den");
	ada = new_user(s, "ada");
	bob = new_user(s, "bob");
	eve = new_user(s, "eve");
	coming(s);
	roles(s);
	among(s);
	going(s);
	muting(s);
	gone(s);
	return done();
}
