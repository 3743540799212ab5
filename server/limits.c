/* SPDX-License-Identifier: ISC */
/* How many calls an address may make: windows in a table of fixed size. */
#include "server/limits.h"

#include "auth/random.h"
#include "json/mem.h"

enum { SETS = 1024, WAYS = 4 };

struct window {
	uint64_t key; /* of route and address */
	int64_t ends; /* 0: free */
	int64_t used;
};

struct limits {
	uint64_t seed; /* so that nobody can tell which keys fall together */
	struct window window[SETS][WAYS];
};

struct limits *
limits_new(void)
{
	struct limits *l = mem_zero(sizeof *l);

	random_bytes(&l->seed, sizeof l->seed);
	return l;
}

void
limits_free(struct limits *l)
{
	mem_free(l);
}

static uint64_t
mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	return h ^ h >> 29;
}

static uint64_t
key_of(const struct limits *l, const void *route, struct str address)
{
	uint64_t h = mix(l->seed, (uintptr_t)route), word;
	size_t n;

	for (; address.len > 0; address = str_from(address, n)) {
		n = address.len < sizeof word ? address.len : sizeof word;
		word = 0;
		memcpy(&word, address.ptr, n);
		h = mix(h, word);
	}
	return mix(h, l->seed);
}

/* Its own, else one that is over, else the one that ends first. */
static struct window *
window_of(struct limits *l, uint64_t key, int64_t period, int64_t now)
{
	struct window *set = l->window[key % SETS], *place = &set[0];
	int i;

	for (i = 0; i < WAYS; i++) {
		if (set[i].key == key && set[i].ends > now)
			return &set[i];
		if (set[i].ends < place->ends)
			place = &set[i];
	}
	*place = (struct window){ key, now + period, 0 };
	return place;
}

struct limit
limits_count(struct limits *l, const void *route, struct str address, int by,
    int64_t most, int64_t period, int64_t now)
{
	struct window *w = window_of(l, key_of(l, route, address), period, now);
	bool full = by > 0 && w->used >= most;

	if (!full && w->used + by >= 0)
		w->used += by;
	return (struct limit){
		.most = most,
		.left = w->used < most ? most - w->used : 0,
		.ends = w->ends - now,
		.wait = full ? w->ends - now : 0,
	};
}

/* ---- what a reply says of it ---- */

static char *
add_line(char *to, struct str name, int64_t n)
{
	char text[20], *digit = text + sizeof text;

	do
		*--digit = (char)('0' + n % 10);
	while (n /= 10);
	memcpy(to, name.ptr, name.len);
	to += name.len;
	memcpy(to, digit, (size_t)(text + sizeof text - digit));
	to += text + sizeof text - digit;
	*to++ = '\r';
	*to++ = '\n';
	return to;
}

size_t
limit_lines(const struct limit *l, int64_t now, char out[LIMIT_LINES])
{
	char *to = add_line(out, STR("X-RateLimit-Limit: "), l->most);

	to = add_line(to, STR("X-RateLimit-Remaining: "), l->left);
	to = add_line(to, STR("X-RateLimit-Reset: "), now + l->ends);
	return (size_t)(to - out);
}
