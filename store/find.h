/* SPDX-License-Identifier: ISC */
#ifndef STORE_FIND_H
#define STORE_FIND_H

/* Part of store/store.h, where the rules stand. */
#include "store/people.h"
#include "store/rooms.h"

/*
 * By a piece of a name, in whatever case.  The lists of suggestions look for
 * names that begin so everywhere, and for others among some thousands; the
 * pages look everywhere, or, in a place too big for that, for names that
 * begin so.
 */
/* Active users, by their usernames or names. */
int users_found(struct store *, struct arena *, struct str piece, size_t limit,
    struct user **, size_t *count);
enum find_where {
	FIND_OUTSIDE, /* public channels that the user is not in */
	FIND_INSIDE,  /* channels and groups that they are in */
	FIND_ALL,     /* rooms of any kind that have a name */
};
int rooms_found(struct store *, struct arena *, struct str piece,
    enum find_where, int64_t user, size_t limit, int64_t **rows, size_t *n);

/* What there is for everybody to see; no piece: all. */
enum directory { DIRECTORY_CHANNELS, DIRECTORY_USERS, DIRECTORY_TEAMS };
/* To sort by; indexed by enum directory. */
extern const struct select_field *const directory_fields[];
/* Keys of rooms, or of users.  The user: whose private teams are seen. */
int directory_select(struct store *, struct arena *, struct select *,
    enum directory, struct str piece, int64_t user, int64_t **keys, size_t *n,
    int64_t *total);

/* Kinds of rooms, for who administers them. */
enum {
	KIND_CHANNEL = 1,
	KIND_GROUP = 2,
	KIND_DIRECT = 4,
	KIND_DISCUSSION = 8,
	KIND_TEAM = 16,
	KIND_ANY = 31,
};
int rooms_administered(struct store *, struct arena *, struct select *,
    unsigned kinds, struct str piece, int64_t **rows, size_t *n,
    int64_t *total);

#endif
