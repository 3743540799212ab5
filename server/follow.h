/* SPDX-License-Identifier: ISC */
#ifndef SERVER_FOLLOW_H
#define SERVER_FOLLOW_H

#include "server/push.h"
#include "server/stream.h"

/*
 * Replies that go on: messages of rooms from a place on, those that are there
 * and those that come.  While it catches up it is made as it is read; then a
 * reader who takes too little for its queue is told from where to resume, and
 * that was it.
 */
struct follow {
	enum push_format format;
	bool system;  /* also messages of the system */
	bool changes; /* what happens to messages later, too */
	bool ends;    /* with what is there now: an ordinary reply */
	int64_t most; /* messages; 0: no bound; only if it ends */
	const struct room *rooms;
	const int64_t *places;
	size_t count;
};

/* Makes q's stream: 0, or -1 and answered. */
int follow_begin(struct req *, const struct follow *);

#endif
