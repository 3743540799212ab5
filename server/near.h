/* SPDX-License-Identifier: ISC */
#ifndef SERVER_NEAR_H
#define SERVER_NEAR_H

#include "json/str.h"

/*
 * Of many names, the one that a mistyped word meant: try them all, then ask.
 *
 *	struct near n = { .word = word };
 */
struct near {
	struct str word;
	const char *best;
	size_t distance;
};

void near_try(struct near *, const char *name);
/* NULL: nothing is like it. */
const char *near_best(const struct near *);

#endif
