/* SPDX-License-Identifier: ISC */
#ifndef SERVER_DEEDS_H
#define SERVER_DEEDS_H

#include "auth/rights.h"
#include "store/store.h"

struct outgoing;

/*
 * What users and the command line do to rooms and accounts, with everything
 * that belongs to it: system messages, default channels, roles.  Each API
 * and the command line call these; who may do what was decided before.
 * They run under a mark of the store.  Answers as in store/store.h.
 */
struct deed {
	struct store *db;
	struct arena *mem;
	int64_t now;
	struct outgoing *outgoing; /* whom to tell, or NULL */
	bool sees_channels;        /* may know which there are */
};

/* Fills id (if absent) and row, gives the role "user" (a bot: "bot") and
 * joins the default channels.  0: name or e-mail taken. */
int deed_user(struct deed *, struct user *);
/* The same, or without the default channels. */
int deed_user_in(struct deed *, struct user *, bool join);
/* Rooms that only they own have another owner then, if there is one. */
int deed_user_relinquish(struct deed *, const struct user *);
/* Gone for good, with direct rooms of two and private ones of one; what
 * they wrote is erased at once, or where that is much, behind the scenes. */
int deed_user_delete(struct deed *, const struct user *, enum erasure);
/* A room with its creator (NULL: nobody) as owner and these users as
 * members.  Fills id (if absent) and row.  0: the name is taken. */
int deed_room(struct deed *, struct room *, const struct user *creator,
    const struct str *names, size_t count);
/* 0: is a member already. */
int deed_join(struct deed *, const struct room *, const struct user *);
/* By somebody else: 0: is a member already. */
int deed_add(struct deed *, const struct room *, const struct user *by,
    const struct user *whom);
/* 0: was no member. */
int deed_kick(struct deed *, const struct room *, const struct user *by,
    const struct user *whom);
/* One of the roles in the room: 0 is so already. */
int deed_role(struct deed *, const struct room *, const struct user *by,
    const struct user *whom, struct str role, bool on);
/* Gone for everybody; what was said leaves behind the scenes. */
int deed_retire(struct deed *, const struct room *);
/* Gone: at once, or where there is much, in steps behind the scenes. */
int deed_erase(struct deed *, const struct room *);
/* Everybody joins who is not there: who calls has looked how many they are. */
int deed_add_all(struct deed *, const struct room *, bool active_only);
/* Description or announcement. */
int deed_text(struct deed *, const struct room *, const struct user *by,
    enum room_text, struct str text);
int deed_kind(
    struct deed *, const struct room *, const struct user *by, char type);
/* 0: was no member. */
int deed_leave(struct deed *, const struct room *, const struct user *);
/* What a person says. */
struct say {
	struct str id; /* the client's own, else one is made */
	struct str text;
	struct str extra; /* alias, attachments and so on (store/messages.h) */
	struct message *root; /* of the thread that it answers, or NULL */
	bool crowd;           /* @all and @here are heard */
};
/* With links and mentions found; fills m.  0: the id is taken. */
int deed_post(struct deed *, const struct room *, const struct user *,
    const struct say *, struct message *m);
/* The same message with another text (and extra, if that is not NO_STR). */
int deed_edit(struct deed *, const struct room *, const struct user *by,
    const struct message *, const struct say *);
/* Whether text mentions that name. */
bool names_in(struct str text, struct str name);
/* The direct room of these people, made if there is none yet: its people are
 * in it from then on.  Fills room; names are shown in this order. */
int deed_direct(struct deed *, const struct user *, size_t count,
    const struct user *creator, struct room *);
/* A discussion in the parent, about a message of it or nothing (NULL); users
 * are members from the start.  Its title is in room->shown; fills the rest. */
int deed_discussion(struct deed *, const struct room *parent,
    const struct user *creator, const struct message *about,
    const struct user *, size_t count, struct room *);
/* A team of this name, open or closed, and its main room with these people;
 * fills the rest.  0: the name is taken. */
int deed_team(struct deed *, struct team *, const struct user *creator,
    const struct user *, size_t count);
/* One whose main room is there already. */
int deed_team_of(
    struct deed *, struct team *, const struct room *, const struct user *by);
/* By the main room.  0: is a member already, or was none. */
int deed_team_join(struct deed *, const struct room *main,
    const struct user *by, const struct user *whom);
int deed_team_leave(struct deed *, const struct room *main,
    const struct user *by, const struct user *whom);
/* Its main room goes with it, the others are of no team. */
int deed_team_end(struct deed *, const struct team *, const struct room *main);
/* Only if there is one: 1, 0, -1. */
int deed_direct_find(
    struct deed *, const struct user *, size_t count, struct room *);
/* A line of the system's own in the room; with nobody to name, rocket.cat
 * says it. */
int deed_tell(struct deed *, const struct room *, const struct user *by,
    struct str type, struct str text);
struct str deed_id(struct deed *);
/* 0: is so already (or, renaming: the name is taken). */
int deed_archive(
    struct deed *, const struct room *, const struct user *by, bool archived);
int deed_rename(
    struct deed *, const struct room *, const struct user *by, struct str name);
int deed_topic(struct deed *, const struct room *, const struct user *by,
    struct str topic);
int deed_mute(struct deed *, const struct room *, const struct user *by,
    const struct user *whom, bool muted);
int deed_readonly(
    struct deed *, const struct room *, const struct user *by, bool readonly);

/* Names of users and rooms: [0-9a-zA-Z-_.]+, at most 128 bytes. */
bool name_fits(struct str);
/* Contains something of the form a@b.c, as the contract tests it; at most
 * 254 bytes, nothing but printable ASCII without spaces and quotes. */
bool email_fits(struct str);

#endif
