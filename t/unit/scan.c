/* SPDX-License-Identifier: ISC */
/* The classes of bytes and the numbers of the request parser. */
#include "http/scan.h"

#include "t/unit/tap.h"

static size_t
count(enum http_class k)
{
	size_t n = 0, c;

	for (c = 0; c < 256; c++)
		n += http_is((char)c, k);
	return n;
}

static void
classes(void)
{
	ok(count(C_DIGIT) == 10 && count(C_HEX) == 22,
	    "10 bytes are digits, 22 are hexadecimal ones");
	ok(count(C_TOKEN) == 62 + 15 &&
		http_all(STR("!#$%&'*+-.^_`|~"), C_TOKEN),
	    "77 bytes are of tokens (RFC 9110, 5.6.2)");
	ok(!http_is('\0', C_TOKEN) && !http_is(':', C_TOKEN) &&
		!http_is('"', C_TOKEN) && !http_is('\x80', C_TOKEN),
	    "NUL, colon, quote and what is beyond ASCII are not");
	ok(count(C_VALUE) == 256 - 32 - 1 + 1 && http_is('\t', C_VALUE),
	    "values have all but control bytes, and the tab");
	ok(count(C_TARGET) == 256 - 33 - 2 && !http_is('#', C_TARGET) &&
		!http_is(' ', C_TARGET),
	    "targets have neither, nor blanks, nor #");
	ok(count(C_HOST) == 62 + 16 && !http_is('\0', C_HOST) &&
		!http_is('@', C_HOST) && !http_is('/', C_HOST),
	    "78 bytes are of hosts (RFC 3986, 3.2.2)");
	ok(http_all(NO_STR, C_DIGIT), "nothing is of every class");
	ok(!http_all(STR("12a"), C_DIGIT), "one other byte is enough");
}

static void
numbers(void)
{
	uint64_t n = 42;

	ok(http_number(STR("0"), 9, &n) && n == 0, "0 is a number");
	ok(http_number(STR("0009"), 9, &n) && n == 9, "zeros come before it");
	ok(!http_number(STR("10"), 9, &n) && n == 9,
	    "what is above the limit is none");
	ok(!http_number(STR(""), 9, &n) && !http_number(NO_STR, 9, &n),
	    "nothing is none");
	ok(!http_number(STR("-1"), 9, &n) && !http_number(STR("+1"), 9, &n) &&
		!http_number(STR(" 1"), 9, &n) &&
		!http_number(STR("1\0"), 9, &n),
	    "only digits are");
	ok(!http_number(
	       STR("99999999999999999999999999"), UINT64_C(1) << 53, &n) &&
		!http_number(
		    STR("18446744073709551617"), UINT64_C(1) << 53, &n),
	    "none wraps");
}

static void
field_lines(void)
{
	struct str name, value;

	ok(http_field_line(STR("A:b"), &name, &value) &&
		str_eq(name, STR("A")) && str_eq(value, STR("b")),
	    "a field has a name and a value");
	ok(http_field_line(STR("A:"), &name, &value) && value.len == 0,
	    "the value may be empty");
	ok(!http_field_line(STR(""), &name, &value) &&
		!http_field_line(STR(":"), &name, &value) &&
		!http_field_line(STR("A"), &name, &value),
	    "a line without one of them is no field");
}

int
main(void)
{
	classes();
	numbers();
	field_lines();
	ok(http_host_fits(STR("")) && http_host_fits(STR(":1")) &&
		!http_host_fits(STR("[\0]")) && !http_host_fits(STR("a\0b")),
	    "a host may be empty, but has no NUL");
	return done();
}
