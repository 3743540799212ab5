/* SPDX-License-Identifier: ISC */
#ifndef SERVER_REACH_H
#define SERVER_REACH_H

#include "server/who.h"

/*
 * Which rooms somebody may read: one rule for calls, and for those who go on
 * listening when the call is over.  1, 0, -1 as the store.
 */
int room_reach(struct server *, const struct session *, const struct room *);
/* 1 a member, and the rights of the roles they have there join the set. */
int room_rights(struct server *, const struct session *, const struct room *,
    struct rights *);

#endif
