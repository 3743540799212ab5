/* SPDX-License-Identifier: ISC */
/* What a command says: errors at once, the rest when it is true. */
#include <stdarg.h>
#include <stdio.h>

#include "json/time.h"
#include "server/cli/cli.h"
#include "server/safe.h"

/* One line, whatever the words that were typed hold. */
static void
complain(const char *fmt, va_list ap)
{
	char text[1200];
	struct buf line = { 0 };

	vsnprintf(text, sizeof text, fmt, ap);
	safe_add(&line, str_of(text));
	fprintf(stderr, "pocketchat: %.*s\n", STR_ARGS(buf_view(&line)));
	buf_free(&line);
}

int
cli_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	return 1;
}

int
cli_usage(const struct cli *c, const char *fmt, ...)
{
	const struct command *row = c->command;
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	if (row)
		fprintf(stderr,
		    "usage: pocketchat %s%s%s (--help tells more)\n", row->name,
		    row->args[0] ? " " : "", row->args);
	return 2;
}

int
cli_broken(const struct cli *c)
{
	return cli_fail("the data in %.*s: %s", STR_ARGS(c->conf.data),
	    store_trouble(c->db));
}

static int
add_line(struct buf *b, const char *fmt, va_list ap)
{
	char text[1200];

	vsnprintf(text, sizeof text, fmt, ap);
	safe_add(b, str_of(text));
	buf_char(b, '\n');
	return 0;
}

int
cli_say(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(&c->out, fmt, ap);
	va_end(ap);
	return 0;
}

int
cli_note(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(&c->note, fmt, ap);
	va_end(ap);
	return 0;
}

/* ---- tables ---- */

void
cli_head(struct cli *c, const char *names)
{
	buf_fmt(&c->out, "%s\n", names);
}

void
cli_cell(struct cli *c, struct str s)
{
	struct buf *b = &c->out;

	if (b->len > 0 && b->bytes[b->len - 1] != '\n')
		buf_char(b, '\t');
	safe_add(b, s.len ? s : STR("-"));
}

void
cli_cell_int(struct cli *c, int64_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)n);
	cli_cell(c, str_of(text));
}

void
cli_cell_time(struct cli *c, int64_t ms, const char *zero)
{
	char text[TIME_TEXT];

	time_text(text, ms);
	cli_cell(c, ms ? (struct str){ text, sizeof text } : str_of(zero));
}

void
cli_end_row(struct cli *c)
{
	buf_char(&c->out, '\n');
}
