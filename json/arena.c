/* SPDX-License-Identifier: ISC */
/* Memory with one lifetime: bump allocation in a list of blocks. */
#include "json/arena.h"

#include <stdarg.h>
#include <stdio.h>

#include "json/mem.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif

/* Under AddressSanitizer what is not given out is poisoned, with gaps. */
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
enum { GAP = 8 };
#else
#define ASAN_POISON_MEMORY_REGION(at, n) ((void)(at), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(at, n) ((void)(at), (void)(n))
enum { GAP = 0 };
#endif

enum {
	ALIGN = 8,
	BLOCK = 16 * 1024 - 32, /* 16 KB with our header and malloc's */
	LARGE = 4 * 1024,       /* at most so much of a block is wasted */
};

struct arena_block {
	struct arena_block *older;
	size_t size;
	_Alignas(ALIGN) char bytes[];
};

static struct arena_block *
block_new(size_t size)
{
	struct arena_block *b = mem_get(sizeof(*b) + size);

	b->size = size;
	ASAN_POISON_MEMORY_REGION(b->bytes, size);
	return b;
}

/* A block for one piece goes second, so that the newest stays in use. */
static void *
large_piece(struct arena *a, size_t size)
{
	struct arena_block *b = block_new(size);

	if (a->block) {
		b->older = a->block->older;
		a->block->older = b;
	} else {
		b->older = NULL;
		a->block = b;
		a->used = size;
	}
	return b->bytes;
}

static void *
piece(struct arena *a, size_t size)
{
	void *p;

	if (!a->block || a->block->size - a->used < size) {
		struct arena_block *b;

		if (size > LARGE)
			return large_piece(a, size);
		b = block_new(BLOCK);
		b->older = a->block;
		a->block = b;
		a->used = 0;
	}
	p = a->block->bytes + a->used;
	a->used += size;
	return p;
}

void *
arena_get(struct arena *a, size_t n)
{
	/* Nobody has half of all addresses; rounding up to it cannot wrap. */
	size_t asked = n < PTRDIFF_MAX ? n : PTRDIFF_MAX;
	size_t size = ((asked ? asked : 1) + ALIGN - 1) / ALIGN * ALIGN;
	void *p = piece(a, size + GAP);

	ASAN_UNPOISON_MEMORY_REGION(p, n);
	return p;
}

void *
arena_zero(struct arena *a, size_t n)
{
	return memset(arena_get(a, n), 0, n);
}

struct str
arena_str(struct arena *a, struct str s)
{
	char *copy;

	if (!s.ptr)
		return NO_STR;
	copy = arena_get(a, s.len + 1);
	memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return (struct str){ copy, s.len };
}

struct str
arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list args, again;
	char *text;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	n = n < 0 ? 0 : n;
	text = arena_get(a, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(args);
	return (struct str){ text, (size_t)n };
}

/* Frees all blocks but one of ordinary size, if it may keep one. */
static struct arena_block *
blocks_free(struct arena_block *b, bool keep)
{
	struct arena_block *kept = NULL, *older;

	for (; b; b = older) {
		older = b->older;
		if (keep && !kept && b->size == BLOCK)
			kept = b;
		else
			mem_free(b);
	}
	return kept;
}

void
arena_reset(struct arena *a)
{
	a->block = blocks_free(a->block, true);
	a->used = 0;
	if (a->block) {
		a->block->older = NULL;
		ASAN_POISON_MEMORY_REGION(a->block->bytes, BLOCK);
	}
}

void
arena_free(struct arena *a)
{
	blocks_free(a->block, false);
	*a = (struct arena){ 0 };
}
