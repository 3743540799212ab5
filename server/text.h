/* SPDX-License-Identifier: ISC */
#ifndef SERVER_TEXT_H
#define SERVER_TEXT_H

#include "json/arena.h"

/*
 * What stands in the text of a message.  Bounded, whatever the text; fixed,
 * as what clients and peers expect of a message is.
 */
enum { TEXT_URLS = 20, TEXT_MENTIONS = 50 };

/* The links, as a compact JSON array [{"url":"..."}], or NO_STR. */
struct str text_urls(struct str text, struct arena *);
/* The different names behind an '@', or a '#', at the begin of a word: how
 * many. */
size_t text_mentions(
    struct str text, char sign, struct str names[TEXT_MENTIONS]);
/* Takes the name out of the list; false if it is not there. */
bool text_take(struct str *names, size_t *count, struct str name);

#endif
