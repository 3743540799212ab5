/* SPDX-License-Identifier: ISC */
/* Users who leave for good, and what becomes of what they wrote. */
#include "store/db.h"

enum { LOOKS = 10000 };

/* The heir is who has been here longest: no list is sorted for that. */
int
rooms_left_by(struct store *s, struct arena *mem, int64_t user,
    struct orphan **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT r.row, coalesce(r.shown, r.name), r.type,"
		" iif(r.type = 'd', NULL, (SELECT o.user FROM member o"
		"  CROSS JOIN user h ON h.row = o.user WHERE o.room = r.row"
		"  AND o.user <> ?1 AND h.active AND h.type = 'user'"
		"  ORDER BY o.user LIMIT 1))"
		" FROM member m CROSS JOIN room r ON r.row = m.room"
		" WHERE m.user = ?1 AND CASE WHEN r.type = 'd'"
		"  THEN r.members <= 2"
		"  WHEN instr(' ' || m.roles || ' ', ' owner ')"
		"  THEN NOT EXISTS(SELECT 1 FROM member o WHERE o.room = r.row"
		"   AND o.roles <> '' AND o.user <> ?1"
		"   AND instr(' ' || o.roles || ' ', ' owner '))"
		"  ELSE r.type = 'p' AND r.members = 1 END");
	sqlite3_stmt *q = stmt(s, &ask);
	struct str type;
	int more;

	*list = NULL;
	*n = 0;
	sqlite3_bind_int64(q, 1, user);
	while ((more = next_row(s, q)) == 1) {
		type = col_view(q, 2);
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = (struct orphan){
			.room = sqlite3_column_int64(q, 0),
			.name = col_str(q, 1, mem),
			.type = type.len ? *type.ptr : '\0',
			.heir = sqlite3_column_int64(q, 3),
		};
	}
	return more < 0 ? -1 : 1;
}

/* What is theirs alone. */
static int
drop_rows(struct store *s, int64_t user)
{
	static struct stmt gone[] = {
		SQL("DELETE FROM member WHERE user = ?1"),
		SQL("DELETE FROM muted WHERE user = ?1"),
		SQL("DELETE FROM user_role WHERE user = ?1"),
		SQL("DELETE FROM token WHERE user = ?1"),
		SQL("DELETE FROM email WHERE user = ?1"),
		SQL("DELETE FROM hook WHERE user = ?1"),
		SQL("DELETE FROM star WHERE user = ?1"),
		SQL("DELETE FROM mention WHERE user = ?1"),
		SQL("DELETE FROM idempotency WHERE user = ?1"),
		SQL("DELETE FROM gone WHERE user = ?1"),
		SQL("DELETE FROM report WHERE about = ?1"),
	};
	size_t i;

	for (i = 0; i < sizeof gone / sizeof *gone; i++)
		if (change(s, &gone[i], user, 0) < 0)
			return -1;
	return uploads_drop_avatar(s, user) < 0 ? -1 : 1;
}

/*
 * Messages name their author for ever, so the row stays, without anything
 * that tells who it was.
 */
int
user_delete(struct store *s, int64_t user, enum erasure how, int64_t now)
{
	static struct stmt rooms =
	    SQL("UPDATE room SET members = members - 1, roster = roster + 1,"
		" updated = ?2 WHERE row IN (SELECT room FROM member"
		" WHERE user = ?1)");
	static struct stmt unmute =
	    SQL("UPDATE room SET has_muted = EXISTS(SELECT 1 FROM muted"
		" WHERE room = room.row AND user <> ?1), updated = ?2"
		" WHERE row IN (SELECT room FROM muted WHERE user = ?1)");
	static struct stmt forget = SQL(
	    "UPDATE user SET username = NULL, name = NULL, type = 'removed',"
	    " active = 0, password = NULL, status = NULL, status_text = NULL,"
	    " settings = NULL, bio = NULL, nickname = NULL, fields = NULL,"
	    " avatar = NULL, utc_offset = 0, must_change = 0, erase = ?3,"
	    " updated = ?2 WHERE row = ?1 AND username IS NOT NULL");
	sqlite3_stmt *q;
	int done;

	touch(s, 0, STORE_ROOM);
	if (change(s, &rooms, user, now) < 0 ||
	    change(s, &unmute, user, now) < 0 || drop_rows(s, user) < 0)
		return -1;
	q = stmt(s, &forget);
	sqlite3_bind_int64(q, 3, how);
	done = change(s, &forget, user, now);
	return done == 1 && tally(s, STR("users"), -1) < 0 ? -1 : done;
}

