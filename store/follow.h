/* SPDX-License-Identifier: ISC */
#ifndef STORE_FOLLOW_H
#define STORE_FOLLOW_H

/* Part of store/store.h, where the rules stand. */
#include "store/messages.h"

/*
 * Reading on: places in a room are keys of messages (message.pk); who knows
 * one reads what stands behind it, in order, and loses and doubles nothing.
 * Over several rooms the order is that of message.number.
 */

/* Behind that key, oldest first, at most limit. */
int messages_behind(struct store *, struct arena *, const struct room *,
    int64_t key, size_t limit, struct message **, size_t *count);
/* The message of this key: 1, 0, -1. */
int message_by_key(struct store *, struct arena *, const struct room *,
    int64_t key, struct message *);
/* The id of one that is gone. */
int message_lost(struct store *, struct arena *, int64_t key, struct str *id);
/* The key of the newest message that there ever was in the room. */
int room_end(struct store *, int64_t room, int64_t *key);
/* And the place before its first. */
int64_t room_begin(int64_t room);
/* The last key of what was sent before that time, or has at most that
 * number. */
int place_at_time(
    struct store *, const struct room *, int64_t time, int64_t *key);
int place_at_number(
    struct store *, const struct room *, int64_t number, int64_t *key);
/* The last message at that place or before it that is still there. */
int place_named(struct store *, struct arena *, const struct room *,
    int64_t key, struct str *id, int64_t *number);
/* The place behind which stand the newest so many of people, or of all (of the
 * newest 10,000). */
int place_of_newest(
    struct store *, const struct room *, size_t count, bool all, int64_t *key);

/* Numbers of the newest messages of people, or of all, the newest first. */
int newest_numbers(struct store *, struct arena *, const struct room *,
    size_t count, bool all, int64_t **, size_t *);

/* A key that a client gives to what it posts, so that a try that is repeated
 * posts once: the id of the message that was posted by it. */
int idempotency_find(struct store *, struct arena *, int64_t user,
    struct str key, struct str *message);
int idempotency_add(struct store *, int64_t user, struct str key,
    struct str message, int64_t now);
/* At most limit that are older; 1 there may be more, 0. */
int idempotency_sweep(struct store *, int64_t before, size_t limit);

#endif
