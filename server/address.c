/* SPDX-License-Identifier: ISC */
/* Addresses: reading them, counting them, trusting some. */
#include "server/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "auth/throttle.h"
#include "json/mem.h"

struct count {
	struct count *next;
	uint8_t key_len;
	char key[20];
	unsigned n;
};

enum { BUCKETS = 1024 };

struct addresses {
	int64_t cap;
	struct str proxies;
	struct count *bucket[BUCKETS];
};

struct addresses *
addresses_new(void)
{
	return mem_zero(sizeof(struct addresses));
}

void
addresses_rules(struct addresses *a, int64_t cap, struct str proxies)
{
	a->cap = cap;
	a->proxies = proxies;
}

void
addresses_free(struct addresses *a)
{
	struct count *c;
	int i;

	for (i = 0; i < BUCKETS; i++)
		while ((c = a->bucket[i])) {
			a->bucket[i] = c->next;
			mem_free(c);
		}
	mem_free(a);
}

static struct count **
find(const struct addresses *a, struct str key)
{
	uint32_t h = 2166136261u;
	struct count **at;
	size_t i;

	for (i = 0; i < key.len; i++)
		h = (h ^ (uint8_t)key.ptr[i]) * 16777619u;
	at = (struct count **)&a->bucket[h % BUCKETS];
	while (*at && !str_eq(key, (struct str){ (*at)->key, (*at)->key_len }))
		at = &(*at)->next;
	return at;
}

bool
addresses_room(const struct addresses *a, const void *addr, bool ipv6)
{
	char text[20];
	struct count *c;

	if (a->cap == 0)
		return true;
	c = *find(a, address_key(addr, ipv6, text));
	return !c || c->n < a->cap || address_in(a->proxies, addr, ipv6);
}

void
addresses_add(struct addresses *a, const void *addr, bool ipv6, int by)
{
	char text[20];
	struct str key = address_key(addr, ipv6, text);
	struct count **at = find(a, key), *c = *at;

	if (!c) {
		c = *at = mem_zero(sizeof *c);
		memcpy(c->key, key.ptr, key.len);
		c->key_len = (uint8_t)key.len;
	}
	c->n += (unsigned)by;
	if (c->n == 0) {
		*at = c->next;
		mem_free(c);
	}
}

/* ---- reading ---- */

bool
address_parse(struct str text, uint8_t addr[16], bool *ipv6)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	char c[INET6_ADDRSTRLEN];

	if (text.len >= sizeof c || memchr(text.ptr, 0, text.len))
		return false;
	memcpy(c, text.ptr, text.len);
	c[text.len] = '\0';
	*ipv6 = strchr(c, ':') != NULL;
	if (inet_pton(*ipv6 ? AF_INET6 : AF_INET, c, addr) != 1)
		return false;
	if (*ipv6 && !memcmp(addr, mapped, sizeof mapped)) {
		memmove(addr, addr + sizeof mapped, 4);
		*ipv6 = false;
	}
	return true;
}

bool
address_of_url(struct str s, struct sockaddr_storage *a)
{
	struct sockaddr_in *four = (struct sockaddr_in *)a;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)a;
	struct str host;
	uint8_t addr[16];
	int64_t port;
	size_t colon;
	bool ipv6;

	s.len = str_find(s, '/');
	for (colon = s.len; colon > 0 && s.ptr[colon - 1] != ':';)
		colon--;
	if (colon == 0 || !str_int(str_from(s, colon), &port) || port < 0 ||
	    port > 65535)
		return false;
	host = (struct str){ s.ptr, colon - 1 };
	if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
		host = (struct str){ host.ptr + 1, host.len - 2 };
	if (str_eq(host, STR("localhost")))
		host = STR("127.0.0.1");
	if (!address_parse(host, addr, &ipv6))
		return false;
	memset(a, 0, sizeof *a);
	a->ss_family = ipv6 ? AF_INET6 : AF_INET;
	*(ipv6 ? &six->sin6_port : &four->sin_port) = htons((uint16_t)port);
	if (ipv6)
		memcpy(&six->sin6_addr, addr, 16);
	else
		memcpy(&four->sin_addr, addr, 4);
	return true;
}

static bool
in_network(struct str network, const uint8_t *addr, bool ipv6)
{
	size_t slash = str_find(network, '/');
	uint8_t base[16];
	bool six;
	int64_t bits = -1;
	size_t whole;

	if (!address_parse((struct str){ network.ptr, slash }, base, &six) ||
	    six != ipv6)
		return false;
	if (slash == network.len)
		bits = six ? 128 : 32;
	else if (!str_int(str_from(network, slash + 1), &bits) || bits < 0 ||
		 bits > (six ? 128 : 32))
		return false;
	whole = (size_t)bits / 8;
	if (memcmp(base, addr, whole))
		return false;
	bits %= 8;
	return bits == 0 || (base[whole] ^ addr[whole]) >> (8 - bits) == 0;
}

bool
address_in(struct str list, const void *addr, bool ipv6)
{
	struct str one;

	while (str_next(&list, ',', &one)) {
		one = str_trim(one);
		if (addr ? in_network(one, addr, ipv6)
			 : str_eq(one, STR("unix")))
			return true;
	}
	return false;
}
