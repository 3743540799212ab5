/* SPDX-License-Identifier: ISC */
/* Deleting a great many: counts, last words, the index of words. */
#include "t/store/fresh.h"

static int64_t den, hall, ada, bob;

static void
fill(struct store *s)
{
	struct message m;
	int i;

	for (i = 0; i < 60; i++) {
		marked(s);
		post(s, i % 2 ? den : hall, i % 3 ? ada : bob,
		    arena_fmt(&mem, "m%d", i).ptr,
		    arena_fmt(&mem, "word%d and common", i).ptr, 1000 + i, &m);
		store_keep(s);
		store_commit(s);
	}
	m = (struct message){ .room = den,
		.author = ada,
		.id = STR("sys"),
		.type = STR("ul"),
		.text = STR("common") };
	kept(s, message_add(marked(s), &m, 2000));
}

static int64_t
found(struct store *s)
{
	return number(s, "SELECT count(*) FROM message_search "
			 "WHERE message_search MATCH 'common'");
}

static int
purge(struct store *s, struct purge *p)
{
	return kept(s, message_purge(marked(s), &mem, p, 3000));
}

static void
by_author(struct store *s)
{
	struct purge p = { .author = bob, .limit = 7 };
	int rounds = 1;

	while (purge(s, &p) == 1)
		rounds++;
	ok(p.count == 20 && rounds == 3, "an author's go in steps");
	ok(number(s, "SELECT count(*) FROM message WHERE author = 2") == 0 &&
		number(s, "SELECT count(*) FROM message WHERE author = 1") ==
		    41,
	    "all of them, and nobody else's");
	ok(the_room(s, "den").messages == 21 &&
		the_room(s, "hall").messages == 20,
	    "the rooms count what is left");
	ok(the_room(s, "den").last == 1059 && the_room(s, "hall").last == 1058,
	    "the last words are those that are left");
	ok(found(s) == 41, "what is gone is found no more");
	ok(number(s, "SELECT count(*) FROM message_gone") == 20,
	    "its places stay known");
	p = (struct purge){ .author = bob, .limit = 7 };
	ok(purge(s, &p) == 0 && p.count == 0, "then there are none");
}

static void
by_time(struct store *s)
{
	struct purge p = { .room = den, .before = 1050, .limit = 1000 };

	ok(purge(s, &p) == 0 && p.count == 17, "a room's before a time go");
	ok(number(s, "SELECT min(sent) FROM message WHERE pk >> 40 = 1") ==
		    1053 &&
		the_room(s, "den").messages == 4,
	    "and what was sent at it or later stays");
}

static void
of_room(struct store *s)
{
	struct purge p = { .room = den, .limit = 3 };
	struct message m;
	size_t rounds = 0;

	while (purge(s, &p) == 1)
		rounds++;
	ok(p.count == 4 && rounds == 1, "a room's go, system messages too");
	ok(the_room(s, "den").messages == 0 && the_room(s, "den").last == 0 &&
		the_room(s, "hall").messages == 20,
	    "of this room only");
	ok(found(s) == 20 && search_is_whole(s), "the index is whole");
	ok(kept(s, post(marked(s), den, ada, "new", "x", 1, &m)) == 1 &&
		m.sent == 2001 && (m.pk & 0xffffff) == 32,
	    "keys and times go on behind what was there");
}

static void
at_once(struct store *s)
{
	struct purge p = { .room = hall, .limit = 1000 };
	struct message m;

	marked(s);
	post(s, hall, ada, "brief", "common brief", 5000, &m);
	store_keep(s);
	marked(s);
	message_purge(s, &mem, &p, 5001);
	store_keep(s);
	ok(store_commit(s) == 1 && found(s) == 0 && search_is_whole(s),
	    "sent and deleted in one tick, it was never in the index");
	ok(kept(s, post(marked(s), hall, ada, "brief", "again", 6000, &m)) ==
		    1 &&
		purge(s, &(struct purge){ .room = hall, .limit = 9 }) == 0 &&
		number(s, "SELECT pk & 255 FROM message_gone "
			  "WHERE id = 'brief'") == 32,
	    "an id that comes and goes again is known by its last place");
}

static void
taken_back(struct store *s)
{
	struct purge p = { .room = hall, .limit = 1000 };
	struct message m;

	kept(s, post(marked(s), hall, ada, "h", "common", 7000, &m));
	marked(s);
	message_purge(s, &mem, &p, 7001);
	store_undo(s);
	ok(store_commit(s) == 1 && found(s) == 1 && search_is_whole(s) &&
		the_room(s, "hall").messages == 1,
	    "an undone purge leaves all as it was, in the index too");
}

int
main(void)
{
	struct store *s = fresh();

	den = new_room(s, "den");
	hall = new_room(s, "hall");
	ada = new_user(s, "ada");
	bob = new_user(s, "bob");
	fill(s);
	by_author(s);
	by_time(s);
	of_room(s);
	at_once(s);
	taken_back(s);
	gone(s);
	return done();
}
