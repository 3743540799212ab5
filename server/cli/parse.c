/* SPDX-License-Identifier: ISC */
/* Words and options, by the rows of the commands. */
#include <stdio.h>
#include <string.h>

#include "json/utf8.h"
#include "server/cli/cli.h"
#include "server/near.h"
#include "server/setting.h"

enum { NAME_MAX_LEN = 64 };

struct args {
	int argc, i;
	char **argv;
};

struct option {
	char name[NAME_MAX_LEN]; /* without the dashes, - for _ */
	const char *value;       /* behind '=', or NULL */
};

const struct command *
cli_find(const char *name)
{
	const struct command *const *g, *row;

	for (g = cli_groups; *g; g++)
		for (row = *g; row->name; row++)
			if (!strcmp(row->name, name))
				return row;
	return NULL;
}

static bool
is_group(const char *word)
{
	const struct command *const *g, *row;
	size_t n = strlen(word);

	for (g = cli_groups; *g; g++)
		for (row = *g; row->name; row++)
			if (!strncmp(row->name, word, n) && row->name[n] == ' ')
				return true;
	return false;
}

/* ---- the command ---- */

int
cli_no_command(struct cli *c, const char *name)
{
	struct near n = { .word = str_of(name) };
	const struct command *const *g, *row;
	struct str rest, group;

	for (g = cli_groups; *g; g++)
		for (row = *g; row->name; row++) {
			rest = str_of(row->name);
			if (str_next(&rest, ' ', &group) && rest.len > 0)
				near_try(&n, arena_str(&c->mem, group).ptr);
			near_try(&n, row->name);
		}
	if (near_best(&n))
		cli_fail(
		    "there is no command %s; is it %s?", name, near_best(&n));
	else
		cli_fail("there is no command %s; see pocketchat help", name);
	return 2;
}

static int
take_command(struct cli *c, const char *word)
{
	char name[2 * NAME_MAX_LEN];

	if (c->group)
		snprintf(name, sizeof name, "%s %s", c->group, word);
	else
		snprintf(name, sizeof name, "%s", word);
	if ((c->command = cli_find(name)))
		return 0;
	if (c->group || !is_group(word))
		return cli_no_command(c, name);
	c->group = word;
	return 0;
}

static int
take_word(struct cli *c, const char *word)
{
	if (!c->command)
		return take_command(c, word);
	if (!utf8_valid(str_of(word)))
		return cli_usage(c, "a word is not UTF-8");
	if (c->nwords == CLI_WORDS)
		return cli_usage(c, "too many words");
	c->words[c->nwords++] = word;
	return 0;
}

/* ---- options ---- */

static int
no_option(const struct cli *c, const struct option *o)
{
	static const char *const always[] = { "data", "config", "help" };
	struct near n = { .word = str_of(o->name) };
	const struct cli_option *row;
	const struct setting *s;
	size_t i;

	for (i = 0; i < sizeof always / sizeof *always; i++)
		near_try(&n, always[i]);
	if (c->command) {
		for (row = c->command->options; row->name; row++)
			near_try(&n, row->name);
		for (s = settings; c->command->settings && s->name; s++)
			near_try(&n, s->name);
	}
	if (!near_best(&n))
		return cli_usage(c, "there is no option --%s%s", o->name,
		    c->command ? "" : " before the command");
	return cli_usage(
	    c, "there is no option --%s; is it --%s?", o->name, near_best(&n));
}

/* The value: behind '=', or the next argument. */
static int
need_value(struct cli *c, struct args *a, struct option *o)
{
	if (o->value)
		return 0;
	if (a->i + 1 >= a->argc)
		return cli_usage(c, "--%s needs a value", o->name);
	if (!strncmp(a->argv[a->i + 1], "--", 2))
		return cli_usage(c,
		    "--%s needs a value (write --%s=%s if that is it)", o->name,
		    o->name, a->argv[a->i + 1]);
	o->value = a->argv[++a->i];
	return 0;
}

static int
add_flag(struct cli *c, const struct option *o)
{
	if (c->nflags == CLI_FLAGS)
		return cli_usage(c, "too many options");
	c->flags[c->nflags].name = arena_str(&c->mem, str_of(o->name)).ptr;
	c->flags[c->nflags++].value = o->value;
	return 0;
}

