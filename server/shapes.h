/* SPDX-License-Identifier: ISC */
#ifndef SERVER_SHAPES_H
#define SERVER_SHAPES_H

#include "json/writer.h"
#include "server/server.h"

/*
 * How things look in a reply (api/v0.md section 2.5): one function a shape,
 * and only the fields that it names ever leave.
 */
/* -1: the store is broken. */
int json_room(
    struct writer *, struct server *, struct arena *, const struct room *);
void json_message(struct writer *, const char *key, const struct message *);

#endif
