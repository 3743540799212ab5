/* SPDX-License-Identifier: ISC */
/* hook: addresses that scripts and other services post to. */
#include "auth/digest.h"
#include "auth/random.h"
#include "json/writer.h"
#include "server/cli/cli.h"
#include "server/cli/rows.h"

enum { PAGE = 500, NAME_BYTES = 200, ALIAS_BYTES = 100 };

/* ---- a new one ---- */

static struct str
extra_of(struct cli *c)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };

	json_open(&w, NULL, '{');
	json_str(&w, "alias", cli_option(c, "alias"));
	json_close(&w, '}');
	return buf_settle(&out, &c->mem);
}

static int
keep(struct cli *c, struct hook *h, const struct room *r)
{
	struct hook_place at = { .room = r->row };
	struct str url = c->conf.root_url;
	char token[HOOK_TOKEN_LEN], digest[SHA256_HEX];

	hook_token_new(token);
	sha256_hex((struct str){ token, sizeof token }, digest);
	h->token = (struct str){ digest, sizeof digest };
	if (hook_add(c->db, h, &at, 1) != 1)
		return cli_broken(c);
	while (url.len && url.ptr[url.len - 1] == '/')
		url.len--;
	cli_say(c, "%.*s/hooks/%.*s/%.*s", STR_ARGS(url), STR_ARGS(h->id),
	    (int)sizeof token, token);
	wipe(token, sizeof token);
	return cli_note(c,
	    "whoever has this address posts to %s as %.*s; it is shown only "
	    "now",
	    c->words[0], STR_ARGS(h->username));
}

static int
hook_add_run(struct cli *c)
{
	struct str as = cli_option(c, "as");
	struct hook h = {
		.enabled = true,
		.name = cli_option(c, "name"),
		.created = c->deed.now,
		.updated = c->deed.now,
	};
	struct room r;
	struct user u;

	if (h.name.len > NAME_BYTES)
		return cli_fail("a name has at most %d bytes", NAME_BYTES);
	if (cli_option(c, "alias").len > ALIAS_BYTES)
		return cli_fail("an alias has at most %d bytes", ALIAS_BYTES);
	if (cli_room(c, c->words[0], &r) || cli_user(c, as.ptr, &u))
		return 1;
	if (!u.active)
		return cli_fail(
		    "%s is disabled; first: pocketchat user enable %s", as.ptr,
		    as.ptr);
	h.id = deed_id(&c->deed);
	h.user = u.row;
	h.username = u.username;
	h.extra = extra_of(c);
	return keep(c, &h, &r);
}

/* ---- all of them ---- */

/* ["#dev","@ada"] as words. */
static struct str
places_of(struct cli *c, struct str list)
{
	struct json_limits limits = { .tokens = 1024, .depth = 2 };
	struct json v = { 0 }, one;
	struct buf out = { 0 };
	size_t at;

	json_parse(&c->mem, list, &limits, &v, &at);
	for (one = json_first(v); json_type(one); one = json_next(one)) {
		if (out.len)
			buf_char(&out, ',');
		buf_str(&out, json_text(one, &c->mem));
	}
	return buf_settle(&out, &c->mem);
}

static void
hook_row(struct cli *c, const struct hook *h)
{
	cli_cell(c, h->id);
	cli_cell(c, h->outgoing ? STR("outgoing") : STR("incoming"));
	cli_cell(c, h->enabled ? STR("enabled") : STR("disabled"));
	cli_cell(c, h->username);
	cli_cell(c, places_of(c, h->channels));
	cli_cell_time(c, h->created, "-");
	cli_cell(c, h->name);
	cli_end_row(c);
}

static int
hook_list_run(struct cli *c)
{
	struct select all = { .fields = hook_fields, .limit = PAGE };
	struct hook *h;
	int64_t *rows, total;
	size_t i, n;

	cli_head(c, "HOOK\tKIND\tSTATE\tAS\tROOMS\tCREATED\tNAME");
	do {
		if (hooks_select(c->db, &c->mem, &all, HOOKS_ALL, 0, NO_STR, 0,
			&rows, &n, &total) < 0 ||
		    hooks_by_rows(c->db, &c->mem, rows, n, &h, &n) < 0)
			return cli_broken(c);
		for (i = 0; i < n; i++)
			hook_row(c, &h[i]);
		all.offset += PAGE;
	} while (n == PAGE);
	return 0;
}

/* ---- ending them ---- */

static int
find(struct cli *c, struct hook *h)
{
	int found = hook_by_id(c->db, &c->mem, str_of(c->words[0]), h);

	if (found < 0)
		return cli_broken(c);
	return found ? 0
		     : cli_fail("there is no hook %s; pocketchat hook list "
				"shows them",
			   c->words[0]);
}

static int
set_enabled(struct cli *c, bool on)
{
	struct hook h;

	if (find(c, &h))
		return 1;
	if (hook_set_enabled(c->db, h.row, on, c->deed.now) < 0)
		return cli_broken(c);
	return cli_say(c, "%s is %s", c->words[0], on ? "enabled" : "disabled");
}

static int
hook_enable(struct cli *c)
{
	return set_enabled(c, true);
}

static int
hook_disable(struct cli *c)
{
	return set_enabled(c, false);
}

static int
hook_remove(struct cli *c)
{
	struct hook h;

	if (find(c, &h))
		return 1;
	if (hook_delete(c->db, h.row) < 0)
		return cli_broken(c);
	return cli_say(c, "removed %s", c->words[0]);
}

/* clang-format off */
const struct command hook_commands[] = {
	COMMAND("hook add", "ROOM", "an address that posts there, printed once",
	    CLI_WRITES, hook_add_run, OPTIONS(
		NEEDED("as", "USER", "in whose name"),
		OPTION("name", "TEXT", "what it is for"),
		OPTION("alias", "TEXT", "the name that messages show"))),
	COMMAND("hook list", "", "incoming and outgoing ones",
	    CLI_READS, hook_list_run),
	COMMAND("hook disable", "HOOK", "refuse it for now",
	    CLI_WRITES, hook_disable),
	COMMAND("hook enable", "HOOK", "undo that", CLI_WRITES, hook_enable),
	COMMAND("hook remove", "HOOK", "for good", CLI_WRITES, hook_remove),
	END_OF_COMMANDS,
};
