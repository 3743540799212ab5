/* SPDX-License-Identifier: ISC */
/* user: accounts. */
#include "server/cli/cli.h"
#include "server/cli/rows.h"

enum { PAGE = 500, ROLES = 32, NAME_BYTES = 256 };

static int
check_roles(struct cli *c, struct str list)
{
	struct str name[ROLES];
	int i, n = cli_names(c, list, name, ROLES);
	struct role r;

	for (i = 0; i < n; i++) {
		if (cli_role(c, name[i].ptr, &r))
			return 1;
		if (r.per_room)
			return cli_fail("%s is a role within a room; later: "
					"pocketchat role give USER %s --room "
					"ROOM",
			    name[i].ptr, name[i].ptr);
	}
	return n < 0 ? cli_fail("too many roles") : 0;
}

static int
check_new(struct cli *c)
{
	struct str name = str_of(c->words[0]), email = cli_option(c, "email");
	int taken;

	if (!name_fits(name))
		return cli_fail("a name has 1 to 128 letters, digits, - _ .");
	if (email.ptr && !email_fits(email))
		return cli_fail("%s is no e-mail address", email.ptr);
	if (cli_option(c, "name").len > NAME_BYTES)
		return cli_fail("a full name has at most 256 bytes");
	if ((taken = user_name_taken(c->db, name)) < 0)
		return cli_broken(c);
	if (taken)
		return cli_fail("there is a user %s already", name.ptr);
	if (email.ptr && (taken = user_email_taken(c->db, email)) < 0)
		return cli_broken(c);
	return taken ? cli_fail("%s is another user's", email.ptr) : 0;
}

static int
before_add(struct cli *c)
{
	return check_new(c) ? 1 : cli_password(c, cli_option(c, "bot").ptr);
}

static int
give_roles(struct cli *c, const struct user *u, struct str list)
{
	struct str name[ROLES];
	int i, n = cli_names(c, list, name, ROLES);

	for (i = 0; i < n; i++)
		if (user_give_role(c->db, u->row, name[i]) < 0)
			return cli_broken(c);
	return 0;
}

static int
user_add_run(struct cli *c)
{
	struct str roles = cli_option(c, "role"), full = cli_option(c, "name");
	bool bot = cli_option(c, "bot").ptr;
	struct user u = {
		.username = str_of(c->words[0]),
		.name = full.len ? full : str_of(c->words[0]),
		.type = bot ? STR("bot") : STR("user"),
		.email = cli_option(c, "email"),
		.password = c->record,
		.active = true,
		.created = c->deed.now,
		.updated = c->deed.now,
	};
	int done;

	if (check_roles(c, roles))
		return 1;
	if ((done = deed_user(&c->deed, &u)) < 0)
		return cli_broken(c);
	if (!done)
		return cli_fail("the name or the e-mail is taken");
	if (give_roles(c, &u, roles))
		return 1;
	if (bot && !c->record.ptr)
		cli_note(c, "%s has no password; pocketchat token create %s",
		    c->words[0], c->words[0]);
	return cli_say(c, "made %s %s (%.*s)", bot ? "the bot" : "the user",
	    c->words[0], STR_ARGS(u.id));
}

/* ---- the list ---- */

static int
user_row(struct cli *c, struct arena *page, const struct user *u)
{
	struct str *role, all;
	struct buf names = { 0 };
	size_t i, n;

	if (user_roles(c->db, page, u->row, &role, &n) < 0)
		return cli_broken(c);
	for (i = 0; i < n; i++)
		buf_fmt(&names, "%s%.*s", i ? "," : "", STR_ARGS(role[i]));
	all = buf_view(&names);
	cli_cell(c, u->username);
	cli_cell(c, u->id);
	cli_cell(c, u->type);
	cli_cell(c, u->active ? STR("active") : STR("disabled"));
	cli_cell(c, all);
	cli_cell(c, u->email);
	cli_cell_time(c, u->created, "-");
	cli_cell_time(c, u->last_login, "never");
	cli_cell(c, u->name);
	cli_end_row(c);
	buf_free(&names);
	return 0;
}

