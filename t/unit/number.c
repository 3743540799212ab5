/* SPDX-License-Identifier: ISC */
/* Numbers against the C library's own reading of the same text. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "json/reader.h"
#include "t/unit/tap.h"

enum { ROUNDS = 50000 };

static const struct json_limits all = { 9, 9, false, false };
static struct arena a;
static uint64_t seed = 0x853c49e6748fea9b;

static unsigned
below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static struct json
parse(const char *text)
{
	struct json root;
	size_t at;

	arena_reset(&a);
	json_parse(&a, str_of(text), &all, &root, &at);
	return root;
}

static char *
digits(char *to, unsigned n)
{
	while (n-- > 0)
		*to++ = (char)('0' + (below(3) ? below(10) : 9 * below(2)));
	return to;
}

/* A number of JSON's grammar, anywhere from 0 to beyond all limits. */
static void
random_number(char *to)
{
	if (below(2))
		*to++ = '-';
	if (below(4)) {
		*to++ = (char)('1' + below(9));
		to = digits(to, below(20));
	} else
		*to++ = '0';
	if (below(2)) {
		*to++ = '.';
		to = digits(to, 1 + below(25));
	}
	if (below(2)) {
		*to++ = "eE"[below(2)];
		if (below(2))
			*to++ = "+-"[below(2)];
		to = digits(to, 1 + below(below(8) ? 2 : 4));
	}
	*to = '\0';
}

static size_t
reals(void)
{
	size_t right = 0;
	char text[80];
	int i;

	for (i = 0; i < ROUNDS; i++) {
		double got = 42, want;

		random_number(text);
		want = strtod(text, NULL);
		if (json_real(parse(text), &got))
			right += !memcmp(&got, &want, sizeof got);
		else
			right += isinf(want) && got == 42;
	}
	return right;
}

/* Of the forms that strtoll reads, too. */
static size_t
integers(void)
{
	size_t right = 0;
	char text[80];
	int i;

	for (i = 0; i < ROUNDS; i++) {
		char *to = text;
		int64_t got;
		long long want;
		bool is;

		if (below(2))
			*to++ = '-';
		*to++ = (char)('1' + below(9));
		to = digits(to, below(20));
		*to = '\0';
		errno = 0;
		want = strtoll(text, NULL, 10);
		is = json_whole(parse(text), &got);
		right += is == (errno == 0) && (!is || got == want);
	}
	return right;
}

/* What is whole is so as a double too, and has the same value. */
static size_t
agreement(size_t *wholes)
{
	size_t right = 0;
	char text[80];
	int i;

	*wholes = 0;
	for (i = 0; i < ROUNDS; i++) {
		struct json j;
		int64_t n;
		double d;

		random_number(text);
		j = parse(text);
		if (!json_whole(j, &n))
			continue;
		*wholes += 1;
		right += json_real(j, &d) && d == (double)n;
	}
	return right;
}

/* Every way to write it with a point and an exponent is the same number. */
static void
shifts(const char *number, int64_t want)
{
	size_t len = strlen(number), fine = 0, i;
	char text[80], name[80];
	int64_t n;

	for (i = 1; i < len; i++) {
		snprintf(text, sizeof text, "%.*s.%se%zu", (int)i, number,
		    number + i, len - i);
		fine += json_whole(parse(text), &n) && n == want;
	}
	for (i = 0; i < 30; i++) {
		snprintf(text, sizeof text, "%s%.*se-%zu", number, (int)i,
		    "000000000000000000000000000000", i);
		fine += json_whole(parse(text), &n) && n == want;
	}
	snprintf(name, sizeof name, "%s is itself at every exponent", number);
	ok(fine == len - 1 + 30, name);
}

int
main(void)
{
	size_t wholes;

	ok(reals() == ROUNDS, "50,000 numbers are read as strtod reads them");
	ok(integers() == ROUNDS, "and 50,000 integers as strtoll does");
	ok(agreement(&wholes) == wholes && wholes > 1000,
	    "an integer and a double of one text agree");
	shifts("1", 1);
	shifts("1463747292064", 1463747292064);
	shifts("9223372036854775807", INT64_MAX);
	arena_free(&a);
	return done();
}
