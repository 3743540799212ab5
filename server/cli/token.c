/* SPDX-License-Identifier: ISC */
/* token: for scripts, and what logins have made. */
#include "auth/random.h"
#include "json/time.h"
#include "server/cli/cli.h"
#include "server/cli/rows.h"

enum { NOTE_BYTES = 200, MANY = 100000, YEAR = 365 * 86400 };

/* ---- a new one ---- */

/* As settings have it, and "1y". */
static bool
life_of(struct str text, int64_t *seconds)
{
	if (text.len > 1 && text.ptr[text.len - 1] == 'y') {
		text.len--;
		if (!str_int(text, seconds) || *seconds > 100)
			return false;
		*seconds *= YEAR;
	} else if (!duration_parse(text, seconds)) {
		return false;
	}
	return (*seconds > 0 || str_eq(text, STR("off"))) &&
	       *seconds <= INT64_C(100) * YEAR;
}

static int
check_wishes(struct cli *c, int64_t *life)
{
	struct str note = cli_option(c, "note"), expires;

	expires = cli_option(c, "expires");
	*life = 0;
	if (!note.len)
		return cli_usage(c, "a note says what the token is for");
	if (note.len > NOTE_BYTES)
		return cli_fail("a note has at most %d bytes", NOTE_BYTES);
	if (expires.ptr && !life_of(expires, life))
		return cli_usage(c,
		    "--expires %s: write it like 90d, 12h, 1y or off",
		    expires.ptr);
	if (cli_option(c, "post-only").ptr && cli_option(c, "read-only").ptr)
		return cli_usage(
		    c, "--post-only and --read-only leave nothing");
	return 0;
}

/* What it is good for, and where: 0, or 1 and said so. */
static int
limit_token(struct cli *c, struct token *t)
{
	struct str room = cli_option(c, "room");
	struct room r;

	if (cli_option(c, "post-only").ptr)
		t->scope = TOKEN_POSTS;
	if (cli_option(c, "read-only").ptr)
		t->scope = TOKEN_READS;
	if (!room.ptr)
		return 0;
	if (cli_room(c, room.ptr, &r))
		return 1;
	t->room = r.row;
	return 0;
}

static int
keep(struct cli *c, const struct user *u, struct str text, int64_t life)
{
	struct token t = {
		.user = u->row,
		.script = true,
		.note = cli_option(c, "note"),
		.tail = str_from(text, text.len - TOKEN_TAIL),
		.created = c->deed.now,
		.expires = life ? c->deed.now + life * 1000 : 0,
	};
	char until[TIME_TEXT];

	sha256(text, t.hash);
	if (limit_token(c, &t))
		return 1;
	if (token_add(c->db, &t) != 1)
		return cli_broken(c);
	time_text(until, t.expires);
	cli_say(c, "%.*s", STR_ARGS(text));
	return cli_note(c,
	    "made a token for %s; it ends %.*s, and is shown "
	    "only now",
	    c->words[0], life ? TIME_TEXT : 5, life ? until : "never");
}

static int
token_create(struct cli *c)
{
	char text[TOKEN_LEN];
	struct user u;
	int64_t life;
	int status;

	if ((status = check_wishes(c, &life)))
		return status;
	if (cli_user(c, c->words[0], &u))
		return 1;
	if (!u.active)
		return cli_fail("%s is disabled; first: pocketchat user enable "
				"%s",
		    c->words[0], c->words[0]);
	token_new(text);
	status = keep(c, &u, (struct str){ text, sizeof text }, life);
	wipe(text, sizeof text);
	return status;
}

/* ---- all of them ---- */

/* Of the user in this word, or of everybody. */
static int
tokens_of(struct cli *c, const char *word, struct token **t, size_t *n)
{
	struct user u = { .row = 0 };

	if (word && cli_user(c, word, &u))
		return 1;
	return token_list(c->db, &c->mem, u.row, MANY, t, n) < 0 ? cli_broken(c)
								 : 0;
}

static int
token_list_run(struct cli *c)
{
	static const char *const may[] = {
		[TOKEN_ALL] = "all",
		[TOKEN_POSTS] = "post",
		[TOKEN_READS] = "read",
	};
	struct token *t;
	size_t i, n;

	if (tokens_of(c, c->words[0], &t, &n))
		return 1;
	cli_head(c, "TOKEN\tUSER\tKIND\tCREATED\tEXPIRES\tUSED\tFROM\tMAY"
		    "\tROOM\tNOTE");
	for (i = 0; i < n; i++) {
		cli_cell(c, t[i].tail);
		cli_cell(c, t[i].username);
		cli_cell(c, t[i].script ? STR("script") : STR("login"));
		cli_cell_time(c, t[i].created, "-");
		cli_cell_time(c, t[i].expires, "never");
		cli_cell_time(c, t[i].used, "-");
		cli_cell(c, t[i].from);
		cli_cell(c, str_of(may[t[i].scope]));
		cli_cell(c, t[i].room_name);
		cli_cell(c, t[i].note);
		cli_end_row(c);
	}
	return 0;
}

/* ---- ending them ---- */

/* Different users' tokens of one tail: 1 and it was said. */
static int
check_meaning(const struct cli *c, const struct token *t, size_t n)
{
	struct str tail = str_of(c->words[0]);
	int64_t user = 0;
	size_t i;

	if (str_eq(tail, STR("all")))
		return 0;
	for (i = 0; i < n; i++) {
		if (!str_eq(t[i].tail, tail))
			continue;
		if (user && user != t[i].user)
			return cli_fail("several users have a token that ends "
					"in %s: name the user too",
			    tail.ptr);
		user = t[i].user;
	}
	return user ? 0
		    : cli_fail("there is no token that ends in %s; pocketchat "
			       "token list shows the ends",
			  tail.ptr);
}

static int
token_revoke(struct cli *c)
{
	struct str tail = str_of(c->words[0]);
	bool all = str_eq(tail, STR("all"));
	struct token *t;
	size_t i, n, ended = 0;

	if (tokens_of(c, c->words[1], &t, &n) || check_meaning(c, t, n))
		return 1;
	for (i = 0; i < n; i++) {
		if (!all && !str_eq(t[i].tail, tail))
			continue;
		if (token_delete(c->db, t[i].hash) < 0)
			return cli_broken(c);
		ended++;
	}
	return cli_say(c, "tokens ended: %zu", ended);
}

/* clang-format off */
const struct command token_commands[] = {
	COMMAND("token create", "USER", "a token for a script, printed once",
	    CLI_WRITES, token_create, OPTIONS(
		NEEDED("note", "TEXT", "what it is for"),
		OPTION("room", "ROOM", "good in this room only"),
		SWITCH("post-only", "good for posting only"),
		SWITCH("read-only", "good for reading only, and in ?auth="),
		OPTION("expires", "TIME", "like 90d, 12h, 1y (never)"))),
	COMMAND("token list", "[USER]", "tokens by their last six characters",
	    CLI_READS, token_list_run),
	COMMAND("token revoke", "TAIL|all [USER]", "end a token, or all",
	    CLI_WRITES, token_revoke),
	END_OF_COMMANDS,
};
