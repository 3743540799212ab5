/* SPDX-License-Identifier: ISC */
/* TLS by OpenSSL, on sockets that never block. */
#include "server/tls.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "json/mem.h"
#include "server/tls_cert.h"

/* clang-format off */
#define CIPHERS \
	"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:" \
	"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:" \
	"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
#define SIGNATURES \
	"ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:" \
	"RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:" \
	"RSA+SHA256:RSA+SHA384:RSA+SHA512"
/* clang-format on */

enum {
	KEY_NAME = 16,
	KEY_BYTES = 32,
	IV_BYTES = 16,
	/* Messages of TLS itself, like new keys, give no data: OpenSSL would
	 * take them as long as they come, and others would wait.  So many
	 * reads of the socket, and messages, at once; nobody needs more. */
	READS = 2,
	MESSAGES = 32,
};

struct ticket_key {
	unsigned char name[KEY_NAME];
	unsigned char aes[KEY_BYTES], hmac[KEY_BYTES];
};

struct tls_shared {
	struct ticket_key today, yesterday;
	EVP_CIPHER *cipher; /* fetched once, not at each handshake */
	BIO_METHOD *wire;
};

struct tls_context {
	SSL_CTX *ctx;
	const struct tls_shared *shared;
};

struct tls {
	SSL *ssl;
	int fd;
	int reads;    /* of the socket that are left to the call at hand */
	int messages; /* of TLS itself that came in it */
	bool broken;  /* nothing more can be said, not even goodbye */
	bool said_bye;
};

/* ---- the wire: a BIO that stops after so many reads ---- */

static int
wire_read(BIO *b, char *buf, int size)
{
	struct tls *t = BIO_get_data(b);
	ssize_t n = -1;

	BIO_clear_retry_flags(b);
	errno = EAGAIN;
	if (t->reads > 0) {
		t->reads--;
		n = recv(t->fd, buf, (size_t)size, 0);
	}
	if (n == 0)
		BIO_set_flags(b, BIO_FLAGS_IN_EOF);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		BIO_set_retry_read(b);
	return (int)n;
}

static int
wire_write(BIO *b, const char *buf, int size)
{
	const struct tls *t = BIO_get_data(b);
	ssize_t n = send(t->fd, buf, (size_t)size, MSG_NOSIGNAL);

	BIO_clear_retry_flags(b);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		BIO_set_retry_write(b);
	return (int)n;
}

static long
wire_ctrl(BIO *b, int what, long num, void *ptr)
{
	(void)num;
	(void)ptr;
	if (what == BIO_CTRL_EOF)
		return BIO_test_flags(b, BIO_FLAGS_IN_EOF) != 0;
	return what == BIO_CTRL_FLUSH || what == BIO_CTRL_DUP;
}

static BIO_METHOD *
wire_method(void)
{
	BIO_METHOD *m =
	    BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wire");

	if (m && BIO_meth_set_read(m, wire_read) &&
	    BIO_meth_set_write(m, wire_write) &&
	    BIO_meth_set_ctrl(m, wire_ctrl))
		return m;
	BIO_meth_free(m);
	return NULL;
}

static BIO *
wire_new(const struct tls_shared *k, struct tls *t)
{
	BIO *b = BIO_new(k->wire);

	if (b) {
		BIO_set_data(b, t);
		BIO_set_init(b, 1);
	}
	return b;
}

static void
count_message(int sent, int version, int type, const void *bytes, size_t len,
    SSL *ssl, void *arg)
{
	struct tls *t = arg;

	(void)version;
	(void)bytes;
	(void)len;
	(void)ssl;
	if (!sent && type == SSL3_RT_HANDSHAKE)
		t->messages++;
}

/* ---- tickets ---- */

struct tls_shared *
tls_shared_new(void)
{
	struct tls_shared *k = mem_zero(sizeof *k);

	k->cipher = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL);
	k->wire = wire_method();
	if (k->cipher && k->wire &&
	    RAND_bytes((unsigned char *)&k->today, sizeof k->today) == 1 &&
	    RAND_bytes((unsigned char *)&k->yesterday, sizeof k->yesterday) ==
		1)
		return k;
	tls_shared_free(k);
	return NULL;
}

