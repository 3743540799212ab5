/* SPDX-License-Identifier: ISC */
/* The arena, and the heap below it. */
#include "json/arena.h"

#include <sys/wait.h>
#include <unistd.h>

#include "json/mem.h"
#include "t/unit/tap.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
enum { SANITIZED = 1 };
#else
#define __asan_address_is_poisoned(at) ((void)(at), 0)
enum { SANITIZED = 0 };
#endif

/* A sanitizer shall answer NULL as the real heap does. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static volatile size_t too_much = SIZE_MAX / 2 - 100;
static struct arena *volatile nobody;

static void
get_too_much(void)
{
	mem_free(mem_get(too_much));
}

static void
zero_too_much(void)
{
	mem_free(mem_zero(too_much));
}

static void
resize_too_much(void)
{
	mem_free(mem_resize(mem_get(1), too_much));
}

static void
arena_too_much(void)
{
	struct arena a = { 0 };

	nobody = &a;
	arena_get(&a, SIZE_MAX - 3);
}

/* Runs it in a child; true if that ended with one line and exit 70. */
static bool
dies(void (*deed)(void))
{
	static const char line[] = "pocketchat: out of memory\n";
	char text[4096];
	size_t len = 0;
	ssize_t n;
	int ends[2], status = 0;
	pid_t child;

	if (pipe(ends) < 0 || (child = fork()) < 0)
		return false;
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		deed();
		_exit(0);
	}
	close(ends[1]);
	while ((n = read(ends[0], text + len, sizeof(text) - len)) > 0)
		len += (size_t)n;
	close(ends[0]);
	waitpid(child, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 70)
		return false;
	/* The sanitizer has words of its own before ours. */
	return len >= sizeof(line) - 1 && (SANITIZED || len < sizeof(line)) &&
	       !memcmp(text + len - (sizeof(line) - 1), line, sizeof(line) - 1);
}

static void
heap(void)
{
	unsigned char *zero = mem_zero(4096);
	char *p = mem_get(0), *grown;
	bool clean = true;

	for (int i = 0; i < 4096; i++)
		clean = clean && zero[i] == 0;
	ok(clean, "mem_zero is zero");
	ok(p != NULL, "no bytes are memory too");
	p = mem_resize(p, 3);
	memcpy(p, "abc", 3);
	grown = mem_try(p, 100000);
	ok(grown && !memcmp(grown, "abc", 3), "growing keeps the bytes");
	ok(!mem_try(grown, too_much) && !memcmp(grown, "abc", 3),
	    "mem_try answers NULL when there is none, and what was stays");
	mem_free(grown);
	mem_free(zero);
	mem_free(NULL);
	ok(dies(get_too_much), "mem_get without memory: one line, exit 70");
	ok(dies(zero_too_much), "mem_zero without memory: the same");
	ok(dies(resize_too_much), "mem_resize without memory: the same");
	ok(dies(arena_too_much), "an arena of all addresses: the same");
}

/* Pieces of all sizes, each filled with a byte of its own. */
static void
pieces(struct arena *a)
{
	enum { PIECES = 600 };
	unsigned char *at[PIECES];
	bool aligned = true, own = true;

	for (size_t i = 0; i < PIECES; i++) {
		size_t n = i * i % 9001;

		at[i] = arena_get(a, n);
		aligned = aligned && (uintptr_t)at[i] % 8 == 0;
		memset(at[i], (int)(i % 251), n);
	}
	for (size_t i = 0; i < PIECES; i++)
		for (size_t k = 0; k < i * i % 9001; k++)
			own = own && at[i][k] == i % 251;
	ok(aligned, "pieces of any size are aligned to 8 bytes");
	ok(own, "no piece reaches into another");
}

static void
blocks(void)
{
	struct arena a = { 0 };
	char *first = arena_get(&a, 16), *large, *second, *again;

	large = arena_get(&a, 1 << 20);
	memset(large, 1, 1 << 20);
	second = arena_get(&a, 16);
	ok(second > first && second - first <= 32,
	    "a large piece leaves the block before it in use");
	arena_reset(&a);
	again = arena_get(&a, 16);
	ok(again == first, "a reset keeps the ordinary block");
	arena_free(&a);
	ok(!a.block && !a.used, "a free leaves an empty arena");

	large = arena_get(&a, 1 << 20);
	memset(large, 1, 1 << 20);
	first = arena_get(&a, 16);
	again = arena_get(&a, 1 << 20);
	second = arena_get(&a, 16);
	ok(second > first && second - first <= 32,
	    "a large piece may come first");
	memset(again, 2, 1 << 20);
	ok(large[(1 << 20) - 1] == 1, "two large pieces are apart");
	arena_reset(&a);
	ok(arena_get(&a, 16) == first, "a reset finds the block among others");
	arena_free(&a);

	arena_get(&a, 1 << 20);
	arena_reset(&a);
	ok(!a.block, "a large block alone is not kept");
	arena_reset(&a);
	arena_free(&a);
	ok(!a.block, "an empty arena can be reset and freed");
	for (int i = 0; i < 10000; i++)
		arena_get(&a, 1000);
	arena_reset(&a);
	again = arena_get(&a, 1);
	ok(again && a.used > 0, "after ten megabytes a reset works");
	arena_free(&a);
}

static void
poison(void)
{
	struct arena a = { 0 };
	char *p = arena_get(&a, 5), *q;
	bool known = true;

	known = !__asan_address_is_poisoned(p + 4) &&
		__asan_address_is_poisoned(p + 5) == SANITIZED;
	q = arena_get(&a, 8);
	known = known && __asan_address_is_poisoned(q - 1) == SANITIZED &&
		__asan_address_is_poisoned(q + 8) == SANITIZED;
	arena_reset(&a);
	known = known && __asan_address_is_poisoned(p) == SANITIZED;
	ok(known, "a sanitizer knows what is given out and what is not");
	arena_free(&a);
}

static void
strings(void)
{
	struct arena a = { 0 };
	char source[] = "abc", big[30000], *z;
	struct str s = arena_str(&a, str_of(source));
	bool clean = true;

	source[0] = 'x';
	ok(str_eq(s, STR("abc")) && s.ptr[3] == '\0',
	    "a copy is its own, with a NUL behind it");
	ok(str_eq(arena_str(&a, STR("a\0b")), STR("a\0b")),
	    "NUL bytes are copied");
	s = arena_str(&a, STR(""));
	ok(s.ptr && s.len == 0 && s.ptr[0] == '\0', "empty stays empty");
	ok(!arena_str(&a, NO_STR).ptr, "absent stays absent");
	s = arena_fmt(&a, "%d-%s", 42, "x");
	ok(str_eq(s, STR("42-x")) && s.ptr[4] == '\0', "arena_fmt prints");
	ok(arena_fmt(&a, "%s", "").ptr, "even nothing");
	memset(big, 'b', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	ok(str_eq(arena_fmt(&a, "%s", big), str_of(big)),
	    "and what is longer than a block");
	memset(arena_get(&a, 4000), 0xff, 4000);
	arena_reset(&a);
	z = arena_zero(&a, 4000);
	for (int i = 0; i < 4000; i++)
		clean = clean && z[i] == 0;
	ok(clean, "arena_zero is zero in used memory");
	arena_free(&a);
}

int
main(void)
{
	struct arena a = { 0 };

	heap();
	pieces(&a);
	arena_reset(&a);
	pieces(&a);
	arena_free(&a);
	blocks();
	poison();
	strings();
	return done();
}
