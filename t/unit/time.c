/* SPDX-License-Identifier: ISC */
/* Times as text, and back. */
#include "json/time.h"

#include "t/unit/tap.h"

static bool
writes(int64_t ms, const char *want)
{
	char text[TIME_TEXT + 1] = { 0 };

	text[TIME_TEXT] = '!';
	time_text(text, ms);
	return !memcmp(text, want, TIME_TEXT) && text[TIME_TEXT] == '!';
}

static bool
reads(const char *text, int64_t want)
{
	int64_t ms = -1;

	return time_parse(str_of(text), &ms) && ms == want;
}

static void
known(void)
{
	/* Checked against JavaScript's Date. */
	static const struct {
		int64_t ms;
		const char *text;
	} times[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 1463747292064, "2016-05-20T12:28:12.064Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ -62167219200000, "0000-01-01T00:00:00.000Z" },
		{ -62162035200001, "0000-02-29T23:59:59.999Z" },
		{ -62135596800000, "0001-01-01T00:00:00.000Z" },
		{ -2203891200000, "1900-03-01T00:00:00.000Z" },
		{ -2203891200001, "1900-02-28T23:59:59.999Z" },
		{ 951782400000, "2000-02-29T00:00:00.000Z" },
		{ 951868800000, "2000-03-01T00:00:00.000Z" },
		{ 1709164800000, "2024-02-29T00:00:00.000Z" },
		{ 4107542399999, "2100-02-28T23:59:59.999Z" },
		{ 4107542400000, "2100-03-01T00:00:00.000Z" },
		{ 2147483648000, "2038-01-19T03:14:08.000Z" },
		{ 253402300799999, "9999-12-31T23:59:59.999Z" },
	};
	char name[80];

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		snprintf(name, sizeof(name), "%s is written and read",
		    times[i].text);
		ok(writes(times[i].ms, times[i].text) &&
			reads(times[i].text, times[i].ms),
		    name);
	}
	ok(writes(INT64_MIN, "0000-01-01T00:00:00.000Z") &&
		writes(INT64_MAX, "9999-12-31T23:59:59.999Z"),
	    "what is beyond four digits of year stays at the edge");
}

/* Counts from day to day by the calendar's rule alone. */
static void
every_day(void)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	int64_t ms = -62167219200000;
	size_t wrong = 0;
	char text[64];

	for (int year = 0; year < 10000; year++)
		for (int month = 0; month < 12; month++) {
			int days = lengths[month];

			if (month == 1 && year % 4 == 0)
				days += year % 100 != 0 || year % 400 == 0;
			for (int day = 1; day <= days; day++) {
				snprintf(text, sizeof(text),
				    "%04d-%02d-%02dT00:00:00.000Z", year,
				    month + 1, day);
				wrong += !writes(ms, text) || !reads(text, ms);
				ms += 86400000;
			}
			snprintf(text, sizeof(text), "%04d-%02d-%02d", year,
			    month + 1, days + 1);
			wrong += time_parse(str_of(text), &(int64_t){ 0 });
		}
	ok(wrong == 0, "every day of 10,000 years is where it should be");
	ok(ms == 253402300800000, "and they are 3,652,425 in all");
}

