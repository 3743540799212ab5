/* SPDX-License-Identifier: ISC */
#ifndef SERVER_SWEEP_H
#define SERVER_SWEEP_H

#include "server/server.h"

/*
 * Messages that have stayed long enough (message_keep, and each room's own)
 * leave, a batch a turn of the loop, so that nobody waits for them; and the
 * places of deleted ones are forgotten after a month.
 */
struct sweep;

struct sweep *sweep_new(void);
void sweep_free(struct sweep *);
/* Once a minute: begin with the first room, unless one is under way. */
void sweep_begin(struct server *);
/* Once a turn, before its end. */
void sweep_turn(struct server *);
/* Is there more to do?  Then the loop need not wait long. */
bool sweep_waits(const struct server *);

#endif
