/* SPDX-License-Identifier: ISC */
#ifndef SERVER_NAMES_H
#define SERVER_NAMES_H

#include "store/store.h"

/*
 * The names of a room's members as finished JSON, since a big room has
 * thousands and is asked for often.  An entry is right as long as the room's
 * roster number is the same, and the store has taken nothing back: then a
 * number comes again with other names.  Bounded.
 */
struct names;

struct names *names_new(void);
void names_free(struct names *);
/* A compact array, ["ada","bob"], good until the next call; NO_STR: the
 * store is broken. */
struct str names_of(struct names *, struct store *, const struct room *);

#endif
