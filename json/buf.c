/* SPDX-License-Identifier: ISC */
/* The growing buffer. */
#include "json/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "json/mem.h"

enum { FIRST_SIZE = 256 };

static void
grow(struct buf *b, size_t n)
{
	size_t need = b->len + n, cap = b->cap ? b->cap * 2 : FIRST_SIZE;

	if (need < n)
		need = SIZE_MAX; /* there is no such memory: ends here */
	b->cap = cap < need ? need : cap;
	b->bytes = mem_resize(b->bytes, b->cap);
}

char *
buf_room(struct buf *b, size_t n)
{
	if (b->cap - b->len < n || !b->bytes)
		grow(b, n);
	return b->bytes + b->len;
}

void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (n == 0)
		return;
	memcpy(buf_room(b, n), bytes, n);
	b->len += n;
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list args, again;
	size_t room;
	int n;

	va_start(args, fmt);
	va_copy(again, args);
	buf_room(b, 1);
	room = b->cap - b->len;
	n = vsnprintf(b->bytes + b->len, room, fmt, args);
	if (n > 0 && (size_t)n >= room) {
		char *to = buf_room(b, (size_t)n + 1);

		vsnprintf(to, (size_t)n + 1, fmt, again);
	}
	b->len += n > 0 ? (size_t)n : 0;
	va_end(again);
	va_end(args);
}

void
buf_free(struct buf *b)
{
	mem_free(b->bytes);
	*b = (struct buf){ 0 };
}

struct str
buf_settle(struct buf *b, struct arena *mem)
{
	struct str s = arena_str(mem, buf_view(b));

	buf_free(b);
	return s;
}
