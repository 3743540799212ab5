/* SPDX-License-Identifier: ISC */
/* Links and mentions in the text of a message. */
#include "server/text.h"

#include "json/writer.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_name(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

/* The sentence's own punctuation is not part of a link or name. */
static struct str
without_tail(struct str s, const char *tail)
{
	while (s.len > 0 && strchr(tail, s.ptr[s.len - 1]))
		s.len--;
	return s;
}

static bool
begins_link(struct str s)
{
	return str_starts(s, STR("http://")) || str_starts(s, STR("https://"));
}

static struct str
link_at(struct str s)
{
	size_t n = 0;

	while (n < s.len && (unsigned char)s.ptr[n] > ' ' &&
	       !strchr("<>\"`", s.ptr[n]))
		n++;
	return without_tail((struct str){ s.ptr, n }, ".,;:!?)]}'*_~");
}

struct str
text_urls(struct str text, struct arena *mem)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	struct str found = NO_STR, link;
	size_t i;
	int n = 0;

	for (i = 0; i < text.len && n < TEXT_URLS; i++) {
		if (text.ptr[i] != 'h' || !begins_link(str_from(text, i)))
			continue;
		link = link_at(str_from(text, i));
		if (n++ == 0)
			json_open(&w, NULL, '[');
		json_open(&w, NULL, '{');
		json_str(&w, "url", link);
		json_close(&w, '}');
		i += link.len;
	}
	if (n > 0) {
		json_close(&w, ']');
		found = buf_settle(&out, mem);
	}
	return found;
}

static bool
listed(const struct str *names, size_t n, struct str name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

size_t
text_mentions(struct str text, char sign, struct str names[TEXT_MENTIONS])
{
	size_t i, k, n = 0;
	struct str name;

	for (i = 0; i < text.len && n < TEXT_MENTIONS; i++) {
		if (text.ptr[i] != sign ||
		    (i > 0 && !is_space(text.ptr[i - 1])))
			continue;
		for (k = i + 1; k < text.len && is_name(text.ptr[k]);)
			k++;
		name = without_tail(
		    (struct str){ text.ptr + i + 1, k - i - 1 }, ".");
		if (name.len > 0 && !listed(names, n, name))
			names[n++] = name;
	}
	return n;
}

bool
text_take(struct str *names, size_t *count, struct str name)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (str_eq(names[i], name)) {
			memmove(names + i, names + i + 1,
			    (*count - i - 1) * sizeof *names);
			(*count)--;
			return true;
		}
	return false;
}
