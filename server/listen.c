/* SPDX-License-Identifier: ISC */
/* Listening sockets, and how many may come. */
#include "server/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "json/mem.h"
#include "server/address.h"
#include "server/log.h"
#include "server/tls.h"

enum {
	BACKLOG = 1024,
	ACCEPTS = 64, /* a turn */
	PAUSE_MS = 100,
	SNDBUF = 256 * 1024, /* the kernel would add up to 4 MB a socket */
};

struct listener {
	struct watch watch; /* first */
	struct timer pause;
	struct server *srv;
	struct listener *next;
	struct str url; /* as configured; the port as bound */
	bool https, local, loopback;
	int port;
	struct tls_context *tls;
};

struct tls_context *
listen_context(const struct listener *l)
{
	return l->tls;
}

int
listen_https_port(const struct server *s)
{
	const struct listener *l;

	for (l = s->listeners; l; l = l->next)
		if (l->https)
			return l->port;
	return 0;
}

void
listen_setup(const struct listener *l, struct conn *c)
{
	c->redirects =
	    l->srv->conf->https_redirect && !l->https && !l->local;
}

/* ---- accepting ---- */

static void
go_on(struct timer *t)
{
	struct listener *l =
	    (struct listener *)((char *)t - offsetof(struct listener, pause));

	loop_want(&l->srv->loop, &l->watch, LOOP_IN);
}

static void
pause_listener(struct listener *l)
{
	loop_want(&l->srv->loop, &l->watch, 0);
	timer_set(&l->srv->wheel, &l->pause, l->srv->mono + PAUSE_MS);
}

/* No descriptor is free: give up the spare one to send somebody away, so
 * that the backlog does not spin the loop. */
