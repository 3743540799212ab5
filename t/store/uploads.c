/* SPDX-License-Identifier: ISC */
/* Files: whose they are, and when their bytes may go. */
#include "t/store/fresh.h"

static int64_t den, ada;
static int nr;

static struct upload
file(struct store *s, const char *digest, const char *message)
{
	struct upload u = {
		.id = arena_fmt(&mem, "f%d", nr++),
		.room = den,
		.user = ada,
		.name = arena_fmt(&mem, "%s.txt", digest),
		.type = STR("text/plain"),
		.digest = str_of(digest),
		.size = 3,
		.made = 1000,
	};
	struct message m;

	marked(s);
	upload_add(s, &u);
	if (message) {
		post(s, den, ada, message, "look", 1000, &m);
		upload_confirm(s, u.row, m.id, STR("said"));
	}
	kept(s, 1);
	return u;
}

/* What waits to be judged, as "a b". */
static bool
waits(struct store *s, const char *want)
{
	struct str all = STR(""), *list;
	size_t i, n;

	if (uploads_gone(s, &mem, 100, &list, &n) != 1)
		return false;
	for (i = 0; i < n; i++)
		all = arena_fmt(&mem, "%.*s%s%.*s", STR_ARGS(all), i ? " " : "",
		    STR_ARGS(list[i]));
	return str_eq(all, str_of(want));
}

static void
rows(struct store *s)
{
	struct upload u = file(s, "aa", NULL), got;

	ok(upload_by_id(s, &mem, u.id, &got) == 1 && got.row == u.row &&
		str_eq(got.rid, STR("id-of-den")) &&
		str_eq(got.user_name, STR("ada")) && !got.confirmed &&
		!got.message.ptr && got.width == 0,
	    "a file is what was said of it");
	u.id = STR("f0");
	ok(kept(s, upload_add(marked(s), &u)) == 0, "an id is taken once");
	ok(upload_by_id(s, &mem, STR("no"), &got) == 0, "others are not there");
	u = file(s, "bb", "m1");
	ok(upload_by_id(s, &mem, u.id, &got) == 1 && got.confirmed &&
		str_eq(got.message, STR("m1")) &&
		str_eq(got.description, STR("said")),
	    "one that a message shows is confirmed");
	ok(upload_has(s, STR("aa")) == 1 && upload_has(s, STR("cc")) == 0,
	    "which bytes are somebody's");
}

static void
going(struct store *s)
{
	struct message m;
	struct purge p = { .room = den, .limit = 100 };

	file(s, "cc", "m2");
	file(s, "cc", "m3");
	ok(waits(s, "") && !uploads_to_go(s), "nothing waits at first");
	message_by_id(s, &mem, STR("m2"), &m);
	ok(kept(s, message_delete(marked(s), &m, 2000)) == 1 &&
		uploads_to_go(s) && waits(s, "cc") &&
		upload_has(s, STR("cc")) == 1,
	    "with a message its file goes; the bytes are asked about");
	ok(kept(s, upload_gone_done(marked(s), STR("cc"))) == 1 &&
		waits(s, "") && !uploads_to_go(s),
	    "until it is said that that is done");
	marked(s);
	message_by_id(s, &mem, STR("m3"), &m);
	message_delete(s, &m, 2000);
	store_undo(s);
	store_commit(s);
	ok(waits(s, "") && upload_has(s, STR("cc")) == 1,
	    "what is undone was not so");
	ok(kept(s, message_purge(marked(s), &mem, &p, 3000)) == 0 &&
		waits(s, "bb cc") && upload_has(s, STR("bb")) == 0,
	    "a purge takes files along");
	kept(s, upload_gone_done(marked(s), STR("bb")));
	kept(s, upload_gone_done(marked(s), STR("cc")));
}

static void
unconfirmed(struct store *s)
{
	file(s, "dd", NULL);
	file(s, "ee", "m4");
	ok(kept(s, uploads_sweep(marked(s), 1000, 10)) == 0 && waits(s, ""),
	    "one of today stays");
	ok(kept(s, uploads_sweep(marked(s), 1001, 1)) == 1 && waits(s, "aa"),
	    "one of yesterday goes, so many at a time");
	ok(kept(s, uploads_sweep(marked(s), 1001, 10)) == 0 &&
		waits(s, "aa dd") && upload_has(s, STR("ee")) == 1,
	    "those that a message shows stay");
}

static void
avatars(struct store *s)
{
	struct upload u = file(s, "ff", NULL), got;

	ok(upload_of_user(s, &mem, STR("ada"), &got) == 0, "there is none");
	kept(s, user_set_text(marked(s), ada, USER_AVATAR, u.id, 2000));
	ok(upload_of_user(s, &mem, STR("ADA"), &got) == 1 && got.row == u.row,
	    "a picture is found by a name");
	ok(kept(s, user_delete(marked(s), ada, ERASE_NOTHING, 3000)) == 1 &&
		upload_has(s, STR("ff")) == 0,
	    "who leaves takes it along");
}

static void
lists(struct store *s)
{
	struct select sel = { .fields = upload_fields, .limit = 1 };
	struct upload *list;
	struct str *digests;
	int64_t *keys, total;
	size_t n;

	file(s, "xx", "m5");
	file(s, "xx", "m6");
	ok(uploads_select(s, &mem, &sel, den, &keys, &n, &total) == 1 &&
		n == 1 && total == 3 &&
		uploads_by_rows(s, &mem, keys, n, &list, &n) == 1 && n == 1 &&
		str_eq(list[0].name, STR("ee.txt")),
	    "a page of a room's files by name");
	ok(upload_digests(s, &mem, STR(""), 10, &digests, &n) == 1 && n == 2 &&
		str_eq(digests[1], STR("xx")),
	    "all contents, each once");
	ok(upload_digests(s, &mem, STR("ee"), 10, &digests, &n) == 1 && n == 1,
	    "from one on");
}

static void
emoji(struct store *s)
{
	struct emoji e = { .id = STR("e1"),
		.name = STR("gear"),
		.aliases = STR("[\"cog\"]"),
		.extension = STR("png"),
		.upload = STR("none"),
		.updated = 5000 };
	struct gone *gone_list_;
	size_t n;

	ok(kept(s, emoji_add(marked(s), &e)) == 1 && e.row, "an emoji");
	ok(emoji_taken(s, 0, STR("cog")) == 1 &&
		emoji_taken(s, 0, STR("gear")) == 1 &&
		emoji_taken(s, e.row, STR("gear")) == 0 &&
		emoji_taken(s, 0, STR("wheel")) == 0,
	    "has its names for itself");
	kept(s, emoji_change(marked(s), &e));
	emoji_by_name(s, &mem, STR("gear"), &e);
	ok(e.updated == 5001 && !e.digest.ptr,
	    "a change moves its time, whatever the clock says");
	ok(kept(s, emoji_delete(marked(s), &e, 6000)) == 1 &&
		gone_list(s, &mem, 0, GONE_EMOJI, 5999, &gone_list_, &n) == 1 &&
		n == 1,
	    "one that goes is remembered");
}

int
main(void)
{
	struct store *s = fresh();

	den = new_room(s, "den");
	ada = new_user(s, "ada");
	rows(s);
	going(s);
	unconfirmed(s);
	avatars(s);
	lists(s);
	emoji(s);
	gone(s);
	return done();
}
