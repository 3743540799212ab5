/* SPDX-License-Identifier: ISC */
#ifndef SERVER_TICK_H
#define SERVER_TICK_H

#include "server/conn.h"
#include "server/req.h"

/*
 * Commit before answer (design.md section 5).  Only this file knows that
 * replies wait: every turn of the loop is one transaction, opened by the
 * first writing row; from then on replies are held until it is on disk.  A
 * failed COMMIT turns every held reply into a 503.
 */
/* Before a writing row: 0, or -1 and answered or parked. */
int tick_mark(struct req *);
/* After it: keep or undo what it wrote.  A kept one that cannot be kept
 * answers 503 in place of its reply: -1. */
int tick_keep(struct req *);
void tick_undo(struct req *);
/* A reply was queued: may it leave, or is it held? */
void tick_queued(struct conn *, const struct reply *);
/* For requests that wait for a busy database: could they write now?  Then the
 * tick is theirs, too, and what the other process wrote is known. */
bool tick_open(struct server *);
/* A writing task of our own (flushing last uses, sweeping): false when the
 * store cannot take it now. */
bool tick_own(struct server *);
void tick_own_keep(struct server *, bool keep);
/* The end of the turn. */
void tick_end(struct server *);

#endif
