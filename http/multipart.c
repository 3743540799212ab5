/* SPDX-License-Identifier: ISC */
/* multipart/form-data, piece by piece: bytes to parts. */
#include "http/multipart.h"

#include "http/scan.h"
#include "json/plain.h"
#include "json/utf8.h"

enum state {
	M_PREAMBLE, /* up to the first delimiter */
	M_TEXT,     /* the body of a part, up to the next */
	M_MARK,     /* behind a delimiter */
	M_MARK_DASH,
	M_MARK_BLANK,
	M_MARK_CR,
	M_HEAD,
	M_LAST, /* behind the last boundary */
	M_LAST_CR,
	M_EPILOGUE,
	M_REFUSED,
};

static enum part_event
bad(struct multipart *m, int status, const char *why)
{
	m->state = M_REFUSED;
	m->status = status;
	m->why = why;
	return PART_BAD;
}

static bool
refuse(struct multipart *m, int status, const char *why)
{
	bad(m, status, why);
	return false;
}

/* ---- parameters of a value: ; name=value; name="value" ---- */

struct param {
	struct str name, value; /* the value without its quotes */
	bool quoted;
};

/* The next one: 1, 0 there is none, -1 malformed.  There may be nothing
 * between two semicolons (RFC 9110, 5.6.6). */
static int
cut_param(struct str *s, struct param *p)
{
	while (s->len > 0) {
		if (!http_cut_mark(s, ';'))
			return -1;
		if (s->len == 0 || s->ptr[0] == ';')
			continue;
		p->name = *s;
		if (!http_cut_token(s) || s->len == 0 || s->ptr[0] != '=')
			return -1;
		p->name.len -= s->len;
		p->value = *s = str_from(*s, 1);
		p->quoted = http_cut_quoted(s);
		if (!p->quoted && !http_cut_token(s))
			return -1;
		p->value.len -= s->len;
		if (p->quoted)
			p->value =
			    (struct str){ p->value.ptr + 1, p->value.len - 2 };
		return 1;
	}
	return 0;
}

/* type "/" subtype, cut off the value. */
static bool
cut_type(struct str *value, struct str *type)
{
	*type = *value;
	if (!http_cut_token(value) || value->len == 0 || value->ptr[0] != '/')
		return false;
	*value = str_from(*value, 1);
	if (!http_cut_token(value))
		return false;
	type->len -= value->len;
	return true;
}

bool
multipart_is(struct str value)
{
	struct str type;

	return cut_type(&value, &type) &&
	       str_ieq(type, STR("multipart/form-data"));
}

/* ---- the boundary ---- */

static bool
boundary_fits(struct str b)
{
	static const char others[] = "'()+_,-./:=? ";
	size_t i;

	if (b.len == 0 || b.len > BOUNDARY_MOST || b.ptr[b.len - 1] == ' ')
		return false;
	for (i = 0; i < b.len; i++) {
		char c = b.ptr[i], small = (char)(c | 32);

		if (!http_is(c, C_DIGIT) && !(small >= 'a' && small <= 'z') &&
		    (c == 0 || !strchr(others, c)))
			return false;
	}
	return true;
}

bool
multipart_begin(struct multipart *m, struct str value, unsigned max_parts)
{
	struct str type, boundary = NO_STR;
	struct param p;
	int more;

	memset(m, 0, offsetof(struct multipart, delimiter));
	m->max_parts = max_parts;
	if (!cut_type(&value, &type) ||
	    !str_ieq(type, STR("multipart/form-data")))
		return refuse(m, 415, "this is not multipart/form-data");
	while ((more = cut_param(&value, &p)) > 0) {
		if (!str_ieq(p.name, STR("boundary")))
			continue;
		if (boundary.ptr)
			return refuse(m, 400, "there are two boundaries");
		boundary = p.value;
	}
	if (more < 0 || !boundary_fits(boundary))
		return refuse(m, 400, "the boundary is malformed");
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, boundary.ptr, boundary.len);
	m->delimiter_len = (unsigned)boundary.len + 4;
	m->matched = m->assumed = 2; /* the first needs no line before it */
	return true;
}

/* ---- headers of a part ---- */

/* In place.  Other backslashes stay: there are clients that send paths. */
static struct str
unescape(char *at, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (at[i] == '\\' && i + 1 < len &&
		    (at[i + 1] == '"' || at[i + 1] == '\\'))
			i++;
		at[n++] = at[i];
	}
	return (struct str){ at, n };
}

/* UTF-8 without the control characters of ASCII and Latin-1. */
static bool
plain_text(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c < 0x20 || c == 0x7f ||
		    (c == 0xc2 && i + 1 < s.len &&
			(unsigned char)s.ptr[i + 1] < 0xa0))
			return false;
	}
	return utf8_valid(s);
}

