/* SPDX-License-Identifier: ISC */
/* Messages: keyed by room and place, so that a page is one short scan. */
#include "json/reader.h"
#include "store/message_row.h"

int64_t
first_key(int64_t room)
{
	return room << SEQUENCE_BITS;
}

/* ---- writing ---- */

/* The room's counts; its last word is a person's. */
static int
move_room(struct store *s, const struct message *m, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE room SET seq = seq + 1, messages = messages + 1,"
		" sent = ?2, last = iif(?3, ?2, last),"
		" last_pk = iif(?3, ?6, last_pk), spoken = spoken + ?3,"
		" crowd = crowd + ?5, clock = max(clock, ?4) WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int(q, 3, !m->type.ptr);
	sqlite3_bind_int64(q, 4, now);
	sqlite3_bind_int(q, 5, m->to_crowd);
	sqlite3_bind_int64(q, 6, m->pk);
	touch(s, m->room, STORE_MESSAGES);
	return change(s, &ask, m->room, m->sent);
}

/* Who speaks has read what stood there. */
static int
author_has_read(struct store *s, const struct message *m)
{
	static struct stmt ask =
	    SQL("UPDATE member SET (seen, seen_crowd) = (SELECT spoken, crowd"
		" FROM room WHERE row = ?1), alert = 0, mentions = 0,"
		" seen_at = ?3 WHERE room = ?1 AND user = ?2");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 3, m->sent);
	return change(s, &ask, m->room, m->author);
}

/* Where it goes: 1, or 0 if there is no such room. */
static int
next_place(struct store *s, struct message *m, int64_t now)
{
	static struct stmt ask =
	    SQL("SELECT seq + 1, max(?2, sent + 1) FROM room WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	sqlite3_bind_int64(q, 1, m->room);
	sqlite3_bind_int64(q, 2, now);
	if ((found = one_row(s, q)) == 1) {
		m->pk = first_key(m->room) | sqlite3_column_int64(q, 0);
		m->sent = m->updated = sqlite3_column_int64(q, 1);
		sqlite3_reset(q);
	}
	return found;
}

/* Without RETURNING, which builds a table in memory for its one row. */
static int
insert(struct store *s, const struct message *m)
{
	static struct stmt ask =
	    SQL("INSERT INTO message(pk, id, author, type, text, urls,"
		" mentions, sent, updated, extra, thread, number, channels)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9,"
		" nullif(?10, 0), ?11, ?12)");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, m->pk);
	bind_str(q, 2, m->id);
	sqlite3_bind_int64(q, 3, m->author);
	bind_str(q, 4, m->type);
	bind_str(q, 5, m->text);
	bind_str(q, 6, m->urls);
	bind_str(q, 7, m->mentions);
	sqlite3_bind_int64(q, 8, m->sent);
	bind_str(q, 9, m->extra);
	sqlite3_bind_int64(q, 10, m->thread);
	sqlite3_bind_int64(q, 11, m->number);
	bind_str(q, 12, m->channels);
	return write_row(s, q);
}

int
message_add(struct store *s, struct message *m, int64_t now)
{
	int done = next_place(s, m, now);

	if (done != 1 || (done = next_number(s, &m->number)) != 1 ||
	    (done = insert(s, m)) != 1)
		return done;
	if (now > s->newest)
		s->newest = now;
	if (move_room(s, m, now) < 0 ||
	    (!m->type.ptr && author_has_read(s, m) < 0))
		return -1;
	search_later(s, m->pk);
	return 1;
}

/* ---- reading ---- */

/* What few messages have, in the order of the last of MESSAGE_COLUMNS. */
static void
read_more(struct str array, struct arena *mem, struct message *m)
{
	const struct json_limits limits = { .tokens = SIZE_MAX, .depth = 8 };
	const struct {
		int64_t *number;
		struct str *text; /* or JSON */
	} places[] = {
		{ .number = &m->replies },
		{ .number = &m->replied },
		{ .number = &m->pinned },
		{ .text = &m->editor_id },
		{ .text = &m->editor_name },
		{ .text = &m->pinner_id },
		{ .text = &m->pinner_name },
		{ .text = &m->thread_id },
		{ .text = &m->reactions },
		{ .text = &m->stars },
		{ .text = &m->followers },
		{ .text = &m->discussion },
		{ .number = &m->said_there },
		{ .number = &m->last_there },
	};
	struct json all = { 0 }, one;
	size_t at, i;

	json_parse(mem, array, &limits, &all, &at);
	for (i = 0, one = json_first(all);
	     json_type(one) && i < sizeof places / sizeof *places;
	     i++, one = json_next(one))
		if (places[i].number)
			json_whole(one, places[i].number);
		else if (json_type(one) > JSON_STRING)
			*places[i].text = json_source(one);
		else
			*places[i].text = json_text(one, mem);
}

