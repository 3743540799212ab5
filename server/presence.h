/* SPDX-License-Identifier: ISC */
#ifndef SERVER_PRESENCE_H
#define SERVER_PRESENCE_H

#include "json/arena.h"

struct conf;

/*
 * Who is there: a user is online for presence_timeout after each call they
 * make.  In memory only, never in the store; times are monotonic ms.
 */
struct presence;

/* For how long changes are remembered, and what presence_moved may be asked. */
enum { PRESENCE_MEMORY = 10 * 60 * 1000 };

/* now: nothing is known of what was before. */
struct presence *presence_new(struct conf *const *, int64_t now);
void presence_free(struct presence *);
void presence_seen(struct presence *, int64_t user, int64_t now);
/* What they wish to be shown as, or say of themselves, is another thing. */
void presence_changed(struct presence *, int64_t user, int64_t now);
/* When this user was seen last; INT64_MIN: not for long. */
int64_t presence_of(struct presence *, int64_t user);
/* Rows of the users seen since then. */
size_t presence_since(
    struct presence *, int64_t since, struct arena *, int64_t **users);
/* Rows of those who came, left or changed since then (at most
 * PRESENCE_MEMORY ago); false: it is not known. */
bool presence_moved(struct presence *, int64_t since, int64_t now,
    struct arena *, int64_t **users, size_t *count);

#endif
