/* SPDX-License-Identifier: ISC */
/* The heap: the one place where running out of memory is noticed. */
#include "json/mem.h"

#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

void
mem_steady(void)
{
	mallopt(M_TRIM_THRESHOLD, 2 * 1024 * 1024);
	mallopt(M_TOP_PAD, 256 * 1024);
}

void
mem_settle(void)
{
	malloc_trim(0);
}

void
mem_none(void)
{
	static const char line[] = "pocketchat: out of memory\n";

	if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0) {
		/* nobody is listening; the status says it too */
	}
	_exit(70);
}

static void *
or_die(void *p)
{
	if (!p)
		mem_none();
	return p;
}

void *
mem_try(void *old, size_t n)
{
	return realloc(old, n ? n : 1);
}

void *
mem_get(size_t n)
{
	return or_die(mem_try(NULL, n));
}

/* calloc, since pages it has fresh from the kernel stay untouched. */
void *
mem_zero(size_t n)
{
	return or_die(calloc(1, n ? n : 1));
}

void *
mem_resize(void *old, size_t n)
{
	return or_die(mem_try(old, n));
}

void
mem_free(void *p)
{
	free(p);
}
