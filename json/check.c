/* SPDX-License-Identifier: ISC */
/* The checker: a table of what may stand where, a bit for each open bracket. */
#include "json/check.h"

#include "json/plain.h"
#include "json/utf8.h"

enum byte_class {
	STRANGE,
	SPACE,
	OBJECT,
	OBJECT_END,
	ARRAY,
	ARRAY_END,
	COMMA,
	COLON,
	QUOTE,
	DIGIT,
	WORD,
	CLASSES,
};

static const unsigned char class_of[256] = {
	[' '] = SPACE,
	['\t'] = SPACE,
	['\n'] = SPACE,
	['\r'] = SPACE,
	['{'] = OBJECT,
	['}'] = OBJECT_END,
	['['] = ARRAY,
	[']'] = ARRAY_END,
	[','] = COMMA,
	[':'] = COLON,
	['"'] = QUOTE,
	['-'] = DIGIT,
	['0' ... '9'] = DIGIT,
	['t'] = WORD,
	['f'] = WORD,
	['n'] = WORD,
};

enum place {
	AT_TOP,
	AT_TOP_OBJECT, /* if object_only */
	AT_ELEMENT,    /* of an array, the first */
	AT_VALUE,
	AT_MEMBER, /* of an object, the first */
	AT_KEY,
	BEHIND_KEY,
	BEHIND_ELEMENT,
	BEHIND_MEMBER,
	BEHIND_TOP,
	PLACES,
};

struct scan {
	const char *at, *end; /* after a fault, at is the offending byte */
	const struct json_limits *limits;
	size_t tokens;
	enum place place;
	unsigned depth;
	uint64_t objects[JSON_MAX_DEPTH / 64]; /* a bit per level; 0: array */
};

typedef enum json_fault step(struct scan *);

static bool
here(const struct scan *s, char c)
{
	return s->at < s->end && *s->at == c;
}

static enum json_fault
token(struct scan *s)
{
	return ++s->tokens > s->limits->tokens ? JSON_TOO_MANY : JSON_FINE;
}

static bool
in_object(const struct scan *s)
{
	unsigned level = s->depth - 1;

	return s->objects[level / 64] >> level % 64 & 1;
}

static enum json_fault
value_done(struct scan *s)
{
	if (s->depth == 0)
		s->place = BEHIND_TOP;
	else
		s->place = in_object(s) ? BEHIND_MEMBER : BEHIND_ELEMENT;
	return JSON_FINE;
}

static enum json_fault
open_bracket(struct scan *s)
{
	uint64_t bit = (uint64_t)1 << s->depth % 64, *word;

	if (s->depth >= s->limits->depth || s->depth >= JSON_MAX_DEPTH)
		return JSON_TOO_DEEP;
	if (token(s))
		return JSON_TOO_MANY;
	word = &s->objects[s->depth / 64];
	*word = *s->at == '{' ? *word | bit : *word & ~bit;
	s->place = *s->at == '{' ? AT_MEMBER : AT_ELEMENT;
	s->depth++;
	s->at++;
	return JSON_FINE;
}

static enum json_fault
close_bracket(struct scan *s)
{
	s->depth--;
	s->at++;
	return value_done(s);
}

static enum json_fault
comma(struct scan *s)
{
	s->place = s->place == BEHIND_MEMBER ? AT_KEY : AT_VALUE;
	s->at++;
	return JSON_FINE;
}

static enum json_fault
colon(struct scan *s)
{
	s->place = AT_VALUE;
	s->at++;
	return JSON_FINE;
}

static bool
four_hex(struct scan *s, uint32_t *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++, s->at++) {
		int digit = s->at < s->end ? hex_value(*s->at) : -1;

		if (digit < 0)
			return false;
		*code = *code << 4 | (uint32_t)digit;
	}
	return true;
}

static bool
low_surrogate_follows(struct scan *s)
{
	uint32_t code;

	if (s->end - s->at < 6 || s->at[0] != '\\' || s->at[1] != 'u')
		return false;
	s->at += 2;
	return four_hex(s, &code) && is_low_surrogate(code);
}

/* Behind \u: four digits, and the other half of a pair. */
static enum json_fault
code_unit(struct scan *s)
{
	const char *backslash = s->at - 2;
	enum json_fault fault = JSON_FINE;
	uint32_t code;

	if (!four_hex(s, &code))
		return JSON_SYNTAX;
	if (!s->limits->plain_text)
		return JSON_FINE;
	if (code == 0)
		fault = JSON_NUL;
	else if (is_low_surrogate(code) ||
		 (is_high_surrogate(code) && !low_surrogate_follows(s)))
		fault = JSON_LONE_SURROGATE;
	if (fault)
		s->at = backslash;
	return fault;
}

static enum json_fault
escape(struct scan *s)
{
	s->at++;
	if (here(s, 'u')) {
		s->at++;
		return code_unit(s);
	}
	if (s->at == s->end || !memchr("\"\\/bfnrt", *s->at, 8))
		return JSON_SYNTAX;
	s->at++;
	return JSON_FINE;
}

