/* SPDX-License-Identifier: ISC */
#ifndef HTTP_SCAN_H
#define HTTP_SCAN_H

#include "http/head.h"

/* Between the files of the parsers here: nobody else's business. */
enum http_state {
	S_START,
	S_EMPTY_LINE, /* its CR has been seen */
	S_LINE,       /* the request line */
	S_FIELDS,
	S_HEAD_DONE,
	S_LENGTH, /* a body of known length */
	S_CHUNK_LINE,
	S_CHUNK_DATA,
	S_CHUNK_END,
	S_TRAILERS,
	S_DONE,
	S_BAD,
};

enum http_class {
	C_TOKEN = 1, /* of names and methods */
	C_VALUE = 2, /* of field values */
	C_TARGET = 4,
	C_HOST = 8,
	C_DIGIT = 16,
	C_HEX = 32,
};

bool http_is(char, enum http_class);
/* All bytes of the slice, which may be empty. */
bool http_all(struct str, enum http_class);
/* 1*DIGIT up to max; false for anything else. */
bool http_number(struct str, uint64_t max, uint64_t *out);
/* host [ ":" port ] as RFC 3986 has it; the host may be empty. */
bool http_host_fits(struct str);

enum http_answer http_bad(struct http *, int status, const char *why);
/*
 * A line from h->line on: 1 and its content without CRLF, with h->line and
 * h->at behind it; 0 there is no whole line; -1 it is longer than max or
 * ends without CR: then the status stands.
 */
int http_line(struct http *, const char *bytes, size_t len, size_t max,
    int status, struct str *line);
/* name ":" value, trimmed; false if it is no field line. */
bool http_field_line(struct str line, struct str *name, struct str *value);

/*
 * Off the front of a value: a mark with the blanks around it, a token, a
 * quoted string with its quotes.  False: it is none, and nothing is cut.
 */
bool http_cut_mark(struct str *, char mark);
bool http_cut_token(struct str *);
bool http_cut_quoted(struct str *);

enum http_answer http_body(struct http *, char *bytes, size_t len);

#endif
