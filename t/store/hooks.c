/* SPDX-License-Identifier: ISC */
/* Integrations and what they have to tell. */
#include "t/store/fresh.h"

static int64_t ada, bob, dev, ops;

static struct hook
hook(const char *id, bool outgoing)
{
	return (struct hook){
		.id = str_of(id),
		.name = STR("a name"),
		.outgoing = outgoing,
		.enabled = true,
		.user = ada,
		.maker = bob,
		.token = STR("t"),
		.extra = STR("{\"urls\":[\"http://a/\"]}"),
		.created = 1,
		.updated = 2,
	};
}

static int64_t
add(struct store *s, const char *id, bool outgoing, struct hook_place at)
{
	struct hook h = hook(id, outgoing);

	return kept(s, hook_add(marked(s), &h, &at, 1)) == 1 ? h.row : -1;
}

static bool
is_there(struct store *s, const char *id)
{
	struct hook h;

	return hook_by_id(s, &mem, str_of(id), &h) == 1;
}

static void
finding(struct store *s)
{
	struct hook_place at[] = { { .room = dev }, { .user = bob },
		{ .word = STR("all_public_channels") } };
	struct hook h = hook("h1", true), back;
	struct hook_place *p;
	size_t n;

	ok(kept(s, hook_add(marked(s), &h, at, 3)) == 1 &&
		kept(s, hook_add(marked(s), &h, at, 3)) == 0,
	    "one is added once");
	ok(hook_by_id(s, &mem, STR("h1"), &back) == 1 && back.outgoing &&
		back.enabled && back.user == ada && back.maker == bob &&
		str_eq(back.username, STR("ada")) &&
		str_eq(back.maker_name, STR("bob")) &&
		str_eq(back.token, STR("t")) && back.created == 1 &&
		back.updated == 2,
	    "and comes back as it was");
	ok(str_eq(back.channels,
	       STR("[\"#dev\",\"@bob\",\"all_public_channels\"]")),
	    "with the names of where it is");
	ok(hook_by_url(s, &mem, STR("http://a/"), &back) == 1 &&
		hook_by_url(s, &mem, STR("http://b/"), &back) == 0,
	    "also by where it goes");
	ok(hook_places(s, &mem, h.row, &p, &n) == 1 && n == 3 &&
		p[0].room == dev && p[1].user == bob && p[2].word.ptr,
	    "its places are in order");
	kept(s, room_set_name(marked(s), dev, STR("devel"), 9));
	ok(hook_by_id(s, &mem, STR("h1"), &back) == 1 &&
		str_starts(back.channels, STR("[\"#devel\"")),
	    "a room that has another name stays the place");
	kept(s, room_delete(marked(s), dev));
	ok(hook_places(s, &mem, h.row, &p, &n) == 1 && n == 2,
	    "one that is gone does not");
}

static struct delivery
delivery(struct store *s, int64_t row)
{
	struct delivery d = { .row = 0 };

	delivery_by_row(s, &mem, row, &d);
	return d;
}

static int
tell(struct store *s, int64_t to, int i)
{
	struct delivery d = { .hook = to,
		.room = ops,
		.id = arena_fmt(&mem, "d%d-%lld", i, (long long)to),
		.event = STR("sendMessage"),
		.url = STR("http://a/"),
		.sent = STR("{}"),
		.at = i };

	return kept(s, delivery_add(marked(s), &d));
}

static int
over(struct store *s, struct delivery d)
{
	d.due = 0;
	d.tries++;
	d.status = 200;
	return kept(s, delivery_tried(marked(s), &d));
}

static void
telling(struct store *s)
{
	int64_t one = add(s, "o1", true, (struct hook_place){ .room = ops });
	int64_t two = add(s, "o2", true, (struct hook_place){ .room = ops });
	int64_t in = add(s, "i1", false, (struct hook_place){ .room = ops });
	struct delivery_turn *t;
	struct delivery d;
	size_t n;

	ok(tell(s, one, 5) == 1 && tell(s, one, 6) == 1 && tell(s, two, 7) == 1,
	    "there is something to tell");
	ok(tell(s, in, 8) == 0 && tell(s, 9999, 9) == 0,
	    "not to incoming ones, nor to none");
	ok(deliveries_next(s, &mem, &t, &n) == 1 && n == 2 &&
		t[0].hook == one && t[0].due == 5 && t[1].hook == two,
	    "the first of each is next");
	d = delivery(s, t[0].row);
	ok(d.hook == one && d.room == ops && d.at == 5 && d.tries == 0 &&
		str_eq(d.hook_id, STR("o1")) && str_eq(d.sent, STR("{}")),
	    "with all there is to say");
	d.due = 50;
	d.tries = 1;
	d.error = STR("no");
	ok(kept(s, delivery_tried(marked(s), &d)) == 1 &&
		deliveries_next(s, &mem, &t, &n) == 1 && t[0].due == 6,
	    "one that failed waits, others do not wait for it");
	ok(over(s, delivery(s, t[0].row)) == 1 &&
		deliveries_next(s, &mem, &t, &n) == 1 && n == 2 &&
		t[0].due == 7 && t[1].due == 50,
	    "one that is over is not told again");
	kept(s, hook_set_enabled(marked(s), two, false, 1));
	ok(deliveries_next(s, &mem, &t, &n) == 1 && n == 1 &&
		tell(s, two, 10) == 0,
	    "nothing is told to who is disabled");
}

static void
bounds(struct store *s)
{
	int64_t to = add(s, "o3", true, (struct hook_place){ .room = ops });
	struct delivery_turn *t;
	int i, fine = 0;
	size_t n, j;

	for (i = 0; i < DELIVERIES_WAITING; i++)
		fine += tell(s, to, i) == 1;
	ok(fine == DELIVERIES_WAITING && tell(s, to, i) == 0,
	    "so many wait and no more");
	for (i = 0; i < DELIVERIES_KEPT + 5; i++) {
		deliveries_next(s, &mem, &t, &n);
		for (j = 0; j < n && t[j].hook != to;)
			j++;
		over(s, delivery(s, t[j].row));
		tell(s, to, DELIVERIES_WAITING + i);
	}
	ok(number(s, "SELECT count(*) FROM delivery d JOIN hook h"
		     " ON h.row = d.hook WHERE h.id = 'o3'"
		     " AND due IS NULL") == DELIVERIES_KEPT,
	    "so many that are over are kept");
	ok(kept(s, hook_delete(marked(s), to)) == 1 &&
		number(s, "SELECT count(*) FROM delivery d"
			  " WHERE NOT EXISTS(SELECT 1 FROM hook h"
			  " WHERE h.row = d.hook)") == 0,
	    "what it had to tell goes with it");
}

static int64_t
user(struct store *s, const char *name)
{
	struct user u = { .id = str_of(name),
		.username = str_of(name),
		.name = str_of(name),
		.type = STR("user"),
		.active = true };

	kept(s, user_add(marked(s), &u));
	return u.row;
}

static int64_t
room(struct store *s, const char *name)
{
	struct room r = {
		.type = 'c', .id = str_of(name), .name = str_of(name)
	};

	kept(s, room_add(marked(s), &r));
	return r.row;
}

int
main(void)
{
	struct store *s = fresh();

	ada = user(s, "ada");
	bob = user(s, "bob");
	dev = room(s, "dev");
	ops = room(s, "ops");
	finding(s);
	telling(s);
	bounds(s);
	kept(s, user_delete(marked(s), ada, ERASE_MESSAGES, 1));
	ok(!is_there(s, "h1") && !is_there(s, "o1"),
	    "and all of it with its user");
	gone(s);
	return done();
}
