/* SPDX-License-Identifier: ISC */
#ifndef STORE_MESSAGE_ROW_H
#define STORE_MESSAGE_ROW_H

/*
 * Between the files that ask for messages: their columns, and how they are
 * read.  What only few messages have is one column, an array, which is made
 * where there is some of it, so that plain ones cost nothing more.
 */
#include "store/db.h"

/* clang-format off */
#define MESSAGE_COLUMNS                                                       \
	"SELECT m.pk, m.id, m.author, m.type, m.text, m.urls, m.mentions,"    \
	" m.sent, m.updated, m.edited, a.id,"                                 \
	" coalesce(a.username, 'Removed user'), a.name, m.extra, m.thread,"   \
	" m.marks, m.number, m.channels,"                                     \
	" iif(m.updated <> m.sent OR m.marks OR m.thread,"                    \
	" json_array(m.replies, m.replied, m.pinned,"                         \
	" iif(m.edited, " MESSAGE_USER("id", "editor") ", NULL),"             \
	" iif(m.edited, " MESSAGE_USER("username", "editor") ", NULL),"       \
	" iif(m.pinned, " MESSAGE_USER("id", "pinner") ", NULL),"             \
	" iif(m.pinned, " MESSAGE_USER("username", "pinner") ", NULL),"       \
	" iif(m.thread, (SELECT n.id FROM message n"                          \
	"  WHERE n.pk = m.thread), NULL),"                                    \
	" json(iif(m.marks & 1,"                                              \
	"  (SELECT json_group_object(emoji, json(x.users))"                   \
	"  FROM (SELECT n.emoji, json_object('usernames',"                    \
	"  json_group_array(nu.username)) AS users FROM reaction n"           \
	"  CROSS JOIN user nu ON nu.row = n.user WHERE n.pk = m.pk"           \
	"  AND nu.username NOT NULL"                                          \
	"  GROUP BY n.emoji ORDER BY min(n.place)) x), NULL)),"               \
	" json(iif(m.marks & 2, (SELECT json_group_array(n.user) FROM star n" \
	"  WHERE n.pk = m.pk), NULL)),"                                       \
	" json(iif(m.marks & 4,"                                              \
	"  (SELECT json_group_array(nu.id) FROM follower n"                   \
	"  CROSS JOIN user nu ON nu.row = n.user WHERE n.pk = m.pk"           \
	"  AND nu.username NOT NULL), NULL)),"                                \
	" iif(m.marks & 16, (SELECT n.id" MESSAGE_ROOM "), NULL),"            \
	" iif(m.marks & 16, (SELECT n.messages" MESSAGE_ROOM "), NULL),"      \
	" iif(m.marks & 16, (SELECT n.last" MESSAGE_ROOM "), NULL)), NULL) "
#define MESSAGE_USER(column, who)                          \
	"(SELECT coalesce(n." column ", 'Removed user')"   \
	" FROM user n WHERE n.row = m." who ")"
/* The discussion that began there. */
#define MESSAGE_ROOM                               \
	" FROM room n WHERE n.parent = m.pk >> 40" \
	" AND n.parent_message = m.id"
/* clang-format on */
#define MESSAGE_PEOPLE "CROSS JOIN user a ON a.row = m.author "

/* Of marks. */
enum {
	MARK_REACTIONS = 1,
	MARK_STARS = 2,
	MARK_FOLLOWERS = 4,
	MARK_FILES = 8,
	MARK_DISCUSSION = 16
};

int list_messages(struct store *, sqlite3_stmt *, struct arena *,
    const struct room *, struct message **, size_t *);
int list_lost(
    struct store *, sqlite3_stmt *, struct arena *, struct lost **, size_t *);

#endif
