/* SPDX-License-Identifier: ISC */
/* Any bytes as UTF-8, against a decoder written from RFC 3629 alone. */
#include "json/utf8.h"
#include "json/plain.h"
#include "t/fuzz/fuzz.h"

/* The code point at the front and its length; 0: there is none. */
static size_t
decode(struct str s, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t c = (uint8_t)s.ptr[0];
	size_t n = c < 0x80   ? 1
		   : c < 0xc0 ? 0
		   : c < 0xe0 ? 2
		   : c < 0xf0 ? 3
		   : c < 0xf8 ? 4
			      : 0;

	if (n == 0 || n > s.len)
		return 0;
	*code = n == 1 ? c : c & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s.ptr[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s.ptr[i] & 0x3f);
	}
	if (*code < least[n] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return n;
}

static void
runs(struct str s)
{
	size_t any = 0, ascii = 0;

	while (any < s.len && is_plain(s.ptr[any]))
		any++;
	while (ascii < any && !(s.ptr[ascii] & 0x80))
		ascii++;
	must(plain_run(s, false) == any);
	must(plain_run(s, true) == ascii);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = copy_of((struct str){ (const char *)data, size });
	struct str s = { copy, size };
	size_t n = 0, one, characters = 0;
	uint32_t code = 0;
	char again[4];

	while (n < size && (one = decode(str_from(s, n), &code)) > 0) {
		must(utf8_length(str_from(s, n)) == one);
		must(utf8_put(again, code) == one);
		must(!memcmp(again, copy + n, one));
		n += one;
		characters++;
	}
	must(utf8_valid(s) == (n == size));
	must(utf8_valid((struct str){ copy, n }));
	must(utf8_count((struct str){ copy, n }) == characters);
	if (n < size)
		must(utf8_length(str_from(s, n)) == 0);
	runs(s);
	free(copy);
	return 0;
}
