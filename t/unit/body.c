/* SPDX-License-Identifier: ISC */
/* The request body, rule by rule: whole, and split at every place. */
#include "t/unit/wire.h"

#define HEAD "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
#define TOLD "POST / 1.1 keep host=h [Host: h] [Transfer-Encoding: chunked] "
#define C(chunks) T(HEAD chunks)

/* clang-format off */
static const struct request chunks[] = {
	{ "chunks are joined", TOLD "body=abcdefgh rest=3",
	    C("3\r\nabc\r\n5\r\ndefgh\r\n0\r\n\r\nGET") },
	{ "no chunk is an empty body", TOLD "body= rest=0", C("0\r\n\r\n") },
	{ "a size may have letters of both cases and zeros before it",
	    TOLD "body=0123456789abcdef01234 rest=0",
	    C("00A\r\n0123456789\r\n0b\r\nabcdef01234\r\n000\r\n\r\n") },
	{ "a size may have 16 digits", TOLD "body=a rest=0",
	    C("0000000000000001\r\na\r\n0000000000000000\r\n\r\n") },
	{ "17 are refused", "400", C("00000000000000001\r\na\r\n0\r\n\r\n") },
	{ "what looks like chunks inside a chunk is data",
	    TOLD "body=0\r\n\r\n rest=0", C("5\r\n0\r\n\r\n\r\n0\r\n\r\n") },
	{ "NUL, CR and LF are data", TOLD "body=\r\n", C("3\r\n\r\n\0\r\n0\r\n\r\n") },
	{ "chunks without their end are waited for", "more begun body",
	    C("3\r\nabc\r\n") },
	{ "a last chunk without its empty line is waited for",
	    "more begun body", C("0\r\n") },
	{ "half a chunk is waited for", "more begun body", C("3\r\nab") },
	{ "half an end of a chunk is waited for", "more begun body",
	    C("3\r\nabc\r") },
	{ "an empty size is refused", "400", C("\r\n") },
	{ "a size with a plus is refused", "400", C("+1\r\na\r\n") },
	{ "a size with a minus is refused", "400", C("-1\r\na\r\n") },
	{ "a size with 0x is refused", "400", C("0x1\r\na\r\n") },
	{ "a size of other letters is refused", "400", C("g\r\na\r\n") },
	{ "a letter behind the size is refused", "400", C("1g\r\na\r\n") },
	{ "a space before the size is refused", "400", C(" 1\r\na\r\n") },
	{ "a space behind the size is refused", "400", C("1 \r\na\r\n") },
	{ "a NUL behind the size is refused", "400", C("1\0\r\na\r\n") },
	{ "a comma behind the size is refused", "400", C("1,\r\na\r\n") },
	{ "a size that ends with LF is refused", "400", C("1\na\r\n") },
	{ "a size that ends with CR CR LF is refused", "400",
	    C("1\r\r\na\r\n") },
	{ "a last chunk that ends with LF is refused", "400", C("0\n\r\n") },
	{ "an end that is LF is refused", "400", C("0\r\n\n") },
	{ "a chunk longer than its size is refused", "400",
	    C("1\r\nab\r\n0\r\n\r\n") },
	{ "a chunk that ends with LF is refused", "400", C("1\r\na\n0\r\n") },
	{ "a chunk that ends with CR alone is refused", "400",
	    C("1\r\na\r0\r\n\r\n") },
	{ "a chunk without an end is refused", "400",
	    C("1\r\na0\r\n\r\n") },
	{ "a chunk over the limit is refused before it comes", "413",
	    C("101\r\n") },
	{ "a chunk up to the limit is not", "more begun body", C("100\r\n") },
	{ "chunks over the limit together are refused", "413",
	    C("1\r\na\r\n100\r\n") },
	{ "a size of 2^64 - 1 does not wrap", "413",
	    C("1\r\na\r\nffffffffffffffff\r\n") },
	{ "nor does 2^63", "413", C("1\r\na\r\n8000000000000000\r\n") },
};

