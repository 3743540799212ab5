/* SPDX-License-Identifier: ISC */
#ifndef SERVER_LOOP_H
#define SERVER_LOOP_H

#include <stdbool.h>

/*
 * The one place that waits: epoll, level-triggered.  A watch is embedded in
 * what it watches for; it must stay in memory until the turn in which it was
 * removed is over, since an event may still be in hand.
 */
struct epoll_event;

enum { LOOP_IN = 1, LOOP_OUT = 2, LOOP_GONE = 4 };

struct watch {
	int fd; /* -1: not watched */
	unsigned want;
	void (*ready)(struct watch *, unsigned events);
};

enum { LOOP_EVENTS = 256 };

struct loop {
	int fd, events;
	struct epoll_event *event;
};

bool loop_open(struct loop *);
void loop_close(struct loop *);
bool loop_add(struct loop *, struct watch *, int fd, unsigned want);
void loop_want(struct loop *, struct watch *, unsigned want);
/* Stops watching; the descriptor is the caller's to close. */
void loop_remove(struct loop *, struct watch *);
/* Waits at most so many milliseconds (-1: no bound); loop_run then calls
 * those that are ready. */
void loop_wait(struct loop *, int timeout_ms);
/* Is it ready, as far as the last wait tells?  One that has no room left to
 * tell of all says yes. */
bool loop_told(const struct loop *, const struct watch *);
void loop_run(struct loop *);

#endif
