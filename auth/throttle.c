/* SPDX-License-Identifier: ISC */
/* Token buckets in a table of fixed size, the least recently used first. */
#include "auth/throttle.h"

#include "auth/digest.h"
#include "json/mem.h"

enum { KEY = 16 }; /* bytes of a key's SHA-256 */

struct bucket {
	uint8_t key[KEY];
	uint32_t tokens;   /* left at `at` */
	uint32_t every_ms; /* grows while they keep coming */
	int64_t at;
	bool slow;             /* it has run dry before */
	uint32_t chain;        /* next of the same hash */
	uint32_t newer, older; /* by use */
};

/* Index 0 is nobody; its newer and older are the ends of the list. */
struct throttle {
	struct bucket_rule rule;
	uint32_t used, size;
	struct bucket *bucket;
	uint32_t *slot;
};

struct throttle *
throttle_new(size_t entries, struct bucket_rule rule)
{
	struct throttle *t = mem_zero(sizeof *t);

	t->rule = rule;
	t->size = (uint32_t)entries;
	t->bucket = mem_zero((entries + 1) * sizeof *t->bucket);
	t->slot = mem_zero(entries * sizeof *t->slot);
	return t;
}

void
throttle_free(struct throttle *t)
{
	mem_free(t->bucket);
	mem_free(t->slot);
	mem_free(t);
}

static uint32_t *
slot_of(struct throttle *t, const uint8_t key[KEY])
{
	uint32_t h;

	memcpy(&h, key, sizeof h);
	return &t->slot[h % t->size];
}

static void
unlink_use(struct throttle *t, uint32_t i)
{
	struct bucket *b = &t->bucket[i];

	t->bucket[b->older].newer = b->newer;
	t->bucket[b->newer].older = b->older;
}

static void
link_newest(struct throttle *t, uint32_t i)
{
	struct bucket *b = &t->bucket[i], *ends = &t->bucket[0];

	b->newer = 0;
	b->older = ends->older;
	t->bucket[ends->older].newer = i;
	ends->older = i;
}

/* The place in a chain that points at the key's bucket, or at 0. */
static uint32_t *
find(struct throttle *t, const uint8_t key[KEY])
{
	uint32_t *at = slot_of(t, key);

	while (*at && memcmp(t->bucket[*at].key, key, KEY))
		at = &t->bucket[*at].chain;
	return at;
}

static void
digest(struct str key, uint8_t out[KEY])
{
	uint8_t hash[SHA256_LEN];

	sha256(key, hash);
	memcpy(out, hash, KEY);
}

/* A bucket that nobody uses: the next unused, or the oldest of all. */
static uint32_t
spare(struct throttle *t)
{
	uint32_t i, *at;

	if (t->used < t->size)
		return ++t->used;
	i = t->bucket[0].newer;
	at = find(t, t->bucket[i].key);
	*at = t->bucket[i].chain;
	unlink_use(t, i);
	return i;
}

static struct bucket *
bucket_for(struct throttle *t, struct str key, int64_t now)
{
	uint8_t k[KEY];
	uint32_t i, *slot;

	digest(key, k);
	if ((i = *find(t, k))) {
		unlink_use(t, i);
	} else {
		i = spare(t);
		slot = slot_of(t, k);
		t->bucket[i] = (struct bucket){ .tokens = t->rule.burst,
			.every_ms = t->rule.every_ms,
			.at = now,
			.chain = *slot };
		memcpy(t->bucket[i].key, k, KEY);
		*slot = i;
	}
	link_newest(t, i);
	return &t->bucket[i];
}

/* Tokens that have come since; a full bucket has forgotten everything. */
static void
refill(const struct throttle *t, struct bucket *b, int64_t now)
{
	int64_t came = (now - b->at) / b->every_ms;

	if (b->tokens + came >= t->rule.burst) {
		b->tokens = t->rule.burst;
		b->at = now;
		b->every_ms = t->rule.every_ms;
		b->slow = false;
		return;
	}
	b->tokens += (uint32_t)came;
	b->at += came * b->every_ms;
}

int64_t
throttle_wait(struct throttle *t, struct str key, int64_t now)
{
	uint8_t k[KEY];
	struct bucket b;
	uint32_t i;

	digest(key, k);
	if (!(i = *find(t, k)))
		return 0;
	b = t->bucket[i];
	refill(t, &b, now);
	return b.tokens > 0 ? 0 : b.at + b.every_ms - now;
}

int64_t
throttle_take(struct throttle *t, struct str key, int64_t now)
{
	struct bucket *b = bucket_for(t, key, now);

	refill(t, b, now);
	if (b->tokens == 0)
		return b->at + b->every_ms - now;
	if (b->tokens == t->rule.burst)
		b->at = now;
	/* the last one: from here on they come slower each time */
	if (--b->tokens == 0 && t->rule.every_max) {
		if (b->slow && b->every_ms <= t->rule.every_max / 2)
			b->every_ms *= 2;
		else if (b->slow)
			b->every_ms = t->rule.every_max;
		b->slow = true;
	}
	return 0;
}

void
throttle_forget(struct throttle *t, struct str key)
{
	uint8_t k[KEY];
	uint32_t i;

	digest(key, k);
	if ((i = *find(t, k))) {
		t->bucket[i].tokens = t->rule.burst;
		t->bucket[i].every_ms = t->rule.every_ms;
		t->bucket[i].slow = false;
	}
}

struct str
address_key(const void *addr, bool ipv6, char out[20])
{
	size_t n = ipv6 ? 8 : 4;

	out[0] = ipv6 ? '6' : '4';
	memcpy(out + 1, addr, n);
	return (struct str){ out, n + 1 };
}
