/* SPDX-License-Identifier: ISC */
/* The reader's numbers: from the text to an integer or a double. */
#include "json/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	/* A double and the halves between two have at most 767 digits. */
	MAX_DIGITS = 769,
	/* Of ten, in int64; further away than any text is long. */
	FAR_POWER = 1 << 30,
};

/* From the first digit that is not 0 to the last, maybe with a point. */
struct decimal {
	const char *first, *last; /* NULL: the number is 0 */
	int64_t high, low;        /* their powers of ten */
	bool minus;
};

/* Cuts the exponent off the end of *s. */
static int64_t
cut_exponent(struct str *s)
{
	size_t e = str_find(*s, 'e');
	struct str exponent;
	int64_t n;
	bool minus;

	e = e < s->len ? e : str_find(*s, 'E');
	if (e == s->len)
		return 0;
	exponent = str_from(*s, e + 1);
	s->len = e;
	minus = exponent.ptr[0] == '-';
	if (exponent.ptr[0] == '+')
		exponent = str_from(exponent, 1);
	if (!str_int(exponent, &n) || n > FAR_POWER || n < -FAR_POWER)
		return minus ? -FAR_POWER : FAR_POWER;
	return n;
}

static void
find_digits(struct str s, struct decimal *d)
{
	for (const char *c = s.ptr; c < s.ptr + s.len; c++) {
		if (*c < '1' || *c > '9')
			continue;
		d->first = d->first ? d->first : c;
		d->last = c;
	}
}

/* Splits a JSON number; false for any other value. */
static bool
decimal_of(struct json j, struct decimal *d)
{
	struct str s = json_source(j);
	const char *point;
	int64_t power;

	*d = (struct decimal){ 0 };
	if (json_type(j) != JSON_NUMBER)
		return false;
	d->minus = s.ptr[0] == '-';
	s = str_from(s, d->minus);
	power = cut_exponent(&s);
	find_digits(s, d);
	if (!d->first)
		return true;
	point = s.ptr + str_find(s, '.');
	d->high = power + (point - d->first) - (d->first < point);
	d->low = power + (point - d->last) - (d->last < point);
	return true;
}

/* Its digits as an integer; fits, since 19 nines do. */
static uint64_t
magnitude(const struct decimal *d)
{
	uint64_t n = 0;

	for (const char *c = d->first; c <= d->last; c++)
		if (*c != '.')
			n = n * 10 + (uint64_t)(*c - '0');
	for (int64_t i = 0; i < d->low; i++)
		n *= 10;
	return n;
}

bool
json_whole(struct json j, int64_t *out)
{
	struct decimal d;
	uint64_t n = 0;

	if (!decimal_of(j, &d) || d.low < 0 || d.high > 18)
		return false;
	if (d.first)
		n = magnitude(&d);
	if (n > (uint64_t)INT64_MAX + d.minus)
		return false;
	*out = d.minus && n > 0 ? -(int64_t)(n - 1) - 1 : (int64_t)n;
	return true;
}

/* At most MAX_DIGITS digits; how many is the answer. */
static int
copy_digits(char *to, const struct decimal *d)
{
	const char *c = d->first;
	int n = 0;

	for (; c && c <= d->last && n < MAX_DIGITS; c++)
		if (*c != '.')
			to[n++] = *c;
	if (c && c <= d->last)
		to[n - 1] = '1';
	return n;
}

/*
 * strtod is given digits and an exponent but no point, so the locale has no
 * say.  A last 1 in place of all that is cut off keeps the rounding right.
 */
bool
json_real(struct json j, double *out)
{
	char text[MAX_DIGITS + 32];
	struct decimal d;
	double real;
	int n;

	if (!decimal_of(j, &d))
		return false;
	text[0] = d.minus ? '-' : '+';
	text[1] = '0';
	n = copy_digits(text + 2, &d);
	snprintf(text + 2 + n, sizeof(text) - 2 - (size_t)n, "e%lld",
	    (long long)(n > 0 ? d.high - n + 1 : 0));
	real = strtod(text, NULL);
	if (!isfinite(real))
		return false;
	*out = real;
	return true;
}
