/* SPDX-License-Identifier: ISC */
/* TLS by OpenSSL, on sockets that never block. */
#include "server/tls.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "json/mem.h"

/* clang-format off */
#define CIPHERS \
	"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:" \
	"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:" \
	"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
/* clang-format on */

enum { TICKET_KEYS = 80 };

struct tls_context {
	SSL_CTX *ctx;
};

static void
complain(char *why, size_t size, const char *file)
{
	unsigned long e = ERR_peek_last_error();
	const char *reason = e ? ERR_reason_error_string(e) : NULL;

	snprintf(why, size, "%s: %s", file,
	    reason ? reason : "cannot be used");
	ERR_clear_error();
}

static int
choose_http(SSL *ssl, const unsigned char **out, unsigned char *len,
    const unsigned char *in, unsigned in_len, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";

	(void)ssl;
	(void)arg;
	return SSL_select_next_proto((unsigned char **)out, len, ours,
	           sizeof ours - 1, in, in_len) == OPENSSL_NPN_NEGOTIATED ?
	    SSL_TLSEXT_ERR_OK :
	    SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool
parameters(SSL_CTX *ctx)
{
	SSL_CTX_set_options(ctx,
	    SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
	        SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
	        SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx,
	    SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
	        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_max_early_data(ctx, 0);
	SSL_CTX_set_num_tickets(ctx, 1);
	SSL_CTX_set_alpn_select_cb(ctx, choose_http, NULL);
	SSL_CTX_set_security_level(ctx, 2);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) &&
	    SSL_CTX_set_cipher_list(ctx, CIPHERS) &&
	    SSL_CTX_set1_groups_list(ctx, "X25519:P-256:P-384") &&
	    SSL_CTX_set_session_id_context(
	        ctx, (const unsigned char *)"pocketchat", 10);
}

struct tls_context *
tls_load(const char *cert, const char *key, char *why, size_t why_size)
{
	SSL_CTX *ctx;
	struct tls_context *t;

	ERR_clear_error();
	if (!(ctx = SSL_CTX_new(TLS_server_method())) || !parameters(ctx)) {
		complain(why, why_size, "OpenSSL");
	} else if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1) {
		complain(why, why_size, cert);
	} else if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) !=
	        1 ||
	    SSL_CTX_check_private_key(ctx) != 1) {
		complain(why, why_size, key);
	} else {
		t = mem_get(sizeof *t);
		t->ctx = ctx;
		return t;
	}
	SSL_CTX_free(ctx);
	return NULL;
}

void
tls_drop(struct tls_context *t)
{
	SSL_CTX_free(t->ctx); /* counted: connections hold it too */
	mem_free(t);
}

/* With new keys, tickets of the old ones mean a full handshake. */
void
tls_rotate(struct tls_context *t)
{
	unsigned char keys[TICKET_KEYS];
	long n = SSL_CTX_get_tlsext_ticket_keys(t->ctx, NULL, 0);

	if (n <= 0 || n > TICKET_KEYS)
		return;
	if (RAND_bytes(keys, (int)n) == 1)
		SSL_CTX_set_tlsext_ticket_keys(t->ctx, keys, n);
	OPENSSL_cleanse(keys, sizeof keys);
}

/* struct tls is OpenSSL's own; only the name is ours. */
static SSL *
ssl_of(struct tls *t)
{
	return (SSL *)t;
}

struct tls *
tls_accept(struct tls_context *t, int fd)
{
	SSL *ssl = SSL_new(t->ctx);

	if (!ssl || SSL_set_fd(ssl, fd) != 1) {
		SSL_free(ssl);
		ERR_clear_error();
		return NULL;
	}
	SSL_set_accept_state(ssl);
	return (struct tls *)ssl;
}

void
tls_free(struct tls *t)
{
	SSL_free(ssl_of(t));
}

