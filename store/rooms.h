/* SPDX-License-Identifier: ISC */
#ifndef STORE_ROOMS_H
#define STORE_ROOMS_H

/* Part of store/store.h, where the rules stand. */
#include "json/arena.h"
#include "store/select.h"

struct message;
struct store;

/* Rooms */

struct room {
	int64_t row;
	char type; /* c channel, p private group, d direct */
	struct str id, name, topic, description, announcement;
	struct str fields;    /* custom fields: a JSON object, NO_STR */
	struct str shown;     /* as people see it, where that is not the name */
	struct str pair;      /* of a direct room: its people's ids, in order */
	struct str parent_id; /* of a discussion */
	struct str creator_id, creator_name; /* NO_STR: nobody, as GENERAL */
	int64_t creator;                     /* row, 0: nobody */
	bool by_default, archived, readonly;
	int64_t created, updated;
	int64_t last; /* time of the last message of a person; 0: none */
	int64_t messages, members;
	int64_t roster; /* moves with every change of its list of names */
	int64_t keep; /* seconds that messages stay; 0 ever, -1 as elsewhere */
	bool has_muted;
	bool coded; /* to join takes a code */
	bool broadcast;
	int64_t spoken; /* how many messages of people there ever were, */
	int64_t crowd;  /* and how many of those to @all or @here */
	int64_t team;   /* row; 0: of none */
	struct str team_id;
	bool team_main, team_default;
};

/* Fills row.  0: a channel or group of that name exists (in any case). */
int room_add(struct store *, struct room *);
int room_by_id(struct store *, struct arena *, struct str, struct room *);
int room_by_name(struct store *, struct arena *, struct str, struct room *);
int room_by_pair(struct store *, struct arena *, struct str, struct room *);
/* By id, else by name. */
int room_find(struct store *, struct arena *, struct str, struct room *);
int room_set_archived(struct store *, int64_t room, bool, int64_t now);
int room_set_readonly(struct store *, int64_t room, bool, int64_t now);
int room_set_keep(struct store *, int64_t room, int64_t keep, int64_t now);
int room_set_topic(struct store *, int64_t room, struct str, int64_t now);
/* 0: the name is taken. */
int room_set_name(struct store *, int64_t room, struct str, int64_t now);
enum room_text {
	ROOM_DESCRIPTION,
	ROOM_ANNOUNCEMENT,
	ROOM_JOIN_CODE,
	ROOM_FIELDS,
	ROOM_SHOWN,
	ROOM_TYPE, /* see room_set_kind */
};
/* NO_STR: none. */
int room_set_text(
    struct store *, int64_t room, enum room_text, struct str, int64_t now);
int room_set_kind(struct store *, const struct room *, char type, int64_t now);
int room_set_default(struct store *, int64_t room, bool, int64_t now);
int room_join_code(struct store *, struct arena *, int64_t room, struct str *);
/* Gone for everybody; its messages leave in steps (rooms_forgetful), then
 * room_retired names it, and then it is deleted in steps as well: room_forget
 * answers 1 as long as there is more to do. */
int room_retire(struct store *, const struct room *, int64_t now);
int room_retired(struct store *, int64_t *room);
int room_forget(struct store *, int64_t room, size_t limit);
/* With its members; its messages must be gone (message_purge). */
int room_delete(struct store *, int64_t room);
/* Rows of all public channels, the most messages first. */
int rooms_public(struct store *, struct arena *, int64_t **rows, size_t *n);
/* Rows of the rooms that a user is in and that say something new since then
 * (-1: all), in the order of joining. */
int rooms_since(struct store *, struct arena *, int64_t user, int64_t since,
    int64_t **rows, size_t *n);
/* The last message of a person in each; pk 0: there is none. */
int rooms_last(struct store *, struct arena *, const struct room *, size_t n,
    struct message **);
/* Rows of the rooms that a user is in, the newest membership last. */
int rooms_of_user(
    struct store *, struct arena *, int64_t user, int64_t **rows, size_t *n);
/* The rooms of these rows, in this order, in one question; rooms that are
 * gone are left out. */
int rooms_by_rows(struct store *, struct arena *, const int64_t *rows, size_t n,
    struct room **, size_t *count);
/*
 * Rooms that need somebody else when this user leaves for good: those that
 * nobody else owns, private ones that they are alone in, and direct ones of
 * two.  An heir: a person of the room who could own it.
 */
