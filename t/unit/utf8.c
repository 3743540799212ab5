/* SPDX-License-Identifier: ISC */
/* UTF-8 against RFC 3629. */
#include "json/utf8.h"

#include <stdlib.h>

#include "t/unit/tap.h"

/* The encoding as RFC 3629, section 3, draws it: by the letter, no table. */
static size_t
encode(unsigned char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (unsigned char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (unsigned char)(0xc0 + c / 64);
		to[1] = (unsigned char)(0x80 + c % 64);
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (unsigned char)(0xe0 + c / 4096);
		to[1] = (unsigned char)(0x80 + c / 64 % 64);
		to[2] = (unsigned char)(0x80 + c % 64);
		return 3;
	}
	to[0] = (unsigned char)(0xf0 + c / 262144);
	to[1] = (unsigned char)(0x80 + c / 4096 % 64);
	to[2] = (unsigned char)(0x80 + c / 64 % 64);
	to[3] = (unsigned char)(0x80 + c % 64);
	return 4;
}

static struct str
bytes(const void *at, size_t n)
{
	return (struct str){ at, n };
}

static void
every_code(void)
{
	size_t written = 0, judged = 0, cut = 0, cuts = 0;

	for (uint32_t code = 0; code < 0x110000; code++) {
		unsigned char want[4], got[4] = { 0 };
		size_t n = encode(want, code);
		bool half = code >= 0xd800 && code < 0xe000;

		written += half || (utf8_put((char *)got, code) == n &&
				       !memcmp(got, want, n));
		judged += utf8_length(bytes(want, n)) == (half ? 0 : n) &&
			  utf8_valid(bytes(want, n)) == !half;
		for (size_t k = 0; k < n; k++, cuts++)
			cut += utf8_length(bytes(want, k)) == 0 &&
			       utf8_valid(bytes(want, k)) == (k == 0);
	}
	ok(written == 0x110000, "every code point is written as RFC 3629 says");
	ok(judged == 0x110000, "each is valid but the 2,048 surrogates");
	ok(cut == cuts, "none is valid when it is cut short");
}

/* Of all sequences of so many bytes. */
static size_t
count_valid(size_t n, uint32_t limit)
{
	size_t valid = 0;

	for (uint32_t i = 0; i < limit; i++) {
		unsigned char b[4] = { (unsigned char)(i >> 24),
			(unsigned char)(i >> 16), (unsigned char)(i >> 8),
			(unsigned char)i };

		valid += utf8_length(bytes(b + 4 - n, n)) == n;
	}
	return valid;
}

static void
every_sequence(void)
{
	size_t valid = 0;

	ok(count_valid(1, 1 << 8) == 0x80, "128 single bytes are valid");
	ok(count_valid(2, 1 << 16) == 0x800 - 0x80,
	    "1,920 sequences of two bytes are valid");
	ok(count_valid(3, 1 << 24) == 0x10000 - 0x800 - 0x800,
	    "61,440 sequences of three bytes are valid");
	for (uint32_t lead = 0xe0; lead < 0x100; lead++)
		for (uint32_t second = 0; second < 0x100; second++) {
			unsigned char b[4] = { (unsigned char)lead,
				(unsigned char)second, 0x80, 0xbf };

			valid += utf8_length(bytes(b, 4)) == 4;
		}
	ok(valid == 0x100000 / 4096,
	    "256 beginnings of four bytes are valid, of all");
}

static void
strings(void)
{
	static const char *const good[] = { "", "a", "caf\xc3\xa9",
		"\xd0\x9f\xd1\x80\xd0\xb8",
		"\xe2\x82\xac"
		"1",
		"01234567\xf0\x9f\x98\x80"
		"89012345678" };
	static const size_t counts[] = { 0, 1, 4, 3, 2, 20 };
	bool right = true;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		right = right && utf8_valid(str_of(good[i])) &&
			utf8_count(str_of(good[i])) == counts[i];
	ok(right, "characters are counted, not bytes");
	ok(utf8_valid(NO_STR) && utf8_count(NO_STR) == 0 &&
		utf8_length(NO_STR) == 0,
	    "an absent string is valid and has none");
	ok(utf8_valid(STR("a\0b")) && utf8_count(STR("a\0b")) == 3,
	    "NUL is a character");
	ok(utf8_length(STR("\xc3\xa9x")) == 2 && utf8_length(STR("ax")) == 1,
	    "the first sequence is measured, whatever follows");
	ok(!utf8_valid(STR("abc\xe9")) && !utf8_valid(STR("\xc3\xa9\xa9")) &&
		!utf8_valid(STR("\xe2\x82\xe2\x82\xac")),
	    "one broken sequence spoils a string");
}

static void
every_place(void)
{
	size_t right = 0;

	for (size_t len = 1; len <= 40; len++)
		for (size_t i = 0; i < len; i++) {
			/* Of its very size, for the sanitizer. */
			char *text = malloc(len);

			memset(text, 'x', len);
			right += utf8_valid(bytes(text, len));
			text[i] = '\x80';
			right += !utf8_valid(bytes(text, len));
			free(text);
		}
	ok(right == 40 * 41, "a bad byte is found wherever it stands");
}

int
main(void)
{
	every_code();
	every_sequence();
	strings();
	every_place();
	return done();
}
