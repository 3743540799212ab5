/* SPDX-License-Identifier: ISC */
/*
 * What things cost as the history grows: fills a data directory and measures
 * at each power of ten up to N.
 *
 *   scale DIR N
 *
 * prints "size=N what=NAME p50=US p99=US" lines: the newest page, a page far
 * back (by time), a durable send, a search of two words in a room.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "auth/random.h"
#include "json/mem.h"
#include "store/store.h"

enum {
	ROOMS = 100,
	WORDS = 20000,
	BATCH = 1000,
	TRIES = 2000,
	SENDS = 300, /* each waits for the disk */
	TEXT = 12,   /* words of a message */
};

struct scale {
	struct store *db;
	struct user author;
	struct room room[ROOMS];
	struct arena mem;
	uint64_t seed;
	int64_t now, began;
	uint32_t took[TRIES];
};

static void
die(struct scale *c, const char *what)
{
	fprintf(stderr, "scale: %s: %s\n", what, store_trouble(c->db));
	exit(1);
}

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The same numbers in every run. */
static uint64_t
next(struct scale *c)
{
	c->seed ^= c->seed << 13;
	c->seed ^= c->seed >> 7;
	c->seed ^= c->seed << 17;
	return c->seed;
}

/* Some are said far oftener than others, as in life. */
static unsigned
word(struct scale *c)
{
	uint64_t a = next(c) % WORDS, b = next(c) % WORDS;

	return (unsigned)(a * b / WORDS);
}

static void
say(struct scale *c, struct room *room)
{
	char id[ID_LEN], text[TEXT * 8];
	struct message m = { .room = room->row,
		.author = c->author.row,
		.id = { id, sizeof id } };
	int i, n = 0;

	for (i = 0; i < TEXT; i++)
		n += snprintf(
		    text + n, sizeof text - (size_t)n, "w%u ", word(c));
	m.text = (struct str){ text, (size_t)n };
	id_new(id, c->now);
	if (message_add(c->db, &m, c->now) != 1)
		die(c, "send");
	c->now += 20; /* a second of a room at a time */
}

static void
mark(struct scale *c)
{
	if (store_mark(c->db) != 1)
		die(c, "mark");
}

static void
commit(struct scale *c)
{
	if (store_keep(c->db) != 1 || store_commit(c->db) != 1)
		die(c, "commit");
	store_checkpoint(c->db);
}

static void
fill(struct scale *c, int64_t from, int64_t to)
{
	int64_t i;

	for (i = from; i < to; i++) {
		if ((i - from) % BATCH == 0)
			mark(c);
		say(c, &c->room[next(c) % ROOMS]);
		if ((i - from) % BATCH == BATCH - 1 || i == to - 1)
			commit(c);
	}
}

/* ---- what is measured ---- */

static void
newest(struct scale *c, const struct room *r)
{
	struct page p = { .limit = 50 };
	struct message *m;
	size_t n;

	if (message_page(c->db, &c->mem, r, &p, &m, &n) < 0 || n == 0)
		die(c, "page");
}

static void
far_back(struct scale *c, const struct room *r)
{
	int64_t span = c->now - c->began;
	struct page p = { .limit = 50,
		.latest = c->now - (int64_t)(next(c) % (uint64_t)span) };
	struct message *m;
	size_t n;

	if (message_page(c->db, &c->mem, r, &p, &m, &n) < 0)
		die(c, "page");
}

static void
send_one(struct scale *c, const struct room *r)
{
	mark(c);
	say(c, &c->room[r - c->room]);
	commit(c);
}

static void
two_words(struct scale *c, const struct room *r)
{
	char text[40];
	struct search a = { .limit = 50 };
	int64_t *keys;
	struct message *m;
	size_t n;

	a.text = (struct str){ text, (size_t)snprintf(text, sizeof text,
					 "w%u w%u ", word(c), word(c)) };
	if (message_search(c->db, &c->mem, r, &a, &keys, &n) < 0 ||
	    messages_by_keys(c->db, &c->mem, r, keys, n, &m, &n) < 0)
		die(c, "search");
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
measure(struct scale *c, int64_t size, const char *what, int tries,
    void (*run)(struct scale *, const struct room *))
{
	int64_t began;
	int i;

	for (i = 0; i < tries; i++) {
		const struct room *r = &c->room[next(c) % ROOMS];

		began = now_ns();
		run(c, r);
		c->took[i] = (uint32_t)((now_ns() - began) / 100);
		arena_reset(&c->mem);
	}
	qsort(c->took, (size_t)tries, sizeof *c->took, by_size);
	printf("size=%lld what=%s p50=%.1f p99=%.1f\n", (long long)size, what,
	    c->took[tries / 2] / 10.0, c->took[tries * 99 / 100] / 10.0);
	fflush(stdout);
}

static void
prepare(struct scale *c, const char *dir)
{
	char why[512], name[16];
	int i;

	if (!(c->db = store_open(dir, STORE_SERVER, why, sizeof why))) {
		fprintf(stderr, "scale: %s\n", why);
		exit(1);
	}
	c->now = c->began = 1700000000000;
	c->author = (struct user){ .id = STR("scale"),
		.username = STR("scale"),
		.type = STR("user"),
		.active = true };
	mark(c);
	if (user_add(c->db, &c->author) != 1)
		die(c, "a fresh directory is needed");
	for (i = 0; i < ROOMS; i++) {
		struct str text = { name,
			(size_t)snprintf(name, sizeof name, "room%d", i) };

		c->room[i] =
		    (struct room){ .type = 'c', .id = text, .name = text };
		if (room_add(c->db, &c->room[i]) != 1)
			die(c, "room");
		c->room[i].id = c->room[i].name = STR("room");
	}
	commit(c);
}

int
main(int argc, char **argv)
{
	struct scale *c = calloc(1, sizeof *c);
	int64_t size, done = 0, most;

	if (argc != 3 || !c)
		return 2;
	most = atoll(argv[2]);
	mem_steady();
	c->seed = UINT64_C(88172645463325252);
	prepare(c, argv[1]);
	for (size = 10000; size <= most; size *= 10) {
		int64_t began = now_ns();

		fill(c, done, size);
		printf("size=%lld what=fill p50=%.2f p99=0\n", (long long)size,
		    (double)(now_ns() - began) / 1000 / (double)(size - done));
		done = size;
		measure(c, size, "page_newest", TRIES, newest);
		measure(c, size, "page_far_back", TRIES, far_back);
		measure(c, size, "send", SENDS, send_one);
		measure(c, size, "search_two_words", TRIES, two_words);
	}
	store_close(c->db);
	return 0;
}
