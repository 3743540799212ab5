/* SPDX-License-Identifier: ISC */
#ifndef SERVER_SPELL_H
#define SERVER_SPELL_H

#include "server/push.h"

/*
 * How messages are spelled for who reads them by curl (api/curl.md): lines of
 * text for people, the bare text, a JSON document a line, server-sent events.
 */
void spell(enum push_format, const struct push_event *, struct buf *);
/* The same as a chunk of HTTP/1.1, or as it is; nothing stays nothing. */
void spell_framed(
    enum push_format, bool chunked, const struct push_event *, struct buf *);
/* Something harmless, so that nobody on the way thinks it is over. */
struct str spell_beat(enum push_format);
/* The end of who is too slow: the last they were given is this. */
void spell_lagged(enum push_format, struct str id, struct buf *);
/* The Content-Type. */
struct str spell_type(enum push_format);
/* A room as it is called under /r/. */
struct str room_called(const struct room *);

#endif
