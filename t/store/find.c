/* SPDX-License-Identifier: ISC */
/* Finding by a piece of a name, in a place too big to look everywhere. */
#include "t/store/fresh.h"

enum { MANY = 60000 };

static void
people(struct store *s, const char *pattern, int from, int to)
{
	int i;

	marked(s);
	for (i = from; i < to; i++) {
		struct str name = arena_fmt(&mem, pattern, i);
		struct user u = { .id = name,
			.username = name,
			.name = name,
			.type = STR("user"),
			.active = true };

		user_add(s, &u);
	}
	kept(s, 1);
}

static bool
found(struct store *s, const char *piece, const char *want)
{
	struct user *u;
	size_t n;

	if (users_found(s, &mem, str_of(piece), 3, &u, &n) != 1)
		return false;
	return *want ? n == 1 && str_eq(u[0].username, str_of(want)) : n == 0;
}

static int64_t
listed(struct store *s, const char *piece, bool *cut)
{
	struct select sel = { .fields = directory_fields[DIRECTORY_USERS],
		.limit = 2 };
	int64_t *keys, total = -1;
	size_t n = 0;
	int done = directory_select(s, &mem, &sel, DIRECTORY_USERS,
	    str_of(piece), 0, &keys, &n, &total);

	*cut = sel.cut;
	return done == 1 ? total : -1;
}

int
main(void)
{
	struct store *s = fresh();
	bool cut;

	people(s, "old-zebra%d", 1, 2);
	people(s, "horse%05d", 0, 50);
	ok(found(s, "horse00049", "horse00049"), "a name that begins so");
	ok(found(s, "ZEBRA1", "old-zebra1"), "one that has it in its middle");
	ok(found(s, "zebra2", ""), "none");
	ok(listed(s, "ebra", &cut) == 1 && !cut, "on pages, too");

	people(s, "horse%05d", 50, MANY);
	ok(found(s, "old-z", "old-zebra1"), "of a great many: by its begin");
	ok(found(s, "horse59999", "horse59999"), "any of them");
	ok(listed(s, "horse0004", &cut) == 10 && !cut,
	    "pages have those that begin so");
	ok(listed(s, "", &cut) == number(s, "SELECT count(*) FROM user"),
	    "all of them are counted");
	ok(listed(s, "orse", &cut) == 0 && !cut, "and no others then");
	gone(s);
	return done();
}