void
tls_shared_free(struct tls_shared *k)
{
	EVP_CIPHER_free(k->cipher);
	BIO_meth_free(k->wire);
	OPENSSL_cleanse(k, sizeof *k);
	mem_free(k);
}

void
tls_rotate(struct tls_shared *k)
{
	struct ticket_key fresh;

	if (RAND_bytes((unsigned char *)&fresh, sizeof fresh) == 1) {
		k->yesterday = k->today;
		k->today = fresh;
	}
	OPENSSL_cleanse(&fresh, sizeof fresh);
}

/* For OpenSSL: 1 fine, 2 fine but old: give them a new one, 0 unknown. */
static int
ticket_key(SSL *ssl, unsigned char name[KEY_NAME], unsigned char *iv,
    EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int making)
{
	const struct tls_shared *k = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	const struct ticket_key *key = &k->today;
	OSSL_PARAM param[] = { OSSL_PARAM_END, OSSL_PARAM_END, OSSL_PARAM_END };

	if (making) {
		if (RAND_bytes(iv, IV_BYTES) != 1)
			return -1;
		memcpy(name, key->name, KEY_NAME);
	} else if (memcmp(name, key->name, KEY_NAME) != 0) {
		key = &k->yesterday;
		if (memcmp(name, key->name, KEY_NAME) != 0)
			return 0;
	}
	param[0] = OSSL_PARAM_construct_octet_string(
	    OSSL_MAC_PARAM_KEY, (void *)key->hmac, KEY_BYTES);
	param[1] = OSSL_PARAM_construct_utf8_string(
	    OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0);
	if (EVP_CipherInit_ex(cipher, k->cipher, NULL, key->aes, iv, making) !=
		1 ||
	    EVP_MAC_CTX_set_params(mac, param) != 1)
		return -1;
	/* in TLS 1.3 nobody should be known again by an old ticket */
	return key == &k->today && SSL_version(ssl) < TLS1_3_VERSION ? 1 : 2;
}

/* ---- certificate, key, parameters ---- */

