/* SPDX-License-Identifier: ISC */
#ifndef STORE_TOKENS_H
#define STORE_TOKENS_H

/* Part of store/store.h, where the rules stand. */
#include "json/arena.h"

struct store;

/* What a token for scripts may do. */
enum token_scope { TOKEN_ALL, TOKEN_POSTS, TOKEN_READS };
enum { TOKEN_FROM = 46 }; /* an address as text, with its NUL */

struct token {
	uint8_t hash[32]; /* SHA-256 of the token; the token is nowhere */
	int64_t user;     /* row */
	bool script;      /* made for a script, not by a login */
	struct str note;
	struct str tail;          /* the last six characters */
	int64_t created, expires; /* expires 0: never */
	int64_t used;             /* as of the last flush */
	enum token_scope scope;
	int64_t room;                   /* only there; row, 0: anywhere */
	struct str from;                /* where it was used last, NO_STR */
	struct str username, room_name; /* in lists */
};

int token_add(struct store *, const struct token *);
int token_by_hash(
    struct store *, struct arena *, const uint8_t hash[32], struct token *);
int token_delete(struct store *, const uint8_t hash[32]);
/* All of a user's. */
int token_delete_of(struct store *, int64_t user, int64_t *count);
/* All of a user's but this one: logins, or tokens of scripts too. */
int token_delete_but(
    struct store *, int64_t user, const uint8_t hash[32], bool scripts);
/* The newest so many of a user's logins, and no older ones. */
int token_keep(struct store *, int64_t user, size_t most);
/* A user's tokens for scripts, the newest first. */
int tokens_noted(struct store *, struct arena *, int64_t user, size_t limit,
    struct token **, size_t *count);
/* One of a user's script tokens by its note, filled: 1, 0, -1. */
int token_noted(struct store *, struct arena *, int64_t user, struct str note,
    struct token *);
/* Of one user, or of everybody (0); the newest first. */
int token_list(struct store *, struct arena *, int64_t user, size_t limit,
    struct token **, size_t *count);
/* From: NO_STR leaves it as it is. */
int token_set_used(
    struct store *, const uint8_t hash[32], int64_t used, struct str from);
/* At most limit that expired before now, or were unused since idle_before. */
int token_sweep(struct store *, int64_t now, int64_t idle_before, size_t limit,
    int64_t *count);

#endif