int
user_erasing(struct store *s, int64_t *user, enum erasure *how)
{
	static struct stmt ask =
	    SQL("SELECT row, erase FROM user WHERE erase > 0"
		" ORDER BY row LIMIT 1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found = one_row(s, q);

	if (found == 1) {
		*user = sqlite3_column_int64(q, 0);
		*how = (enum erasure)sqlite3_column_int(q, 1);
		sqlite3_reset(q);
	}
	return found;
}

int
user_erased(struct store *s, int64_t user)
{
	static struct stmt ask =
	    SQL("UPDATE user SET erase = 0 WHERE row = ?1");

	return change(s, &ask, user, 0);
}

/* What is told of them was another's: readers and copies learn of it. */
static int
note_changes(struct store *s, const struct purge *p, int64_t from, int64_t now)
{
	static struct stmt ask =
	    SQL("INSERT INTO message_changed(room, at, pk)"
		" SELECT pk >> 40, max(?4, updated + 1), pk FROM message"
		" WHERE pk > ?1 AND pk <= ?2 AND author = ?3"
		" ON CONFLICT(pk) DO UPDATE SET at = excluded.at");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 3, p->author);
	sqlite3_bind_int64(q, 4, now);
	return change(s, &ask, from, p->done);
}

/* The messages up to p->done, of which some are by the author. */
static int
unlink_range(struct store *s, const struct purge *p, int64_t from, int64_t cat,
    int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE message SET author = ?4,"
		" updated = max(?5, updated + 1), extra ="
		" json_set(coalesce(extra, '{}'), '$.alias', 'Removed user')"
		" WHERE pk > ?1 AND pk <= ?2 AND author = ?3");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 3, p->author);
	sqlite3_bind_int64(q, 4, cat);
	sqlite3_bind_int64(q, 5, now);
	return change(s, &ask, from, p->done);
}

/* Moves p->done behind the next of theirs: 1 there may be more, 0, -1. */
static int
find_theirs(struct store *s, struct purge *p)
{
	static struct stmt ask = SQL("SELECT pk, author FROM message"
				     " WHERE pk > ?1 ORDER BY pk LIMIT ?2");
	sqlite3_stmt *q = stmt(s, &ask);
	size_t looks, n = 0;
	int more = 1;

	sqlite3_bind_int64(q, 1, p->done);
	sqlite3_bind_int64(q, 2, LOOKS);
	for (looks = 0; n < p->limit && (more = next_row(s, q)) == 1; looks++) {
		p->done = sqlite3_column_int64(q, 0);
		if (sqlite3_column_int64(q, 1) != p->author)
			continue;
		touch_message(s, p->done);
		n++;
	}
	sqlite3_reset(q);
	p->count += n;
	return more < 0 ? -1 : n == p->limit || looks == LOOKS;
}

int
author_unlink(struct store *s, struct purge *p, int64_t cat, int64_t now)
{
	int64_t from = p->done;
	size_t before = p->count;
	int more = find_theirs(s, p);

	if (more < 0 || p->count == before)
		return more;
	if (note_changes(s, p, from, now) < 0 ||
	    unlink_range(s, p, from, cat, now) < 0)
		return -1;
	return more;
}
