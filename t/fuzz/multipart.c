/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a multipart body, split as the first two say; and any bytes
 * put into parts, which must come out as they went in.
 */
#include "http/form.h"
#include "json/reader.h"
#include "json/utf8.h"
#include "t/fuzz/fuzz.h"
#include "t/unit/parts.h"

#define TYPE "multipart/form-data; boundary=b"

static struct arena mem;

static void
as_they_are(struct str text, uint8_t first, uint8_t step)
{
	struct buf whole = { 0 }, other = { 0 };

	feed_parts(&whole, STR(TYPE), 9, text, text.len, 0);
	feed_parts(&other, STR(TYPE), 9, text, text.len * first / 255, 0);
	must(str_eq(buf_view(&whole), buf_view(&other)));
	feed_parts(&other, STR(TYPE), 9, text, step % 9, 1 + step);
	must(str_eq(buf_view(&whole), buf_view(&other)));
	buf_free(&whole);
	buf_free(&other);
}

/* What is taken as parameters is JSON that a handler can read. */
static void
as_form(struct str text)
{
	static const struct json_limits limits = { SIZE_MAX, 1 + FORM_DEPTH,
		true, true };
	struct multipart m;
	struct buf json = { 0 };
	struct json root;
	enum form_fault fault;
	size_t at;

	must(multipart_begin(&m, STR(TYPE), 9));
	fault = multipart_to_json(&m, text, &mem, &json);
	must(fault != FORM_MALFORMED || (m.status >= 400 && m.why));
	if (fault == FORM_FINE)
		must(!json_parse(&mem, buf_view(&json), &limits, &root, &at));
	buf_free(&json);
	arena_reset(&mem);
}

/* Bytes in two parts behind a boundary that stands nowhere in them. */
static void
in_parts(struct str text, uint8_t step)
{
	const struct str type = STR("multipart/form-data; boundary=\"a ?b\"");
	struct buf b = { 0 }, got = { 0 }, want = { 0 };
	struct str half = { text.ptr, text.len / 2 };
	struct str rest = str_from(text, text.len / 2);

	if (memmem(text.ptr, text.len, "--a ?b", 6))
		return;
	buf_str(&b, STR("--a ?b\r\nContent-Disposition: form-data; name=x"
			"\r\n\r\n"));
	buf_str(&b, half);
	buf_str(&b, STR("\r\n--a ?b\r\nContent-Disposition: form-data; "
			"name=\"y\"; filename=z\r\n\r\n"));
	buf_str(&b, rest);
	buf_str(&b, STR("\r\n--a ?b--\r\n"));
	buf_str(&want, STR("[x]{"));
	buf_str(&want, half);
	buf_str(&want, STR("}[y|z]{"));
	buf_str(&want, rest);
	buf_str(&want, STR("}whole"));
	feed_parts(&got, type, 2, buf_view(&b), step, 1 + step);
	must(str_eq(buf_view(&got), buf_view(&want)));
	buf_free(&b);
	buf_free(&got);
	buf_free(&want);
}

/* A boundary of any bytes is taken or refused, and a name of any bytes is
 * text or refused. */
static void
as_names(struct str text)
{
	struct buf type = { 0 }, out = { 0 }, b = { 0 };
	struct multipart m;

	buf_str(&type, STR("multipart/form-data"));
	buf_str(&type, text);
	if (!multipart_begin(&m, buf_view(&type), 1))
		must(m.status == 400 || m.status == 415);
	buf_str(&b, STR("--b\r\nContent-Disposition: form-data; name=a; "));
	buf_str(&b, text);
	buf_str(&b, STR("\r\n--b--"));
	feed_parts(&out, STR(TYPE), 1, buf_view(&b), b.len, 0);
	if (str_starts(buf_view(&out), STR("[a|")) &&
	    !memchr(text.ptr, '\n', text.len))
		must(utf8_valid(buf_view(&out)) &&
		     !memchr(out.bytes, 0, out.len));
	buf_free(&type);
	buf_free(&out);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data + 2, size - 2 };

	if (size < 2 || size > 8192)
		return 0;
	as_they_are(text, data[0], data[1]);
	as_form(text);
	in_parts(text, data[1]);
	as_names(text);
	return 0;
}
