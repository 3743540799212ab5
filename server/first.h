/* SPDX-License-Identifier: ISC */
#ifndef SERVER_FIRST_H
#define SERVER_FIRST_H

#include "server/conf.h"
#include "server/deeds.h"

/*
 * What a new data directory holds: the default roles and permissions, the
 * room GENERAL, the user rocket.cat.  1 made, 0 was there, -1.
 */
int first_contents(struct deed *);
/*
 * The first admin, while none exists: name, password and e-mail from the
 * settings (ADMIN_USERNAME, ADMIN_PASS, ADMIN_EMAIL) or "admin" and a
 * generated password, which is then in *password (else NO_STR).  Hashes in
 * this process, so only before the loop runs.  1 made, 0 there is one, -1.
 */
int first_admin(struct deed *, const struct conf *, struct str *username,
    struct str *password);

/* The record of a password, hashed in this process (tenths of a second);
 * NO_STR: OpenSSL has no memory. */
struct str first_record(
    struct arena *, const struct kdf *cost, struct str password);

#endif
