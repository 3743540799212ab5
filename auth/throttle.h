/* SPDX-License-Identifier: ISC */
#ifndef AUTH_THROTTLE_H
#define AUTH_THROTTLE_H

#include "json/str.h"

/*
 * Token buckets under a key, in a table of fixed size: when it is full the
 * entry that was touched longest ago makes room.  Times are milliseconds of
 * the monotonic clock, handed in, so that a test owns the clock.
 */
struct bucket_rule {
	uint32_t burst;     /* this many at once */
	uint32_t every_ms;  /* then one per so many; not 0 */
	uint32_t every_max; /* each of these doubles it, up to here; 0: no */
};

struct throttle;

struct throttle *throttle_new(size_t entries, struct bucket_rule);
void throttle_free(struct throttle *);
/* 0 if one more may pass now (it is not taken), else milliseconds to wait. */
int64_t throttle_wait(struct throttle *, struct str key, int64_t now_ms);
/* Take one; 0 if it could be taken, else milliseconds to wait. */
int64_t throttle_take(struct throttle *, struct str key, int64_t now_ms);
/* Forget the key: a success. */
void throttle_forget(struct throttle *, struct str key);

/* An address as it is counted: IPv4 whole, IPv6 by its /64. */
struct str address_key(const void *addr, bool ipv6, char out[20]);

#endif
