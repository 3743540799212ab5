/* SPDX-License-Identifier: ISC */
#ifndef SERVER_API_V1_V1_H
#define SERVER_API_V1_V1_H

/*
 * All that a handler of /api/v1/ sees (api/v1.md section 3): the envelope,
 * the shared look-ups, paging.  A noun is a file; a family of rooms is a row
 * in a table.
 */
#include "server/api/api.h"
#include "server/api/v1/commands.h"
#include "server/api/v1/hooks.h"
#include "server/api/v1/lists.h"
#include "server/docs.h"
#include "server/preferences.h"
#include "server/log.h"
#include "server/trim.h"

#define V1 "/api/v1/"

/* ---- envelope (envelope.c) ---- */

/* The reply's object; v1_end closes it with "success":true and answers 0. */
void v1_begin(struct req *);
int v1_end(struct req *);
/* Nothing but success. */
int v1_done(struct req *);
/* A broken store, else success: what most deeds end with. */
int v1_did(struct req *, int done);

/* ---- look-ups (lookup.c): 0, or -1 and answered ---- */

/* Channels, groups and direct rooms have the same calls in other words. */
struct family {
	const char *prefix; /* of the row's path: "channels." */
	char type;
	const char *one;      /* the reply's key: "channel" */
	const char *many;     /* "channels" */
	const char *said;     /* in errors: "channel", "private group" */
	const char *any;      /* "does not match any channel" */
	const char *no_param; /* the code when no room is named */
	enum permission create, erase, leave, add_to_any;
};
/* By the path of the row; NULL: of none. */
const struct family *family_of(const struct req *);

/* userId, username or user. */
int need_user(struct req *, struct user *);
/* The same, but nobody named is oneself. */
int need_user_or_me(struct req *, struct user *);
bool names_user(const struct req *);
/*
 * roomId or roomName, of the row's family; in rooms.* of any kind.  One that
 * the caller may not know of is not found.  Counts and times are current.
 */
int need_room(struct req *, struct room *);
/* The room of this id (not its name), to be read by the caller; the answer
 * to all others is this error. */
int need_room_id(struct req *, struct str id, const char *code,
    const char *text, struct room *);
/* 1: a member, filled; 0: none; -1: answered. */
int membership_of(struct req *, const struct room *, struct member *);
/* Among these, by spaces. */
bool role_among(struct str roles, struct str role);
/* May the caller read it?  A channel by right, else by membership: 1, 0, or
 * -1 and answered. */
int may_read(struct req *, const struct room *);
/* Not archived. */
int need_alive(struct req *, const struct room *);

/* The same row for channels and for groups. */
#define BOTH(VERB, call, params, run, ...)                              \
	VERB("channels." call, USER, FREELY, params, run, __VA_ARGS__), \
	    VERB("groups." call, USER, FREELY, params, run, __VA_ARGS__)
/* The reply with the room as it is now, under its family's key. */
int v1_room(struct req *, struct str id);
/* Open or closed, for the caller. */
int set_open(struct req *, bool on);
/* The caller leaves, or kicks somebody: 0, or -1 and answered. */
int leave_room(struct req *, const struct room *, enum permission);
int kick_user(struct req *, const struct room *, const struct user *);
/* May they bring others in?  1, 0, -1 and answered. */
int may_invite(struct req *, const struct room *);
/* What was said, in pages or since a time; how much, and of it unread. */
int history_reply(struct req *, const struct room *);
int messages_list(struct req *, const struct room *);
/* Others of its messages (message_items.c); those whose keys the caller will
 * fill in. */
int messages_sorted_list(struct req *, const struct room *, const char *name,
    const struct message_list *);
struct listing *messages_bare_list(struct req *, const struct room *);
int counters_reply(struct req *, const struct room *, int64_t user);
/* A page of the room's members. */
int members_reply(struct req *, const struct room *);

/* ---- messages (chat_common.c): 0, or -1 and answered ---- */

/* Where to post: an id, a name, #name or @user (chat.c).  The answer to all
 * else is invalid-channel. */
int need_target(struct req *, struct str word, struct room *);
int no_channel(struct req *);
/* "message": it as it is now, for the caller; then success. */
int message_reply(struct req *, const struct room *, struct str id);
/* Threads are on; the message that tmid names, where the caller may read. */
int need_threads(struct req *);
int need_thread(struct req *, struct message *, struct room *);
/* A time that is needed, with its two errors (chat_sync.c). */
int need_since(struct req *, const char *name, const char *missing,
    const char *missing_text, const char *bad, const char *bad_text,
    int64_t *since);
/* offset and count from the query, within bounds; usual: without a count. */
void page_of(struct req *, int64_t usual, struct page *);

/* ---- pictures (pictures.c): 0, or -1 and answered ---- */

/* The file is a picture that we know, and none that says it is another; its
 * type is that of its bytes from then on. */
int need_picture(struct req *, struct file *, struct image *);

/* ---- accounts (accounts.c): 0, or -1 and answered ---- */

/* The reply with the user as they are now, and as the caller may see them;
 * who has just registered sees all. */
int v1_user(struct req *, int64_t row);
int name_taken(struct req *, struct str what);
int need_username(struct req *, struct str);
int need_email(struct req *, struct str);
/* A member of the body or its `data` has the type, or is absent (or null). */
int match_type(struct req *, struct json in, const char *name, enum json_type);
/* The texts of a profile, and customFields, are what they should be. */
int need_profile(struct req *, struct json in);
int set_custom_fields(struct req *, int64_t user, struct json);
/*
 * What `data` of users.update and updateOwnBasicInfo may set.  The e-mail is
 * verified from now on (1), is not (0), or as it was and a new one is not (-1).
 */
int profile_change(
    struct req *, const struct user *, struct json data, int verified);
/* One of the four, and allowed; and it is how they wish to be shown. */
int need_status(struct req *, struct str status);
int set_default_status(struct req *, int64_t user, struct str status);
/* If they are an admin, there is another one. */
int need_other_admin(struct req *, const struct user *);
/* No room loses its last owner by this, or confirmRelinquish says that it
 * may; ends: private rooms that only they are in are named, too. */
int need_heirs(struct req *, const struct user *, bool ends);
int account_delete(struct req *, const struct user *);
/* All their tokens, or all but the caller's: 1 or -1. */
int end_tokens(struct req *, int64_t user, bool but_mine);

/* ---- roles (roles.c): 0, or -1 and answered ---- */

/* access-permissions, or this error. */
int need_roles_right(struct req *, const char *code);
int need_role(struct req *, struct str name, const char *code, const char *text,
    struct role *);
/* {"role":...}; nobody's rights are known any more. */
int role_reply(struct req *, const struct role *);

/* ---- rights of others (gain.c): 0, or -1 and answered ---- */

/* An administrator's right that the caller has not. */
bool is_beyond(const struct req *, enum permission);
/* The role, and what the user may do, hold none of that kind: it may be
 * given (admin by its own right); one may act for them. */
int need_role_within(struct req *, struct str role);
int need_user_within(struct req *, const struct user *, const char *what);

#endif
