/* SPDX-License-Identifier: ISC */
/* UTF-8 by the table of well-formed sequences (RFC 3629, section 4). */
#include "json/utf8.h"

/* By first byte: how long, and the bounds of the second byte. */
static const struct {
	unsigned char length, low, high;
} leads[256] = {
	[0x00 ... 0x7f] = { 1, 0, 0 },
	[0xc2 ... 0xdf] = { 2, 0x80, 0xbf },
	[0xe0] = { 3, 0xa0, 0xbf },
	[0xe1 ... 0xec] = { 3, 0x80, 0xbf },
	[0xed] = { 3, 0x80, 0x9f },
	[0xee ... 0xef] = { 3, 0x80, 0xbf },
	[0xf0] = { 4, 0x90, 0xbf },
	[0xf1 ... 0xf3] = { 4, 0x80, 0xbf },
	[0xf4] = { 4, 0x80, 0x8f },
};

static bool
is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

size_t
utf8_length(struct str s)
{
	const unsigned char *c = (const unsigned char *)s.ptr;
	size_t n = s.len > 0 ? leads[c[0]].length : 0;

	if (n > s.len)
		return 0;
	if (n > 1 && (c[1] < leads[c[0]].low || c[1] > leads[c[0]].high))
		return 0;
	for (size_t i = 2; i < n; i++)
		if (!is_tail(c[i]))
			return 0;
	return n;
}

static size_t
ascii_run(struct str s)
{
	size_t i = 0;
	uint64_t eight;

	for (; s.len - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, s.ptr + i, sizeof(eight));
		if (eight & 0x8080808080808080)
			break;
	}
	while (i < s.len && !(s.ptr[i] & 0x80))
		i++;
	return i;
}

bool
utf8_valid(struct str s)
{
	size_t n = ascii_run(s);

	while (n < s.len) {
		size_t one = utf8_length(str_from(s, n));

		if (one == 0)
			return false;
		n += one;
		if (one == 1)
			n += ascii_run(str_from(s, n));
	}
	return true;
}

size_t
utf8_put(char out[4], uint32_t code)
{
	/* The first byte's mark, by length. */
	static const unsigned char marks[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	out[0] = (char)(marks[n] | code);
	return n;
}

size_t
utf8_count(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += !is_tail((unsigned char)s.ptr[i]);
	return n;
}
