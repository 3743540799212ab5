/* SPDX-License-Identifier: ISC */
#ifndef SERVER_WHO_H
#define SERVER_WHO_H

#include "auth/rights.h"
#include "server/server.h"

/*
 * Who is calling, and what they may do: tokens, users, roles and Basic
 * answers in memory, bounded, so that an authenticated GET asks the store
 * nothing.  Dropped whole when the store says that another process has
 * written, when a tick is lost or a request fails in the store.
 */
struct session {
	struct user user;
	struct rights rights; /* of all roles that are not a room's */
	bool by_token;        /* else by password: no token to log out */
	bool script;
	uint8_t token[SHA256_LEN]; /* its digest */
	int64_t expires;           /* 0: never */
	int64_t used;
};

struct who *who_new(struct server *);
void who_free(struct who *);
/* The last life did not end in order: what was used in its last minute may
 * not have been written down, and idle tokens are given that minute. */
void who_after_crash(struct who *);

/* The session of a live token, kept until who_forget_*: 1, 0, -1. */
int who_by_token(
    struct who *, const uint8_t hash[SHA256_LEN], const struct session **);
/* A session without a token. */
int who_by_user(
    struct who *, struct arena *, const struct user *, const struct session **);
/* What roles (names separated by spaces) give in their room. */
int who_room_rights(struct who *, struct str roles, struct rights *);

/* This token has ended; or anything may have changed: look anew. */
void who_forget_token(struct who *, const uint8_t hash[SHA256_LEN]);
void who_forget_all(struct who *);

/* Basic: was this right within the last five minutes?  And: it was. */
bool who_basic_known(
    struct who *, const struct user *, struct str name, struct str password);
void who_basic_learn(
    struct who *, const struct user *, struct str name, struct str password);

/* Once a minute: write down last uses, sweep what has expired.  False: they
 * are not written, or not yet. */
bool who_minute(struct who *);

#endif
