/* SPDX-License-Identifier: ISC */
/* room: channels, groups and direct rooms. */
#include "json/time.h"
#include "server/cli/cli.h"
#include "server/cli/rows.h"

enum { PAGE = 500, MEMBERS = 10000, TOPIC_BYTES = 1024 };

/* Direct rooms have no name. */
static const char *
shown(struct cli *c, const struct room *r)
{
	return arena_str(&c->mem, r->name.len ? r->name : r->id).ptr;
}

/* ---- new ones ---- */

static int
users_of(struct cli *c, struct str list, struct str **names, int *count)
{
	struct user u;
	int i;

	*names = arena_get(&c->mem, MEMBERS * sizeof **names);
	*count = cli_names(c, list, *names, MEMBERS);
	if (*count < 0)
		return cli_fail("too many members: at most %d", MEMBERS);
	for (i = 0; i < *count; i++)
		if (cli_user(c, (*names)[i].ptr, &u))
			return 1;
	return 0;
}

static int
make_room(struct cli *c, struct room *r, const struct user *owner,
    const struct str *names, int count)
{
	int done = deed_room(&c->deed, r, owner, names, (size_t)count);

	if (done < 0)
		return cli_broken(c);
	if (!done)
		return cli_fail(
		    "there is a room %.*s already", STR_ARGS(r->name));
	return cli_say(c, "made the room %s (%.*s)",
	    r->name.len ? r->name.ptr : "for two", STR_ARGS(r->id));
}

/* The ids of the two in order: so there is one room for them. */
static struct str
direct_id(struct cli *c, const struct user *a, const struct user *b)
{
	bool turned = str_cmp(a->id, b->id) > 0;

	return arena_fmt(&c->mem, "%.*s%.*s", STR_ARGS((turned ? b : a)->id),
	    STR_ARGS((turned ? a : b)->id));
}

static int
add_direct(struct cli *c)
{
	struct room r = {
		.type = 'd', .created = c->deed.now, .updated = c->deed.now
	};
	struct str name[2];
	int found, n = cli_names(c, cli_option(c, "direct"), name, 2);
	struct user a, b;
	struct room there;

	if (c->words[0] || cli_option(c, "private").ptr ||
	    cli_option(c, "default").ptr || cli_option(c, "owner").ptr ||
	    cli_option(c, "member").ptr)
		return cli_usage(
		    c, "a direct room has two users and nothing else");
	if (n < 1)
		return cli_usage(c, "--direct takes two users: ada,bob");
	if (cli_user(c, name[0].ptr, &a) || cli_user(c, name[n - 1].ptr, &b))
		return 1;
	r.id = direct_id(c, &a, &b);
	r.topic = cli_option(c, "topic");
	r.readonly = cli_option(c, "read-only").ptr;
	if ((found = room_by_id(c->db, &c->mem, r.id, &there)) < 0)
		return cli_broken(c);
	if (found)
		return cli_fail("they have a room already: %s", r.id.ptr);
	return make_room(c, &r, NULL, name, n);
}

static int
add_named(struct cli *c)
{
	bool private = cli_option(c, "private").ptr;
	struct str owner = cli_option(c, "owner"), *names;
	struct room r = {
		.type = private ? 'p' : 'c',
		.name = str_of(c->words[0]),
		.topic = cli_option(c, "topic"),
		.readonly = cli_option(c, "read-only").ptr,
		.by_default = cli_option(c, "default").ptr,
		.created = c->deed.now,
		.updated = c->deed.now,
	};
	struct user u;
	int count;

	if (!name_fits(r.name))
		return cli_fail("a name has 1 to 128 letters, digits, - _ .");
	if (r.by_default && private)
		return cli_usage(c, "a room of all users cannot be private");
	if (owner.ptr && cli_user(c, owner.ptr, &u))
		return 1;
	if (users_of(c, cli_option(c, "member"), &names, &count))
		return 1;
	return make_room(c, &r, owner.ptr ? &u : NULL, names, count);
}

