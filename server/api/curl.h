/* SPDX-License-Identifier: ISC */
#ifndef SERVER_API_CURL_H
#define SERVER_API_CURL_H

#include "server/api/api.h"

/*
 * /r/<room>: the API for curl (api/curl.md).  A room is a name, an id, or
 * @username for a direct room; for reading, several with commas.
 */
#define CURL_PREFIX "/r/"
/* What a call may add to a message, by header or query. */
#define TRIMMINGS "title? alias? emoji? avatar? thread? code? idempotency-key?"
#define SAID_TYPE STR("text/plain; charset=utf-8")

/* ---- rooms (curl.c): 0, or -1 and answered ---- */

/* The one of the path, to be read by the caller. */
int curl_room(struct req *, struct room *);
/* And posted in: a direct room is made on the way. */
int curl_target(struct req *, struct room *);
/* All of the path: their ids and names stay. */
int curl_rooms(struct req *, struct room rooms[EAR_ROOMS], size_t *n);

/* ---- posting (curl_post.c) ---- */

/* A trimming: the header of that name, else from the query, else the body. */
struct str curl_word(const struct req *, const char *name);
bool curl_flag(const struct req *, const char *name);
bool curl_wants_json(const struct req *);
/* Text and trimmings of a message to come. */
int curl_say(struct req *, const struct room *, struct str text, bool file,
    struct say *);
/* The same call again, by its key: 1, answered, and the message's id; 0, -1. */
int curl_again(struct req *, const struct room *, struct str *id);
/* It is posted, or done: remember the key, and say the id. */
int curl_posted(struct req *, const struct room *, const struct message *);
int curl_done(struct req *, struct str id);

/* The rows of other files. */
int curl_read(struct req *);
int curl_read_raw(struct req *);
int curl_read_json(struct req *);
int curl_read_sse(struct req *);
int curl_post(struct req *);
int curl_edit(struct req *);
int curl_delete(struct req *);
int curl_react(struct req *);
int curl_put(struct req *);
int curl_admit(struct req *, struct file_wish *);
int curl_list(struct req *);

#endif
