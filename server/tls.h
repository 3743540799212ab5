/* SPDX-License-Identifier: ISC */
#ifndef SERVER_TLS_H
#define SERVER_TLS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * HTTPS by OpenSSL, as security.md section 5 asks: TLS 1.2 and 1.3, AEAD
 * only, no compression, no renegotiation, no early data, tickets whose keys
 * change daily.
 */
struct tls_context; /* certificate, key and parameters */
struct tls;         /* one connection */

/* NULL: why says what is wrong with the files. */
struct tls_context *tls_load(
    const char *cert, const char *key, char *why, size_t why_size);
/* Connections that use it keep it until they close. */
void tls_drop(struct tls_context *);
/* Daily: new ticket keys; yesterday's still open tickets. */
void tls_rotate(struct tls_context *);

struct tls *tls_accept(struct tls_context *, int fd);
void tls_free(struct tls *);

enum tls_answer { TLS_AGAIN_IN = -1, TLS_AGAIN_OUT = -2, TLS_BROKEN = -3 };
/* 1 done, or enum tls_answer. */
int tls_handshake(struct tls *);
/* Bytes moved, 0 at the end of the stream, or enum tls_answer. */
ssize_t tls_read(struct tls *, void *, size_t);
ssize_t tls_write(struct tls *, const void *, size_t);
/* Decrypted bytes that wait inside. */
size_t tls_pending(struct tls *);
/* Say goodbye, once, without waiting for theirs. */
void tls_close(struct tls *);

/* For the command line. */
int tls_cert_days(const char *file, int64_t *days, char *why, size_t);
/* Writes DIR/cert.pem and DIR/key.pem (P-256, a year) for the host; never
 * over a file that is there.  0, or -1 and why. */
int tls_self_signed(
    const char *dir, const char *host, char *why, size_t why_size);

#endif
