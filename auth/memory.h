/* SPDX-License-Identifier: ISC */
#ifndef AUTH_MEMORY_H
#define AUTH_MEMORY_H

/*
 * OpenSSL does not survive every failed allocation: from here on one ends the
 * process, as json/mem.h says.  To be called before OpenSSL is used at all;
 * not for the hashing worker, where a failure is an answer.
 */
void crypto_memory(void);

#endif
