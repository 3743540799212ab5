/* SPDX-License-Identifier: ISC */
#ifndef SERVER_ROOMS_H
#define SERVER_ROOMS_H

#include "server/out.h"
#include "store/store.h"

/*
 * Rooms in memory, bounded: what access to a room needs, who is a member as
 * what, and the newest page of hot rooms as finished bytes.  The store says
 * at once when it changes a room (store_watch), so a copy is never older
 * than the data; what an undone or failed transaction may have put here is
 * forgotten with it.
 */
struct rooms;

struct rooms *rooms_new(struct store *);
void rooms_free(struct rooms *);
/* Another process has written. */
void rooms_forget(struct rooms *);

/* By id, else by name, as room_find, but its counts and times of messages are
 * 0.  Strings live until the next call of this: 1, 0, -1. */
int rooms_find(struct rooms *, struct str word, struct room *);
/* As member_find, but id and since are empty; strings as above. */
int rooms_member(struct rooms *, int64_t room, int64_t user, struct member *);

/* The room's newest page, in the reply's own bytes; NULL: not here. */
struct blob *rooms_page(struct rooms *, int64_t room);
/* Keeps it until the room changes: takes the blob's reference. */
void rooms_keep_page(struct rooms *, int64_t room, struct blob *);

#endif
