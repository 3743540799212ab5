/* SPDX-License-Identifier: ISC */
/* What hangs on a message: reactions, stars, threads, mentions, pins. */
#include "store/message_row.h"

/* Something about it is another now: it is read anew. */
static int
changed(struct store *s, const struct message *m, int64_t now)
{
	static struct stmt stamp =
	    SQL("UPDATE message SET updated = max(?2, updated + 1)"
		" WHERE pk = ?1");
	static struct stmt list =
	    SQL("INSERT INTO message_changed(room, at, pk)"
		" SELECT pk >> 40, updated, pk FROM message WHERE pk = ?1"
		" ON CONFLICT(pk) DO UPDATE SET at = excluded.at");

	touch_message(s, m->pk);
	if (change(s, &stamp, m->pk, now) < 0)
		return -1;
	return change(s, &list, m->pk, 0) < 0 ? -1 : 1;
}

static int
set_mark(struct store *s, const struct message *m, int mark)
{
	static struct stmt ask =
	    SQL("UPDATE message SET marks = marks | ?2 WHERE pk = ?1");

	return change(s, &ask, m->pk, mark) < 0 ? -1 : 1;
}

int
message_edit(struct store *s, const struct message *old,
    const struct message *fresh, int64_t editor, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE message SET text = ?2, urls = ?3, mentions = ?4,"
		" extra = ?5, edited = ?6, editor = ?7, channels = ?8"
		" WHERE pk = ?1");
	sqlite3_stmt *q;

	if (search_again(s, old->pk, old->text) < 0)
		return -1;
	q = stmt(s, &ask);
	sqlite3_bind_int64(q, 1, old->pk);
	bind_str(q, 2, fresh->text);
	bind_str(q, 3, fresh->urls);
	bind_str(q, 4, fresh->mentions);
	bind_str(q, 5, fresh->extra);
	sqlite3_bind_int64(q, 6, now);
	sqlite3_bind_int64(q, 7, editor);
	bind_str(q, 8, fresh->channels);
	return write_row(s, q) < 0 ? -1 : changed(s, old, now);
}

int
message_pin(struct store *s, const struct message *m, int64_t by, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE message SET pinned = ?2, pinner = nullif(?3, 0)"
		" WHERE pk = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 3, by);
	if (change(s, &ask, m->pk, by ? now : 0) < 0)
		return -1;
	return changed(s, m, now);
}

/* ---- reactions and stars ---- */

static sqlite3_stmt *
bind_reaction(struct store *s, struct stmt *ask, const struct message *m,
    int64_t user, struct str emoji)
{
	sqlite3_stmt *q = stmt(s, ask);

	sqlite3_bind_int64(q, 1, m->pk);
	bind_str(q, 2, emoji);
	sqlite3_bind_int64(q, 3, user);
	return q;
}

int
message_reacted(
    struct store *s, const struct message *m, int64_t user, struct str emoji)
{
	static struct stmt ask =
	    SQL("SELECT 1 FROM reaction WHERE pk = ?1 AND emoji = ?2"
		" AND user = ?3");
	int64_t one;

	return one_number(s, bind_reaction(s, &ask, m, user, emoji), &one);
}

int
message_emojis(
    struct store *s, const struct message *m, struct str but, int64_t *n)
{
	static struct stmt ask =
	    SQL("SELECT count(DISTINCT emoji) FROM reaction WHERE pk = ?1"
		" AND emoji <> ?2 AND user <> ?3");

	return one_number(s, bind_reaction(s, &ask, m, 0, but), n);
}

int
message_react(struct store *s, const struct message *m, int64_t user,
    struct str emoji, bool on, int64_t now)
{
	static struct stmt add =
	    SQL("INSERT INTO reaction(pk, emoji, user, place) VALUES(?1, ?2,"
		" ?3, (SELECT coalesce(max(place), 0) + 1 FROM reaction"
		" WHERE pk = ?1))");
	static struct stmt take =
	    SQL("DELETE FROM reaction WHERE pk = ?1 AND emoji = ?2"
		" AND user = ?3");
	static struct stmt none =
	    SQL("UPDATE message SET marks = marks & ~1 WHERE pk = ?1"
		" AND NOT EXISTS(SELECT 1 FROM reaction WHERE pk = ?1)");
	int done =
	    write_row(s, bind_reaction(s, on ? &add : &take, m, user, emoji));

	if (done != 1)
		return done;
	done = on ? set_mark(s, m, MARK_REACTIONS) : change(s, &none, m->pk, 0);
	return done < 0 ? -1 : changed(s, m, now);
}

int
message_star(struct store *s, const struct message *m, int64_t user, bool on,
    int64_t now)
{
	static struct stmt add =
	    SQL("INSERT INTO star(user, pk) VALUES(?1, ?2)");
	static struct stmt take =
	    SQL("DELETE FROM star WHERE user = ?1 AND pk = ?2");
	static struct stmt none =
	    SQL("UPDATE message SET marks = marks & ~2 WHERE pk = ?1"
		" AND NOT EXISTS(SELECT 1 FROM star WHERE pk = ?1)");
	int done = change(s, on ? &add : &take, user, m->pk);

	if (done != 1)
		return done;
	done = on ? set_mark(s, m, MARK_STARS) : change(s, &none, m->pk, 0);
	return done < 0 ? -1 : changed(s, m, now);
}