/* As nginx: who offers protocols, but none that we speak, is refused. */
static int
choose_http(SSL *ssl, const unsigned char **out, unsigned char *len,
    const unsigned char *in, unsigned in_len, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";

	(void)ssl;
	(void)arg;
	return SSL_select_next_proto((unsigned char **)out, len, ours,
		   sizeof ours - 1, in, in_len) == OPENSSL_NPN_NEGOTIATED
		   ? SSL_TLSEXT_ERR_OK
		   : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool
parameters(SSL_CTX *ctx)
{
	SSL_CTX_set_options(
	    ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
		     SSL_OP_CIPHER_SERVER_PREFERENCE |
		     SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx,
	    SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_max_early_data(ctx, 0);
	SSL_CTX_set_num_tickets(ctx, 1);
	SSL_CTX_set_msg_callback(ctx, count_message);
	SSL_CTX_set_alpn_select_cb(ctx, choose_http, NULL);
	SSL_CTX_set_security_level(ctx, 2);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) &&
	       SSL_CTX_set_cipher_list(ctx, CIPHERS) &&
	       SSL_CTX_set1_groups_list(ctx, "X25519:P-256:P-384") &&
	       SSL_CTX_set1_sigalgs_list(ctx, SIGNATURES) &&
	       SSL_CTX_set_session_id_context(
		   ctx, (const unsigned char *)"pocketchat", 10);
}

/* OpenSSL would ask on the terminal, and the server wait for an answer. */
static int
no_password(char *buf, int size, int writing, void *asked)
{
	(void)buf;
	(void)size;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

static bool
read_files(
    SSL_CTX *ctx, const char *cert, const char *key, char *why, size_t size)
{
	const char *bad = cert;
	bool asked = false, fine;

	SSL_CTX_set_default_passwd_cb(ctx, no_password);
	SSL_CTX_set_default_passwd_cb_userdata(ctx, &asked);
	fine = SSL_CTX_use_certificate_chain_file(ctx, cert) == 1;
	if (fine) {
		bad = key;
		fine = SSL_CTX_use_PrivateKey_file(
			   ctx, key, SSL_FILETYPE_PEM) == 1 &&
		       SSL_CTX_check_private_key(ctx) == 1;
	}
	SSL_CTX_set_default_passwd_cb_userdata(ctx, NULL);
	if (!fine)
		tls_complain(why, size, bad);
	if (!fine && asked)
		snprintf(why, size,
		    "%s: is encrypted, and there is nobody to ask for its "
		    "password",
		    bad);
	return fine;
}

struct tls_context *
tls_load(const char *cert, const char *key, struct tls_shared *shared,
    char *why, size_t why_size)
{
	struct tls_context *t;
	SSL_CTX *ctx;

	ERR_clear_error();
	if (!(ctx = SSL_CTX_new(TLS_server_method())) || !parameters(ctx)) {
		tls_complain(why, why_size, "OpenSSL");
	} else if (read_files(ctx, cert, key, why, why_size)) {
		SSL_CTX_set_app_data(ctx, shared);
		SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, ticket_key);
		t = mem_get(sizeof *t);
		*t = (struct tls_context){ ctx, shared };
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

/* ---- connections ---- */

struct tls *
tls_accept(struct tls_context *context, int fd)
{
	struct tls *t = mem_zero(sizeof *t);
	BIO *wire = wire_new(context->shared, t);

	t->fd = fd;
	t->ssl = SSL_new(context->ctx);
	if (!wire || !t->ssl) {
		BIO_free(wire);
		tls_free(t);
		return NULL;
	}
	SSL_set_bio(t->ssl, wire, wire);
	SSL_set_msg_callback_arg(t->ssl, t);
	SSL_set_accept_state(t->ssl);
	return t;
}

void
tls_free(struct tls *t)
{
	tls_close(t);
	SSL_free(t->ssl);
	mem_free(t);
}

static int
answer(struct tls *t, int result)
{
	switch (SSL_get_error(t->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return TLS_AGAIN_IN;
	case SSL_ERROR_WANT_WRITE:
		return TLS_AGAIN_OUT;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		t->broken = true;
		return TLS_BROKEN;
	}
}

static void
begin_call(struct tls *t, int reads)
{
	ERR_clear_error(); /* or an old error would be taken for ours */
	t->reads = reads;
	t->messages = 0;
}

int
tls_handshake(struct tls *t)
{
	int n;

	begin_call(t, 4 * READS);
	if ((n = SSL_do_handshake(t->ssl)) == 1)
		return 1;
	if ((n = answer(t, n)) == 0)
		return TLS_BROKEN;
	if (n == TLS_BROKEN &&
	    ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST)
		return 0;
	return n;
}

ssize_t
tls_read(struct tls *t, void *buf, size_t size)
{
	size_t n;
	ssize_t a;

	begin_call(t, READS);
	a = SSL_read_ex(t->ssl, buf, size, &n) == 1 ? (ssize_t)n : answer(t, 0);
	if (t->messages <= MESSAGES)
		return a;
	t->broken = true;
	return TLS_BROKEN;
}

ssize_t
tls_write(struct tls *t, const void *buf, size_t size)
{
	size_t n;
	int a;

	begin_call(t, READS);
	if (SSL_write_ex(t->ssl, buf, size, &n) == 1)
		return (ssize_t)n;
	a = answer(t, 0);
	return a == 0 ? TLS_BROKEN : a;
}

bool
tls_pending(const struct tls *t)
{
	return SSL_has_pending(t->ssl) == 1;
}

int
tls_close(struct tls *t)
{
	int n;

	/* a handshake that is not over has no goodbye */
	if (!t->ssl || t->broken || !SSL_is_init_finished(t->ssl) ||
	    t->said_bye)
		return 1;
	begin_call(t, 0);
	n = SSL_shutdown(t->ssl);
	if (n < 0 && answer(t, n) == TLS_AGAIN_OUT)
		return TLS_AGAIN_OUT;
	t->said_bye = true;
	return 1;
}