static int
answer(SSL *ssl, int result)
{
	switch (SSL_get_error(ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return TLS_AGAIN_IN;
	case SSL_ERROR_WANT_WRITE:
		return TLS_AGAIN_OUT;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		ERR_clear_error();
		return TLS_BROKEN;
	}
}

int
tls_handshake(struct tls *t)
{
	int n;

	ERR_clear_error();
	n = SSL_do_handshake(ssl_of(t));
	if (n == 1)
		return 1;
	n = answer(ssl_of(t), n);
	return n == 0 ? TLS_BROKEN : n;
}

ssize_t
tls_read(struct tls *t, void *buf, size_t size)
{
	size_t n;

	ERR_clear_error();
	return SSL_read_ex(ssl_of(t), buf, size, &n) == 1 ?
	    (ssize_t)n :
	    answer(ssl_of(t), 0);
}

ssize_t
tls_write(struct tls *t, const void *buf, size_t size)
{
	size_t n;
	int a;

	ERR_clear_error();
	if (SSL_write_ex(ssl_of(t), buf, size, &n) == 1)
		return (ssize_t)n;
	a = answer(ssl_of(t), 0);
	return a == 0 ? TLS_BROKEN : a;
}

size_t
tls_pending(struct tls *t)
{
	return (size_t)SSL_pending(ssl_of(t));
}

void
tls_close(struct tls *t)
{
	ERR_clear_error();
	SSL_shutdown(ssl_of(t));
	ERR_clear_error();
}

/* ---- for the command line ---- */

int
tls_cert_days(const char *file, int64_t *days, char *why, size_t size)
{
	BIO *in = BIO_new_file(file, "r");
	X509 *cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
	int d = 0, s = 0;
	bool fine = cert &&
	    ASN1_TIME_diff(&d, &s, NULL, X509_get0_notAfter(cert)) == 1;

	if (!fine)
		complain(why, size, file);
	*days = s < 0 ? d - 1 : d;
	X509_free(cert);
	BIO_free(in);
	return fine ? 0 : -1;
}

static bool
extend(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool fine = e && X509_add_ext(cert, e, -1) == 1;

	X509_EXTENSION_free(e);
	return fine;
}

static bool
name_hosts(X509 *cert, const char *host)
{
	X509_NAME *name = X509_get_subject_name(cert);
	unsigned char serial[16], addr[16];
	char alt[512];
	bool ip = inet_pton(AF_INET, host, addr) == 1 ||
	    inet_pton(AF_INET6, host, addr) == 1;
	BIGNUM *number;
	bool fine;

	snprintf(alt, sizeof alt, "%s:%s,DNS:localhost,IP:127.0.0.1,IP:::1",
	    ip ? "IP" : "DNS", host);
	if (RAND_bytes(serial, sizeof serial) != 1)
		return false;
	serial[0] &= 0x7f;
	number = BN_bin2bn(serial, sizeof serial, NULL);
	fine = number &&
	    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	        (const unsigned char *)host, -1, -1, 0) == 1 &&
	    X509_set_issuer_name(cert, name) == 1 &&
	    extend(cert, NID_subject_alt_name, alt) &&
	    extend(cert, NID_basic_constraints, "critical,CA:FALSE") &&
	    extend(cert, NID_ext_key_usage, "serverAuth");
	BN_free(number);
	return fine;
}

static X509 *
make_cert(EVP_PKEY *key, const char *host)
{
	X509 *cert = X509_new();

	if (cert && X509_set_version(cert, 2) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(cert), -3600) &&
	    X509_gmtime_adj(X509_getm_notAfter(cert), 365L * 24 * 3600) &&
	    X509_set_pubkey(cert, key) == 1 && name_hosts(cert, host) &&
	    X509_sign(cert, key, EVP_sha256()) > 0)
		return cert;
	X509_free(cert);
	return NULL;
}

/* A new file of mode 0600; NULL if there is one already. */
static BIO *
new_file(const char *dir, const char *name, char *why, size_t size)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		snprintf(why, size, "%s: %s", path, strerror(errno));
		return NULL;
	}
	return BIO_new_fd(fd, BIO_CLOSE);
}

static int
write_both(const char *dir, X509 *cert, EVP_PKEY *key, char *why, size_t size)
{
	BIO *k = new_file(dir, "key.pem", why, size), *c;
	bool fine;

	if (!k)
		return -1;
	fine = PEM_write_bio_PrivateKey(k, key, NULL, NULL, 0, NULL, NULL) == 1;
	BIO_free(k);
	if (!fine || !(c = new_file(dir, "cert.pem", why, size)))
		return -1;
	fine = PEM_write_bio_X509(c, cert) == 1;
	BIO_free(c);
	return fine ? 0 : -1;
}

int
tls_self_signed(
    const char *dir, const char *host, char *why, size_t why_size)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = key ? make_cert(key, host) : NULL;
	int done = -1;

	snprintf(why, why_size, "cannot write the files");
	if (!cert)
		complain(why, why_size, "OpenSSL");
	else
		done = write_both(dir, cert, key, why, why_size);
	X509_free(cert);
	EVP_PKEY_free(key);
	return done;
}
