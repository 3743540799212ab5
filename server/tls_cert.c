/* SPDX-License-Identifier: ISC */
/* Certificates of our own making, and how long one lasts. */
#include "server/tls_cert.h"

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
#include <unistd.h>

void
tls_complain(char *why, size_t size, const char *file)
{
	unsigned long e = ERR_peek_error();
	const char *reason = ERR_SYSTEM_ERROR(e) ? strerror(ERR_GET_REASON(e))
						 : ERR_reason_error_string(e);

	snprintf(
	    why, size, "%s: %s", file, e && reason ? reason : "cannot be used");
	ERR_clear_error();
}

int
tls_cert_days(const char *file, int64_t *days, char *why, size_t size)
{
	BIO *in = BIO_new_file(file, "r");
	X509 *cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
	int d = 0, s = 0;
	bool fine =
	    cert && ASN1_TIME_diff(&d, &s, NULL, X509_get0_notAfter(cert)) == 1;

	if (!fine)
		tls_complain(why, size, file);
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

static void
remove_file(const char *dir, const char *name)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	unlink(path);
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
	c = fine ? new_file(dir, "cert.pem", why, size) : NULL;
	fine = c && PEM_write_bio_X509(c, cert) == 1;
	BIO_free(c);
	if (!fine) /* alone it would only be in the way */
		remove_file(dir, "key.pem");
	return fine ? 0 : -1;
}

int
tls_self_signed(const char *dir, const char *host, char *why, size_t why_size)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = key ? make_cert(key, host) : NULL;
	int done = -1;

	snprintf(why, why_size, "cannot write the files");
	if (!cert)
		tls_complain(why, why_size, "OpenSSL");
	else
		done = write_both(dir, cert, key, why, why_size);
	X509_free(cert);
	EVP_PKEY_free(key);
	return done;
}
