/* SPDX-License-Identifier: ISC */
#ifndef STORE_TEAMS_H
#define STORE_TEAMS_H

/* Part of store/store.h, where the rules stand. */
#include "store/rooms.h"

/* Rooms that belong together.  Members of a team are those of its main room,
 * with the roles that they have there. */
struct team {
	int64_t row, room, creator; /* rows; room: the main one */
	struct str id, name, room_id, creator_id, creator_name;
	bool closed; /* only its members know of it */
	int64_t created, updated;
	int64_t rooms, members; /* how many; rooms: without the main one */
};

/* Fills row; its room becomes the main one.  0: the name is taken. */
int team_add(struct store *, struct team *);
int team_by_id(struct store *, struct arena *, struct str, struct team *);
int team_by_name(struct store *, struct arena *, struct str, struct team *);
int team_by_row(struct store *, struct arena *, int64_t row, struct team *);
/* 0: the name is taken. */
int team_set(
    struct store *, int64_t team, struct str name, bool closed, int64_t now);
/* Its rooms are of no team then. */
int team_delete(struct store *, int64_t team, int64_t now);
/* team 0: of none.  by_default: who joins the team joins it, too. */
int room_set_team(
    struct store *, int64_t room, int64_t team, bool by_default, int64_t now);
/* Rows of those rooms. */
int team_defaults(struct store *, struct arena *, int64_t team, size_t limit,
    int64_t **rows, size_t *n);

/* Those that the user is in; of user 0: all. */
extern const struct select_field team_fields[];
int teams_select(struct store *, struct arena *, struct select *, int64_t user,
    int64_t **rows, size_t *n, int64_t *total);
int teams_by_rows(struct store *, struct arena *, const int64_t *rows, size_t n,
    struct team **, size_t *count);

/* Its rooms, but the main one. */
enum team_rooms {
	TEAM_ROOMS_ALL,
	TEAM_ROOMS_SEEN,   /* that the user is in, or that are open */
	TEAM_ROOMS_JOINED, /* that the user is in */
};
int team_rooms_select(struct store *, struct arena *, struct select *,
    int64_t team, enum team_rooms, int64_t user, bool only_default,
    struct str piece, int64_t **rows, size_t *n, int64_t *total);

/* What these users (rows) are in a room, in this order; those who are not in
 * it are left out. */
int members_by_users(struct store *, struct arena *, int64_t room,
    const int64_t *users, size_t n, struct member **, size_t *count);

#endif
