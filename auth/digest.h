/* SPDX-License-Identifier: ISC */
#ifndef AUTH_DIGEST_H
#define AUTH_DIGEST_H

#include "json/arena.h"

enum { SHA256_LEN = 32, SHA256_HEX = 64 };

/* The algorithm is fetched once per process: 165 ns a call, not 690. */
void sha256(struct str, uint8_t out[SHA256_LEN]);
void sha256_hex(struct str, char out[SHA256_HEX]);
/* Of bytes that come in pieces; sha256_end writes the hex digits, or nothing
 * if out is NULL, and frees it. */
struct sha256_state;
struct sha256_state *sha256_begin(void);
void sha256_add(struct sha256_state *, struct str);
void sha256_end(struct sha256_state *, char *out);
void hmac_sha256(struct str key, struct str, uint8_t out[SHA256_LEN]);

/* Standard alphabet; NO_STR if the text is not base64.  Padding may be left
 * out, but not be wrong. */
struct str base64_decode(struct str, struct arena *);
/* out holds (4 * len + 2) / 3 characters; no padding, no NUL. */
void base64url(const uint8_t *, size_t len, char *out);

/* In time that does not depend on the bytes. */
bool same_bytes(const void *, const void *, size_t);
/* Overwrite a secret in a way that the compiler keeps. */
void wipe(void *, size_t);

#endif
