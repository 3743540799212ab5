/* SPDX-License-Identifier: ISC */
/* Settings, shown. */
#include "server/cli/cli.h"
#include "server/cli/rows.h"

static int
config_show(struct cli *c)
{
	char why[512];

	conf_show(&c->conf);
	return conf_check(&c->conf, why, sizeof why) ? 0 : cli_fail("%s", why);
}

static int
config_help(struct cli *c)
{
	(void)c;
	conf_help();
	return 0;
}

/* clang-format off */
const struct command config_commands[] = {
	COMMAND("config show", "", "each setting and where it came from",
	    CLI_SETTINGS, config_show, .settings = true),
	COMMAND("config help", "", "what can be set", CLI_NOTHING, config_help),
	END_OF_COMMANDS,
};
