/* SPDX-License-Identifier: ISC */
/* Tickets and their keys, which change daily: a day is not waited for. */
#include <openssl/ssl.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/tls.h"
#include "server/tls_cert.h"
#include "t/unit/tap.h"

struct visit {
	SSL *client;
	struct tls *server;
	int fd[2];
};

static struct tls_shared *shared;
static struct tls_context *context;
static SSL_CTX *clients;

/* Both ends in turns, until both are done or nothing moves. */
static bool
meet(struct visit *v, SSL_SESSION *ticket)
{
	int i, theirs = 0, ours = TLS_AGAIN_IN;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, v->fd) < 0)
		return false;
	v->client = SSL_new(clients);
	v->server = tls_accept(context, v->fd[1]);
	SSL_set_fd(v->client, v->fd[0]);
	if (ticket)
		SSL_set_session(v->client, ticket);
	for (i = 0; i < 10 && (theirs != 1 || ours != 1); i++) {
		if (theirs != 1)
			theirs = SSL_connect(v->client);
		if (ours != 1)
			ours = tls_handshake(v->server);
	}
	return theirs == 1 && ours == 1;
}

static void
part(struct visit *v)
{
	tls_free(v->server);
	SSL_free(v->client);
	close(v->fd[0]);
	close(v->fd[1]);
}

/* Whether the ticket was good; instead of it comes the new one, if any. */
static bool
comes_back(SSL_SESSION **ticket)
{
	struct visit v;
	char byte;
	bool known = meet(&v, *ticket) && SSL_session_reused(v.client);

	SSL_read(v.client, &byte, 1); /* takes the ticket in */
	SSL_SESSION_free(*ticket);
	*ticket = SSL_get1_session(v.client);
	SSL_shutdown(v.client);
	part(&v);
	return known;
}

static void
keys_change(const char *version)
{
	SSL_SESSION *mine = NULL, *kept;

	ok(!comes_back(&mine), version);
	ok(comes_back(&mine), "a ticket opens");
	kept = mine;
	SSL_SESSION_up_ref(kept);
	tls_rotate(shared);
	ok(comes_back(&mine), "a day later it still does");
	tls_rotate(shared);
	ok(comes_back(&mine), "and was renewed then");
	ok(!comes_back(&kept), "the old one means nothing any more");
	SSL_SESSION_free(mine);
	SSL_SESSION_free(kept);
}

static void
says_goodbye(void)
{
	struct visit v;
	char bytes[16];

	ok(meet(&v, NULL), "a visit");
	ok(tls_write(v.server, "bye", 3) == 3 && tls_close(v.server) == 1 &&
		tls_close(v.server) == 1,
	    "goodbye is said once");
	ok(SSL_read(v.client, bytes, sizeof bytes) == 3, "behind the words");
	ok(SSL_read(v.client, bytes, sizeof bytes) == 0 &&
		SSL_get_shutdown(v.client) == SSL_RECEIVED_SHUTDOWN,
	    "and heard");
	part(&v);
}

static void
waits_inside(void)
{
	struct visit v;
	char byte;

	ok(meet(&v, NULL), "another");
	ok(tls_read(v.server, &byte, 1) == TLS_AGAIN_IN &&
		!tls_pending(v.server),
	    "nothing is there");
	SSL_write(v.client, "a", 1);
	SSL_write(v.client, "b", 1);
	ok(tls_read(v.server, &byte, 1) == 1 && byte == 'a', "a record");
	ok(tls_pending(v.server), "the next one waits inside");
	ok(tls_read(v.server, &byte, 1) == 1 && byte == 'b' &&
		!tls_pending(v.server),
	    "and is got");
	close(v.fd[0]); /* they vanish */
	ok(tls_read(v.server, &byte, 1) <= 0, "an end without goodbye");
	SSL_set_quiet_shutdown(v.client, 1);
	tls_free(v.server);
	SSL_free(v.client);
	close(v.fd[1]);
}

int
main(void)
{
	char dir[] = "/tmp/pocketchat-XXXXXX", cert[64], key[64], why[256];

	if (!mkdtemp(dir) || tls_self_signed(dir, "localhost", why, 256) < 0)
		return 1;
	snprintf(cert, sizeof cert, "%s/cert.pem", dir);
	snprintf(key, sizeof key, "%s/key.pem", dir);
	ok((shared = tls_shared_new()) != NULL, "there are keys");
	context = tls_load(cert, key, shared, why, sizeof why);
	ok(context != NULL, "and a certificate");
	unlink(cert);
	unlink(key);
	rmdir(dir);
	clients = SSL_CTX_new(TLS_client_method());
	says_goodbye();
	waits_inside();
	keys_change("TLS 1.3");
	SSL_CTX_set_max_proto_version(clients, TLS1_2_VERSION);
	keys_change("TLS 1.2");
	SSL_CTX_free(clients);
	tls_drop(context);
	tls_shared_free(shared);
	return done();
}