static void
read_message(sqlite3_stmt *q, struct arena *mem, struct message *m)
{
	struct str more;

	*m = (struct message){
		.pk = sqlite3_column_int64(q, 0),
		.id = col_str(q, 1, mem),
		.author = sqlite3_column_int64(q, 2),
		.type = col_str(q, 3, mem),
		.text = col_str(q, 4, mem),
		.urls = col_str(q, 5, mem),
		.mentions = col_str(q, 6, mem),
		.sent = sqlite3_column_int64(q, 7),
		.updated = sqlite3_column_int64(q, 8),
		.edited = sqlite3_column_int64(q, 9),
		.author_id = col_str(q, 10, mem),
		.author_name = col_str(q, 11, mem),
		.author_full = col_str(q, 12, mem),
		.extra = col_str(q, 13, mem),
		.thread = sqlite3_column_int64(q, 14),
		.marks = (unsigned)sqlite3_column_int(q, 15),
		.number = sqlite3_column_int64(q, 16),
		.channels = col_str(q, 17, mem),
	};
	if ((more = col_str(q, 18, mem)).ptr)
		read_more(more, mem, m);
}

int
list_messages(struct store *s, sqlite3_stmt *q, struct arena *mem,
    const struct room *r, struct message **list, size_t *n)
{
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		read_message(q, mem, &(*list)[*n]);
		(*list)[(*n)++].rid = r->id;
	}
	return more < 0 ? -1 : 1;
}

/* The message at or behind this key: its key and time; 0 when none is left
 * before the end. */
