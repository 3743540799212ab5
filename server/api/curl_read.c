/* SPDX-License-Identifier: ISC */
/* /r/: reading back, following, waiting, searching. */
#include "server/api/curl.h"

#include <stdlib.h>

#include "json/mem.h"

#define CLOCK_S INT64_C(100000000) /* from here on no duration, but a time */
#define CLOCK_MS INT64_C(100000000000)

enum {
	NEWEST = 50,
	NEWEST_MOST = 10000,
	FOUND_MOST = 100,
	WAIT_MOST = 300, /* s */
};

struct reading {
	enum push_format format;
	struct room room[EAR_ROOMS];
	int64_t place[EAR_ROOMS];
	size_t n;
	int64_t limit; /* -1: none was given */
	bool system;   /* also what nobody wrote */
};

static int
bad_param(struct req *q, const char *what)
{
	return fail_coded(q, "error-invalid-params", "%s", what);
}

/* ---- from where ---- */

static int
highest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* Every room goes on from what has that number: 1 or -1. */
static int
from_number(struct req *q, struct reading *w, int64_t number)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (place_at_number(q->db, &w->room[i], number, &w->place[i]) <
		    0)
			return -1;
	return 1;
}

/* Of several rooms, the newest so many of all together. */
static int
from_newest_of_all(struct req *q, struct reading *w, size_t limit)
{
	int64_t *all = arena_get(q->mem, w->n * limit * sizeof *all), *some;
	size_t count = 0, n, i;

	for (i = 0; i < w->n; i++) {
		if (newest_numbers(q->db, q->mem, &w->room[i], limit, w->system,
			&some, &n) < 0)
			return -1;
		if (n > 0)
			memcpy(all + count, some, n * sizeof *all);
		count += n;
	}
	qsort(all, count, sizeof *all, highest_first);
	return from_number(q, w, count >= limit ? all[limit - 1] - 1 : -1);
}

static int
from_newest(struct req *q, struct reading *w, int64_t limit)
{
	size_t i;
	int done = 1;

	if (limit > 0 && w->n > 1)
		return from_newest_of_all(q, w, (size_t)limit);
	for (i = 0; done >= 0 && i < w->n; i++)
		done = limit > 0
			   ? place_of_newest(q->db, &w->room[i], (size_t)limit,
				 w->system, &w->place[i])
			   : room_end(q->db, w->room[i].row, &w->place[i]);
	return done;
}

/* Rooms go on from one number, as they would when they resume: clocks of
 * several rooms do not agree on an order. */
static int
from_time(struct req *q, struct reading *w, int64_t time)
{
	int64_t number, last = 0;
	struct str id;
	int found;
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (place_at_time(q->db, &w->room[i], time, &w->place[i]) < 0)
			return -1;
		found = w->n > 1 ? place_named(q->db, q->mem, &w->room[i],
				       w->place[i], &id, &number)
				 : 0;
		if (found < 0)
			return -1;
		last = found && number > last ? number : last;
	}
	return w->n > 1 ? from_number(q, w, last) : 1;
}

static int
from_begin(struct reading *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		w->place[i] = room_begin(w->room[i].row);
	return 1;
}

/* The message of this id in one of the rooms, or where it was: 1, 0, -1. */
static int
from_id(struct req *q, struct reading *w, struct str id)
{
	struct str near;
	int64_t key = 0, number;
	int found = 0;
	size_t i;

	for (i = 0; found == 0 && i < w->n; i++)
		found = message_place(q->db, &w->room[i], id, &key);
	if (found != 1)
		return found;
	if (w->n == 1) {
		w->place[0] = key;
		return 1;
	}
	found =
	    place_named(q->db, q->mem, &w->room[i - 1], key, &near, &number);
	if (found < 0 || from_number(q, w, found ? number : 0) < 0)
		return -1;
	w->place[i - 1] = key;
	return 1;
}

