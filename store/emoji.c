/* SPDX-License-Identifier: ISC */
/* Emoji of a server's own. */
#include "store/emoji.h"

#include "store/db.h"
#include "store/uploads.h"

#define COLUMNS                                                         \
	"SELECT e.row, e.id, e.name, e.aliases, e.extension, e.upload," \
	" e.updated, f.digest, f.type, f.size, f.row "
#define PICTURE "LEFT JOIN upload f ON f.id = e.upload "

static void
read_emoji(sqlite3_stmt *q, struct arena *mem, struct emoji *e)
{
	*e = (struct emoji){
		.row = sqlite3_column_int64(q, 0),
		.id = col_str(q, 1, mem),
		.name = col_str(q, 2, mem),
		.aliases = col_str(q, 3, mem),
		.extension = col_str(q, 4, mem),
		.upload = col_str(q, 5, mem),
		.updated = sqlite3_column_int64(q, 6),
		.digest = col_str(q, 7, mem),
		.type = col_str(q, 8, mem),
		.size = sqlite3_column_int64(q, 9),
		.upload_row = sqlite3_column_int64(q, 10),
	};
}

static int
one_emoji(struct store *s, struct stmt *ask, struct arena *mem, struct str key,
    struct emoji *e)
{
	sqlite3_stmt *q = stmt(s, ask);
	int found;

	bind_str(q, 1, key);
	if ((found = one_row(s, q)) == 1) {
		read_emoji(q, mem, e);
		sqlite3_reset(q);
	}
	return found;
}

int
emoji_by_id(struct store *s, struct arena *mem, struct str id, struct emoji *e)
{
	static struct stmt ask =
	    SQL(COLUMNS "FROM emoji e " PICTURE "WHERE e.id = ?1");

	return one_emoji(s, &ask, mem, id, e);
}

int
emoji_by_name(
    struct store *s, struct arena *mem, struct str name, struct emoji *e)
{
	static struct stmt ask =
	    SQL(COLUMNS "FROM emoji e " PICTURE "WHERE e.name = ?1");

	return one_emoji(s, &ask, mem, name, e);
}

int
emoji_taken(struct store *s, int64_t row, struct str name)
{
	static struct stmt ask =
	    SQL("SELECT 1 FROM emoji e WHERE e.row <> ?1 AND (e.name = ?2 OR"
		" EXISTS(SELECT 1 FROM json_each(e.aliases)"
		"  WHERE value = ?2)) LIMIT 1");
	sqlite3_stmt *q = stmt(s, &ask);
	int64_t one;

	sqlite3_bind_int64(q, 1, row);
	bind_str(q, 2, name);
	return one_number(s, q, &one);
}

static void
bind_emoji(sqlite3_stmt *q, const struct emoji *e)
{
	bind_str(q, 1, e->id);
	bind_str(q, 2, e->name);
	bind_str(q, 3, e->aliases);
	bind_str(q, 4, e->extension);
	bind_str(q, 5, e->upload);
	sqlite3_bind_int64(q, 6, e->updated);
}

int
emoji_add(struct store *s, struct emoji *e)
{
	static struct stmt ask =
	    SQL("INSERT INTO emoji(id, name, aliases, extension, upload,"
		" updated) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	bind_emoji(q, e);
	if ((done = write_row(s, q)) == 1)
		e->row = sqlite3_last_insert_rowid(s->db);
	return done;
}

int
emoji_change(struct store *s, const struct emoji *e)
{
	static struct stmt ask =
	    SQL("UPDATE emoji SET name = ?2, aliases = ?3, extension = ?4,"
		" upload = ?5, updated = max(?6, updated + 1) WHERE id = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_emoji(q, e);
	return write_row(s, q);
}

int
emoji_delete(struct store *s, const struct emoji *e, int64_t now)
{
	static struct stmt ask = SQL("DELETE FROM emoji WHERE row = ?1");
	static struct stmt note =
	    SQL("INSERT INTO gone(user, kind, id, at) VALUES(0, ?1, ?2, ?3)");
	sqlite3_stmt *q = stmt(s, &note);

	sqlite3_bind_int(q, 1, GONE_EMOJI);
	bind_str(q, 2, e->id);
	sqlite3_bind_int64(q, 3, now);
	if (write_row(s, q) < 0 ||
	    (e->upload_row && upload_delete(s, e->upload_row) < 0))
		return -1;
	return change(s, &ask, e->row, 0);
}

/* ---- pages ---- */

/* clang-format off */
const struct select_field emoji_fields[] = {
	{ .name = "_id", .type = SELECT_TEXT, .sql = "e.id" },
	{ .name = "name", .type = SELECT_TEXT, .sql = "e.name" },
	{ .name = "extension", .type = SELECT_TEXT, .sql = "e.extension" },
	{ .name = "_updatedAt", .type = SELECT_TIME, .sql = "e.updated" },
	{ .name = NULL },
};
/* clang-format on */

int
emoji_select(struct store *s, struct arena *mem, struct select *sel,
    int64_t since, int64_t **rows, size_t *n, int64_t *total)
{
	struct select_from from = { "e.row", "FROM emoji e", "e.updated > :1",
		"e.name", .value = { since }, .values = 1, .total = -1 };
	int done = select_rows(s, mem, sel, &from, rows, n);

	return done == 1 ? select_total(s, sel, &from, total) : done;
}

int
emoji_by_rows(struct store *s, struct arena *mem, const int64_t *rows, size_t n,
    struct emoji **list, size_t *count)
{
	static struct stmt ask =
	    SQL(COLUMNS "FROM json_each(?1) j CROSS JOIN emoji e ON e.row = "
			"j.value " PICTURE "ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*count = 0;
	bind_str(q, 1, json_numbers(mem, rows, n));
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *count, sizeof **list);
		read_emoji(q, mem, &(*list)[(*count)++]);
	}
	return more < 0 ? -1 : 1;
}
