/* SPDX-License-Identifier: ISC */
/* What hangs on messages: seen with them, told of, and gone with them. */
#include "t/store/fresh.h"

static int64_t den, hall, ada, bob, cat;

static struct message
said(struct store *s, const char *id, struct message *root, int64_t now)
{
	struct message m = { .room = den,
		.author = ada,
		.id = str_of(id),
		.text = str_of(id),
		.thread = root ? root->pk : 0 };

	marked(s);
	message_add(s, &m, now);
	if (root)
		thread_answered(s, root, &m, NULL, 0);
	kept(s, 1);
	return m;
}

static struct message
again(struct store *s, const char *id)
{
	struct message m = { 0 };

	message_by_id(s, &mem, str_of(id), &m);
	return m;
}

static bool
says(struct str s, const char *text)
{
	return str_eq(s, str_of(text));
}

static void
reactions(struct store *s)
{
	struct message m = said(s, "like", NULL, 2000);

	ok(again(s, "like").reactions.ptr == NULL &&
		again(s, "like").marks == 0,
	    "a plain message has nothing");
	kept(s, message_react(marked(s), &m, bob, STR(":b:"), true, 2001));
	kept(s, message_react(marked(s), &m, ada, STR(":a:"), true, 2002));
	kept(s, message_react(marked(s), &m, ada, STR(":b:"), true, 2003));
	ok(says(again(s, "like").reactions,
	       "{\":b:\":{\"usernames\":[\"bob\",\"ada\"]},"
	       "\":a:\":{\"usernames\":[\"ada\"]}}") ||
		says(again(s, "like").reactions,
		    "{\":b:\":{\"usernames\":[\"ada\",\"bob\"]},"
		    "\":a:\":{\"usernames\":[\"ada\"]}}"),
	    "reactions stand in the order they came in");
	ok(again(s, "like").updated > again(s, "like").sent,
	    "and make it another message");
	ok(kept(s, message_react(marked(s), &m, ada, STR(":b:"), true, 2004)) ==
		0,
	    "the same again is none");
	kept(s, message_react(marked(s), &m, bob, STR(":b:"), false, 2005));
	kept(s, message_react(marked(s), &m, ada, STR(":b:"), false, 2006));
	kept(s, message_react(marked(s), &m, ada, STR(":a:"), false, 2007));
	ok(again(s, "like").marks == 0, "without one it is plain again");
}

static void
stars(struct store *s)
{
	struct message m = said(s, "star", NULL, 2100);

	kept(s, message_star(marked(s), &m, bob, true, 2101));
	ok(again(s, "star").stars.ptr != NULL &&
		number(s, "SELECT count(*) FROM star") == 1,
	    "a star is somebody's");
	kept(s, message_star(marked(s), &m, bob, false, 2102));
	ok(again(s, "star").marks == 0, "and is taken off");
}

static void
threads(struct store *s)
{
	struct message root = said(s, "root", NULL, 2200), one, two;

	one = said(s, "one", &root, 2201);
	root = again(s, "root");
	two = said(s, "two", &root, 2202);
	root = again(s, "root");
	ok(root.replies == 2 && root.replied == two.sent,
	    "a thread knows its answers");
	ok(says(again(s, "one").thread_id, "root"), "and they know it");
	two = again(s, "two");
	kept(s, message_delete(marked(s), &two, 2210));
	root = again(s, "root");
	ok(root.replies == 1 && root.replied == one.sent,
	    "the last one may go");
	kept(s, message_delete(marked(s), &root, 2211));
	ok(again(s, "one").thread_id.ptr == NULL,
	    "without its begin there is no thread");
	ok(number(s, "SELECT thread FROM message_gone WHERE id = 'two'") ==
		    root.pk &&
		number(s, "SELECT thread FROM message_gone "
			  "WHERE id = 'root'") == 0,
	    "what is gone is known as what it was");
	one = again(s, "one");
	ok(kept(s, message_delete(marked(s), &one, 2212)) == 1,
	    "and the answer that is left goes, too");
}

/* One of each thing on one message, then the message goes. */
static void
cascade(struct store *s)
{
	struct message m = said(s, "all", NULL, 2300);
	struct message fresh = m;
	int64_t named[] = { bob, cat };
	struct purge p = { .room = den, .limit = 1000 };

	fresh.mentions = STR("[{}]");
	fresh.text = STR("edited");
	marked(s);
	message_mention_again(s, &m, named, 2);
	message_edit(s, &m, &fresh, ada, 2301);
	message_react(s, &m, ada, STR(":x:"), true, 2302);
	message_star(s, &m, ada, true, 2303);
	message_follow(s, &m, ada, true, 2304);
	message_pin(s, &m, ada, 2305);
	kept(s, 1);
	ok(again(s, "all").pinned && again(s, "all").followers.len > 2 &&
		number(s, "SELECT count(*) FROM mention") == 2 &&
		number(s, "SELECT count(*) FROM message_changed") > 0,
	    "a message with everything");
	ok(kept(s, message_purge(marked(s), &mem, &p, 2310)) == 0,
	    "the room is emptied");
	ok(number(s, "SELECT (SELECT count(*) FROM reaction)"
		     " + (SELECT count(*) FROM star)"
		     " + (SELECT count(*) FROM follower)"
		     " + (SELECT count(*) FROM mention)"
		     " + (SELECT count(*) FROM message_changed)") == 0,
	    "and nothing is left of it anywhere");
	ok(search_is_whole(s), "nor in the index");
}

static bool
uses(struct store *s, const char *index, const char *sql)
{
	sqlite3_stmt *q = NULL;
	bool found = false;

	sqlite3_prepare_v2(s->db,
	    arena_fmt(&mem, "EXPLAIN QUERY PLAN %s", sql).ptr, -1, &q, NULL);
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *line = (const char *)sqlite3_column_text(q, 3);

		found |= strstr(line, index) != NULL;
		ok(!strstr(line, "SCAN") && !strstr(line, "TEMP B-TREE"),
		    "no scan, no sort");
	}
	sqlite3_finalize(q);
	return found;
}

static void
plans(struct store *s)
{
	ok(uses(s, "message_root",
	       "SELECT m.pk FROM message m WHERE m.replies > 0"
	       " AND m.pk >> 40 = 1 ORDER BY m.replied DESC LIMIT 5"),
	    "threads have an index");
	ok(uses(s, "message_gone_room",
	       "SELECT id, at FROM message_gone WHERE pk >> 40 = 1"
	       " AND (at, id) > (5, 'x') ORDER BY at, id LIMIT 5"),
	    "so has what is gone");
	ok(uses(s, "PRIMARY KEY",
	       "SELECT c.pk FROM message_changed c WHERE c.room = 1"
	       " AND (c.at, c.pk) > (5, 6) ORDER BY c.at, c.pk LIMIT 5"),
	    "and what was changed");
}

int
main(void)
{
	struct store *s = fresh();

	den = new_room(s, "den");
	hall = new_room(s, "hall");
	ada = new_user(s, "ada");
	bob = new_user(s, "bob");
	cat = new_user(s, "cat");
	reactions(s);
	stars(s);
	threads(s);
	cascade(s);
	plans(s);
	gone(s);
	return done();
}
