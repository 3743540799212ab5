/* SPDX-License-Identifier: ISC */
/* The reader: jsmn's tokens, and for each the next one on its level. */
#include "json/reader.h"

#include <limits.h>

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#include "json/plain.h"
#include "json/utf8.h"

/*
 * A token takes at least one byte of text: so all offsets fit jsmn's int, and
 * the size of all tokens fits any size_t.
 */
enum { MAX_TEXT = INT_MAX / (int)sizeof(jsmntok_t) };

struct json_doc {
	const char *text;
	jsmntok_t *tokens;
	uint32_t *next; /* of the same array or object; 0 behind the last */
};

static const struct json NONE = { NULL, 0 };

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* jsmn refuses a number or word that nothing follows. */
static void
lone_value(jsmntok_t *t, const char *first, struct str text)
{
	const char *end = text.ptr + text.len;
	bool quoted = *first == '"';

	while (is_space(end[-1]))
		end--;
	*t = (jsmntok_t){
		.type = quoted ? JSMN_STRING : JSMN_PRIMITIVE,
		.start = (int)(first - text.ptr) + quoted,
		.end = (int)(end - text.ptr) - quoted,
		.parent = -1,
	};
}

/* False would be a disagreement between the checker and jsmn. */
static bool
tokenise(jsmntok_t *tokens, unsigned count, struct str text)
{
	const char *first = text.ptr;
	jsmn_parser p;

	while (is_space(*first))
		first++;
	if (*first != '{' && *first != '[') {
		lone_value(tokens, first, text);
		return count == 1;
	}
	jsmn_init(&p);
	return jsmn_parse(&p, text.ptr, text.len, tokens, count) == (int)count;
}

/*
 * Backwards, so that whoever comes to a token has been at all that stand
 * behind it.  Until its own turn a bracket's slot holds the child seen last.
 * The children of an object are its keys, and a value goes with its key.
 */
static void
link_siblings(struct json_doc *d, uint32_t count)
{
	memset(d->next, 0, count * sizeof(*d->next));
	for (uint32_t i = count - 1; i > 0; i--) {
		uint32_t up = (uint32_t)d->tokens[i].parent;

		if (d->tokens[up].type == JSMN_STRING)
			continue;
		d->next[i] = d->next[up];
		if (d->tokens[up].type == JSMN_OBJECT)
			d->next[i + 1] = d->next[i] ? d->next[i] + 1 : 0;
		d->next[up] = i;
	}
	d->next[0] = 0;
}

enum json_fault
json_parse(struct arena *a, struct str text, const struct json_limits *limits,
    struct json *root, size_t *at)
{
	enum json_fault fault;
	struct json_doc *d;
	size_t count;

	*root = NONE;
	*at = MAX_TEXT;
	if (text.len > MAX_TEXT)
		return JSON_TOO_MANY;
	if ((fault = json_check(text, limits, &count, at)))
		return fault;
	d = arena_get(a, sizeof(*d));
	d->text = text.ptr;
	d->tokens = arena_get(a, count * sizeof(*d->tokens));
	d->next = arena_get(a, count * sizeof(*d->next));
	*at = 0;
	if (!tokenise(d->tokens, (unsigned)count, text))
		return JSON_SYNTAX;
	link_siblings(d, (uint32_t)count);
	*root = (struct json){ d, 0 };
	return JSON_FINE;
}

static struct str
raw(struct json j)
{
	const jsmntok_t *t = &j.doc->tokens[j.at];

	return (
	    struct str){ j.doc->text + t->start, (size_t)(t->end - t->start) };
}

enum json_type
json_type(struct json j)
{
	static const unsigned char types[] = {
		[JSMN_OBJECT] = JSON_OBJECT,
		[JSMN_ARRAY] = JSON_ARRAY,
		[JSMN_STRING] = JSON_STRING,
	};
	char c;

	if (!j.doc)
		return JSON_NONE;
	if (j.doc->tokens[j.at].type != JSMN_PRIMITIVE)
		return types[j.doc->tokens[j.at].type];
	c = raw(j).ptr[0];
	if (c == 'n')
		return JSON_NULL;
	return c == 't' || c == 'f' ? JSON_BOOL : JSON_NUMBER;
}

size_t
json_count(struct json j)
{
	enum json_type type = json_type(j);

	if (type != JSON_ARRAY && type != JSON_OBJECT)
		return 0;
	return (size_t)j.doc->tokens[j.at].size;
}

