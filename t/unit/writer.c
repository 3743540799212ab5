/* SPDX-License-Identifier: ISC */
/* The writer: commas, escapes and indentation. */
#include "json/writer.h"

#include "json/reader.h"
#include "t/unit/tap.h"

static struct buf out;

static struct writer
fresh(bool pretty)
{
	out.len = 0;
	return (struct writer){ .out = &out, .pretty = pretty };
}

static bool
wrote(const char *want)
{
	bool same = str_eq(buf_view(&out), str_of(want));

	if (!same)
		printf("# got: %.*s\n", STR_ARGS(buf_view(&out)));
	return same;
}

/* One of everything. */
static void
everything(struct writer *w)
{
	json_open(w, NULL, '{');
	json_str(w, "s", STR("a\"b"));
	json_str(w, "left out", NO_STR);
	json_int(w, "i", -5);
	json_bool(w, "t", true);
	json_bool(w, "f", false);
	json_null(w, "n");
	json_time(w, "d", 0);
	json_open(w, "o", '{');
	json_close(w, '}');
	json_open(w, "a", '[');
	json_int(w, NULL, 1);
	json_str(w, NULL, STR(""));
	json_open(w, NULL, '[');
	json_close(w, ']');
	json_open(w, NULL, '{');
	json_null(w, "x");
	json_close(w, '}');
	json_close(w, ']');
	json_close(w, '}');
}

static void
structure(void)
{
	struct writer w = fresh(false);

	everything(&w);
	ok(wrote("{\"s\":\"a\\\"b\",\"i\":-5,\"t\":true,\"f\":false,"
		 "\"n\":null,\"d\":\"1970-01-01T00:00:00.000Z\",\"o\":{},"
		 "\"a\":[1,\"\",[],{\"x\":null}]}"),
	    "commas are the writer's business");
	w = fresh(true);
	everything(&w);
	ok(wrote("{\n  \"s\": \"a\\\"b\",\n  \"i\": -5,\n  \"t\": true,\n"
		 "  \"f\": false,\n  \"n\": null,\n"
		 "  \"d\": \"1970-01-01T00:00:00.000Z\",\n  \"o\": {},\n"
		 "  \"a\": [\n    1,\n    \"\",\n    [],\n    {\n"
		 "      \"x\": null\n    }\n  ]\n}"),
	    "indentation is as JSON.stringify has it");
	w = fresh(true);
	json_str(&w, NULL, STR("alone"));
	ok(wrote("\"alone\""), "a value may stand alone");
}

static void
names(void)
{
	struct writer w = fresh(false);

	json_open_named(&w, NO_STR, '{');
	json_str_named(&w, STR("a\"\n"), STR("b"));
	json_str_named(&w, STR("x"), NO_STR);
	json_open_named(&w, STR(""), '[');
	json_str_named(&w, NO_STR, STR("c"));
	json_close(&w, ']');
	json_close(&w, '}');
	ok(wrote("{\"a\\\"\\n\":\"b\",\"\":[\"c\"]}"),
	    "a name that is no literal is escaped, and may be empty");
	w = fresh(true);
	json_open_named(&w, NO_STR, '{');
	json_str_named(&w, STR("a"), STR("b"));
	json_close(&w, '}');
	ok(wrote("{\n  \"a\": \"b\"\n}"), "and indented");
}

static void
integers(void)
{
	struct writer w = fresh(false);

	json_open(&w, NULL, '[');
	json_int(&w, NULL, 0);
	json_int(&w, NULL, INT64_MAX);
	json_int(&w, NULL, INT64_MIN);
	json_int(&w, NULL, 1000);
	json_close(&w, ']');
	ok(wrote("[0,9223372036854775807,-9223372036854775808,1000]"),
	    "integers are whole up to both ends");
}

/* Each byte at each of 20 places, read back by the reader. */
static void
every_byte(void)
{
	static const struct json_limits all = { 9, 9, false, false };
	struct arena a = { 0 };
	struct writer w;
	struct json j;
	char text[20];
	size_t right = 0, at, i;
	int c;

	for (c = 0; c < 128; c++)
		for (i = 0; i < sizeof text; i++) {
			memset(text, 'x', sizeof text);
			text[i] = (char)c;
			w = fresh(false);
			json_str(&w, NULL, (struct str){ text, sizeof text });
			right +=
			    !json_parse(&a, buf_view(&out), &all, &j, &at) &&
			    str_eq(json_text(j, &a),
				(struct str){ text, sizeof text });
			arena_reset(&a);
		}
	ok(right == 128 * sizeof text, "every byte of a string comes back");
	w = fresh(false);
	json_str(&w, NULL, STR("\"\\/\b\f\n\r\t\0\x1f\x7f\xe2\x80\xa8"));
	ok(wrote("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\xe2\x80\xa8\""),
	    "escapes are the short ones where there are");
	arena_free(&a);
}

static void
finished(void)
{
	struct str text = STR(" { \"a\\\\\" : [ 1 ,\t-2.5e3, \"],}\\\"\", {} , "
			      "[ ] ],\r\n\"b\":{\"c\":null},\"d\":\"\"} ");
	struct writer w = fresh(false);

	json_open(&w, NULL, '[');
	json_text_as_is(&w, NULL, STR("{\"a\" :1}"));
	json_text_as_is(&w, NULL, NO_STR);
	json_text_as_is(&w, NULL, STR("2"));
	json_close(&w, ']');
	ok(wrote("[{\"a\" :1},2]"), "finished text is taken as it is");
	w = fresh(true);
	json_open(&w, NULL, '{');
	json_text_as_is(&w, "x", text);
	json_text_as_is(&w, "y", STR("[]"));
	json_text_as_is(&w, "z", STR("\"open"));
	json_close(&w, '}');
	ok(wrote("{\n  \"x\": {\n    \"a\\\\\": [\n      1,\n"
		 "      -2.5e3,\n      \"],}\\\"\",\n      {},\n      []\n"
		 "    ],\n    \"b\": {\n      \"c\": null\n    },\n"
		 "    \"d\": \"\"\n  },\n  \"y\": [],\n  \"z\": \"open\n}"),
	    "or indented like its surroundings");
}

static void
cutting(void)
{
	struct writer w = fresh(true);
	struct writer_mark mark;

	json_open(&w, NULL, '{');
	mark = json_mark(&w);
	json_open(&w, "a", '[');
	json_int(&w, NULL, 1);
	json_cut(&w, mark);
	json_close(&w, '}');
	ok(wrote("{}"), "what is cut leaves no trace");
	w = fresh(false);
	json_open(&w, NULL, '[');
	json_int(&w, NULL, 1);
	mark = json_mark(&w);
	json_int(&w, NULL, 2);
	json_open(&w, NULL, '{');
	json_cut(&w, mark);
	json_int(&w, NULL, 3);
	json_close(&w, ']');
	ok(wrote("[1,3]"), "what follows gets the comma it needs");
}

int
main(void)
{
	structure();
	names();
	integers();
	every_byte();
	finished();
	cutting();
	buf_free(&out);
	return done();
}
