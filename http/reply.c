/* SPDX-License-Identifier: ISC */
/* What replies are made of. */
#include "http/reply.h"

#include <assert.h>
#include <stdio.h>

#include "json/time.h"

/* Seconds: a day, and the ends of the years 0 to 9999. */
#define DAY INT64_C(86400)
#define FIRST INT64_C(-62167219200)
#define LAST INT64_C(253402300799)

/* clang-format off */
#define LINE(status, reason) \
	{ status, { "HTTP/1.1 " #status " " reason "\r\n", \
	    sizeof("HTTP/1.1 " #status " " reason "\r\n") - 1 } }
/* clang-format on */

static const struct {
	int status;
	struct str line;
} lines[] = {
	LINE(200, "OK"),
	LINE(204, "No Content"),
	LINE(206, "Partial Content"),
	LINE(304, "Not Modified"),
	LINE(307, "Temporary Redirect"),
	LINE(308, "Permanent Redirect"),
	LINE(400, "Bad Request"),
	LINE(401, "Unauthorized"),
	LINE(403, "Forbidden"),
	LINE(404, "Not Found"),
	LINE(405, "Method Not Allowed"),
	LINE(408, "Request Timeout"),
	LINE(413, "Content Too Large"),
	LINE(414, "URI Too Long"),
	LINE(415, "Unsupported Media Type"),
	LINE(416, "Range Not Satisfiable"),
	LINE(417, "Expectation Failed"),
	LINE(429, "Too Many Requests"),
	LINE(431, "Request Header Fields Too Large"),
	LINE(501, "Not Implemented"),
	LINE(503, "Service Unavailable"),
	LINE(505, "HTTP Version Not Supported"),
};

enum { LINES = sizeof lines / sizeof *lines };

struct str
http_status_line(int status)
{
	size_t i = 0;

	while (lines[i].status != status && i < LINES - 1)
		i++;
	assert(lines[i].status == status);
	return lines[i].line;
}

void
http_date(char out[HTTP_DATE], int64_t seconds)
{
	static const char days[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[TIME_TEXT], text[HTTP_DATE + 1];
	int64_t t = seconds < FIRST ? FIRST : seconds > LAST ? LAST : seconds;
	int64_t day = (t - FIRST) / DAY + FIRST / DAY;
	int month;

	time_text(iso, t * 1000);
	month = (iso[5] - '0') * 10 + iso[6] - '0';
	snprintf(text, sizeof text, "%.3s, %.2s %.3s %.4s %.8s GMT",
	    days + 3 * ((day % 7 + 7) % 7), iso + 8, months + 3 * (month - 1),
	    iso, iso + 11);
	memcpy(out, text, HTTP_DATE);
}

void
http_add_field(struct buf *b, const char *name, struct str value)
{
	size_t i;

	buf_fmt(b, "%s: ", name);
	for (i = 0; i < value.len; i++)
		if ((unsigned char)value.ptr[i] >= ' ' && value.ptr[i] != 0x7f)
			buf_char(b, value.ptr[i]);
	buf_add(b, "\r\n", 2);
}

void
http_add_chunk(struct buf *b, struct str piece)
{
	buf_fmt(b, "%zx\r\n", piece.len);
	buf_str(b, piece);
	buf_add(b, "\r\n", 2);
}
