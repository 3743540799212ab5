/* SPDX-License-Identifier: ISC */
/* Slices. */
#include "json/str.h"

#include "t/unit/tap.h"

static void
compare(void)
{
	ok(str_eq(STR("abc"), STR("abc")) && !str_eq(STR("abc"), STR("abd")),
	    "equal bytes are equal");
	ok(!str_eq(STR("abc"), STR("ab")) && !str_eq(STR(""), STR("a")),
	    "a prefix is not equal");
	ok(str_eq(STR(""), NO_STR), "absent and empty have equal bytes");
	ok(!str_eq(STR("a\0b"), STR("a\0c")), "bytes behind a NUL count");

	ok(str_ieq(STR("Content-LENGTH"), STR("content-length")),
	    "letters are alike in both cases");
	ok(!str_ieq(STR("@[`{"), STR("`{@[")) &&
		!str_ieq(STR("[\\]^_"), STR("{|}~\x7f")),
	    "signs beside the letters are not");
	ok(!str_ieq(STR("\xc3\x89"), STR("\xc3\xa9")),
	    "nor are letters beyond ASCII");
	ok(!str_ieq(STR("a"), STR("ab")) && str_ieq(NO_STR, STR("")),
	    "lengths count when cases do not");

	ok(str_starts(STR("abc"), STR("ab")) &&
		str_starts(STR("ab"), STR("ab")),
	    "a string starts with its prefix and with itself");
	ok(!str_starts(STR("ab"), STR("abc")) &&
		!str_starts(STR("xab"), STR("ab")),
	    "and with nothing longer or later");
	ok(str_starts(STR("a"), STR("")) && str_starts(NO_STR, NO_STR),
	    "everything starts with nothing");
}

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

static void
order(void)
{
	static const char *const sorted[] = { "", "A", "AB", "B", "a", "aa",
		"ab", "b", "\x7f", "\x80", "\xff" };
	const size_t n = sizeof(sorted) / sizeof(*sorted);
	bool right = true;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			right = right &&
				sign(str_cmp(str_of(sorted[i]),
				    str_of(sorted[k]))) == (i > k) - (i < k);
	ok(right, "order is bytewise, unsigned, and a prefix comes first");
	ok(str_cmp(NO_STR, STR("")) == 0 && str_cmp(NO_STR, STR("a")) < 0,
	    "absent sorts as empty");
	ok(str_cmp(STR("a\0b"), STR("a\0c")) < 0, "a NUL ends no comparison");
}

static void
cut(void)
{
	struct str rest = STR("a,,b"), piece = NO_STR;

	ok(str_next(&rest, ',', &piece) && str_eq(piece, STR("a")) &&
		str_next(&rest, ',', &piece) && str_eq(piece, STR("")) &&
		str_next(&rest, ',', &piece) && str_eq(piece, STR("b")) &&
		!str_next(&rest, ',', &piece),
	    "\"a,,b\" has three pieces");
	rest = STR("a,");
	ok(str_next(&rest, ',', &piece) && str_eq(piece, STR("a")) &&
		!str_next(&rest, ',', &piece),
	    "a separator at the end adds no piece");
	rest = STR(",a");
	ok(str_next(&rest, ',', &piece) && piece.ptr && piece.len == 0 &&
		str_next(&rest, ',', &piece) && str_eq(piece, STR("a")),
	    "one at the beginning does");
	rest = STR("");
	ok(!str_next(&rest, ',', &piece), "an empty string has no piece");
	rest = NO_STR;
	ok(!str_next(&rest, ',', &piece), "an absent one neither");

	ok(str_eq(str_trim(STR(" \t a b\t ")), STR("a b")),
	    "spaces and tabs are trimmed at both ends only");
	ok(str_eq(str_trim(STR("\ra\n")), STR("\ra\n")),
	    "nothing else is trimmed");
	ok(str_trim(STR(" \t ")).len == 0 && str_trim(STR("")).ptr,
	    "a blank string is trimmed to nothing");
	ok(!str_trim(NO_STR).ptr, "an absent string stays absent");

	ok(str_find(STR("abca"), 'a') == 0 && str_find(STR("abca"), 'c') == 2,
	    "the first of its kind is found");
	ok(str_find(STR("abc"), 'x') == 3 && str_find(NO_STR, 'x') == 0,
	    "what is not there is found at the end");
	ok(str_find(STR("a\0b"), 'b') == 2 && str_find(STR("ab"), '\0') == 2,
	    "NUL bytes are data");
	ok(str_from(STR("abc"), 3).len == 0 && !str_from(NO_STR, 0).ptr &&
		str_eq(str_from(STR("abc"), 1), STR("bc")),
	    "a string goes on from any of its bytes");
	ok(!str_of(NULL).ptr && str_of("").ptr && str_of("ab").len == 2,
	    "a NULL is absent, an empty literal is not");
}

static void
numbers(void)
{
	static const struct {
		const char *text;
		int64_t value;
	} good[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "7", 7 },
		{ "-7", -7 },
		{ "007", 7 },
		{ "-0000000000000000000000001", -1 },
		{ "1234567890123456789", 1234567890123456789 },
		{ "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
	};
	static const char *const bad[] = { "", "-", "+1", " 1", "1 ", "1.0",
		"--1", "1-", "0x10", "a", "1a", "9223372036854775808",
		"-9223372036854775809", "92233720368547758070",
		"18446744073709551617", "-99999999999999999999", "/", ":",
		"\xd9\xa1" };
	int64_t n;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		char name[80];

		snprintf(name, sizeof(name), "%s is a number", good[i].text);
		n = 42;
		ok(str_int(str_of(good[i].text), &n) && n == good[i].value,
		    name);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char name[80];

		snprintf(name, sizeof(name), "\"%s\" is not a number", bad[i]);
		n = 42;
		ok(!str_int(str_of(bad[i]), &n) && n == 42, name);
	}
	ok(!str_int(NO_STR, &n), "an absent string is not a number");
	ok(!str_int(STR("1\0"), &n), "nor is a digit with a NUL behind it");
	ok(str_int((struct str){ "123", 2 }, &n) && n == 12,
	    "a number ends where the slice ends");
}

static void
move(void)
{
	char room[8] = "xxxxxxx";
	struct str a = STR("ab"), none = NO_STR, empty = STR("");
	char *at = str_move(&a, room);

	ok(str_eq(a, STR("ab")) && a.ptr == room, "a string moves");
	ok(str_move(&none, at) == at && !none.ptr, "an absent one stays so");
	at = str_move(&empty, at);
	ok(empty.ptr && empty.len == 0 && at == room + 4,
	    "an empty one is there");
	ok(!memcmp(room, "ab\0\0xxx", 8), "with a NUL behind each");
}

int
main(void)
{
	move();
	compare();
	order();
	cut();
	numbers();
	return done();
}
