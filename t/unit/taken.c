/* SPDX-License-Identifier: ISC */
/* Bodies that are taken as they come: any length in a small buffer. */
#include "t/unit/wire.h"

#define CHUNKED \
	"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

static const char next[] = "GET /next HTTP/1.1\r\n";

struct run {
	enum http_answer answer;
	struct http h;
	struct buf body;
	size_t most; /* bytes that had to be kept at once, behind the head */
	size_t rest; /* that belong to the next request */
};

/* In steps, the buffer holding what is not taken alone. */
static struct run
take(struct str text, size_t step, uint64_t limit)
{
	struct run r = { .answer = HTTP_MORE };
	struct buf b = { 0 };
	size_t n;

	http_begin(&r.h, 8192, 16384, limit);
	while (text.len > 0 && r.answer == HTTP_MORE) {
		n = step < text.len ? step : text.len;
		buf_add(&b, text.ptr, n);
		text = str_from(text, n);
		r.answer = http_feed(&r.h, b.bytes, b.len);
		if (r.answer == HTTP_HEAD) {
			r.h.streamed = true;
			r.answer = http_feed(&r.h, b.bytes, b.len);
		}
		if (!r.h.streamed || r.answer == HTTP_BAD)
			continue;
		if (b.len - r.h.body.at > r.most)
			r.most = b.len - r.h.body.at;
		buf_str(&r.body, http_piece(&r.h, b.bytes));
		b.len = http_take(&r.h, b.bytes, b.len);
	}
	r.rest = b.len - r.h.used + text.len;
	buf_free(&b);
	return r;
}

static bool
fits(struct str text, struct str body, size_t step)
{
	struct run r = take(text, step, 1 << 20);
	bool good = r.answer == HTTP_DONE && str_eq(buf_view(&r.body), body) &&
		    r.h.taken == body.len && r.rest == sizeof next - 1 &&
		    http_piece(&r.h, "").len == 0 && r.most <= step + 80;

	buf_free(&r.body);
	return good;
}

static void
splits(void)
{
	struct buf body = { 0 }, told = { 0 }, chunks = { 0 };
	bool by_length = true, by_chunks = true;
	size_t i;

	for (i = 0; i < 300; i++)
		buf_fmt(&body, "%zu\r\n", i * i);
	buf_fmt(&told,
	    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n%.*s%s",
	    body.len, (int)body.len, body.bytes, next);
	buf_str(&chunks, STR(CHUNKED));
	for (i = 0; i < body.len; i += 33)
		buf_fmt(&chunks, "%x;a=b\r\n%.*s\r\n",
		    (unsigned)(body.len - i < 33 ? body.len - i : 33),
		    (int)(body.len - i < 33 ? body.len - i : 33),
		    body.bytes + i);
	buf_fmt(&chunks, "0\r\nX: y\r\n\r\n%s", next);
	for (i = 1; i < chunks.len + 2; i += 1 + i / 40) {
		by_length &= fits(buf_view(&told), buf_view(&body), i);
		by_chunks &= fits(buf_view(&chunks), buf_view(&body), i);
	}
	ok(by_length, "every split of a body gives the same bytes");
	ok(by_chunks, "of one in chunks, too");
	buf_free(&body);
	buf_free(&told);
	buf_free(&chunks);
}

static void
limits(void)
{
	struct run r =
	    take(STR(CHUNKED "3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n"), 7, 6);

	ok(r.answer == HTTP_DONE, "a body of the largest size");
	buf_free(&r.body);
	r = take(STR(CHUNKED "3\r\nabc\r\n4\r\nabcd\r\n0\r\n\r\n"), 7, 6);
	ok(r.answer == HTTP_BAD && r.h.status == 413,
	    "what was taken counts on");
	buf_free(&r.body);
	r = take(STR("POST / HTTP/1.1\r\nHost: h\r\n"
		     "Content-Length: 9000000000\r\n\r\nabc"),
	    100, INT64_MAX);
	ok(r.answer == HTTP_MORE && r.h.left == 9000000000 - 3,
	    "a length of more than 32 bits");
	buf_free(&r.body);
	r = take(STR(CHUNKED "3\r\nabcd\r\n"), 100, 1000);
	ok(r.answer == HTTP_BAD && r.h.status == 400,
	    "a chunk longer than its size is refused");
	buf_free(&r.body);
}

int
main(void)
{
	splits();
	limits();
	return done();
}
