/* SPDX-License-Identifier: ISC */
/* What may be shown of other people's text. */
#include "server/safe.h"

#include <stdio.h>

#include "json/utf8.h"

static uint32_t
code_of(const char *c, size_t n)
{
	static const unsigned char first[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = (unsigned char)c[0] & first[n];
	size_t i;

	for (i = 1; i < n; i++)
		code = code << 6 | ((unsigned char)c[i] & 0x3f);
	return code;
}

/* Control characters, line ends, and marks of direction. */
static bool
is_hidden(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x200e ||
	       code == 0x200f || code == 0xfeff ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

static size_t
escape(uint32_t code, char out[SAFE_PIECE])
{
	static const char names[] = {
		['\n'] = 'n', ['\t'] = 't', ['\r'] = 'r'
	};

	if (code < sizeof names && names[code])
		return (size_t)snprintf(out, SAFE_PIECE, "\\%c", names[code]);
	return (size_t)snprintf(
	    out, SAFE_PIECE, "\\u%04x", (unsigned)code & 0xffff);
}

size_t
safe_next(struct str *rest, char out[SAFE_PIECE])
{
	size_t n = utf8_length(*rest);
	const char *c = rest->ptr;
	uint32_t code = n ? code_of(c, n) : 0;

	*rest = str_from(*rest, n ? n : 1);
	if (n == 0)
		return (size_t)snprintf(
		    out, SAFE_PIECE, "\\x%02x", (unsigned)(unsigned char)*c);
	if (is_hidden(code))
		return escape(code, out);
	memcpy(out, c, n);
	return n;
}

void
safe_add(struct buf *b, struct str s)
{
	char piece[SAFE_PIECE];

	while (s.len > 0) {
		size_t n = safe_next(&s, piece);

		buf_add(b, piece, n);
	}
}
