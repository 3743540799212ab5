/* SPDX-License-Identifier: ISC */
/* Pages by time, held against a plain filter over random data. */
#include "t/store/fresh.h"

static int64_t ada;

enum { MANY = 400, TRIES = 3000 };

static struct {
	int64_t sent, pk;
	bool there;
} all[MANY];

static uint32_t
dice(uint32_t sides)
{
	static uint32_t x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % sides;
}

static void
fill(struct store *s, int64_t room)
{
	struct message m;
	int64_t now = 1000000;
	char sql[100];
	int i;

	marked(s);
	for (i = 0; i < MANY; i++) {
		now += (int64_t)dice(6) * dice(6) - 3;
		post(s, room, ada, arena_fmt(&mem, "p%d", i).ptr, "x", now, &m);
		all[i].sent = m.sent;
		all[i].pk = m.pk;
		all[i].there = dice(5) > 0;
	}
	store_keep(s);
	store_commit(s);
	for (i = 0; i < MANY; i++) {
		snprintf(sql, sizeof sql, "DELETE FROM message WHERE pk = %lld",
		    (long long)all[i].pk);
		if (!all[i].there)
			does(s, sql);
	}
}

static bool
within(const struct page *p, int64_t sent)
{
	if (p->inclusive)
		return (!p->oldest || sent >= p->oldest) &&
		       (!p->latest || sent <= p->latest);
	return (!p->oldest || sent > p->oldest) &&
	       (!p->latest || sent < p->latest);
}

static bool
same(struct store *s, const struct room *r, const struct page *p)
{
	struct message *list;
	size_t n, at = 0, skip = p->offset;
	int i;

	if (message_page(s, &mem, r, p, &list, &n) != 1)
		return false;
	for (i = MANY - 1; i >= 0 && at < p->limit; i--) {
		if (!all[i].there || !within(p, all[i].sent))
			continue;
		if (skip > 0)
			skip--;
		else if (at == n || list[at++].pk != all[i].pk)
			return false;
	}
	return at == n;
}

/* Around a message's time, far out, or none. */
static int64_t
some_time(void)
{
	switch (dice(8)) {
	case 0:
		return 0;
	case 1:
		return dice(2) ? INT64_MAX : 1;
	default:
		return all[dice(MANY)].sent + dice(3) - 1;
	}
}

static void
paging(struct store *s)
{
	int64_t room = new_room(s, "pages");
	struct room r = the_room(s, "pages");
	struct page p;
	int i, right = 0;
	struct message m;

	kept(s, post(marked(s), new_room(s, "next"), ada, "n1", "x", 1, &m));
	fill(s, room);
	for (i = 0; i < TRIES; i++) {
		p = (struct page){ .oldest = some_time(),
			.latest = some_time(),
			.inclusive = dice(2),
			.offset = dice(3) ? 0 : dice(MANY),
			.limit = dice(60) };
		right += same(s, &r, &p);
	}
	ok(right == TRIES, "pages by time are what a plain filter finds");
	r.row = 999;
	ok(message_page(s, &mem, &r,
	       &(struct page){
		   .oldest = 1, .latest = 9, .inclusive = true, .limit = 9 },
	       &(struct message *){ 0 }, &(size_t){ 0 }) == 1,
	    "a room that is gone has none");
}

int
main(void)
{
	struct store *s = fresh();

	ada = new_user(s, "ada");
	paging(s);
	gone(s);
	return done();
}
