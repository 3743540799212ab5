/* SPDX-License-Identifier: ISC */
#include "server/timer.h"

#include "t/unit/tap.h"

enum { TIMERS = 2000, BEGIN = 1000003 };

struct alarm {
	struct timer timer; /* first */
	int64_t due, fired;
};

static struct wheel w;
static struct alarm alarms[TIMERS];
static int64_t now;

static void
fire(struct timer *t)
{
	((struct alarm *)t)->fired = now;
}

static void
set(int i, int64_t due)
{
	alarms[i].timer.fire = fire;
	alarms[i].due = due;
	alarms[i].fired = 0;
	timer_set(&w, &alarms[i].timer, due);
}

static void
run_until(int64_t end, int step)
{
	for (; now < end; now += step)
		wheel_turn(&w, now);
}

/* All of them in time: never early, and late by less than the limit. */
static bool
in_time(int n, int64_t late)
{
	int i;

	for (i = 0; i < n; i++)
		if (alarms[i].fired < alarms[i].due ||
		    alarms[i].fired > alarms[i].due + late)
			return false;
	return true;
}

static void
asleep(void)
{
	int wait;

	set(0, now + 5000);
	wait = wheel_wait(&w, now);
	ok(wait > 0 && wait <= 5000 + 2 * WHEEL_STEP,
	    "it tells how long to sleep");
	now += 100 * 3600 * 1000; /* asleep for days */
	wheel_turn(&w, now);
	now += WHEEL_STEP;
	wheel_turn(&w, now);
	ok(alarms[0].fired > 0, "a long sleep loses nothing");
	ok(wheel_wait(&w, now) == -1, "nothing is set: sleep for ever");
}

int
main(void)
{
	int i;

	now = BEGIN;
	wheel_begin(&w, now);
	for (i = 0; i < TIMERS; i++)
		set(i, now + (int64_t)i * i % 200000);
	run_until(BEGIN + 201000, 7);
	ok(in_time(TIMERS, WHEEL_STEP + 2 * 7),
	    "all fire in time, those beyond a round of the wheel, too");
	ok(w.count == 0, "and once");

	for (i = 0; i < TIMERS; i++) {
		set(i, now + 100000);
		set(i, now + i); /* earlier */
		if (i % 2)
			set(i, now + 50000 + i); /* later again */
	}
	run_until(now + 60000, 13);
	ok(in_time(TIMERS, WHEEL_STEP + 2 * 13),
	    "a deadline may move, earlier and later");

	set(0, now + 100);
	set(1, now + 100);
	timer_stop(&w, &alarms[0].timer);
	timer_stop(&w, &alarms[0].timer);
	run_until(now + 300, 10);
	ok(alarms[0].fired == 0 && alarms[1].fired > 0,
	    "one that is stopped does not fire, the others do");
	asleep();
	return done();
}
