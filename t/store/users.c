/* SPDX-License-Identifier: ISC */
/* Users: names in any case, addresses, what stays of a deleted one. */
#include "t/store/fresh.h"

static int
add(struct store *s, const char *id, const char *name, const char *email)
{
	struct user u = {
		.id = str_of(id),
		.username = str_of(name),
		.name = STR("A Name"),
		.type = STR("user"),
		.email = str_of(email),
		.verified = true,
		.active = true,
		.password = STR("$record"),
		.created = 5,
		.updated = 6,
	};

	return kept(s, user_add(marked(s), &u));
}

static void
adding(struct store *s)
{
	struct user u;

	ok(add(s, "i1", "Ada", "Ada@x.org") == 1, "a user is added");
	ok(user_by_id(s, &mem, STR("i1"), &u) == 1 &&
		str_eq(u.username, STR("Ada")) &&
		str_eq(u.email, STR("Ada@x.org")) &&
		str_eq(u.password, STR("$record")) && u.created == 5 &&
		u.updated == 6 && u.last_login == 0 && u.active && u.verified &&
		str_eq(u.name, STR("A Name")) && str_eq(u.type, STR("user")),
	    "and comes back as it was");
	ok(user_by_row(s, &mem, u.row, &u) == 1 && str_eq(u.id, STR("i1")),
	    "by its row too");
	ok(user_by_row(s, &mem, 99, &u) == 0 &&
		user_by_id(s, &mem, STR("i2"), &u) == 0,
	    "others are none");
	ok(add(s, "i2", "aDA", NULL) == 0, "a name is taken in any case");
	ok(add(s, "i1", "eve", NULL) == 0, "an id once");
	ok(add(s, "i2", "eve", "aDA@X.org") == 0 &&
		user_name_taken(s, STR("eve")) == 0,
	    "an address in any case, and that refusal leaves nothing");
	ok(add(s, "i2", "eve", NULL) == 1 && add(s, "i3", "bob", NULL) == 1,
	    "two may have no address");
	ok(user_by_id(s, &mem, STR("i2"), &u) == 1 && !u.email.ptr,
	    "which is absent then");
}

static void
finding(struct store *s)
{
	struct user u;

	ok(user_by_name(s, &mem, STR("Ada"), &u) == 1, "by the exact name");
	ok(user_by_name(s, &mem, STR("ada"), &u) == 0, "and no other case");
	ok(user_by_email(s, &mem, STR("Ada@x.org"), &u) == 1 &&
		str_eq(u.username, STR("Ada")),
	    "by the exact address");
	ok(user_by_email(s, &mem, STR("ada@x.org"), &u) == 0,
	    "and no other case");
	ok(user_name_taken(s, STR("ADA")) == 1 &&
		user_name_taken(s, STR("zoe")) == 0,
	    "taken in any case, or not");
	ok(user_email_taken(s, STR("ADA@X.ORG")) == 1 &&
		user_email_taken(s, STR("zoe@x.org")) == 0,
	    "addresses too");
}

static void
changing(struct store *s)
{
	struct user u;
	int64_t row;

	user_by_name(s, &mem, STR("Ada"), &u);
	row = u.row;
	ok(kept(s, user_set_password(marked(s), row, STR("$new"), 7)) == 1 &&
		kept(s, user_set_active(marked(s), row, false, 8)) == 1 &&
		kept(s, user_set_login(marked(s), row, 9)) == 1 &&
		user_by_row(s, &mem, row, &u) == 1 &&
		str_eq(u.password, STR("$new")) && !u.active &&
		u.updated == 8 && u.last_login == 9,
	    "password, state and login change");
	ok(kept(s, user_set_password(marked(s), 99, STR("$new"), 7)) == 0 &&
		kept(s, user_set_active(marked(s), 99, true, 7)) == 0 &&
		kept(s, user_set_login(marked(s), 99, 7)) == 0,
	    "nobody's do not");
}

static void
listing(struct store *s)
{
	struct user *u;
	size_t n;
	const struct str names[] = { STR("bob"), STR("ADA"), STR("zoe"),
		STR("Ada"), STR("bob") };

	ok(user_list(s, &mem, NO_STR, 10, &u, &n) == 1 && n == 3 &&
		str_eq(u[0].username, STR("Ada")) &&
		str_eq(u[1].username, STR("bob")) &&
		str_eq(u[2].username, STR("eve")),
	    "a list is in the order of names, whatever their case");
	ok(user_list(s, &mem, STR("ADA"), 1, &u, &n) == 1 && n == 1 &&
		str_eq(u[0].username, STR("bob")),
	    "and goes on behind one, in pages");
	ok(users_named(s, &mem, names, 5, &u, &n) == 1 && n == 3 &&
		str_eq(u[0].username, STR("bob")) &&
		str_eq(u[1].username, STR("Ada")) &&
		str_eq(u[2].username, STR("bob")),
	    "of names given, those that are users, in that order");
	ok(users_named(s, &mem, names, 0, &u, &n) == 1 && n == 0,
	    "of none, none");
}

static void
deleting(struct store *s)
{
	int64_t row = new_user(s, "zed"), room = new_room(s, "den");
	struct member m = { room, row, STR("m1"), STR("owner"), 10 };
	struct token t = { .hash = { 1 }, .user = row, .tail = STR("abcdef") };
	struct message msg;
	struct message *list;
	struct room r;
	struct user u;
	size_t n;

	kept(s, member_add(marked(s), &m));
	kept(s, room_mute(marked(s), room, row, true, 11));
	kept(s, token_add(marked(s), &t));
	kept(s, post(marked(s), room, row, "x1", "hello", 12, &msg));
	ok(kept(s, user_delete(marked(s), row, ERASE_NOTHING, 20)) == 1,
	    "a user is deleted");
	r = the_room(s, "den");
	ok(user_by_row(s, &mem, row, &u) == 1 && !u.username.ptr &&
		!u.name.ptr && !u.password.ptr && !u.email.ptr && !u.active &&
		str_eq(u.type, STR("removed")),
	    "nothing stays that tells who it was");
	ok(r.members == 0 && r.roster == 2 && !r.has_muted && r.updated == 20,
	    "the rooms know");
	ok(token_by_hash(s, &mem, t.hash, &t) == 0, "its tokens are gone");
	ok(message_page(s, &mem, &r, &(struct page){ .limit = 5 }, &list, &n) ==
		    1 &&
		n == 1 && str_eq(list[0].author_name, STR("Removed user")),
	    "what it wrote is a removed user's");
	ok(new_user(s, "Zed") > row, "the name is free, and the row is not");
	ok(kept(s, user_delete(marked(s), 999, ERASE_NOTHING, 20)) == 0,
	    "nobody is none");
}

int
main(void)
{
	struct store *s = fresh();

	adding(s);
	finding(s);
	changing(s);
	listing(s);
	deleting(s);
	gone(s);
	return done();
}