struct orphan {
	int64_t room, heir; /* rows; 0: there is none */
	struct str name;
	char type;
};
int rooms_left_by(
    struct store *, struct arena *, int64_t user, struct orphan **, size_t *n);
/* Rooms of these ids, as rooms_by_rows. */
int rooms_by_ids(struct store *, struct arena *, const struct str *ids,
    size_t n, struct room **, size_t *count);
/* Of the names given, those that are channels: a JSON array of _id and name,
 * or NO_STR. */
int channels_named(struct store *, struct arena *, const struct str *names,
    size_t n, struct str *json);
int rooms_default(struct store *, struct arena *, int64_t **rows, size_t *n);
/* Rows of those whose messages do not stay for ever, when elsewhere they
 * stay so long: pairs of row and seconds; less than none where all go. */
int rooms_forgetful(struct store *, struct arena *, int64_t elsewhere,
    int64_t **pairs, size_t *n);
/* In the order of names (of ids, where there is no name), behind the one
 * given. */
int room_list(struct store *, struct arena *, struct str after, size_t limit,
    struct room **, size_t *count);

/* The discussion that began in the parent about a message: its id. */
int discussion_about(struct store *, struct arena *, int64_t parent,
    struct str message, struct str *id);
/* Where it is told of, and what it is about (NO_STR). */
int discussion_set(
    struct store *, int64_t room, struct str told, struct str about);
/* Rows of those that began in a room. */
int discussions_of(struct store *, struct arena *, int64_t parent, size_t limit,
    int64_t **rows, size_t *n);

/* Lists of rooms with a client's selector (store/select.h): the keys of a
 * page, and how many there are in all. */
enum room_list {
	ROOMS_OF_TYPE, /* all of the type */
	ROOMS_JOINED,  /* those of the type that the user is in */
};
extern const struct select_field room_fields[];
/* Discussions of a room: those that the user is in; open ones, too. */
int discussions_select(struct store *, struct arena *, struct select *,
    int64_t parent, int64_t user, bool open, int64_t **rows, size_t *n,
    int64_t *total);
int rooms_select(struct store *, struct arena *, struct select *,
    enum room_list, char type, int64_t user, int64_t **rows, size_t *n,
    int64_t *total);

/* Members */

struct member {
	int64_t room, user; /* rows */
	struct str id;      /* of the subscription */
	struct str roles;   /* in this room, separated by spaces; may be "" */
	int64_t since;
};

/* 0: is one already. */
int member_add(struct store *, const struct member *);
/* 0: was none. */
int member_delete(struct store *, int64_t room, int64_t user, int64_t now);
int member_find(struct store *, struct arena *, int64_t room, int64_t user,
    struct member *);
int member_set_roles(
    struct store *, int64_t room, int64_t user, struct str roles);
/* How many members hold the role in this room. */
int member_count(struct store *, int64_t room, struct str role, int64_t *);
/* A name that is listed in the room without being a user's (bulk). */
int member_add_ghost(
    struct store *, int64_t room, struct str name, int64_t now);
/* All names of a room in the order of joining, ghosts too. */
int member_names(struct store *, int64_t room,
    void (*each)(void *, struct str name), void *);
/* Pages of a room's members as users (store/people.h's user_fields). */
int members_select(struct store *, struct arena *, struct select *,
    const struct room *, int64_t **users, size_t *n, int64_t *total);
/* Of the users given, those who are members: rows. */
int members_users(struct store *, struct arena *, int64_t room,
    const int64_t *users, size_t n, int64_t **rows, size_t *count);
/* Those who have roles there. */
struct seat {
	struct str id, user_id, username, name, roles;
};
int members_with_roles(
    struct store *, struct arena *, int64_t room, struct seat **, size_t *);
/* Rows of those who are not in it, at most limit. */
int users_outside(struct store *, struct arena *, int64_t room,
    bool active_only, size_t limit, int64_t **rows, size_t *n);
/* Of the users given (rows), the names of those who are in the room. */
int members_among(struct store *, struct arena *, int64_t room,
    const int64_t *users, size_t n, struct str **names, size_t *count);
int room_mute(struct store *, int64_t room, int64_t user, bool, int64_t now);
int room_is_muted(struct store *, int64_t room, int64_t user);
int room_muted_names(
    struct store *, struct arena *, int64_t room, struct str **, size_t *);

#endif
