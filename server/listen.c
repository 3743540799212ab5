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
#include "server/tls_cert.h"

enum {
	BACKLOG = 1024,
	PAUSE_MS = 100,
	QUIET_MS = 60 * 1000,
	/* No bounds: when there is no room, they say who makes some. */
	STALE_MS = 2000,     /* a handshake that others need not wait for */
	IDLE_MS = 1000,      /* idle for so long */
	SNDBUF = 256 * 1024, /* the kernel would add up to 4 MB a socket */
};

struct listener {
	struct watch watch; /* first */
	struct timer pause;
	struct server *srv;
	struct listener *next;
	struct str url; /* as configured; the port as bound */
	bool https, local;
	int64_t quiet_until; /* has complained: says no more till then */
	bool waits;          /* for a connection or a handshake to end */
	int port;
};

struct tls_context *
listen_context(const struct listener *l)
{
	return l->https ? l->srv->tls : NULL;
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
	c->redirects = l->srv->conf->https_redirect && !l->https && !l->local;
}

/* ---- accepting ---- */

static void
go_on(struct timer *t)
{
	struct listener *l =
	    (struct listener *)((char *)t - offsetof(struct listener, pause));

	l->waits = false;
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
		s->spare_fd = fcntl(s->loop.fd, F_DUPFD_CLOEXEC, 0);
	}
	if (s->mono >= l->quiet_until) {
		l->quiet_until = s->mono + QUIET_MS;
		log_line(LOG_WARN, "out of descriptors", NULL);
	}
	pause_listener(l);
}

static bool
crowded(const struct server *s)
{
	return s->count >= (size_t)s->conf->max_connections;
}

static bool
full(struct listener *l)
{
	const struct server *s = l->srv;

	return crowded(s) ||
	       (l->https && s->handshakes >= (size_t)s->conf->max_handshakes);
}

/* Whoever connects and says nothing must not keep everybody out. */
static void
drop_stale(struct server *s)
{
	struct conn *c;

	while ((c = conn_oldest(s, AGE_SHAKING, STALE_MS)))
		conn_close(c);
}

/* Room for one more; if there is none, wait until there is. */
static bool
has_room(struct listener *l)
{
	struct conn *idle = conn_oldest(l->srv, AGE_IDLE, IDLE_MS);

	if (full(l) && l->https)
		drop_stale(l->srv);
	if (crowded(l->srv) && idle) /* it gives no handshake's place */
		conn_end(idle);
	if (!full(l))
		return true;
	l->waits = true;
	pause_listener(l);
	return false;
}

static void
go_on_all(struct server *s)
{
	struct listener *l;

	for (l = s->listeners; l; l = l->next)
		if (l->waits && !full(l)) {
			timer_stop(&s->wheel, &l->pause);
			go_on(&l->pause);
		}
}

static void
send_away(int fd, bool https)
{
	static const char body[] =
	    "{\"status\":\"error\",\"message\":\"Too many "
	    "connections from one address\"}";
	char words[512];
	int n = snprintf(words, sizeof words,
	    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 10\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n%s",
	    sizeof body - 1, body);

	if (!https)
		send(fd, words, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
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
		if (errno == ECONNABORTED || errno == EINTR)
			return true;
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			out_of_descriptors(l);
		return false;
	}
	addr = l->local ? NULL : address_of(&a, &ipv6);
	if (addr && !addresses_room(s->per_address, addr, ipv6)) {
		send_away(fd, l->https);
		return true;
	}
	conn_open(s, fd, l, addr && ipv6, addr);
	return true;
}

static void
ready(struct watch *w, unsigned events)
{
	struct listener *l = (struct listener *)w;
	int i;

	(void)events;
	for (i = 0; i < l->srv->conf->max_turn_accepts; i++)
		if (!has_room(l) || !accept_one(l))
			return;
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
	go_on_all(s);
}

bool
listen_may_shake(struct server *s)
{
	if (s->shake_turn != s->turn_number) {
		s->shake_turn = s->turn_number;
		s->shakes = 0;
	}
	/* an RSA signature takes a millisecond */
	return s->shakes++ < (unsigned)s->conf->max_turn_handshakes;
}

void
listen_shaken(struct server *s)
{
	s->handshakes--;
	go_on_all(s);
}

/* ---- opening ---- */

static int
complain(char *why, size_t size, struct str url, const char *what)
{
	snprintf(why, size, "cannot listen on %.*s: %s", STR_ARGS(url), what);
	return -1;
}

/* A socket that nobody serves any more; nothing else is ever removed. */
static void
remove_stale(const struct sockaddr_un *a)
{
	struct stat st;
	int fd;

	if (lstat(a->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode) ||
	    (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return;
	if (connect(fd, (const struct sockaddr *)a, sizeof *a) < 0 &&
	    errno == ECONNREFUSED)
		unlink(a->sun_path);
	close(fd);
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
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	remove_stale(a);
	if (bind(fd, (struct sockaddr *)a, sizeof *a) == 0 &&
	    chmod(a->sun_path, 0660) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

/* What it says is inherited by the sockets that it gives. */
static void
tune(int fd)
{
	int one = 1, size = SNDBUF;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

static int
bind_inet(struct sockaddr_storage *a)
{
	socklen_t n = a->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
					       : sizeof(struct sockaddr_in);
	int fd;

	fd =
	    socket(a->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	tune(fd);
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

	l->port = ntohs(six ? ((const struct sockaddr_in6 *)a)->sin6_port
			    : ((const struct sockaddr_in *)a)->sin_port);
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
		return complain(
		    why, why_size, url, errno ? strerror(errno) : "no address");
	}
	while (*last)
		last = &(*last)->next;
	*last = l;
	return 0;
}

/* What serves, but not well. */
static void
look_at_files(const char *cert, const char *key)
{
	char why[512];
	struct stat st;
	int64_t days;

	if (stat(key, &st) == 0 && st.st_mode & 037)
		log_line(
		    LOG_WARN, "others may read the key", "file", key, NULL);
	if (tls_cert_days(cert, &days, why, sizeof why) == 0 && days < 0)
		log_line(
		    LOG_WARN, "the certificate has ended", "file", cert, NULL);
}

int
listen_load_tls(
    struct server *s, const struct conf *conf, char *why, size_t why_size)
{
	struct tls_context *fresh;
	char cert[4096], key[4096];

	if (!listen_https_port(s))
		return 0;
	if (!s->tls_shared && !(s->tls_shared = tls_shared_new())) {
		snprintf(why, why_size, "OpenSSL lacks what TLS needs");
		return -1;
	}
	snprintf(cert, sizeof cert, "%.*s", STR_ARGS(conf->tls_cert));
	snprintf(key, sizeof key, "%.*s", STR_ARGS(conf->tls_key));
	if (!(fresh = tls_load(cert, key, s->tls_shared, why, why_size)))
		return -1;
	if (s->tls)
		tls_drop(s->tls);
	s->tls = fresh;
	look_at_files(cert, key);
	return 0;
}

void
listen_rotate(struct server *s)
{
	if (s->tls_shared)
		tls_rotate(s->tls_shared);
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
		if (l->local) /* in a sandbox it stays, and is stale */
			unlink(str_from(l->url, 5).ptr);
		mem_free(l);
	}
	if (s->tls)
		tls_drop(s->tls);
	s->tls = NULL;
}