static enum json_fault
beyond_ascii(struct scan *s)
{
	while (s->at < s->end && *s->at & 0x80) {
		size_t left = (size_t)(s->end - s->at);
		size_t n = utf8_length((struct str){ s->at, left });

		if (n == 0)
			return JSON_NOT_UTF8;
		s->at += n;
	}
	return JSON_FINE;
}

static enum json_fault
quoted(struct scan *s)
{
	enum json_fault fault = token(s);

	if (!fault)
		s->at++;
	while (!fault) {
		size_t left = (size_t)(s->end - s->at);

		s->at += plain_run((struct str){ s->at, left }, true);
		if (here(s, '"')) {
			s->at++;
			break;
		}
		if (here(s, '\\'))
			fault = escape(s);
		else if (s->at < s->end && *s->at & 0x80)
			fault = beyond_ascii(s);
		else
			fault = JSON_SYNTAX;
	}
	return fault;
}

static enum json_fault
key(struct scan *s)
{
	s->place = BEHIND_KEY;
	return quoted(s);
}

static enum json_fault
string(struct scan *s)
{
	enum json_fault fault = quoted(s);

	return fault ? fault : value_done(s);
}

static bool
digits(struct scan *s)
{
	const char *first = s->at;

	while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
		s->at++;
	return s->at > first;
}

static bool
skip(struct scan *s, char a, char b)
{
	bool found = here(s, a) || here(s, b);

	s->at += found;
	return found;
}

static enum json_fault
number(struct scan *s)
{
	if (token(s))
		return JSON_TOO_MANY;
	skip(s, '-', '-');
	if (!skip(s, '0', '0') && !digits(s))
		return JSON_SYNTAX;
	if (skip(s, '.', '.') && !digits(s))
		return JSON_SYNTAX;
	if (skip(s, 'e', 'E')) {
		skip(s, '+', '-');
		if (!digits(s))
			return JSON_SYNTAX;
	}
	return value_done(s);
}

static enum json_fault
word(struct scan *s)
{
	const char *c = *s->at == 't'   ? "true"
			: *s->at == 'f' ? "false"
					: "null";

	if (token(s))
		return JSON_TOO_MANY;
	for (; *c; c++, s->at++)
		if (!here(s, *c))
			return JSON_SYNTAX;
	return value_done(s);
}

static enum json_fault
not_object(struct scan *s)
{
	(void)s;
	return JSON_NOT_OBJECT;
}

/* clang-format off */
#define VALUE \
	[OBJECT] = open_bracket, [ARRAY] = open_bracket, [QUOTE] = string, \
	[DIGIT] = number, [WORD] = word

static step *const steps[PLACES][CLASSES] = {
	[AT_TOP] = { VALUE },
	[AT_TOP_OBJECT] = { [OBJECT] = open_bracket, [ARRAY] = not_object,
	    [QUOTE] = not_object, [DIGIT] = not_object, [WORD] = not_object },
	[AT_ELEMENT] = { VALUE, [ARRAY_END] = close_bracket },
	[AT_VALUE] = { VALUE },
	[AT_MEMBER] = { [QUOTE] = key, [OBJECT_END] = close_bracket },
	[AT_KEY] = { [QUOTE] = key },
	[BEHIND_KEY] = { [COLON] = colon },
	[BEHIND_ELEMENT] = { [COMMA] = comma, [ARRAY_END] = close_bracket },
	[BEHIND_MEMBER] = { [COMMA] = comma, [OBJECT_END] = close_bracket },
};
/* clang-format on */

static enum json_fault
scan(struct scan *s)
{
	enum json_fault fault = JSON_FINE;

	while (!fault && s->at < s->end) {
		unsigned char class = class_of[(unsigned char)*s->at];
		step *take = steps[s->place][class];

		if (take)
			fault = take(s);
		else if (class == SPACE)
			s->at++;
		else
			fault = JSON_SYNTAX;
	}
	return fault || s->place == BEHIND_TOP ? fault : JSON_SYNTAX;
}

enum json_fault
json_check(struct str text, const struct json_limits *limits, size_t *tokens,
    size_t *at)
{
	struct scan s = {
		.at = text.ptr,
		.end = text.ptr ? text.ptr + text.len : NULL,
		.limits = limits,
		.place = limits->object_only ? AT_TOP_OBJECT : AT_TOP,
	};
	enum json_fault fault = scan(&s);

	if (fault)
		*at = text.ptr ? (size_t)(s.at - text.ptr) : 0;
	else
		*tokens = s.tokens;
	return fault;
}

const char *
json_fault_text(enum json_fault fault)
{
	static const char *const texts[] = {
		[JSON_FINE] = "is fine",
		[JSON_SYNTAX] = "is not valid JSON",
		[JSON_NOT_UTF8] = "is not valid UTF-8",
		[JSON_TOO_DEEP] = "is nested too deeply",
		[JSON_TOO_MANY] = "has too many values",
		[JSON_LONE_SURROGATE] = "has half of a surrogate pair",
		[JSON_NUL] = "has a NUL character",
		[JSON_NOT_OBJECT] = "is not an object",
	};

	return texts[fault];
}
