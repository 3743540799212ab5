/* SPDX-License-Identifier: ISC */
/* How much there is, and what was counted on other days. */
#include "t/store/fresh.h"

static void
counting(struct store *s)
{
	int64_t ada = new_user(s, "ada"), bob = new_user(s, "bob");
	int64_t cat = new_user(s, "cat"), dev = new_room(s, "dev");
	struct message m;
	struct counts c;
	struct wishes w;

	kept(s, post(marked(s), dev, ada, "m1", "x", 10, &m));
	kept(s, post(marked(s), dev, ada, "m2", "x", 11, &m));
	kept(s, user_set_active(marked(s), bob, false, 5));
	ok(counts_now(s, &c) == 1 && c.users == 3 && c.inactive == 1,
	    "people, and those who may not come");
	ok(c.channels == 1 && c.groups == 0 && c.directs == 0 &&
		c.channel_messages == 2 && c.discussions == 0,
	    "rooms and messages");
	ok(c.uploads == 0 && c.hooks_in == 0 && c.threads == 0,
	    "there is nothing else");
	kept(s, user_delete(marked(s), bob, ERASE_NOTHING, 6));
	ok(counts_now(s, &c) == 1 && c.users == 2 && c.inactive == 0,
	    "who is removed is not counted");
	kept(s, user_set_text(marked(s), cat, USER_STATUS, STR("away"), 7));
	ok(wishes_of(s, &mem, (int64_t[]){ ada, cat, 999 }, 3, &w) == 1 &&
		w.online == 1 && w.away == 1 && w.busy == 0 && w.offline == 0,
	    "as what they wish to be seen");
	ok(wishes_of(s, &mem, NULL, 0, &w) == 1 && w.online == 0, "nobody");
}

static void
keeping(struct store *s)
{
	struct statistic day = { 100, STR("{\"totalUsers\":1}") }, *list;
	struct select sel = { .fields = statistic_fields, .limit = -1 };
	int64_t *at, n, last;
	size_t count;

	ok(statistic_last(s, &last) == 0, "nothing was kept yet");
	ok(kept(s, statistic_add(marked(s), &day)) == 1, "one is kept");
	day.at = 200;
	day.body = STR("{\"totalUsers\":2}");
	kept(s, statistic_add(marked(s), &day));
	ok(statistic_last(s, &last) == 1 && last == 200, "another later");
	ok(statistics_select(s, &mem, &sel, &at, &count, &n) == 1 &&
		count == 2 && n == 2 && at[0] == 100,
	    "they are listed by time");
	ok(statistics_at(
	       s, &mem, (int64_t[]){ 200, 5, 100 }, 3, &list, &count) == 1 &&
		count == 2 && list[0].at == 200 &&
		str_eq(list[0].body, day.body),
	    "and read in any order");
	ok(kept(s, statistic_sweep(marked(s), 200)) == 1 &&
		statistics_at(
		    s, &mem, (int64_t[]){ 100, 200 }, 2, &list, &count) == 1 &&
		count == 1,
	    "old ones go");
}

int
main(void)
{
	struct store *s = fresh();

	counting(s);
	keeping(s);
	gone(s);
	return done();
}
