/* SPDX-License-Identifier: ISC */
/* Files as replies: ranges, what is known already, steps. */
#include "http/reply.h"
#include "server/conn.h"
#include "server/files.h"
#include "server/log.h"
#include "server/media.h"
#include "server/stream.h"

struct sending {
	struct stream stream; /* first */
	char digest[SHA256_HEX];
	int64_t at, end;
};

static int
step(struct stream *st, struct server *s)
{
	struct sending *f = (struct sending *)st;
	struct buf *out = st->out.out;
	int64_t left = f->end - f->at;
	size_t n = left < STREAM_STEP ? (size_t)left : STREAM_STEP;
	ssize_t got;

	if (n == 0)
		return 0;
	got = file_read(s->files, (struct str){ f->digest, SHA256_HEX }, f->at,
	    buf_room(out, n), n);
	if (got <= 0)
		return -1; /* it has gone, or is too short */
	out->len += (size_t)got;
	f->at += got;
	return f->at < f->end;
}

/* ---- what is asked for ---- */

/* Is the tag in the list?  Those that are weak count, too. */
static bool
is_known(struct str list, struct str tag)
{
	struct str one;

	while (str_next(&list, ',', &one)) {
		one = str_trim(one);
		if (str_starts(one, STR("W/")))
			one = str_from(one, 2);
		if (str_eq(one, tag) || str_eq(one, STR("*")))
			return true;
	}
	return false;
}

static bool
number(struct str s, int64_t *n)
{
	return s.len > 0 && s.ptr[0] != '-' && str_int(s, n);
}

/* "bytes=0-99", "bytes=100-", "bytes=-100": 1 a range, 0 none that counts, -1
 * one that is outside.  Several at once do not count. */
static int
range_of(struct str s, int64_t size, int64_t *at, int64_t *end)
{
	struct str first, last;
	size_t dash;
	int64_t n = 0;

	if (!str_starts(s, STR("bytes=")))
		return 0;
	s = str_from(s, 6);
	dash = str_find(s, '-');
	if (dash == s.len)
		return 0;
	first = (struct str){ s.ptr, dash };
	last = str_from(s, dash + 1);
	*end = size;
	if (first.len == 0) {
		if (!number(last, &n))
			return 0;
		*at = n < size ? size - n : 0;
		return n > 0 && size > 0 ? 1 : -1;
	}
	if (!number(first, at) || (last.len > 0 && !number(last, &n)) ||
	    (last.len > 0 && n < *at))
		return 0;
	if (last.len > 0 && n < size)
		*end = n + 1;
	return *at < size ? 1 : -1;
}

/* The part that is asked for, of the same file. */
static int
part_of(struct req *q, struct str tag, int64_t size, int64_t *at, int64_t *end)
{
	struct str range = req_header(q, "range");
	struct str of = req_header(q, "if-range");
	int part = 0;

	if (range.ptr && q->http->method == HTTP_GET &&
	    (!of.ptr || str_eq(of, tag)))
		part = range_of(range, size, at, end);
	if (part == 0) { /* one that does not count leaves nothing behind */
		*at = 0;
		*end = size;
	}
	return part;
}

/* ---- headers ---- */

static void
add_name(struct req *q, const char *how, struct str name)
{
	struct str plain = arena_str(q->mem, name);
	char *c = (char *)plain.ptr;
	size_t i;

	for (i = 0; i < plain.len; i++)
		if (c[i] == '"' || c[i] == '\\' || (unsigned char)c[i] < ' ' ||
		    (unsigned char)c[i] >= 0x7f)
			c[i] = '_';
	buf_fmt(&q->headers,
	    "Content-Disposition: %s; filename=\"%.*s\"; "
	    "filename*=UTF-8''%.*s\r\n",
	    how, STR_ARGS(plain), STR_ARGS(media_path(name, q->mem)));
}

static void
add_headers(struct req *q, const struct file_reply *f, struct str tag)
{
	struct str shown = media_shown(f->type);

	http_add_field(&q->headers, "ETag", tag);
	buf_str(&q->headers, f->everybody
				 ? STR("Cache-Control: public, max-age=300\r\n")
				 : STR("Cache-Control: private, no-cache\r\n"));
	buf_str(&q->headers, STR("Accept-Ranges: bytes\r\n"
				 "Content-Security-Policy: sandbox\r\n"));
	add_name(q, shown.ptr ? "inline" : "attachment", f->name);
	q->kept = true;
	q->type = shown.ptr ? shown : STR("application/octet-stream");
}

static int
send_part(struct req *q, const struct file_reply *f, int64_t at, int64_t end)
{
	struct sending *s = stream_new(q, sizeof *s, step);

	memcpy(s->digest, f->digest.ptr, SHA256_HEX);
	s->at = at;
	s->end = end;
	s->stream.sized = true;
	s->stream.length = end - at;
	return 0;
}

int
file_reply(struct req *q, const struct file_reply *f)
{
	struct str tag = arena_fmt(q->mem, "\"%.*s\"", STR_ARGS(f->digest));
	int64_t at, end;
	int part;

	if (f->digest.len != SHA256_HEX)
		return fail(q, E_NO_FILE);
	if (file_size(q->srv->files, f->digest) != f->size) {
		log_line(LOG_ERROR, "uploads", "doing", "read", "error",
		    "a content is missing or of another size", "digest",
		    arena_str(q->mem, f->digest).ptr, NULL);
		return fail(q, E_STORE);
	}
	part = part_of(q, tag, f->size, &at, &end);
	add_headers(q, f, tag);
	if (is_known(req_header(q, "if-none-match"), tag)) {
		q->status = 304;
		return 0;
	}
	if (part < 0) {
		q->status = 416;
		buf_fmt(&q->headers, "Content-Range: bytes */%lld\r\n",
		    (long long)f->size);
		return 0;
	}
	if (part > 0) {
		q->status = 206;
		buf_fmt(&q->headers, "Content-Range: bytes %lld-%lld/%lld\r\n",
		    (long long)at, (long long)end - 1, (long long)f->size);
	}
	return send_part(q, f, at, end);
}
