/* SPDX-License-Identifier: ISC */
#ifndef JSON_ARENA_H
#define JSON_ARENA_H

#include "json/str.h"

/*
 * Memory with one lifetime: given out piece by piece, taken back at once.
 * A zeroed struct is an empty arena.  Pieces are 8-byte aligned, not zeroed;
 * running out of memory ends the process (json/mem.h).
 */
struct arena {
	struct arena_block *block; /* the newest; older ones hang behind it */
	size_t used;               /* of the newest block */
};

void *arena_get(struct arena *, size_t);
void *arena_zero(struct arena *, size_t);
/*
 * A copy; its bytes are followed by a NUL that len does not count.  What is
 * absent stays absent.
 */
struct str arena_str(struct arena *, struct str);
struct str arena_fmt(struct arena *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Everything given out is gone; one block of ordinary size is kept. */
void arena_reset(struct arena *);
void arena_free(struct arena *);

#endif
