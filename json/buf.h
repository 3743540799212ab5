/* SPDX-License-Identifier: ISC */
#ifndef JSON_BUF_H
#define JSON_BUF_H

#include "json/arena.h"

/*
 * A growing buffer that owns its bytes.  A zeroed struct is empty; running
 * out of memory ends the process, so adding cannot fail.
 */
struct buf {
	char *bytes;
	size_t len, cap;
};

/* At least n writable bytes behind len; the caller adds to len itself. */
char *buf_room(struct buf *, size_t n);
void buf_add(struct buf *, const void *, size_t);
void buf_fmt(struct buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_free(struct buf *);
/* Its bytes, copied to where they stay; the buffer is free again. */
struct str buf_settle(struct buf *, struct arena *);

static inline void
buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.ptr, s.len);
}

static inline void
buf_char(struct buf *b, char c)
{
	*buf_room(b, 1) = c;
	b->len++;
}

static inline struct str
buf_view(const struct buf *b)
{
	return (struct str){ b->bytes ? b->bytes : "", b->len };
}

#endif
