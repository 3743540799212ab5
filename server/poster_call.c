/* SPDX-License-Identifier: ISC */
/* One call to somebody else's server, from its address to the answer. */
#include "server/poster_call.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "json/buf.h"
#include "server/address.h"
#include "server/tls_client.h"
#include "server/version.h"

enum { WAIT_SECONDS = 10, HEAD_MOST = 16 * 1024 };

struct call {
	struct call_url url;
	const struct poster_rules *rules;
	int fd;
	struct tls_client *tls;
	struct post_result *result;
	struct buf in; /* all that came */
};

static bool wrong(struct call *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool
wrong(struct call *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->result->error, sizeof c->result->error, fmt, ap);
	va_end(ap);
	return false;
}

/* ---- the address ---- */

static bool
split_host(struct str s, struct call_url *u)
{
	struct str host = s, port = NO_STR;
	int64_t n;
	size_t end;

	if (s.len > 0 && s.ptr[0] == '[') {
		end = str_find(s, ']');
		if (end == s.len)
			return false;
		host = (struct str){ s.ptr + 1, end - 1 };
		port = str_from(s, end + 1);
	} else {
		host.len = str_find(s, ':');
		port = str_from(s, host.len);
	}
	if (host.len == 0 || host.len >= sizeof u->host ||
	    memchr(host.ptr, '@', host.len) || memchr(s.ptr, '@', s.len))
		return false;
	snprintf(u->host, sizeof u->host, "%.*s", STR_ARGS(host));
	if (port.len == 0) {
		snprintf(u->port, sizeof u->port, "%s", u->tls ? "443" : "80");
		return true;
	}
	if (port.ptr[0] != ':' || !str_int(str_from(port, 1), &n) || n < 1 ||
	    n > 65535)
		return false;
	snprintf(u->port, sizeof u->port, "%d", (int)n);
	return true;
}

bool
call_url_split(struct str url, struct call_url *u)
{
	struct str rest;
	size_t i;

	for (i = 0; i < url.len; i++)
		if (url.ptr[i] <= ' ' || url.ptr[i] > '~')
			return false;
	u->tls = str_starts(url, STR("https://"));
	if (!u->tls && !str_starts(url, STR("http://")))
		return false;
	rest = str_from(url, u->tls ? 8 : 7);
	rest.len = str_find(rest, '#');
	for (i = 0; i < rest.len && rest.ptr[i] != '/' && rest.ptr[i] != '?';)
		i++;
	u->path = str_from(rest, i);
	return split_host((struct str){ rest.ptr, i }, u);
}

bool
call_is_private(const void *addr, bool ipv6)
{
	/* RFC 6890 and its like: this host, private, shared, link-local,
	 * tests, multicast, reserved; and what carries an IPv4 address
	 * inside */
	static const char nets[] =
	    "0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,127.0.0.0/8,"
	    "169.254.0.0/16,172.16.0.0/12,192.0.0.0/24,192.0.2.0/24,"
	    "192.168.0.0/16,198.18.0.0/15,198.51.100.0/24,"
	    "203.0.113.0/24,224.0.0.0/3,::/8,64:ff9b::/32,100::/64,"
	    "2001::/23,2001:db8::/32,2002::/16,fc00::/7,fe80::/9,ff00::/8";
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (ipv6 && !memcmp(addr, mapped, sizeof mapped)) {
		addr = (const uint8_t *)addr + sizeof mapped;
		ipv6 = false;
	}
	return address_in(str_of(nets), addr, ipv6);
}

static bool
is_private(const struct addrinfo *a)
{
	const struct sockaddr_in6 *six = (const void *)a->ai_addr;
	const struct sockaddr_in *four = (const void *)a->ai_addr;

	if (a->ai_family == AF_INET6)
		return call_is_private(&six->sin6_addr, true);
	return a->ai_family != AF_INET ||
	       call_is_private(&four->sin_addr, false);
}

/* ---- the connection ---- */

static int
try_address(const struct addrinfo *a)
{
	const struct timeval wait = { WAIT_SECONDS, 0 };
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The address that was judged is the one that is called: a name that has
 * another one a moment later gains nothing. */
static bool
call_connect(struct call *c)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL, *a;
	int rc = getaddrinfo(c->url.host, c->url.port, &hints, &list);
	bool refused = false;

	if (rc)
		return wrong(c, "%s: %s", c->url.host, gai_strerror(rc));
	errno = 0;
	for (a = list; a && c->fd < 0; a = a->ai_next) {
		if (!c->rules->private_too && is_private(a))
			refused = true;
		else
			c->fd = try_address(a);
	}
	freeaddrinfo(list);
	if (c->fd >= 0)
		return true;
	return refused ? wrong(c,
			     "%s is an address of a private network: only the "
			     "setting outgoing_private lets it be called",
			     c->url.host)
		       : wrong(c, "no connection to %s: %s", c->url.host,
			     strerror(errno));
}

static bool
call_shake(struct call *c)
{
	if (!c->url.tls)
		return true;
	c->tls = tls_client_open(c->rules->trust, c->fd, c->url.host,
	    c->result->error, sizeof c->result->error);
	return c->tls != NULL;
}

static bool
put(struct call *c, struct str s)
{
	ssize_t n;

	while (s.len > 0) {
		n = c->tls ? tls_client_write(c->tls, s.ptr, s.len)
			   : send(c->fd, s.ptr, s.len, MSG_NOSIGNAL);
		if (n <= 0)
			return wrong(c, "the call could not be sent: %s",
			    strerror(errno));
		s = str_from(s, (size_t)n);
	}
	return true;
}

