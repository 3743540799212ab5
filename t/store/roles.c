/* SPDX-License-Identifier: ISC */
/* Roles, what they allow, and who has them. */
#include "t/store/fresh.h"

static int
add(struct store *s, const char *name, bool per_room)
{
	struct role r = { str_of(name), STR("words"), per_room, false, 1 };

	return kept(s, role_add(marked(s), &r));
}

static void
roles(struct store *s)
{
	struct role r, *list;
	size_t n;

	ok(add(s, "b-role", false) == 1 && add(s, "a-role", true) == 1,
	    "roles are added");
	ok(add(s, "b-role", true) == 0, "once");
	ok(role_by_name(s, &mem, STR("a-role"), &r) == 1 && r.per_room &&
		!r.fixed && str_eq(r.description, STR("words")),
	    "and found");
	ok(role_by_name(s, &mem, STR("c-role"), &r) == 0, "or not");
	ok(role_list(s, &mem, &list, &n) == 1 && n == 2 &&
		str_eq(list[0].name, STR("a-role")),
	    "listed by name");
}

static void
grants(struct store *s)
{
	struct grant *g;
	size_t n;

	ok(kept(s, grant_add(marked(s), STR("b-role"), STR("y"), 5)) == 1 &&
		kept(s, grant_add(marked(s), STR("b-role"), STR("x"), 5)) ==
		    1 &&
		kept(s, grant_add(marked(s), STR("a-role"), STR("z"), 5)) == 1,
	    "permissions are granted");
	ok(kept(s, grant_add(marked(s), STR("b-role"), STR("x"), 5)) == 0,
	    "once");
	ok(grant_list(s, &mem, &g, &n) == 1 && n == 3 &&
		str_eq(g[0].role, STR("a-role")) &&
		str_eq(g[1].permission, STR("x")),
	    "listed by role and name");
	ok(kept(s, grant_delete(marked(s), STR("b-role"), STR("x"), 5)) == 1 &&
		kept(s, grant_delete(marked(s), STR("b-role"), STR("x"), 5)) ==
		    0,
	    "taken once");
	marked(s);
	ok(grant_add(s, STR("nobody's"), STR("x"), 5) == -1,
	    "to no role nothing is granted");
	store_undo(s);
	store_commit(s);
}

static void
holders(struct store *s)
{
	int64_t ada = new_user(s, "ada"), bob = new_user(s, "bob"), n;
	struct str *names;
	size_t count;

	ok(kept(s, user_give_role(marked(s), ada, STR("b-role"))) == 1 &&
		kept(s, user_give_role(marked(s), ada, STR("a-role"))) == 1 &&
		kept(s, user_give_role(marked(s), bob, STR("a-role"))) == 1,
	    "users are given roles");
	ok(kept(s, user_give_role(marked(s), ada, STR("a-role"))) == 0, "once");
	ok(user_roles(s, &mem, ada, &names, &count) == 1 && count == 2 &&
		str_eq(names[0], STR("a-role")) &&
		str_eq(names[1], STR("b-role")),
	    "which are listed by name");
	ok(role_holders(s, STR("a-role"), &n) == 1 && n == 2, "two hold it");
	kept(s, user_set_active(marked(s), bob, false, 1));
	ok(role_holders(s, STR("a-role"), &n) == 1 && n == 1,
	    "who is disabled does not count");
	ok(kept(s, user_take_role(marked(s), ada, STR("b-role"))) == 1 &&
		kept(s, user_take_role(marked(s), ada, STR("b-role"))) == 0,
	    "taken once");
}

static void
deleting(struct store *s)
{
	int64_t ada, room = new_room(s, "den"), n;
	struct user u;
	struct member m = { 0 };
	struct str *names;
	struct grant *g;
	size_t count;

	user_by_name(s, &mem, STR("ada"), &u);
	ada = u.row;
	m = (struct member){ room, ada, STR("m"), STR("owner a-role-x a-role"),
		1 };
	kept(s, member_add(marked(s), &m));
	ok(kept(s, role_delete(marked(s), STR("a-role"), 6)) == 1,
	    "a role is deleted");
	ok(user_roles(s, &mem, ada, &names, &count) == 1 && count == 0 &&
		grant_list(s, &mem, &g, &count) == 1 && count == 1,
	    "from its holders, with what it allowed");
	ok(member_find(s, &mem, room, ada, &m) == 1 &&
		str_eq(m.roles, STR("owner a-role-x")),
	    "and from members, but no other that has its name in it");
	ok(kept(s, role_delete(marked(s), STR("a-role"), 6)) == 0, "once");
	ok(role_holders(s, STR("a-role"), &n) == 1 && n == 0, "none holds it");
}

static int64_t
stamp_of(struct store *s, const char *name)
{
	struct stamp *list;
	size_t i, n;

	grant_stamps(s, &mem, &list, &n);
	for (i = 0; i < n; i++)
		if (str_eq(list[i].name, str_of(name)))
			return list[i].at;
	return 0;
}

/* What is told to clients that ask what changed since. */
static void
changing(struct store *s)
{
	struct role r = { STR("cook"), STR("old"), false, false, 20 };
	struct gone *list;
	int64_t dora = new_user(s, "dora"), room = new_room(s, "kitchen");
	struct member m = { room, dora, STR("m2"), STR("cook-x cook"), 1 };
	struct str *names;
	size_t n;

	kept(s, role_add(marked(s), &r));
	ok(role_is_held(s, &r) == 0, "nobody has a new one");
	kept(s, user_give_role(marked(s), dora, r.name));
	ok(role_is_held(s, &r) == 1, "now somebody has");
	kept(s, member_add(marked(s), &m));
	kept(s, grant_add(marked(s), r.name, STR("stir"), 21));
	ok(stamp_of(s, "stir") == 21, "it is known when it was granted");
	r.description = STR("new");
	r.per_room = true;
	r.updated = 22;
	ok(kept(s, role_set(marked(s), &r)) == 1 &&
		role_by_name(s, &mem, STR("cook"), &r) == 1 && r.per_room &&
		r.updated == 22 && str_eq(r.description, STR("new")),
	    "a role is described anew");
	ok(kept(s, role_rename(marked(s), &r, STR("b-role"))) == 0,
	    "not renamed to one that there is");
	r.updated = 23;
	ok(kept(s, role_rename(marked(s), &r, STR("chef"))) == 1 &&
		role_by_name(s, &mem, STR("cook"), &r) == 0 &&
		role_by_name(s, &mem, STR("chef"), &r) == 1,
	    "but to another");
	ok(user_roles(s, &mem, dora, &names, &n) == 1 && n == 1 &&
		str_eq(names[0], STR("chef")) &&
		member_find(s, &mem, room, dora, &m) == 1 &&
		str_eq(m.roles, STR("cook-x chef")),
	    "which they have now, and no other is touched");
	ok(stamp_of(s, "stir") == 23, "who holds what is another, too");
	ok(gone_list(s, &mem, 0, GONE_ROLE, 22, &list, &n) == 1 && n == 1 &&
		str_eq(list[0].id, STR("cook")) && list[0].at == 23,
	    "the old name is gone");
	kept(s, role_delete(marked(s), STR("chef"), 24));
	ok(stamp_of(s, "stir") == 24, "as is what it held");
}

int
main(void)
{
	struct store *s = fresh();

	roles(s);
	grants(s);
	holders(s);
	deleting(s);
	changing(s);
	gone(s);
	return done();
}
