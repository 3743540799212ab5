/* SPDX-License-Identifier: ISC */
/* The words of the index that go on as a word begins. */
#include "store/db.h"

#include "json/buf.h"
#include "json/mem.h"

/*
 * The engine answers a prefix by merging the places of all words that begin
 * so, of all rooms, in memory: 70 ms in a million messages, and nothing can
 * stop it.  Words that are named are read lazily, from the newest on, so they
 * are looked up first.  Three letters have an index of their own.
 */
enum { WORDS_MOST = 32, WORD_MOST = 64, PREFIX = 3 };

struct splitter {
	fts5_tokenizer how;
	Fts5Tokenizer *it;
};

int
words_prepare(struct store *s)
{
	const char *args[] = { "remove_diacritics", "2" }; /* as the index */
	struct splitter *w = mem_zero(sizeof *w);
	fts5_api *api = NULL;
	sqlite3_stmt *q = NULL;
	void *data;

	s->splitter = w;
	if (sqlite3_prepare_v2(s->db, "SELECT fts5(?1)", -1, &q, NULL) ==
		SQLITE_OK &&
	    sqlite3_bind_pointer(q, 1, &api, "fts5_api_ptr", NULL) == SQLITE_OK)
		sqlite3_step(q);
	sqlite3_finalize(q);
	if (!api || api->xFindTokenizer(api, "unicode61", &data, &w->how) ||
	    w->how.xCreate(data, args, 2, &w->it))
		return broken(s);
	return 1;
}

void
words_free(struct store *s)
{
	if (s->splitter && s->splitter->it)
		s->splitter->how.xDelete(s->splitter->it);
	mem_free(s->splitter);
}

/* The last word of a text: where it begins there, and as the index has it. */
struct last {
	size_t from, len;
	char word[WORD_MOST + 1];
};

static int
note(void *arg, int flags, const char *word, int n, int start, int end)
{
	struct last *last = arg;

	(void)flags, (void)end;
	last->from = (size_t)start;
	last->len = n > 0 && n <= WORD_MOST ? (size_t)n : 0;
	memcpy(last->word, word, last->len);
	return SQLITE_OK;
}

static size_t
letters(const char *word, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += (word[i] & 0xC0) != 0x80;
	return n;
}

/* The first at or behind these bytes; 1, 0, -1. */
static int
word_from(struct store *s, struct str bytes, struct last *word)
{
	static struct stmt ask =
	    SQL("SELECT term FROM message_word WHERE term >= ?1 LIMIT 1");
	sqlite3_stmt *q = stmt(s, &ask);
	struct str term;
	int more;

	bind_str(q, 1, bytes);
	if ((more = next_row(s, q)) == 1) {
		term = col_view(q, 0);
		word->len = term.len <= WORD_MOST ? term.len : 0;
		memcpy(word->word, term.ptr, word->len);
	}
	sqlite3_reset(q);
	return more;
}

int
words_going_on(struct store *s, struct buf *out, struct str text)
{
	const struct splitter *w = s->splitter;
	struct last begin = { 0 }, word;
	int more = 0, n = 0;

	if (w->how.xTokenize(w->it, &begin, FTS5_TOKENIZE_QUERY, text.ptr,
		(int)text.len, note) ||
	    letters(begin.word, begin.len) < PREFIX) {
		buf_fmt(out, "\"%.*s\"", STR_ARGS(text));
		return 1;
	}
	if (letters(begin.word, begin.len) == PREFIX) {
		buf_fmt(out, "\"%.*s\" *", STR_ARGS(text));
		return 1;
	}
	buf_fmt(out, "(\"%.*s\"", STR_ARGS(text));
	word = begin;
	while (n++ < WORDS_MOST &&
	       (more = word_from(
		    s, (struct str){ word.word, word.len }, &word)) == 1 &&
	       word.len >= begin.len &&
	       memcmp(word.word, begin.word, begin.len) == 0) {
		buf_fmt(out, " OR \"%.*s%.*s\"", (int)begin.from, text.ptr,
		    (int)word.len, word.word);
		word.word[word.len++] = 1; /* no word has it: what is behind */
	}
	buf_char(out, ')');
	return more < 0 ? -1 : 1;
}
