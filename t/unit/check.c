/* SPDX-License-Identifier: ISC */
/* The checker against RFC 8259: what it must accept, what it must refuse. */
#include "json/check.h"

#include <stdlib.h>

#include "t/unit/json_texts.h"
#include "t/unit/tap.h"

static const struct json_limits all = { SIZE_MAX, JSON_MAX_DEPTH, false,
	false };

/* clang-format off */
static const struct {
	const char *what;
	struct json_limits limits;
	enum json_fault fault;
	size_t at;
	const char *text;
} limited[] = {
	{ "a lone high half is refused as plain text",
	    { 9, 9, true, false }, JSON_LONE_SURROGATE, 3, "[\"a\\ud83d\"]" },
	{ "a lone low half is refused as plain text",
	    { 9, 9, true, false }, JSON_LONE_SURROGATE, 2, "[\"\\ude00\"]" },
	{ "two high halves are refused as plain text",
	    { 9, 9, true, false }, JSON_LONE_SURROGATE, 2,
	    "[\"\\ud83d\\ud83d\"]" },
	{ "a pair in the wrong order is refused as plain text",
	    { 9, 9, true, false }, JSON_LONE_SURROGATE, 2,
	    "[\"\\ude00\\ud83d\"]" },
	{ "a high half before another escape is refused as plain text",
	    { 9, 9, true, false }, JSON_LONE_SURROGATE, 2,
	    "[\"\\ud83d\\n12345\"]" },
	{ "a high half before letters is refused as plain text",
	    { 9, 9, true, false }, JSON_LONE_SURROGATE, 2,
	    "[\"\\ud83dude00xx\"]" },
	{ "a high half before a broken escape is refused as plain text",
	    { 9, 9, true, false }, JSON_LONE_SURROGATE, 2,
	    "[\"\\ud83d\\udx00\"]" },
	{ "a low half behind a pair is refused as plain text",
	    { 9, 9, true, false }, JSON_LONE_SURROGATE, 14,
	    "[\"\\ud83d\\ude00\\ude00\"]" },
	{ "a lone half is refused in a key too",
	    { 9, 9, true, false }, JSON_LONE_SURROGATE, 2,
	    "{\"\\ud83d\":1}" },
	{ "a pair is plain text",
	    { 9, 9, true, false }, JSON_FINE, 0, "[\"\\ud83d\\ude00\"]" },
	{ "the highest pair is plain text",
	    { 9, 9, true, false }, JSON_FINE, 0, "[\"\\udbff\\udfff\"]" },
	{ "\\u0000 is refused as plain text",
	    { 9, 9, true, false }, JSON_NUL, 3, "[\"a\\u0000\"]" },
	{ "\\u0000 is refused in a key too",
	    { 9, 9, true, false }, JSON_NUL, 2, "{\"\\u0000\":1}" },
	{ "\\u0001 is plain text",
	    { 9, 9, true, false }, JSON_FINE, 0, "[\"\\u0001\"]" },
	{ "an array is not an object",
	    { 9, 9, false, true }, JSON_NOT_OBJECT, 1, " []" },
	{ "a string is not an object",
	    { 9, 9, false, true }, JSON_NOT_OBJECT, 0, "\"{}\"" },
	{ "a number is not an object",
	    { 9, 9, false, true }, JSON_NOT_OBJECT, 0, "5" },
	{ "a word is not an object",
	    { 9, 9, false, true }, JSON_NOT_OBJECT, 0, "null" },
	{ "nothing is a syntax error, object wanted or not",
	    { 9, 9, false, true }, JSON_SYNTAX, 0, "" },
	{ "a bracket closed at the top is a syntax error then too",
	    { 9, 9, false, true }, JSON_SYNTAX, 0, "}" },
	{ "an object is an object",
	    { 9, 9, false, true }, JSON_FINE, 0, " {} " },
	{ "arrays inside an object are no matter",
	    { 9, 9, false, true }, JSON_FINE, 0, "{\"a\":[[]]}" },
	{ "as many tokens as the limit are fine",
	    { 5, 9, false, false }, JSON_FINE, 0, "{\"a\":1,\"b\":2}" },
	{ "a value too many is refused where it stands",
	    { 4, 9, false, false }, JSON_TOO_MANY, 11, "{\"a\":1,\"b\":2}" },
	{ "a key too many is refused where it stands",
	    { 3, 9, false, false }, JSON_TOO_MANY, 7, "{\"a\":1,\"b\":2}" },
	{ "a word too many is refused where it stands",
	    { 1, 9, false, false }, JSON_TOO_MANY, 1, "[null]" },
	{ "a string too many is refused where it stands",
	    { 1, 9, false, false }, JSON_TOO_MANY, 1, "[\"\"]" },
	{ "a bracket too many is refused where it stands",
	    { 1, 9, false, false }, JSON_TOO_MANY, 1, "[[]]" },
	{ "no token at all can be allowed",
	    { 0, 9, false, false }, JSON_TOO_MANY, 0, "{}" },
	{ "brackets as deep as the limit are fine",
	    { 9, 2, false, false }, JSON_FINE, 0, "[{},[],{}]" },
	{ "a bracket too deep is refused where it stands",
	    { 9, 2, false, false }, JSON_TOO_DEEP, 2, "[[[]]]" },
	{ "depth 0 leaves scalars",
	    { 9, 0, false, false }, JSON_FINE, 0, "5" },
	{ "depth 0 refuses brackets",
	    { 9, 0, false, false }, JSON_TOO_DEEP, 0, "{}" },
	{ "a fault is told at its byte: a letter",
	    { 9, 9, false, false }, JSON_SYNTAX, 3, "[1,x]" },
	{ "a fault is told at its byte: a misspelt word",
	    { 9, 9, false, false }, JSON_SYNTAX, 4, "[trux]" },
	{ "a fault is told at its byte: a bad escape",
	    { 9, 9, false, false }, JSON_SYNTAX, 4, "[\"a\\x\"]" },
	{ "a fault is told at its byte: a bad digit behind \\u",
	    { 9, 9, false, false }, JSON_SYNTAX, 6, "[\"\\u12x4\"]" },
	{ "a fault is told at its byte: the end",
	    { 9, 9, false, false }, JSON_SYNTAX, 6, "{\"a\":1" },
	{ "broken UTF-8 is told at its first byte",
	    { 9, 9, false, false }, JSON_NOT_UTF8, 3, "[\"a\xe2\x82\"]" },
};
/* clang-format on */

