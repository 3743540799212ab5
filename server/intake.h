/* SPDX-License-Identifier: ISC */
#ifndef SERVER_INTAKE_H
#define SERVER_INTAKE_H

#include "server/files.h"

/*
 * The body of a request on its way to the disk.  When the head stands the
 * gate judges it as far as a body is not needed, and begins this; then bytes
 * are taken as they come, and when there are no more the request passes the
 * gate again, from its first step, with what the form said as parameters.
 *
 * A form may have one file, and fields before and behind it.  The body of a
 * row that is raw is the file.
 */
struct intake;

/* Is the body of this request for a file?  (Its head stands.) */
bool intake_wanted(struct server *, const struct http *, const char *bytes);
/* For the gate: begin it; -1: it has begun (q->begun) or was answered. */
int intake_begin(struct req *);
/* And when the body is here: the parameters stand, or -1 and answered. */
int intake_result(struct req *);
/* For connections: some of the body has come.  False: it is refused, and the
 * gate knows why. */
bool intake_take(struct conn *, struct str piece);
/* That was all. */
void intake_end(struct conn *);
bool intake_whole(const struct conn *);
/* The request is answered, or its connection closed. */
void intake_drop(struct conn *);

#endif
