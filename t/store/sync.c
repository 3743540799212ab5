/* SPDX-License-Identifier: ISC */
/* What has become of a room since a time: each of it once, step by step. */
#include "t/store/fresh.h"

static int64_t den, hall, ada;
static int nr;

static struct message
said(struct store *s, int64_t room, int64_t now)
{
	struct message m;

	kept(s, post(marked(s), room, ada, arena_fmt(&mem, "m%d", nr++).ptr,
		    "word", now, &m));
	return m;
}

static void
edit(struct store *s, const struct message *m, int64_t now)
{
	struct message fresh = *m;

	fresh.text = STR("another");
	kept(s, message_edit(marked(s), m, &fresh, ada, now));
}

struct seen {
	int64_t updated, gone, doubles, last;
	int steps;
};

static struct seen
since(struct store *s, int64_t time, int64_t thread)
{
	struct sync y = { .room = den, .since = time, .thread = thread };
	struct seen seen = { 0 };
	struct message *m;
	struct lost *lost;
	size_t i, n;

	while (y.phase < SYNC_GONE && seen.steps++ < 100) {
		if (sync_updated(s, &mem, &y, &m, &n) < 0)
			return (struct seen){ .updated = -1 };
		for (i = 0; i < n; i++) {
			seen.doubles += m[i].pk == seen.last;
			seen.last = m[i].pk;
			seen.updated++;
		}
	}
	while (y.phase < SYNC_END && seen.steps++ < 100) {
		if (sync_gone(s, &mem, &y, &lost, &n) < 0)
			return (struct seen){ .gone = -1 };
		seen.gone += (int64_t)n;
	}
	return seen;
}

static void
of_room(struct store *s)
{
	struct message m[200], elsewhere = said(s, hall, 1000);
	struct seen seen;
	int i;

	for (i = 0; i < 200; i++)
		m[i] = said(s, den, 1000 + i);
	seen = since(s, 0, 0);
	ok(seen.updated == 200 && seen.gone == 0 && seen.doubles == 0 &&
		seen.steps > 4,
	    "all of them, in steps");
	ok(since(s, m[99].sent, 0).updated == 100,
	    "those that are later than the time");
	ok(since(s, INT64_MAX, 0).updated == 0 &&
		since(s, 1199, 0).updated == 0,
	    "none");
	for (i = 0; i < 150; i++)
		edit(s, &m[i], 5000);
	edit(s, &elsewhere, 5000);
	seen = since(s, m[99].sent, 0);
	ok(seen.updated == 200 && seen.doubles == 0,
	    "with the older ones that were changed, each once");
	ok(since(s, 4999, 0).updated == 150 && since(s, 5000, 0).updated == 0,
	    "by the time of the change");
	for (i = 0; i < 130; i++)
		kept(s, message_delete(marked(s), &m[i], 6000 + i / 100));
	seen = since(s, 5999, 0);
	ok(seen.updated == 0 && seen.gone == 130, "and those that are gone");
	ok(since(s, 6000, 0).gone == 30 && since(s, 6001, 0).gone == 0,
	    "by the time of that");
	ok(since(s, 4999, 0).updated == 20, "what is gone is not changed");
	ok(message_is_gone(s, STR("m1")) == 1 &&
		message_is_gone(s, m[199].id) == 0,
	    "an id that was there once is known");
}

static void
of_threads(struct store *s)
{
	struct message root = said(s, den, 7000), answer = { 0 };
	int i;

	for (i = 0; i < 70; i++) {
		answer = (struct message){ .room = den,
			.author = ada,
			.id = arena_fmt(&mem, "a%d", i),
			.text = STR("x"),
			.thread = root.pk };
		marked(s);
		message_add(s, &answer, 7001 + i);
		thread_answered(s, &root, &answer, NULL, 0);
		kept(s, 1);
	}
	ok(since(s, 6999, SYNC_ROOTS).updated == 1, "one thread has news");
	ok(since(s, answer.sent, SYNC_ROOTS).updated == 0, "none has");
	ok(since(s, 0, root.pk).updated == 70, "its answers");
	ok(since(s, 7000 + 60, root.pk).updated == 10, "the later ones");
	message_by_id(s, &mem, answer.id, &answer);
	kept(s, message_delete(marked(s), &answer, 8000));
	ok(since(s, 7999, root.pk).gone == 1 &&
		since(s, 7999, SYNC_ROOTS).gone == 0 &&
		since(s, 7999, SYNC_ROOTS).updated == 1,
	    "one is gone, which is news of the thread");
	message_by_id(s, &mem, root.id, &root);
	kept(s, message_delete(marked(s), &root, 9000));
	ok(since(s, 8999, SYNC_ROOTS).gone == 1, "and so is the thread");
}

int
main(void)
{
	struct store *s = fresh();

	den = new_room(s, "den");
	hall = new_room(s, "hall");
	ada = new_user(s, "ada");
	of_room(s);
	of_threads(s);
	gone(s);
	return done();
}
