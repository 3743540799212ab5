/* SPDX-License-Identifier: ISC */
/* The reader: what a text says, and what it costs to ask. */
#include "json/reader.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "json/utf8.h"
#include "t/unit/json_texts.h"
#include "t/unit/tap.h"

static const struct json_limits all = { SIZE_MAX, JSON_MAX_DEPTH, false,
	false };

static struct arena a;

static struct json
parse(struct str text)
{
	struct json root;
	size_t at;

	json_parse(&a, text, &all, &root, &at);
	return root;
}

/* Every value below and every question; how many values there are. */
static size_t
walk(struct json j, unsigned depth)
{
	size_t values = 1, children = 0;
	int64_t n;
	double d;

	if (json_type(j) == JSON_STRING && !utf8_valid(json_text(j, &a)))
		return 0;
	json_whole(j, &n);
	json_real(j, &d);
	json_true(j);
	json_get(j, STR("a"));
	for (struct json m = json_first(j); m.doc; m = json_next(m)) {
		bool named = json_key(m, &a).ptr != NULL;

		values += walk(m, depth + 1) + named;
		if (named != (json_type(j) == JSON_OBJECT))
			return 0;
		children++;
	}
	return children == json_count(j) ? values : 0;
}

static void
texts(void)
{
	char name[200];
	size_t at;

	for (size_t i = 0; i < COUNT(good); i++) {
		struct json root = parse(good[i].text);

		snprintf(name, sizeof(name), "%s is read whole", good[i].what);
		ok(walk(root, 0) == good[i].tokens, name);
		arena_reset(&a);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct json root = { NULL, 7 };

		snprintf(name, sizeof(name), "%s is not read", bad[i].what);
		ok(json_parse(&a, bad[i].text, &all, &root, &at) && !root.doc &&
			at <= bad[i].text.len,
		    name);
	}
	ok(json_parse(&a, (struct str){ "{}", (size_t)1 << 31 }, &all,
	       &(struct json){ NULL, 0 }, &at) == JSON_TOO_MANY,
	    "a text beyond jsmn's offsets is refused unseen");
}

