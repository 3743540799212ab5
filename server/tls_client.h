/* SPDX-License-Identifier: ISC */
#ifndef SERVER_TLS_CLIENT_H
#define SERVER_TLS_CLIENT_H

#include <stddef.h>
#include <sys/types.h>

/*
 * HTTPS to others, by processes that may wait (server/poster.c): TLS 1.2 and
 * 1.3, and a certificate that the system's authorities vouch for and that
 * has the name which was asked for.
 */
struct tls_client;
struct tls_trust; /* whom to believe */

/* Once, while files can still be opened; NULL: OpenSSL has none. */
struct tls_trust *tls_trust_new(void);
void tls_trust_free(struct tls_trust *);
/* Whoever it is: only when the owner asks for that in so many words. */
void tls_trust_anybody(struct tls_trust *);
/* On a socket that is connected and blocks.  NULL: why says what is wrong. */
struct tls_client *tls_client_open(const struct tls_trust *, int fd,
    const char *host, char *why, size_t why_size);
/* Bytes moved, 0 at the end, -1. */
ssize_t tls_client_read(struct tls_client *, void *, size_t);
ssize_t tls_client_write(struct tls_client *, const void *, size_t);
void tls_client_close(struct tls_client *);

#endif
