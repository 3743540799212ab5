/* SPDX-License-Identifier: ISC */
#ifndef JSON_PLAIN_H
#define JSON_PLAIN_H

#include "json/str.h"

/* What checker, reader and writer share about the inside of a string. */

static inline bool
is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/*
 * Length of the run at the front that needs no look: no quote, no backslash,
 * no control character and, if ascii is set, nothing above 0x7f.  Of eight
 * bytes at once, those to look at get their high bit set; a borrow can mark
 * only bytes behind one that is rightly marked.
 */
static inline size_t
plain_run(struct str s, bool ascii)
{
	const uint64_t ones = 0x0101010101010101, highs = ones << 7;
	size_t i = 0;

	for (; s.len - i >= sizeof(ones); i += sizeof(ones)) {
		uint64_t c, quote, slash, marks;

		memcpy(&c, s.ptr + i, sizeof(c));
		quote = c ^ ones * '"';
		slash = c ^ ones * '\\';
		marks = ((c - ones * 0x20) & ~c) | ((quote - ones) & ~quote) |
			((slash - ones) & ~slash) | (ascii ? c : 0);
		if (marks & highs)
			break;
	}
	while (i < s.len && is_plain(s.ptr[i]) && !(ascii && s.ptr[i] & 0x80))
		i++;
	return i;
}

/* 0 to 15, or -1. */
static inline int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline bool
is_high_surrogate(uint32_t code)
{
	return code >> 10 == 0xd800 >> 10;
}

static inline bool
is_low_surrogate(uint32_t code)
{
	return code >> 10 == 0xdc00 >> 10;
}

#endif
