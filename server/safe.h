/* SPDX-License-Identifier: ISC */
#ifndef SERVER_SAFE_H
#define SERVER_SAFE_H

#include "json/buf.h"

/*
 * Text of strangers on its way to a log or a terminal: no control character,
 * nothing that turns the direction of writing, no invalid UTF-8.
 */
enum { SAFE_PIECE = 8 };

/*
 * Takes the first character off the rest and writes it: as it is, or as
 * \n, \t, \r, \u001b, or \xff for a byte that is not UTF-8.  The length; more
 * than one byte that begin with a backslash are such an escape.
 */
size_t safe_next(struct str *rest, char out[SAFE_PIECE]);
void safe_add(struct buf *, struct str);

#endif
