/* SPDX-License-Identifier: ISC */
/* The heap: the one place where running out of memory is noticed. */
#include "json/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef FAIL_NTH
/* A test build lets the n-th allocation fail, once. */
static bool
fails(void)
{
	static long left = -1;

	if (left < 0) {
		const char *n = getenv("POCKETCHAT_FAIL_ALLOC");
		left = n ? atol(n) : 0;
	}
	return left > 0 && --left == 0;
}
#else
static bool
fails(void)
{
	return false;
}
#endif

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
	return fails() ? NULL : realloc(old, n ? n : 1);
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
	return or_die(fails() ? NULL : calloc(1, n ? n : 1));
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
