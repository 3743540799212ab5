/* SPDX-License-Identifier: ISC */
/* What outgoing hooks have to tell, and what became of it. */
#include "store/db.h"

int
delivery_add(struct store *s, const struct delivery *d)
{
	/* of the hook as it is now: a copy of it may be older */
	static struct stmt ask = SQL(
	    "INSERT INTO delivery(id, hook, room, event, url, sent, at, due,"
	    " updated) SELECT ?1, h.row, nullif(?3, 0), ?4, ?5, ?6, ?7, ?7,"
	    " ?7 FROM hook h WHERE h.row = ?2 AND h.outgoing AND h.enabled"
	    " AND (SELECT count(*) FROM (SELECT 1 FROM delivery d"
	    " WHERE d.hook = h.row AND d.due IS NOT NULL LIMIT ?8)) < ?8");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, d->id);
	sqlite3_bind_int64(q, 2, d->hook);
	sqlite3_bind_int64(q, 3, d->room);
	bind_str(q, 4, d->event);
	bind_str(q, 5, d->url);
	bind_str(q, 6, d->sent);
	sqlite3_bind_int64(q, 7, d->at);
	sqlite3_bind_int64(q, 8, DELIVERIES_WAITING);
	return write_row(s, q);
}

int
deliveries_next(
    struct store *s, struct arena *mem, struct delivery_turn **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT d.row, d.hook, d.due FROM hook h CROSS JOIN delivery d"
		" ON d.row = (SELECT w.row FROM delivery w"
		" WHERE w.hook = h.row AND w.due IS NOT NULL"
		" ORDER BY w.due, w.row LIMIT 1)"
		" WHERE h.outgoing AND h.enabled ORDER BY d.due, d.row");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] =
		    (struct delivery_turn){ sqlite3_column_int64(q, 0),
			    sqlite3_column_int64(q, 1),
			    sqlite3_column_int64(q, 2) };
	}
	return more < 0 ? -1 : 1;
}

/* ---- reading ---- */

#define DELIVERY_COLUMNS                                                    \
	"SELECT d.row, d.hook, d.room, d.id, d.event, d.url, d.sent, d.at," \
	" d.due, d.tries, d.status, d.answer, d.error, d.updated, h.id"

static void
read_delivery(sqlite3_stmt *q, struct arena *mem, struct delivery *d)
{
	*d = (struct delivery){
		.row = sqlite3_column_int64(q, 0),
		.hook = sqlite3_column_int64(q, 1),
		.room = sqlite3_column_int64(q, 2),
		.id = col_str(q, 3, mem),
		.event = col_str(q, 4, mem),
		.url = col_str(q, 5, mem),
		.sent = col_str(q, 6, mem),
		.at = sqlite3_column_int64(q, 7),
		.due = sqlite3_column_int64(q, 8),
		.tries = sqlite3_column_int64(q, 9),
		.status = sqlite3_column_int64(q, 10),
		.answer = col_str(q, 11, mem),
		.error = col_str(q, 12, mem),
		.updated = sqlite3_column_int64(q, 13),
		.hook_id = col_str(q, 14, mem),
	};
}

int
delivery_by_row(
    struct store *s, struct arena *mem, int64_t row, struct delivery *d)
{
	static struct stmt ask =
	    SQL(DELIVERY_COLUMNS " FROM delivery d JOIN hook h ON h.row ="
				 " d.hook WHERE d.row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	sqlite3_bind_int64(q, 1, row);
	if ((found = one_row(s, q)) == 1) {
		read_delivery(q, mem, d);
		sqlite3_reset(q);
	}
	return found;
}

int
deliveries_by_rows(struct store *s, struct arena *mem, const int64_t *rows,
    size_t count, struct delivery **list, size_t *n)
{
	static struct stmt ask = SQL(DELIVERY_COLUMNS
	    " FROM json_each(?1) j CROSS JOIN delivery d ON d.row = j.value"
	    " JOIN hook h ON h.row = d.hook ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	bind_str(q, 1, json_numbers(mem, rows, count));
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		read_delivery(q, mem, &(*list)[(*n)++]);
	}
	return more < 0 ? -1 : 1;
}

/* clang-format off */
const struct select_field delivery_fields[] = {
	{ .name = "_id", .type = SELECT_TEXT, .sql = "d.id" },
	{ .name = "event", .type = SELECT_TEXT, .sql = "d.event" },
	{ .name = "url", .type = SELECT_TEXT, .sql = "d.url" },
	{ .name = "finished", .type = SELECT_BOOL, .sql = "d.due IS NULL" },
	{ .name = "error", .type = SELECT_BOOL, .sql = "(d.error IS NOT NULL)" },
	{ .name = "_createdAt", .type = SELECT_TIME, .sql = "d.at" },
	{ .name = "_updatedAt", .type = SELECT_TIME, .sql = "d.updated" },
	{ .name = NULL },
};
/* clang-format on */

int
deliveries_select(struct store *s, struct arena *mem, struct select *sel,
    int64_t hook, int64_t **rows, size_t *n, int64_t *total)
{
	struct select_from from = { "d.row", "FROM delivery d", "d.hook = :1",
		"d.at DESC, d.row DESC", { hook }, 1, -1, .text = NO_STR };
	int done = select_rows(s, mem, sel, &from, rows, n);

	return done == 1 ? select_total(s, sel, &from, total) : done;
}

/* ---- writing ---- */

static int
forget_old(struct store *s, int64_t hook)
{
	static struct stmt ask =
	    SQL("DELETE FROM delivery WHERE row IN (SELECT row FROM delivery"
		" WHERE hook = ?1 AND due IS NULL"
		" ORDER BY at DESC, row DESC LIMIT 10 OFFSET ?2)");

	return change(s, &ask, hook, DELIVERIES_KEPT);
}

int
delivery_tried(struct store *s, const struct delivery *d)
{
	static struct stmt ask =
	    SQL("UPDATE delivery SET due = nullif(?2, 0), tries = ?3,"
		" status = ?4, answer = ?5, error = ?6, updated = ?7"
		" WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	sqlite3_bind_int64(q, 1, d->row);
	sqlite3_bind_int64(q, 2, d->due);
	sqlite3_bind_int64(q, 3, d->tries);
	sqlite3_bind_int64(q, 4, d->status);
	bind_str(q, 5, d->answer);
	bind_str(q, 6, d->error);
	sqlite3_bind_int64(q, 7, d->updated);
	if ((done = write_row(s, q)) != 1)
		return done;
	return d->due ? 1 : forget_old(s, d->hook) < 0 ? -1 : 1;
}
