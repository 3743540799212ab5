/* SPDX-License-Identifier: ISC */
/* What files are called and whose they are; digests that nobody has. */
#include "store/uploads.h"

#include "store/message_row.h"

#define COLUMNS                                                          \
	"SELECT f.row, f.id, f.kind, f.room, f.user, f.message, f.name," \
	" f.type, f.description, f.digest, f.size, f.width, f.height,"   \
	" f.made, f.confirmed, r.id, u.id, u.username, u.name "
#define PEOPLE                                \
	"LEFT JOIN room r ON r.row = f.room " \
	"LEFT JOIN user u ON u.row = f.user "

static void
read_upload(sqlite3_stmt *q, struct arena *mem, struct upload *f)
{
	*f = (struct upload){
		.row = sqlite3_column_int64(q, 0),
		.id = col_str(q, 1, mem),
		.kind = (enum upload_kind)sqlite3_column_int(q, 2),
		.room = sqlite3_column_int64(q, 3),
		.user = sqlite3_column_int64(q, 4),
		.message = col_str(q, 5, mem),
		.name = col_str(q, 6, mem),
		.type = col_str(q, 7, mem),
		.description = col_str(q, 8, mem),
		.digest = col_str(q, 9, mem),
		.size = sqlite3_column_int64(q, 10),
		.width = sqlite3_column_int64(q, 11),
		.height = sqlite3_column_int64(q, 12),
		.made = sqlite3_column_int64(q, 13),
		.confirmed = sqlite3_column_int(q, 14),
		.rid = col_str(q, 15, mem),
		.user_id = col_str(q, 16, mem),
		.user_name = col_str(q, 17, mem),
		.user_full = col_str(q, 18, mem),
	};
}

static int
one_upload(
    struct store *s, sqlite3_stmt *q, struct arena *mem, struct upload *f)
{
	int found = one_row(s, q);

	if (found == 1) {
		read_upload(q, mem, f);
		sqlite3_reset(q);
	}
	return found;
}

int
upload_add(struct store *s, struct upload *f)
{
	static struct stmt ask =
	    SQL("INSERT INTO upload(id, kind, room, user, message, name, type,"
		" description, size, digest, width, height, made, confirmed)"
		" VALUES(?1, ?2, nullif(?3, 0), nullif(?4, 0), ?5, ?6, ?7, ?8,"
		" ?9, ?10, nullif(?11, 0), nullif(?12, 0), ?13, ?14)");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	bind_str(q, 1, f->id);
	sqlite3_bind_int(q, 2, (int)f->kind);
	sqlite3_bind_int64(q, 3, f->room);
	sqlite3_bind_int64(q, 4, f->user);
	bind_str(q, 5, f->message);
	bind_str(q, 6, f->name);
	bind_str(q, 7, f->type);
	bind_str(q, 8, f->description);
	sqlite3_bind_int64(q, 9, f->size);
	bind_str(q, 10, f->digest);
	sqlite3_bind_int64(q, 11, f->width);
	sqlite3_bind_int64(q, 12, f->height);
	sqlite3_bind_int64(q, 13, f->made);
	sqlite3_bind_int(q, 14, f->confirmed);
	if ((done = write_row(s, q)) == 1)
		f->row = sqlite3_last_insert_rowid(s->db);
	return done;
}

