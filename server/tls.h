/* SPDX-License-Identifier: ISC */
#ifndef SERVER_TLS_H
#define SERVER_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * HTTPS by OpenSSL, as security.md section 5 asks: TLS 1.2 and 1.3, AEAD
 * only, no compression, no renegotiation, no early data, tickets whose keys
 * change daily.
 */
struct tls_context; /* certificate, key and parameters */
struct tls_shared;  /* what outlives reloads: keys of tickets, and the like */
struct tls;         /* one connection */

/* NULL: OpenSSL cannot give what it takes.  It must outlive all contexts and
 * connections. */
struct tls_shared *tls_shared_new(void);
void tls_shared_free(struct tls_shared *);
/* Daily: new keys; those of yesterday still open tickets. */
void tls_rotate(struct tls_shared *);

/* NULL: why says what is wrong with the files.  Without the shared part it
 * is good for looking at them only. */
struct tls_context *tls_load(const char *cert, const char *key,
    struct tls_shared *, char *why, size_t why_size);
/* Connections that use it keep it until they close. */
void tls_drop(struct tls_context *);

/* NULL: out of memory.  The descriptor stays the caller's. */
struct tls *tls_accept(struct tls_context *, int fd);
/* Says goodbye if that is still possible. */
void tls_free(struct tls *);

enum tls_answer { TLS_AGAIN_IN = -1, TLS_AGAIN_OUT = -2, TLS_BROKEN = -3 };
/* 1 done, or enum tls_answer; 0: this is no TLS, but plain HTTP. */
int tls_handshake(struct tls *);
/* Bytes moved, 0 at the end of the stream, or enum tls_answer. */
ssize_t tls_read(struct tls *, void *, size_t);
ssize_t tls_write(struct tls *, const void *, size_t);
/* Bytes wait inside, of which no poll will tell: read on. */
bool tls_pending(const struct tls *);
/* Say goodbye, without waiting for theirs: 1, or TLS_AGAIN_OUT. */
int tls_close(struct tls *);

#endif
