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
	enum token_scope scope;
	int64_t room;    /* row: it is good only there; 0: anywhere */
	int64_t expires; /* 0: never */
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

/* Where the token is used now.  Cheap: it is asked for once a minute. */
bool who_wants_address(struct who *, const struct session *);
void who_used_from(struct who *, const struct session *, struct str address);

/* This token has ended; or anything may have changed: look anew. */
void who_forget_token(struct who *, const uint8_t hash[SHA256_LEN]);
void who_forget_all(struct who *);
/* This user is somebody else now, or may do other things. */
void who_forget_user(struct who *, int64_t user);

/* Basic: was this right within the last five minutes?  And: it was. */
bool who_basic_known(
    struct who *, const struct user *, struct str name, struct str password);
void who_basic_learn(
    struct who *, const struct user *, struct str name, struct str password);

/* Once a minute: write down last uses, sweep what has expired.  False: they
 * are not written, or not yet. */
bool who_minute(struct who *);

#endif
