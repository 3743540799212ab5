/* SPDX-License-Identifier: ISC */
/* The head of a request: its line, its fields, and what they mean. */
#include "http/head.h"

#include "http/scan.h"
#include "http/url.h"

static const uint64_t most_length = UINT64_C(1) << 53;

void
http_begin(
    struct http *h, uint32_t max_line, uint32_t max_head, uint64_t max_body)
{
	memset(h, 0, offsetof(struct http, field));
	h->max_line = max_line;
	h->max_head = max_head;
	h->max_fields = HTTP_MAX_FIELDS;
	h->max_body = max_body;
}

bool
http_started(const struct http *h)
{
	return h->state != S_START;
}

static struct http_slice
slice(const char *bytes, struct str s)
{
	return (
	    struct http_slice){ (uint32_t)(s.ptr - bytes), (uint32_t)s.len };
}

/* ---- the request line ---- */

static enum http_method
method_of(struct str verb)
{
	static const struct {
		struct str name;
		enum http_method method;
	} known[] = {
		{ { "GET", 3 }, HTTP_GET },
		{ { "HEAD", 4 }, HTTP_HEAD_METHOD },
		{ { "POST", 4 }, HTTP_POST },
		{ { "PUT", 3 }, HTTP_PUT },
		{ { "PATCH", 5 }, HTTP_PATCH },
		{ { "DELETE", 6 }, HTTP_DELETE },
		{ { "OPTIONS", 7 }, HTTP_OPTIONS },
	};
	size_t i;

	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (str_eq(known[i].name, verb))
			return known[i].method;
	return HTTP_OTHER;
}

static int
version_of(struct str v, int *version)
{
	if (v.len != 8 || !str_starts(v, STR("HTTP/")) || v.ptr[6] != '.' ||
	    !http_is(v.ptr[5], C_DIGIT) || !http_is(v.ptr[7], C_DIGIT))
		return 400;
	if (v.ptr[5] != '1' || v.ptr[7] > '1')
		return 505;
	*version = v.ptr[7] == '1' ? 11 : 10;
	return 0;
}

static bool
target_fits(struct http *h, const char *bytes, struct str t)
{
	struct url u;

	if (!http_all(t, C_TARGET) || !url_split(t, &u))
		return false;
	if (u.path.ptr[0] == '*')
		return h->method == HTTP_OPTIONS;
	if (!u.authority.ptr)
		return true;
	h->host = slice(bytes, u.authority);
	/* a host is needed here: "http://:80/" names nobody */
	return str_find(u.authority, ':') > 0 && http_host_fits(u.authority);
}

static enum http_answer
request_line(struct http *h, const char *bytes, struct str line)
{
	size_t one = str_find(line, ' '), two;
	struct str verb = { line.ptr, one }, target, version;
	int status;

	if (one == 0 || one == line.len || !http_all(verb, C_TOKEN))
		return http_bad(h, 400, "the method is malformed");
	line = str_from(line, one + 1);
	two = str_find(line, ' ');
	if (two == line.len)
		return http_bad(h, 400, "the request line is malformed");
	target = (struct str){ line.ptr, two };
	version = str_from(line, two + 1);
	if ((status = version_of(version, &h->version)))
		return http_bad(
		    h, status, "HTTP/1.0 or HTTP/1.1 is spoken here");
	h->method = method_of(verb);
	h->verb = slice(bytes, verb);
	h->target = slice(bytes, target);
	if (!target_fits(h, bytes, target))
		return http_bad(h, 400, "the request target is malformed");
	h->state = S_FIELDS;
	return HTTP_MORE;
}

/* ---- fields ---- */

static enum http_answer
see_length(struct http *h, struct str value)
{
	uint64_t n;

	if (!http_number(value, most_length, &n) ||
	    (h->has_length && n != h->length))
		return http_bad(h, 400, "Content-Length is malformed");
	h->has_length = true;
	h->length = n;
	return HTTP_MORE;
}

static enum http_answer
see_host(struct http *h, const char *bytes, struct str value)
{
	if (h->nhosts++ || !http_host_fits(value))
		return http_bad(h, 400, "Host is malformed or doubled");
	if (h->host.at == 0)
		h->host = slice(bytes, value);
	return HTTP_MORE;
}

static enum http_answer
see_connection(struct http *h, struct str value)
{
	struct str one;

	while (str_next(&value, ',', &one)) {
		one = str_trim(one);
		if (str_ieq(one, STR("close")))
			h->says_close = true;
		else if (str_ieq(one, STR("keep-alive")))
			h->says_keep = true;
	}
	return HTTP_MORE;
}

static enum http_answer
see_expect(struct http *h, struct str value)
{
	if (h->version == 10)
		return HTTP_MORE;
	if (!str_ieq(value, STR("100-continue")))
		return http_bad(h, 417, "only 100-continue can be expected");
	h->expects_continue = true;
	return HTTP_MORE;
}

