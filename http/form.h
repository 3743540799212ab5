/* SPDX-License-Identifier: ISC */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "json/arena.h"
#include "json/buf.h"

/*
 * application/x-www-form-urlencoded (a query string is one too) as a JSON
 * object, so that handlers see one kind of parameters.  Keys nest as in qs:
 *
 *	a=1&b[c]=2&d[]=3&d[]=4&e[0][f]=5
 *	{"a":"1","b":{"c":"2"},"d":["3","4"],"e":[{"f":"5"}]}
 *
 * All values are strings.  A key given twice becomes an array; of a key given
 * with and without brackets the brackets win.  An object whose keys are all
 * array indices (below 100,000) is an array in the order of the indices.  A
 * key whose brackets do not pair, or that nests deeper than FORM_DEPTH, is
 * taken literally.  Linear in time, arrays but for a sort.
 */
enum { FORM_DEPTH = 6 };

enum form_fault {
	FORM_FINE = 0,
	FORM_ENCODING,  /* broken escape, NUL or invalid UTF-8 */
	FORM_TOO_MANY,  /* fields */
	FORM_MALFORMED, /* multipart: it has status and why */
};

enum form_fault form_to_json(
    struct str form, size_t max_fields, struct arena *, struct buf *json);

/*
 * The same of a whole multipart/form-data body, by a parser that has begun
 * (http/multipart.h).  Files are left out, as if they had not been sent.
 */
struct multipart;
enum form_fault multipart_to_json(
    struct multipart *, struct str body, struct arena *, struct buf *json);

#endif
