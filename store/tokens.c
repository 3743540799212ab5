/* SPDX-License-Identifier: ISC */
/* Tokens: their digests, what for, until when. */
#include "store/db.h"

#include "json/mem.h"

#define TOKEN_COLUMNS                                                 \
	"SELECT t.hash, t.user, t.script, t.note, t.tail, t.created," \
	" t.expires, t.used, t.scope, coalesce(t.room, 0), t.used_from"

static void
bind_hash(sqlite3_stmt *q, int i, const uint8_t hash[32])
{
	sqlite3_bind_blob(q, i, hash, 32, SQLITE_STATIC);
}

static void
read_token(sqlite3_stmt *q, struct arena *mem, struct token *t)
{
	*t = (struct token){
		.user = sqlite3_column_int64(q, 1),
		.script = sqlite3_column_int(q, 2),
		.note = col_str(q, 3, mem),
		.tail = col_str(q, 4, mem),
		.created = sqlite3_column_int64(q, 5),
		.expires = sqlite3_column_int64(q, 6),
		.used = sqlite3_column_int64(q, 7),
		.scope = (enum token_scope)sqlite3_column_int(q, 8),
		.room = sqlite3_column_int64(q, 9),
		.from = col_str(q, 10, mem),
	};
	if (sqlite3_column_bytes(q, 0) == sizeof t->hash)
		memcpy(t->hash, sqlite3_column_blob(q, 0), sizeof t->hash);
}

int
token_add(struct store *s, const struct token *t)
{
	static struct stmt ask =
	    SQL("INSERT INTO token(hash, user, script, note, tail, created,"
		" expires, used, scope, room)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, nullif(?10, 0))");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_hash(q, 1, t->hash);
	sqlite3_bind_int64(q, 2, t->user);
	sqlite3_bind_int(q, 3, t->script);
	bind_str(q, 4, t->note);
	bind_str(q, 5, t->tail);
	sqlite3_bind_int64(q, 6, t->created);
	sqlite3_bind_int64(q, 7, t->expires);
	sqlite3_bind_int64(q, 8, t->used);
	sqlite3_bind_int(q, 9, (int)t->scope);
	sqlite3_bind_int64(q, 10, t->room);
	return write_row(s, q);
}

int
token_by_hash(
    struct store *s, struct arena *mem, const uint8_t hash[32], struct token *t)
{
	static struct stmt ask =
	    SQL(TOKEN_COLUMNS " FROM token t WHERE t.hash = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	bind_hash(q, 1, hash);
	if ((found = one_row(s, q)) == 1) {
		read_token(q, mem, t);
		sqlite3_reset(q);
	}
	return found;
}

int
token_delete(struct store *s, const uint8_t hash[32])
{
	static struct stmt ask = SQL("DELETE FROM token WHERE hash = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_hash(q, 1, hash);
	return write_row(s, q);
}

int
token_delete_of(struct store *s, int64_t user, int64_t *count)
{
	static struct stmt ask = SQL("DELETE FROM token WHERE user = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	sqlite3_bind_int64(q, 1, user);
	done = write_row(s, q);
	*count = done == 1 ? sqlite3_changes64(s->db) : 0;
	return done;
}

int
token_delete_but(
    struct store *s, int64_t user, const uint8_t hash[32], bool scripts)
{
	static struct stmt ask = SQL("DELETE FROM token WHERE user = ?1"
				     " AND hash <> ?2 AND (?3 OR NOT script)");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, user);
	bind_hash(q, 2, hash);
	sqlite3_bind_int(q, 3, scripts);
	return write_row(s, q);
}

int
token_keep(struct store *s, int64_t user, size_t most)
{
	static struct stmt ask =
	    SQL("DELETE FROM token WHERE hash IN (SELECT hash FROM token"
		" WHERE user = ?1 AND NOT script"
		" ORDER BY created DESC, hash LIMIT -1 OFFSET ?2)");

	return change(s, &ask, user, (int64_t)most);
}

int
token_noted(struct store *s, struct arena *mem, int64_t user, struct str note,
    struct token *t)
{
	static struct stmt ask =
	    SQL(TOKEN_COLUMNS " FROM token t WHERE t.user = ?1 AND t.script"
			      " AND t.note = ?2");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	sqlite3_bind_int64(q, 1, user);
	bind_str(q, 2, note);
	if ((found = one_row(s, q)) == 1) {
		read_token(q, mem, t);
		sqlite3_reset(q);
	}
	return found;
}

int
tokens_noted(struct store *s, struct arena *mem, int64_t user, size_t limit,
    struct token **list, size_t *n)
{
	static struct stmt ask =
	    SQL(TOKEN_COLUMNS " FROM token t WHERE t.user = ?1 AND t.script"
			      " ORDER BY t.created DESC, t.hash LIMIT ?2");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	sqlite3_bind_int64(q, 1, user);
	sqlite3_bind_int64(q, 2, (int64_t)limit);
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		read_token(q, mem, &(*list)[(*n)++]);
	}
	return more < 0 ? -1 : 1;
}

int
token_list(struct store *s, struct arena *mem, int64_t user, size_t limit,
    struct token **list, size_t *n)
{
	static struct stmt ask = SQL(TOKEN_COLUMNS
	    ", u.username, r.name FROM token t JOIN user u ON u.row = t.user"
	    " LEFT JOIN room r ON r.row = t.room"
	    " WHERE ?1 IN (0, t.user) ORDER BY t.created DESC LIMIT ?2");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	sqlite3_bind_int64(q, 1, user);
	sqlite3_bind_int64(q, 2, (int64_t)limit);
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		read_token(q, mem, &(*list)[*n]);
		(*list)[*n].username = col_str(q, 11, mem);
		(*list)[(*n)++].room_name = col_str(q, 12, mem);
	}
	return more < 0 ? -1 : 1;
}

int
token_set_used(
    struct store *s, const uint8_t hash[32], int64_t used, struct str from)
{
	static struct stmt ask = SQL(
	    "UPDATE token SET used = ?2, used_from = coalesce(?3, used_from)"
	    " WHERE hash = ?1 AND used < ?2");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_hash(q, 1, hash);
	sqlite3_bind_int64(q, 2, used);
	bind_str(q, 3, from);
	return write_row(s, q);
}

int
token_sweep(struct store *s, int64_t now, int64_t idle_before, size_t limit,
    int64_t *count)
{
	static struct stmt ask = SQL(
	    "DELETE FROM token WHERE hash IN (SELECT hash FROM token"
	    " WHERE expires > 0 AND expires <= ?1"
	    " UNION ALL SELECT hash FROM token WHERE script = 0 AND used < ?2"
	    " LIMIT ?3)");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	sqlite3_bind_int64(q, 1, now);
	sqlite3_bind_int64(q, 2, idle_before);
	sqlite3_bind_int64(q, 3, (int64_t)limit);
	done = write_row(s, q);
	*count = done == 1 ? sqlite3_changes64(s->db) : 0;
	return done;
}