static int
room_add_run(struct cli *c)
{
	if (cli_option(c, "topic").len > TOPIC_BYTES)
		return cli_fail("a topic has at most %d bytes", TOPIC_BYTES);
	if (cli_option(c, "direct").ptr)
		return add_direct(c);
	return c->words[0] ? add_named(c) : cli_usage(c, "NAME is missing");
}

/* ---- the list ---- */

static void
add_word(struct buf *b, bool is, const char *word)
{
	if (is)
		buf_fmt(b, "%s%s", b->len ? "," : "", word);
}

static void
room_row(struct cli *c, const struct room *r)
{
	struct buf state = { 0 };

	add_word(&state, r->archived, "archived");
	add_word(&state, r->readonly, "read-only");
	add_word(&state, r->by_default, "default");
	cli_cell(c, r->name);
	cli_cell(c, r->id);
	cli_cell(c, (struct str){ &r->type, 1 });
	cli_cell(c, buf_view(&state));
	cli_cell_int(c, r->members);
	cli_cell_int(c, r->messages);
	cli_cell(c, r->creator_name);
	cli_cell_time(c, r->created, "-");
	cli_cell(c, r->topic);
	cli_end_row(c);
	buf_free(&state);
}

static int
room_list_run(struct cli *c)
{
	struct arena page = { 0 };
	struct str after = NO_STR;
	struct room *r;
	size_t i, n = PAGE;
	int status = 0;

	cli_head(c, "ROOM\tID\tTYPE\tSTATE\tMEMBERS\tMESSAGES\tCREATOR\tCREATED"
		    "\tTOPIC");
	while (!status && n == PAGE) {
		arena_reset(&page);
		if (room_list(c->db, &page, after, PAGE, &r, &n) < 0) {
			status = cli_broken(c);
			break;
		}
		for (i = 0; i < n; i++)
			room_row(c, &r[i]);
		if (n > 0)
			after = arena_str(&c->mem,
			    r[n - 1].name.len ? r[n - 1].name : r[n - 1].id);
	}
	arena_free(&page);
	return status;
}

/* ---- changes ---- */

static int
set_archived(struct cli *c, bool on)
{
	struct room r;
	int done;

	if (cli_room(c, c->words[0], &r))
		return 1;
	if ((done = deed_archive(&c->deed, &r, NULL, on)) < 0)
		return cli_broken(c);
	return cli_say(c, "%s is %s%s", shown(c, &r),
	    on ? "archived" : "not archived", done ? "" : ", as it was");
}

static int
room_archive(struct cli *c)
{
	return set_archived(c, true);
}

static int
room_unarchive(struct cli *c)
{
	return set_archived(c, false);
}

static int
may_delete(struct cli *c, struct room *r)
{
	if (cli_room(c, c->words[0], r))
		return 1;
	if (str_eq(r->id, STR("GENERAL")))
		return cli_fail("GENERAL is everybody's and stays; pocketchat "
				"room archive GENERAL closes it");
	return 0;
}

static int
before_delete(struct cli *c)
{
	struct room r;

	if (may_delete(c, &r))
		return 1;
	c->purge.room = r.row;
	return cli_purge(c);
}

static int
room_delete_run(struct cli *c)
{
	struct room r;

	if (may_delete(c, &r) || cli_purge_rest(c))
		return 1;
	if (room_delete(c->db, r.row) < 0)
		return cli_broken(c);
	return cli_say(c, "deleted the room %s and its %zu messages",
	    shown(c, &r), c->purge.count);
}

static int
room_rename(struct cli *c)
{
	struct str name = str_of(c->words[1]);
	struct room r;
	int done;

	if (cli_room(c, c->words[0], &r))
		return 1;
	if (r.type == 'd')
		return cli_fail("a direct room has no name");
	if (!name_fits(name))
		return cli_fail("a name has 1 to 128 letters, digits, - _ .");
	if ((done = deed_rename(&c->deed, &r, NULL, name)) < 0)
		return cli_broken(c);
	return done ? cli_say(c, "%s is now %s", shown(c, &r), name.ptr)
		    : cli_fail("there is a room %s already", name.ptr);
}

