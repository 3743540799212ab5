/* SPDX-License-Identifier: ISC */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "json/str.h"

/*
 * HTTP/1.1 requests from bytes, without doubt (security.md section 1, RFC
 * 9112).  The caller keeps all bytes of one request in one buffer, which may
 * move and grow between calls, and feeds the whole of it each time; the
 * parser goes on where it stopped, so every split of the bytes gives the
 * same result and no byte is looked at twice.  Nothing is allocated.
 *
 *	http_begin -> HTTP_MORE... -> HTTP_HEAD -> HTTP_MORE... -> HTTP_DONE
 *
 * HTTP_HEAD is answered once, when the head stands: the caller may now lower
 * or raise max_body for its route before it feeds on.  A chunked body is
 * joined in place, over the chunk sizes, so the buffer is changed.
 *
 * A body of any length in a buffer of any size: set `streamed` at HTTP_HEAD,
 * and after each feed use http_piece and take it out by http_take.
 */
/* Fixed, as it is the size of the struct: fewer can be allowed. */
enum { HTTP_MAX_FIELDS = 100 };

enum http_answer {
	HTTP_MORE = 0, /* feed again when there are more bytes */
	HTTP_HEAD,     /* the head is whole; feed again for the body */
	HTTP_DONE,     /* the request is whole */
	HTTP_BAD,      /* answer with status, close, parse nothing more */
};

enum http_method {
	HTTP_GET = 1,
	HTTP_HEAD_METHOD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_OTHER, /* a well-formed token that is none of these */
};

/* Offsets into the buffer: it may move. */
struct http_slice {
	uint32_t at, len;
};

struct http_field {
	uint16_t name, name_len, value, value_len;
};

struct http {
	/* set by http_begin; max_fields may be lowered then, max_body may
	 * be changed at HTTP_HEAD */
	uint32_t max_line, max_head; /* bytes; max_head at most 65535 */
	uint32_t max_fields;
	uint64_t max_body; /* at most INT32_MAX counts, unless streamed */
	bool streamed;

	/* the result */
	enum http_method method;
	struct http_slice verb, target; /* as sent */
	int version;                    /* 10 or 11 */
	bool keep_alive;
	bool expects_continue; /* and some body is still to come */
	bool chunked;
	bool has_length;
	uint64_t length;        /* declared, if has_length */
	struct http_slice host; /* the Host field, or an absolute target's */
	struct http_slice body; /* valid at HTTP_DONE */
	size_t used;            /* bytes of this request, at HTTP_DONE */
	int status;      /* at HTTP_BAD: 400, 413, 414, 417, 431, 501, 505 */
	const char *why; /* at HTTP_BAD: a few words for the client */

	/* the machine */
	int state;
	size_t at;   /* next byte to look at */
	size_t line; /* begin of the line at hand */
	size_t join; /* end of the body joined so far */
	uint64_t left;
	uint64_t taken; /* of a streamed body */
	uint32_t extra; /* bytes of head, chunk extensions and trailers */
	unsigned nfields, nhosts, ncodings;
	bool bad_coding, says_close, says_keep;
	struct http_field field[HTTP_MAX_FIELDS];
};

void http_begin(
    struct http *, uint32_t max_line, uint32_t max_head, uint64_t max_body);
enum http_answer http_feed(struct http *, char *bytes, size_t len);

/*
 * A chunked body that is not whole yet leaves a gap of chunk sizes behind
 * what is joined.  Close it, so that the buffer grows with the body alone;
 * the new length of the buffer's content.
 */
size_t http_squeeze(struct http *, char *bytes, size_t len);
/* What has come of a streamed body since it was last taken. */
struct str http_piece(const struct http *, const char *bytes);
/* Take that out; the new length of the buffer's content. */
size_t http_take(struct http *, char *bytes, size_t len);
/*
 * True once the first byte of a request has been seen, or the CR of an empty
 * line before it; false: what was fed so far can be forgotten.
 */
bool http_started(const struct http *);
/* The value of the first field of that name, trimmed; NO_STR if none. */
struct str http_find(const struct http *, const char *bytes, struct str name);
/* How many fields of that name. */
unsigned http_count(const struct http *, const char *bytes, struct str name);

static inline struct str
http_str(const char *bytes, struct http_slice s)
{
	return (struct str){ bytes + s.at, s.len };
}

#endif
