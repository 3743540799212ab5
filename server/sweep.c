/* SPDX-License-Identifier: ISC */
/* Old messages leave. */
#include "server/sweep.h"

#include "json/mem.h"
#include "server/log.h"
#include "server/tick.h"

enum { BATCH = 500, PLACES_DAYS = 30 };

struct sweep {
	struct arena mem; /* of the list */
	int64_t *pairs;   /* row of a room, seconds */
	size_t count, next;
	bool places; /* then the places of deleted messages */
	bool again;  /* asked for meanwhile: from the first room on */
	struct purge purge;
};

struct sweep *
sweep_new(void)
{
	return mem_zero(sizeof(struct sweep));
}

void
sweep_free(struct sweep *w)
{
	arena_free(&w->mem);
	mem_free(w);
}

bool
sweep_waits(const struct server *s)
{
	return s->sweep->next < s->sweep->count || s->sweep->places;
}

/* Time is not judged while the clock is behind what was stored. */
void
sweep_begin(struct server *s)
{
	struct sweep *w = s->sweep;

	w->again = sweep_waits(s);
	if (w->again || s->now < store_newest(s->db))
		return;
	arena_reset(&w->mem);
	w->next = 0;
	w->purge = (struct purge){ .limit = BATCH };
	w->places = true;
	if (rooms_forgetful(s->db, &w->mem, s->conf->message_keep, &w->pairs,
	        &w->count) < 0)
		w->count = 0;
}

/* 1 there is more of this, 0, -1. */
static int
batch(struct server *s, struct sweep *w)
{
	const int64_t *pair = w->pairs + 2 * w->next;

	if (w->next == w->count)
		return places_sweep(s->db,
		    s->now - (int64_t)PLACES_DAYS * 86400 * 1000, BATCH);
	w->purge.room = pair[0];
	w->purge.before = s->now - pair[1] * 1000;
	return message_purge(s->db, &s->mem, &w->purge, s->now);
}

static void
step_on(struct sweep *w)
{
	if (w->next == w->count)
		w->places = false;
	else
		w->next++;
	w->purge = (struct purge){ .limit = BATCH };
}

void
sweep_turn(struct server *s)
{
	struct sweep *w = s->sweep;
	int more;

	if (!sweep_waits(s) || !tick_own(s))
		return;
	more = batch(s, w);
	arena_reset(&s->mem);
	tick_own_keep(s, more >= 0);
	if (more < 0) { /* again in a minute */
		log_line(LOG_ERROR, "store", "doing", "sweep", "error",
		    store_trouble(s->db), NULL);
		w->next = w->count;
		w->places = false;
	} else if (more == 0) {
		step_on(w);
	}
	if (w->again && !sweep_waits(s))
		sweep_begin(s);
}
