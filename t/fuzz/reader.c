/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as JSON: what the checker takes the reader reads, and what the
 * writer makes of it means the same.
 */
#include "json/reader.h"
#include "json/utf8.h"
#include "json/writer.h"
#include "t/fuzz/fuzz.h"

static struct arena mem;

static void
copy_value(struct writer *w, struct str key, struct json j)
{
	enum json_type type = json_type(j);
	char open = type == JSON_ARRAY ? '[' : '{';

	must(type != JSON_NONE);
	if (type == JSON_STRING) {
		json_str_named(w, key, json_text(j, &mem));
	} else if (type == JSON_ARRAY || type == JSON_OBJECT) {
		json_open_named(w, key, open);
		for (j = json_first(j); j.doc; j = json_next(j))
			copy_value(w, json_key(j, &mem), j);
		json_close(w, open == '[' ? ']' : '}');
	} else if (key.ptr) { /* a name that is no literal */
		json_str_named(w, key, STR(""));
		w->out->len -= 2;
		buf_str(w->out, json_source(j));
	} else {
		json_text_as_is(w, NULL, json_source(j));
	}
}

/* Every question about every value; how many tokens there are. */
static size_t
ask(struct json j)
{
	size_t tokens = 1, n = 0;
	struct str text = json_text(j, &mem);
	int64_t whole;
	double real;

	must(utf8_valid(text) && json_source(j).len > 0);
	must((text.ptr != NULL) == (json_type(j) == JSON_STRING));
	if (json_whole(j, &whole))
		must(json_real(j, &real) && (double)whole == real);
	for (struct json m = json_first(j); m.doc; m = json_next(m), n++) {
		struct str key = json_key(m, &mem);

		must((key.ptr != NULL) == (json_type(j) == JSON_OBJECT));
		if (n < 8 && key.ptr)
			must(json_get(j, key).doc &&
			     json_get(j, key).at >= m.at);
		tokens += ask(m) + (key.ptr != NULL);
	}
	must(n == json_count(j));
	return tokens;
}

static void
parse(struct str text, struct json *root, size_t *tokens)
{
	static const struct json_limits all = { SIZE_MAX, JSON_MAX_DEPTH, false,
		false };
	size_t at;

	must(!json_check(text, &all, tokens, &at));
	must(!json_parse(&mem, text, &all, root, &at));
}

/* The text that the writer makes of a value. */
static struct buf
written(struct json j)
{
	struct buf b = { 0 };
	struct writer w = { .out = &b };

	copy_value(&w, NO_STR, j);
	return b;
}

/* Written, indented and read again, a value is written as before. */
static void
round_trip(struct json root, bool pretty)
{
	struct buf once = written(root), indented = { 0 }, twice;
	struct writer w = { .out = &indented, .pretty = pretty };
	size_t tokens, same;

	parse(buf_view(&once), &root, &tokens);
	json_text_as_is(&w, NULL, buf_view(&once));
	parse(buf_view(&indented), &root, &same);
	must(tokens == same);
	twice = written(root);
	must(str_eq(buf_view(&once), buf_view(&twice)));
	buf_free(&once);
	buf_free(&indented);
	buf_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct json_limits all = { SIZE_MAX, JSON_MAX_DEPTH, false,
		false };
	struct json_limits less = all;
	char *copy = copy_of((struct str){ (const char *)data, size });
	struct str text = { copy, size };
	struct json root;
	size_t tokens, at = 0, unused;

	if (json_check(text, &all, &tokens, &at)) {
		must(at <= size);
		must(json_parse(&mem, text, &all, &root, &at) && !root.doc);
	} else {
		parse(text, &root, &unused);
		must(ask(root) == tokens);
		round_trip(root, size & 1);
		less.tokens = tokens;
		must(!json_check(text, &less, &unused, &at));
		less.tokens--;
		must(json_check(text, &less, &unused, &at) == JSON_TOO_MANY);
		less = (struct json_limits){ SIZE_MAX, 32, true, true };
		if (!json_check(text, &less, &unused, &at))
			must(json_type(root) == JSON_OBJECT);
	}
	arena_reset(&mem);
	free(copy);
	return 0;
}
