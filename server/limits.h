/* SPDX-License-Identifier: ISC */
#ifndef SERVER_LIMITS_H
#define SERVER_LIMITS_H

#include "json/str.h"

/*
 * Calls from one address, counted for each route in windows of a fixed
 * length, in a table of fixed size: where it is full the window that ends
 * first makes room.  Times are ms of the monotonic clock.
 */
struct limits;

struct limit {
	int64_t most, left; /* calls; most 0: nobody counts */
	int64_t ends;       /* in so many ms it begins anew */
	int64_t wait;       /* 0: this call may pass */
};

struct limits *limits_new(void);
void limits_free(struct limits *);
/* One more call (by 1), none (0: only look), or one that does not count after
 * all (-1). */
struct limit limits_count(struct limits *, const void *route,
    struct str address, int by, int64_t most, int64_t period, int64_t now);

/* The lines of a reply's head; now: ms since 1970.  Their length. */
enum { LIMIT_LINES = 160 };
size_t limit_lines(const struct limit *, int64_t now, char out[LIMIT_LINES]);

#endif