static void
forms(void)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{ "2016-05-20", 1463702400000 },
		{ "2016-05-20T12:28", 1463747280000 },
		{ "2016-05-20T12:28Z", 1463747280000 },
		{ "2016-05-20T12:28:12", 1463747292000 },
		{ "2016-05-20 12:28:12", 1463747292000 },
		{ "2016-05-20T12:28:12Z", 1463747292000 },
		{ "2016-05-20T12:28:12.0Z", 1463747292000 },
		{ "2016-05-20T12:28:12.6", 1463747292600 },
		{ "2016-05-20T12:28:12.06Z", 1463747292060 },
		{ "2016-05-20T12:28:12.064999999999999Z", 1463747292064 },
		{ "2016-05-20T14:28:12.064+02:00", 1463747292064 },
		{ "2016-05-20T06:58:12.064-05:30", 1463747292064 },
		{ "2016-05-20T14:28+02:00", 1463747280000 },
		{ "2016-05-20 12:28:12.064-00:00", 1463747292064 },
		{ "2016-05-20T23:59:59+23:59", 1463702459000 },
		{ "9999-12-31T23:59:59.999+00:01", 253402300739999 },
	};
	static const char *const bad[] = { "", "2016", "2016-05", "16-05-20",
		"2016-5-20", "2016-05-2", "2016-00-20", "2016-13-20",
		"2016-05-00", "2016-05-32", "2016-04-31", "2015-02-29",
		"1900-02-29", "2016/05/20", "20160520", "+2016-05-20",
		"-2016-05-20", "12016-05-20", "2016-05-20T", "2016-05-20 ",
		"2016-05-20Z", "2016-05-20+02:00", "2016-05-20x",
		"2016-05-20T12", "2016-05-20T12:", "2016-05-20T1:28",
		"2016-05-20T24:00", "2016-05-20T12:60", "2016-05-20T12:28:60",
		"2016-05-20T12:28:", "2016-05-20T12:28:1",
		"2016-05-20T12:28:12.", "2016-05-20T12:28:12.Z",
		"2016-05-20T12:28:12,5", "2016-05-20T12:28.5",
		"2016-05-20T12:28:12ZZ", "2016-05-20T12:28:12Z ",
		"2016-05-20T12:28:12z", "2016-05-20t12:28:12Z",
		"2016-05-20T12:28:12+2", "2016-05-20T12:28:12+02",
		"2016-05-20T12:28:12+0200",
		"2016-05-20T12:28:12+02:", "2016-05-20T12:28:12+02:0",
		"2016-05-20T12:28:12+02:60", "2016-05-20T12:28:12+24:00",
		"2016-05-20T12:28:12 02:00", "2016-05-20T12:28:12+02:000",
		"2016-05-20T-1:28", " 2016-05-20", "2016-05-20  12:28",
		"yesterday", "1463747292064", "0000-01-01T00:00+00:01",
		"9999-12-31T23:59-00:01" };
	char name[80];
	int64_t ms = 42;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		snprintf(name, sizeof(name), "\"%s\" is a time", good[i].text);
		ok(reads(good[i].text, good[i].ms), name);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(name, sizeof(name), "\"%s\" is no time", bad[i]);
		ok(!time_parse(str_of(bad[i]), &ms) && ms == 42, name);
	}
	ok(!time_parse(NO_STR, &ms), "what is absent is no time");
	ok(!time_parse(STR("2016-05-20\0"), &ms),
	    "a NUL behind a date makes it none");
}

static void
durations(void)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = {
		{ "90d", 7776000 },
		{ "12h", 43200 },
		{ "10m", 600 },
		{ "30s", 30 },
		{ "45", 45 },
		{ "0", 0 },
		{ "0d", 0 },
		{ "off", 0 },
		{ "9223372036854775807", INT64_MAX },
		{ "106751991167300d", 106751991167300 * 86400 },
	};
	static const char *const bad[] = { "", "d", "s", "-1", "-1d", "-0",
		"1w", "1D", "1 d", "1d ", " 1d", "1dd", "1d12h", "1.5h", "+1",
		"offs", "Off", "of", "on", "0x1", "9223372036854775808",
		"9223372036854775807m", "106751991167301d" };
	char name[80];
	int64_t n;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		snprintf(
		    name, sizeof(name), "\"%s\" is a duration", good[i].text);
		ok(duration_parse(str_of(good[i].text), &n) &&
			n == good[i].seconds,
		    name);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(name, sizeof(name), "\"%s\" is no duration", bad[i]);
		n = 42;
		ok(!duration_parse(str_of(bad[i]), &n) && n == 42, name);
	}
	ok(!duration_parse(NO_STR, &n), "what is absent is no duration");
}

int
main(void)
{
	known();
	every_day();
	forms();
	durations();
	return done();
}
