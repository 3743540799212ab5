/* SPDX-License-Identifier: ISC */
#ifndef SERVER_TIMER_H
#define SERVER_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Deadlines on a wheel: setting and stopping cost the same however many
 * there are.  A timer fires up to WHEEL_STEP ms late, never early.  Times
 * are milliseconds of the monotonic clock.  A deadline that moves later is
 * only noted, and looked at again when the old one comes (so that a
 * keep-alive connection does not move its timer at each request).
 */
enum { WHEEL_STEP = 64, WHEEL_SLOTS = 1024 };

struct timer {
	struct timer *next, **prev; /* prev NULL: not set */
	int64_t slot_at;            /* where it hangs */
	int64_t at;                 /* when it is due */
	void (*fire)(struct timer *);
};

struct wheel {
	int64_t step; /* the last one that was looked at */
	unsigned count;
	struct timer *slot[WHEEL_SLOTS];
};

void wheel_begin(struct wheel *, int64_t now);
void timer_set(struct wheel *, struct timer *, int64_t at);
void timer_stop(struct wheel *, struct timer *);
/* Fire what is due. */
void wheel_turn(struct wheel *, int64_t now);
/* Milliseconds until something may be due; -1 if nothing is set. */
int wheel_wait(const struct wheel *, int64_t now);

#endif
