/* SPDX-License-Identifier: ISC */
#ifndef SERVER_PRESENCE_H
#define SERVER_PRESENCE_H

#include "json/arena.h"

/*
 * Who is there: a user is online for presence_timeout after each call they
 * make.  In memory only, never in the store; times are monotonic ms.
 */
struct presence;

struct presence *presence_new(void);
void presence_free(struct presence *);
void presence_seen(struct presence *, int64_t user, int64_t now);
/* When this user was seen last; INT64_MIN: not for long. */
int64_t presence_of(struct presence *, int64_t user);
/* Rows of the users seen since then; those unseen longer are forgotten. */
size_t presence_since(
    struct presence *, int64_t since, struct arena *, int64_t **users);

#endif