static int
user_rows(struct cli *c)
{
	struct arena page = { 0 };
	struct str after = NO_STR;
	struct user *u;
	size_t i, n = PAGE;
	int status = 0;

	while (!status && n == PAGE) {
		arena_reset(&page);
		if (user_list(c->db, &page, after, PAGE, &u, &n) < 0) {
			status = cli_broken(c);
			break;
		}
		for (i = 0; !status && i < n; i++)
			status = user_row(c, &page, &u[i]);
		if (n > 0)
			after = arena_str(&c->mem, u[n - 1].username);
	}
	arena_free(&page);
	return status;
}

static int
user_list_run(struct cli *c)
{
	cli_head(
	    c, "USER\tID\tTYPE\tSTATE\tROLES\tEMAIL\tCREATED\tLOGIN\tNAME");
	return user_rows(c);
}

/* ---- changes ---- */

static int
before_passwd(struct cli *c)
{
	struct user u;

	return cli_user(c, c->words[0], &u) ? 1 : cli_password(c, false);
}

static int
end_tokens(struct cli *c, const struct user *u, int64_t *ended)
{
	return token_delete_of(c->db, u->row, ended) < 0 ? cli_broken(c) : 0;
}

static int
user_passwd(struct cli *c)
{
	struct user u;
	int64_t ended = 0;

	if (cli_user(c, c->words[0], &u))
		return 1;
	if (user_set_password(c->db, u.row, c->record, c->deed.now) < 0)
		return cli_broken(c);
	if (end_tokens(c, &u, &ended))
		return 1;
	return cli_say(c, "%s has a new password; tokens ended: %lld",
	    c->words[0], (long long)ended);
}

static int
user_disable(struct cli *c)
{
	struct user u;
	int64_t ended = 0;

	if (cli_user(c, c->words[0], &u) || cli_last_admin(c, &u))
		return 1;
	if (user_set_active(c->db, u.row, false, c->deed.now) < 0)
		return cli_broken(c);
	if (end_tokens(c, &u, &ended))
		return 1;
	return cli_say(c, "%s is disabled; tokens ended: %lld", c->words[0],
	    (long long)ended);
}

static int
user_enable(struct cli *c)
{
	struct user u;

	if (cli_user(c, c->words[0], &u))
		return 1;
	if (user_set_active(c->db, u.row, true, c->deed.now) < 0)
		return cli_broken(c);
	return cli_say(c, "%s is enabled", c->words[0]);
}

static int
may_delete(struct cli *c, struct user *u)
{
	if (cli_user(c, c->words[0], u) || cli_last_admin(c, u))
		return 1;
	if (str_eq(u->id, STR("rocket.cat")))
		return cli_fail("rocket.cat speaks for the server and stays");
	return 0;
}

static int
before_delete(struct cli *c)
{
	struct user u;

	if (may_delete(c, &u))
		return 1;
	c->purge.author = u.row;
	return cli_option(c, "messages").ptr ? cli_purge(c) : 0;
}

static int
user_delete_run(struct cli *c)
{
	bool messages = cli_option(c, "messages").ptr;
	struct user u;

	if (may_delete(c, &u) || (messages && cli_purge_rest(c)))
		return 1;
	if (deed_user_delete(&c->deed, &u, ERASE_NOTHING) < 0)
		return cli_broken(c);
	return cli_say(c, "deleted the user %s; messages %s", c->words[0],
	    messages ? "too" : "stay, by \"Removed user\"");
}

/* clang-format off */
const struct command user_commands[] = {
	COMMAND("user add", "NAME", "make an account", CLI_MAKES,
	    user_add_run, .before = before_add, OPTIONS(
		OPTION("email", "ADDRESS", "to log in with, too"),
		OPTION("name", "TEXT", "the full name"),
		LIST("role", "ROLE", "besides user; repeatable"),
		SWITCH("bot", "a program; the password may be left out"))),
	COMMAND("user list", "", "all accounts", CLI_READS, user_list_run),
	COMMAND("user passwd", "NAME", "a new password; ends all tokens",
	    CLI_WRITES, user_passwd, .before = before_passwd),
	COMMAND("user disable", "NAME", "no login any more; ends all tokens",
	    CLI_WRITES, user_disable),
	COMMAND("user enable", "NAME", "the opposite", CLI_WRITES, user_enable),
	COMMAND("user delete", "NAME", "the account and its tokens",
	    CLI_WRITES, user_delete_run, .before = before_delete, OPTIONS(
		SWITCH("messages", "and what it has written"))),
	END_OF_COMMANDS,
};