/* The bytes of value-chars, in place: each takes at least the room it needs,
 * as Latin-1 beyond ASCII comes in escapes only. */
static bool
decode_chars(char *at, struct str s, bool latin, struct str *out)
{
	size_t i, n = 0;

	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c == '*' || c == '\'')
			return false;
		if (c == '%') {
			if (s.len - i < 3 || !http_is(s.ptr[i + 1], C_HEX) ||
			    !http_is(s.ptr[i + 2], C_HEX))
				return false;
			c = (unsigned char)(hex_value(s.ptr[i + 1]) << 4 |
					    hex_value(s.ptr[i + 2]));
			i += 2;
		}
		if (latin && c >= 0x80)
			n += utf8_put(at + n, c);
		else
			at[n++] = (char)c;
	}
	*out = (struct str){ at, n };
	return true;
}

/* charset "'" language "'" value-chars (RFC 5987, RFC 8187), in place. */
static bool
decode_extended(char *at, struct str s, struct str *out)
{
	struct str charset = { s.ptr, str_find(s, '\'') };
	bool latin = str_ieq(charset, STR("ISO-8859-1"));
	size_t second;

	if (!latin && !str_ieq(charset, STR("UTF-8")))
		return false;
	if (charset.len == s.len)
		return false;
	s = str_from(s, charset.len + 1);
	second = str_find(s, '\'');
	return second < s.len &&
	       decode_chars(at, str_from(s, second + 1), latin, out);
}

/* Each of those we know, once; others are nobody's business. */
static bool
see_param(struct multipart *m, const struct param *p, struct str *extended)
{
	char *at = m->head + (p->value.ptr - m->head);
	struct str *to = NULL;

	if (str_ieq(p->name, STR("name")))
		to = &m->name;
	else if (str_ieq(p->name, STR("filename")))
		to = &m->filename;
	else if (str_ieq(p->name, STR("filename*")))
		to = extended;
	if (!to)
		return true;
	if (to->ptr)
		return false;
	if (to == extended)
		return !p->quoted && decode_extended(at, p->value, to) &&
		       plain_text(*to);
	*to = p->quoted ? unescape(at, p->value.len) : p->value;
	return plain_text(*to);
}

static enum part_event
disposition(struct multipart *m, struct str value)
{
	struct str kind = value, extended = NO_STR;
	struct param p;
	int more;

	if (m->name.ptr)
		return bad(m, 400, "a part has two Content-Dispositions");
	http_cut_token(&value);
	kind.len -= value.len;
	if (!str_ieq(kind, STR("form-data")))
		return bad(m, 400, "a part is no form-data");
	while ((more = cut_param(&value, &p)) > 0)
		if (!see_param(m, &p, &extended))
			return bad(m, 400, "the name of a part is malformed");
	if (more < 0)
		return bad(m, 400, "a Content-Disposition is malformed");
	if (!m->name.ptr)
		return bad(m, 400, "a part has no name");
	if (extended.ptr)
		m->filename = extended;
	return PART_MORE;
}

static enum part_event
content_type(struct multipart *m, struct str value)
{
	struct str rest = value, type;
	struct param p;
	int more;

	if (m->type.ptr)
		return bad(m, 400, "a part has two Content-Types");
	if (value.len == 0) /* some clients say that they do not know */
		return PART_MORE;
	if (!cut_type(&rest, &type))
		return bad(m, 400, "the Content-Type of a part is malformed");
	while ((more = cut_param(&rest, &p)) > 0)
		;
	if (more < 0)
		return bad(m, 400, "the Content-Type of a part is malformed");
	m->type = value;
	return PART_MORE;
}

static enum part_event
field(struct multipart *m, struct str line)
{
	struct str name, value;

	if (!http_field_line(line, &name, &value))
		return bad(m, 400, "a header of a part is malformed");
	if (str_ieq(name, STR("content-disposition")))
		return disposition(m, value);
	if (str_ieq(name, STR("content-type")))
		return content_type(m, value);
	if (str_ieq(name, STR("content-transfer-encoding")) &&
	    !str_ieq(value, STR("binary")) && !str_ieq(value, STR("8bit")) &&
	    !str_ieq(value, STR("7bit")))
		return bad(m, 415, "parts are taken as they are only");
	return PART_MORE;
}

static enum part_event
begin_part(struct multipart *m)
{
	if (!m->name.ptr)
		return bad(m, 400, "a part has no Content-Disposition");
	if (m->parts++ == m->max_parts)
		return bad(m, 413, "there are too many parts");
	m->state = M_TEXT;
	m->matched = m->assumed = 2; /* the empty line may begin the next */
	return PART_BEGIN;
}

