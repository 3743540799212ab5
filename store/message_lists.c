/* SPDX-License-Identifier: ISC */
/* Messages by what they are, in pages. */
#include "store/message_row.h"

int
message_by_id(
    struct store *s, struct arena *mem, struct str id, struct message *m)
{
	static struct stmt ask = SQL(
	    MESSAGE_COLUMNS "FROM message m " MESSAGE_PEOPLE "WHERE m.id = ?1");
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
message_place(struct store *s, const struct room *r, struct str id, int64_t *pk)
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

int
message_is_gone(struct store *s, struct str id)
{
	static struct stmt ask =
	    SQL("SELECT 1 FROM message_gone WHERE id = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int64_t one;

	bind_str(q, 1, id);
	return one_number(s, q, &one);
}

/* ---- what has gone ---- */

int
messages_gone(struct store *s, struct arena *mem, const struct room *r,
    int64_t since, int64_t offset, int64_t limit, struct lost **list, size_t *n,
    int64_t *total)
{
#define GONE "FROM message_gone WHERE pk >> 40 = ?1 AND at > ?2"
	static struct stmt ask =
	    SQL("SELECT id, at " GONE " ORDER BY at, id LIMIT ?3 OFFSET ?4");
	static struct stmt count = SQL("SELECT count(*) " GONE);
	sqlite3_stmt *q = stmt(s, &count);

	sqlite3_bind_int64(q, 1, r->row);
	sqlite3_bind_int64(q, 2, since);
	if (one_number(s, q, total) < 0)
		return -1;
	q = stmt(s, &ask);
	sqlite3_bind_int64(q, 1, r->row);
	sqlite3_bind_int64(q, 2, since);
	sqlite3_bind_int64(q, 3, limit);
	sqlite3_bind_int64(q, 4, offset);
	return list_lost(s, q, mem, list, n);
}

/* ---- with a selector ---- */

/* Stars are their giver's alone. */
/* clang-format off */
const struct select_field message_fields[] = {
	{ .name = "_id", .type = SELECT_TEXT, .sql = "m.id" },
	{ .name = "msg", .type = SELECT_TEXT, .sql = "paid(m.text)" },
	{ .name = "t", .type = SELECT_TEXT, .sql = "m.type" },
	{ .name = "ts", .type = SELECT_TIME, .sql = "m.sent" },
	{ .name = "_updatedAt", .type = SELECT_TIME, .sql = "m.updated" },
	{ .name = "editedAt", .type = SELECT_TIME, .sql = "nullif(m.edited, 0)" },
	{ .name = "pinned", .type = SELECT_BOOL, .sql = "(m.pinned > 0)" },
	{ .name = "tcount", .type = SELECT_NUMBER, .sql = "m.replies" },
	{ .name = "tmid", .type = SELECT_TEXT,
	    .sql = "m.thread = (SELECT pk FROM message WHERE id", .tail = ")",
	    .known = "m.thread" },
	{ .name = "u._id", .type = SELECT_TEXT,
	    .sql = "m.author IN (SELECT row FROM user WHERE id", .tail = ")" },
	{ .name = "u.username", .type = SELECT_TEXT,
	    .sql = "m.author IN (SELECT row FROM user WHERE username", .tail = ")" },
	{ .name = "mentions._id", .type = SELECT_TEXT,
	    .sql = "m.pk IN (SELECT n.pk FROM user x CROSS JOIN mention n"
	    " ON n.user = x.row WHERE x.id", .tail = ")" },
	{ .name = "starred._id", .type = SELECT_TEXT,
	    .sql = "m.pk IN (SELECT n.pk FROM user x CROSS JOIN star n"
	    " ON n.user = x.row WHERE x.row = ?98 AND x.id", .tail = ")" },
	{ .name = NULL },
};
/* clang-format on */

/* :1 the room's first key, :2 the next room's, :3 the user, :4 the thread or
 * the room's row. */
#define HERE(pk) pk " >= :1 AND " pk " < :2"
#define SAYS "(" FROM_TEXT " IS NULL OR has(m.text, " FROM_TEXT "))"
/* clang-format off */
#define MESSAGES_IN(from, holds, by) \
	{ .key = "m.pk", .tables = (from), .where = (holds), .order = (by) }
static const struct select_from sorts[] = {
	[MESSAGES_ALL] = MESSAGES_IN("FROM message m", HERE("m.pk"), "m.pk DESC"),
	[MESSAGES_PINNED] = MESSAGES_IN("FROM message m",
	    "m.pinned > 0 AND " HERE("m.pk"), "m.pk DESC"),
	[MESSAGES_STARRED] = MESSAGES_IN(
	    "FROM star x CROSS JOIN message m ON m.pk = x.pk",
	    "x.user = :3 AND " HERE("x.pk"), "x.pk DESC"),
	[MESSAGES_MENTIONED] = MESSAGES_IN(
	    "FROM mention x CROSS JOIN message m ON m.pk = x.pk",
	    "x.user = :3 AND " HERE("x.pk"), "x.pk DESC"),
	[MESSAGES_ROOTS] = MESSAGES_IN("FROM message m",
	    "m.replies > 0 AND m.pk >> 40 = :4 AND " SAYS, "m.replied DESC"),
	[MESSAGES_FOLLOWED] = MESSAGES_IN(
	    "FROM follower x CROSS JOIN message m ON m.pk = x.pk",
	    "x.user = :3 AND m.replies > 0 AND " HERE("x.pk") " AND " SAYS,
	    "m.replied DESC"),
	[MESSAGES_UNREAD] = MESSAGES_IN(
	    "FROM follower x CROSS JOIN message m ON m.pk = x.pk"
	    " CROSS JOIN member b ON b.room = :4 AND b.user = :3",
	    "x.user = :3 AND m.replies > 0 AND " HERE("x.pk")
	    " AND m.replied > b.seen_at AND " SAYS, "m.replied DESC"),
	[MESSAGES_ANSWERS] = MESSAGES_IN("FROM message m", "m.thread = :4", "m.pk"),
	[MESSAGES_DISCUSSIONS] = MESSAGES_IN(
	    "FROM room d CROSS JOIN message m ON m.id = d.parent_message",
	    "d.parent = :4 AND " HERE("m.pk") " AND " SAYS, "m.pk DESC"),
};
/* clang-format on */

/* Of marks alone: each has its message. */
static int
count_marks(struct store *s, const struct select_from *from,
    enum message_sort sort, int64_t *total)
{
	static struct stmt stars =
	    SQL("SELECT count(*) FROM star"
		" WHERE user = ?1 AND pk >= ?2 AND pk < ?3");
	static struct stmt mentions =
	    SQL("SELECT count(*) FROM mention"
		" WHERE user = ?1 AND pk >= ?2 AND pk < ?3");
	sqlite3_stmt *q;

	if (sort != MESSAGES_STARRED && sort != MESSAGES_MENTIONED)
		return 1;
	q = stmt(s, sort == MESSAGES_STARRED ? &stars : &mentions);
	sqlite3_bind_int64(q, 1, from->value[2]);
	sqlite3_bind_int64(q, 2, from->value[0]);
	sqlite3_bind_int64(q, 3, from->value[1]);
	return one_number(s, q, total);
}

int
messages_sorted(struct store *s, struct arena *mem, struct select *sel,
    const struct room *r, const struct message_list *which, int64_t **keys,
    size_t *n, int64_t *total)
{
	struct select_from from = sorts[which->sort];
	int done;

	from.value[0] = first_key(r->row);
	from.value[1] = first_key(r->row + 1);
	from.value[2] = which->user;
	from.value[3] = which->thread ? which->thread : r->row;
	from.values = 4;
	from.text = which->text.len ? which->text : NO_STR;
	from.total = which->sort == MESSAGES_ALL ? r->messages : -1;
	if (count_marks(s, &from, which->sort, &from.total) < 0)
		return -1;
	/* a text is looked for in all of them, or in none that are too many */
	if (from.text.ptr && !sel->where.ptr)
		sel->where = STR("1");
	/* times grow with the keys, and those have an index */
	if (str_eq(sel->order, STR("m.sent DESC")))
		sel->order = STR("m.pk DESC");
	else if (str_eq(sel->order, STR("m.sent")))
		sel->order = STR("m.pk");
	done = select_rows(s, mem, sel, &from, keys, n);
	return done == 1 ? select_total(s, sel, &from, total) : done;
}

int
messages_select(struct store *s, struct arena *mem, struct select *sel,
    const struct room *r, int64_t **keys, size_t *n, int64_t *total)
{
	const struct message_list all = { .sort = MESSAGES_ALL };

	return messages_sorted(s, mem, sel, r, &all, keys, n, total);
}
