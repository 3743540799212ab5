/* SPDX-License-Identifier: ISC */
/* A tick that is lost: a full disk, an interrupt, what cannot be undone. */
#include "t/store/said.h"

static void
lost_ends(struct store *s, int64_t before, const char *how)
{
	ok(store_lost(s) && store_dirty(s), how);
	store_undo(s);
	ok(store_mark(s) == -1, "nothing more is begun in it");
	ok(say(s, "alone") == -1,
	    "and nothing written, which would be on disk at once");
	ok(store_keep(s) == -1 && store_commit(s) == -1 && !store_lost(s) &&
		!store_dirty(s),
	    "the commit says so");
	ok(count(s) == before && search_is_whole(s), "nothing of it is there");
	marked(s);
	ok(say(s, "afterwards") == 1 && store_keep(s) == 1 &&
		store_commit(s) == 1 && count(s) == before + 1,
	    "the next tick works");
}

/* The engine may undo a statement alone, or all that was written. */
static void
full(struct store *s)
{
	int64_t before = count(s), pages = number(s, "PRAGMA page_count");
	char *large = malloc(100001);
	int done = 1, i;

	memset(large, 'x', 100000);
	large[100000] = '\0';
	does(s,
	    arena_fmt(&mem, "PRAGMA max_page_count=%d", (int)pages + 40).ptr);
	marked(s);
	say(s, "small");
	store_keep(s);
	marked(s);
	for (i = 0; i < 9 && done == 1; i++)
		done = say(s, large);
	ok(done == -1 && strstr(store_trouble(s), "full"), "the disk is full");
	store_undo(s);
	done = store_commit(s);
	ok(done == 1 ? count(s) == before + 1 : count(s) == before,
	    "the request is undone alone, or the tick is lost");
	ok(search_is_whole(s) && found(s, "small") == (done == 1),
	    "and the words are as the messages are");
	does(s, "PRAGMA max_page_count=1000000");
	free(large);
}

/* The words of the tick are too many for the disk. */
static void
full_at_the_end(struct store *s)
{
	int64_t before = count(s), pages;
	int i, done = 1;

	marked(s);
	for (i = 0; i < 400; i++)
		say(s, arena_fmt(&mem, "w%d v%d u%d t%d", i, i, i, i).ptr);
	store_keep(s);
	pages = number(s, "PRAGMA page_count");
	does(s, arena_fmt(&mem, "PRAGMA max_page_count=%d", (int)pages).ptr);
	done = store_commit(s);
	does(s, "PRAGMA max_page_count=1000000");
	ok(done == -1 && !store_dirty(s) && count(s) == before &&
		search_is_whole(s),
	    "a commit without room for its words keeps nothing");
	marked(s);
	say(s, "room again");
	store_keep(s);
	ok(store_commit(s) == 1 && found(s, "room AND again") == 1 &&
		found(s, "w399") == 0,
	    "and the next tick works");
}

static int
stop(void *arg)
{
	int *left = arg;

	return --*left < 0;
}

static void
interrupted(struct store *s)
{
	int64_t before = count(s);
	int left, steps, done = 0;

	marked(s);
	say(s, "before it");
	store_keep(s);
	/* the first steps only read: those are undone alone */
	for (steps = 0; steps < 400 && !store_lost(s); steps++) {
		if (steps)
			store_undo(s);
		marked(s);
		left = steps;
		sqlite3_progress_handler(s->db, 1, stop, &left);
		done = say(s, "cut");
		sqlite3_progress_handler(s->db, 0, NULL, NULL);
	}
	ok(done == -1 && steps > 1, "an interrupt cuts a write");
	lost_ends(s, before, "an interrupt loses the tick");
	sqlite3_interrupt(s->db);
	ok(found(s, "afterwards") > 0, "between statements it does nothing");
}

/* What can be neither kept nor undone must not be kept with the others. */
static void
stuck(struct store *s)
{
	int64_t before = count(s);

	marked(s);
	say(s, "a neighbour");
	store_keep(s);
	marked(s);
	say(s, "half a request");
	does(s, "RELEASE request");
	store_undo(s);
	lost_ends(s, before, "a request that cannot be undone loses the tick");
	before = count(s);
	marked(s);
	say(s, "half a request");
	does(s, "RELEASE request");
	ok(store_keep(s) == -1, "nor kept");
	lost_ends(s, before, "a request that cannot be kept loses the tick");
}

int
main(void)
{
	struct store *s = fresh();

	den = new_room(s, "den");
	ada = new_user(s, "ada");
	full(s);
	full_at_the_end(s);
	interrupted(s);
	stuck(s);
	gone(s);
	return done();
}