/* A switch is on by itself, or takes on or off. */
static int
take_setting(struct cli *c, struct args *a, struct option *o, bool takes_value)
{
	const char *next = a->i + 1 < a->argc ? a->argv[a->i + 1] : "";

	if (takes_value && need_value(c, a, o))
		return 2;
	if (!o->value && (!strcmp(next, "on") || !strcmp(next, "off")))
		o->value = a->argv[++a->i];
	if (!o->value)
		o->value = "on";
	return add_flag(c, o);
}

static int
take_own(struct cli *c, struct args *a, struct option *o, size_t k)
{
	const struct cli_option *row = &c->command->options[k];
	struct str *given = &c->given[k];

	if (!row->value && o->value)
		return cli_usage(c, "--%s takes no value", o->name);
	if (row->value && need_value(c, a, o))
		return 2;
	if (given->ptr && row->value && !row->list)
		return cli_usage(c, "--%s is given twice", o->name);
	if (!utf8_valid(str_of(o->value ? o->value : "")))
		return cli_usage(c, "--%s is not UTF-8", o->name);
	if (given->ptr && row->list)
		*given =
		    arena_fmt(&c->mem, "%.*s,%s", STR_ARGS(*given), o->value);
	else
		*given = str_of(o->value ? o->value : "");
	return 0;
}

static int
take_known(struct cli *c, struct args *a, struct option *o)
{
	bool takes_value;
	size_t k;

	for (k = 0; c->command && c->command->options[k].name; k++)
		if (!strcmp(c->command->options[k].name, o->name))
			return take_own(c, a, o, k);
	if (c->command && c->command->settings &&
	    conf_is_setting(o->name, &takes_value))
		return take_setting(c, a, o, takes_value);
	return no_option(c, o);
}

static int
take_option(struct cli *c, struct args *a)
{
	const char *text = a->argv[a->i] + 2, *equals = strchr(text, '=');
	size_t n = equals ? (size_t)(equals - text) : strlen(text), k;
	struct option o = { .value = equals ? equals + 1 : NULL };

	if (n >= sizeof o.name)
		return cli_usage(c, "there is no option %s", a->argv[a->i]);
	for (k = 0; k < n; k++)
		o.name[k] = text[k] == '_' ? '-' : text[k];
	if (!strcmp(o.name, "help")) {
		c->help = true;
		return 0;
	}
	if (!strcmp(o.name, "version") && !c->command && !c->group)
		return take_command(c, o.name);
	if (!strcmp(o.name, "data"))
		return need_value(c, a, &o) ? 2 : add_flag(c, &o);
	if (!strcmp(o.name, "config")) {
		if (need_value(c, a, &o))
			return 2;
		c->config = o.value;
		return 0;
	}
	return take_known(c, a, &o);
}

static int
take(struct cli *c, struct args *a)
{
	const char *text = a->argv[a->i];

	if (!strncmp(text, "--", 2) && text[2])
		return take_option(c, a);
	if (!strcmp(text, "-h")) {
		c->help = true;
		return 0;
	}
	if (!c->command && text[0] == '-')
		return cli_usage(c, "there is no option %s", text);
	return take_word(c, text);
}

/* ---- what is needed ---- */

static int
count_words(const struct cli *c)
{
	struct str rest = str_of(c->command->args), word;
	size_t most = 0;

	while (str_next(&rest, ' ', &word)) {
		if (most >= c->nwords && word.ptr[0] != '[')
			return cli_usage(c, "%.*s is missing", STR_ARGS(word));
		most++;
	}
	if (c->nwords > most)
		return cli_usage(
		    c, "\"%s\" is one word too many", c->words[most]);
	return 0;
}

static int
count_options(const struct cli *c)
{
	const struct cli_option *o = c->command->options;
	size_t i;

	for (i = 0; o[i].name; i++)
		if (o[i].needed && !c->given[i].ptr)
			return cli_usage(
			    c, "--%s %s is missing", o[i].name, o[i].value);
	return 0;
}

int
cli_parse(struct cli *c, int argc, char **argv)
{
	struct args a = { argc, 1, argv };
	bool plain = false; /* behind --: words only */
	int status = 0;

	for (; !status && a.i < argc; a.i++) {
		if (!plain && !strcmp(argv[a.i], "--"))
			plain = true;
		else if (plain)
			status = take_word(c, argv[a.i]);
		else
			status = take(c, &a);
	}
	if (status || c->help || !c->command)
		return status;
	status = count_words(c);
	return status ? status : count_options(c);
}
