/* SPDX-License-Identifier: ISC */
#ifndef SERVER_API_V1_TEAMS_H
#define SERVER_API_V1_TEAMS_H

/* Between the files of teams.*: 0, or -1 and answered. */
#include "server/api/v1/v1.h"

/* teamId or teamName, and its main room.  One that the caller may not know of
 * does not exist. */
int need_team(struct req *, struct team *, struct room *main);
/* And they may do this in it. */
int need_team_right(
    struct req *, struct team *, struct room *main, enum permission);
/* Of the rooms that an array of ids names, those of the team, at most some. */
int team_rooms_of(struct req *, const struct team *, struct json ids,
    struct room **, size_t *n);

enum { TEAM_NAMED_MOST = 100 };
#define TEAM "teamId? teamName?"

#endif
