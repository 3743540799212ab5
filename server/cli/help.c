/* SPDX-License-Identifier: ISC */
/* What can be done, told from the rows; and the commands that only tell. */
#include <stdio.h>
#include <string.h>

#include "server/cli/cli.h"
#include "server/cli/rows.h"
#include "server/route.h"
#include "server/version.h"

static bool
belongs(const struct command *row, const char *group)
{
	size_t n = strlen(group);

	return !strncmp(row->name, group, n) && row->name[n] == ' ';
}

static void
print_line(const struct command *row)
{
	char call[80];

	snprintf(call, sizeof call, "%s %s", row->name, row->args);
	printf("  %-34s %s\n", call, row->help);
}

static bool
help_group(const char *group)
{
	const struct command *const *g, *row;
	bool any = false;

	for (g = cli_groups; *g; g++)
		for (row = *g; row->name; row++)
			if (!group || belongs(row, group)) {
				if (!any)
					printf("usage: pocketchat %s%s[words] "
					       "[--options]\n",
					    group ? group : "COMMAND",
					    group ? " COMMAND " : " ");
				print_line(row);
				any = true;
			}
	if (any)
		printf("Each takes --data DIR, --config FILE and --help.\n");
	return any;
}

static void
print_option(const char *name, const char *value, const char *help)
{
	char call[48];

	snprintf(call, sizeof call, "--%s %s", name, value ? value : "");
	printf("  %-22s %s\n", call, help);
}

static void
help_command(const struct command *row)
{
	const struct cli_option *o;

	printf("usage: pocketchat %s%s%s", row->name, row->args[0] ? " " : "",
	    row->args);
	for (o = row->options; o->name; o++)
		printf(" %s--%s%s%s%s%s", o->needed ? "" : "[", o->name,
		    o->value ? " " : "", o->value ? o->value : "",
		    o->needed ? "" : "]", o->list ? "..." : "");
	printf("%s\n%s\n", row->settings ? " [--SETTING VALUE]..." : "",
	    row->help);
	for (o = row->options; o->name; o++)
		print_option(o->name, o->value, o->help);
	if (row->needs == CLI_NOTHING)
		return;
	print_option("config", "FILE", "settings (DIR/pocketchat.conf)");
	if (row->settings)
		conf_help();
	else
		print_option(
		    "data", "DIR", "where everything is kept (./data)");
}

bool
cli_help(const char *group, const char *rest)
{
	const struct command *row;
	char name[128];

	if (!group)
		return help_group(NULL);
	snprintf(name, sizeof name, "%s%s%s", group, rest ? " " : "",
	    rest ? rest : "");
	if (!(row = cli_find(name)))
		return !rest && help_group(group);
	help_command(row);
	return true;
}

/* ---- the commands that only tell ---- */

static int
help(struct cli *c)
{
	char name[128];

	if (cli_help(c->words[0], c->words[1]))
		return 0;
	snprintf(name, sizeof name, "%s%s%s", c->words[0],
	    c->words[1] ? " " : "", c->words[1] ? c->words[1] : "");
	return cli_no_command(c, name);
}

static int
version(struct cli *c)
{
	return cli_say(c, "pocketchat " POCKETCHAT_VERSION);
}

static int
routes(struct cli *c)
{
	(void)c;
	routes_print();
	return 0;
}

/* clang-format off */
const struct command help_commands[] = {
	COMMAND("routes", "", "the table of endpoints", CLI_NOTHING, routes),
	COMMAND("version", "", "of this program", CLI_NOTHING, version),
	COMMAND("help", "[COMMAND] [MORE]", "on everything, or on a command",
	    CLI_NOTHING, help),
	END_OF_COMMANDS,
};