/* "10m", seconds, or a time of some kind: in ms since 1970. */
static bool
moment(struct req *q, struct str s, int64_t *ms)
{
	int64_t n;

	if (!str_eq(s, STR("off")) && duration_parse(s, &n)) {
		if (!str_int(s, &n) || n < CLOCK_S)
			*ms = n <= q->now / 1000 ? q->now - n * 1000 : 0;
		else
			*ms = n < CLOCK_MS ? n * 1000 : n;
		return true;
	}
	return time_parse(s, ms);
}

/* 1, 0 there is no such place, -1 the store. */
static int
from_since(struct req *q, struct reading *w, struct str since)
{
	int64_t n;

	if (str_eq(since, STR("all")))
		return from_begin(w);
	if (str_eq(since, STR("now")))
		return from_newest(q, w, 0);
	if (str_starts(since, STR("~")))
		return str_int(str_from(since, 1), &n) ? from_number(q, w, n)
						       : 0;
	if (moment(q, since, &n))
		return from_time(q, w, n);
	return from_id(q, w, since);
}

static struct str
since_of(const struct req *q, const struct reading *w)
{
	struct str last = req_header(q, "last-event-id");

	/* who comes again asks as the first time, but has got some */
	return w->format == PUSH_SSE && last.len ? last : param(q, "since");
}

/* Where nothing is said: from those that are the newest. */
static int
need_places(struct req *q, struct reading *w, int64_t newest)
{
	struct str since = since_of(q, w);
	int found;

	found = since.len ? from_since(q, w, since)
			  : from_newest(q, w, w->limit < 0 ? newest : w->limit);
	if (found < 0)
		return fail(q, E_STORE);
	if (since.len && !found)
		return fail_text(q, E_NO_MESSAGE,
		    "since is neither a time nor a message here");
	return 0;
}

static int
need_limit(struct req *q, struct reading *w)
{
	struct str s = param(q, "limit");

	w->limit = -1;
	if (!s.len)
		return 0;
	if (!str_int(s, &w->limit) || w->limit < 0)
		return bad_param(q, "limit is a number");
	if (w->limit > NEWEST_MOST && !since_of(q, w).len)
		w->limit = NEWEST_MOST;
	return 0;
}

/* ---- searching ---- */

static int
newest_first(const void *a, const void *b)
{
	int64_t x = ((const struct message *)a)->number;
	int64_t y = ((const struct message *)b)->number;

	return x < y ? 1 : x > y ? -1 : 0;
}

static const struct room *
room_of(const struct reading *w, const struct message *m)
{
	size_t i;

	for (i = 0; i + 1 < w->n && w->room[i].row != m->room; i++)
		;
	return &w->room[i];
}

static int
find_all(struct req *q, const struct reading *w, struct search *a,
    struct message **all, size_t *count)
{
	struct message *some;
	int64_t *keys;
	size_t i, j, n;

	*all = arena_get(q->mem, w->n * a->limit * sizeof **all);
	*count = 0;
	for (i = 0; i < w->n; i++) {
		a->after = w->place[i];
		if (message_search(q->db, q->mem, &w->room[i], a, &keys, &n) <
			0 ||
		    messages_by_keys(
			q->db, q->mem, &w->room[i], keys, n, &some, &n) < 0)
			return -1;
		for (j = 0; j < n; j++) {
			some[j].room = w->room[i].row;
			(*all)[(*count)++] = some[j];
		}
	}
	qsort(*all, *count, sizeof **all, newest_first);
	return 1;
}

/* The newest that are found, the oldest of them first as everywhere here. */
static int
search(struct req *q, struct reading *w)
{
	struct search a = { .text = param(q, "q") };
	struct push_event e = { .kind = PUSH_NEW };
	struct message *all;
	size_t n;

	if (since_of(q, w).len && need_places(q, w, 0))
		return -1;
	a.limit = w->limit < 0 ? NEWEST : (size_t)w->limit;
	if (a.limit > FOUND_MOST)
		a.limit = FOUND_MOST;
	if (a.limit == 0)
		n = 0;
	else if (find_all(q, w, &a, &all, &n) < 0)
		return fail(q, E_STORE);
	for (n = n < a.limit ? n : a.limit; n > 0; n--) {
		e.message = &all[n - 1];
		e.id = e.message->id;
		e.room = room_of(w, e.message);
		spell(w->format, &e, q->out.out);
	}
	q->type = spell_type(w->format);
	return 0;
}

