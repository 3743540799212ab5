/* SPDX-License-Identifier: ISC */
/* Token buckets, with a clock of the test's own. */
#include "auth/throttle.h"

#include "t/unit/tap.h"

static const struct bucket_rule plain = { 5, 10000, 0 };
static const struct bucket_rule growing = { 5, 10000, 900000 };

static void
bursts(void)
{
	struct throttle *t = throttle_new(16, plain);
	int64_t now = 1000;
	int i, passed = 0;

	ok(throttle_wait(t, STR("a"), now) == 0,
	    "a key that was never seen may pass");
	for (i = 0; i < 5; i++)
		passed += throttle_take(t, STR("a"), now) == 0;
	ok(passed == 5, "five pass at once");
	ok(throttle_take(t, STR("a"), now) == 10000 &&
		throttle_wait(t, STR("a"), now) == 10000,
	    "the sixth waits ten seconds");
	ok(throttle_take(t, STR("b"), now) == 0, "another key does not");
	ok(throttle_take(t, STR("a"), now + 9999) == 1,
	    "a refusal costs nothing: it waits no longer than before");
	ok(throttle_wait(t, STR("a"), now + 10000) == 0 &&
		throttle_wait(t, STR("a"), now + 10000) == 0,
	    "asking takes nothing");
	ok(throttle_take(t, STR("a"), now + 10000) == 0 &&
		throttle_take(t, STR("a"), now + 10000) == 10000,
	    "then one passes");
	ok(throttle_take(t, STR("a"), now + 39999) == 0 &&
		throttle_take(t, STR("a"), now + 39999) == 0 &&
		throttle_take(t, STR("a"), now + 39999) == 1,
	    "what comes in part is kept");
	for (i = passed = 0; i < 9; i++)
		passed += throttle_take(t, STR("a"), now + 10000000) == 0;
	ok(passed == 5, "no rest is long enough for a sixth");
	throttle_free(t);
}

static void
growth(void)
{
	struct throttle *t = throttle_new(16, growing);
	int64_t now = 0, wait, sum = 0, most = 0;
	int i;

	for (i = 0; i < 5; i++)
		throttle_take(t, STR("a"), now);
	for (i = 0; i < 20; i++) {
		wait = throttle_take(t, STR("a"), now);
		if (i < 8)
			sum += wait;
		most = wait > most ? wait : most;
		now += wait;
		if (throttle_take(t, STR("a"), now))
			break;
	}
	ok(i == 20, "one passes after each wait");
	ok(sum == 10000 * (1 + 2 + 4 + 8 + 16 + 32 + 64) + 900000,
	    "each wait is twice the one before, up to 15 minutes");
	ok(most == 900000, "and no longer");
	ok(throttle_wait(t, STR("a"), now + 4 * 900000) == 0 &&
		throttle_take(t, STR("a"), now + 4 * 900000 + 899999) == 0,
	    "tokens come at the slow pace");
	now += 100000000;
	for (i = 0; i < 5; i++)
		throttle_take(t, STR("a"), now);
	ok(throttle_take(t, STR("a"), now) == 10000,
	    "a full bucket has forgotten how slow it was");
	throttle_free(t);
}

static void
forgetting(void)
{
	struct throttle *t = throttle_new(16, growing);
	int i, passed = 0;

	for (i = 0; i < 9; i++)
		throttle_take(t, STR("a"), 0);
	throttle_forget(t, STR("a"));
	throttle_forget(t, STR("never seen"));
	for (i = 0; i < 9; i++)
		passed += throttle_take(t, STR("a"), 1) == 0;
	ok(passed == 5, "a success forgets the failures before it");
	ok(throttle_wait(t, STR("a"), 1) == 10000, "and their pace");
	throttle_free(t);
}

static struct str
key(char text[12], int n)
{
	return (struct str){ text, (size_t)snprintf(text, 12, "%d", n) };
}

/* Of a table that is full, who has not been seen for longest makes room. */
static void
bounds(void)
{
	struct throttle *t =
	    throttle_new(8, (struct bucket_rule){ 1, 1000, 0 });
	char text[12];
	int i, kept = 0;

	for (i = 0; i < 8; i++)
		throttle_take(t, key(text, i), 0);
	for (i = 0; i < 8; i++)
		kept += throttle_wait(t, key(text, i), 0) == 1000;
	ok(kept == 8, "a table holds as many keys as it was made for");
	throttle_take(t, key(text, 0), 1);
	throttle_take(t, key(text, 8), 1);
	ok(throttle_wait(t, key(text, 1), 1) == 0,
	    "one more takes the place of the one seen longest ago");
	ok(throttle_wait(t, key(text, 0), 1) == 999 &&
		throttle_wait(t, key(text, 2), 1) == 999 &&
		throttle_wait(t, key(text, 8), 1) == 1000,
	    "and of no other");
	throttle_free(t);

	t = throttle_new(100, (struct bucket_rule){ 1, 1000, 0 });
	for (i = 0; i < 100000; i++)
		throttle_take(t, key(text, i * 7919 % 5003), 0);
	for (i = 100000 - 100, kept = 0; i < 100000; i++)
		kept += throttle_wait(t, key(text, i * 7919 % 5003), 0) == 1000;
	ok(kept == 100, "after 100,000 of them the last hundred are known");
	throttle_free(t);

	t = throttle_new(1, (struct bucket_rule){ 1, 1000, 0 });
	ok(throttle_take(t, STR("a"), 0) == 0 &&
		throttle_take(t, STR("a"), 0) == 1000 &&
		throttle_take(t, STR("b"), 0) == 0 &&
		throttle_take(t, STR("a"), 0) == 0,
	    "a table of one holds one");
	throttle_free(t);
}

static void
addresses(void)
{
	uint8_t a[16] = { 0x20, 1, 0xd, 0xb8, 1, 2, 3, 4, 5 }, b[16];
	char x[20], y[20];

	memcpy(b, a, sizeof b);
	b[15] = 9;
	ok(str_eq(address_key(a, true, x), address_key(b, true, y)),
	    "IPv6 addresses of one /64 are one");
	b[7] = 9;
	ok(!str_eq(address_key(a, true, x), address_key(b, true, y)),
	    "of two they are two");
	b[3] = 9;
	ok(!str_eq(address_key(a, false, x), address_key(b, false, y)),
	    "IPv4 addresses differ to the last byte");
	ok(!str_eq(address_key(a, false, x), address_key(a, true, y)),
	    "and are no IPv6 addresses");
}

int
main(void)
{
	bursts();
	growth();
	forgetting();
	bounds();
	addresses();
	return done();
}
