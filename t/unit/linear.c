/* SPDX-License-Identifier: ISC */
/*
 * What a client may make large is read in time that grows with it.  No clock
 * is asked: of these sizes, work that grew with the square would not end.
 */
#include <stdlib.h>

#include "http/url.h"
#include "json/reader.h"
#include "json/writer.h"
#include "t/unit/tap.h"

static const struct json_limits all = { SIZE_MAX, JSON_MAX_DEPTH, true, false };
static struct arena a;

/* before, n times the piece with its number, after; no comma at the end. */
static struct buf
repeat(const char *before, const char *piece, size_t n, const char *after)
{
	struct buf b = { 0 };
	size_t i;

	buf_str(&b, str_of(before));
	for (i = 0; i < n; i++)
		buf_fmt(&b, piece, i); /* some have no number */
	if (b.len > 0 && b.bytes[b.len - 1] == ',')
		b.len--;
	buf_str(&b, str_of(after));
	return b;
}

/* Parses it; how many tokens, 0 if it is refused. */
static size_t
parse(const struct buf *b, struct json *root)
{
	size_t tokens = 0, at;

	arena_reset(&a);
	if (json_check(buf_view(b), &all, &tokens, &at) ||
	    json_parse(&a, buf_view(b), &all, root, &at))
		return 0;
	return tokens;
}

static size_t
walk(struct json j)
{
	size_t n = 0;

	for (j = json_first(j); j.doc; j = json_next(j))
		n += json_key(j, &a).ptr != NULL && json_text(j, &a).len == 1;
	return n;
}

static void
keys(void)
{
	struct buf b = repeat("{", "\"k%zu\":\"v\",", 1000000, "}");
	struct json root;

	ok(parse(&b, &root) == 2000001, "a million keys are parsed");
	ok(walk(root) == 1000000, "and walked");
	ok(json_get(root, STR("k999999")).doc && !json_get(root, STR("k")).doc,
	    "and looked up");
	buf_free(&b);
	b = repeat("{", "\"\\u006b%zu\":\"\\u0076\",", 300000, "}");
	ok(parse(&b, &root) == 600001 && walk(root) == 300000 &&
		json_get(root, STR("k299999")).doc,
	    "300,000 keys with escapes are, too");
	buf_free(&b);
	b = repeat("{", "\"k\":%zu,", 500000, "}");
	ok(parse(&b, &root) == 1000001 &&
		str_eq(json_source(json_get(root, STR("k"))), STR("499999")),
	    "of one key 500,000 times the last wins");
	buf_free(&b);
}

/* Brackets in towers of that height, side by side, a hundred thousand. */
static bool
towers(unsigned height)
{
	enum { BRACKETS = 100000 };
	size_t n = BRACKETS / height, i, j;
	struct buf b = { 0 };
	struct json root;
	bool right;

	buf_char(&b, '[');
	for (i = 0; i < n; i++) {
		for (j = 0; j < height; j++)
			buf_char(&b, '[');
		for (j = 0; j < height; j++)
			buf_char(&b, ']');
		buf_char(&b, i + 1 < n ? ',' : ']');
	}
	right = parse(&b, &root) == n * height + 1 && json_count(root) == n;
	buf_free(&b);
	return right;
}

static void
brackets(void)
{
	struct buf b = repeat("", "[", 100000, "");
	struct json_limits deeper = { SIZE_MAX, 1 << 20, false, false };
	size_t tokens, at;

	ok(json_check(buf_view(&b), &deeper, &tokens, &at) == JSON_TOO_DEEP &&
		at == JSON_MAX_DEPTH,
	    "100,000 brackets in each other are refused at the limit");
	buf_free(&b);
	ok(towers(1), "100,000 brackets side by side are parsed");
	ok(towers(31), "so are towers of 31, as deep as a client may");
	ok(towers(JSON_MAX_DEPTH - 1), "and of 511");
}

static void
strings(void)
{
	struct buf b =
	    repeat("[\"", "\\n\\ud83d\\ude00\xc3\xa9x", 500000, "\"]");
	struct buf again = { 0 };
	struct writer w = { .out = &again };
	struct json root;
	struct str text, out;

	ok(parse(&b, &root) == 2, "a string of a million escapes is parsed");
	text = json_text(json_first(root), &a);
	ok(text.len == 500000 * 8, "and decoded");
	json_str(&w, NULL, text);
	ok(again.len == 500000 * 9 + 2, "and written");
	buf_free(&b);
	b = repeat("[", "%zu,", 1000000, "]");
	again.len = 0;
	w = (struct writer){ .out = &again, .pretty = true };
	json_text_as_is(&w, NULL, buf_view(&b));
	ok(parse(&again, &root) == 1000001,
	    "a million numbers are indented and parsed");
	buf_free(&b);
	b = repeat("", "%%c3%%a9+", 1000000, "");
	ok(url_decode(buf_view(&b), true, &a, &out) && out.len == 3000000,
	    "two million escapes of a form are decoded");
	buf_free(&b);
	buf_free(&again);
}

int
main(void)
{
	keys();
	brackets();
	strings();
	arena_free(&a);
	return done();
}