/* ---- waiting ---- */

struct first {
	struct req *q;
	enum push_format format;
	bool found;
};

static bool
take_first(void *arg, const struct push_event *e)
{
	struct first *f = arg;

	spell(f->format, e, f->q->out.out);
	f->found = true;
	return false;
}

static struct ear *
ear_for(struct req *q, const struct reading *w)
{
	struct ear *e = mem_zero(sizeof *e + w->n * sizeof *e->sub);

	e->format = (uint8_t)w->format;
	e->system = w->system;
	if (ear_open(q->srv->push, e, q->session, w->room, w->place, w->n) == 1)
		return e;
	mem_free(e);
	return NULL;
}

/* What has come since the place, or the time that there is for it: the
 * request runs again then. */
static int
look(struct req *q, struct reading *w, struct ear *e, bool mine, int64_t wait)
{
	struct first f = { q, w->format, false };
	int more = ear_read(e, q->mem, take_first, &f);
	bool over = park_late(q) || wait == 0 || q->srv->stopping;

	if (more >= 0 && !f.found && !over)
		return park_listen(q, e, q->srv->mono + wait * 1000);
	if (mine) {
		ear_close(e);
		mem_free(e);
	}
	if (more < 0)
		return fail(q, E_STORE);
	q->type = spell_type(w->format);
	if (!f.found)
		q->status = 204;
	return 0;
}

static int
wait_for_one(struct req *q, struct reading *w)
{
	struct ear *e = park_ear(q);
	struct str s = param(q, "wait");
	bool mine = !e;
	int64_t wait;

	if (!duration_parse(s, &wait) || wait > WAIT_MOST)
		return bad_param(q, "wait is a number of seconds up to 300");
	if (!e && (need_places(q, w, 0) || !(e = ear_for(q, w))))
		return -1;
	return look(q, w, e, mine, wait);
}

/* ---- reading ---- */

static int
read_on(struct req *q, struct reading *w, bool follow)
{
	struct follow f = {
		.format = w->format == PUSH_SSE && w->n > 1 ? PUSH_SSE_ROOMS
							    : w->format,
		.system = w->system,
		.changes = param_true(q, "changes"),
		.ends = !follow,
		.rooms = w->room,
		.places = w->place,
		.count = w->n,
	};

	if (need_places(q, w, NEWEST))
		return -1;
	if (!follow && w->limit >= 0)
		f.most = w->limit;
	if (!follow && w->limit == 0) {
		q->type = spell_type(w->format);
		return 0;
	}
	return follow_begin(q, &f);
}

static int
reading(struct req *q, enum push_format format)
{
	struct reading *w = arena_zero(q->mem, sizeof *w);
	bool follow = format == PUSH_SSE || param_true(q, "follow");

	w->format = format;
	w->system = param_true(q, "system");
	if (curl_rooms(q, w->room, &w->n) || need_limit(q, w))
		return -1;
	if (w->n > 1 && format == PUSH_TEXT)
		w->format = PUSH_TEXT_ROOMS;
	if (param(q, "q").ptr)
		return follow || param(q, "wait").ptr
			   ? bad_param(q, "A search does not go on")
			   : search(q, w);
	if (param(q, "wait").ptr)
		return follow ? bad_param(q, "Either wait or follow")
			      : wait_for_one(q, w);
	return read_on(q, w, follow);
}

int
curl_read(struct req *q)
{
	return reading(q, PUSH_TEXT);
}

int
curl_read_raw(struct req *q)
{
	return reading(q, PUSH_RAW);
}

int
curl_read_json(struct req *q)
{
	return reading(q, PUSH_JSON);
}

int
curl_read_sse(struct req *q)
{
	return reading(q, PUSH_SSE);
}
