/* SPDX-License-Identifier: ISC */
/* Rooms that go in steps, what goes from them by its time, who is not there. */
#include "t/store/fresh.h"

static struct room den;
static int64_t ada, bob;

/* m0 at 1000, m10 at 1010, ... */
static void
fill(struct store *s)
{
	struct message m;
	int i;

	for (i = 0; i < 100; i += 10)
		kept(s, post(marked(s), den.row, i % 20 ? bob : ada,
			    arena_fmt(&mem, "m%d", i).ptr,
			    arena_fmt(&mem, "text %d", i).ptr, 1000 + i, &m));
}

static int
clean(struct store *s, struct page when, struct cleaning c)
{
	c.when = when;
	c.limit = 100;
	if (kept(s, message_clean(marked(s), &mem, &den, &c, 9000)) < 0)
		return -1;
	return (int)c.count;
}

static void
cleaning(struct store *s)
{
	struct message m;

	message_by_id(s, &mem, STR("m20"), &m);
	kept(s, message_pin(marked(s), &m, ada, 2000));
	ok(clean(s, (struct page){ .oldest = 1000, .latest = 1040 },
	       (struct cleaning){ .files_only = true }) == 0,
	    "files alone: there are none");
	ok(clean(s, (struct page){ .oldest = 1000, .latest = 1030 },
	       (struct cleaning){ .keep_pinned = true }) == 1 &&
		message_by_id(s, &mem, STR("m20"), &m) == 1 &&
		message_by_id(s, &mem, STR("m10"), &m) == 0,
	    "between the times, but what is pinned");
	ok(clean(s,
	       (struct page){
		   .oldest = 1000, .latest = 1030, .inclusive = true },
	       (struct cleaning){ .authors = &bob, .author_count = 1 }) == 1,
	    "and at them, of one author");
	ok(clean(s, (struct page){ .oldest = 1090 }, (struct cleaning){ 0 }) ==
		    0 &&
		clean(s, (struct page){ .latest = 1000 },
		    (struct cleaning){ 0 }) == 0,
	    "nothing before the first or behind the last");
	ok(the_room(s, "den").messages == 8, "it is counted");
}

static int
page_of(struct store *s, const struct page *p, struct message **list, size_t *n)
{
	int64_t *keys;

	return message_page_keys(s, &mem, &den, p, &keys, n) == 1
		   ? messages_by_keys(s, &mem, &den, keys, *n, list, n)
		   : -1;
}

static void
answers(struct store *s)
{
	struct message root, m, *list;
	struct page page = { .limit = 2, .no_answers = true };
	size_t n;

	message_by_id(s, &mem, STR("m80"), &root);
	m = (struct message){ .room = den.row,
		.author = bob,
		.id = STR("a1"),
		.text = STR("answer"),
		.thread = root.pk };
	kept(s, message_add(marked(s), &m, 2000));
	ok(page_of(s, &page, &list, &n) == 1 && n == 2 &&
		str_eq(list[0].id, STR("m90")) &&
		str_eq(list[1].id, STR("m80")),
	    "a page without answers is as long as another");
	m.id = STR("a2");
	m.extra = STR("{\"tshow\":true}");
	kept(s, message_add(marked(s), &m, 2000));
	ok(page_of(s, &page, &list, &n) == 1 && n == 2 &&
		str_eq(list[0].id, STR("a2")) && str_eq(list[1].id, STR("m90")),
	    "and has those that are shown to all");
	ok(clean(s, (struct page){ .oldest = 1089 },
	       (struct cleaning){ .keep_threads = true }) == 1 &&
		message_by_id(s, &mem, STR("a1"), &m) == 1,
	    "answers may stay");
}

static void
before(struct store *s)
{
	const struct page all = { 0 }, late = { .oldest = 1050 };
	struct message m, first;
	int64_t count;

	message_by_id(s, &mem, STR("m80"), &m);
	ok(message_before(s, &mem, &den, &late, m.pk, &count, &first) == 1 &&
		count == 2 && str_eq(first.id, STR("m60")),
	    "what is newer than a time, before a message");
	ok(message_before(s, &mem, &den, &all, m.pk, &count, &first) == 1 &&
		count == 6 && str_eq(first.id, STR("m0")),
	    "or anything");
	message_by_id(s, &mem, STR("m0"), &m);
	ok(message_before(s, &mem, &den, &all, m.pk, &count, &first) == 0 &&
		count == 0,
	    "nothing is before the first");
}

static void
outside(struct store *s)
{
	struct member m = { den.row, ada, STR("s1"), STR("owner"), 1 };
	int64_t *rows;
	size_t n;

	kept(s, member_add(marked(s), &m));
	kept(s, user_set_active(marked(s), bob, false, 5));
	ok(users_outside(s, &mem, den.row, false, 9, &rows, &n) == 1 &&
		n == 1 && rows[0] == bob,
	    "who is not in it");
	ok(users_outside(s, &mem, den.row, true, 9, &rows, &n) == 1 && n == 0,
	    "and is active");
}

static void
ending(struct store *s)
{
	struct purge p = { .room = den.row, .limit = 3 };
	struct room r;
	struct gone *list;
	int64_t *rows, row;
	size_t n;

	ok(kept(s, room_retire(marked(s), &den, 5000)) == 1 &&
		room_by_name(s, &mem, STR("den"), &r) == 0 &&
		room_by_id(s, &mem, den.id, &r) == 0,
	    "a room that goes is found no more");
	ok(room_list(s, &mem, NO_STR, 9, &(struct room *){ 0 }, &n) == 1 &&
		n == 0,
	    "nor listed");
	ok(rooms_of_user(s, &mem, ada, &rows, &n) == 1 && n == 0,
	    "nor anybody's");
	ok(gone_list(s, &mem, ada, GONE_ROOM, 0, &list, &n) == 1 && n == 1 &&
		str_eq(list[0].id, den.id) && list[0].at == 5000,
	    "who was in it is told");
	ok(new_room(s, "den") > den.row, "its name is free");
	ok(room_retired(s, &row) == 0, "it has messages yet");
	while (kept(s, message_purge(marked(s), &mem, &p, 6000)) == 1)
		;
	ok(room_retired(s, &row) == 1 && row == den.row, "then it has none");
	ok(number(s, "SELECT count(*) FROM message_gone WHERE at = 6000") == 0,
	    "and nobody will ask for their places");
	ok(number(s, "SELECT count(*) FROM message_gone") == 3 &&
		kept(s, room_forget(marked(s), row, 2)) == 1 &&
		number(s, "SELECT count(*) FROM message_gone") == 1 &&
		kept(s, room_forget(marked(s), row, 2)) == 0 &&
		number(s, "SELECT count(*) FROM message_gone") == 0,
	    "old places go in steps");
	ok(room_retired(s, &row) == 0 &&
		number(s, "SELECT count(*) FROM room WHERE type = 'x'") == 0,
	    "and then the room");
	ok(search_is_whole(s), "words are forgotten with it");
}

int
main(void)
{
	struct store *s = fresh();

	ada = new_user(s, "ada");
	bob = new_user(s, "bob");
	new_room(s, "den");
	den = the_room(s, "den");
	fill(s);
	cleaning(s);
	answers(s);
	before(s);
	outside(s);
	ending(s);
	gone(s);
	return done();
}
