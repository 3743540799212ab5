/* SPDX-License-Identifier: ISC */
/* Who is there, who came, who left. */
#include "server/presence.h"

#include "server/conf.h"
#include "t/unit/tap.h"

enum { MINUTE = 60 * 1000, MANY = 5000 };

static struct conf conf = { .presence_timeout = 60 };
static struct conf *const now_conf = &conf;
static struct arena mem;

static bool
is_among(int64_t user, const int64_t *users, size_t n)
{
	while (n > 0)
		if (users[--n] == user)
			return true;
	return false;
}

static void
changes(void)
{
	struct presence *p = presence_new(&now_conf, 1000);
	int64_t *users;
	size_t n;

	ok(presence_of(p, 7) == INT64_MIN, "nobody has been seen");
	presence_seen(p, 7, 2000);
	presence_seen(p, 8, 3000);
	presence_seen(p, 7, 4000);
	ok(presence_of(p, 7) == 4000 && presence_of(p, 8) == 3000,
	    "each was seen when they were");
	ok(presence_since(p, 3500, &mem, &users) == 1 && users[0] == 7,
	    "who was seen since");
	ok(!presence_moved(p, 500, 5000, &mem, &users, &n),
	    "what was before the begin is not known");
	ok(presence_moved(p, 2500, 5000, &mem, &users, &n) && n == 1 &&
		users[0] == 8,
	    "who came since, not who came before");
	ok(presence_moved(p, 2000, 70000, &mem, &users, &n) && n == 2,
	    "who left as well");
	ok(presence_moved(p, 65000, 70000, &mem, &users, &n) && n == 0,
	    "and who has left for longer is no news");
	presence_changed(p, 8, 66000);
	presence_changed(p, 9, 66000);
	ok(presence_moved(p, 65000, 70000, &mem, &users, &n) && n == 2 &&
		is_among(8, users, n) && is_among(9, users, n),
	    "who changed is");
	ok(presence_of(p, 9) == INT64_MIN &&
		presence_since(p, INT64_MIN, &mem, &users) == 2,
	    "and has not been seen by that");
	presence_seen(p, 7, 70000);
	ok(presence_moved(p, 69000, 70000, &mem, &users, &n) && n == 1,
	    "who comes back has come");
	ok(!presence_moved(p, 70000, 20 * MINUTE, &mem, &users, &n),
	    "what was long ago is forgotten");
	presence_free(p);
}

static void
crowd(void)
{
	struct presence *p = presence_new(&now_conf, 0);
	int64_t *users, i, now = 0;
	bool fine = true;

	for (i = 1; i <= MANY; i++)
		presence_seen(p, i, now = i * 10);
	for (i = 1; i <= MANY; i++)
		fine &= presence_of(p, i) == i * 10;
	ok(fine, "a crowd is known one by one");
	now += 30 * MINUTE;
	for (i = 1; i <= MANY; i++)
		presence_seen(p, MANY + i, now);
	ok(presence_since(p, now, &mem, &users) == MANY,
	    "and those who have left make room");
	presence_free(p);
}

int
main(void)
{
	changes();
	crowd();
	arena_free(&mem);
	return done();
}
