/* SPDX-License-Identifier: ISC */
/* Whether settings fit together: addresses, certificates, proxies. */
#include <netinet/in.h>
#include <stdio.h>
#include <sys/un.h>

#include "server/address.h"
#include "server/conf.h"

struct check {
	const struct conf *conf;
	bool https; /* something listens on https:// */
	char *why;
	size_t size;
};

static bool
refuse(struct check *c, struct str what, const char *why)
{
	snprintf(c->why, c->size, "%.*s: %s", STR_ARGS(what), why);
	return false;
}

static bool
is_loopback(const struct sockaddr_storage *a)
{
	const struct sockaddr_in6 *six = (const void *)a;
	const struct sockaddr_in *four = (const void *)a;

	if (a->ss_family == AF_INET)
		return ntohl(four->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr) ||
	       (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr) &&
		   six->sin6_addr.s6_addr[12] == 127);
}

static bool
check_local(struct check *c, struct str url)
{
	struct sockaddr_un a;

	if (url.len == sizeof "unix:" - 1)
		return refuse(c, url, "needs a path, as unix:/run/chat.sock");
	return url.len - (sizeof "unix:" - 1) < sizeof a.sun_path ||
	       refuse(c, url, "the path is too long for a Unix socket");
}

static bool
check_listen(struct check *c, struct str url)
{
	bool https = str_starts(url, STR("https://"));
	struct sockaddr_storage a;
	struct str place;

	if (str_starts(url, STR("unix:")))
		return check_local(c, url);
	if (!https && !str_starts(url, STR("http://")))
		return refuse(c, url,
		    "listen takes http://, https:// or unix:, as "
		    "http://127.0.0.1:3000");
	place = str_from(url, https ? 8 : 7);
	if (str_find(place, '/') + 1 < place.len || !address_of_url(place, &a))
		return refuse(c, url,
		    "needs an IPv4 address, an [IPv6] address or localhost, "
		    "and a port, as http://127.0.0.1:3000");
	c->https |= https;
	if (https || c->conf->plain_http_anywhere || c->conf->https_redirect ||
	    is_loopback(&a))
		return true;
	return refuse(c, url,
	    "plain HTTP is served on loopback only: use https://, or say "
	    "plain_http = anywhere");
}

static bool
check_tls(struct check *c)
{
	const struct conf *conf = c->conf;

	if (c->https && (!conf->tls_cert.len || !conf->tls_key.len))
		return refuse(c, STR("https://"),
		    "needs tls_cert and tls_key; to try it, make them by "
		    "pocketchat cert self-signed");
	if (!conf->tls_cert.len != !conf->tls_key.len)
		return refuse(c, STR("tls_cert and tls_key"),
		    "one does not work without the other");
	if (conf->https_redirect && !c->https &&
	    !str_starts(conf->root_url, STR("https://")))
		return refuse(c, STR("https_redirect"),
		    "nothing listens on https://, and root_url does not say "
		    "who does");
	return true;
}

/* It appears in replies. */
static bool
check_root_url(struct check *c)
{
	struct str s = c->conf->root_url;
	size_t i;

	if (s.len == 0)
		return true;
	for (i = 0; i < s.len; i++)
		if (s.ptr[i] <= ' ' || s.ptr[i] > '~' ||
		    strchr("\"<>\\^`{|}", s.ptr[i]))
			break;
	return (i == s.len && s.len > 8 && s.len < 512 &&
		   (str_starts(s, STR("http://")) ||
		       str_starts(s, STR("https://")))) ||
	       refuse(c, s, "root_url is not like https://chat.example.org");
}

static bool
is_proxy(struct str s)
{
	size_t slash = str_find(s, '/');
	uint8_t addr[16];
	int64_t bits = 0;
	bool six;

	if (str_eq(s, STR("unix")))
		return true;
	if (!address_parse((struct str){ s.ptr, slash }, addr, &six))
		return false;
	return slash == s.len || (str_int(str_from(s, slash + 1), &bits) &&
				     bits >= 0 && bits <= (six ? 128 : 32));
}

static bool
check_proxies(struct check *c)
{
	struct str rest = c->conf->trusted_proxies, one;

	while (str_next(&rest, ',', &one))
		if (!is_proxy(str_trim(one)))
			return refuse(c, c->conf->trusted_proxies,
			    "trusted_proxies takes addresses, networks and "
			    "unix, as 127.0.0.1, 10.0.0.0/8, unix");
	return true;
}

bool
conf_check(const struct conf *conf, char *why, size_t why_size)
{
	struct check c = { .conf = conf, .why = why, .size = why_size };
	size_t i;

	for (i = 0; i < conf->listens; i++)
		if (!check_listen(&c, conf->listen[i]))
			return false;
	return check_tls(&c) && check_root_url(&c) && check_proxies(&c);
}
