/* SPDX-License-Identifier: ISC */
/* Times as text: the proleptic Gregorian calendar by arithmetic. */
#include "json/time.h"

enum {
	MINUTE = 60 * 1000,
	DAY = 24 * 60 * MINUTE,
	DAYS_OF_400_YEARS = 146097,
	/* From March 1st of the year -400, where counting starts, to 1970. */
	DAYS_TO_1970 = 719468 + DAYS_OF_400_YEARS,
};

static const int64_t FIRST_MS = -62167219200000; /* 0000-01-01T00:00:00.000Z */
static const int64_t LAST_MS = 253402300799999;  /* 9999-12-31T23:59:59.999Z */

struct date {
	unsigned year, month, day;
};

/*
 * Years begin in March here, so that the leap day is a year's last.  The 153
 * days of five months from March or August on give (153 * month + 2) / 5.
 */
static int64_t
days_of(struct date d)
{
	unsigned y = d.year + 400 - (d.month <= 2), of_era = y % 400;
	unsigned month = d.month > 2 ? d.month - 3 : d.month + 9;
	unsigned day = (153 * month + 2) / 5 + d.day - 1;

	day += of_era * 365 + of_era / 4 - of_era / 100;
	return (int64_t)(y / 400) * DAYS_OF_400_YEARS + day - DAYS_TO_1970;
}

static struct date
date_of(int64_t days_since_1970)
{
	unsigned days = (unsigned)(days_since_1970 + DAYS_TO_1970);
	unsigned era = days / DAYS_OF_400_YEARS;
	unsigned day = days % DAYS_OF_400_YEARS;
	unsigned of_era =
	    (day - day / 1460 + day / 36524 - day / (DAYS_OF_400_YEARS - 1)) /
	    365;
	unsigned year = era * 400 + of_era - 400, month;

	day -= of_era * 365 + of_era / 4 - of_era / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	if (month < 10)
		return (struct date){ year, month + 3, day + 1 };
	return (struct date){ year + 1, month - 9, day + 1 };
}

static unsigned
days_in_month(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 0, 31, 28, 31, 30, 31, 30, 31, 31,
		30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month];
}

/* The number in n digits, and the byte that follows. */
static char *
put(char *to, unsigned value, int n, char behind)
{
	for (int i = n - 1; i >= 0; i--, value /= 10)
		to[i] = (char)('0' + value % 10);
	to[n] = behind;
	return to + n + 1;
}

void
time_text(char out[TIME_TEXT], int64_t ms)
{
	int64_t t = ms < FIRST_MS ? FIRST_MS : ms > LAST_MS ? LAST_MS : ms;
	int64_t days = (t - FIRST_MS) / DAY + FIRST_MS / DAY;
	unsigned of_day = (unsigned)(t - days * DAY);
	struct date d = date_of(days);

	out = put(out, d.year, 4, '-');
	out = put(out, d.month, 2, '-');
	out = put(out, d.day, 2, 'T');
	out = put(out, of_day / 3600000, 2, ':');
	out = put(out, of_day / MINUTE % 60, 2, ':');
	out = put(out, of_day / 1000 % 60, 2, '.');
	put(out, of_day % 1000, 3, 'Z');
}

static bool
cut_char(struct str *s, char c)
{
	if (s->len == 0 || s->ptr[0] != c)
		return false;
	*s = str_from(*s, 1);
	return true;
}

/* Exactly n digits, of a number from low to high. */
static bool
cut_number(struct str *s, size_t n, unsigned low, unsigned high, unsigned *out)
{
	*out = 0;
	if (s->len < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->ptr[i] < '0' || s->ptr[i] > '9')
			return false;
		*out = *out * 10 + (unsigned)(s->ptr[i] - '0');
	}
	*s = str_from(*s, n);
	return *out >= low && *out <= high;
}

static bool
cut_date(struct str *s, struct date *d)
{
	return cut_number(s, 4, 0, 9999, &d->year) && cut_char(s, '-') &&
	       cut_number(s, 2, 1, 12, &d->month) && cut_char(s, '-') &&
	       cut_number(s, 2, 1, days_in_month(d->year, d->month), &d->day);
}

/* At least one digit; those behind the milliseconds do not count. */
static bool
cut_fraction(struct str *s, int64_t *ms)
{
	unsigned digit, unit = 100;

	if (!cut_number(s, 1, 0, 9, &digit))
		return false;
	do {
		*ms += digit * unit;
		unit /= 10;
	} while (cut_number(s, 1, 0, 9, &digit));
	return true;
}

static bool
cut_clock(struct str *s, int64_t *ms)
{
	unsigned hour, minute, second;

	if (!cut_number(s, 2, 0, 23, &hour) || !cut_char(s, ':') ||
	    !cut_number(s, 2, 0, 59, &minute))
		return false;
	*ms += (int64_t)(hour * 60 + minute) * MINUTE;
	if (!cut_char(s, ':'))
		return true;
	if (!cut_number(s, 2, 0, 59, &second))
		return false;
	*ms += second * 1000;
	return !cut_char(s, '.') || cut_fraction(s, ms);
}

/* Z, an offset, or nothing at all. */
static bool
cut_zone(struct str *s, int64_t *ms)
{
	unsigned hours, minutes;
	int64_t ahead;
	bool east;

	if (s->len == 0 || cut_char(s, 'Z'))
		return true;
	east = cut_char(s, '+');
	if ((!east && !cut_char(s, '-')) || !cut_number(s, 2, 0, 23, &hours) ||
	    !cut_char(s, ':') || !cut_number(s, 2, 0, 59, &minutes))
		return false;
	ahead = (int64_t)(hours * 60 + minutes) * MINUTE;
	*ms -= east ? ahead : -ahead;
	return true;
}

bool
time_parse(struct str s, int64_t *ms)
{
	struct date d;
	int64_t t;

	if (!cut_date(&s, &d))
		return false;
	t = days_of(d) * DAY;
	if (cut_char(&s, 'T') || cut_char(&s, ' '))
		if (!cut_clock(&s, &t) || !cut_zone(&s, &t))
			return false;
	if (s.len > 0 || t < FIRST_MS || t > LAST_MS)
		return false;
	*ms = t;
	return true;
}

bool
duration_parse(struct str s, int64_t *seconds)
{
	static const char names[] = "dhms";
	static const int64_t units[] = { 86400, 3600, 60, 1 };
	const char *name = NULL;
	int64_t n;

	if (str_eq(s, STR("off"))) {
		*seconds = 0;
		return true;
	}
	if (s.len > 0)
		name = memchr(names, s.ptr[s.len - 1], sizeof(names) - 1);
	if (name)
		s.len--;
	if (!str_int(s, &n) || s.ptr[0] == '-')
		return false;
	if (name && __builtin_mul_overflow(n, units[name - names], &n))
		return false;
	*seconds = n;
	return true;
}
