/* SPDX-License-Identifier: ISC */
/* Randomness, and the names and secrets that are made of it. */
#include "auth/random.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
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
	pid_t owner;
} pool;

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
	if (pool.left < n || pool.owner != getpid()) {
		draw(pool.bytes, POOL);
		pool.left = POOL;
		pool.owner = getpid();
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

void
id_new(char out[ID_LEN], int64_t now_ms)
{
	uint16_t low;
	uint64_t n;
	int i;

	random_bytes(&low, sizeof low);
	n = (uint64_t)now_ms << 16 | low;
	for (i = TIME_CHARS - 1; i >= 0; i--, n /= BASE)
		out[i] = letters[n % BASE];
	for (i = TIME_CHARS; i < ID_LEN; i++)
		out[i] = letters[one_of(BASE)];
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
