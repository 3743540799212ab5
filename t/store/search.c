/* SPDX-License-Identifier: ISC */
/* What a search finds, and what it leaves out. */
#include "t/store/fresh.h"

static struct room den;

static void
say(struct store *s, const char *id, const char *text, const char *type)
{
	struct message m = { .room = den.row,
		.author = 1,
		.id = str_of(id),
		.type = str_of(type),
		.text = str_of(text) };

	kept(s, message_add(marked(s), &m, 1000));
}

/* The ids of what is found, the newest first. */
static bool
finds(struct store *s, const char *text, const char *want)
{
	struct search a = { .text = str_of(text), .limit = 3 };
	struct message *m;
	struct str got = STR("");
	int64_t *keys;
	size_t i, n;

	if (message_search(s, &mem, &den, &a, &keys, &n) != 1 ||
	    messages_by_keys(s, &mem, &den, keys, n, &m, &n) != 1)
		return false;
	for (i = 0; i < n; i++)
		got = arena_fmt(&mem, "%.*s%s%.*s", STR_ARGS(got), i ? " " : "",
		    STR_ARGS(m[i].id));
	if (!str_eq(got, str_of(want)))
		printf("# %s: %.*s\n", text, STR_ARGS(got));
	return str_eq(got, str_of(want)) && !a.cut;
}

int
main(void)
{
	struct store *s = fresh();

	new_user(s, "ada");
	new_room(s, "den");
	den = the_room(s, "den");
	say(s, "m1", "The disk of the backup is full", NULL);
	say(s, "m2", "Backup done, disk fine", NULL);
	say(s, "m3",
	    "\xc3\x9c"
	    "bermorgen: Bac\xc3\xa9",
	    NULL);
	say(s, "m4", "disk", "uj");
	ok(finds(s, "disk", "m2 m1"), "the newest first, of people only");
	ok(finds(s, "DISK backup", "m2 m1"), "all words, in any case");
	ok(finds(s, "disk full", "m1"), "each of them is needed");
	ok(finds(s, "\"backup is\"", "m1"), "quotes make a phrase");
	ok(finds(s, "bac", "m3 m2 m1"), "the last word may go on");
	ok(finds(s, "backu", "m2 m1") && finds(s, "full dis", "m1") &&
		finds(s,
		    "\xc3\xbc"
		    "BERM",
		    "m3") &&
		finds(s, "the-dis", "m1") && finds(s, "diskx", ""),
	    "nor has it to be three letters");
	ok(finds(s, "ba", "") && finds(s, "bac ", ""),
	    "not a short one, and not one that ended");
	ok(finds(s, "\"full\"", "m1") && finds(s, "ba++", "") &&
		finds(s, "(b)", "") && finds(s, "up.bac", "") &&
		finds(s, "bac++", "m3 m2 m1"),
	    "signs around it do not make it longer");
	ok(finds(s, "ubermorgen", "m3"), "accents are no matter");
	ok(finds(s, "", "") && finds(s, " \t ", "") && finds(s, "\"", "") &&
		finds(s, "\"\"", "") && finds(s, "...", ""),
	    "no word finds nothing");
	ok(finds(s, "disk NOT", "") && finds(s, "disk OR full", "") &&
		finds(s, "text:disk", "") && finds(s, "(disk", "m2 m1") &&
		finds(s, "disk*", "m2 m1") && finds(s, "-disk", "m2 m1"),
	    "what the engine has words for is only words here");
	ok(finds(s, "a\"b", "") && finds(s, "\"disk\"full", "m1"),
	    "quotes in the middle end a word");
	ok(search_is_whole(s) &&
		does(s, "INSERT INTO message_search"
			"(message_search) VALUES('rebuild')") &&
		search_is_whole(s) && finds(s, "disk", "m2 m1"),
	    "the index can be made anew from the messages");
	gone(s);
	return done();
}