static int
next_message(
    struct store *s, int64_t key, int64_t end, int64_t *pk, int64_t *sent)
{
	static struct stmt ask =
	    SQL("SELECT pk, sent FROM message WHERE pk >= ?1 AND pk < ?2"
		" ORDER BY pk LIMIT 1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	sqlite3_bind_int64(q, 1, key);
	sqlite3_bind_int64(q, 2, end);
	if ((found = one_row(s, q)) == 1) {
		*pk = sqlite3_column_int64(q, 0);
		*sent = sqlite3_column_int64(q, 1);
		sqlite3_reset(q);
	}
	return found;
}

/*
 * The lowest key from which on everything in the room was sent at or after
 * that time.  Times grow with the keys, so it is found by halving: as many
 * looks as the room's length has bits, wherever the time lies.
 */
static int
key_at(struct store *s, const struct room *r, int64_t time, int64_t *key)
{
	static struct stmt ask = SQL("SELECT seq FROM room WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int64_t low = first_key(r->row), high, middle, pk = 0, sent = 0;
	int found;

	sqlite3_bind_int64(q, 1, r->row);
	if ((found = one_number(s, q, &high)) != 1)
		return found;
	high += low + 1;
	while (low < high) {
		middle = low + (high - low) / 2;
		found = next_message(s, middle, high, &pk, &sent);
		if (found < 0)
			return -1;
		if (found == 0 || sent >= time)
			high = middle;
		else
			low = pk + 1;
	}
	*key = low;
	return 1;
}

/* A client's time may be the last there is. */
static int64_t
behind(int64_t time, bool one)
{
	return time + (one && time < INT64_MAX);
}

int
key_range(struct store *s, const struct room *r, const struct page *p,
    int64_t *from, int64_t *to)
{
	*from = first_key(r->row);
	*to = first_key(r->row + 1);
	if (p->oldest &&
	    key_at(s, r, behind(p->oldest, !p->inclusive), from) < 0)
		return -1;
	if (p->latest && key_at(s, r, behind(p->latest, p->inclusive), to) < 0)
		return -1;
	return 1;
}

enum { LOOKS = 10000 };

/* Not further back than that from the end: a room may be one long thread. */
static int
near_end(struct store *s, const struct room *r, int64_t *from, int64_t to)
{
	static struct stmt ask = SQL("SELECT min(?2, (row << 40 | seq) + 1)"
				     " FROM room WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int64_t end;
	int found;

	sqlite3_bind_int64(q, 1, r->row);
	sqlite3_bind_int64(q, 2, to);
	if ((found = one_number(s, q, &end)) == 1 && *from < end - LOOKS)
		*from = end - LOOKS;
	return found;
}

static void
bind_page(sqlite3_stmt *q, const struct page *p, int64_t from, int64_t to)
{
	sqlite3_bind_int64(q, 1, from);
	sqlite3_bind_int64(q, 2, to);
	sqlite3_bind_int64(q, 3, (int64_t)p->limit);
	sqlite3_bind_int64(q, 4, (int64_t)p->offset);
}

#define IN_PAGE "WHERE m.pk >= ?1 AND m.pk < ?2 "
#define OF_PAGE "ORDER BY m.pk DESC LIMIT ?3 OFFSET ?4"

int
message_page(struct store *s, struct arena *mem, const struct room *r,
    const struct page *p, struct message **list, size_t *n)
{
	static struct stmt ask = SQL(
	    MESSAGE_COLUMNS "FROM message m " MESSAGE_PEOPLE IN_PAGE OF_PAGE);
	sqlite3_stmt *q;
	int64_t from, to;

	if (key_range(s, r, p, &from, &to) < 0)
		return -1;
	q = stmt(s, &ask);
	bind_page(q, p, from, to);
	return list_messages(s, q, mem, r, list, n);
}

int
message_page_keys(struct store *s, struct arena *mem, const struct room *r,
    const struct page *p, int64_t **keys, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT m.pk FROM message m " IN_PAGE OF_PAGE);
	static struct stmt heads =
	    SQL("SELECT m.pk FROM message m " IN_PAGE
		"AND (m.thread IS NULL OR json_extract(m.extra, "
		"'$.tshow')) " OF_PAGE);
	sqlite3_stmt *q;
	int64_t from, to;

	if (key_range(s, r, p, &from, &to) < 0 ||
	    (p->no_answers && near_end(s, r, &from, to) < 0))
		return -1;
	q = stmt(s, p->no_answers ? &heads : &ask);
	bind_page(q, p, from, to);
	return list_numbers(s, q, mem, keys, n);
}

int
messages_by_keys(struct store *s, struct arena *mem, const struct room *r,
    const int64_t *keys, size_t n, struct message **list, size_t *count)
{
	static struct stmt ask = SQL(
	    MESSAGE_COLUMNS "FROM json_each(?1) j CROSS JOIN message m ON m.pk "
			    "= j.value " MESSAGE_PEOPLE "ORDER BY j.key");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, json_numbers(mem, keys, n));
	return list_messages(s, q, mem, r, list, count);
}

int
message_before(struct store *s, struct arena *mem, const struct room *r,
    const struct page *p, int64_t key, int64_t *count, struct message *first)
{
	static struct stmt ask =
	    SQL("SELECT count(*), min(pk) FROM (SELECT pk FROM message"
		" WHERE pk >= ?1 AND pk < ?2 ORDER BY pk LIMIT ?3)");
	sqlite3_stmt *q;
	struct message *m;
	int64_t from, to, pk = 0;
	size_t n;

	*count = 0;
	if (key_range(s, r, p, &from, &to) < 0)
		return -1;
	q = stmt(s, &ask);
	sqlite3_bind_int64(q, 1, from);
	sqlite3_bind_int64(q, 2, key < to ? key : to);
	sqlite3_bind_int(q, 3, LOOKS);
	if (one_row(s, q) != 1)
		return -1;
	*count = sqlite3_column_int64(q, 0);
	pk = sqlite3_column_int64(q, 1);
	sqlite3_reset(q);
	if (*count == 0)
		return 0;
	if (messages_by_keys(s, mem, r, &pk, 1, &m, &n) < 0 || n == 0)
		return -1;
	*first = *m;
	return 1;
}

/* ---- deleting ---- */

/* Its place stays known, so that a reader can resume from it. */
static int
delete_one(struct store *s, const struct message *m, int64_t now)
{
	/* unless the room goes, too (room_retire) */
	static struct stmt place =
	    SQL("REPLACE INTO message_gone(id, pk, at, thread)"
		" SELECT ?1, ?2, ?3, iif(?4, ?4, iif(?5, 0, NULL))"
		" FROM room WHERE row = ?2 >> 40 AND type <> 'x'");
	static struct stmt ask = SQL("DELETE FROM message WHERE pk = ?1");
	static struct stmt count =
	    SQL("UPDATE room SET messages = messages - 1 WHERE row = ?1");
	sqlite3_stmt *q = stmt(s, &place);

	touch_message(s, m->pk);
	if (search_forget(s, m->pk, m->text) < 0 || marks_drop(s, m, now) < 0)
		return -1;
	bind_str(q, 1, m->id);
	sqlite3_bind_int64(q, 2, m->pk);
	sqlite3_bind_int64(q, 3, now);
	sqlite3_bind_int64(q, 4, m->thread);
	sqlite3_bind_int64(q, 5, m->replies);
	if (write_row(s, q) < 0 || change(s, &ask, m->pk, 0) < 0)
		return -1;
	return change(s, &count, m->pk >> SEQUENCE_BITS, 0);
}

/* When was the last word of a person, now? */
static int
last_words(struct store *s, int64_t room)
{
	static struct stmt ask =
	    SQL("UPDATE room SET (last, last_pk) = (SELECT coalesce(max(sent),"
		" 0), coalesce(max(pk), 0) FROM (SELECT sent, pk FROM message"
		" WHERE pk >= ?1 << 40 AND pk < (?1 + 1) << 40 AND type IS NULL"
		" ORDER BY pk DESC LIMIT 1)) WHERE row = ?1");

	return change(s, &ask, room, 0);
}

/* Where it begins and ends, once. */
static int
purge_range(struct store *s, struct purge *p)
{
	const struct room r = { .row = p->room };

	if (p->end)
		return 1;
	if (p->done < first_key(p->room))
		p->done = first_key(p->room);
	p->end = p->room ? first_key(p->room + 1) : INT64_MAX;
	return p->room && p->before ? key_at(s, &r, p->before, &p->end) : 1;
}

/*
 * The next messages of the purge, out of at most LOOKS: others wait while the
 * file is locked.  1 there may be more behind done, 0.
 */
static int
some_of(struct store *s, struct arena *mem, struct purge *p,
    struct message **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT pk, id, type, text, author, marks, thread, mentions,"
		" replies, sent, updated FROM message"
		" WHERE pk > ?1 AND pk < ?2 ORDER BY pk LIMIT ?3");
	sqlite3_stmt *q = stmt(s, &ask);
	size_t looks;
	int more = 1;

	*list = NULL;
	*n = 0;
	sqlite3_bind_int64(q, 1, p->done);
	sqlite3_bind_int64(q, 2, p->end);
	sqlite3_bind_int(q, 3, LOOKS);
	for (looks = 0; *n < p->limit && (more = next_row(s, q)) == 1;
	     looks++) {
		p->done = sqlite3_column_int64(q, 0);
		if (p->author && sqlite3_column_int64(q, 4) != p->author)
			continue;
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = (struct message){
			.pk = p->done,
			.id = col_str(q, 1, mem),
			.type = col_str(q, 2, mem),
			.text = col_str(q, 3, mem),
			.marks = (unsigned)sqlite3_column_int(q, 5),
			.thread = sqlite3_column_int64(q, 6),
			.mentions = col_str(q, 7, mem),
			.replies = sqlite3_column_int64(q, 8),
			.sent = sqlite3_column_int64(q, 9),
			.updated = sqlite3_column_int64(q, 10),
		};
	}
	sqlite3_reset(q);
	return more < 0 ? -1 : *n == p->limit || looks == LOOKS;
}

int
message_delete(struct store *s, const struct message *m, int64_t now)
{
	if (delete_one(s, m, now) < 0)
		return -1;
	return last_words(s, m->pk >> SEQUENCE_BITS) < 0 ? -1 : 1;
}

int
message_purge(struct store *s, struct arena *mem, struct purge *p, int64_t now)
{
	struct message *list;
	int64_t room, before = 0;
	size_t i, n;
	int more;

	if (purge_range(s, p) < 0 || (more = some_of(s, mem, p, &list, &n)) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		room = list[i].pk >> SEQUENCE_BITS;
		if (before && room != before && last_words(s, before) < 0)
			return -1;
		before = room;
		if (delete_one(s, &list[i], now) < 0)
			return -1;
	}
	if (before && last_words(s, before) < 0)
		return -1;
	p->count += n;
	return more;
}

int
places_sweep(struct store *s, int64_t before, size_t limit)
{
	static struct stmt ask =
	    SQL("DELETE FROM message_gone WHERE id IN (SELECT id"
		" FROM message_gone WHERE at < ?1 LIMIT ?2)");
	int done = change(s, &ask, before, (int64_t)limit);

	return done < 0 ? -1 : (size_t)sqlite3_changes(s->db) == limit && done;
}
