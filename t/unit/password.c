/* SPDX-License-Identifier: ISC */
/* Password records and what they cost. */
#include "auth/password.h"

#include "t/unit/tap.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct arena mem;

/* Made by Python's hashlib.scrypt over the hex SHA-256 of "secret". */
static const char *const records[] = {
	"$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	"d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xU",
	"$scrypt$ln=11,r=4,p=3$AAECAwQFBgcICQoLDA0ODw$"
	"6-etlf698tXbwlZ0bHX9A8q00lhWdpJOrHArkjImUF8",
	"$scrypt$ln=15,r=1,p=1$AAECAwQFBgcICQoLDA0ODw$"
	"22NBJRJgl8HHScpnjjk1GE2M2rdos1gsFH9mHx_j840",
};

static void
known(void)
{
	uint8_t stored[SHA256_LEN], computed[SHA256_LEN];
	char hex[SHA256_HEX], name[120];
	struct kdf k;
	size_t i;

	sha256_hex(STR("secret"), hex);
	for (i = 0; i < COUNT(records); i++) {
		snprintf(name, sizeof name, "%.21s is what Python makes it",
		    records[i]);
		ok(record_parse(str_of(records[i]), &k, stored) &&
			kdf_run(&k, hex, computed) &&
			same_bytes(stored, computed, SHA256_LEN),
		    name);
		ok(str_eq(record_text(&k, computed, &mem), str_of(records[i])),
		    "and is written as it was");
	}
	hex[0] ^= 1;
	ok(kdf_run(&k, hex, computed) &&
		!same_bytes(stored, computed, SHA256_LEN),
	    "another password is another hash");
}

/* clang-format off */
static const char *const no_records[] = { "", "$", "$$$$$", "secret",
	"$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw",
	"$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$",
	"scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xU",
	"x$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xU",
	"$bcrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xU",
	"$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xU$",
	"$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xV",
	"$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "d9vd5k0YzUfOBZsCr+0BSjFoFMhr4DDpDITAMCYU7xU",
	"$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw==$"
	    "d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xU",
	"$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0O$"
	    "d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xU",
	"$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0O!w$"
	    "d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xU",
	"$scrypt$ln=010,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xU",
	"$scrypt$ln=9,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xU",
	"$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
	    "d9vd5k0YzUfOBZsCr-0BSjFoFMhr4DDpDITAMCYU7xU"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
};
/* clang-format on */

static void
refused(void)
{
	uint8_t hash[SHA256_LEN];
	struct kdf k = { .ln = 7 };
	char name[80];
	size_t i;

	for (i = 0; i < COUNT(no_records); i++) {
		snprintf(name, sizeof name, "text %zu is no record", i + 1);
		ok(!record_parse(str_of(no_records[i]), &k, hash) && k.ln == 7,
		    name);
	}
	ok(!record_parse(NO_STR, &k, hash), "what is absent is none");
}

static void
costs(void)
{
	static const char *const good[] = { "ln=14,r=8,p=5", "ln=10,r=1,p=1",
		"ln=15,r=1,p=16", "ln=20,r=2,p=1", "ln=16,r=32,p=16" };
	static const char *const bad[] = { "", "ln=14", "ln=14,r=8",
		"ln=14,r=8,p=", "ln=14,r=8,p=0", "ln=14,r=8,p=17",
		"ln=14,r=0,p=1", "ln=14,r=33,p=1", "ln=9,r=8,p=1",
		"ln=21,r=1,p=1", "ln=16,r=1,p=1", "ln=20,r=3,p=1",
		"ln=17,r=17,p=1", "ln=14,r=8,p=5,", "ln=14,r=8,p=5 ",
		" ln=14,r=8,p=5", "ln=14,p=5,r=8", "LN=14,r=8,p=5",
		"ln=+14,r=8,p=5", "ln=14.0,r=8,p=5", "ln=,r=8,p=5",
		"ln=14,,r=8,p=5", "14,8,5", "ln=14;r=8;p=5",
		"ln=18446744073709551630,r=8,p=5" };
	static const char hex[SHA256_HEX];
	uint8_t hash[SHA256_LEN];
	char name[80];
	struct kdf k;
	size_t i;

	for (i = 0; i < COUNT(good); i++) {
		snprintf(name, sizeof name, "\"%s\" is a cost", good[i]);
		ok(kdf_parse(str_of(good[i]), &k), name);
	}
	for (i = 0; i < COUNT(bad); i++) {
		snprintf(name, sizeof name, "\"%s\" is none", bad[i]);
		ok(!kdf_parse(str_of(bad[i]), &k), name);
	}
	ok(kdf_parse(STR("ln=15,r=1,p=1"), &k) && kdf_run(&k, hex, hash),
	    "the widest that r=1 allows can be computed");
	k.ln = 16;
	ok(!kdf_run(&k, hex, hash), "what OpenSSL refuses is told");
}

static void
weakness(void)
{
	struct kdf ordinary = KDF_ORDINARY, bulk = KDF_BULK, k;

	ok(kdf_weaker(&bulk, &ordinary) && !kdf_weaker(&ordinary, &bulk),
	    "records made in bulk are weaker");
	ok(!kdf_weaker(&ordinary, &ordinary), "none is weaker than itself");
	ok(kdf_parse(STR("ln=15,r=8,p=3"), &k) && !kdf_weaker(&k, &ordinary) &&
		kdf_weaker(&ordinary, &k),
	    "memory and passes count together");
}

static void
salts(void)
{
	struct kdf cost = KDF_ORDINARY, a = kdf_fresh(&cost),
		   b = kdf_fresh(&cost), parsed;
	uint8_t hash[SHA256_LEN] = { 1, 2, 3 }, again[SHA256_LEN];

	ok(a.ln == 14 && a.r == 8 && a.p == 5 &&
		!same_bytes(a.salt, b.salt, SALT_LEN),
	    "a fresh salt leaves the cost as it is");
	ok(record_parse(record_text(&a, hash, &mem), &parsed, again) &&
		same_bytes(&a, &parsed, sizeof a) &&
		same_bytes(hash, again, SHA256_LEN),
	    "a record comes back as it was");
	ok(record_text(&(struct kdf){ .ln = 20, .r = 32, .p = 16 }, hash, &mem)
		    .len <= RECORD_MAX,
	    "the longest record is within its limit");
}

static void
hexes(void)
{
	char hex[SHA256_HEX];
	struct str s = { hex, sizeof hex };
	size_t fine = 0;
	int c;

	sha256_hex(STR("x"), hex);
	ok(is_sha256_hex(s), "a digest is told by its look");
	s.len--;
	ok(!is_sha256_hex(s) && !is_sha256_hex(NO_STR) &&
		!is_sha256_hex(
		    STR("00000000000000000000000000000000000000000000000000000"
			"000000000000")),
	    "a shorter or longer one is none");
	s.len++;
	for (c = 0; c < 256; c++) {
		hex[63] = (char)c;
		fine += is_sha256_hex(s);
	}
	ok(fine == 16, "nor is one with any but the 16 digits");
}

int
main(void)
{
	known();
	refused();
	costs();
	weakness();
	salts();
	hexes();
	arena_free(&mem);
	return done();
}
