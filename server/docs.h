/* SPDX-License-Identifier: ISC */
#ifndef SERVER_DOCS_H
#define SERVER_DOCS_H

#include "json/writer.h"
#include "server/option.h"
#include "server/server.h"

/*
 * Documents as clients of /api/v1/ and of the realtime API see them
 * (api/v1.md section 4): one function each, and only the fields that it names
 * ever leave.  A key of NULL: an element of an array.  Those that ask the
 * store answer 1 or -1.
 */

/* {"_id","username"}, nothing if there is no id; with a name, if it is not
 * NO_STR. */
void doc_who(struct writer *, const char *key, struct str id,
    struct str username, struct str name);

/* online, away, busy or offline: as they are there, and as they wish. */
struct str user_status(const struct server *, const struct user *);
/* online or offline: as they are there. */
struct str user_connection(const struct server *, const struct user *);
void doc_utc_offset(struct writer *, const struct user *);
/* The fields of a user in the open object: what everybody may see, with full
 * what administrators and they themselves may. */
void doc_user_fields(
    struct writer *, const struct server *, const struct user *, bool full);
void doc_user(struct writer *, const char *key, const struct server *,
    const struct user *, bool full);
/* As a member of a room. */
void doc_member(struct writer *, const struct server *, const struct user *);

/* A file of a room, as an element of a list. */
void doc_file(
    struct writer *, struct server *, struct arena *, const struct upload *);

int doc_room(struct writer *, const char *key, struct server *, struct arena *,
    const struct room *);
/* With lastMessage, unless its pk is 0: for who may read there; and the same
 * in the open object. */
int doc_room_fields(struct writer *, struct server *, struct arena *,
    const struct room *, const struct message *last);
int doc_room_last(struct writer *, const char *key, struct server *,
    struct arena *, const struct room *, const struct message *last);

/* How many messages are unread, as Unread_Count has it. */
int64_t unread_of(struct options *, const struct membership *);
void doc_subscription(struct writer *, const char *key, struct options *,
    const struct membership *);

/* viewer: whose own stars are shown, or NULL. */
void doc_message(struct writer *, const char *key, const struct message *,
    const struct user *viewer);

/* An integration; of an incoming one the token is shown where it is given,
 * since only its digest is kept. */
void doc_hook(
    struct writer *, const char *key, const struct hook *, struct str token);
void doc_delivery(struct writer *, const struct delivery *);

/* A setting: its value, what everybody is told, or all there is. */
enum setting_size { SETTING_VALUE, SETTING_PUBLIC, SETTING_WHOLE };
void doc_setting(struct writer *, const char *key, const struct server *,
    enum option, enum setting_size);
/* "boolean", "int", "string" or "select". */
const char *option_type_name(enum option);

void doc_role(struct writer *, const char *key, const struct role *);
/* Who holds what: all permissions as they are now. */
struct holders {
	struct grant *grant;
	struct stamp *stamp;
	size_t grants, stamps;
	int64_t birth; /* of the server: when all began */
};
int holders_read(struct holders *, struct server *, struct arena *);
/* Those changed since then (-1: all), an array. */
void doc_permissions(
    struct writer *, const char *key, const struct holders *, int64_t since);

#endif
