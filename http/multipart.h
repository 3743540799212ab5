/* SPDX-License-Identifier: ISC */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "json/str.h"

/*
 * multipart/form-data (RFC 7578, RFC 2046) as it comes: fed with the bytes in
 * pieces of any size, the parser keeps the headers of the part at hand and
 * nothing of its body, so a file of any size costs the same memory.  Every
 * split of the bytes gives the same parts, in time that grows with their
 * number alone.
 *
 *	if (!multipart_begin(&m, type, 100))
 *		refuse(m.status, m.why);
 *	while there are more bytes in
 *		while ((e = multipart_next(&m, &in, &piece)) != PART_MORE)
 *			PART_BEGIN, then PART_DATA..., then PART_END of each
 *	if (!multipart_end(&m))
 *		refuse(m.status, m.why);
 *
 * Only when multipart_end agrees is the body whole: nothing may be kept for
 * good before.  Text around the parts is skipped, as RFC 2046 has it.
 * Refused is all that could be read in two ways: lines that do not end with
 * CR LF, folded lines, a boundary line with more than blanks behind it, a
 * part that is not form-data with one name, what is given twice, names that
 * are not UTF-8 or have control characters in them, transfer encodings.
 */
enum {
	/* Fixed, as they are the size of the struct; headers of browsers
	 * have some 200 bytes, with a filename* of 255 characters 3,000. */
	PART_HEAD = 4096,                   /* bytes of a part's headers */
	BOUNDARY_MOST = 70,                 /* RFC 2046 */
	DELIMITER_MOST = BOUNDARY_MOST + 4, /* CR LF "--" before it */
};

enum part_event {
	PART_MORE = 0, /* all bytes are used up: feed on, or end */
	PART_BEGIN,    /* its headers stand: name, filename, type */
	PART_DATA,     /* piece is some of its body, never empty */
	PART_END,
	PART_BAD, /* status and why; it stays so */
};

/* Must not move between the calls. */
struct multipart {
	/* Of the part at hand, until the next begins.  In names, a backslash
	 * before a quote or a backslash is taken off; the "%22" of browsers
	 * stays, as it could be meant. */
	struct str name;     /* may be empty */
	struct str filename; /* NO_STR: it is no file.  filename* wins.  It
			      * is what they call it: never a path of ours */
	struct str type;     /* Content-Type as sent; NO_STR if there is none */

	int status;      /* of a refusal: 400, 413 or 415 */
	const char *why; /* a few words for the client */

	/* the machine */
	int state;
	unsigned parts, max_parts;
	unsigned matched; /* bytes of the delimiter, held back */
	unsigned assumed; /* of these, how many never came */
	unsigned used;    /* bytes of head, or of a boundary line */
	unsigned line;    /* where its line at hand begins */
	unsigned delimiter_len;
	char delimiter[DELIMITER_MOST];
	char head[PART_HEAD];
};

/* Is that the Content-Type, whatever its parameters? */
bool multipart_is(struct str type);
/* With the Content-Type of the whole, which names the boundary.  False:
 * status and why. */
bool multipart_begin(struct multipart *, struct str type, unsigned max_parts);
/*
 * What comes next; the bytes that it took are cut off the front of *in.
 * *piece, of PART_DATA, lies in *in or in the struct: it is good until the
 * next call.
 */
enum part_event multipart_next(
    struct multipart *, struct str *in, struct str *piece);
/* There are no more bytes.  False, with status and why: the last boundary
 * has not come, or they were refused before. */
bool multipart_end(struct multipart *);

#endif
