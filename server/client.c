/* SPDX-License-Identifier: ISC */
/* Where a request came from, behind proxies that are trusted too. */
#include "auth/throttle.h"
#include "server/address.h"
#include "server/conn.h"
#include "server/req.h"

static bool
by_proxy(const struct req *q)
{
	const struct conn *c = q->conn;

	return address_in(
	    q->srv->conf->trusted_proxies, c->local ? NULL : c->addr, c->ipv6);
}

/* The last entry that no trusted proxy wrote: 1, 0 there is none, -1 it is no
 * address. */
static int
last_entry(const struct req *q, struct str list, uint8_t addr[16], bool *ipv6)
{
	struct str one;
	size_t comma;

	while (list.len > 0) {
		for (comma = list.len; comma > 0 && list.ptr[comma - 1] != ',';)
			comma--;
		one = str_trim(str_from(list, comma));
		if (!address_parse(one, addr, ipv6))
			return -1;
		if (!address_in(q->srv->conf->trusted_proxies, addr, *ipv6))
			return 1;
		list.len = comma ? comma - 1 : 0;
	}
	return 0;
}

/* All fields of that name are one list; a proxy may add a field of its own
 * behind those that the client made up. */
static bool
forwarded(const struct req *q, uint8_t addr[16], bool *ipv6)
{
	const struct http *h = q->http;
	struct str name, value;
	unsigned i;
	int found = 0;

	for (i = h->nfields; i-- > 0 && found == 0;) {
		name = (struct str){ q->bytes + h->field[i].name,
			h->field[i].name_len };
		value = (struct str){ q->bytes + h->field[i].value,
			h->field[i].value_len };
		if (str_ieq(name, STR("x-forwarded-for")))
			found = last_entry(q, value, addr, ipv6);
	}
	return found == 1;
}

struct str
req_address_key(struct req *q, char out[20])
{
	const struct conn *c = q->conn;
	uint8_t addr[16];
	bool ipv6;

	if (by_proxy(q) && forwarded(q, addr, &ipv6))
		return address_key(addr, ipv6, out);
	return c->local ? STR("unix") : address_key(c->addr, c->ipv6, out);
}

struct str
req_address(struct req *q)
{
	struct conn where = { .local = q->conn->local };

	where.ipv6 = q->conn->ipv6;
	memcpy(where.addr, q->conn->addr, sizeof where.addr);
	if (by_proxy(q) && forwarded(q, where.addr, &where.ipv6))
		where.local = false;
	return conn_address(&where, q->mem);
}

bool
req_secure(const struct req *q)
{
	return q->conn->tls ||
	       (by_proxy(q) &&
		   str_ieq(req_header(q, "x-forwarded-proto"), STR("https")));
}
