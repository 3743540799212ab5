/* SPDX-License-Identifier: ISC */
#ifndef SERVER_CALLER_H
#define SERVER_CALLER_H

#include "server/req.h"

/*
 * Who is calling (api/curl.md): X-Auth-Token with X-User-Id, Bearer, Basic
 * with a password or a token; and how often a password may be tried
 * (security.md section 3).
 */
/* Fills q->me and q->session: 0, or -1 and answered or parked. */
int caller_find(struct req *);
/* Where anybody may call: who it is, if a login's token says so; else, and
 * if it does not hold, nobody. */
void caller_try(struct req *);

/* Before a password is hashed: take an attempt at this account from this
 * address: 0, or -1 and answered. */
int attempt_take(struct req *, struct str account);
/* The password was right: nothing is held against them. */
void attempt_succeeded(struct req *, struct str account);
void attempt_failed(struct req *, struct str account);

/*
 * Check a password with the helper, over several visits of one row: 1 right,
 * 0 wrong, -1 answered or parked.  An unknown user (NULL) costs the same
 * time as a wrong password.  *record is a new record if the stored one was
 * too weak, else NO_STR.
 */
int password_check(
    struct req *, const struct user *, const char hex[64], struct str *record);
/* The hex digest of a password as clients send it: plain text, or with
 * hashed a digest.  False if it is neither or too long. */
bool password_digest(struct str password, bool hashed, char hex[64]);

#endif