static void
types(void)
{
	struct json j = parse(STR("[null,true,false,-1,\"t\",[],{}]"));
	static const enum json_type want[] = { JSON_NULL, JSON_BOOL, JSON_BOOL,
		JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
	size_t right = 0, yes = 0;

	ok(json_type(j) == JSON_ARRAY && json_count(j) == 7,
	    "an array knows how many it holds");
	for (struct json m = json_first(j); m.doc; m = json_next(m)) {
		right += json_type(m) == want[right];
		yes += json_true(m);
	}
	ok(right == 7, "every type is told");
	ok(yes == 1, "only true is true");
	ok(json_type(parse(STR("5"))) == JSON_NUMBER &&
		json_type(parse(STR(" null\n"))) == JSON_NULL &&
		json_type(parse(STR("\"\""))) == JSON_STRING &&
		json_true(parse(STR("true"))),
	    "a scalar may stand alone");
}

static void
absence(void)
{
	struct json none = json_get(parse(STR("{\"a\":1}")), STR("b"));
	int64_t n = 42;
	double d = 42;

	ok(json_type(none) == JSON_NONE, "a key that is not there is absent");
	ok(!json_get(json_get(none, STR("x")), STR("y")).doc &&
		!json_first(none).doc && !json_next(none).doc,
	    "look-ups chain through what is absent");
	ok(json_count(none) == 0 && !json_true(none) && !json_whole(none, &n) &&
		!json_real(none, &d) && n == 42 && d == 42,
	    "absent has no number and no truth");
	ok(!json_text(none, &a).ptr && !json_key(none, &a).ptr &&
		!json_source(none).ptr,
	    "absent has no text");
	none = parse(STR("[\"a\",5]"));
	ok(!json_get(none, STR("a")).doc && !json_text(none, &a).ptr,
	    "an array has no keys and no text");
	ok(!json_key(none, &a).ptr && !json_key(json_first(none), &a).ptr &&
		!json_key(json_next(json_first(none)), &a).ptr,
	    "an element has no key, a string before it or not");
	ok(json_count(parse(STR("\"abc\""))) == 0 &&
		!json_first(parse(STR("7"))).doc &&
		!json_next(parse(STR("7"))).doc,
	    "a scalar has no children");
	ok(json_text(parse(STR("{\"a\":\"\"}")), &a).ptr == NULL &&
		json_text(json_get(parse(STR("{\"a\":\"\"}")), STR("a")), &a)
			.ptr != NULL,
	    "an empty string is there");
}

static bool
get_is(const char *text, struct str key, int64_t want)
{
	int64_t n;

	return json_whole(json_get(parse(str_of(text)), key), &n) && n == want;
}

static void
keys(void)
{
	struct json j;

	ok(get_is("{\"a\":1,\"b\":2,\"a\":3}", STR("a"), 3),
	    "of duplicate keys the last one wins");
	ok(get_is("{\"a\":1,\"\\u0061\":2}", STR("a"), 2) &&
		get_is("{\"\\u0061\":1,\"a\":2}", STR("a"), 2),
	    "escaped or not");
	ok(get_is("{\"ab\":1,\"a\":2,\"abc\":3}", STR("a"), 2) &&
		get_is("{\"ab\":1,\"a\":2,\"abc\":3}", STR("ab"), 1),
	    "a prefix is another key");
	ok(get_is("{\"\":1,\" \":2}", STR(""), 1), "the empty key is a key");
	ok(get_is(
	       "{\"\\n\\\"\\\\\\/\\b\\f\\r\\t\":5}", STR("\n\"\\/\b\f\r\t"), 5),
	    "short escapes in keys mean what they mean");
	ok(get_is("{\"\\u20ac\\ud83d\\ude00!\":5}",
	       STR("\xe2\x82\xac\xf0\x9f\x98\x80!"), 5),
	    "so do long ones and pairs");
	ok(get_is("{\"\\u0000\":5}", STR("\0"), 5), "a key may be a NUL");
	ok(!json_get(parse(STR("{\"\\\\n\":5}")), STR("\n")).doc &&
		get_is("{\"\\\\n\":5}", STR("\\n"), 5),
	    "an escaped backslash is a backslash");
	ok(!json_get(parse(STR("{\"\\n\":5}")), STR("\\n")).doc,
	    "the letters of an escape are not its meaning");
	ok(!json_get(parse(STR("{\"\\u0061b\":5}")), STR("a")).doc &&
		!json_get(parse(STR("{\"\\u0061\":5}")), STR("ab")).doc &&
		!json_get(parse(STR("{\"\\u00e9\":5}")), STR("\xc3")).doc &&
		!json_get(parse(STR("{\"\\n\":5}")), STR("")).doc,
	    "an escaped key is compared to its end");
	j = parse(STR("{\"a\":{\"b\":{\"c\":7}},\"b\":8}"));
	ok(json_type(json_get(j, STR("c"))) == JSON_NONE &&
		str_eq(
		    json_source(json_get(
			json_get(json_get(j, STR("a")), STR("b")), STR("c"))),
		    STR("7")),
	    "inner keys are found inside only");
	j = json_first(parse(STR("{\"x\\ty\":[1,{\"k\":2}],\"z\":3}")));
	ok(str_eq(json_key(j, &a), STR("x\ty")) &&
		str_eq(json_key(json_next(j), &a), STR("z")) &&
		!json_next(json_next(j)).doc,
	    "members come in order, each with its key");
}

static bool
text_is(const char *json, struct str want)
{
	return str_eq(json_text(parse(str_of(json)), &a), want);
}

static void
strings(void)
{
	struct str plain = STR(" \"plain \xc3\xa9\" ");
	size_t wrong = 0;

	ok(text_is("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", STR("\"\\/\b\f\n\r\t")),
	    "short escapes mean what RFC 8259 says");
	ok(text_is("\"a\\u00E9\\u20aC\\uD83D\\uDE00z\"",
	       STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z")),
	    "long ones become UTF-8, pairs too");
	ok(text_is("\"\\udbff\\udfff\\ud800\\udc00\"",
	       STR("\xf4\x8f\xbf\xbf\xf0\x90\x80\x80")),
	    "up to both ends of the planes");
	ok(text_is("\"\\u0000x\"", STR("\0x")), "a NUL is a byte");
	ok(text_is("\"\\ud83d\"", STR("\xef\xbf\xbd")) &&
		text_is("\"\\ude00\"", STR("\xef\xbf\xbd")) &&
		text_is(
		    "\"\\ude00\\ud83d\"", STR("\xef\xbf\xbd\xef\xbf\xbd")) &&
		text_is("\"\\ud83d\\n\"", STR("\xef\xbf\xbd\n")) &&
		text_is("\"\\ud83d\\\\ude00\"", STR("\xef\xbf\xbd\\ude00")) &&
		text_is("\"\\ud83dxude00\"", STR("\xef\xbf\xbdxude00")) &&
		text_is("\"\\ud83d\\u0041\"", STR("\xef\xbf\xbd"
						  "A")),
	    "half a pair becomes U+FFFD and harms no neighbour");
	ok(text_is("\"\\ud83d\\ud83d\\ude00\"",
	       STR("\xef\xbf\xbd\xf0\x9f\x98\x80")),
	    "even if that is a pair");
	ok(text_is("\"\"", STR("")), "an empty string is empty");
	ok(json_text(parse(plain), &a).ptr == plain.ptr + 2,
	    "a string without escapes is not copied");
	for (unsigned code = 0; code < 0x10000; code++) {
		char json[16], want[4];
		bool half = code >= 0xd800 && code < 0xe000;
		size_t n = utf8_put(want, half ? 0xfffd : code);

		snprintf(json, sizeof(json), "\"\\u%04x\"", code);
		wrong += !text_is(json, (struct str){ want, n });
		if (code % 256 == 0)
			arena_reset(&a);
	}
	ok(wrong == 0, "all 65,536 code units become what they should");
}

static void
whole_numbers(void)
{
	static const struct {
		const char *text;
		int64_t value;
	} good_[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "-0.0e5", 0 },
		{ "0e999999999999999999999", 0 },
		{ "0.000e-5", 0 },
		{ "7", 7 },
		{ "-7", -7 },
		{ "2.0", 2 },
		{ "1e3", 1000 },
		{ "1E+3", 1000 },
		{ "1.5e1", 15 },
		{ "-1.25e2", -125 },
		{ "1000e-3", 1 },
		{ "12300e-2", 123 },
		{ "0.001e3", 1 },
		{ "0.00000000000000000001e20", 1 },
		{ "100000000000000000000000e-23", 1 },
		{ "1463747292064", 1463747292064 },
		{ "9223372036854775807", INT64_MAX },
		{ "9223372036854775807.000", INT64_MAX },
		{ "922337203685477580.7e1", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
		{ "-9.223372036854775808e18", INT64_MIN },
		{ "9e18", 9000000000000000000 },
		{ "1e00000000000000000000000001", 10 },
	};
	static const char *const bad_[] = { "1.5", "1e-1", "0.1", "15e-1",
		"9223372036854775808", "-9223372036854775809", "1e19",
		"10000000000000000000", "9999999999999999999", "99e18",
		"1e99999999999999999999", "1e-99999999999999999999",
		"1e9223372036854775807", "1e2147483648", "1e4294967296",
		"0.1e-18446744073709551615", "\"5\"", "null", "true", "[5]",
		"{}" };
	char name[80];
	int64_t n;

	for (size_t i = 0; i < COUNT(good_); i++) {
		snprintf(name, sizeof(name), "%s is whole", good_[i].text);
		ok(json_whole(parse(str_of(good_[i].text)), &n) &&
			n == good_[i].value,
		    name);
	}
	for (size_t i = 0; i < COUNT(bad_); i++) {
		n = 42;
		snprintf(name, sizeof(name), "%s is not whole", bad_[i]);
		ok(!json_whole(parse(str_of(bad_[i])), &n) && n == 42, name);
	}
}

static bool
real_is(const char *text, double want)
{
	double d = NAN;

	return json_real(parse(str_of(text)), &d) && !memcmp(&d, &want, 8);
}

/* Random doubles, printed so that only one double is nearest. */
static size_t
round_trips(void)
{
	uint64_t x = 88172645463325252;
	size_t right = 0;
	char text[64];

	for (int i = 0; i < 20000; i++) {
		double d;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(&d, &x, sizeof(d));
		if (!isfinite(d))
			d = (double)x;
		snprintf(text, sizeof(text), "%.17g", d);
		right += real_is(text, d);
		arena_reset(&a);
	}
	return right;
}

/* A number with so many digits that they have to be cut. */
static bool
long_real(const char *front, char fill, size_t n, const char *end, double want)
{
	size_t f = strlen(front), e = strlen(end);
	char *text = malloc(f + n + e + 1);
	bool right;

	memcpy(text, front, f);
	memset(text + f, fill, n);
	memcpy(text + f + n, end, e + 1);
	right = real_is(text, want);
	arena_reset(&a);
	free(text);
	return right;
}

static void
real_numbers(void)
{
	double d = 42;

	ok(real_is("0", 0.0) && real_is("-0", -0.0) && real_is("0.0e9", 0.0),
	    "zero is zero, and has a sign");
	ok(real_is("1", 1) && real_is("-1.5", -1.5) && real_is("1e3", 1000) &&
		real_is("0.1", 0.1) && real_is("123.456e-2", 1.23456),
	    "plain numbers are what they say");
	ok(real_is("1.7976931348623157e308", DBL_MAX) &&
		real_is("2.2250738585072014e-308", DBL_MIN) &&
		real_is("4.9406564584124654e-324", DBL_TRUE_MIN),
	    "the ends of the range are exact");
	ok(real_is("9007199254740993", 9007199254740992.0) &&
		real_is("9007199254740993.00000000000000000000001",
		    9007199254740994.0),
	    "a tie goes to even, and a hair beyond it does not");
	ok(long_real("9007199254740993.", '0', 900, "", 9007199254740992.0) &&
		long_real(
		    "9007199254740993.", '0', 900, "1", 9007199254740994.0) &&
		long_real("9007199254740993", '0', 5000, "1e-5001",
		    9007199254740994.0),
	    "even when the hair is a thousand digits away");
	ok(long_real("0.", '0', 100000, "5e100001", 5.0) &&
		long_real("5", '0', 100000, "e-100000", 5.0) &&
		long_real("", '9', 100000, "e-100000", 1.0),
	    "100,000 digits are read whole");
	ok(real_is("1e-400", 0.0) && real_is("-1e-99999999999", -0.0),
	    "what is too small is zero");
	ok(!json_real(parse(STR("1e309")), &d) &&
		!json_real(parse(STR("-1e99999999999999999999")), &d) &&
		!json_real(parse(STR("\"1\"")), &d) &&
		!json_real(parse(STR("null")), &d) && d == 42,
	    "what is too large, or no number, is refused");
	ok(round_trips() == 20000, "20,000 random doubles are read exactly");
	if (setlocale(LC_ALL, "de_DE.UTF-8") || setlocale(LC_ALL, "fr_FR.utf8"))
		ok(real_is("1.5", 1.5), "a locale with a comma has no say");
	setlocale(LC_ALL, "C");
}

static void
sources(void)
{
	struct str text = STR(" { \"a\" : [ 1 , \"x\\n\" ] , \"b\" : {} } ");
	struct json j = parse(text), list = json_get(j, STR("a"));

	ok(str_eq(json_source(j), str_trim(text)),
	    "a source is without the space around it");
	ok(str_eq(json_source(list), STR("[ 1 , \"x\\n\" ]")) &&
		str_eq(json_source(json_first(list)), STR("1")),
	    "and as it stands in the text");
	ok(str_eq(json_source(json_next(json_first(list))), STR("\"x\\n\"")) &&
		str_eq(json_source(json_get(j, STR("b"))), STR("{}")),
	    "a string's has its quotes");
	ok(str_eq(json_source(parse(STR("\t\"q\" "))), STR("\"q\"")) &&
		str_eq(json_source(parse(STR("\n-5.0\r"))), STR("-5.0")),
	    "a lone scalar's too");
}

/* {"k0":[0,{}],...} of so many members. */
static struct str
wide(size_t members)
{
	char *text = malloc(members * 24 + 3);
	size_t n = 0;

	text[n++] = '{';
	for (size_t i = 0; i < members; i++)
		n += (size_t)sprintf(
		    text + n, "%s\"k%zu\":[%zu,{}]", i ? "," : "", i, i);
	text[n++] = '}';
	return (struct str){ text, n };
}

static void
wide_object(void)
{
	struct str text = wide(600000);
	struct json j = parse(text), last;
	size_t n = 0;

	ok(json_count(j) == 600000, "an object may have 600,000 keys");
	last = json_get(j, STR("k599999"));
	ok(str_eq(json_source(json_first(last)), STR("599999")),
	    "the last of them is found");
	ok(!json_get(j, STR("k600000")).doc, "and one more is not");
	for (struct json m = json_first(j); m.doc; m = json_next(m))
		n += json_count(m) == 2;
	ok(n == 600000, "one walk meets them all");
	free((void *)(uintptr_t)text.ptr);
	arena_reset(&a);
}

/* Asking the first member of each record must not walk the others. */
static void
records(void)
{
	struct str one = wide(200);
	size_t n = 0, len = 1;
	char *text = malloc(501 * (one.len + 1));
	struct json j;

	text[0] = '[';
	for (int i = 0; i < 500; i++) {
		memcpy(text + len, one.ptr, one.len);
		len += one.len;
		text[len++] = i < 499 ? ',' : ']';
	}
	j = parse((struct str){ text, len });
	for (struct json r = json_first(j); r.doc; r = json_next(r))
		n += json_get(r, STR("k0")).doc &&
		     json_get(r, STR("k99")).doc && !json_get(r, STR("x")).doc;
	ok(n == 500, "500 records are asked for three keys each");
	free((void *)(uintptr_t)one.ptr);
	free(text);
	arena_reset(&a);
}

int
main(void)
{
	texts();
	types();
	absence();
	keys();
	strings();
	whole_numbers();
	real_numbers();
	sources();
	wide_object();
	records();
	arena_free(&a);
	return done();
}
