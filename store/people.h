/* SPDX-License-Identifier: ISC */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

/* Part of store/store.h, where the rules stand. */
#include "json/arena.h"
#include "store/select.h"

struct store;

/* Users */

struct user {
	int64_t row;
	struct str id, username, name, type; /* type: user, bot or removed */
	struct str email;                    /* the first address */
	struct str password;                 /* the record, NO_STR: none */
	bool active, verified;
	int64_t created, updated, last_login; /* last_login 0: never */
	/* what a session does not keep: */
	struct str roles;  /* by spaces, NO_STR: none */
	struct str status; /* wished for: away, busy, offline; NO_STR: online */
	struct str status_text, bio, nickname;
	struct str fields; /* custom fields: a JSON object */
	struct str avatar; /* id of an upload; NO_STR: drawn */
	bool must_change;  /* the password, at the next login */
	int utc_offset;    /* minutes, as their client told */
};

/* Fills row.  0: the username is taken (in any case), or the e-mail is. */
int user_add(struct store *, struct user *);
int user_by_row(struct store *, struct arena *, int64_t row, struct user *);
int user_by_id(struct store *, struct arena *, struct str, struct user *);
int user_by_name(struct store *, struct arena *, struct str, struct user *);
int user_by_email(struct store *, struct arena *, struct str, struct user *);
/* 1 if the name differs from a user's at most in case. */
int user_name_taken(struct store *, struct str);
int user_email_taken(struct store *, struct str);
int user_set_password(
    struct store *, int64_t user, struct str record, int64_t now);
int user_set_active(struct store *, int64_t user, bool, int64_t now);
int user_set_login(struct store *, int64_t user, int64_t now);
/* What becomes of what somebody wrote who is no more. */
enum erasure {
	ERASE_NOTHING, /* it stays, by "Removed user" */
	ERASE_MESSAGES,
	ERASE_AUTHOR, /* it stays, and nothing tells what one person wrote */
};
/* The account, its memberships, roles, tokens and hooks go; the rest stays
 * under "Removed user", or leaves later (users_erasing). */
int user_delete(struct store *, int64_t user, enum erasure, int64_t now);
/* One whose messages are to be erased yet: 1, 0 none, -1. */
int user_erasing(struct store *, int64_t *user, enum erasure *);
/* That is done. */
int user_erased(struct store *, int64_t user);
/* ERASE_AUTHOR: the next messages, up to purge.limit, are said by the cat.
 * 1 there may be more, 0. */
struct purge;
int author_unlink(struct store *, struct purge *, int64_t cat, int64_t now);
/* In the order of names, behind the name given (or from the start). */
int user_list(struct store *, struct arena *, struct str after, size_t limit,
    struct user **list, size_t *count);
/* Of the names given, those that are users: ids and names, in that order. */
int users_named(struct store *, struct arena *, const struct str *names,
    size_t n, struct user **list, size_t *count);
/* The same, and the names may differ in case. */
int users_called(struct store *, struct arena *, const struct str *names,
    size_t n, struct user **list, size_t *count);

/* Texts of a profile that its owner or an admin sets. */
enum user_text {
	USER_NAME,
	USER_STATUS,
	USER_STATUS_TEXT,
	USER_BIO,
	USER_NICKNAME,
	USER_FIELDS,
	USER_AVATAR,
	USER_SETTINGS,
};
/* NO_STR: none. */
int user_set_text(
    struct store *, int64_t user, enum user_text, struct str, int64_t now);
/* 0: taken by somebody else. */
int user_set_username(struct store *, int64_t user, struct str, int64_t now);
int user_set_email(
    struct store *, int64_t user, struct str, bool verified, int64_t now);
int user_set_must_change(struct store *, int64_t user, bool, int64_t now);
int user_set_utc_offset(struct store *, int64_t user, int minutes, int64_t now);
/* The preferences that differ from the usual ones: a JSON object, NO_STR. */
int user_settings(struct store *, struct arena *, int64_t user, struct str *);
/* Active users whose username or name begins so, in any case, at most limit
 * in the order of usernames; without the usernames listed. */
int users_like(struct store *, struct arena *, struct str begin,
    const struct str *without, size_t n, size_t limit, struct user **,
    size_t *count);
int users_by_ids(struct store *, struct arena *, const struct str *ids,
    size_t n, struct user **, size_t *count);
int users_by_rows(struct store *, struct arena *, const int64_t *rows, size_t n,
    struct user **, size_t *count);
/* Pages of all users.  By status only if select.online is set. */
extern const struct select_field user_fields[];
int users_select(struct store *, struct arena *, struct select *,
    int64_t **rows, size_t *n, int64_t *total);

/* Roles and permissions */

struct role {
	struct str name, description;
	bool per_room, fixed; /* fixed: comes with the program */
	int64_t updated;
};

struct grant {
	struct str role, permission;
};

int role_add(struct store *, const struct role *);
int role_by_name(struct store *, struct arena *, struct str, struct role *);
/* Description and scope.  0: there is none of that name. */
int role_set(struct store *, const struct role *);
/* Everybody who has it has it by another name.  0: that is taken. */
int role_rename(struct store *, const struct role *, struct str name);
/* Taken from everybody, then gone. */
int role_delete(struct store *, struct str name, int64_t now);
/* Does anybody have it, here or in a room? */
int role_is_held(struct store *, const struct role *);
int role_list(struct store *, struct arena *, struct role **, size_t *count);
int grant_add(
    struct store *, struct str role, struct str permission, int64_t now);
int grant_delete(
    struct store *, struct str role, struct str permission, int64_t now);
int grant_list(struct store *, struct arena *, struct grant **, size_t *count);
int user_roles(
    struct store *, struct arena *, int64_t user, struct str **, size_t *count);
int user_give_role(struct store *, int64_t user, struct str role);
int user_take_role(struct store *, int64_t user, struct str role);
/* When who holds a permission was changed. */
struct stamp {
	struct str name;
	int64_t at;
};
int grant_stamps(struct store *, struct arena *, struct stamp **, size_t *n);
/* Pages of those who have it; with a room, in this one. */
int users_with_role(struct store *, struct arena *, struct select *,
    const struct role *, int64_t room, int64_t **rows, size_t *n,
    int64_t *total);
/* Users with roles of the server that have a description (but those that mean
 * nothing special), and which these are: ids, usernames and roles are
 * filled. */
int users_in_public_roles(
    struct store *, struct arena *, struct user **, size_t *count);
/* How many active users hold it. */
int role_holders(struct store *, struct str role, int64_t *count);

#endif
