/* SPDX-License-Identifier: ISC */
#ifndef STORE_MESSAGE_SYNC_H
#define STORE_MESSAGE_SYNC_H

/* Part of store/store.h, where the rules stand. */
#include "store/messages.h"

/*
 * What has become of a room's messages since a time, some at a time: first
 * those that are new or changed and still there, then those that are gone.
 * Starts zeroed but for room, since and thread.
 */
enum { SYNC_ROOTS = -1 };
struct sync {
	int64_t room, since;
	int64_t thread; /* 0 all; of the thread with this key; SYNC_ROOTS */
	int64_t from;   /* key: those from here on are new */
	int64_t at, pk; /* the last one */
	char id[64];
	size_t id_len;
	enum { SYNC_BEGINS, SYNC_NEW, SYNC_CHANGED, SYNC_GONE, SYNC_END } phase;
};
/* A message of id alone. */
struct lost {
	struct str id;
	int64_t at;
};
/* The next ones: 1, 0 (and moved on) if there are no more, -1. */
int sync_updated(struct store *, struct arena *, struct sync *,
    struct message **, size_t *count);
int sync_gone(struct store *, struct arena *, struct sync *, struct lost **,
    size_t *count);
/* In pages. */
int messages_gone(struct store *, struct arena *, const struct room *,
    int64_t since, int64_t offset, int64_t limit, struct lost **, size_t *count,
    int64_t *total);
/* Was there once, and not long ago. */
int message_is_gone(struct store *, struct str id);

#endif
