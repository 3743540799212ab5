/* SPDX-License-Identifier: ISC */
/* Memberships as their owners see them, and what they had. */
#include "store/db.h"

#define UNREAD "r.spoken - m.seen"
#define CHANGED "max(m.updated, m.since, m.seen_at, r.last, r.updated)"
/* The other people of a direct room, or oneself when one is alone. */
#define OTHERS(column)                                                 \
	"(SELECT group_concat(" column ", ', ') FROM member o"         \
	" CROSS JOIN user ou ON ou.row = o.user WHERE o.room = m.room" \
	" AND (o.user <> m.user OR r.members < 2))"
/* Threads that they follow with answers since they read it; the oldest
 * hundred will do. */
#define THREADS                                                            \
	"iif(" UNREAD " > 0, (SELECT json_group_array(x.id) FROM (SELECT"  \
	" n.id FROM follower f CROSS JOIN message n ON n.pk = f.pk"        \
	" WHERE f.user = m.user AND f.pk >= m.room << 40"                  \
	" AND f.pk < m.room + 1 << 40 AND n.replied > m.seen_at LIMIT 100" \
	") x HAVING count(*) > 0), NULL)"
#define COLUMNS                                                                \
	"SELECT m.room, m.user, m.id, r.id,"                                   \
	" iif(r.type = 'd', " OTHERS(                                          \
	    "ou.username") ", r.name),"                                        \
			   " iif(r.type = 'd', " OTHERS(                       \
			       "ou.name") ","                                  \
					  " coalesce(r.shown, r.name)), "      \
					  "u.id, u.username, u.name, m.roles," \
					  " m.settings, m.ignored, p.id, "     \
					  "r.type,"                            \
					  " m.closed < 0 OR r.spoken > "       \
					  "m.closed,"                          \
					  " m.alert OR " UNREAD                \
					  " > 0, m.favourite, r.archived,"     \
					  " " UNREAD                           \
					  ", m.mentions, r.crowd - "           \
					  "m.seen_crowd, m.since,"             \
					  " m.seen_at, r.last, " CHANGED       \
					  ", t.id, r.team_main, " THREADS " "
#define JOINED                                  \
	" CROSS JOIN room r ON r.row = m.room"  \
	" CROSS JOIN user u ON u.row = m.user"  \
	" LEFT JOIN room p ON p.row = r.parent" \
	" LEFT JOIN team t ON t.row = r.team "

static void
read_membership(sqlite3_stmt *q, struct arena *mem, struct membership *m)
{
	struct str type = col_view(q, 13);

	*m = (struct membership){
		.room = sqlite3_column_int64(q, 0),
		.user = sqlite3_column_int64(q, 1),
		.id = col_str(q, 2, mem),
		.rid = col_str(q, 3, mem),
		.name = col_str(q, 4, mem),
		.shown = col_str(q, 5, mem),
		.user_id = col_str(q, 6, mem),
		.user_name = col_str(q, 7, mem),
		.user_full = col_str(q, 8, mem),
		.roles = col_str(q, 9, mem),
		.settings = col_str(q, 10, mem),
		.ignored = col_str(q, 11, mem),
		.parent_id = col_str(q, 12, mem),
		.type = type.len ? *type.ptr : '\0',
		.open = sqlite3_column_int(q, 14),
		.alert = sqlite3_column_int(q, 15),
		.favourite = sqlite3_column_int(q, 16),
		.archived = sqlite3_column_int(q, 17),
		.news = sqlite3_column_int64(q, 18),
		.by_name = sqlite3_column_int64(q, 19),
		.by_crowd = sqlite3_column_int64(q, 20),
		.since = sqlite3_column_int64(q, 21),
		.seen_at = sqlite3_column_int64(q, 22),
		.last = sqlite3_column_int64(q, 23),
		.updated = sqlite3_column_int64(q, 24),
		.team_id = col_str(q, 25, mem),
		.team_main = sqlite3_column_int(q, 26),
		.threads = col_str(q, 27, mem),
	};
}

static int
list_memberships(struct store *s, sqlite3_stmt *q, struct arena *mem,
    struct membership **list, size_t *n)
{
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		read_membership(q, mem, &(*list)[(*n)++]);
	}
	return more < 0 ? -1 : 1;
}

int
memberships_since(struct store *s, struct arena *mem, int64_t user,
    int64_t since, int64_t **rows, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT m.row FROM member m CROSS JOIN room r ON r.row = m.room"
		" WHERE m.user = ?1 AND " CHANGED " > ?2 ORDER BY m.row");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, user);
	sqlite3_bind_int64(q, 2, since);
	return list_numbers(s, q, mem, rows, n);
}

int
memberships_by_rows(struct store *s, struct arena *mem, const int64_t *rows,
    size_t n, struct membership **list, size_t *count)
{
	static struct stmt ask =
	    SQL(COLUMNS "FROM json_each(?1) j CROSS JOIN member m"
			" ON m.row = j.value" JOINED "ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, json_numbers(mem, rows, n));
	return list_memberships(s, q, mem, list, count);
}

int
memberships_of(struct store *s, struct arena *mem, int64_t user,
    struct membership **list, size_t *n)
{
	static struct stmt ask = SQL(
	    COLUMNS "FROM member m" JOINED "WHERE m.user = ?1 ORDER BY m.row");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, user);
	return list_memberships(s, q, mem, list, n);
}

