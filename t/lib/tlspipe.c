/* SPDX-License-Identifier: ISC */
/*
 * tlspipe HOST PORT [CAFILE [N]]: stdin goes out by TLS, what comes back goes
 * to stdout, until both ends are closed.  Tests in Perl, whose core knows no
 * TLS, speak through it.  The peer is verified only if a CA file is given; N
 * messages of new keys go before all else, in one piece.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 16 * 1024 };

struct way {
	char bytes[PIECE];
	size_t at, end;
	bool eof; /* the giving side has ended */
};

struct tlspipe {
	SSL *ssl;
	int fd;
	struct way out, in; /* stdin -> TLS, TLS -> stdout */
	short want;         /* what TLS waits for on its socket */
	bool said_bye;
};

static void
die(const char *what)
{
	unsigned long e = ERR_get_error();

	fprintf(stderr, "tlspipe: %s: %s\n", what,
	    e ? ERR_error_string(e, NULL) : strerror(errno));
	exit(1);
}

static int
tcp_connect(const char *host, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list, *a;
	int fd = -1;

	if (getaddrinfo(host, port, &hints, &list))
		die("look-up");
	for (a = list; a && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
		if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen)) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(list);
	if (fd < 0)
		die("connect");
	return fd;
}

/* Whom the certificate must name: an address or a host. */
static void
expect_peer(SSL *ssl, const char *host)
{
	unsigned char any[sizeof(struct in6_addr)];

	if (inet_pton(AF_INET, host, any) == 1 ||
	    inet_pton(AF_INET6, host, any) == 1) {
		if (!X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host))
			die("address");
	} else if (!SSL_set1_host(ssl, host) ||
		   !SSL_set_tlsext_host_name(ssl, host)) {
		die("host");
	}
}

static SSL *
tls_connect(int fd, const char *host, const char *ca)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl;

	if (!ctx)
		die("context");
	if (ca && !SSL_CTX_load_verify_locations(ctx, ca, NULL))
		die(ca);
	SSL_CTX_set_verify(ctx, ca ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	ssl = SSL_new(ctx);
	SSL_CTX_free(ctx);
	if (!ssl || !SSL_set_fd(ssl, fd))
		die("session");
	expect_peer(ssl, host);
	if (SSL_connect(ssl) != 1)
		die("handshake");
	return ssl;
}

/* What a TLS call that gave n means: true when it only has to wait. */
static bool
tls_waits(struct tlspipe *p, int n)
{
	switch (SSL_get_error(p->ssl, n)) {
	case SSL_ERROR_WANT_READ:
		p->want |= POLLIN;
		return true;
	case SSL_ERROR_WANT_WRITE:
		p->want |= POLLOUT;
		return true;
	default:
		return false;
	}
}

/* Take what the server sent. */
static void
tls_take(struct tlspipe *p)
{
	int n;

	if (p->in.eof || p->in.at < p->in.end)
		return;
	ERR_clear_error();
	n = SSL_read(p->ssl, p->in.bytes, sizeof p->in.bytes);
	p->in.at = 0;
	p->in.end = n > 0 ? (size_t)n : 0;
	if (n <= 0 && !tls_waits(p, n))
		p->in.eof = true;
}

/* Give it what stdin said; a closed stdin becomes a close_notify. */
static void
tls_give(struct tlspipe *p)
{
	int n;

	ERR_clear_error();
	if (p->out.at < p->out.end) {
		n = SSL_write(p->ssl, p->out.bytes + p->out.at,
		    (int)(p->out.end - p->out.at));
		if (n > 0)
			p->out.at += (size_t)n;
		else if (!tls_waits(p, n)) { /* its last words are read */
			p->out.at = p->out.end;
			p->out.eof = p->said_bye = true;
		}
	} else if (p->out.eof && !p->said_bye) {
		SSL_shutdown(p->ssl);
		shutdown(p->fd, SHUT_WR);
		p->said_bye = true;
	}
}

static void
stdin_take(struct tlspipe *p)
{
	ssize_t n = read(STDIN_FILENO, p->out.bytes, sizeof p->out.bytes);

	p->out.at = 0;
	p->out.end = n > 0 ? (size_t)n : 0;
	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		p->out.eof = true;
}

static void
stdout_give(struct tlspipe *p)
{
	ssize_t n =
	    write(STDOUT_FILENO, p->in.bytes + p->in.at, p->in.end - p->in.at);

	if (n > 0)
		p->in.at += (size_t)n;
	else if (n < 0 && errno != EINTR && errno != EAGAIN)
		exit(0); /* nobody listens any more */
}

/* Wait for whatever can go on; a reader that left ends the pipe. */
static void
wait_for_more(struct tlspipe *p)
{
	bool idle = p->out.at == p->out.end, full = p->in.at < p->in.end;
	struct pollfd f[] = {
		{ idle && !p->out.eof ? STDIN_FILENO : -1, POLLIN, 0 },
		{ STDOUT_FILENO, full ? POLLOUT : 0, 0 },
		{ p->want ? p->fd : -1, p->want, 0 },
	};

	if (poll(f, 3, -1) < 0 && errno != EINTR)
		die("poll");
	if (f[1].revents & (POLLERR | POLLHUP))
		exit(0);
	if (f[0].revents)
		stdin_take(p);
	if (f[1].revents & POLLOUT)
		stdout_give(p);
}

/* Collected first, so that they arrive together. */
static void
change_keys(struct tlspipe *p, int times)
{
	BIO *wire = SSL_get_wbio(p->ssl), *all = BIO_new(BIO_s_mem());
	char *bytes;
	long n;

	if (!all || !BIO_up_ref(wire))
		die("buffer");
	SSL_set0_wbio(p->ssl, all);
	while (times-- > 0)
		if (SSL_key_update(p->ssl, SSL_KEY_UPDATE_NOT_REQUESTED) != 1 ||
		    SSL_do_handshake(p->ssl) != 1)
			die("new keys");
	n = BIO_get_mem_data(all, &bytes);
	if (write(p->fd, bytes, (size_t)n) != n)
		die("new keys");
	SSL_set0_wbio(p->ssl, wire);
}

int
main(int argc, char **argv)
{
	static struct tlspipe p;

	if (argc < 3 || argc > 5) {
		fprintf(stderr, "usage: tlspipe HOST PORT [CAFILE [N]]\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	p.fd = tcp_connect(argv[1], argv[2]);
	p.ssl = tls_connect(p.fd, argv[1], argv[3]);
	if (argc == 5)
		change_keys(&p, atoi(argv[4]));
	if (fcntl(p.fd, F_SETFL, O_NONBLOCK))
		die("non-blocking");
	for (;;) {
		p.want = 0;
		tls_give(&p);
		tls_take(&p);
		if (p.in.eof && p.in.at == p.in.end)
			break;
		wait_for_more(&p);
	}
	SSL_free(p.ssl);
	return 0;
}
