/* SPDX-License-Identifier: ISC */
/* Request targets and percent-encoding. */
#include "http/url.h"

#include "json/plain.h"
#include "json/utf8.h"

static bool
cut_scheme(struct str *t, struct str scheme)
{
	if (t->len < scheme.len ||
	    !str_ieq((struct str){ t->ptr, scheme.len }, scheme))
		return false;
	*t = str_from(*t, scheme.len);
	return true;
}

bool
url_split(struct str t, struct url *u)
{
	size_t n = 0;

	*u = (struct url){ 0 };
	if (cut_scheme(&t, STR("http://")) || cut_scheme(&t, STR("https://"))) {
		while (n < t.len && t.ptr[n] != '/' && t.ptr[n] != '?')
			n++;
		u->authority = (struct str){ t.ptr, n };
		t = str_from(t, n);
	}
	n = str_find(t, '?');
	u->path = (struct str){ t.ptr, n };
	if (n < t.len)
		u->query = str_from(t, n + 1);
	if (u->authority.ptr && n == 0) /* http://host?query */
		u->path = STR("/");
	if (str_eq(u->path, STR("*")))
		return !u->query.ptr;
	return u->path.len > 0 && u->path.ptr[0] == '/';
}

/* The byte that the escape at the front of s means; -1: it is none. */
static int
escape(struct str s)
{
	if (s.len < 3 || hex_value(s.ptr[1]) < 0 || hex_value(s.ptr[2]) < 0)
		return -1;
	return hex_value(s.ptr[1]) << 4 | hex_value(s.ptr[2]);
}

static bool
plain(struct str s, bool plus)
{
	return !memchr(s.ptr, '%', s.len) &&
	       !(plus && memchr(s.ptr, '+', s.len));
}

bool
url_decode(struct str s, bool plus, struct arena *mem, struct str *out)
{
	char *to;
	size_t i, n = 0;
	int c;

	*out = s;
	if (s.len == 0)
		return true;
	if (plain(s, plus))
		return !memchr(s.ptr, 0, s.len) && utf8_valid(s);
	to = arena_get(mem, s.len);
	for (i = 0; i < s.len; i++) {
		c = (unsigned char)s.ptr[i];
		if (c == '%') {
			c = escape(str_from(s, i));
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (c <= 0)
			return false;
		to[n++] = (char)c;
	}
	*out = (struct str){ to, n };
	return utf8_valid(*out);
}

/* What one character of a path is once decoded. */
static int
next_char(struct str *s)
{
	int c = (unsigned char)s->ptr[0], e = -1;

	if (c == '%')
		e = escape(*s);
	*s = str_from(*s, e >= 0 ? 3 : 1);
	return e >= 0 ? 256 + e : c; /* encoded ones are told apart */
}

bool
url_path_honest(struct str path)
{
	bool dots = true; /* the segment so far is nothing but dots */
	unsigned n = 0;
	int c;

	while (path.len > 0) {
		c = next_char(&path);
		if (c == 256 + '/' || c == 256 + '\\' || c == '\\')
			return false;
		if (c == '/') {
			if (dots && (n == 1 || n == 2))
				return false;
			dots = true;
			n = 0;
		} else {
			dots = dots && (c & 255) == '.';
			n++;
		}
	}
	return !(dots && (n == 1 || n == 2));
}
