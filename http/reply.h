/* SPDX-License-Identifier: ISC */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "json/buf.h"

/* "HTTP/1.1 200 OK\r\n"; of a status that we send. */
struct str http_status_line(int status);

/* RFC 9110 IMF-fixdate of a second since 1970: 29 characters, no NUL.  The
 * year is within 0 to 9999. */
enum { HTTP_DATE = 29 };
void http_date(char out[HTTP_DATE], int64_t seconds);

/*
 * "Name: value\r\n" with a value that may come from outside: bytes that a
 * field cannot carry are left out.
 */
void http_add_field(struct buf *, const char *name, struct str value);

/* One chunk of a chunked body; an empty piece ends it. */
void http_add_chunk(struct buf *, struct str piece);

#endif
