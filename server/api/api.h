/* SPDX-License-Identifier: ISC */
#ifndef SERVER_API_API_H
#define SERVER_API_API_H

/*
 * All that a handler sees.  A file of handlers ends with its rows; a group
 * of rows is one line in groups.c.
 */
#include "json/time.h"
#include "json/utf8.h"
#include "server/caller.h"
#include "server/deeds.h"
#include "server/names.h"
#include "server/park.h"
#include "server/presence.h"
#include "server/rooms.h"
#include "server/req.h"
#include "server/shapes.h"
#include "server/stream.h"
#include "server/version.h"
#include "server/who.h"

/* ---- deeds, and rights on objects (server/api/access.c) ---- */

/* To do something by server/deeds.h, under the row's mark. */
struct deed deed_of(const struct req *);
bool may(const struct req *, enum permission);
/* Also by the roles that the caller has in this room. */
bool may_in(struct req *, const struct room *, enum permission);
/*
 * The room of the path's first ":id" (id, else name): 0, or -1 and answered.
 * One that the caller may not know of is answered as if it did not exist.
 */
int need_my_room(struct req *, struct room *);
/* And write in it: not archived, not muted, not read-only for them. */
int need_writable(struct req *, const struct room *);

#endif
