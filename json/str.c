/* SPDX-License-Identifier: ISC */
/* Slices of bytes. */
#include "json/str.h"

static unsigned char
lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? u | 0x20 : u;
}

bool
str_ieq(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len &&
	       str_eq((struct str){ s.ptr, prefix.len }, prefix);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct str
str_trim(struct str s)
{
	while (s.len > 0 && is_blank(s.ptr[0]))
		s = str_from(s, 1);
	while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

char *
str_move(struct str *s, char *at)
{
	if (!s->ptr)
		return at;
	memcpy(at, s->ptr, s->len);
	at[s->len] = '\0';
	s->ptr = at;
	return at + s->len + 1;
}

size_t
str_find(struct str s, char c)
{
	const char *at = s.len > 0 ? memchr(s.ptr, c, s.len) : NULL;

	return at ? (size_t)(at - s.ptr) : s.len;
}

bool
str_next(struct str *rest, char separator, struct str *piece)
{
	size_t n = str_find(*rest, separator);

	if (rest->len == 0)
		return false;
	*piece = (struct str){ rest->ptr, n };
	*rest = str_from(*rest, n < rest->len ? n + 1 : n);
	return true;
}

bool
str_int(struct str s, int64_t *out)
{
	bool minus = s.len > 0 && s.ptr[0] == '-';
	int64_t n = 0;

	if (s.len == (size_t)minus)
		return false;
	for (size_t i = minus; i < s.len; i++) {
		int digit = s.ptr[i] - '0';

		if (digit < 0 || digit > 9 || __builtin_mul_overflow(n, 10, &n))
			return false;
		if (__builtin_add_overflow(n, minus ? -digit : digit, &n))
			return false;
	}
	*out = n;
	return true;
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n > 0 ? memcmp(a.ptr, b.ptr, n) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}
