/* SPDX-License-Identifier: ISC */
#ifndef SERVER_DRAW_H
#define SERVER_DRAW_H

#include "json/buf.h"

/*
 * A square with the first letters of a name, in a colour by the name, as SVG.
 * What is drawn depends on the name alone: it tells nothing of who there is.
 */
void draw_name(struct buf *, struct str name);
/* The same for a room: a sign, in a colour by its id. */
void draw_room(struct buf *, struct str id);

#endif
