/* SPDX-License-Identifier: ISC */
#ifndef SERVER_TLS_CERT_H
#define SERVER_TLS_CERT_H

#include <stddef.h>
#include <stdint.h>

/* Days until the certificate's end, negative behind it; -1: why says what is
 * wrong with the file. */
int tls_cert_days(const char *file, int64_t *days, char *why, size_t);
/* Writes DIR/cert.pem and DIR/key.pem (P-256, a year) for the host; never
 * over a file that is there.  0, or -1 and why. */
int tls_self_signed(
    const char *dir, const char *host, char *why, size_t why_size);

/* "FILE: what OpenSSL says first", which is the cause. */
void tls_complain(char *why, size_t size, const char *file);

#endif
