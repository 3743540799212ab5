/* SPDX-License-Identifier: ISC */
#ifndef STORE_STATISTICS_H
#define STORE_STATISTICS_H

/* Part of store/store.h, where the rules stand. */
#include "json/arena.h"
#include "store/select.h"

struct store;

/* How much there is of everything; it is counted, so not for every call. */
struct counts {
	int64_t users, inactive; /* inactive: of users */
	int64_t channels, groups, directs, discussions;
	int64_t channel_messages, group_messages, direct_messages;
	int64_t threads; /* messages that were answered */
	int64_t uploads, upload_bytes;
	int64_t hooks_in, hooks_out, hooks_on;
};
int counts_now(struct store *, struct counts *);
/* Of these users, who wish to be shown as what. */
struct wishes {
	int64_t online, away, busy, offline;
};
int wishes_of(struct store *, struct arena *, const int64_t *rows, size_t n,
    struct wishes *);

/* What was counted once: JSON texts by their time. */
struct statistic {
	int64_t at;
	struct str body;
};
int statistic_add(struct store *, const struct statistic *);
/* When it was done last: 1, 0 never, -1. */
int statistic_last(struct store *, int64_t *at);
int statistic_sweep(struct store *, int64_t before);
extern const struct select_field statistic_fields[];
int statistics_select(struct store *, struct arena *, struct select *,
    int64_t **times, size_t *n, int64_t *total);
int statistics_at(struct store *, struct arena *, const int64_t *times,
    size_t n, struct statistic **, size_t *count);

#endif
