/* SPDX-License-Identifier: ISC */
/* What users say about themselves, pages of users, and leaving for good. */
#include "t/store/fresh.h"

static bool
read_again(struct store *s, int64_t row, struct user *u)
{
	return user_by_row(s, &mem, row, u) == 1;
}

static void
changing(struct store *s)
{
	int64_t ada = new_user(s, "ada"), bob = new_user(s, "bob");
	int64_t den = new_room(s, "den");
	struct member m = { den, ada, STR("m1"), STR(""), 10 };
	int64_t roster;
	struct user u;

	ok(kept(s, user_set_text(marked(s), ada, USER_BIO, STR("b"), 5)) == 1 &&
		kept(s, user_set_must_change(marked(s), ada, true, 6)) == 1 &&
		kept(s, user_set_utc_offset(marked(s), ada, -210, 7)) == 1 &&
		read_again(s, ada, &u) && str_eq(u.bio, STR("b")) &&
		u.must_change && u.utc_offset == -210 && u.updated == 7,
	    "what they say comes back");
	ok(kept(s, user_set_text(marked(s), ada, USER_BIO, NO_STR, 8)) == 1 &&
		read_again(s, ada, &u) && !u.bio.ptr,
	    "and may be taken back");
	kept(s, member_add(marked(s), &m));
	roster = the_room(s, "den").roster;
	ok(kept(s, user_set_username(marked(s), ada, STR("Ada"), 9)) == 1 &&
		the_room(s, "den").roster > roster,
	    "another name is one in the lists of rooms, too");
	ok(kept(s, user_set_username(marked(s), ada, STR("BOB"), 9)) == 0,
	    "a name is taken in any case");
	ok(kept(s, user_set_email(marked(s), ada, STR("a@x.org"), true, 9)) ==
		    1 &&
		kept(s, user_set_email(
			    marked(s), ada, STR("A@x.org"), false, 9)) == 1 &&
		read_again(s, ada, &u) && str_eq(u.email, STR("A@x.org")) &&
		!u.verified,
	    "an address in place of the old one");
	ok(kept(s, user_set_email(marked(s), bob, STR("a@X.org"), true, 9)) ==
		0,
	    "an address is taken in any case");
}

static size_t
like(struct store *s, const char *begin, const struct str *but, size_t n,
    struct user **u)
{
	size_t count = 99;

	users_like(s, &mem, str_of(begin), but, n, 10, u, &count);
	return count;
}

static void
beginning(struct store *s)
{
	const struct str but[] = { STR("zora") };
	int64_t zoe = new_user(s, "zoe");
	struct user *u;

	new_user(s, "zora");
	kept(s, user_set_text(marked(s), zoe, USER_NAME, STR("Queen"), 5));
	ok(like(s, "ZO", NULL, 0, &u) == 2 && str_eq(u[0].username, STR("zoe")),
	    "who begins so, in any case, by username");
	ok(like(s, "zo", but, 1, &u) == 1, "but those who are there");
	ok(like(s, "qu", NULL, 0, &u) == 1 && str_eq(u[0].username, STR("zoe")),
	    "or by name");
	ok(like(s, "%", NULL, 0, &u) == 0, "a sign is a sign");
	kept(s, user_set_active(marked(s), zoe, false, 6));
	ok(like(s, "zo", NULL, 0, &u) == 1, "not those who are out");
}

static bool
selected(struct store *s, const char *query, const char *online, size_t want)
{
	struct json_limits limits = {
		.tokens = 64, .depth = 8, .object_only = true
	};
	struct select sel = { .fields = user_fields, .limit = 100 };
	struct json v;
	int64_t *rows, total;
	size_t at, n;

	if (json_parse(&mem, str_of(query), &limits, &v, &at) != JSON_FINE ||
	    select_query(&sel, &mem, v))
		return false;
	sel.online = select_asks_online(&sel) ? str_of(online) : NO_STR;
	return users_select(s, &mem, &sel, &rows, &n, &total) == 1 &&
	       n == want && (size_t)total == want;
}

static void
selecting(struct store *s)
{
	int64_t kim = new_user(s, "kim");
	const char *there = arena_fmt(&mem, "[%lld]", (long long)kim).ptr;

	ok(selected(s, "{\"status\":\"online\"}", there, 1),
	    "who is there is told by who asks");
	ok(selected(s,
	       "{\"$or\":[{\"username\":\"bob\"},{\"status\":\"online\"},"
	       "{\"username\":\"kim\"}]}",
	       there, 2),
	    "beside other values");
	kept(s, user_set_text(marked(s), kim, USER_STATUS, STR("away"), 5));
	ok(selected(s, "{\"status\":\"away\"}", there, 1),
	    "as they wish to be shown");
	ok(selected(s, "{\"status\":{\"$ne\":\"offline\"}}", "[]", 0),
	    "nobody is there");
	ok(!selected(s, "{\"emails.address\":\"a@x.org\"}", "[]", 0),
	    "what is privileged is none for others");
}

