/* SPDX-License-Identifier: ISC */
#ifndef SERVER_OUTGOING_H
#define SERVER_OUTGOING_H

#include "json/reader.h"
#include "server/deeds.h"
#include "server/server.h"

/*
 * Outgoing integrations: others are told of what happens.  What there is to
 * tell is a row of the store, made under the mark of the deed that it tells
 * of; a process of its own (server/poster.h) sends it when that is on disk,
 * one at a time for each integration, again after a growing delay if it
 * failed, and an answer becomes a message.  After a crash something may be
 * told twice, never not at all.
 *
 * There is none of this (NULL) unless the setting outgoing is on.
 */
struct outgoing;
struct req;

/* Forks the process, when nothing has been opened yet: NULL with errno. */
struct outgoing *outgoing_new(struct server *);
void outgoing_free(struct outgoing *);
/* The data can be asked. */
void outgoing_begin(struct outgoing *);
/* Integrations have changed, here or elsewhere. */
void outgoing_forget(struct outgoing *);
/* In a turn: write down what became of tries; after its end: send. */
void outgoing_settle(struct server *);
void outgoing_turn(struct server *);

/* ---- for deeds, under their mark: 1 or -1 ---- */

enum outgoing_event {
	OUT_MESSAGE,
	OUT_FILE,
	OUT_ROOM_ARCHIVED,
	OUT_ROOM_CREATED,
	OUT_ROOM_JOINED,
	OUT_ROOM_LEFT,
	OUT_USER_CREATED,
	OUT_EVENTS
};

/* Somebody did that to the room; with a message: said, edited, sent as a
 * file.  room NULL: a new user. */
int outgoing_tell(struct deed *, enum outgoing_event, const struct room *,
    const struct user *, const struct message *);

/* ---- from above ---- */

/*
 * Posts an answer in the name of the integration: a request of its own, under
 * a mark.  0, or -1 and what is wrong stands in the reply
 * (server/api/v1/hook_in.c).
 */
int outgoing_answer(
    struct req *, const struct hook *, int64_t room, struct json);

#endif
