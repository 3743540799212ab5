/* SPDX-License-Identifier: ISC */
/* Password records. */
#include "auth/password.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "auth/random.h"

enum {
	SALT_TEXT = (4 * SALT_LEN + 2) / 3,
	HASH_TEXT = (4 * SHA256_LEN + 2) / 3,
	MEMORY_MOST = 256, /* MB */
	LN_MOST_OF_R1 = 15,
};

static uint64_t
memory_of(const struct kdf *k)
{
	return (uint64_t)128 * k->r << k->ln;
}

/* "name=<number>" off the front of *s with what follows it; 0: the end. */
static bool
number(struct str *s, struct str name, char behind, int64_t least, int64_t most,
    uint8_t *out)
{
	size_t end = behind ? str_find(*s, behind) : s->len;
	struct str piece = { s->ptr, end };
	int64_t n;

	if ((behind && end == s->len) || !str_starts(piece, name) ||
	    !str_int(str_from(piece, name.len), &n) || n < least || n > most)
		return false;
	*s = str_from(*s, end + (behind != 0));
	*out = (uint8_t)n;
	return true;
}

bool
kdf_parse(struct str s, struct kdf *k)
{
	*k = (struct kdf){ 0 };
	return number(&s, STR("ln="), ',', 10, 20, &k->ln) &&
	       number(&s, STR("r="), ',', 1, 32, &k->r) &&
	       number(&s, STR("p="), 0, 1, 16, &k->p) &&
	       (k->r > 1 || k->ln <= LN_MOST_OF_R1) &&
	       memory_of(k) <= (uint64_t)MEMORY_MOST << 20;
}

struct kdf
kdf_fresh(const struct kdf *cost)
{
	struct kdf k = *cost;

	random_bytes(k.salt, sizeof k.salt);
	return k;
}

bool
kdf_weaker(const struct kdf *k, const struct kdf *wanted)
{
	return memory_of(k) * k->p < memory_of(wanted) * wanted->p;
}

bool
kdf_run(
    const struct kdf *k, const char hex[SHA256_HEX], uint8_t out[SHA256_LEN])
{
	uint64_t memory = memory_of(k) + (uint64_t)128 * k->r * k->p + 65536;
	bool fine =
	    EVP_PBE_scrypt(hex, SHA256_HEX, k->salt, SALT_LEN,
		UINT64_C(1) << k->ln, k->r, k->p, memory, out, SHA256_LEN) == 1;

	ERR_clear_error();
	return fine;
}

struct str
record_text(
    const struct kdf *k, const uint8_t hash[SHA256_LEN], struct arena *mem)
{
	char salt[SALT_TEXT], text[HASH_TEXT];

	base64url(k->salt, SALT_LEN, salt);
	base64url(hash, SHA256_LEN, text);
	return arena_fmt(mem, "$scrypt$ln=%d,r=%d,p=%d$%.*s$%.*s", k->ln, k->r,
	    k->p, SALT_TEXT, salt, HASH_TEXT, text);
}

/* base64url of exactly that many bytes. */
static bool
decode(struct str s, uint8_t *out, size_t len, struct arena *mem)
{
	char *text = arena_get(mem, s.len);
	struct str bytes;
	size_t i;

	for (i = 0; i < s.len; i++) {
		text[i] = s.ptr[i];
		if (text[i] == '-' || text[i] == '_')
			text[i] = text[i] == '-' ? '+' : '/';
	}
	bytes = base64_decode((struct str){ text, s.len }, mem);
	if (bytes.len != len)
		return false;
	memcpy(out, bytes.ptr, len);
	return true;
}

bool
record_parse(struct str record, struct kdf *k, uint8_t hash[SHA256_LEN])
{
	struct str rest = record, part[5] = { NO_STR };
	struct kdf parsed;
	struct arena mem = { 0 };
	bool fine;
	int i;

	if (record.len > RECORD_MAX)
		return false;
	for (i = 0; i < 5; i++)
		str_next(&rest, '$', &part[i]);
	fine = kdf_parse(part[2], &parsed) &&
	       decode(part[3], parsed.salt, SALT_LEN, &mem) &&
	       decode(part[4], hash, SHA256_LEN, &mem) &&
	       /* one spelling only */
	       str_eq(record, record_text(&parsed, hash, &mem));
	arena_free(&mem);
	if (fine)
		*k = parsed;
	return fine;
}

bool
is_sha256_hex(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') ||
			(s.ptr[i] >= 'a' && s.ptr[i] <= 'f')))
			return false;
	return s.len == SHA256_HEX;
}
