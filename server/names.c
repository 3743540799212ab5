/* SPDX-License-Identifier: ISC */
/* Member lists as bytes. */
#include "server/names.h"

#include "json/mem.h"
#include "json/writer.h"

enum { SLOTS = 1024, MOST_BYTES = 8 * 1024 * 1024 };

struct slot {
	int64_t room, roster;
	struct buf json;
};

struct names {
	struct slot slot[SLOTS];
	size_t bytes;
	uint32_t epoch; /* of the store, when these were read */
};

struct names *
names_new(void)
{
	return mem_zero(sizeof(struct names));
}

static void
empty(struct names *n, struct slot *s)
{
	n->bytes -= s->json.cap;
	buf_free(&s->json);
	*s = (struct slot){ 0 };
}

static void
empty_all(struct names *n)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		empty(n, &n->slot[i]);
}

void
names_free(struct names *n)
{
	empty_all(n);
	mem_free(n);
}

static void
add(void *arg, struct str name)
{
	json_str(arg, NULL, name);
}

struct str
names_of(struct names *n, struct store *db, const struct room *r)
{
	struct slot *s = &n->slot[(size_t)r->row % SLOTS];
	struct writer w = { .out = &s->json };

	if (n->epoch != store_epoch(db)) {
		empty_all(n);
		n->epoch = store_epoch(db);
	}
	if (s->room == r->row && s->roster == r->roster)
		return buf_view(&s->json);
	empty(n, s);
	if (n->bytes > MOST_BYTES)
		empty_all(n);
	json_open(&w, NULL, '[');
	if (member_names(db, r->row, add, &w) < 0) {
		buf_free(&s->json);
		return NO_STR;
	}
	json_close(&w, ']');
	n->bytes += s->json.cap;
	s->room = r->row;
	s->roster = r->roster;
	return buf_view(&s->json);
}