struct json
json_first(struct json j)
{
	if (json_count(j) == 0)
		return NONE;
	j.at += json_type(j) == JSON_OBJECT ? 2 : 1;
	return j;
}

struct json
json_next(struct json j)
{
	if (!j.doc || j.doc->next[j.at] == 0)
		return NONE;
	j.at = j.doc->next[j.at];
	return j;
}

static uint32_t
code_unit(const char *digits)
{
	uint32_t code = 0;

	for (int i = 0; i < 4; i++)
		code = code << 4 | (uint32_t)hex_value(digits[i]);
	return code;
}

static bool
low_surrogate(struct str s, uint32_t *code)
{
	if (s.len < 6 || s.ptr[0] != '\\' || s.ptr[1] != 'u')
		return false;
	*code = code_unit(s.ptr + 2);
	return is_low_surrogate(*code);
}

/*
 * Cuts the escape off the front of *s and writes what it means.  Half of a
 * surrogate pair means nothing, so it becomes U+FFFD.
 */
static size_t
unescape(struct str *s, char out[4])
{
	static const char meant[128] = { ['"'] = '"',
		['\\'] = '\\',
		['/'] = '/',
		['b'] = '\b',
		['f'] = '\f',
		['n'] = '\n',
		['r'] = '\r',
		['t'] = '\t' };
	char c = s->ptr[1];
	uint32_t code, low;

	if (c != 'u') {
		*s = str_from(*s, 2);
		out[0] = meant[(unsigned char)c];
		return 1;
	}
	code = code_unit(s->ptr + 2);
	*s = str_from(*s, 6);
	if (is_high_surrogate(code) && low_surrogate(*s, &low)) {
		*s = str_from(*s, 6);
		code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
	} else if (is_high_surrogate(code) || is_low_surrogate(code))
		code = 0xfffd;
	return utf8_put(out, code);
}

/* No escape is shorter than what it means. */
static struct str
decode(struct str s, struct arena *a)
{
	size_t run = str_find(s, '\\');
	char *text, *to;

	if (run == s.len)
		return s;
	text = to = arena_get(a, s.len);
	for (; s.len > 0; run = str_find(s, '\\')) {
		memcpy(to, s.ptr, run);
		to += run;
		s = str_from(s, run);
		if (s.len > 0)
			to += unescape(&s, to);
	}
	return (struct str){ text, (size_t)(to - text) };
}

/* Whether s means key, found without memory; an escape has 2 to 6 bytes. */
static bool
means(struct str s, struct str key)
{
	char c[4];

	if (s.len < key.len || s.len / 6 > key.len)
		return false;
	while (s.len > 0 && key.len > 0) {
		size_t n = 1;

		if (s.ptr[0] == '\\')
			n = unescape(&s, c);
		else {
			c[0] = s.ptr[0];
			s = str_from(s, 1);
		}
		if (key.len < n || memcmp(c, key.ptr, n))
			return false;
		key = str_from(key, n);
	}
	return s.len == key.len;
}

struct json
json_get(struct json object, struct str key)
{
	struct json found = NONE;

	if (json_type(object) != JSON_OBJECT)
		return NONE;
	for (struct json m = json_first(object); m.doc; m = json_next(m))
		if (means(raw((struct json){ m.doc, m.at - 1 }), key))
			found = m;
	return found;
}

struct str
json_key(struct json member, struct arena *a)
{
	const jsmntok_t *t;

	if (!member.doc || member.at == 0)
		return NO_STR;
	member.at--;
	t = &member.doc->tokens[member.at];
	/* Of all strings only keys have a size: their value. */
	if (t->type != JSMN_STRING || t->size == 0)
		return NO_STR;
	return decode(raw(member), a);
}

struct str
json_text(struct json j, struct arena *a)
{
	return json_type(j) == JSON_STRING ? decode(raw(j), a) : NO_STR;
}

bool
json_true(struct json j)
{
	return json_type(j) == JSON_BOOL && raw(j).ptr[0] == 't';
}

struct str
json_source(struct json j)
{
	struct str s;

	if (!j.doc)
		return NO_STR;
	s = raw(j);
	if (json_type(j) == JSON_STRING)
		return (struct str){ s.ptr - 1, s.len + 2 };
	return s;
}