/* What the framing depends on. */
static enum http_answer
see_field(struct http *h, const char *bytes, struct str name, struct str value)
{
	if (str_ieq(name, STR("host")))
		return see_host(h, bytes, value);
	if (str_ieq(name, STR("content-length")))
		return see_length(h, value);
	if (str_ieq(name, STR("connection")))
		return see_connection(h, value);
	if (str_ieq(name, STR("expect")))
		return see_expect(h, value);
	if (str_ieq(name, STR("transfer-encoding"))) {
		h->ncodings++;
		h->bad_coding |= !str_ieq(value, STR("chunked"));
	}
	return HTTP_MORE;
}

static enum http_answer
field_line(struct http *h, const char *bytes, struct str line)
{
	struct str name, value;

	if (h->nfields == h->max_fields)
		return http_bad(h, 431, "there are too many header fields");
	if (!http_field_line(line, &name, &value))
		return http_bad(h, 400, "a header field is malformed");
	h->field[h->nfields++] = (struct http_field){
		(uint16_t)(name.ptr - bytes),
		(uint16_t)name.len,
		(uint16_t)(value.ptr - bytes),
		(uint16_t)value.len,
	};
	return see_field(h, bytes, name, value);
}

/* The head stands: what its fields mean together. */
static enum http_answer
head_end(struct http *h)
{
	if (h->version == 11 && h->nhosts != 1)
		return http_bad(h, 400, "HTTP/1.1 needs one Host");
	if (h->ncodings &&
	    (h->version == 10 || h->has_length || h->ncodings > 1))
		return http_bad(h, 400, "the length of the body is in doubt");
	if (h->bad_coding)
		return http_bad(h, 501, "only chunked is understood");
	h->chunked = h->ncodings == 1;
	h->keep_alive =
	    h->version == 11 ? !h->says_close : h->says_keep && !h->says_close;
	h->expects_continue &= h->chunked || h->length > 0;
	h->body.at = h->extra = (uint32_t)h->line;
	h->join = h->line;
	h->left = h->length;
	h->state = S_HEAD_DONE;
	return HTTP_HEAD;
}

/* Empty lines before a request are forgiven (RFC 9112, 2.2). */
static enum http_answer
start(struct http *h, const char *bytes, size_t len)
{
	for (; h->at < len; h->at++) {
		if (h->at > h->max_head)
			return http_bad(h, 431, "the head is too large");
		if (h->state == S_START && bytes[h->at] != '\r')
			break;
		if (h->state == S_START) {
			h->state = S_EMPTY_LINE;
			continue;
		}
		if (bytes[h->at] != '\n')
			return http_bad(
			    h, 400, "a line does not end with CR LF");
		h->state = S_START;
		h->line = h->at + 1;
	}
	if (h->at == len)
		return HTTP_MORE;
	if (!http_is(bytes[h->at], C_TOKEN))
		return http_bad(h, 400, "this is not HTTP");
	h->state = S_LINE;
	return HTTP_MORE;
}

static enum http_answer
head(struct http *h, const char *bytes, size_t len)
{
	enum http_answer a;
	struct str line;
	int found;

	for (;;) {
		bool first = h->state == S_LINE;
		size_t room = h->max_head - h->line;

		if (h->max_head < h->line)
			return http_bad(h, 431, "the head is too large");
		if (first && h->max_line < room)
			room = h->max_line;
		found =
		    http_line(h, bytes, len, room, first ? 414 : 431, &line);
		if (found <= 0)
			return found < 0 ? HTTP_BAD : HTTP_MORE;
		if (first)
			a = request_line(h, bytes, line);
		else
			a = line.len > 0 ? field_line(h, bytes, line)
					 : head_end(h);
		if (a != HTTP_MORE)
			return a;
	}
}

enum http_answer
http_feed(struct http *h, char *bytes, size_t len)
{
	enum http_answer a = HTTP_MORE;

	if (h->state < S_LINE)
		a = start(h, bytes, len);
	if (h->state == S_LINE || h->state == S_FIELDS)
		a = head(h, bytes, len);
	else if (h->state >= S_HEAD_DONE)
		a = http_body(h, bytes, len);
	return a;
}

struct str
http_find(const struct http *h, const char *bytes, struct str name)
{
	unsigned i;

	for (i = 0; i < h->nfields; i++) {
		const struct http_field *f = &h->field[i];

		if (f->name_len == name.len &&
		    str_ieq((struct str){ bytes + f->name, f->name_len }, name))
			return (struct str){ bytes + f->value, f->value_len };
	}
	return NO_STR;
}

unsigned
http_count(const struct http *h, const char *bytes, struct str name)
{
	unsigned i, n = 0;

	for (i = 0; i < h->nfields; i++)
		n += str_ieq((struct str){ bytes + h->field[i].name,
				 h->field[i].name_len },
		    name);
	return n;
}