static int
room_topic(struct cli *c)
{
	struct str topic = str_of(c->words[1]);
	struct room r;

	if (cli_room(c, c->words[0], &r))
		return 1;
	if (topic.len > TOPIC_BYTES)
		return cli_fail("a topic has at most %d bytes", TOPIC_BYTES);
	if (deed_topic(&c->deed, &r, NULL, topic) < 0)
		return cli_broken(c);
	return cli_say(
	    c, "%s: %s", shown(c, &r), topic.len ? topic.ptr : "no topic");
}

static int
room_readonly(struct cli *c)
{
	const char *word = c->words[1] ? c->words[1] : "on";
	bool on = !strcmp(word, "on");
	struct room r;

	if (!on && strcmp(word, "off"))
		return cli_usage(c, "it is on or off, not %s", word);
	if (cli_room(c, c->words[0], &r))
		return 1;
	if (deed_readonly(&c->deed, &r, NULL, on) < 0)
		return cli_broken(c);
	return cli_say(
	    c, "%s is %s", shown(c, &r), on ? "read-only" : "open to write in");
}

static int
room_keep(struct cli *c)
{
	const char *word = c->words[1];
	int64_t keep = -1;
	struct room r;

	if (strcmp(word, "default") && !duration_parse(str_of(word), &keep))
		return cli_usage(
		    c, "it is a time like 90d, off, or default, not %s", word);
	if (cli_room(c, c->words[0], &r))
		return 1;
	if (room_set_keep(c->db, r.row, keep, c->deed.now) < 0)
		return cli_broken(c);
	return cli_say(c, "%s keeps its messages %s%s", shown(c, &r),
	    keep > 0    ? "for "
	    : keep == 0 ? "for ever"
			: "as message_keep says",
	    keep > 0 ? word : "");
}

static int
set_muted(struct cli *c, bool on)
{
	struct room r;
	struct user u;
	int done;

	if (cli_room(c, c->words[0], &r) || cli_user(c, c->words[1], &u))
		return 1;
	if ((done = deed_mute(&c->deed, &r, NULL, &u, on)) < 0)
		return cli_broken(c);
	return cli_say(c, "%s is %s in %s%s", c->words[1],
	    on ? "muted" : "not muted", shown(c, &r),
	    done ? "" : ", as before");
}

static int
room_mute_run(struct cli *c)
{
	return set_muted(c, true);
}

static int
room_unmute(struct cli *c)
{
	return set_muted(c, false);
}

/* clang-format off */
const struct command room_commands[] = {
	COMMAND("room list", "", "all rooms", CLI_READS, room_list_run),
	COMMAND("room add", "[NAME]", "make a room", CLI_MAKES, room_add_run,
	    OPTIONS(
		SWITCH("private", "for its members only"),
		SWITCH("read-only", "only owners and moderators write"),
		SWITCH("default", "every new user joins it"),
		OPTION("topic", "TEXT", "what it is about"),
		OPTION("owner", "USER", "who may change it"),
		LIST("member", "USER,...", "who is in it; repeatable"),
		LIST("direct", "USER,USER", "between two, without a name"))),
	COMMAND("room archive", "ROOM", "nobody writes any more", CLI_WRITES,
	    room_archive),
	COMMAND("room unarchive", "ROOM", "the opposite", CLI_WRITES,
	    room_unarchive),
	COMMAND("room delete", "ROOM", "with everything in it", CLI_WRITES,
	    room_delete_run, .before = before_delete),
	COMMAND("room rename", "ROOM NAME", "another name", CLI_WRITES,
	    room_rename),
	COMMAND("room topic", "ROOM TEXT", "what it is about (\"\": nothing)",
	    CLI_WRITES, room_topic),
	COMMAND("room read-only", "ROOM [on|off]",
	    "only owners and moderators write", CLI_WRITES, room_readonly),
	COMMAND("room keep", "ROOM TIME|off|default",
	    "how long its messages stay", CLI_WRITES, room_keep),
	COMMAND("room mute", "ROOM USER", "the user cannot write in it",
	    CLI_WRITES, room_mute_run),
	COMMAND("room unmute", "ROOM USER", "the opposite", CLI_WRITES,
	    room_unmute),
	END_OF_COMMANDS,
};