/* ---- threads and mentions ---- */

int
message_follow(struct store *s, const struct message *m, int64_t user, bool on,
    int64_t now)
{
	static struct stmt add =
	    SQL("INSERT INTO follower(pk, user) VALUES(?1, ?2)");
	static struct stmt take =
	    SQL("DELETE FROM follower WHERE pk = ?1 AND user = ?2");
	int done = change(s, on ? &add : &take, m->pk, user);

	if (done != 1)
		return done;
	if (set_mark(s, m, MARK_FOLLOWERS) < 0)
		return -1;
	return changed(s, m, now);
}

/* Who began the thread follows it from the first answer on; later they may
 * have had enough of it. */
int
thread_answered(struct store *s, const struct message *root,
    const struct message *answer, const int64_t *named, size_t n)
{
	static struct stmt ask =
	    SQL("UPDATE message SET replies = replies + 1, replied = ?2,"
		" marks = marks | 4 WHERE pk = ?1");
	static struct stmt follow =
	    SQL("INSERT OR IGNORE INTO follower(pk, user) VALUES(?1, ?2)");
	size_t i;

	if (change(s, &ask, root->pk, answer->sent) < 0 ||
	    (!root->replies &&
		change(s, &follow, root->pk, root->author) < 0) ||
	    change(s, &follow, root->pk, answer->author) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (change(s, &follow, root->pk, named[i]) < 0)
			return -1;
	return changed(s, root, answer->sent);
}

static int
list_mentions(
    struct store *s, const struct message *m, const int64_t *users, size_t n)
{
	static struct stmt add =
	    SQL("INSERT OR IGNORE INTO mention(user, pk) VALUES(?1, ?2)");
	size_t i;

	for (i = 0; i < n; i++)
		if (change(s, &add, users[i], m->pk) < 0)
			return -1;
	return 1;
}

static int
drop_mentions(struct store *s, const struct message *m)
{
	static struct stmt ask = SQL("DELETE FROM mention WHERE pk = ?1");

	return m->mentions.len ? change(s, &ask, m->pk, 0) : 1;
}

int
message_mention(
    struct store *s, const struct message *m, const int64_t *users, size_t n)
{
	static struct stmt count =
	    SQL("UPDATE member SET mentions = mentions + 1"
		" WHERE room = ?1 AND user = ?2");
	size_t i;

	for (i = 0; i < n; i++)
		if (users[i] != m->author &&
		    change(s, &count, m->room, users[i]) < 0)
			return -1;
	return list_mentions(s, m, users, n);
}

int
message_mention_again(
    struct store *s, const struct message *m, const int64_t *users, size_t n)
{
	return drop_mentions(s, m) < 0 ? -1 : list_mentions(s, m, users, n);
}

int
message_strip(
    struct store *s, const struct message *m, struct str extra, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE message SET extra = ?2, marks = marks & ~?3"
		" WHERE pk = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	sqlite3_bind_int64(q, 1, m->pk);
	bind_str(q, 2, extra);
	sqlite3_bind_int(q, 3, MARK_FILES);
	if (write_row(s, q) < 0 || uploads_drop(s, m->id) < 0)
		return -1;
	return changed(s, m, now);
}

int
message_begins(struct store *s, const struct message *m, int64_t now)
{
	return set_mark(s, m, MARK_DISCUSSION) < 0 ? -1 : changed(s, m, now);
}

/* ---- going ---- */

/* The thread that it answered, if that is still there, has one less, and may
 * have no last one. */
static int
leave_thread(struct store *s, const struct message *m, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE message SET replies = replies - 1, replied ="
		" coalesce((SELECT sent FROM message WHERE thread = ?1"
		" AND pk <> ?2 ORDER BY pk DESC LIMIT 1), 0) WHERE pk = ?1");
	const struct message root = { .pk = m->thread };
	int done = change(s, &ask, m->thread, m->pk);

	return done == 1 ? changed(s, &root, now) : done;
}

/* Answers to it keep their key, which nothing has any more. */
int
marks_drop(struct store *s, const struct message *m, int64_t now)
{
	static struct stmt gone[] = {
		SQL("DELETE FROM reaction WHERE pk = ?1"),
		SQL("DELETE FROM star WHERE pk = ?1"),
		SQL("DELETE FROM follower WHERE pk = ?1"),
	};
	static struct stmt listed =
	    SQL("DELETE FROM message_changed WHERE pk = ?1");
	size_t i;

	for (i = 0; m->marks && i < sizeof gone / sizeof *gone; i++)
		if (change(s, &gone[i], m->pk, 0) < 0)
			return -1;
	if (m->marks & MARK_FILES && uploads_drop(s, m->id) < 0)
		return -1;
	if (drop_mentions(s, m) < 0)
		return -1;
	if (m->thread && leave_thread(s, m, now) < 0)
		return -1;
	/* a plain message that nobody touched costs nothing more */
	if (m->updated == m->sent)
		return 1;
	return change(s, &listed, m->pk, 0) < 0 ? -1 : 1;
}