int
upload_by_id(
    struct store *s, struct arena *mem, struct str id, struct upload *f)
{
	static struct stmt ask =
	    SQL(COLUMNS "FROM upload f " PEOPLE "WHERE f.id = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, id);
	return one_upload(s, q, mem, f);
}

int
upload_confirm(
    struct store *s, int64_t row, struct str message, struct str description)
{
	static struct stmt ask =
	    SQL("UPDATE upload SET confirmed = 1, message = ?2,"
		" description = ?3 WHERE row = ?1");
	static struct stmt mark =
	    SQL("UPDATE message SET marks = marks | ?2 WHERE id = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	sqlite3_bind_int64(q, 1, row);
	bind_str(q, 2, message);
	bind_str(q, 3, description);
	if ((done = write_row(s, q)) != 1)
		return done;
	q = stmt(s, &mark);
	bind_str(q, 1, message);
	sqlite3_bind_int(q, 2, MARK_FILES);
	return write_row(s, q);
}

/* ---- going ---- */

/* The rows that the condition names go; their digests wait. */
static int
drop(struct store *s, sqlite3_stmt *note, sqlite3_stmt *gone)
{
	if (write_row(s, note) < 0)
		return -1;
	s->to_go = true;
	return write_row(s, gone);
}

#define NOTE \
	"INSERT OR IGNORE INTO upload_gone(digest) SELECT digest FROM upload "

int
upload_delete(struct store *s, int64_t row)
{
	static struct stmt note = SQL(NOTE "WHERE row = ?1");
	static struct stmt gone = SQL("DELETE FROM upload WHERE row = ?1");
	sqlite3_stmt *n = stmt(s, &note), *g = stmt(s, &gone);

	sqlite3_bind_int64(n, 1, row);
	sqlite3_bind_int64(g, 1, row);
	return drop(s, n, g);
}

int
uploads_drop(struct store *s, struct str message)
{
	static struct stmt note = SQL(NOTE "WHERE message = ?1");
	static struct stmt gone = SQL("DELETE FROM upload WHERE message = ?1");
	sqlite3_stmt *n = stmt(s, &note), *g = stmt(s, &gone);

	bind_str(n, 1, message);
	bind_str(g, 1, message);
	return drop(s, n, g);
}

int
uploads_drop_avatar(struct store *s, int64_t user)
{
	static struct stmt note =
	    SQL(NOTE "WHERE id = (SELECT avatar FROM user WHERE row = ?1)");
	static struct stmt gone =
	    SQL("DELETE FROM upload"
		" WHERE id = (SELECT avatar FROM user WHERE row = ?1)");
	sqlite3_stmt *n = stmt(s, &note), *g = stmt(s, &gone);

	sqlite3_bind_int64(n, 1, user);
	sqlite3_bind_int64(g, 1, user);
	return drop(s, n, g);
}

int
uploads_sweep(struct store *s, int64_t before, size_t limit)
{
	static struct stmt any =
	    SQL("SELECT 1 FROM upload"
		" WHERE confirmed = 0 AND made < ?1 LIMIT 1");
	static struct stmt note = SQL(
	    NOTE "WHERE row IN (SELECT row"
		 " FROM upload WHERE confirmed = 0 AND made < ?1 ORDER BY made"
		 " LIMIT ?2)");
	static struct stmt gone =
	    SQL("DELETE FROM upload WHERE row IN"
		" (SELECT row FROM upload WHERE confirmed = 0 AND made < ?1"
		" ORDER BY made LIMIT ?2)");
	sqlite3_stmt *q = stmt(s, &any), *n = stmt(s, &note),
		     *g = stmt(s, &gone);
	int64_t one;
	int found;

	sqlite3_bind_int64(q, 1, before);
	if ((found = one_number(s, q, &one)) != 1)
		return found;
	sqlite3_bind_int64(n, 1, before);
	sqlite3_bind_int64(n, 2, (int64_t)limit);
	sqlite3_bind_int64(g, 1, before);
	sqlite3_bind_int64(g, 2, (int64_t)limit);
	if (drop(s, n, g) < 0)
		return -1;
	return (size_t)sqlite3_changes(s->db) == limit;
}

int
upload_has(struct store *s, struct str digest)
{
	static struct stmt ask =
	    SQL("SELECT 1 FROM upload WHERE digest = ?1 LIMIT 1");
	sqlite3_stmt *q = stmt(s, &ask);
	int64_t one;

	bind_str(q, 1, digest);
	return one_number(s, q, &one);
}

bool
uploads_to_go(const struct store *s)
{
	return s->to_go;
}

int
uploads_gone(struct store *s, struct arena *mem, size_t limit,
    struct str **list, size_t *n)
{
	static struct stmt ask = SQL("SELECT digest FROM upload_gone LIMIT ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	sqlite3_bind_int64(q, 1, (int64_t)limit);
	if ((done = list_names(s, q, mem, list, n)) == 1 && *n == 0)
		s->to_go = false;
	return done;
}

int
upload_gone_done(struct store *s, struct str digest)
{
	static struct stmt ask =
	    SQL("DELETE FROM upload_gone WHERE digest = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, digest);
	return write_row(s, q);
}

int
upload_digests(struct store *s, struct arena *mem, struct str after,
    size_t limit, struct str **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT DISTINCT digest FROM upload WHERE digest > ?1"
		" ORDER BY digest LIMIT ?2");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, after);
	sqlite3_bind_int64(q, 2, (int64_t)limit);
	return list_names(s, q, mem, list, n);
}

/* ---- pages ---- */

/* clang-format off */
const struct select_field upload_fields[] = {
	{ .name = "_id", .type = SELECT_TEXT, .sql = "f.id" },
	{ .name = "name", .type = SELECT_TEXT, .sql = "f.name" },
	{ .name = "type", .type = SELECT_TEXT, .sql = "f.type" },
	{ .name = "size", .type = SELECT_NUMBER, .sql = "f.size" },
	{ .name = "uploadedAt", .type = SELECT_TIME, .sql = "f.made" },
	{ .name = "_updatedAt", .type = SELECT_TIME, .sql = "f.made" },
	{ .name = "userId", .type = SELECT_TEXT, .sql = "(SELECT u.id FROM user u WHERE u.row = f.user)" },
	{ .name = "user._id", .type = SELECT_TEXT, .sql = "(SELECT u.id FROM user u WHERE u.row = f.user)" },
	{ .name = "user.username", .type = SELECT_TEXT, .sql = "(SELECT u.username FROM user u WHERE u.row = f.user)" },
	{ .name = NULL },
};
/* clang-format on */

int
uploads_select(struct store *s, struct arena *mem, struct select *sel,
    int64_t room, int64_t **rows, size_t *n, int64_t *total)
{
	struct select_from from = { "f.row", "FROM upload f",
		"f.room = :1 AND f.confirmed = 1", "f.name, f.row",
		.value = { room }, .values = 1, .total = -1 };
	int done = select_rows(s, mem, sel, &from, rows, n);

	return done == 1 ? select_total(s, sel, &from, total) : done;
}

int
uploads_by_rows(struct store *s, struct arena *mem, const int64_t *rows,
    size_t n, struct upload **list, size_t *count)
{
	static struct stmt ask =
	    SQL(COLUMNS "FROM json_each(?1) j CROSS JOIN upload f ON f.row = "
			"j.value " PEOPLE "ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*count = 0;
	bind_str(q, 1, json_numbers(mem, rows, n));
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *count, sizeof **list);
		read_upload(q, mem, &(*list)[(*count)++]);
	}
	return more < 0 ? -1 : 1;
}

/* ---- by name ---- */

int
upload_of_user(
    struct store *s, struct arena *mem, struct str username, struct upload *f)
{
	static struct stmt ask = SQL(
	    COLUMNS "FROM user o CROSS JOIN upload f ON f.id = o.avatar " PEOPLE
		    "WHERE o.username = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, username);
	return one_upload(s, q, mem, f);
}

int
asset_by_name(
    struct store *s, struct arena *mem, struct str name, struct upload *f)
{
	static struct stmt ask = SQL(
	    COLUMNS "FROM upload f " PEOPLE "WHERE f.kind = 3 AND f.name = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, name);
	return one_upload(s, q, mem, f);
}
