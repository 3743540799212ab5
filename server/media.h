/* SPDX-License-Identifier: ISC */
#ifndef SERVER_MEDIA_H
#define SERVER_MEDIA_H

#include "json/arena.h"

/* Media types and names of files, as strangers write them. */

/* "type/subtype" in small letters without parameters; what is none, or is not
 * there, is application/octet-stream. */
struct str media_type(struct str sent, struct arena *);
/* By lists with commas, with * behind a slash; no list allows everything, and
 * what is denied is not allowed. */
bool media_allowed(struct str type, struct str allow, struct str deny);
/* As it is served to be looked at; NO_STR: it is to be saved. */
struct str media_shown(struct str type);
/* The last part of a path, at most 255 bytes of valid UTF-8; never empty. */
struct str media_name(struct str sent, struct arena *);
/* Behind the last dot; may be empty. */
struct str media_extension(struct str name);
/* Percent-encoded, for a path. */
struct str media_path(struct str name, struct arena *);

#endif
