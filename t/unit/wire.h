/* SPDX-License-Identifier: ISC */
/*
 * Requests fed to the parser in pieces.  The bytes lie in a block of their
 * very size that moves with every piece, so that a sanitizer sees a step
 * outside and a pointer kept.  What came of it is told as a text.
 */
#ifndef T_UNIT_WIRE_H
#define T_UNIT_WIRE_H

#include <stdlib.h>

#include "http/head.h"
#include "json/buf.h"
#include "t/unit/tap.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define T(text)                        \
	{                              \
		text, sizeof(text) - 1 \
	}

struct limits {
	uint32_t line, head;
	uint64_t body;
};

/* At first `first` bytes, then `step` at a time. */
struct pieces {
	size_t first, step;
	bool squeeze;
};

static void
tell(struct buf *out, const struct http *h, const char *bytes, size_t rest)
{
	unsigned i;

	buf_str(out, http_str(bytes, h->verb));
	buf_char(out, ' ');
	buf_str(out, http_str(bytes, h->target));
	buf_fmt(out, " %d.%d %s%s", h->version / 10, h->version % 10,
	    h->keep_alive ? "keep" : "close",
	    h->expects_continue ? " expects" : "");
	buf_fmt(out, " host=");
	buf_str(out, http_str(bytes, h->host));
	for (i = 0; i < h->nfields; i++)
		buf_fmt(out, " [%.*s: %.*s]", h->field[i].name_len,
		    bytes + h->field[i].name, h->field[i].value_len,
		    bytes + h->field[i].value);
	buf_fmt(out, " body=");
	buf_str(out, http_str(bytes, h->body));
	buf_fmt(out, " rest=%zu", rest);
}

static enum http_answer
told(struct buf *out, const struct http *h, enum http_answer a, unsigned heads,
    const char *bytes, size_t rest)
{
	out->len = 0;
	if (a == HTTP_BAD)
		buf_fmt(out, "%d %s", h->status, h->why);
	else if (a == HTTP_DONE)
		tell(out, h, bytes, rest);
	else
		buf_fmt(out, "more%s%s", http_started(h) ? " begun" : "",
		    heads ? " body" : "");
	if (heads > 1 || (a == HTTP_DONE && heads != 1))
		buf_fmt(out, " heads=%u", heads);
	return a;
}

/* Feeds all of the text, or up to an answer, and tells what it was. */
static enum http_answer
feed_pieces(
    struct buf *out, struct str text, struct limits most, struct pieces p)
{
	struct http h;
	enum http_answer a = HTTP_MORE;
	size_t len = 0, fed = 0, n = p.first;
	unsigned heads = 0;
	char *bytes = NULL, *moved;

	http_begin(&h, most.line, most.head, most.body);
	while (a == HTTP_MORE) {
		n = n < text.len - fed ? n : text.len - fed;
		moved = malloc(len + n + !(len + n));
		if (len)
			memcpy(moved, bytes, len);
		memcpy(moved + len, text.ptr + fed, n);
		free(bytes);
		bytes = moved;
		len += n;
		fed += n;
		while ((a = http_feed(&h, bytes, len)) == HTTP_HEAD)
			heads++;
		if (a == HTTP_MORE && p.squeeze)
			len = http_squeeze(&h, bytes, len);
		if (fed == text.len)
			break;
		n = p.step ? p.step : text.len;
	}
	told(out, &h, a, heads, bytes,
	    a == HTTP_DONE ? text.len - fed + len - h.used : 0);
	if (a != HTTP_MORE && http_feed(&h, bytes, len) != a)
		buf_fmt(out, " then another answer");
	free(bytes);
	return a;
}

/*
 * The answer to the whole text in out; false if it is another one when the
 * text is split, at any place or at every one, squeezed or not.
 */
static bool
same_in_pieces(struct buf *out, struct str text, struct limits most)
{
	struct buf other = { 0 };
	bool same = true;
	size_t i;

	feed_pieces(out, text, most, (struct pieces){ text.len, 0, false });
	for (i = 0; i < 2 * text.len && same; i++) {
		feed_pieces(
		    &other, text, most, (struct pieces){ i / 2, 0, i % 2 });
		same = str_eq(buf_view(out), buf_view(&other));
	}
	for (i = 2; i < 14 && same; i++) {
		feed_pieces(
		    &other, text, most, (struct pieces){ i / 2, i / 2, i % 2 });
		same = str_eq(buf_view(out), buf_view(&other));
	}
	if (!same)
		printf("# whole: %.*s\n# split: %.*s\n",
		    STR_ARGS(buf_view(out)), STR_ARGS(buf_view(&other)));
	buf_free(&other);
	return same;
}

/* One request of a table: its answer begins with what is wanted. */
struct request {
	const char *what;
	const char *want; /* "400", "GET / 1.1 keep ...", "more" */
	struct str text;
};

static const struct limits ordinary = { 8192, 16384, 256 };

__attribute__((unused)) static void
answers(const struct request *r, size_t count)
{
	struct buf out = { 0 };
	bool same, right;
	size_t i;

	for (i = 0; i < count; i++) {
		same = same_in_pieces(&out, r[i].text, ordinary);
		right = str_starts(buf_view(&out), str_of(r[i].want));
		if (!right)
			printf("# got: %.*s\n", STR_ARGS(buf_view(&out)));
		ok(same && right, r[i].what);
	}
	buf_free(&out);
}

#endif
