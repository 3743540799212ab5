/* SPDX-License-Identifier: ISC */
#ifndef AUTH_RANDOM_H
#define AUTH_RANDOM_H

#include <stddef.h>
#include <stdint.h>

enum {
	ID_LEN = 17,
	TOKEN_LEN = 43,
	TOKEN_BYTES = 32,
	TOKEN_TAIL = 6, /* what a token is named by */
	PASSWORD_LEN = 20,
	HOOK_TOKEN_LEN = 48,
};

/* From OpenSSL, through a pool (a call costs 9 ns instead of 1.4 us); ends
 * the process when OpenSSL cannot give any. */
void random_bytes(void *, size_t);

/*
 * 17 characters of Rocket.Chat's 55-letter alphabet.  The first ten grow
 * with time, so that an index of them is written at its end; 56 random bits
 * follow from the same draw, so that nobody guesses one.
 */
void id_new(char out[ID_LEN], int64_t now_ms);

/* 32 random bytes as base64url without padding; the tail does not begin with
 * '-', so that it can be a word of a command. */
void token_new(char out[TOKEN_LEN]);

/* Of an integration's address: letters and digits alone, since clients take
 * such an address apart by them. */
void hook_token_new(char out[HOOK_TOKEN_LEN]);

/* A generated password: letters and digits that cannot be confused. */
void password_new(char out[PASSWORD_LEN]);

#endif
