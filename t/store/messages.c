/* SPDX-License-Identifier: ISC */
/* Messages: keys, times that grow, what a page has of each. */
#include "t/store/fresh.h"

static int64_t den, ada;

static void
adding(struct store *s)
{
	struct message m, *list;
	struct room r;
	size_t n;

	ok(kept(s, post(marked(s), den, ada, "m1", "hello", 500, &m)) == 1 &&
		m.pk == (den << 40 | 1) && m.sent == 500 && m.updated == 500,
	    "the first of a room has the first key");
	ok(kept(s, post(marked(s), den, ada, "m1", "again", 501, &m)) == 0 &&
		the_room(s, "den").messages == 1,
	    "an id is taken once, and nothing moves");
	kept(s, post(marked(s), den, ada, "m2", "same time", 500, &m));
	ok(m.sent == 501, "times grow strictly in a room");
	kept(s, post(marked(s), den, ada, "m3", "clock jumped", 3, &m));
	ok(m.sent == 502 && m.pk == (den << 40 | 3),
	    "even when the clock jumps back");
	ok(store_newest(s) == 500, "the newest time runs ahead of no clock");
	r = the_room(s, "den");
	ok(r.messages == 3 && r.last == 502, "the room counts them");
	m = (struct message){ .room = den,
		.author = ada,
		.id = STR("m4"),
		.type = STR("uj"),
		.text = STR("ada"),
		.urls = STR("[1]"),
		.mentions = STR("[2]") };
	kept(s, message_add(marked(s), &m, 600));
	r = the_room(s, "den");
	ok(r.messages == 4 && r.last == 502,
	    "the system's own is no last word of a person");
	ok(message_page(s, &mem, &r, &(struct page){ .limit = 2 }, &list, &n) ==
		    1 &&
		n == 2 && str_eq(list[0].id, STR("m4")) &&
		str_eq(list[0].type, STR("uj")) &&
		str_eq(list[0].urls, STR("[1]")) &&
		str_eq(list[0].mentions, STR("[2]")) &&
		str_eq(list[0].rid, STR("id-of-den")) &&
		str_eq(list[0].author_id, STR("id-of-ada")) &&
		str_eq(list[0].author_name, STR("ada")) &&
		!list[0].editor_id.ptr && list[0].edited == 0 &&
		str_eq(list[1].text, STR("clock jumped")) && !list[1].type.ptr,
	    "a page has the newest first, all of each");
	ok(store_newest(s) == 600, "the newest time is known");
}

static void
refusing(struct store *s)
{
	int64_t before = the_room(s, "den").messages;
	struct message m;

	marked(s);
	ok(post(s, den, 999, "f1", "x", 700, &m) == -1,
	    "nobody's message is broken, not silently gone");
	store_undo(s);
	ok(post(marked(s), 999, ada, "f2", "x", 700, &m) == 0,
	    "no room has none");
	store_undo(s);
	store_commit(s);
	ok(the_room(s, "den").messages == before &&
		number(s, "SELECT count(*) FROM message WHERE id LIKE 'f_'") ==
		    0,
	    "and nothing of them is there");
}

int
main(void)
{
	struct store *s = fresh();

	den = new_room(s, "den");
	ada = new_user(s, "ada");
	adding(s);
	refusing(s);
	gone(s);
	return done();
}
