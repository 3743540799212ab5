/* SPDX-License-Identifier: ISC */
/* Finding a piece within a text, for questions. */
#include "store/db.h"

#include <string.h>

/*
 * LIKE and instr() try the piece anew at each place of the text: for a text
 * and a piece of one letter that is their product, milliseconds a row, and
 * no progress handler is asked meanwhile.  Here it is their sum.
 */
enum {
	PIECE_MOST = 8192,  /* no line of a request is longer */
	BYTES_PER_STEP = 8, /* of the engine, about as dear */
	BYTES_READ = 32,    /* if they are only read */
};

static unsigned char
folded(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 32) : c;
}

/* For each begin of the piece, how much of it is its own end, too. */
static void
overlaps(const unsigned char *piece, size_t m, uint16_t *of)
{
	size_t i, k = 0;

	of[0] = 0;
	for (i = 1; i < m; i++) {
		while (k && piece[i] != piece[k])
			k = of[k - 1];
		k += piece[i] == piece[k];
		of[i] = (uint16_t)k;
	}
}

/* Knuth, Morris and Pratt: no byte of the text is gone back to. */
static bool
has(const unsigned char *text, size_t n, const unsigned char *piece, size_t m)
{
	unsigned char small[PIECE_MOST];
	uint16_t of[PIECE_MOST];
	size_t i, k = 0;

	for (i = 0; i < m; i++)
		small[i] = folded(piece[i]);
	overlaps(small, m, of);
	for (i = 0; i < n && k < m; i++) {
		unsigned char c = folded(text[i]);

		while (k && c != small[k])
			k = of[k - 1];
		k += c == small[k];
	}
	return k == m;
}

static bool
ends(const unsigned char *text, size_t n, const unsigned char *piece, size_t m)
{
	size_t i;

	for (i = 0; i < m; i++)
		if (folded(text[n - m + i]) != folded(piece[i]))
			return false;
	return true;
}

/* What it costs is the list's that asks.  False: too much. */
static bool
pay(struct store *s, size_t steps)
{
	if (!s->select)
		return true;
	s->select->steps += (int64_t)steps;
	return s->select->steps <= SELECT_STEPS;
}

static bool
fits(const unsigned char *text, size_t n, const unsigned char *piece, size_t m,
    bool at_end)
{
	if (m == 0 || m > n || m > PIECE_MOST)
		return m == 0;
	return at_end ? ends(text, n, piece, m) : has(text, n, piece, m);
}

/* Without an answer it is NULL, as any comparison with NULL. */
static void
look(sqlite3_context *c, sqlite3_value *in, sqlite3_value *what, bool moded)
{
	struct store *s = sqlite3_user_data(c);
	const unsigned char *text = sqlite3_value_text(in);
	const unsigned char *piece = sqlite3_value_text(what);
	size_t n = (size_t)sqlite3_value_bytes(in);
	size_t m = (size_t)sqlite3_value_bytes(what);

	if (!text || !piece || m < moded)
		return;
	if (!pay(s, (n + m) / BYTES_PER_STEP))
		sqlite3_result_error_code(c, SQLITE_INTERRUPT);
	else
		sqlite3_result_int(c, fits(text, n, piece + moded, m - moded,
					  moded && *piece == MATCH_END));
}

/* has(text, piece) */
static void
call_has(sqlite3_context *c, int n, sqlite3_value **v)
{
	(void)n;
	look(c, v[0], v[1], false);
}

/* text REGEXP piece: a word that the engine leaves free, for conditions that
 * begin with a text.  Before the piece stands where it is to be. */
static void
call_regexp(sqlite3_context *c, int n, sqlite3_value **v)
{
	(void)n;
	look(c, v[1], v[0], true);
}

/* paid(text) is the text: for columns that may be long, whatever they are
 * compared with or sorted by. */
static void
call_paid(sqlite3_context *c, int n, sqlite3_value **v)
{
	(void)n;
	if (pay(sqlite3_user_data(c),
		(size_t)sqlite3_value_bytes(v[0]) / BYTES_READ))
		sqlite3_result_value(c, v[0]);
	else
		sqlite3_result_error_code(c, SQLITE_INTERRUPT);
}

int
match_prepare(struct store *s)
{
	const int flags =
	    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	if (sqlite3_create_function_v2(
		s->db, "has", 2, flags, s, call_has, NULL, NULL, NULL) ||
	    sqlite3_create_function_v2(
		s->db, "regexp", 2, flags, s, call_regexp, NULL, NULL, NULL) ||
	    sqlite3_create_function_v2(
		s->db, "paid", 1, flags, s, call_paid, NULL, NULL, NULL))
		return broken(s);
	return 1;
}
