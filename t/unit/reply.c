/* SPDX-License-Identifier: ISC */
/* What replies are made of. */
#include "http/reply.h"

#include <time.h>

#include "json/arena.h"
#include "t/unit/tap.h"

static struct arena mem;

static bool
dated(int64_t seconds, const char *want)
{
	char text[HTTP_DATE + 1];

	text[HTTP_DATE] = '!';
	http_date(text, seconds);
	return !memcmp(text, want, HTTP_DATE) && text[HTTP_DATE] == '!';
}

static void
dates(void)
{
	char want[64];
	size_t wrong = 0;
	time_t t;
	struct tm tm;

	ok(dated(784111777, "Sun, 06 Nov 1994 08:49:37 GMT"),
	    "the date of RFC 9110 is written as there");
	ok(dated(0, "Thu, 01 Jan 1970 00:00:00 GMT") &&
		dated(-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
	    "1970 begins on a Thursday");
	ok(dated(951782400, "Tue, 29 Feb 2000 00:00:00 GMT") &&
		dated(4107542400, "Mon, 01 Mar 2100 00:00:00 GMT"),
	    "leap days are where they should be");
	ok(dated(INT64_MIN, "Sat, 01 Jan 0000 00:00:00 GMT") &&
		dated(INT64_MAX, "Fri, 31 Dec 9999 23:59:59 GMT"),
	    "what is beyond four digits of year stays at the edge");
	for (t = -62167219200; t < 253402300800; t += 86400 * 31 + 3607) {
		gmtime_r(&t, &tm);
		strftime(want, sizeof want, "%a, %d %b ", &tm);
		snprintf(want + 12, sizeof want - 12, "%04d %02d:%02d:%02d GMT",
		    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
		wrong += !dated(t, want);
	}
	ok(wrong == 0, "dates of 10,000 years are those of the C library");
}

static bool
field_is(const char *name, struct str value, const char *want)
{
	struct buf b = { 0 };
	bool same;

	http_add_field(&b, name, value);
	same = str_eq(buf_view(&b), str_of(want));
	buf_free(&b);
	return same;
}

static void
fields(void)
{
	char every[256];
	struct buf b = { 0 };
	int i;

	ok(field_is("A", STR("b c"), "A: b c\r\n"), "a field is a line");
	ok(field_is("A", NO_STR, "A: \r\n"), "its value may be absent");
	ok(field_is("Allow", STR("GET\r\nX: y\0\n"), "Allow: GETX: y\r\n"),
	    "no value adds another field");
	for (i = 0; i < 256; i++)
		every[i] = (char)i;
	http_add_field(&b, "A", (struct str){ every, sizeof every });
	ok(b.len == 3 + 256 - 32 - 1 + 2 && !memchr(b.bytes, 0x7f, b.len),
	    "all control bytes are left out, and nothing else");
	buf_free(&b);
}

static void
chunks(void)
{
	struct buf b = { 0 };

	http_add_chunk(&b, STR("0123456789abcdef0"));
	http_add_chunk(&b, STR("\r\n"));
	http_add_chunk(&b, NO_STR);
	ok(str_eq(buf_view(&b),
	       STR("11\r\n0123456789abcdef0\r\n2\r\n\r\n\r\n0\r\n\r\n")),
	    "chunks have sizes, and an empty one is the last");
	buf_free(&b);
}

int
main(void)
{
	static const int sent[] = { 200, 308, 400, 401, 403, 404, 405, 408, 413,
		414, 415, 417, 429, 431, 501, 503, 505 };
	bool named = true;
	size_t i;

	for (i = 0; i < sizeof sent / sizeof *sent; i++)
		named = named &&
			str_starts(http_status_line(sent[i]),
			    arena_fmt(&mem, "HTTP/1.1 %d ", sent[i])) &&
			http_status_line(sent[i]).len > 15;
	ok(named, "every status that we send has its line");
	ok(str_eq(http_status_line(404), STR("HTTP/1.1 404 Not Found\r\n")),
	    "404 is Not Found");
	dates();
	fields();
	chunks();
	return done();
}
