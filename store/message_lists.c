/* SPDX-License-Identifier: ISC */
/* Messages by what they are, in pages. */
#include "store/message_row.h"

int
message_by_id(
    struct store *s, struct arena *mem, struct str id, struct message *m)
{
	static struct stmt ask = SQL(MESSAGE_COLUMNS
	    "FROM message m " MESSAGE_PEOPLE "WHERE m.id = ?1");
	static struct stmt room = SQL("SELECT id FROM room WHERE row = ?1");
	struct room none = { 0 };
	struct message *list;
	sqlite3_stmt *q = stmt(s, &ask);
	size_t n;

	bind_str(q, 1, id);
	if (list_messages(s, q, mem, &none, &list, &n) < 0)
		return -1;
	if (n == 0)
		return 0;
	*m = *list;
	m->room = m->pk >> SEQUENCE_BITS;
	q = stmt(s, &room);
	sqlite3_bind_int64(q, 1, m->room);
	if (one_row(s, q) != 1)
		return -1;
	m->rid = col_str(q, 0, mem);
	sqlite3_reset(q);
	return 1;
}

int
message_place(
    struct store *s, const struct room *r, struct str id, int64_t *pk)
{
	static struct stmt ask =
	    SQL("SELECT pk FROM message WHERE id = ?1 AND pk >> 40 = ?2"
		" UNION ALL SELECT pk FROM message_gone WHERE id = ?1"
		" AND pk >> 40 = ?2 LIMIT 1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, id);
	sqlite3_bind_int64(q, 2, r->row);
	return one_number(s, q, pk);
}

/*
 * Keys first, in their order: ?1 the room's first key, ?2 the next room's,
 * ?3 the user, ?4 the thread, ?5 limit, ?6 offset.
 */
#define KEYS(key, from, order)                                              \
	{                                                                   \
		SQL("SELECT " key " FROM " from " ORDER BY " order          \
		    " LIMIT ?5 OFFSET ?6"),                                 \
		    SQL("SELECT count(*) FROM " from)                       \
	}
#define HERE(pk) pk " >= ?1 AND " pk " < ?2"

/* clang-format off */
static struct {
	struct stmt keys, count;
} sorts[] = {
	[MESSAGES_PINNED] = KEYS("pk",
	    "message WHERE pinned > 0 AND " HERE("pk"), "pk DESC"),
	[MESSAGES_STARRED] = KEYS("pk",
	    "star WHERE user = ?3 AND " HERE("pk"), "pk DESC"),
	[MESSAGES_MENTIONED] = KEYS("pk",
	    "mention WHERE user = ?3 AND " HERE("pk"), "pk DESC"),
	[MESSAGES_ROOTS] = KEYS("pk",
	    "message WHERE replies > 0 AND " HERE("pk"), "replied DESC"),
	[MESSAGES_FOLLOWED] = KEYS("m.pk",
	    "follower f CROSS JOIN message m ON m.pk = f.pk WHERE f.user = ?3"
	    " AND m.replies > 0 AND " HERE("m.pk"), "m.replied DESC"),
	[MESSAGES_ANSWERS] = KEYS("pk", "message WHERE thread = ?4", "pk"),
	[MESSAGES_DISCUSSIONS] = KEYS("m.pk",
	    "room d CROSS JOIN message m ON m.id = d.parent_message"
	    " WHERE d.parent = ?1 >> 40", "m.pk DESC"),
};
/* clang-format on */

static sqlite3_stmt *
bind_sort(struct store *s, struct stmt *ask, const struct room *r,
    int64_t user, int64_t thread)
{
	sqlite3_stmt *q = stmt(s, ask);

	sqlite3_bind_int64(q, 1, first_key(r->row));
	sqlite3_bind_int64(q, 2, first_key(r->row + 1));
	sqlite3_bind_int64(q, 3, user);
	sqlite3_bind_int64(q, 4, thread);
	return q;
}

int
messages_sorted(struct store *s, struct arena *mem, const struct room *r,
    enum message_sort sort, int64_t user, int64_t thread, int64_t offset,
    int64_t limit, struct message **list, size_t *n, int64_t *total)
{
	sqlite3_stmt *q = bind_sort(s, &sorts[sort].keys, r, user, thread);
	int64_t *keys;
	size_t count;

	sqlite3_bind_int64(q, 5, limit);
	sqlite3_bind_int64(q, 6, offset);
	if (list_numbers(s, q, mem, &keys, &count) < 0)
		return -1;
	q = bind_sort(s, &sorts[sort].count, r, user, thread);
	if (one_number(s, q, total) < 0)
		return -1;
	return messages_by_keys(s, mem, r, keys, count, list, n);
}

int
messages_changed(struct store *s, struct arena *mem, const struct room *r,
    int64_t since, struct message **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT pk FROM message_changed WHERE room = ?1 AND at > ?2"
		" ORDER BY at LIMIT 1000");
	sqlite3_stmt *q = stmt(s, &ask);
	int64_t *keys;
	size_t count;

	sqlite3_bind_int64(q, 1, r->row);
	sqlite3_bind_int64(q, 2, since);
	if (list_numbers(s, q, mem, &keys, &count) < 0)
		return -1;
	return messages_by_keys(s, mem, r, keys, count, list, n);
}

int
messages_gone(struct store *s, struct arena *mem, const struct room *r,
    int64_t since, int64_t offset, int64_t limit, struct lost **list,
    size_t *n, int64_t *total)
{
	static struct stmt ask =
	    SQL("SELECT id, at, count(*) OVER () FROM message_gone"
		" WHERE pk >= ?1 AND pk < ?2 AND at > ?3 ORDER BY at, pk"
		" LIMIT ?4 OFFSET ?5");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	*total = 0;
	sqlite3_bind_int64(q, 1, first_key(r->row));
	sqlite3_bind_int64(q, 2, first_key(r->row + 1));
	sqlite3_bind_int64(q, 3, since);
	sqlite3_bind_int64(q, 4, limit);
	sqlite3_bind_int64(q, 5, offset);
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = (struct lost){ col_str(q, 0, mem),
			sqlite3_column_int64(q, 1) };
		*total = sqlite3_column_int64(q, 2);
	}
	return more < 0 ? -1 : 1;
}
