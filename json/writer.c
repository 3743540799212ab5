/* SPDX-License-Identifier: ISC */
/* The writer: text goes straight into the buffer. */
#include "json/writer.h"

#include <assert.h>

#include "json/plain.h"
#include "json/time.h"

/* Of an int64: a sign and 19 digits. */
enum { INT_TEXT = 20 };

static void
new_line(struct writer *w)
{
	size_t n = 1 + 2 * (size_t)w->depth;
	char *to = buf_room(w->out, n);

	memset(to, ' ', n);
	to[0] = '\n';
	w->out->len += n;
}

/* What stands between the value before and the one that comes. */
static void
separate(struct writer *w)
{
	if (w->depth > 0) {
		if (!w->fresh)
			buf_char(w->out, ',');
		if (w->pretty)
			new_line(w);
	}
	w->fresh = false;
}

static void
escape(struct buf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char letters[128] = { ['"'] = '"',
		['\\'] = '\\',
		['\b'] = 'b',
		['\f'] = 'f',
		['\n'] = 'n',
		['\r'] = 'r',
		['\t'] = 't' };
	char text[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	if (letters[c]) {
		text[1] = letters[c];
		buf_add(out, text, 2);
	} else
		buf_add(out, text, 6);
}

static void
quote(struct buf *out, struct str s)
{
	size_t run;

	buf_char(out, '"');
	while ((run = plain_run(s, false)) < s.len) {
		buf_add(out, s.ptr, run);
		escape(out, (unsigned char)s.ptr[run]);
		s = str_from(s, run + 1);
	}
	buf_add(out, s.ptr, s.len);
	buf_char(out, '"');
}

static void
colon(struct writer *w)
{
	buf_add(w->out, ": ", w->pretty ? 2 : 1);
}

static void
begin(struct writer *w, const char *key)
{
	separate(w);
	if (key) {
		buf_char(w->out, '"');
		buf_add(w->out, key, strlen(key));
		buf_char(w->out, '"');
		colon(w);
	}
}

static void
begin_named(struct writer *w, struct str key)
{
	separate(w);
	if (key.ptr) {
		quote(w->out, key);
		colon(w);
	}
}

static void
descend(struct writer *w, char bracket)
{
	buf_char(w->out, bracket);
	w->depth++;
	w->fresh = true;
}

void
json_open(struct writer *w, const char *key, char bracket)
{
	begin(w, key);
	descend(w, bracket);
}

void
json_open_named(struct writer *w, struct str key, char bracket)
{
	begin_named(w, key);
	descend(w, bracket);
}

void
json_close(struct writer *w, char bracket)
{
	assert(w->depth > 0);
	w->depth--;
	if (w->pretty && !w->fresh)
		new_line(w);
	w->fresh = false;
	buf_char(w->out, bracket);
}

void
json_str(struct writer *w, const char *key, struct str s)
{
	if (!s.ptr)
		return;
	begin(w, key);
	quote(w->out, s);
}

void
json_named_as_is(struct writer *w, struct str key, struct str json)
{
	begin_named(w, key);
	buf_str(w->out, json);
}

void
json_str_named(struct writer *w, struct str key, struct str value)
{
	if (!value.ptr)
		return;
	begin_named(w, key);
	quote(w->out, value);
}

void
json_words(struct writer *w, const char *key, struct str words)
{
	struct str word;

	json_open(w, key, '[');
	while (str_next(&words, ' ', &word))
		json_str(w, NULL, word);
	json_close(w, ']');
}

void
json_int(struct writer *w, const char *key, int64_t value)
{
	char text[INT_TEXT], *to = text + sizeof(text);
	uint64_t n = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do
		*--to = (char)('0' + n % 10);
	while (n /= 10);
	if (value < 0)
		*--to = '-';
	begin(w, key);
	buf_add(w->out, to, (size_t)(text + sizeof(text) - to));
}

void
json_bool(struct writer *w, const char *key, bool value)
{
	begin(w, key);
	buf_str(w->out, value ? STR("true") : STR("false"));
}

void
json_null(struct writer *w, const char *key)
{
	begin(w, key);
	buf_str(w->out, STR("null"));
}

void
json_time(struct writer *w, const char *key, int64_t ms)
{
	char text[1 + TIME_TEXT + 1];

	if (w->ejson) {
		json_open(w, key, '{');
		json_int(w, "$date", ms);
		json_close(w, '}');
		return;
	}
	text[0] = text[1 + TIME_TEXT] = '"';
	time_text(text + 1, ms);
	begin(w, key);
	buf_add(w->out, text, sizeof(text));
}

static size_t
string_length(struct str json)
{
	size_t n = 1;

	while (n < json.len && json.ptr[n] != '"')
		n += json.ptr[n] == '\\' ? 2 : 1;
	return n < json.len ? n + 1 : json.len;
}

static size_t
scalar_length(struct str json)
{
	size_t n = 1;

	if (json.ptr[0] == '"')
		return string_length(json);
	while (n < json.len && !memchr(",]} \t\r\n", json.ptr[n], 7))
		n++;
	return n;
}

/* Writes what stands at the front of the text; how long it was. */
static size_t
indented(struct writer *w, struct str json)
{
	size_t n = 1;
	char c = json.ptr[0];

	if (c == ',')
		separate(w);
	else if (c == ':')
		colon(w);
	else if (c == '}' || c == ']')
		json_close(w, c);
	else if (!memchr(" \t\r\n", c, 4)) {
		if (w->fresh)
			separate(w);
		if (c == '{' || c == '[')
			descend(w, c);
		else
			buf_add(w->out, json.ptr, n = scalar_length(json));
	}
	return n;
}

void
json_members(struct writer *w, struct str object)
{
	if (object.len <= 2)
		return;
	separate(w);
	buf_add(w->out, object.ptr + 1, object.len - 2);
}

void
json_text_as_is(struct writer *w, const char *key, struct str json)
{
	if (!json.ptr)
		return;
	begin(w, key);
	if (!w->pretty)
		buf_str(w->out, json);
	else
		while (json.len > 0)
			json = str_from(json, indented(w, json));
}

struct writer_mark
json_mark(const struct writer *w)
{
	return (struct writer_mark){ w->out->len, w->depth, w->fresh };
}

void
json_cut(struct writer *w, struct writer_mark mark)
{
	w->out->len = mark.len;
	w->depth = mark.depth;
	w->fresh = mark.fresh;
}