static void
refusing(struct store *s)
{
	struct select sel = { .fields = user_fields, .limit = 1 };
	int64_t *rows, total;
	size_t n;

	does(s, "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c"
		" WHERE n < 90000) INSERT INTO user(id, username, name, type,"
		" active, created, updated) SELECT 'i' || n, 'n' || n, 'N',"
		" 'user', 1, 1, 1 FROM c");
	sel.order = STR("u.type");
	ok(users_select(s, &mem, &sel, &rows, &n, &total) == 0 && sel.cut,
	    "a long list that must be sorted is refused");
	sel = (struct select){ .fields = user_fields, .limit = 1 };
	sel.where = STR("(u.type LIKE '%x%')");
	ok(users_select(s, &mem, &sel, &rows, &n, &total) == 0 && sel.cut,
	    "or counted");
	sel = (struct select){
		.fields = user_fields, .limit = 1, .offset = 89000
	};
	sel.order = STR("u.username DESC");
	ok(users_select(s, &mem, &sel, &rows, &n, &total) == 1 && n == 1,
	    "along its index it is not");
	does(s, "DELETE FROM user WHERE name = 'N'");
}

static void
inheriting(struct store *s)
{
	int64_t eve = new_user(s, "eve"), tim = new_user(s, "tim");
	int64_t a = new_room(s, "both"), b = new_room(s, "hers");
	const struct member in[] = {
		{ a, eve, STR("e1"), STR("owner"), 10 },
		{ a, tim, STR("t1"), STR("moderator owner"), 10 },
		{ b, eve, STR("e2"), STR("leader owner"), 10 },
		{ b, tim, STR("t2"), STR("moderator"), 10 },
	};
	struct orphan *o;
	size_t i, n;

	for (i = 0; i < 4; i++)
		kept(s, member_add(marked(s), &in[i]));
	ok(rooms_left_by(s, &mem, eve, &o, &n) == 1 && n == 1 &&
		o[0].room == b && o[0].heir == tim &&
		str_eq(o[0].name, STR("hers")),
	    "a room that nobody else owns has an heir");
	kept(s, user_set_active(marked(s), tim, false, 6));
	ok(rooms_left_by(s, &mem, eve, &o, &n) == 1 && n == 1 && !o[0].heir,
	    "who is active");
	ok(rooms_left_by(s, &mem, tim, &o, &n) == 1 && n == 0,
	    "who owns nothing alone leaves nothing");
}

static void
unlinking(struct store *s)
{
	int64_t zed = new_user(s, "zed"), cat = new_user(s, "cat"), row;
	int64_t room = new_room(s, "hall");
	struct purge p = { .author = zed, .limit = 10 };
	struct sync y = { .since = 25 };
	struct message m, *list;
	struct room r;
	enum erasure how;
	size_t n;

	kept(s, post(marked(s), room, zed, "x1", "hello", 12, &m));
	kept(s, post(marked(s), room, cat, "x2", "miaow", 13, &m));
	kept(s, user_delete(marked(s), zed, ERASE_AUTHOR, 20));
	ok(user_erasing(s, &row, &how) == 1 && row == zed &&
		how == ERASE_AUTHOR,
	    "there is somebody whose words wait");
	while (kept(s, author_unlink(marked(s), &p, cat, 30)) == 1)
		;
	r = the_room(s, "hall");
	ok(message_page(s, &mem, &r, &(struct page){ .limit = 5 }, &list, &n) ==
		    1 &&
		n == 2 && list[0].author == cat && list[1].author == cat &&
		!list[0].extra.ptr &&
		str_eq(list[1].extra, STR("{\"alias\":\"Removed user\"}")),
	    "theirs are the cat's, by another name");
	y.room = room;
	ok(sync_updated(s, &mem, &y, &list, &n) == 0 &&
		sync_updated(s, &mem, &y, &list, &n) == 1 && n == 1 &&
		str_eq(list[0].id, STR("x1")) && list[0].updated == 30,
	    "and who asks what has changed is told");
	ok(kept(s, user_erased(marked(s), zed)) == 1 &&
		user_erasing(s, &row, &how) == 0,
	    "then there is nobody");
}

static void
tokens(struct store *s)
{
	int64_t joe = new_user(s, "joe"), count;
	struct token t = { .user = joe, .tail = STR("abcdef"), .created = 1 };
	struct token *list, found;
	uint8_t mine[32] = { 1 };
	size_t n;

	for (t.hash[0] = 1; t.hash[0] <= 4; t.hash[0]++) {
		t.script = t.hash[0] > 2;
		t.note =
		    t.script ? arena_fmt(&mem, "note %d", t.hash[0]) : NO_STR;
		t.created++;
		kept(s, token_add(marked(s), &t));
	}
	ok(tokens_noted(s, &mem, joe, 10, &list, &n) == 1 && n == 2 &&
		str_eq(list[0].note, STR("note 4")),
	    "those of scripts, the newest first");
	ok(token_noted(s, &mem, joe, STR("note 3"), &found) == 1 &&
		found.hash[0] == 3,
	    "and one by its name");
	ok(kept(s, token_delete_but(marked(s), joe, mine, false)) == 1 &&
		token_list(s, &mem, joe, 10, &list, &n) == 1 && n == 3,
	    "other logins end");
	ok(kept(s, token_delete_but(marked(s), joe, mine, true)) == 1 &&
		token_list(s, &mem, joe, 10, &list, &n) == 1 && n == 1 &&
		list[0].hash[0] == 1,
	    "or everything but one");
	ok(kept(s, token_delete_of(marked(s), joe, &count)) == 1 && count == 1,
	    "or all");
}

int
main(void)
{
	struct store *s = fresh();

	changing(s);
	beginning(s);
	selecting(s);
	refusing(s);
	inheriting(s);
	unlinking(s);
	tokens(s);
	gone(s);
	return done();
}
