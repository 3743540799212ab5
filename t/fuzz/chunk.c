/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a chunked body, split as the first two bytes say; and any
 * bytes put into chunks, which must come out as they went in.
 */
#include "t/fuzz/fuzz.h"
#include "t/unit/wire.h"

#define HEAD "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

static const struct limits most = { 64, 256, 1024 };

static void
as_they_are(struct str text, uint8_t first, uint8_t step)
{
	struct buf all = { 0 }, whole = { 0 }, other = { 0 };
	size_t head = sizeof HEAD - 1;

	buf_str(&all, STR(HEAD));
	buf_str(&all, text);
	feed_pieces(
	    &whole, buf_view(&all), most, (struct pieces){ all.len, 0, false });
	feed_pieces(&other, buf_view(&all), most,
	    (struct pieces){ head + text.len * first / 255, 0, step & 1 });
	must(str_eq(buf_view(&whole), buf_view(&other)));
	feed_pieces(&other, buf_view(&all), most,
	    (struct pieces){ head, 1 + (step >> 1), step & 1 });
	must(str_eq(buf_view(&whole), buf_view(&other)));
	buf_free(&all);
	buf_free(&whole);
	buf_free(&other);
}

/* Chunks whose sizes come from the data, written in one of four ways. */
static void
put_chunks(struct buf *b, struct str text)
{
	static const char *const forms[] = { "%zx\r\n", "%04zX\r\n",
		"%zx;a=\"\\\"\"\r\n", "%zx ; b\r\n" };
	unsigned extended = 0;

	buf_str(b, STR(HEAD));
	while (text.len > 0) {
		size_t n = 1 + (uint8_t)text.ptr[0] % 64;
		unsigned form = (uint8_t)text.ptr[text.len - 1] % 4;

		n = n < text.len ? n : text.len;
		if (form > 1 && ++extended > 8)
			form = 0; /* extensions have a limit */
		buf_fmt(b, forms[form], n);
		buf_str(b, (struct str){ text.ptr, n });
		buf_str(b, STR("\r\n"));
		text = str_from(text, n);
	}
	buf_str(b, STR("0\r\nX: y\r\n\r\nrest"));
}

static void
in_chunks(struct str text, uint8_t step)
{
	struct buf b = { 0 }, got = { 0 }, want = { 0 };
	enum http_answer a;

	put_chunks(&b, text);
	a = feed_pieces(&got, buf_view(&b), most,
	    (struct pieces){ b.len, 1 + step, step & 1 });
	must(a == (text.len > most.body ? HTTP_BAD : HTTP_DONE));
	if (a == HTTP_BAD) {
		must(str_starts(buf_view(&got), STR("413 ")));
	} else {
		buf_str(&want, STR("POST / 1.1 keep host=h [Host: h] "
				   "[Transfer-Encoding: chunked] body="));
		buf_str(&want, text);
		buf_str(&want, STR(" rest=4"));
		must(str_eq(buf_view(&got), buf_view(&want)));
	}
	buf_free(&b);
	buf_free(&got);
	buf_free(&want);
}

/* Taken as it comes, a body is what it is when it is joined. */
static void
as_it_comes(struct str text, size_t step)
{
	struct buf all = { 0 }, b = { 0 }, body = { 0 };
	enum http_answer a = HTTP_MORE, one;
	struct http h, whole;
	size_t at, n;

	buf_str(&all, STR(HEAD));
	buf_str(&all, text);
	http_begin(&h, most.line, most.head, most.body);
	for (at = 0; at < all.len && a == HTTP_MORE; at += n) {
		n = step < all.len - at ? step : all.len - at;
		buf_add(&b, all.bytes + at, n);
		while ((a = http_feed(&h, b.bytes, b.len)) == HTTP_HEAD)
			h.streamed = true;
		if (a == HTTP_BAD || !h.streamed)
			continue;
		buf_str(&body, http_piece(&h, b.bytes));
		b.len = http_take(&h, b.bytes, b.len);
		must(b.len - h.body.at < most.head + step);
	}
	http_begin(&whole, most.line, most.head, most.body);
	while ((one = http_feed(&whole, all.bytes, all.len)) == HTTP_HEAD)
		;
	must(a == one);
	if (a == HTTP_DONE)
		must(str_eq(buf_view(&body), http_str(all.bytes, whole.body)));
	else if (a == HTTP_BAD)
		must(h.status == whole.status);
	buf_free(&all);
	buf_free(&b);
	buf_free(&body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data + 2, size - 2 };

	if (size < 2 || size > 4096)
		return 0;
	as_they_are(text, data[0], data[1]);
	in_chunks(text, data[1]);
	as_it_comes(text, 1 + (data[1] >> 1));
	return 0;
}
