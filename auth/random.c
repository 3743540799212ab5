/* SPDX-License-Identifier: ISC */
/* Randomness, and the names and secrets that are made of it. */
#include "auth/random.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "auth/digest.h"

enum { POOL = 4096, BASE = 55, TIME_CHARS = 10 };

static const char letters[] =
    "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";

/* One per process, as OpenSSL's own generator is; a fork begins it anew, so
 * that two processes never hand out the same bytes. */
static struct {
	uint8_t bytes[POOL];
	size_t left;
	bool watched; /* for forks */
} pool;

static void
begin_anew(void)
{
	pool.left = 0;
}

static void
draw(void *out, size_t n)
{
	if (RAND_bytes(out, (int)n) == 1)
		return;
	fprintf(stderr, "pocketchat: no randomness to be had\n");
	_exit(70);
}

void
random_bytes(void *out, size_t n)
{
	uint8_t *from;

	if (n > POOL / 4) {
		draw(out, n);
		return;
	}
	if (!pool.watched)
		pool.watched = pthread_atfork(NULL, NULL, begin_anew) == 0;
	if (pool.left < n || !pool.watched) {
		draw(pool.bytes, POOL);
		pool.left = POOL;
	}
	pool.left -= n;
	from = pool.bytes + pool.left;
	memcpy(out, from, n);
	wipe(from, n);
}

/* One of so many, each as likely as the others. */
static unsigned
one_of(unsigned count)
{
	uint8_t b;

	do
		random_bytes(&b, 1);
	while (b >= 256 - 256 % count);
	return b % count;
}

/* One of so many, each as likely as the others, in one draw. */
static uint64_t
number_below(uint64_t count)
{
	uint64_t n, most = UINT64_MAX - UINT64_MAX % count;

	do
		random_bytes(&n, sizeof n);
	while (n >= most);
	return n % count;
}

static void
put_letters(char *to, int n, uint64_t value)
{
	while (n-- > 0) {
		to[n] = letters[value % BASE];
		value /= BASE;
	}
}

void
id_new(char out[ID_LEN], int64_t now_ms)
{
	/* 55^7, for the letters behind those of the time */
	const uint64_t rest = UINT64_C(1522435234375);
	uint16_t low;

	random_bytes(&low, sizeof low);
	put_letters(out, TIME_CHARS, (uint64_t)now_ms << 16 | low);
	put_letters(out + TIME_CHARS, ID_LEN - TIME_CHARS, number_below(rest));
}

void
token_new(char out[TOKEN_LEN])
{
	uint8_t bytes[TOKEN_BYTES];

	do {
		draw(bytes, sizeof bytes); /* straight from OpenSSL */
		base64url(bytes, sizeof bytes, out);
	} while (out[TOKEN_LEN - TOKEN_TAIL] == '-'); /* like an option */
	wipe(bytes, sizeof bytes);
}

void
password_new(char out[PASSWORD_LEN])
{
	int i;

	for (i = 0; i < PASSWORD_LEN; i++)
		out[i] = letters[one_of(BASE)];
}

void
hook_token_new(char out[HOOK_TOKEN_LEN])
{
	int i;

	for (i = 0; i < HOOK_TOKEN_LEN; i++)
		out[i] = letters[one_of(BASE)];
}
