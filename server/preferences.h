/* SPDX-License-Identifier: ISC */
#ifndef SERVER_PREFERENCES_H
#define SERVER_PREFERENCES_H

#include "json/reader.h"
#include "json/writer.h"

/*
 * How users like their clients to behave.  The server keeps it and hands it
 * out; only what differs from the usual is stored.
 */

/* All of them, as members of the open object: the stored ones (a JSON object,
 * or NO_STR) before the usual ones. */
void preferences_write(struct writer *, struct arena *, struct str stored);
/* One that is a text, as it is now. */
struct str preference_text(struct arena *, struct str stored, struct str name);
/* What is stored after a change: NULL is in *wrong if all types are right,
 * else the name of one that is not. */
struct str preferences_change(
    struct arena *, struct str stored, struct json change, const char **wrong);

#endif