static bool
call_send(struct call *c, struct str body)
{
	const struct call_url *u = &c->url;
	bool usual = !strcmp(u->port, u->tls ? "443" : "80");
	bool six = strchr(u->host, ':') != NULL;
	struct buf head = { 0 };
	bool fine;

	buf_fmt(&head,
	    "POST %s%.*s HTTP/1.1\r\nHost: %s%s%s%s%s\r\n"
	    "User-Agent: pocketchat/" POCKETCHAT_VERSION "\r\n"
	    "Content-Type: application/json\r\nAccept: application/json\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n",
	    u->path.len && u->path.ptr[0] == '/' ? "" : "/", STR_ARGS(u->path),
	    six ? "[" : "", u->host, six ? "]" : "", usual ? "" : ":",
	    usual ? "" : u->port, body.len);
	fine = put(c, buf_view(&head)) && put(c, body);
	buf_free(&head);
	return fine;
}

/* ---- the answer ---- */

/* More bytes: false at the end, or when there are enough. */
static bool
get(struct call *c)
{
	enum { SOME = 4096 };
	char *to = buf_room(&c->in, SOME);
	ssize_t n;

	if (c->in.len > HEAD_MOST + 2 * POST_ANSWER)
		return false;
	n = c->tls ? tls_client_read(c->tls, to, SOME)
		   : recv(c->fd, to, SOME, 0);
	if (n > 0)
		c->in.len += (size_t)n;
	return n > 0;
}

/* Behind the empty line, or 0. */
static size_t
head_end(struct str s)
{
	size_t i;

	for (i = 0; i + 4 <= s.len; i++)
		if (!memcmp(s.ptr + i, "\r\n\r\n", 4))
			return i + 4;
	return 0;
}

/* "HTTP/1.1 200 OK" */
static int
status_of(struct str s)
{
	int64_t n;

	if (s.len < 12 || !str_starts(s, STR("HTTP/1.")) || s.ptr[8] != ' ' ||
	    !str_int((struct str){ s.ptr + 9, 3 }, &n) || n < 100)
		return 0;
	return (int)n;
}

static struct str
field(struct str head, struct str name)
{
	struct str line;

	while (str_next(&head, '\n', &line)) {
		size_t colon = str_find(line, ':');

		if (line.len && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (colon < line.len &&
		    str_ieq((struct str){ line.ptr, colon }, name))
			return str_trim(str_from(line, colon + 1));
	}
	return NO_STR;
}

static void
keep(struct call *c, struct str s)
{
	struct post_result *r = c->result;
	size_t room = sizeof r->answer - r->len;

	if (s.len > room)
		s.len = room;
	memcpy(r->answer + r->len, s.ptr, s.len);
	r->len += (uint32_t)s.len;
}

static bool
chunk_size(struct str line, size_t *size)
{
	size_t i;

	*size = 0;
	for (i = 0; i < line.len && i < 7; i++) {
		char ch = line.ptr[i] | 32;

		if (ch >= '0' && ch <= '9')
			*size = *size * 16 + (size_t)(ch - '0');
		else if (ch >= 'a' && ch <= 'f')
			*size = *size * 16 + (size_t)(ch - 'a' + 10);
		else
			break;
	}
	return i > 0 && i < 7;
}

/* All chunks that are there; what is cut off is left out. */
static void
keep_chunks(struct call *c, struct str s)
{
	size_t size, line;

	while ((line = str_find(s, '\n')) < s.len &&
	       chunk_size((struct str){ s.ptr, line }, &size) && size > 0) {
		s = str_from(s, line + 1);
		if (size > s.len)
			size = s.len;
		keep(c, (struct str){ s.ptr, size });
		s = str_from(s, size);
		s = str_from(s, s.len < 2 ? s.len : 2);
	}
}

static bool
is_whole(struct str head, struct str body)
{
	struct str length = field(head, STR("content-length"));
	int64_t n;

	return str_int(length, &n) && n >= 0 && body.len >= (uint64_t)n;
}

static struct str
rest_of(const struct call *c, size_t end)
{
	return str_from(buf_view(&c->in), end);
}

static bool
call_answer(struct call *c)
{
	size_t end = 0;
	struct str head;

	while (!(end = head_end(buf_view(&c->in))) && c->in.len < HEAD_MOST)
		if (!get(c))
			break;
	head = (struct str){ buf_view(&c->in).ptr, end };
	if (!end || !status_of(head))
		return wrong(c, "there was no answer in HTTP");
	while (!is_whole((struct str){ c->in.bytes, end }, rest_of(c, end)))
		if (!get(c))
			break;
	head = (struct str){ c->in.bytes, end };
	c->result->status = status_of(head);
	if (str_ieq(field(head, STR("transfer-encoding")), STR("chunked")))
		keep_chunks(c, rest_of(c, end));
	else
		keep(c, rest_of(c, end));
	return true;
}

void
poster_call(const struct poster_rules *rules, struct str url, struct str body,
    struct post_result *result)
{
	struct call c = { .rules = rules, .fd = -1, .result = result };

	if (!call_url_split(url, &c.url))
		wrong(&c, "that is no address to call");
	else if (call_connect(&c) && call_shake(&c) && call_send(&c, body))
		call_answer(&c);
	if (c.tls)
		tls_client_close(c.tls);
	if (c.fd >= 0)
		close(c.fd);
	buf_free(&c.in);
}