static const struct request extensions[] = {
	{ "a name is skipped", TOLD "body=a", C("1;b\r\na\r\n0;c\r\n\r\n") },
	{ "so is a value", TOLD "body=a", C("1;b=c;d;e=f\r\na\r\n0\r\n\r\n") },
	{ "so are blanks between them", TOLD "body=a",
	    C("1 ;\tb = c \t; d\r\na\r\n0\r\n\r\n") },
	{ "so is a quoted value", TOLD "body=a",
	    C("1;b=\"c;\\\"=\\\\ d\x80\";e\r\na\r\n0\r\n\r\n") },
	{ "so is an empty quoted one", TOLD "body=a",
	    C("1;b=\"\"\r\na\r\n0\r\n\r\n") },
	{ "a semicolon alone is refused", "400", C("1;\r\na\r\n") },
	{ "two are refused", "400", C("1;;b\r\na\r\n") },
	{ "a name without semicolon is refused", "400", C("1 b\r\na\r\n") },
	{ "a value without name is refused", "400", C("1;=b\r\na\r\n") },
	{ "an empty value is refused", "400", C("1;b=\r\na\r\n") },
	{ "a value that is neither is refused", "400",
	    C("1;b=(c)\r\na\r\n") },
	{ "two values are refused", "400", C("1;b=c=d\r\na\r\n") },
	{ "a blank at the end is refused", "400", C("1;b \r\na\r\n") },
	{ "an open quote is refused", "400", C("1;b=\"c\r\na\r\n") },
	{ "a quote that a backslash keeps open is refused", "400",
	    C("1;b=\"c\\\"\r\na\r\n") },
	{ "a backslash at the end is refused", "400",
	    C("1;b=\"c\\\r\na\r\n") },
	{ "letters behind a quote are refused", "400",
	    C("1;b=\"c\"d\r\na\r\n") },
	{ "a quoted name is refused", "400", C("1;\"b\"\r\na\r\n") },
	{ "a CR is refused", "400", C("1;b\rc\r\na\r\n") },
	{ "a quoted CR is refused", "400", C("1;b=\"\r\"\r\na\r\n") },
	{ "one behind a backslash is refused", "400",
	    C("1;b=\"\\\r\"\r\na\r\n") },
	{ "a NUL behind a backslash is refused", "400",
	    C("1;b=\"\\\0\"\r\na\r\n") },
	{ "a LF ends the line, quoted or not", "400",
	    C("1;b=\"\n\"\r\na\r\n") },
};

static const struct request trailers[] = {
	{ "a trailer is skipped and is no field", TOLD "body=a rest=1",
	    C("1\r\na\r\n0\r\nB: c\r\nContent-Length: 9\r\n\r\nG") },
	{ "a trailer may be empty", TOLD "body= rest=0",
	    C("0\r\nB:\r\n\r\n") },
	{ "a trailer without colon is refused", "400", C("0\r\nB\r\n\r\n") },
	{ "a trailer with a space before the colon is refused", "400",
	    C("0\r\nB : c\r\n\r\n") },
	{ "a continued trailer is refused", "400",
	    C("0\r\nB: c\r\n d\r\n\r\n") },
	{ "a trailer that ends with LF is refused", "400",
	    C("0\r\nB: c\n\r\n") },
	{ "a trailer with a CR is refused", "400",
	    C("0\r\nB: c\rd\r\n\r\n") },
	{ "a trailer with a NUL is refused", "400",
	    C("0\r\nB: \0\r\n\r\n") },
	{ "trailers without their end are waited for", "more begun body",
	    C("0\r\nB: c\r\n") },
	{ "another request is no trailer", "400",
	    C("0\r\nGET / HTTP/1.1\r\n\r\n") },
};
/* clang-format on */

/* Chunks whose extension and trailers have so many bytes. */
static bool
limited(const char *want, size_t extension, size_t value, size_t count)
{
	static const struct limits small = { 64, 256, 8 };
	struct buf text = { 0 }, out = { 0 };
	bool right;

	buf_str(&text, STR(HEAD));
	buf_fmt(&text, "1;%0*d\r\na\r\n0\r\n", (int)extension, 0);
	while (count-- > 0)
		buf_fmt(&text, "a:%0*d\r\n", (int)value, 0);
	buf_fmt(&text, "\r\n");
	right = same_in_pieces(&out, buf_view(&text), small) &&
		str_starts(buf_view(&out), str_of(want));
	buf_free(&text);
	buf_free(&out);
	return right;
}

