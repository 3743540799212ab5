/* SPDX-License-Identifier: ISC */
/* What the fuzzers share: an assertion that is never compiled out. */
#ifndef T_FUZZ_FUZZ_H
#define T_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdlib.h>

#include "json/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

/* In a block of its very size, so that a sanitizer sees a step outside. */
static inline char *
copy_of(struct str s)
{
	char *copy = malloc(s.len + !s.len);

	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return copy;
}

#endif
