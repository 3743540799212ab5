/* SPDX-License-Identifier: ISC */
/* The other side of TLS: we ask, and believe only who can prove it. */
#include "server/tls_client.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>

#include "json/mem.h"

struct tls_client {
	SSL *ssl;
};

struct tls_trust {
	SSL_CTX *ctx;
};

struct tls_trust *
tls_trust_new(void)
{
	struct tls_trust *t = mem_zero(sizeof *t);

	t->ctx = SSL_CTX_new(TLS_client_method());
	if (t->ctx && SSL_CTX_set_min_proto_version(t->ctx, TLS1_2_VERSION) &&
	    SSL_CTX_set_default_verify_paths(t->ctx) == 1) {
		SSL_CTX_set_verify(t->ctx, SSL_VERIFY_PEER, NULL);
		return t;
	}
	SSL_CTX_free(t->ctx);
	mem_free(t);
	return NULL;
}

void
tls_trust_free(struct tls_trust *t)
{
	if (t)
		SSL_CTX_free(t->ctx);
	mem_free(t);
}

void
tls_trust_anybody(struct tls_trust *t)
{
	SSL_CTX_set_verify(t->ctx, SSL_VERIFY_NONE, NULL);
}

static bool
is_address(const char *host)
{
	unsigned char a[16];

	return inet_pton(AF_INET, host, a) == 1 ||
	       inet_pton(AF_INET6, host, a) == 1;
}

static bool
name_peer(SSL *ssl, const char *host)
{
	if (is_address(host))
		return X509_VERIFY_PARAM_set1_ip_asc(
			   SSL_get0_param(ssl), host) == 1;
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set1_host(ssl, host) == 1 &&
	       SSL_set_tlsext_host_name(ssl, host) == 1;
}

static void
say_why(SSL *ssl, char *why, size_t size)
{
	long verdict = ssl ? SSL_get_verify_result(ssl) : X509_V_OK;
	unsigned long e = ERR_peek_last_error();

	if (verdict != X509_V_OK)
		snprintf(why, size, "the certificate is refused: %s",
		    X509_verify_cert_error_string(verdict));
	else
		snprintf(why, size, "no TLS: %s",
		    e ? ERR_reason_error_string(e) : "the connection ended");
}

struct tls_client *
tls_client_open(const struct tls_trust *trust, int fd, const char *host,
    char *why, size_t size)
{
	struct tls_client *t = mem_zero(sizeof *t);

	ERR_clear_error();
	t->ssl = trust ? SSL_new(trust->ctx) : NULL;
	if (t->ssl && SSL_set_fd(t->ssl, fd) == 1 && name_peer(t->ssl, host) &&
	    SSL_connect(t->ssl) == 1)
		return t;
	say_why(t->ssl, why, size);
	SSL_free(t->ssl);
	mem_free(t);
	return NULL;
}

ssize_t
tls_client_read(struct tls_client *t, void *to, size_t n)
{
	size_t got = 0;

	ERR_clear_error();
	if (SSL_read_ex(t->ssl, to, n, &got) == 1)
		return (ssize_t)got;
	return SSL_get_error(t->ssl, 0) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

ssize_t
tls_client_write(struct tls_client *t, const void *from, size_t n)
{
	size_t put = 0;

	ERR_clear_error();
	return SSL_write_ex(t->ssl, from, n, &put) == 1 ? (ssize_t)put : -1;
}

void
tls_client_close(struct tls_client *t)
{
	SSL_shutdown(t->ssl);
	SSL_free(t->ssl);
	mem_free(t);
}
