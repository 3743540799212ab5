/* SPDX-License-Identifier: ISC */
/* Media types and names of files. */
#include "server/media.h"

#include "json/buf.h"
#include "json/utf8.h"

enum { TYPE_MOST = 127, NAME_MOST = 255 };

static char
small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static bool
in_type(char c)
{
	c = small(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$&-^_.+", c));
}

static bool
is_type(struct str s)
{
	size_t slash = str_find(s, '/'), i;

	if (slash == 0 || slash + 1 >= s.len || s.len > TYPE_MOST)
		return false;
	for (i = 0; i < s.len; i++)
		if (i != slash && !in_type(s.ptr[i]))
			return false;
	return true;
}

struct str
media_type(struct str sent, struct arena *mem)
{
	char *out;
	size_t i;

	sent.len = str_find(sent, ';');
	sent = str_trim(sent);
	if (!is_type(sent))
		return STR("application/octet-stream");
	out = arena_get(mem, sent.len);
	for (i = 0; i < sent.len; i++)
		out[i] = small(sent.ptr[i]);
	return (struct str){ out, sent.len };
}

static bool
is_in(struct str type, struct str list)
{
	struct str one;

	while (str_next(&list, ',', &one)) {
		one = str_trim(one);
		if (one.len > 1 && one.ptr[one.len - 1] == '*') {
			one.len--;
			if (one.len <= type.len &&
			    str_ieq(one, (struct str){ type.ptr, one.len }))
				return true;
		} else if (one.len > 0 && str_ieq(one, type)) {
			return true;
		}
	}
	return false;
}

bool
media_allowed(struct str type, struct str allow, struct str deny)
{
	return !is_in(type, deny) &&
	       (str_trim(allow).len == 0 || is_in(type, allow));
}

/* Nothing that runs or loads something else: no HTML, no SVG, no XML. */
struct str
media_shown(struct str type)
{
	static const char *const shown[] = { "image/png", "image/jpeg",
		"image/gif", "image/webp", "image/bmp", "image/avif",
		"audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg",
		"audio/wav", "audio/x-wav", "audio/webm", "audio/flac",
		"video/mp4", "video/webm", "video/ogg", "video/quicktime",
		"application/pdf" };
	size_t i;

	if (str_eq(type, STR("text/plain")))
		return STR("text/plain; charset=utf-8");
	for (i = 0; i < sizeof shown / sizeof *shown; i++)
		if (str_eq(type, str_of(shown[i])))
			return str_of(shown[i]);
	return NO_STR;
}

struct str
media_name(struct str sent, struct arena *mem)
{
	struct str name = sent, rest;
	size_t i, n;

	for (i = 0; i < sent.len; i++)
		if (sent.ptr[i] == '/' || sent.ptr[i] == '\\')
			name = str_from(sent, i + 1);
	name = str_trim(name);
	for (rest = name; rest.len > 0 && (n = utf8_length(rest)) &&
			  name.len - rest.len + n <= NAME_MOST;
	     rest = str_from(rest, n))
		if ((unsigned char)*rest.ptr < ' ' || *rest.ptr == 0x7f)
			break;
	name.len -= rest.len;
	if (name.len == 0 || str_eq(name, STR(".")) || str_eq(name, STR("..")))
		return STR("file");
	return arena_str(mem, name);
}

struct str
media_extension(struct str name)
{
	size_t i;

	for (i = name.len; i > 1; i--)
		if (name.ptr[i - 1] == '.')
			return str_from(name, i);
	return STR("");
}

struct str
media_path(struct str name, struct arena *mem)
{
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if ((c >= '0' && c <= '9') ||
		    (small(c) >= 'a' && small(c) <= 'z') ||
		    (c && strchr("-_.~", c)))
			buf_char(&out, c);
		else
			buf_fmt(&out, "%%%02X", (unsigned)(unsigned char)c);
	}
	return buf_settle(&out, mem);
}
