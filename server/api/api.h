/* SPDX-License-Identifier: ISC */
#ifndef SERVER_API_API_H
#define SERVER_API_API_H

/*
 * All that a handler sees.  A file of handlers ends with its rows; a group
 * of rows is one line in groups.c.
 */
#include "auth/random.h"
#include "json/time.h"
#include "json/utf8.h"
#include "server/caller.h"
#include "server/deeds.h"
#include "server/docs.h"
#include "server/draw.h"
#include "server/files.h"
#include "server/follow.h"
#include "server/media.h"
#include "server/names.h"
#include "server/option.h"
#include "server/outgoing.h"
#include "server/park.h"
#include "server/presence.h"
#include "server/reach.h"
#include "server/rooms.h"
#include "server/req.h"
#include "server/shapes.h"
#include "server/statistics.h"
#include "server/spell.h"
#include "server/stream.h"
#include "server/version.h"
#include "server/who.h"

/* ---- sessions (server/api/session.c) ---- */

/* A password as it came: a string, with hashed a digest in hex, or an object
 * with digest and algorithm.  False: none of these. */
bool login_digest(struct req *, struct json, bool hashed, char hex[SHA256_HEX]);
/* For a row's secret: this person's password is right, and q->proven is who:
 * 0, or -1 and answered or parked. */
int session_prove(
    struct req *, struct str name, bool email, const char hex[SHA256_HEX]);
/* For a row's secret: hash this new password; in the handler: its record,
 * NO_STR if none was hashed. */
int secret_new(struct req *, struct str password);
struct str secret_record(struct req *);
/* A token for the user, the only time it is seen; with a note one for
 * scripts, which lasts.  1 or -1. */
int token_make(
    struct req *, const struct user *, struct str note, char text[TOKEN_LEN]);
/* Another one that may do the same as this, which is no more. */
int token_renew(struct req *, const struct token *, char text[TOKEN_LEN]);
/* A login of q->proven or another: 1 or -1. */
int session_open(struct req *, const struct user *, char token[TOKEN_LEN]);
/* The token that this call came with ends. */
int session_close(struct req *);

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
/* @all and @here in it are heard, if this caller may say so there. */
bool may_crowd(struct req *, const struct room *, struct str text);

/* ---- messages, whatever API asks (v1/chat_common.c): 0, or -1 and
 * answered ---- */

/* The message of this id, where the caller may read it, and its room; the
 * answer to all others is this error. */
int need_message(struct req *, struct str id, const char *code,
    const char *text, struct message *, struct room *);
/* Text, trimmings and thread of a message to come. */
int need_say(struct req *, const struct room *, struct json from,
    struct str text, bool names, struct say *);
/* A seat in a room to post in: a channel is joined on the way.  The answer to
 * all else is invalid-channel. */
int need_seat(struct req *, const struct room *);
/* ":x:" or "x": as ":x:". */
int need_reaction(struct req *, struct str word, struct str *emoji);
/* One more kind of them fits at the message. */
int need_space(struct req *, const struct message *, struct str emoji);
/* A client's id of a message fits: 1-64 of A-Za-z0-9_-. */
bool message_id_fits(struct str);
/* What the caller may do with it (by right, or their own within its time). */
int need_editable(struct req *, const struct room *, const struct message *);
int need_deletable(struct req *, const struct room *, const struct message *);

#endif
