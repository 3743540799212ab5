/* SPDX-License-Identifier: ISC */
/* The index of words: its rows are written once a tick, at its end. */
#include "store/db.h"

#include "json/buf.h"
#include "json/mem.h"

enum {
	PATIENCE = 200, /* steps of the engine between two looks */
	SEARCH_MS = 20, /* for one search */
	WORDS = 16,     /* of a query; more are left out, */
	BYTES = 256,    /* as is what is longer: a phrase costs its words */
};

void
search_later(struct store *s, int64_t pk)
{
	if (s->waiting == s->room) {
		s->room = s->room ? s->room * 2 : 64;
		s->unsearched =
		    mem_resize(s->unsearched, s->room * sizeof *s->unsearched);
	}
	s->unsearched[s->waiting++] = pk;
}

/* One of this very tick is not in the index yet, and will not be. */
static bool
waits(const struct store *s, int64_t pk)
{
	size_t i;

	for (i = 0; i < s->waiting; i++)
		if (s->unsearched[i] == pk)
			return true;
	return false;
}

int
search_forget(struct store *s, int64_t pk, struct str text)
{
	static struct stmt ask =
	    SQL("INSERT INTO message_search(message_search, rowid, text)"
		" VALUES('delete', ?1, ?2)");
	sqlite3_stmt *q = stmt(s, &ask);

	if (waits(s, pk))
		return 1;
	sqlite3_bind_int64(q, 1, pk);
	bind_str(q, 2, text);
	return write_row(s, q) < 0 ? -1 : 1;
}

int
search_again(struct store *s, int64_t pk, struct str text)
{
	if (waits(s, pk))
		return 1;
	if (search_forget(s, pk, text) < 0)
		return -1;
	search_later(s, pk);
	return 1;
}

/*
 * All of a tick by one statement: the engine writes a segment of the index
 * whenever a savepoint begins, and each statement that may write several
 * rows begins one (16 us a message that way, 2.5 us this way).
 */
int
search_write(struct store *s)
{
	static struct stmt ask =
	    SQL("INSERT INTO message_search(rowid, text) SELECT m.pk, m.text"
		" FROM json_each(?1) j CROSS JOIN message m ON m.pk = j.value");
	struct arena mem = { 0 };
	sqlite3_stmt *q;
	int done;

	if (s->waiting == 0)
		return 1;
	q = stmt(s, &ask);
	bind_str(q, 1, json_numbers(&mem, s->unsearched, s->waiting));
	done = write_row(s, q);
	arena_free(&mem);
	return done < 0 ? -1 : 1;
}

/* ---- asking ---- */

static bool
ends_word(char c)
{
	return (unsigned char)c <= ' ' || c == '"';
}

/*
 * What a person typed as a query of FTS5: each word quoted, all needed; what
 * stood in quotes is a phrase; the last word may go on, if it has three
 * letters.  NO_STR: there is no word, or what is wrong is with the store.
 */
static struct str
match_of(struct store *s, struct arena *mem, struct str text)
{
	struct buf out = { 0 };
	struct str word;
	size_t i = 0, from;
	int n;

	if (text.len > BYTES)
		for (text.len = BYTES;
		     text.len > 0 && (text.ptr[text.len] & 0xC0) == 0x80;)
			text.len--;
	for (n = 0; n < WORDS; n++) {
		bool phrase;

		while (i < text.len && (unsigned char)text.ptr[i] <= ' ')
			i++;
		if (i == text.len)
			break;
		phrase = text.ptr[i] == '"';
		from = i += phrase;
		while (i < text.len &&
		       !(phrase ? text.ptr[i] == '"' : ends_word(text.ptr[i])))
			i++;
		word = (struct str){ text.ptr + from, i - from };
		if (n)
			buf_str(&out, STR(" AND "));
		if (i < text.len || phrase)
			buf_fmt(&out, "\"%.*s\"", STR_ARGS(word));
		else if (words_going_on(s, &out, word) < 0)
			break;
		i += phrase && i < text.len;
	}
	return n ? buf_settle(&out, mem) : NO_STR;
}

static int
too_long(void *arg)
{
	const int64_t *until = arg;

	return now_ms() > *until;
}

static int
keys_matching(struct store *s, struct search *a, struct str match,
    struct arena *mem, int64_t **keys, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT s.rowid FROM message_search s CROSS JOIN message m"
		" ON m.pk = s.rowid WHERE message_search MATCH ?1"
		" AND s.rowid >= ?2 AND s.rowid < ?3 AND m.type IS NULL"
		" ORDER BY s.rowid DESC LIMIT ?4");
	sqlite3_stmt *q = stmt(s, &ask);
	int done;

	bind_str(q, 1, match);
	sqlite3_bind_int64(q, 2, a->after ? a->after + 1 : first_key(a->room));
	sqlite3_bind_int64(
	    q, 3, a->before ? a->before : first_key(a->room + 1));
	sqlite3_bind_int64(q, 4, (int64_t)a->limit);
	if (!a->until)
		a->until = now_ms() + SEARCH_MS;
	sqlite3_progress_handler(s->db, PATIENCE, too_long, &a->until);
	done = list_numbers(s, q, mem, keys, n);
	sqlite3_progress_handler(s->db, 0, NULL, NULL);
	return done;
}

int
message_search(struct store *s, struct arena *mem, const struct room *r,
    struct search *a, int64_t **keys, size_t *n)
{
	struct str match = match_of(s, mem, a->text);

	*keys = NULL;
	*n = 0;
	a->room = r->row;
	a->cut = false;
	if (!match.ptr || keys_matching(s, a, match, mem, keys, n) >= 0)
		return 1;
	/* what was found until then is true */
	a->cut = (sqlite3_errcode(s->db) & 255) == SQLITE_INTERRUPT;
	return a->cut ? 1 : -1;
}
