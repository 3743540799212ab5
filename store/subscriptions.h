/* SPDX-License-Identifier: ISC */
#ifndef STORE_SUBSCRIPTIONS_H
#define STORE_SUBSCRIPTIONS_H

/* Part of store/store.h, where the rules stand. */
#include "json/arena.h"

struct store;

/*
 * A membership as its owner sees it.  What is unread is not counted anywhere:
 * it is how far the room has gone on since they read it.
 */
struct membership {
	int64_t room, user; /* rows */
	struct str id, rid; /* of the subscription, of the room */
	struct str name;    /* of a direct room: the others' names */
	struct str shown;   /* as people see it */
	struct str user_id, user_name, user_full;
	struct str roles;     /* by spaces */
	struct str settings;  /* of notifications: a JSON object, NO_STR */
	struct str ignored;   /* ids of users: a JSON array, NO_STR */
	struct str threads;   /* unread ones that they follow: ids, NO_STR */
	struct str parent_id; /* of a discussion */
	struct str team_id;
	char type;
	bool open, alert, favourite, archived, team_main;
	int64_t news, by_name, by_crowd; /* unread; mentions among them */
	int64_t since, seen_at, last, updated;
};

/* Rows of those of a user, which say something new since then (-1: all), in
 * the order of joining; and what stands there. */
int memberships_since(struct store *, struct arena *, int64_t user,
    int64_t since, int64_t **rows, size_t *n);
int memberships_by_rows(struct store *, struct arena *, const int64_t *rows,
    size_t n, struct membership **, size_t *count);
int memberships_of(struct store *, struct arena *, int64_t user,
    struct membership **, size_t *count);
int membership_find(struct store *, struct arena *, int64_t room, int64_t user,
    struct membership *);
/* Everything is read; or marked as unread by hand; closed or open; liked. */
int member_read(struct store *, int64_t room, int64_t user, int64_t now);
int member_unread(struct store *, int64_t room, int64_t user, int64_t now);
int member_unread_from(
    struct store *, int64_t room, int64_t user, int64_t pk, int64_t now);
int member_set_open(
    struct store *, int64_t room, int64_t user, bool, int64_t now);
int member_set_favourite(
    struct store *, int64_t room, int64_t user, bool, int64_t now);
/* JSON texts. */
int member_set_settings(
    struct store *, int64_t room, int64_t user, struct str, int64_t now);
int member_set_ignored(
    struct store *, int64_t room, int64_t user, struct str, int64_t now);

/* What somebody had once: memberships, or rooms by their ids. */
enum gone_kind {
	GONE_MEMBERSHIP,
	GONE_ROOM,
	GONE_ROLE,
	GONE_EMOJI /* these of user 0 */
};
struct gone {
	struct str id;
	int64_t at;
};
/* Not rooms that they have again. */
int gone_list(struct store *, struct arena *, int64_t user, enum gone_kind,
    int64_t since, struct gone **, size_t *count);
/* At most limit that are older: 1 there may be more, 0. */
int gone_sweep(struct store *, int64_t before, size_t limit);

#endif
