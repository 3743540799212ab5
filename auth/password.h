/* SPDX-License-Identifier: ISC */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include "auth/digest.h"

/*
 * Passwords are kept as scrypt over the lower-case hex SHA-256 of the plain
 * text, since clients may send either of the two.  The parameters stand in
 * the record: "$scrypt$ln=14,r=8,p=5$<salt>$<hash>" (base64url).
 */
enum {
	PASSWORD_MAX = 1024, /* bytes of plain text */
	SALT_LEN = 16,
	RECORD_MAX = 120,
};

struct kdf {
	uint8_t ln, r, p;
	uint8_t salt[SALT_LEN];
};

/* The default cost, and that of users made in bulk (marked weak by it). */
#define KDF_ORDINARY ((struct kdf){ .ln = 14, .r = 8, .p = 5 })
#define KDF_BULK ((struct kdf){ .ln = 14, .r = 8, .p = 1 })

/* From a configured cost "ln=14,r=8,p=5"; false outside ln 10-20 (10-15 with
 * r=1, says RFC 7914), r 1-32, p 1-16 or above 256 MB of memory. */
bool kdf_parse(struct str, struct kdf *);
/* The same cost, with a new salt. */
struct kdf kdf_fresh(const struct kdf *cost);
/* True if a record of the first is cheaper to guess than the second asks. */
bool kdf_weaker(const struct kdf *, const struct kdf *wanted);

/* The slow step, tenths of a second: only for the helper and the command
 * line.  False when OpenSSL refuses (no memory). */
bool kdf_run(
    const struct kdf *, const char hex[SHA256_HEX], uint8_t out[SHA256_LEN]);

/* Only what record_text writes; the hash is undefined when false. */
bool record_parse(struct str record, struct kdf *, uint8_t hash[SHA256_LEN]);
struct str record_text(
    const struct kdf *, const uint8_t hash[SHA256_LEN], struct arena *);

/* True for 64 lower-case hex digits: a digest as clients send it. */
bool is_sha256_hex(struct str);

#endif
