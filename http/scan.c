/* SPDX-License-Identifier: ISC */
/* Bytes, lines and fields: what heads and bodies are made of. */
#include "http/scan.h"

#include <arpa/inet.h>

static uint8_t
class_of(unsigned char c)
{
	static const char other_token[] = "!#$%&'*+-.^_`|~";
	static const char other_host[] = "-._~%!$&'()*+,;=";
	bool digit = c >= '0' && c <= '9';
	bool hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
	bool alnum = digit || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	uint8_t k = 0;

	if (alnum || (c && strchr(other_token, c)))
		k |= C_TOKEN;
	if (c == '\t' || (c >= 0x20 && c != 0x7f))
		k |= C_VALUE;
	if (c > 0x20 && c != 0x7f && c != '#')
		k |= C_TARGET;
	if (alnum || (c && strchr(other_host, c)))
		k |= C_HOST;
	return (uint8_t)(k | (digit ? C_DIGIT : 0) | (hex ? C_HEX : 0));
}

/* Made once from the rules above, so that a byte costs one look. */
static const uint8_t *
classes(void)
{
	static uint8_t table[256];
	unsigned i;

	if (!table['a'])
		for (i = 0; i < 256; i++)
			table[i] = class_of((unsigned char)i);
	return table;
}

bool
http_is(char c, enum http_class k)
{
	return classes()[(unsigned char)c] & k;
}

bool
http_all(struct str s, enum http_class k)
{
	const uint8_t *table = classes();
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!(table[(unsigned char)s.ptr[i]] & k))
			return false;
	return true;
}

bool
http_number(struct str s, uint64_t max, uint64_t *out)
{
	uint64_t n = 0;
	size_t i;

	if (s.len == 0 || !http_all(s, C_DIGIT))
		return false;
	for (i = 0; i < s.len; i++) {
		n = n * 10 + (uint64_t)(s.ptr[i] - '0');
		if (n > max)
			return false;
	}
	*out = n;
	return true;
}

static bool
address_fits(struct str s)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr unused;

	if (s.len >= sizeof text || memchr(s.ptr, 0, s.len))
		return false;
	memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	return inet_pton(AF_INET6, text, &unused) == 1;
}

static bool
name_fits(struct str s)
{
	size_t i;

	if (!http_all(s, C_HOST))
		return false;
	for (i = 0; i < s.len; i++)
		if (s.ptr[i] == '%' &&
		    (s.len - i < 3 || !http_is(s.ptr[i + 1], C_HEX) ||
			!http_is(s.ptr[i + 2], C_HEX)))
			return false;
	return true;
}

bool
http_host_fits(struct str s)
{
	uint64_t port;
	size_t end;

	if (s.len > 0 && s.ptr[0] == '[') {
		end = str_find(s, ']');
		if (end == s.len ||
		    !address_fits((struct str){ s.ptr + 1, end - 1 }))
			return false;
		end++;
	} else {
		end = str_find(s, ':');
		if (!name_fits((struct str){ s.ptr, end }))
			return false;
	}
	s = str_from(s, end);
	if (s.len > 0 && s.ptr[0] != ':')
		return false;
	return s.len <= 1 || http_number(str_from(s, 1), 65535, &port);
}

enum http_answer
http_bad(struct http *h, int status, const char *why)
{
	h->state = S_BAD;
	h->status = status;
	h->why = why;
	h->keep_alive = false;
	return HTTP_BAD;
}

int
http_line(struct http *h, const char *bytes, size_t len, size_t max, int status,
    struct str *line)
{
	const char *lf = memchr(bytes + h->at, '\n', len - h->at);
	size_t end = lf ? (size_t)(lf - bytes) : len;

	if (end - h->line > max + 1) {
		http_bad(h, status, "a line is too long");
		return -1;
	}
	h->at = end;
	if (!lf)
		return 0;
	if (end == h->line || bytes[end - 1] != '\r') {
		http_bad(h, 400, "a line does not end with CR LF");
		return -1;
	}
	*line = (struct str){ bytes + h->line, end - 1 - h->line };
	h->line = h->at = end + 1;
	return 1;
}

bool
http_field_line(struct str line, struct str *name, struct str *value)
{
	size_t colon = str_find(line, ':');

	if (colon == 0 || colon == line.len)
		return false;
	*name = (struct str){ line.ptr, colon };
	*value = str_from(line, colon + 1);
	if (!http_all(*name, C_TOKEN) || !http_all(*value, C_VALUE))
		return false;
	*value = str_trim(*value);
	return true;
}

static size_t
blanks(struct str s)
{
	size_t n = 0;

	while (n < s.len && (s.ptr[n] == ' ' || s.ptr[n] == '\t'))
		n++;
	return n;
}

bool
http_cut_mark(struct str *s, char mark)
{
	struct str rest = str_from(*s, blanks(*s));

	if (rest.len == 0 || rest.ptr[0] != mark)
		return false;
	rest = str_from(rest, 1);
	*s = str_from(rest, blanks(rest));
	return true;
}

bool
http_cut_token(struct str *s)
{
	size_t n = 0;

	while (n < s->len && http_is(s->ptr[n], C_TOKEN))
		n++;
	*s = str_from(*s, n);
	return n > 0;
}

bool
http_cut_quoted(struct str *s)
{
	size_t n;

	if (s->len == 0 || s->ptr[0] != '"')
		return false;
	for (n = 1; n < s->len && s->ptr[n] != '"'; n++) {
		n += s->ptr[n] == '\\';
		if (n == s->len || !http_is(s->ptr[n], C_VALUE))
			return false;
	}
	if (n == s->len)
		return false;
	*s = str_from(*s, n + 1);
	return true;
}
