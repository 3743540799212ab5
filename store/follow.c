/* SPDX-License-Identifier: ISC */
/* Reading on from a place in a room, and where places are. */
#include "store/follow.h"

#include "store/message_row.h"

enum { LOOKS = 10000 };

int
messages_behind(struct store *s, struct arena *mem, const struct room *r,
    int64_t key, size_t limit, struct message **list, size_t *n)
{
	static struct stmt ask = SQL(MESSAGE_COLUMNS
	    "FROM message m " MESSAGE_PEOPLE "WHERE m.pk > ?1 AND m.pk < ?2"
	    " ORDER BY m.pk LIMIT ?3");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, key);
	sqlite3_bind_int64(q, 2, first_key(r->row + 1));
	sqlite3_bind_int64(q, 3, (int64_t)limit);
	return list_messages(s, q, mem, r, list, n);
}

int
message_by_key(struct store *s, struct arena *mem, const struct room *r,
    int64_t key, struct message *m)
{
	struct message *list;
	size_t n;

	if (messages_by_keys(s, mem, r, &key, 1, &list, &n) < 0)
		return -1;
	if (n > 0)
		*m = *list;
	return n > 0;
}

int
message_lost(struct store *s, struct arena *mem, int64_t key, struct str *id)
{
	static struct stmt ask =
	    SQL("SELECT id FROM message_gone WHERE pk = ?1 ORDER BY at DESC"
		" LIMIT 1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	sqlite3_bind_int64(q, 1, key);
	if ((found = one_row(s, q)) == 1) {
		*id = col_str(q, 0, mem);
		sqlite3_reset(q);
	}
	return found;
}

int
room_end(struct store *s, int64_t room, int64_t *key)
{
	static struct stmt ask =
	    SQL("SELECT (row << 40) + seq FROM room WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, room);
	return one_number(s, q, key);
}

int64_t
room_begin(int64_t room)
{
	return first_key(room);
}

/* The first message behind the middle, before the high end: its key, and what
 * is sought by. */
static int
look(struct store *s, struct stmt *ask, int64_t middle, int64_t high,
    int64_t *pk, int64_t *value)
{
	sqlite3_stmt *q = stmt(s, ask);
	int found;

	sqlite3_bind_int64(q, 1, middle);
	sqlite3_bind_int64(q, 2, high);
	if ((found = one_row(s, q)) == 1) {
		*pk = sqlite3_column_int64(q, 0);
		*value = sqlite3_column_int64(q, 1);
		sqlite3_reset(q);
	}
	return found;
}

/* Times and numbers grow with the keys: by halving, wherever it lies. */
static int
place_before(struct store *s, struct stmt *ask, const struct room *r,
    int64_t bound, int64_t *key)
{
	int64_t low = first_key(r->row), high, middle, pk = 0, value = 0;
	int found = room_end(s, r->row, &high);

	if (found != 1)
		return found;
	for (high++; low < high;) {
		middle = low + (high - low) / 2;
		if ((found = look(s, ask, middle, high, &pk, &value)) < 0)
			return -1;
		if (found == 0 || value >= bound)
			high = middle;
		else
			low = pk + 1;
	}
	*key = low > first_key(r->row) ? low - 1 : low;
	return 1;
}

int
place_at_time(struct store *s, const struct room *r, int64_t time, int64_t *key)
{
	static struct stmt ask =
	    SQL("SELECT pk, sent FROM message WHERE pk >= ?1 AND pk < ?2"
		" ORDER BY pk LIMIT 1");

	return place_before(s, &ask, r, time, key);
}

int
place_at_number(
    struct store *s, const struct room *r, int64_t number, int64_t *key)
{
	static struct stmt ask =
	    SQL("SELECT pk, number FROM message WHERE pk >= ?1 AND pk < ?2"
		" ORDER BY pk LIMIT 1");

	return place_before(
	    s, &ask, r, number < INT64_MAX ? number + 1 : number, key);
}

int
place_of_newest(
    struct store *s, const struct room *r, size_t count, bool all, int64_t *key)
{
	static struct stmt ask =
	    SQL("SELECT min(pk) - 1 FROM (SELECT pk FROM"
		" (SELECT pk, type FROM message WHERE pk >= ?1 AND pk < ?2"
		" ORDER BY pk DESC LIMIT ?4) WHERE type IS NULL OR ?5"
		" LIMIT ?3) HAVING count(*) > 0");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	sqlite3_bind_int64(q, 1, first_key(r->row));
	sqlite3_bind_int64(q, 2, first_key(r->row + 1));
	sqlite3_bind_int64(q, 3, (int64_t)count);
	sqlite3_bind_int(q, 4, LOOKS);
	sqlite3_bind_int(q, 5, all);
	found = one_number(s, q, key);
	return found == 0 ? room_end(s, r->row, key) : found;
}

int
newest_numbers(struct store *s, struct arena *mem, const struct room *r,
    size_t count, bool all, int64_t **numbers, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT number FROM (SELECT number, type FROM message"
		" WHERE pk >= ?1 AND pk < ?2 ORDER BY pk DESC LIMIT ?4)"
		" WHERE type IS NULL OR ?5 LIMIT ?3");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, first_key(r->row));
	sqlite3_bind_int64(q, 2, first_key(r->row + 1));
	sqlite3_bind_int64(q, 3, (int64_t)count);
	sqlite3_bind_int(q, 4, LOOKS);
	sqlite3_bind_int(q, 5, all);
	return list_numbers(s, q, mem, numbers, n);
}

int
place_named(struct store *s, struct arena *mem, const struct room *r,
    int64_t key, struct str *id, int64_t *number)
{
	static struct stmt ask =
	    SQL("SELECT id, number FROM message WHERE pk <= ?1 AND pk > ?2"
		" ORDER BY pk DESC LIMIT 1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	sqlite3_bind_int64(q, 1, key);
	sqlite3_bind_int64(q, 2, first_key(r->row));
	if ((found = one_row(s, q)) == 1) {
		*id = col_str(q, 0, mem);
		*number = sqlite3_column_int64(q, 1);
		sqlite3_reset(q);
	}
	return found;
}

/* ---- what was posted by a key ---- */

int
idempotency_find(struct store *s, struct arena *mem, int64_t user,
    struct str key, struct str *message)
{
	static struct stmt ask =
	    SQL("SELECT message FROM idempotency WHERE user = ?1 AND key = ?2");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	sqlite3_bind_int64(q, 1, user);
	bind_str(q, 2, key);
	if ((found = one_row(s, q)) == 1) {
		*message = col_str(q, 0, mem);
		sqlite3_reset(q);
	}
	return found;
}

int
idempotency_add(struct store *s, int64_t user, struct str key,
    struct str message, int64_t now)
{
	static struct stmt ask =
	    SQL("INSERT INTO idempotency(user, key, message, at)"
		" VALUES(?1, ?2, ?3, ?4)");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, user);
	bind_str(q, 2, key);
	bind_str(q, 3, message);
	sqlite3_bind_int64(q, 4, now);
	return write_row(s, q);
}

int
idempotency_sweep(struct store *s, int64_t before, size_t limit)
{
	static struct stmt ask =
	    SQL("DELETE FROM idempotency WHERE (user, key) IN"
		" (SELECT user, key FROM idempotency WHERE at < ?1 LIMIT ?2)");
	int done = change(s, &ask, before, (int64_t)limit);

	return done < 0 ? -1 : (size_t)sqlite3_changes(s->db) == limit && done;
}