int
membership_find(struct store *s, struct arena *mem, int64_t room, int64_t user,
    struct membership *m)
{
	static struct stmt ask = SQL(
	    COLUMNS "FROM member m" JOINED "WHERE m.room = ?1 AND m.user = ?2");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	sqlite3_bind_int64(q, 1, room);
	sqlite3_bind_int64(q, 2, user);
	if ((found = one_row(s, q)) == 1) {
		read_membership(q, mem, m);
		sqlite3_reset(q);
	}
	return found;
}

/* ---- changes ---- */

static int
set(struct store *s, struct stmt *ask, int64_t room, int64_t user, int64_t now)
{
	sqlite3_bind_int64(stmt(s, ask), 3, now);
	return change(s, ask, room, user);
}

int
member_read(struct store *s, int64_t room, int64_t user, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE member SET (seen, seen_crowd) = (SELECT spoken, crowd"
		" FROM room WHERE row = ?1), alert = 0, mentions = 0,"
		" seen_at = ?3, updated = ?3 WHERE room = ?1 AND user = ?2");

	return set(s, &ask, room, user, now);
}

int
member_unread(struct store *s, int64_t room, int64_t user, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE member SET alert = 1, closed = -1, updated = ?3"
		" WHERE room = ?1 AND user = ?2");

	return set(s, &ask, room, user, now);
}

enum { NEWS_MOST = 10000 };

/* As if everything from that message on were new: NEWS_MOST at most. */
int
member_unread_from(
    struct store *s, int64_t room, int64_t user, int64_t pk, int64_t now)
{
	static struct stmt ask = SQL(
	    "UPDATE member SET alert = 1, closed = -1, updated = ?3, seen_at ="
	    " (SELECT sent - 1 FROM message WHERE pk = ?4), seen ="
	    " (SELECT spoken FROM room WHERE row = ?1) - (SELECT count(*)"
	    " FROM (SELECT 1 FROM message WHERE pk >= ?4"
	    " AND pk < (?1 + 1) << 40 AND type IS NULL LIMIT ?5))"
	    " WHERE room = ?1 AND user = ?2");

	sqlite3_bind_int64(stmt(s, &ask), 4, pk);
	sqlite3_bind_int(stmt(s, &ask), 5, NEWS_MOST);
	return set(s, &ask, room, user, now);
}

int
member_set_open(
    struct store *s, int64_t room, int64_t user, bool on, int64_t now)
{
	static struct stmt open =
	    SQL("UPDATE member SET closed = -1, updated = ?3"
		" WHERE room = ?1 AND user = ?2");
	static struct stmt close =
	    SQL("UPDATE member SET closed = (SELECT spoken FROM room"
		" WHERE row = ?1), updated = ?3 WHERE room = ?1 AND user = ?2");

	return set(s, on ? &open : &close, room, user, now);
}

int
member_set_favourite(
    struct store *s, int64_t room, int64_t user, bool on, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE member SET favourite = ?4, updated = ?3"
		" WHERE room = ?1 AND user = ?2");

	sqlite3_bind_int(stmt(s, &ask), 4, on);
	return set(s, &ask, room, user, now);
}

int
member_set_settings(
    struct store *s, int64_t room, int64_t user, struct str json, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE member SET settings = ?4, updated = ?3"
		" WHERE room = ?1 AND user = ?2");

	bind_str(stmt(s, &ask), 4, json);
	return set(s, &ask, room, user, now);
}

int
member_set_ignored(
    struct store *s, int64_t room, int64_t user, struct str json, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE member SET ignored = ?4, updated = ?3"
		" WHERE room = ?1 AND user = ?2");

	bind_str(stmt(s, &ask), 4, json);
	return set(s, &ask, room, user, now);
}

/* ---- what is gone ---- */

int
gone_list(struct store *s, struct arena *mem, int64_t user, enum gone_kind kind,
    int64_t since, struct gone **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT id, at FROM gone WHERE user = ?1 AND kind = ?2"
		" AND at > ?3 AND NOT EXISTS(SELECT 1 FROM room r"
		" CROSS JOIN member m ON m.room = r.row AND m.user = ?1"
		" WHERE ?2 = 1 AND r.id = gone.id) ORDER BY at LIMIT 10000");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	sqlite3_bind_int64(q, 1, user);
	sqlite3_bind_int(q, 2, (int)kind);
	sqlite3_bind_int64(q, 3, since);
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = (struct gone){ col_str(q, 0, mem),
			sqlite3_column_int64(q, 1) };
	}
	return more < 0 ? -1 : 1;
}

int
gone_sweep(struct store *s, int64_t before, size_t limit)
{
	static struct stmt ask =
	    SQL("DELETE FROM gone WHERE row IN (SELECT row FROM gone"
		" WHERE at < ?1 LIMIT ?2)");
	int done = change(s, &ask, before, (int64_t)limit);

	return done < 0 ? -1 : (size_t)sqlite3_changes(s->db) == limit && done;
}