static void
limits(void)
{
	size_t room = 256 - sizeof HEAD + 1;

	ok(limited("POST", room - 1, 1, 0),
	    "an extension may fill what the head leaves");
	ok(limited("431", room + 16, 1, 0), "a longer one is refused");
	ok(limited("POST", 1, room - 6, 1),
	    "a trailer may fill what an extension leaves");
	ok(limited("431", 1, room + 9, 1), "a longer one is refused");
	ok(limited("431", 1, 20, 10), "so are many together");
	ok(limited("431", room - 1, 1, 1),
	    "and any that follows an extension that filled it");
}

/* ---- bodies of known length ---- */

static enum http_answer
feed_all(struct http *h, struct buf *b)
{
	enum http_answer a;

	while ((a = http_feed(h, b->bytes, b->len)) == HTTP_HEAD)
		;
	return a;
}

static void
raised(void)
{
	struct buf b = { 0 };
	struct http h;

	buf_fmt(&b, "POST / HTTP/1.0\r\nContent-Length: 9\r\n\r\n123456789");
	http_begin(&h, 99, 99, 8);
	http_feed(&h, b.bytes, b.len);
	h.max_body = 9;
	ok(http_feed(&h, b.bytes, b.len) == HTTP_DONE,
	    "a limit may be raised when the head stands");
	http_begin(&h, 99, 99, 9);
	http_feed(&h, b.bytes, b.len);
	h.max_body = 8;
	ok(http_feed(&h, b.bytes, b.len) == HTTP_BAD && h.status == 413,
	    "or lowered");
	b.len = 0;
	buf_fmt(&b, "POST / HTTP/1.0\r\nContent-Length: 4294967297\r\n\r\n1");
	http_begin(&h, 99, 99, UINT64_MAX);
	ok(feed_all(&h, &b) == HTTP_BAD && h.status == 413,
	    "no limit lets lengths beyond 32 bits in");
	buf_free(&b);
}

/* ---- many small chunks ---- */

/* Feeds single bytes, squeezing; how large the buffer had to be at most. */
static size_t
drip(struct http *h, struct str text, enum http_answer *a)
{
	struct buf b = { 0 };
	size_t i, most = 0;

	*a = HTTP_MORE;
	for (i = 0; i < text.len && *a == HTTP_MORE; i++) {
		buf_char(&b, text.ptr[i]);
		most = b.len > most ? b.len : most;
		*a = feed_all(h, &b);
		if (*a == HTTP_MORE)
			b.len = http_squeeze(h, b.bytes, b.len);
	}
	for (i = 0; i < h->body.len; i++)
		if (b.bytes[h->body.at + i] != 'x')
			*a = HTTP_BAD;
	buf_free(&b);
	return most;
}

static void
dripping(void)
{
	enum { BODY = 100000 };
	struct buf text = { 0 };
	struct http h;
	enum http_answer a;
	size_t most;
	int i;

	buf_str(&text, STR(HEAD));
	for (i = 0; i < BODY; i++)
		buf_str(&text, STR("0000000000000001\r\nx\r\n"));
	buf_str(&text, STR("0\r\n\r\n"));
	http_begin(&h, 8192, 16384, BODY);
	most = drip(&h, buf_view(&text), &a);
	ok(a == HTTP_DONE && h.body.len == BODY,
	    "100,000 chunks of a byte are one body");
	ok(most < BODY + 200, "squeezed, they need no more room than the body");
	http_begin(&h, 8192, 16384, BODY - 1);
	drip(&h, buf_view(&text), &a);
	ok(a == HTTP_BAD && h.status == 413,
	    "and they are too many for a smaller limit");
	http_begin(&h, 8192, 16384, BODY);
	a = feed_all(&h, &text);
	ok(a == HTTP_DONE && h.used == text.len, "whole, they are the same");
	ok(http_squeeze(&h, text.bytes, text.len) == text.len,
	    "a request that is whole is not squeezed");
	buf_free(&text);
}

int
main(void)
{
	answers(chunks, COUNT(chunks));
	answers(extensions, COUNT(extensions));
	answers(trailers, COUNT(trailers));
	limits();
	raised();
	dripping();
	return done();
}
