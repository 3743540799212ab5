/* SPDX-License-Identifier: ISC */
/* Old messages leave. */
#include "server/sweep.h"

#include "json/mem.h"
#include "server/log.h"
#include "server/tick.h"

enum {
	BATCH = 500,
	ROOMS = 100,
	PLACES_DAYS = 30,
	REPEATED_MS = 86400 * 1000,
	UNCONFIRMED_MS = 86400 * 1000, /* uploads that nobody has confirmed */
};

struct sweep {
	struct arena mem; /* of the list */
	int64_t *pairs;   /* row of a room, seconds: in the order of rows */
	size_t count, next;
	uint32_t epoch;    /* of the store, and message_keep, when they were */
	int64_t elsewhere; /* read: nothing leaves by a rule of yesterday */
	bool places;       /* then the places of deleted messages */
	bool again;        /* asked for meanwhile: from the first room on */
	struct purge purge;
	struct purge erase; /* of somebody who is no more */
	uint32_t erase_epoch;
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

/* The rules as they are now, from that room on. */
static void
read_rules(struct server *s, struct sweep *w, int64_t from)
{
	arena_reset(&w->mem);
	w->purge = (struct purge){ .limit = BATCH };
	w->epoch = store_epoch(s->db);
	w->elsewhere = s->conf->message_keep;
	w->next = 0;
	if (rooms_forgetful(
		s->db, &w->mem, w->elsewhere, &w->pairs, &w->count) < 0)
		w->count = 0;
	while (w->next < w->count && w->pairs[2 * w->next] < from)
		w->next++;
}

/* Time is not judged while the clock is behind what was stored. */
void
sweep_begin(struct server *s)
{
	struct sweep *w = s->sweep;

	w->again = sweep_waits(s);
	if (w->again || s->now < store_newest(s->db))
		return;
	w->places = true;
	read_rules(s, w, 0);
}

/* What was written by who is no more: 1 there is more of it, 0, -1. */
static int
erase(struct server *s, struct sweep *w)
{
	enum erasure how;
	struct user cat;
	int64_t user;
	int more = user_erasing(s->db, &user, &how);

	if (more != 1)
		return more;
	if (w->erase.author != user || w->erase_epoch != store_epoch(s->db))
		w->erase = (struct purge){ .author = user, .limit = BATCH };
	w->erase_epoch = store_epoch(s->db);
	if (user_by_id(s->db, &s->mem, STR("rocket.cat"), &cat) != 1)
		return -1;
	more = how == ERASE_MESSAGES
		   ? message_purge(s->db, &s->mem, &w->erase, s->now)
		   : author_unlink(s->db, &w->erase, cat.row, s->now);
	if (more != 0)
		return more;
	w->erase.author = 0;
	return user_erased(s->db, user) < 0 ? -1 : 1;
}

/* Rooms that were deleted and have no message left: 1 there is more, 0, -1. */
static int
drop_retired(struct server *s)
{
	int64_t room;
	int found = room_retired(s->db, &room);

	if (found != 1)
		return found;
	return room_forget(s->db, room, BATCH) < 0 ? -1 : 1;
}

/* What is remembered of things that are gone, and for how long. */
static int
leftovers(struct server *s, struct sweep *w)
{
	int64_t before = s->now - (int64_t)PLACES_DAYS * 86400 * 1000;
	int more = places_sweep(s->db, before, BATCH);

	if (more == 0)
		more = gone_sweep(s->db, before, BATCH);
	if (more == 0)
		more = uploads_sweep(
		    s->db, s->now - (int64_t)UNCONFIRMED_MS, BATCH);
	if (more == 0)
		more = idempotency_sweep(
		    s->db, s->now - (int64_t)REPEATED_MS, BATCH);
	if (more == 0)
		more = erase(s, w);
	return more == 0 ? drop_retired(s) : more;
}

/* 1 there is more of this, 0, -1. */
static int
batch(struct server *s, struct sweep *w)
{
	const int64_t *pair = w->pairs + 2 * w->next;

	if (w->next == w->count)
		return leftovers(s, w);
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

/* The share of a turn: one batch, behind rooms where nothing is to be done. */
static int
share(struct server *s, struct sweep *w)
{
	int more = 0, rooms;
	bool idle = true;

	if (w->next < w->count && (w->epoch != store_epoch(s->db) ||
				      w->elsewhere != s->conf->message_keep))
		read_rules(s, w, w->pairs[2 * w->next]);
	for (rooms = 0; idle && rooms < ROOMS && sweep_waits(s); rooms++) {
		if ((more = batch(s, w)) < 0)
			return -1;
		idle = more == 0 && w->purge.count == 0;
		if (more == 0)
			step_on(w);
	}
	return 0;
}

void
sweep_turn(struct server *s)
{
	struct sweep *w = s->sweep;
	int done;

	if (!sweep_waits(s) || !tick_own(s))
		return;
	done = share(s, w);
	arena_reset(&s->mem);
	tick_own_keep(s, done >= 0);
	if (done < 0) { /* again in a minute */
		log_line(LOG_ERROR, "store", "doing", "sweep", "error",
		    store_trouble(s->db), NULL);
		w->next = w->count;
		w->places = false;
	}
	if (w->again && !sweep_waits(s))
		sweep_begin(s);
}
