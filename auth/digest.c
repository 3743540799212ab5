/* SPDX-License-Identifier: ISC */
/* Digests and encodings. */
#include "auth/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <unistd.h>

static void
must(int fine)
{
	if (fine == 1)
		return;
	fprintf(stderr, "pocketchat: OpenSSL cannot compute SHA-256\n");
	_exit(70);
}

/* Fetched once: looking the algorithm up costs more than a short digest. */
static const EVP_MD *
algorithm(void)
{
	static EVP_MD *md;

	if (!md)
		must((md = EVP_MD_fetch(NULL, "SHA256", NULL)) != NULL);
	return md;
}

void
sha256(struct str s, uint8_t out[SHA256_LEN])
{
	static EVP_MD_CTX *ctx;

	if (!ctx)
		must((ctx = EVP_MD_CTX_new()) != NULL);
	must(EVP_DigestInit_ex2(ctx, algorithm(), NULL));
	must(EVP_DigestUpdate(ctx, s.ptr, s.len));
	must(EVP_DigestFinal_ex(ctx, out, NULL));
}

static void
write_hex(const uint8_t hash[SHA256_LEN], char out[SHA256_HEX])
{
	static const char hex[] = "0123456789abcdef";
	int i;

	for (i = 0; i < SHA256_LEN; i++) {
		out[2 * i] = hex[hash[i] >> 4];
		out[2 * i + 1] = hex[hash[i] & 15];
	}
}

void
sha256_hex(struct str s, char out[SHA256_HEX])
{
	uint8_t hash[SHA256_LEN];

	sha256(s, hash);
	write_hex(hash, out);
	wipe(hash, sizeof hash);
}

/* OpenSSL's own context, by a name of ours. */
static EVP_MD_CTX *
context(struct sha256_state *s)
{
	return (EVP_MD_CTX *)s;
}

struct sha256_state *
sha256_begin(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	must(ctx != NULL);
	must(EVP_DigestInit_ex2(ctx, algorithm(), NULL));
	return (struct sha256_state *)ctx;
}

void
sha256_add(struct sha256_state *s, struct str piece)
{
	must(EVP_DigestUpdate(context(s), piece.ptr, piece.len));
}

void
sha256_end(struct sha256_state *s, char *out)
{
	uint8_t hash[SHA256_LEN];

	if (out) {
		must(EVP_DigestFinal_ex(context(s), hash, NULL));
		write_hex(hash, out);
	}
	EVP_MD_CTX_free(context(s));
}

void
hmac_sha256(struct str key, struct str s, uint8_t out[SHA256_LEN])
{
	unsigned n = SHA256_LEN;

	must(HMAC(algorithm(), key.ptr, (int)key.len,
		 (const unsigned char *)s.ptr, s.len, out, &n) != NULL);
}

static int
sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

struct str
base64_decode(struct str s, struct arena *mem)
{
	char *out;
	uint32_t bits = 0;
	size_t i, n = 0;
	unsigned have = 0;
	int v;

	for (i = 0; i < 2 && s.len > 0 && s.ptr[s.len - 1] == '='; i++)
		s.len--;
	if (s.len % 4 == 1 || (i > 0 && (s.len + i) % 4 != 0))
		return NO_STR;
	out = arena_get(mem, s.len + 1);
	for (i = 0; i < s.len; i++) {
		if ((v = sextet(s.ptr[i])) < 0)
			return NO_STR;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (char)(bits >> have & 255);
		}
	}
	return (struct str){ out, n };
}

void
base64url(const uint8_t *in, size_t len, char *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789-_";
	uint32_t bits = 0;
	unsigned have = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		bits = bits << 8 | in[i];
		for (have += 8; have >= 6;) {
			have -= 6;
			*out++ = letters[bits >> have & 63];
		}
	}
	if (have > 0)
		*out = letters[bits << (6 - have) & 63];
}

bool
same_bytes(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

void
wipe(void *p, size_t n)
{
	OPENSSL_cleanse(p, n);
}