static enum json_fault
check(struct str text, const struct json_limits *limits, size_t *tokens)
{
	size_t at = SIZE_MAX;
	/* A copy of its very size, so that a sanitizer sees a step outside. */
	char *copy = malloc(text.len + !text.len);
	enum json_fault fault;

	memcpy(copy, text.ptr, text.len);
	fault = json_check((struct str){ copy, text.len }, limits, tokens, &at);
	free(copy);
	/* A place outside of the text makes whatever was expected fail. */
	return fault && at > text.len ? (enum json_fault) - 1 : fault;
}

static bool
accepts(struct str text)
{
	size_t tokens;

	return check(text, &all, &tokens) == JSON_FINE;
}

static bool
refuses(struct str text)
{
	size_t tokens;
	enum json_fault fault = check(text, &all, &tokens);

	return fault == JSON_SYNTAX || fault == JSON_NOT_UTF8;
}

static void
tables(void)
{
	char name[200];
	size_t tokens, at;

	for (size_t i = 0; i < COUNT(good); i++) {
		const struct text *t = &good[i];

		snprintf(name, sizeof(name), "%s is accepted", t->what);
		ok(!check(t->text, &all, &tokens) && tokens == t->tokens, name);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(name, sizeof(name), "%s is refused", bad[i].what);
		ok(refuses(bad[i].text), name);
	}
	for (size_t i = 0; i < COUNT(limited); i++) {
		enum json_fault fault = json_check(
		    str_of(limited[i].text), &limited[i].limits, &tokens, &at);

		ok(fault == limited[i].fault && (!fault || at == limited[i].at),
		    limited[i].what);
	}
}

/* What follows from a text of each kind, cut or put inside another. */
static void
every_cut(void)
{
	struct str whole = STR("{\"a\":[1,-0.5e+7,\"\\u00e9\\n\xe2\x82\xac\","
			       "true,false,null,{\"b\":{}},[[]]]}");
	size_t refused = 0, kept = 0;
	char text[400];

	for (size_t i = 0; i < whole.len; i++)
		refused += refuses((struct str){ whole.ptr, i });
	ok(accepts(whole) && refused == whole.len,
	    "a text cut short at any byte is refused");

	refused = 0;
	for (size_t i = 1; i < whole.len; i++)
		refused += refuses(str_from(whole, i));
	ok(refused == whole.len - 1, "a text without its beginning is refused");

	for (size_t i = 0; i < COUNT(good); i++) {
		int n = snprintf(text, sizeof(text), "{\"k\":[0,%.*s,{}]}",
		    STR_ARGS(good[i].text));

		kept += accepts((struct str){ text, (size_t)n });
	}
	ok(kept == COUNT(good), "what is accepted alone is so inside another");
}

static void
every_byte(void)
{
	size_t spaces = 0, escapes = 0, plain = 0, hex = 0;

	for (int c = 0; c < 256; c++) {
		char space[] = { '[', (char)c, '1', ']' };
		char escape[] = { '"', '\\', (char)c, '"' };
		char letter[] = { '"', (char)c, '"' };
		char digit[] = "\"\\u123?\"";

		digit[6] = (char)c;
		spaces += c != '-' && (c < '1' || c > '9') &&
			  accepts((struct str){ space, sizeof(space) });
		escapes += accepts((struct str){ escape, sizeof(escape) });
		plain += accepts((struct str){ letter, sizeof(letter) });
		hex += accepts((struct str){ digit, sizeof(digit) - 1 });
	}
	ok(spaces == 4, "four bytes are white space");
	ok(escapes == 8, "eight letters make a short escape");
	ok(plain == 128 - 32 - 2, "94 bytes stand for themselves in a string");
	ok(hex == 22, "22 characters are hexadecimal digits");
}

