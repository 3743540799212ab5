/* SPDX-License-Identifier: ISC */
/*
 * Multipart bodies fed to the parser in pieces, each in a block of its very
 * size that is gone afterwards, so that a sanitizer sees a step outside and
 * a pointer kept.  What came of it is told as a text:
 *
 *	[name|filename|type]{body}...whole
 *	[name]{body}400 why
 */
#ifndef T_UNIT_PARTS_H
#define T_UNIT_PARTS_H

#include <stdlib.h>

#include "http/multipart.h"
#include "json/buf.h"

static inline void
tell_part(struct buf *out, const struct multipart *m)
{
	buf_char(out, '[');
	buf_str(out, m->name);
	if (m->filename.ptr || m->type.ptr)
		buf_char(out, '|');
	buf_str(out, m->filename.ptr ? m->filename : STR(""));
	if (m->type.ptr)
		buf_char(out, '|');
	buf_str(out, m->type.ptr ? m->type : STR(""));
	buf_str(out, STR("]{"));
}

/* False: they are refused.  *events counts what was heard. */
static inline bool
feed_piece(
    struct buf *out, struct multipart *m, struct str text, size_t *events)
{
	char *copy = malloc(text.len + !text.len);
	struct str in = { copy, text.len }, piece = NO_STR;
	enum part_event e;

	memcpy(copy, text.ptr, text.len);
	while (
	    (e = multipart_next(m, &in, &piece)) > PART_MORE && e != PART_BAD) {
		++*events;
		if (e == PART_BEGIN)
			tell_part(out, m);
		else if (e == PART_DATA && piece.len > 0)
			buf_str(out, piece);
		else
			buf_char(out, e == PART_END ? '}' : '?');
	}
	free(copy);
	return e != PART_BAD && in.len == 0;
}

/* At first `first` bytes, then `step` at a time; how many events. */
static inline size_t
feed_parts(struct buf *out, struct str type, unsigned max, struct str text,
    size_t first, size_t step)
{
	struct multipart *m = malloc(sizeof *m);
	bool fine = multipart_begin(m, type, max);
	size_t n = first, events = 0;

	out->len = 0;
	while (fine && text.len > 0) {
		n = n < text.len ? n : text.len;
		fine = feed_piece(out, m, (struct str){ text.ptr, n }, &events);
		text = str_from(text, n);
		n = step ? step : text.len;
	}
	if (multipart_end(m))
		buf_str(out, STR("whole"));
	else
		buf_fmt(out, "%d %s", m->status, m->why);
	if (!fine &&
	    (multipart_end(m) || multipart_next(m, &text, &text) != PART_BAD))
		buf_str(out, STR(" then another answer"));
	free(m);
	return events;
}

#endif
