/* SPDX-License-Identifier: ISC */
/* Discussions: rooms that began in another one. */
#include "store/db.h"

int
discussion_about(struct store *s, struct arena *mem, int64_t parent,
    struct str message, struct str *id)
{
	static struct stmt ask =
	    SQL("SELECT id FROM room WHERE parent = ?1 AND about = ?2 LIMIT 1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	sqlite3_bind_int64(q, 1, parent);
	bind_str(q, 2, message);
	if ((found = one_row(s, q)) == 1) {
		*id = col_str(q, 0, mem);
		sqlite3_reset(q);
	}
	return found;
}

int
discussion_set(struct store *s, int64_t room, struct str told, struct str about)
{
	static struct stmt ask =
	    SQL("UPDATE room SET parent_message = ?2, about = ?3"
		" WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, room);
	bind_str(q, 2, told);
	bind_str(q, 3, about);
	touch(s, room, STORE_ROOM);
	return write_row(s, q);
}

int
discussions_of(struct store *s, struct arena *mem, int64_t parent, size_t limit,
    int64_t **rows, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT row FROM room WHERE parent = ?1 LIMIT ?2");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, parent);
	sqlite3_bind_int64(q, 2, (int64_t)limit);
	return list_numbers(s, q, mem, rows, n);
}

int
discussions_select(struct store *s, struct arena *mem, struct select *sel,
    int64_t parent, int64_t user, bool open, int64_t **rows, size_t *n,
    int64_t *total)
{
	const struct select_from from = {
		.key = "r.row",
		.tables = "FROM room r",
		.where = "r.parent = :1 AND (r.type = 'c' AND :3"
			 " OR EXISTS(SELECT 1 FROM member m"
			 " WHERE m.room = r.row AND m.user = :2))",
		.order = "r.last DESC, r.row DESC",
		.value = { parent, user, open },
		.values = 3,
		.total = -1,
	};
	int done = select_rows(s, mem, sel, &from, rows, n);

	return done == 1 ? select_total(s, sel, &from, total) : done;
}
