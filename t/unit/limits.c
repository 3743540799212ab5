/* SPDX-License-Identifier: ISC */
/* Calls of an address are counted in windows. */
#include "server/limits.h"

#include "t/unit/tap.h"

static struct limits *all;
static int route_a, route_b;

static struct limit
one(const void *route, const char *from, int by, int64_t now)
{
	return limits_count(all, route, str_of(from), by, 3, 1000, now);
}

static void
windows(void)
{
	struct limit l = one(&route_a, "4abcd", 1, 5000);

	ok(l.most == 3 && l.left == 2 && l.ends == 1000 && l.wait == 0,
	    "the first call opens a window");
	one(&route_a, "4abcd", 1, 5100);
	l = one(&route_a, "4abcd", 1, 5200);
	ok(l.left == 0 && l.wait == 0, "as many as may pass");
	l = one(&route_a, "4abcd", 1, 5300);
	ok(l.left == 0 && l.wait == 700 && l.ends == 700,
	    "one more has to wait for its end");
	ok(one(&route_b, "4abcd", 1, 5300).wait == 0,
	    "another route has its own");
	ok(one(&route_a, "4abce", 1, 5300).wait == 0 &&
		one(&route_a, "6abcdefgh", 1, 5300).wait == 0 &&
		one(&route_a, "6abcdefgi", 1, 5300).left == 2,
	    "another address, too");
	ok(one(&route_a, "4abcd", 1, 5999).wait == 1, "to its last moment");
	l = one(&route_a, "4abcd", 1, 6000);
	ok(l.wait == 0 && l.left == 2, "then it begins anew");
}

static void
given_back(void)
{
	struct limit l;

	ok(one(&route_a, "4x", 0, 9000).left == 3, "a look counts nothing");
	one(&route_a, "4x", 1, 9000);
	ok(one(&route_a, "4x", -1, 9000).left == 3, "one is given back");
	l = one(&route_a, "4x", -1, 9000);
	ok(l.left == 3, "but not more than were taken");
}

/* More addresses than there is room for: old ones make room, and those that
 * come are counted all the same. */
static void
many(void)
{
	char from[16];
	int i, passed = 0;

	for (i = 0; i < 100000; i++) {
		snprintf(from, sizeof from, "4%d", i);
		passed += one(&route_a, from, 1, 20000 + i / 1000).wait == 0;
	}
	ok(passed == 100000, "everybody's first call passes");
	for (i = 0; i < 3; i++)
		one(&route_b, "4new", 1, 20100);
	ok(one(&route_b, "4new", 1, 20100).wait > 0,
	    "in a full table a newcomer is counted");
}

static void
lines(void)
{
	struct limit l = { .most = 10, .left = 0, .ends = 250 };
	char text[LIMIT_LINES];
	size_t n = limit_lines(&l, 1600000000000, text);
	struct str want = STR("X-RateLimit-Limit: 10\r\n"
			      "X-RateLimit-Remaining: 0\r\n"
			      "X-RateLimit-Reset: 1600000000250\r\n");

	ok(str_eq((struct str){ text, n }, want), "a reply tells all of it");
	l = (struct limit){ INT64_MAX, INT64_MAX, 0, 0 };
	ok(limit_lines(&l, INT64_MAX, text) <= LIMIT_LINES,
	    "the largest numbers have room");
}

int
main(void)
{
	all = limits_new();
	windows();
	given_back();
	many();
	lines();
	limits_free(all);
	return done();
}
