/* SPDX-License-Identifier: ISC */
/* The wheel of deadlines. */
#include "server/timer.h"

#include <stddef.h>

void
wheel_begin(struct wheel *w, int64_t now)
{
	*w = (struct wheel){ .step = now / WHEEL_STEP };
}

static void
hang(struct wheel *w, struct timer *t)
{
	/* the step after the one that holds the moment: never early */
	int64_t step = t->at / WHEEL_STEP + 1;
	struct timer **slot;

	if (step <= w->step)
		step = w->step + 1;
	if (step > w->step + WHEEL_SLOTS - 1)
		step = w->step + WHEEL_SLOTS - 1;
	slot = &w->slot[step % WHEEL_SLOTS];
	t->slot_at = step;
	t->next = *slot;
	t->prev = slot;
	if (*slot)
		(*slot)->prev = &t->next;
	*slot = t;
	w->count++;
}

void
timer_stop(struct wheel *w, struct timer *t)
{
	if (!t->prev)
		return;
	*t->prev = t->next;
	if (t->next)
		t->next->prev = t->prev;
	t->prev = NULL;
	w->count--;
}

void
timer_set(struct wheel *w, struct timer *t, int64_t at)
{
	t->at = at;
	if (t->prev && t->slot_at <= at / WHEEL_STEP + 1)
		return;
	timer_stop(w, t);
	hang(w, t);
}

static void
turn_slot(struct wheel *w, int64_t now)
{
	struct timer **slot = &w->slot[w->step % WHEEL_SLOTS];
	struct timer *t;

	/* what is hung anew goes to a later slot, so this list only shrinks */
	while ((t = *slot)) {
		timer_stop(w, t);
		if (t->at <= now)
			t->fire(t);
		else
			hang(w, t);
	}
}

void
wheel_turn(struct wheel *w, int64_t now)
{
	int64_t last = now / WHEEL_STEP;

	if (last - w->step > WHEEL_SLOTS) /* asleep for long: one round */
		w->step = last - WHEEL_SLOTS;
	while (w->step < last) {
		w->step++;
		turn_slot(w, now);
	}
}

int
wheel_wait(const struct wheel *w, int64_t now)
{
	int64_t step;

	if (w->count == 0)
		return -1;
	for (step = w->step + 1; step < w->step + WHEEL_SLOTS; step++)
		if (w->slot[step % WHEEL_SLOTS])
			break;
	step = step * WHEEL_STEP - now;
	return step < 0 ? 0 : (int)step;
}
