/* SPDX-License-Identifier: ISC */
/* Addresses that outgoing integrations may call. */
#include <arpa/inet.h>

#include "server/poster_call.h"
#include "t/unit/tap.h"

static struct call_url u;

static bool
split(const char *url, bool tls, const char *host, const char *port,
    const char *path)
{
	return call_url_split(str_of(url), &u) && u.tls == tls &&
	       !strcmp(u.host, host) && !strcmp(u.port, port) &&
	       str_eq(u.path, str_of(path));
}

static bool
is_private(const char *text)
{
	bool six = strchr(text, ':') != NULL;
	unsigned char addr[16];

	return inet_pton(six ? AF_INET6 : AF_INET, text, addr) == 1 &&
	       call_is_private(addr, six);
}

static const char *const no_url[] = { "", "http://", "https:///x", "ftp://x/",
	"http://a b/", "http://a/\n", "http://u:p@host/", "http://h:0/",
	"http://h:65536/", "http://h:8x/", "http://h:/", "http://[::1/",
	"http://[::1]x/", "HTTP://x/" };

static const char *const inside[] = { "127.0.0.1", "127.255.255.255", "0.0.0.0",
	"10.1.2.3", "100.64.0.1", "169.254.169.254", "172.16.0.1",
	"172.31.255.255", "192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
	"255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
	"::7f00:1", "fe80::1", "febf::1", "fec0::1", "fd00::1", "fc00::1",
	"ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1" };

static const char *const outside[] = { "1.1.1.1", "8.8.8.8", "11.0.0.1",
	"100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1",
	"192.167.1.1", "223.255.255.255", "2606:4700:4700::1111",
	"2a00:1450:4001::1", "::ffff:8.8.8.8" };

int
main(void)
{
	size_t i;

	ok(split(
	       "http://a.example/b?c=d#e", false, "a.example", "80", "/b?c=d"),
	    "an address in its parts, without the fragment");
	ok(split("https://a.example", true, "a.example", "443", ""),
	    "or just a host");
	ok(split("https://a:8443?x", true, "a", "8443", "?x"),
	    "with a port, and a query without a path");
	ok(split("http://[2001:db8::1]:81/", false, "2001:db8::1", "81", "/"),
	    "and an IPv6 address");
	for (i = 0; i < sizeof no_url / sizeof *no_url; i++)
		ok(!call_url_split(str_of(no_url[i]), &u), no_url[i]);
	for (i = 0; i < sizeof inside / sizeof *inside; i++)
		ok(is_private(inside[i]), inside[i]);
	for (i = 0; i < sizeof outside / sizeof *outside; i++)
		ok(!is_private(outside[i]), outside[i]);
	return done();
}
