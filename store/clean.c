/* SPDX-License-Identifier: ISC */
/* Cleaning a room: many messages of a time go at once. */
#include "store/message_row.h"

enum { LOOKS = 50000 };

static bool
is_meant(const struct cleaning *c, sqlite3_stmt *q)
{
	int marks = sqlite3_column_int(q, 3);
	size_t i;

	if (marks & MARK_DISCUSSION || /* it tells of a room that stays */
	    (c->files_only && !(marks & MARK_FILES)) ||
	    (c->keep_pinned && sqlite3_column_int64(q, 4)) ||
	    (c->keep_threads &&
		(sqlite3_column_int64(q, 5) || sqlite3_column_int64(q, 6))))
		return false;
	for (i = 0; i < c->author_count; i++)
		if (c->authors[i] == sqlite3_column_int64(q, 2))
			return true;
	return c->author_count == 0;
}

/* Keys of those that are meant: 1 there may be more, 0. */
static int
choose(struct store *s, struct arena *mem, const struct room *r,
    struct cleaning *c, int64_t **keys, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT pk, sent, author, marks, pinned, thread, replies"
		" FROM message WHERE pk >= ?1 AND pk < ?2 ORDER BY pk");
	sqlite3_stmt *q;
	int64_t from, to;
	size_t looks;
	int more = 0;

	*keys = NULL;
	*n = 0;
	if (key_range(s, r, &c->when, &from, &to) < 0)
		return -1;
	q = stmt(s, &ask);
	sqlite3_bind_int64(q, 1, from);
	sqlite3_bind_int64(q, 2, to);
	for (looks = 0; (more = next_row(s, q)) == 1; looks++) {
		c->next = sqlite3_column_int64(q, 1);
		if (*n == c->limit || looks == LOOKS)
			break;
		if (!is_meant(c, q))
			continue;
		*keys = grown(mem, *keys, *n, sizeof **keys);
		(*keys)[(*n)++] = sqlite3_column_int64(q, 0);
	}
	sqlite3_reset(q);
	return more;
}

int
message_clean(struct store *s, struct arena *mem, const struct room *r,
    struct cleaning *c, int64_t now)
{
	struct message *m;
	int64_t *keys;
	size_t i, n;
	int done = 1, more = choose(s, mem, r, c, &keys, &n);

	c->count = 0;
	if (more < 0 || messages_by_keys(s, mem, r, keys, n, &m, &n) < 0)
		return -1;
	for (i = 0; done >= 0 && i < n; i++)
		done = c->files_only ? message_strip(s, &m[i], c->stripped, now)
				     : message_delete(s, &m[i], now);
	c->count = n;
	return done < 0 ? -1 : more;
}