static enum part_event
head_line(struct multipart *m)
{
	struct str line = { m->head + m->line, m->used - m->line };

	if (line.len < 2 || line.ptr[line.len - 2] != '\r')
		return bad(
		    m, 400, "a header of a part does not end with CR LF");
	m->line = m->used;
	line.len -= 2;
	return line.len > 0 ? field(m, line) : begin_part(m);
}

static enum part_event
head(struct multipart *m, struct str *in)
{
	const char *lf = memchr(in->ptr, '\n', in->len);
	size_t n = lf ? (size_t)(lf - in->ptr) + 1 : in->len;

	if (n > sizeof m->head - m->used)
		return bad(m, 413, "the headers of a part are too large");
	memcpy(m->head + m->used, in->ptr, n);
	m->used += (unsigned)n;
	*in = str_from(*in, n);
	return lf ? head_line(m) : PART_MORE;
}

/* ---- boundary lines ---- */

static int
behind_mark(int state, char c)
{
	bool blank = c == ' ' || c == '\t';

	switch (state) {
	case M_MARK:
		if (c == '-')
			return M_MARK_DASH;
		/* fall through */
	case M_MARK_BLANK:
		return blank ? M_MARK_BLANK : c == '\r' ? M_MARK_CR : M_REFUSED;
	case M_MARK_DASH:
		return c == '-' ? M_LAST : M_REFUSED;
	case M_MARK_CR:
		return c == '\n' ? M_HEAD : M_REFUSED;
	case M_LAST:
		return blank ? M_LAST : c == '\r' ? M_LAST_CR : M_REFUSED;
	default: /* M_LAST_CR */
		return c == '\n' ? M_EPILOGUE : M_REFUSED;
	}
}

static enum part_event
mark(struct multipart *m, struct str *in)
{
	m->state = behind_mark(m->state, in->ptr[0]);
	if (m->state == M_REFUSED || ++m->used > sizeof m->head)
		return bad(m, 400, "a boundary line is malformed");
	*in = str_from(*in, 1);
	if (m->state == M_HEAD) {
		m->name = m->filename = m->type = NO_STR;
		m->used = m->line = 0;
	}
	return PART_MORE;
}

/* ---- text between the boundaries ---- */

static size_t
in_common(struct str a, struct str b)
{
	size_t n = 0;

	while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n])
		n++;
	return n;
}

/*
 * How many bytes stand before the delimiter, or before what may be its
 * begin.  A boundary has no CR, so what matched and then did not holds no
 * other begin, and the search goes on behind it.
 */
static size_t
before_mark(const struct multipart *m, struct str in)
{
	struct str delimiter = { m->delimiter, m->delimiter_len };
	size_t at = 0, n;
	const char *cr;

	while ((cr = memchr(in.ptr + at, '\r', in.len - at))) {
		at = (size_t)(cr - in.ptr);
		n = in_common(str_from(in, at), delimiter);
		if (n == delimiter.len || at + n == in.len)
			return at;
		at += n;
	}
	return in.len;
}

/* More of the delimiter; or else what was held back is text. */
static enum part_event
match(struct multipart *m, struct str *in, struct str *piece)
{
	struct str want = { m->delimiter + m->matched,
		m->delimiter_len - m->matched };
	size_t n = in_common(*in, want);
	bool text = m->state == M_TEXT;

	if (n < want.len && n < in->len) {
		*piece = (struct str){ m->delimiter + m->assumed,
			m->matched - m->assumed };
		m->matched = m->assumed = 0;
		return text && piece->len > 0 ? PART_DATA : PART_MORE;
	}
	m->matched += (unsigned)n;
	*in = str_from(*in, n);
	if (n < want.len)
		return PART_MORE;
	m->matched = m->assumed = m->used = 0;
	m->state = M_MARK;
	return text ? PART_END : PART_MORE;
}

static enum part_event
text(struct multipart *m, struct str *in, struct str *piece)
{
	size_t n;

	if (m->matched > 0 || (n = before_mark(m, *in)) == 0)
		return match(m, in, piece);
	*piece = (struct str){ in->ptr, n };
	*in = str_from(*in, n);
	return m->state == M_TEXT ? PART_DATA : PART_MORE;
}

enum part_event
multipart_next(struct multipart *m, struct str *in, struct str *piece)
{
	enum part_event e = m->state == M_REFUSED ? PART_BAD : PART_MORE;

	while (e == PART_MORE && in->len > 0) {
		if (m->state <= M_TEXT)
			e = text(m, in, piece);
		else if (m->state == M_HEAD)
			e = head(m, in);
		else if (m->state == M_EPILOGUE)
			*in = str_from(*in, in->len);
		else
			e = mark(m, in);
	}
	return e;
}

bool
multipart_end(struct multipart *m)
{
	if (m->state == M_LAST || m->state == M_EPILOGUE)
		return true;
	if (m->state == M_REFUSED)
		return false;
	return refuse(m, 400, "the last boundary is missing");
}
