/* SPDX-License-Identifier: ISC */
/* The transaction of a turn: kept, undone, taken back. */
#include "t/store/said.h"

static void
keeping(struct store *s)
{
	ok(!store_dirty(s) && store_commit(s) == 0, "nothing was written");
	marked(s);
	ok(store_dirty(s) && !store_lost(s), "a mark opens the transaction");
	say(s, "first");
	store_keep(s);
	ok(found(s, "first") == 0, "its words wait for the end of the tick");
	marked(s);
	say(s, "second");
	store_undo(s);
	marked(s);
	say(s, "third");
	ok(store_keep(s) == 1 && store_commit(s) == 1 && !store_dirty(s),
	    "the commit ends it");
	ok(count(s) == 2 && the_room(s, "den").messages == 2,
	    "an undone request leaves its neighbours");
	ok(found(s, "first") == 1 && found(s, "third") == 1 &&
		found(s, "second") == 0 && search_is_whole(s),
	    "and no words");
}

static void
rolling_back(struct store *s)
{
	int64_t before = count(s);

	marked(s);
	say(s, "never");
	store_keep(s);
	store_rollback(s);
	ok(!store_dirty(s) && count(s) == before && found(s, "never") == 0,
	    "a rollback takes all of the tick back");
	marked(s);
	say(s, "sober");
	store_keep(s);
	ok(store_commit(s) == 1 && found(s, "sober") == 1 &&
		found(s, "never") == 0,
	    "and its words do not come with the next");
}

static void
epochs(struct store *s)
{
	uint32_t epoch = store_epoch(s);
	int64_t roster;
	struct member m = { den, ada, STR("s1"), STR(""), 1 };

	kept(s, say(marked(s), "kept"));
	marked(s);
	store_undo(s);
	store_commit(s);
	ok(store_epoch(s) == epoch,
	    "what is kept or changed nothing: no epoch");
	marked(s);
	member_add(s, &m);
	roster = the_room(s, "den").roster;
	store_undo(s);
	store_commit(s);
	ok(store_epoch(s) != epoch, "an undone change is another epoch");
	epoch = store_epoch(s);
	kept(s, member_add_ghost(marked(s), den, STR("boo"), 2));
	ok(the_room(s, "den").roster == roster,
	    "since its numbers come again with other names");
	marked(s);
	member_add(s, &m);
	store_keep(s);
	store_rollback(s);
	ok(store_epoch(s) != epoch, "so is a tick that was taken back");
}

int
main(void)
{
	struct store *s = fresh();

	den = new_room(s, "den");
	ada = new_user(s, "ada");
	keeping(s);
	rolling_back(s);
	epochs(s);
	gone(s);
	return done();
}
