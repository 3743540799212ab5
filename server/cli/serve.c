/* SPDX-License-Identifier: ISC */
/* The server, and a data directory for it. */
#include "server/serve.h"

#include "server/cli/cli.h"
#include "server/cli/rows.h"
#include "server/first.h"

static int
serve(struct cli *c)
{
	struct serve_start start = { &c->conf, &c->mem, c->config, c->flags,
		c->nflags, c->helper_fd };
	char why[1024];

	if (!conf_check(&c->conf, why, sizeof why))
		return cli_fail("%s", why);
	return cli_make_dir(c) ? 1 : serve_run(&start);
}

static int
init(struct cli *c)
{
	struct str name, password;
	int made = first_admin(&c->deed, &c->conf, &name, &password);

	if (made < 0) /* a wish that cannot be is logged already */
		return store_trouble(c->db)[0] ? cli_broken(c) : 1;
	if (!made)
		return cli_note(c, "%s has an admin; nothing was changed",
		    c->conf.data.ptr);
	cli_say(c, "username: %.*s", STR_ARGS(name));
	if (password.ptr)
		cli_say(c, "password: %.*s", STR_ARGS(password));
	return cli_note(c, "%s is ready; pocketchat serve --data %s",
	    c->conf.data.ptr, c->conf.data.ptr);
}

/* clang-format off */
const struct command serve_commands[] = {
	COMMAND("serve", "", "run the server, logging to stderr",
	    CLI_SETTINGS, serve, .settings = true),
	COMMAND("init", "", "prepare the data and make the first admin",
	    CLI_MAKES, init),
	END_OF_COMMANDS,
};
