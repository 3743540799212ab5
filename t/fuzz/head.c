/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a request: the answer does not depend on how they are split.
 * The first two bytes say how.
 */
#include "t/fuzz/fuzz.h"
#include "t/unit/wire.h"

#include "http/scan.h"

static void
sound(const struct http *h, const char *bytes, size_t len)
{
	bool coded = http_count(h, bytes, STR("transfer-encoding"));
	unsigned i;

	must(h->used <= len && h->body.at + h->body.len <= h->used);
	must(h->version == 10 || h->version == 11);
	must(http_all(http_str(bytes, h->verb), C_TOKEN));
	must(http_all(http_str(bytes, h->target), C_TARGET));
	must(http_host_fits(http_str(bytes, h->host)));
	must(http_count(h, bytes, STR("host")) == 1 || h->version == 10);
	must(h->chunked == coded && !(h->chunked && h->has_length));
	must(h->chunked || h->body.len == h->length);
	must(h->body.len <= h->max_body);
	for (i = 0; i < h->nfields; i++) {
		const struct http_field *f = &h->field[i];

		must(f->name_len > 0 && f->name > h->target.at);
		must(http_all(
		    (struct str){ bytes + f->name, f->name_len }, C_TOKEN));
		must(http_all(
		    (struct str){ bytes + f->value, f->value_len }, C_VALUE));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct limits most = { 64, 512, 64 };
	struct str text = { (const char *)data + 2, size - 2 };
	struct buf whole = { 0 }, other = { 0 };
	struct http h;
	enum http_answer a;
	char *copy;

	if (size < 2 || size > 4096)
		return 0;
	feed_pieces(&whole, text, most, (struct pieces){ text.len, 0, false });
	feed_pieces(&other, text, most,
	    (struct pieces){ text.len * data[0] / 255, 0, data[1] & 1 });
	must(str_eq(buf_view(&whole), buf_view(&other)));
	feed_pieces(&other, text, most,
	    (struct pieces){ data[0], 1 + (data[1] >> 1), data[1] & 1 });
	must(str_eq(buf_view(&whole), buf_view(&other)));

	copy = copy_of(text);
	http_begin(&h, most.line, most.head, most.body);
	while ((a = http_feed(&h, copy, text.len)) == HTTP_HEAD)
		;
	if (a == HTTP_DONE)
		sound(&h, copy, text.len);
	else if (a == HTTP_BAD)
		must(h.status >= 400 && h.status <= 505 && h.why);
	free(copy);
	buf_free(&whole);
	buf_free(&other);
	return 0;
}
