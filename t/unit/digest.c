/* SPDX-License-Identifier: ISC */
/* Digests and encodings, against the vectors of their standards. */
#include "auth/digest.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t/unit/tap.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct arena mem;

static bool
hex_is(struct str s, const char *want)
{
	char hex[SHA256_HEX + 1] = { 0 };

	sha256_hex(s, hex);
	return !strcmp(hex, want);
}

static void
digests(void)
{
	char *many = malloc(1000000);

	ok(hex_is(STR(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca4"
			   "95991b7852b855"),
	    "SHA-256 of nothing is what FIPS 180 says");
	ok(hex_is(NO_STR, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca4"
			  "95991b7852b855"),
	    "what is absent counts as nothing");
	ok(hex_is(STR("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9"
			      "cb410ff61f20015ad"),
	    "of abc, too");
	memset(many, 'a', 1000000);
	ok(hex_is((struct str){ many, 1000000 },
	       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc711"
	       "2cd0"),
	    "and of a million letters");
	free(many);
}

static bool
hmac_is(struct str key, struct str text, const char *want)
{
	uint8_t mac[SHA256_LEN];
	char hex[2 * SHA256_LEN + 1];
	int i;

	hmac_sha256(key, text, mac);
	for (i = 0; i < SHA256_LEN; i++)
		snprintf(hex + 2 * i, 3, "%02x", mac[i]);
	return !strcmp(hex, want);
}

static void
macs(void)
{
	char long_key[131];

	memset(long_key, 0xaa, sizeof long_key);
	ok(hmac_is(STR("Jefe"), STR("what do ya want for nothing?"),
	       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec"
	       "3843"),
	    "HMAC is what RFC 4231 says (case 2)");
	ok(hmac_is((struct str){ long_key, sizeof long_key },
	       STR("Test Using Larger Than Block-Size Key - Hash Key First"),
	       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee3"
	       "7f54"),
	    "with a long key as well (case 6)");
	ok(hmac_is(NO_STR, STR(""),
	       "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292"
	       "c5ad"),
	    "and with none");
}

static void
base64(void)
{
	static const struct {
		const char *text;
		struct str want;
	} good[] = {
		{ "", { "", 0 } },
		{ "Zg==", { "f", 1 } },
		{ "Zm8=", { "fo", 2 } },
		{ "Zm9v", { "foo", 3 } },
		{ "Zm9vYg==", { "foob", 4 } },
		{ "Zm9vYmE=", { "fooba", 5 } },
		{ "Zm9vYmFy", { "foobar", 6 } },
		{ "Zg", { "f", 1 } },
		{ "Zm8", { "fo", 2 } },
		{ "+/+/", { "\xfb\xff\xbf", 3 } },
		{ "AAAA", { "\0\0\0", 3 } },
		{ "09az", { "\xd3\xd6\xb3", 3 } },
	};
	static const char *const bad[] = { "Z", "Zm9vY", "=",
		"==", "Zg=", "Zm8==", "Zm9v=", "Zg===", "Z===", "Zm 9v",
		"Zm9v\n", "Z=g=", "-_-_", "Zm9v.", "@[`{", "Zm9\xc3", "Zm9{" };
	char name[80];
	size_t i;

	for (i = 0; i < COUNT(good); i++) {
		struct str s = base64_decode(str_of(good[i].text), &mem);

		snprintf(name, sizeof name, "\"%s\" is base64", good[i].text);
		ok(s.ptr && str_eq(s, good[i].want), name);
	}
	for (i = 0; i < COUNT(bad); i++) {
		snprintf(
		    name, sizeof name, "base64 of text %zu is refused", i + 1);
		ok(!base64_decode(str_of(bad[i]), &mem).ptr, name);
	}
	ok(!base64_decode(STR("Zm9\0"), &mem).ptr, "a NUL is no base64");
	arena_reset(&mem);
}

static void
base64_url(void)
{
	uint8_t bytes[50];
	char text[80], plain[80];
	size_t len, n, i, right = 0;

	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 37 + 251);
	for (len = 0; len < sizeof bytes; len++) {
		struct str back;

		n = (4 * len + 2) / 3;
		memset(text, '!', sizeof text);
		base64url(bytes, len, text);
		for (i = 0; i < n; i++)
			plain[i] = (char)(text[i] == '-'   ? '+'
					  : text[i] == '_' ? '/'
							   : text[i]);
		back = base64_decode((struct str){ plain, n }, &mem);
		right += text[n] == '!' &&
			 str_eq(back, (struct str){ (char *)bytes, len });
	}
	ok(right == sizeof bytes, "base64url of every length comes back");
	base64url((const uint8_t *)"\xfb\xff\xbf", 3, text);
	ok(!memcmp(text, "-_-_", 4), "and is made for URLs");
	arena_reset(&mem);
}

static void *
no_memory(size_t n, const char *file, int line)
{
	(void)n, (void)file, (void)line;
	return NULL;
}

static void *
no_more(void *p, size_t n, const char *file, int line)
{
	(void)p;
	return no_memory(n, file, line);
}

static void
not_freed(void *p, const char *file, int line)
{
	(void)p, (void)file, (void)line;
}

/* Before this process has asked OpenSSL for anything. */
static void
without_memory(void)
{
	char hex[SHA256_HEX];
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		CRYPTO_set_mem_functions(no_memory, no_more, not_freed);
		sha256_hex(STR("abc"), hex);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 70,
	    "a digest that cannot be made ends the process");
}

int
main(void)
{
	char secret[] = "secret";

	without_memory();
	digests();
	macs();
	base64();
	base64_url();
	ok(same_bytes("abc", "abd", 2) && !same_bytes("abc", "abd", 3) &&
		same_bytes("a", "b", 0),
	    "bytes are compared up to their number");
	wipe(secret, sizeof secret);
	ok(same_bytes(secret, "\0\0\0\0\0\0", 7), "a wiped secret is gone");
	arena_free(&mem);
	return done();
}
