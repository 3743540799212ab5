/* SPDX-License-Identifier: ISC */
/* What has become of a room's messages since a time, step by step. */
#include <string.h>

#include "store/follow.h"
#include "store/message_row.h"

enum { STEP = 64 };

/* A client's time may be the last there is. */
static int64_t
behind(int64_t time)
{
	return time + (time < INT64_MAX);
}

static int
begin(struct store *s, struct sync *y)
{
	const struct room r = { .row = y->room };

	y->phase = SYNC_NEW;
	y->from = first_key(y->room + 1);
	if (y->thread == SYNC_ROOTS) /* an answer changes it */
		y->phase = SYNC_CHANGED;
	else if (y->thread == 0 &&
		 place_at_time(s, &r, behind(y->since), &y->from) < 0)
		return -1;
	y->from++;
	y->at = y->since;
	y->pk = y->thread == 0            ? y->from - 1
		: y->thread == SYNC_ROOTS ? INT64_MAX
					  : 0;
	return 1;
}

static int
ask_messages(struct store *s, struct arena *mem, struct stmt *ask,
    const struct sync *y, struct message **list, size_t *n)
{
	const struct room none = { .row = y->room };
	sqlite3_stmt *q = stmt(s, ask);

	sqlite3_bind_int64(q, 1, y->room);
	sqlite3_bind_int64(q, 2, y->pk);
	sqlite3_bind_int64(q, 3, y->at);
	sqlite3_bind_int64(q, 4, y->from);
	sqlite3_bind_int64(q, 5, y->thread);
	sqlite3_bind_int64(q, 6, STEP);
	return list_messages(s, q, mem, &none, list, n);
}

static struct stmt *
question_of(const struct sync *y)
{
	static struct stmt fresh = SQL(MESSAGE_COLUMNS
	    "FROM message m " MESSAGE_PEOPLE "WHERE m.pk > ?2"
	    " AND m.pk < (?1 + 1) << 40 ORDER BY m.pk LIMIT ?6");
	static struct stmt of_thread = SQL(MESSAGE_COLUMNS
	    "FROM message m " MESSAGE_PEOPLE "WHERE m.thread = ?5"
	    " AND m.pk > ?2 AND m.updated > ?3 ORDER BY m.pk LIMIT ?6");
	static struct stmt changed = SQL(MESSAGE_COLUMNS
	    "FROM message_changed c CROSS JOIN message m ON m.pk = c.pk"
	    " " MESSAGE_PEOPLE "WHERE c.room = ?1 AND (c.at, c.pk) > (?3, ?2)"
	    " AND c.pk < ?4 AND (?5 = 0 OR m.replies > 0)"
	    " ORDER BY c.at, c.pk LIMIT ?6");

	if (y->phase == SYNC_CHANGED)
		return &changed;
	return y->thread ? &of_thread : &fresh;
}

/* Those new ones that were changed, too, are not listed twice. */
static void
move_on(struct sync *y)
{
	bool changes = y->phase == SYNC_NEW && y->thread == 0;

	y->phase = changes ? SYNC_CHANGED : SYNC_GONE;
	y->at = changes ? y->since : behind(y->since);
	y->pk = INT64_MAX;
	y->id_len = 0;
}

int
sync_updated(struct store *s, struct arena *mem, struct sync *y,
    struct message **list, size_t *n)
{
	const struct message *last;

	if (y->phase == SYNC_BEGINS && begin(s, y) < 0)
		return -1;
	if (ask_messages(s, mem, question_of(y), y, list, n) < 0)
		return -1;
	if (*n == 0) {
		move_on(y);
		return 0;
	}
	last = *list + *n - 1;
	y->pk = last->pk;
	if (y->phase == SYNC_CHANGED)
		y->at = last->updated;
	return 1;
}

int
list_lost(struct store *s, sqlite3_stmt *q, struct arena *mem,
    struct lost **list, size_t *n)
{
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = (struct lost){ col_str(q, 0, mem),
			sqlite3_column_int64(q, 1) };
	}
	return more < 0 ? -1 : 1;
}

int
sync_gone(struct store *s, struct arena *mem, struct sync *y,
    struct lost **list, size_t *n)
{
	/* of a thread: 0 was one, a key answered that one */
	static struct stmt ask =
	    SQL("SELECT id, at FROM message_gone WHERE pk >> 40 = ?1"
		" AND (at, id) > (?2, ?3)"
		" AND (?4 = 0 OR thread IS iif(?4 < 0, 0, ?4))"
		" ORDER BY at, id LIMIT ?5");
	sqlite3_stmt *q = stmt(s, &ask);
	struct str last;

	sqlite3_bind_int64(q, 1, y->room);
	sqlite3_bind_int64(q, 2, y->at);
	bind_str(q, 3, (struct str){ y->id, y->id_len });
	sqlite3_bind_int64(q, 4, y->thread);
	sqlite3_bind_int64(q, 5, STEP);
	if (list_lost(s, q, mem, list, n) < 0)
		return -1;
	if (*n == 0) {
		y->phase = SYNC_END;
		return 0;
	}
	y->at = (*list)[*n - 1].at;
	last = (*list)[*n - 1].id;
	y->id_len = last.len < sizeof y->id ? last.len : sizeof y->id;
	memcpy(y->id, last.ptr, y->id_len);
	return 1;
}