/* The fast path looks at eight bytes at once. */
static void
every_place(char among, const char *name)
{
	char text[34];
	size_t refused = 0, kept = 0;

	for (size_t i = 1; i < sizeof(text) - 1; i++)
		for (int c = 0; c < 256; c++) {
			memset(text, among, sizeof(text));
			text[0] = text[sizeof(text) - 1] = '"';
			text[i] = (char)c;
			kept += accepts((struct str){ text, sizeof(text) });
			refused += refuses((struct str){ text, sizeof(text) });
		}
	/* A backslash before a space or before the last quote is wrong. */
	ok(refused == 32 * (32 + 128 + 2) && kept == 32 * 94, name);
}

static void
every_code_unit(void)
{
	static const struct json_limits plain = { 9, 9, true, false };
	size_t lone = 0, nul = 0, fine = 0, tokens;

	for (unsigned code = 0; code < 0x10000; code++) {
		char text[16];
		enum json_fault fault;

		snprintf(text, sizeof(text), "\"\\u%04x\"", code);
		fault = check(str_of(text), &plain, &tokens);
		lone += fault == JSON_LONE_SURROGATE;
		nul += fault == JSON_NUL;
		fine += fault == JSON_FINE;
	}
	ok(lone == 2048 && nul == 1 && fine == 65536 - 2049,
	    "plain text refuses 2,048 code units for halves, and one for NUL");
}

static struct str
repeat(const char *open, size_t n, const char *middle, const char *shut)
{
	size_t a = strlen(open), b = strlen(middle), c = strlen(shut);
	char *text = malloc(n * (a + c) + b + 1);

	for (size_t i = 0; i < n; i++) {
		memcpy(text + i * a, open, a);
		memcpy(text + n * a + b + i * c, shut, c);
	}
	memcpy(text + n * a, middle, b);
	return (struct str){ text, n * (a + c) + b };
}

static enum json_fault
check_repeat(const char *open, size_t n, const char *middle, const char *shut)
{
	struct str text = repeat(open, n, middle, shut);
	size_t tokens;
	enum json_fault fault = check(text, &all, &tokens);

	free((void *)(uintptr_t)text.ptr);
	return fault;
}

static void
depth(void)
{
	ok(!check_repeat("[", 512, "", "]"), "512 arrays deep is accepted");
	ok(check_repeat("[", 513, "", "]") == JSON_TOO_DEEP,
	    "513 arrays deep is too deep");
	ok(!check_repeat("{\"a\":", 512, "0", "}"),
	    "512 objects deep is accepted");
	ok(check_repeat("{\"a\":", 513, "0", "}") == JSON_TOO_DEEP,
	    "513 objects deep is too deep");
	ok(check_repeat("[{\"a\":", 256, "[]", "}]") == JSON_TOO_DEEP,
	    "the innermost bracket counts");
	ok(!check_repeat("[{\"a\":", 256, "0", "}]"),
	    "brackets of both kinds are told apart at all depths");
	ok(check_repeat("[{\"a\":", 256, "0", "]}") == JSON_SYNTAX,
	    "and crossed ones are found at the bottom");
	ok(check_repeat("[", 100000, "", "]") == JSON_TOO_DEEP,
	    "100,000 brackets are refused, closed");
	ok(check_repeat("[", 100000, "", "") == JSON_TOO_DEEP, "and open");
}

static void
size(void)
{
	struct str text = repeat("{\"key\":1},", 1000000, "0]", "");
	char *first = (char *)(uintptr_t)text.ptr;
	struct json_limits limits = all;
	size_t tokens, at;

	ok(json_check(text, &limits, &tokens, &at) == JSON_SYNTAX && at == 9,
	    "a million objects without a bracket end at the first comma");
	*first = '[';
	memset(first + 1, ' ', 9);
	ok(!json_check(text, &limits, &tokens, &at) && tokens == 2999999,
	    "a million keys are counted one by one");
	limits.tokens = 4096;
	ok(json_check(text, &limits, &tokens, &at) == JSON_TOO_MANY &&
		at < 20000,
	    "and with a limit the checker stops there");
	free(first);
}

int
main(void)
{
	size_t tokens = 0, at = 9;
	bool told = true;

	ok(json_check(NO_STR, &all, &tokens, &at) == JSON_SYNTAX && at == 0,
	    "an absent text is refused");
	for (enum json_fault f = JSON_FINE; f <= JSON_NOT_OBJECT; f++)
		told = told && strlen(json_fault_text(f)) > 5;
	ok(told, "every fault has words");
	tables();
	every_cut();
	every_byte();
	every_place('x', "a byte is judged alike anywhere in a string");
	every_place(' ', "among spaces too");
	every_place('\x7f', "and among the highest of ASCII");
	every_code_unit();
	depth();
	size();
	return done();
}
