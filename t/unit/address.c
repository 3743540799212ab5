/* SPDX-License-Identifier: ISC */
#include "server/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "t/unit/tap.h"

static uint8_t addr[16];
static bool six;

static bool
in(const char *list, const char *one)
{
	return address_parse((struct str){ one, strlen(one) }, addr, &six) &&
	       address_in((struct str){ list, strlen(list) }, addr, six);
}

static bool
bad(const char *text)
{
	return !address_parse((struct str){ text, strlen(text) }, addr, &six);
}

static void
lists(void)
{
	ok(in("127.0.0.1", "127.0.0.1") && !in("127.0.0.1", "127.0.0.2"),
	    "an address is itself");
	ok(in("10.0.0.0/8, ::1", "10.9.8.7") && in("10.0.0.0/8, ::1", "::1") &&
		!in("10.0.0.0/8, ::1", "11.0.0.0"),
	    "a list of networks and addresses");
	ok(in("192.0.2.128/25", "192.0.2.129") &&
		!in("192.0.2.128/25", "192.0.2.127"),
	    "a network may end within a byte");
	ok(in("0.0.0.0/0", "1.2.3.4") && !in("0.0.0.0/0", "::1"),
	    "all of IPv4 is not IPv6");
	ok(in("2001:db8::/33", "2001:db8:7fff::1") &&
		!in("2001:db8::/33", "2001:db8:8000::1"),
	    "IPv6, too");
	ok(in("10.0.0.1", "::ffff:10.0.0.1"), "IPv4 in IPv6's form is IPv4");
	ok(!in("", "10.0.0.1") && !in("10.0.0.0/33", "10.0.0.0") &&
		!in("10.0.0.0/-1", "10.0.0.0") && !in("10.0.0.0/", "10.0.0.0"),
	    "nonsense trusts nobody");
	ok(address_in(STR("::1, unix"), NULL, false) &&
		!address_in(STR("::1"), NULL, false),
	    "unix is who comes by a Unix socket");
}

static void
urls(void)
{
	struct sockaddr_storage a;
	const struct sockaddr_in *four = (const void *)&a;

	ok(address_of_url(STR("127.0.0.1:3000"), &a) &&
		a.ss_family == AF_INET && ntohs(four->sin_port) == 3000,
	    "address and port");
	ok(address_of_url(STR("[::1]:0/"), &a) && a.ss_family == AF_INET6,
	    "IPv6 in brackets, a path behind it");
	ok(address_of_url(STR("localhost:80"), &a) &&
		ntohl(four->sin_addr.s_addr) == INADDR_LOOPBACK,
	    "localhost");
	ok(!address_of_url(STR("127.0.0.1"), &a) &&
		!address_of_url(STR("127.0.0.1:65536"), &a) &&
		!address_of_url(STR(":80"), &a) &&
		!address_of_url(STR("example.org:80"), &a),
	    "all else is refused");
}

static void
counts(void)
{
	struct addresses *a = addresses_new();
	uint8_t one[16] = { 0x20, 1, 0xd, 0xb8 }, near[16], far[16];

	memcpy(near, one, 16);
	near[15] = 9; /* of the same /64 */
	memcpy(far, one, 16);
	far[7] = 9;
	addresses_rules(a, 2, STR("2001:db8::5"));
	addresses_add(a, one, true, 1);
	ok(addresses_room(a, near, true), "there is room up to the cap");
	addresses_add(a, near, true, 1);
	ok(!addresses_room(a, one, true) && !addresses_room(a, near, true),
	    "which holds for a /64 together");
	ok(addresses_room(a, far, true), "and not for others");
	near[15] = 5;
	ok(addresses_room(a, near, true), "nor for a trusted proxy");
	addresses_add(a, one, true, -1);
	ok(addresses_room(a, one, true), "who leaves makes room");
	addresses_rules(a, 0, NO_STR);
	addresses_add(a, one, true, 5);
	ok(addresses_room(a, one, true), "0 is no cap");
	addresses_free(a);
}

int
main(void)
{
	lists();
	urls();
	counts();
	ok(bad("") && bad("1.2.3") && bad("1.2.3.4:5") && bad("[::1]") &&
		bad("::1%lo") && bad("unknown"),
	    "what is no address is not taken for one");
	return done();
}