static void
out_of_descriptors(struct listener *l)
{
	struct server *s = l->srv;
	int fd;

	if (s->spare_fd >= 0) {
		close(s->spare_fd);
		if ((fd = accept4(l->watch.fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
			close(fd);
		s->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	log_line(LOG_WARN, "out of descriptors", NULL);
	pause_listener(l);
}

static bool
full(struct listener *l)
{
	const struct server *s = l->srv;

	return s->count >= (size_t)s->conf->max_connections ||
	    (l->https && s->handshakes >= (size_t)s->conf->max_handshakes);
}

static void
send_away(int fd, bool https)
{
	static const char words[] =
	    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 10\r\n"
	    "Content-Type: application/json\r\nContent-Length: 65\r\n"
	    "Connection: close\r\n\r\n"
	    "{\"status\":\"error\",\"message\":\"Too many "
	    "connections from one address\"}";

	if (!https)
		send(fd, words, sizeof words - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
}

static void
tune(int fd)
{
	int one = 1, size = SNDBUF;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

static const void *
address_of(const struct sockaddr_storage *a, bool *ipv6)
{
	const struct sockaddr_in6 *six = (const void *)a;
	const struct sockaddr_in *four = (const void *)a;

	*ipv6 = false;
	if (a->ss_family == AF_INET)
		return &four->sin_addr;
	if (a->ss_family != AF_INET6)
		return NULL;
	if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
		return six->sin6_addr.s6_addr + 12;
	*ipv6 = true;
	return &six->sin6_addr;
}

static bool
accept_one(struct listener *l)
{
	struct server *s = l->srv;
	struct sockaddr_storage a;
	socklen_t n = sizeof a;
	const void *addr;
	bool ipv6;
	int fd;

	fd = accept4(l->watch.fd, (struct sockaddr *)&a, &n,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			out_of_descriptors(l);
		return errno == ECONNABORTED || errno == EINTR;
	}
	addr = l->local ? NULL : address_of(&a, &ipv6);
	if (addr && !addresses_room(s->per_address, addr, ipv6)) {
		send_away(fd, l->https);
		return true;
	}
	if (addr)
		tune(fd);
	conn_open(s, fd, l, addr && ipv6, addr);
	return true;
}

static void
ready(struct watch *w, unsigned events)
{
	struct listener *l = (struct listener *)w;
	int i;

	(void)events;
	for (i = 0; i < ACCEPTS; i++) {
		if (full(l)) {
			pause_listener(l);
			return;
		}
		if (!accept_one(l))
			return;
	}
}

void
listen_came(struct server *s, const struct conn *c)
{
	s->count++;
	if (!c->local)
		addresses_add(s->per_address, c->addr, c->ipv6, 1);
}

void
listen_left(struct server *s, const struct conn *c)
{
	s->count--;
	if (!c->local)
		addresses_add(s->per_address, c->addr, c->ipv6, -1);
}

/* ---- opening ---- */

static int
complain(char *why, size_t size, struct str url, const char *what)
{
	snprintf(why, size, "cannot listen on %.*s: %s%s%s", STR_ARGS(url),
	    what, errno ? ": " : "", errno ? strerror(errno) : "");
	return -1;
}

static int
bind_local(struct str path, struct sockaddr_un *a)
{
	int fd;

	if (path.len >= sizeof a->sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(a->sun_path, path.ptr, path.len);
	fd = socket(
	    AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	unlink(a->sun_path); /* the lock says that it is not in use */
	if (bind(fd, (struct sockaddr *)a, sizeof *a) == 0 &&
	    chmod(a->sun_path, 0660) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
bind_inet(struct sockaddr_storage *a)
{
	socklen_t n = a->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) :
	                                         sizeof(struct sockaddr_in);
	int one = 1, fd;

	fd = socket(a->ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)a, n) == 0 &&
	    listen(fd, BACKLOG) == 0 &&
	    getsockname(fd, (struct sockaddr *)a, &n) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
name_it(struct listener *l, const struct sockaddr_storage *a, struct arena *mem)
{
	char text[INET6_ADDRSTRLEN];
	bool ipv6;
	const void *addr = address_of(a, &ipv6);
	bool six = a->ss_family == AF_INET6;

	l->port = ntohs(six ? ((const struct sockaddr_in6 *)a)->sin6_port :
	                      ((const struct sockaddr_in *)a)->sin_port);
	inet_ntop(ipv6 ? AF_INET6 : AF_INET, addr, text, sizeof text);
	l->url = arena_fmt(mem, ipv6 ? "%s://[%s]:%d" : "%s://%s:%d",
	    l->https ? "https" : "http", text, l->port);
}

/* Binds what the URL says: the descriptor or -1. */
static int
bind_url(struct listener *l, struct str url)
{
	struct sockaddr_storage a;
	struct sockaddr_un local;
	int fd;

	if (str_starts(url, STR("unix:"))) {
		l->local = true;
		l->url = url;
		return bind_local(str_from(url, 5), &local);
	}
	l->https = str_starts(url, STR("https://"));
	if (!address_of_url(str_from(url, l->https ? 8 : 7), &a)) {
		errno = EINVAL;
		return -1;
	}
	if ((fd = bind_inet(&a)) >= 0)
		name_it(l, &a, l->srv->conf_mem);
	return fd;
}

int
listen_open(struct server *s, struct str url, char *why, size_t why_size)
{
	struct listener *l = mem_zero(sizeof *l), **last = &s->listeners;
	int fd;

	l->srv = s;
	l->watch.ready = ready;
	l->pause.fire = go_on;
	errno = 0;
	if ((fd = bind_url(l, url)) < 0 ||
	    !loop_add(&s->loop, &l->watch, fd, LOOP_IN)) {
		mem_free(l);
		return complain(why, why_size, url, "no address");
	}
	while (*last)
		last = &(*last)->next;
	*last = l;
	return 0;
}

int
listen_load_tls(struct server *s, char *why, size_t why_size)
{
	struct tls_context *fresh;
	struct listener *l;
	char cert[4096], key[4096];

	snprintf(cert, sizeof cert, "%.*s", STR_ARGS(s->conf->tls_cert));
	snprintf(key, sizeof key, "%.*s", STR_ARGS(s->conf->tls_key));
	for (l = s->listeners; l; l = l->next) {
		if (!l->https)
			continue;
		if (!(fresh = tls_load(cert, key, why, why_size)))
			return -1;
		if (l->tls)
			tls_drop(l->tls);
		l->tls = fresh;
	}
	return 0;
}

void
listen_rotate(struct server *s)
{
	struct listener *l;

	for (l = s->listeners; l; l = l->next)
		if (l->tls)
			tls_rotate(l->tls);
}

void
listen_names(const struct server *s, struct buf *out)
{
	const struct listener *l;

	for (l = s->listeners; l; l = l->next)
		buf_fmt(out, "%s%.*s", out->len ? " " : "", STR_ARGS(l->url));
}

void
listen_close(struct server *s)
{
	struct listener *l;
	int fd;

	while ((l = s->listeners)) {
		s->listeners = l->next;
		fd = l->watch.fd;
		loop_remove(&s->loop, &l->watch);
		timer_stop(&s->wheel, &l->pause);
		close(fd);
		if (l->tls)
			tls_drop(l->tls);
		mem_free(l);
	}
}
