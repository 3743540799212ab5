/* SPDX-License-Identifier: ISC */
/* Passwords: from the environment, the terminal or a line of stdin. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "json/utf8.h"
#include "server/cli/cli.h"
#include "server/first.h"

enum { LINE = PASSWORD_MAX + 3 }; /* one too long, and its end of line */

/* Handlers have nothing else to write to. */
static volatile sig_atomic_t caught;

static void
catch_signal(int number)
{
	caught = number;
}

/* One line, byte by byte: what is behind it is not ours.  The length, -1. */
static ssize_t
read_line(char line[LINE])
{
	ssize_t n = 0, got = 0;

	while (n < LINE && (got = read(STDIN_FILENO, line + n, 1)) == 1 &&
	       line[n] != '\n')
		n++;
	if (got < 0)
		return -1;
	if (n > 0 && n < LINE && line[n - 1] == '\r')
		n--;
	return n;
}

/* ---- without echo ---- */

static const int fatal[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
enum { FATAL = sizeof fatal / sizeof *fatal };

/* A signal while the echo is off must not leave it off. */
static ssize_t
read_hidden(const char *prompt, char line[LINE])
{
	struct sigaction act = { .sa_handler = catch_signal }, old[FATAL];
	struct termios shown, hidden;
	ssize_t n;
	int i;

	if (tcgetattr(STDIN_FILENO, &shown) < 0)
		return -1;
	caught = 0;
	sigemptyset(&act.sa_mask);
	for (i = 0; i < FATAL; i++)
		sigaction(fatal[i], &act, &old[i]);
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	fprintf(stderr, "%s: ", prompt);
	n = read_line(line);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	fputc('\n', stderr);
	for (i = 0; i < FATAL; i++)
		sigaction(fatal[i], &old[i], NULL);
	if (caught)
		raise(caught);
	return n;
}

static ssize_t
ask_twice(char line[LINE])
{
	char again[LINE];
	ssize_t n = read_hidden("Password", line), m;
	bool same;

	if (n <= 0)
		return n;
	m = read_hidden("Again", again);
	same = n == m && same_bytes(line, again, (size_t)n);
	wipe(again, sizeof again);
	if (same)
		return n;
	cli_fail("the two are not the same; nothing was changed");
	return -2;
}

/* ---- from anywhere ---- */

static int
check(struct str password)
{
	if (password.len > PASSWORD_MAX)
		return cli_fail(
		    "a password has at most %d bytes", PASSWORD_MAX);
	if (!utf8_valid(password) || memchr(password.ptr, 0, password.len))
		return cli_fail("a password is text in UTF-8");
	return 0;
}

static int
hash(struct cli *c, struct str password, bool optional)
{
	if (password.len == 0)
		return optional
			   ? 0
			   : cli_fail("there is no password: type it, pipe a "
				      "line in, or set POCKETCHAT_PASSWORD");
	if (check(password))
		return 1;
	c->record = first_record(&c->mem, &c->conf.password_cost, password);
	return c->record.ptr ? 0
			     : cli_fail("there is no memory to hash the "
					"password");
}

int
cli_password(struct cli *c, bool optional)
{
	const char *given = getenv("POCKETCHAT_PASSWORD");
	bool terminal = isatty(STDIN_FILENO);
	char line[LINE];
	ssize_t n;
	int status;

	c->record = NO_STR;
	if (given)
		return hash(c, str_of(given), false);
	if (terminal && optional)
		return 0;
	n = terminal ? ask_twice(line) : read_line(line);
	if (n == -2)
		return 1;
	if (n < 0 && !optional)
		return cli_fail(
		    "cannot read the password: %s", strerror(errno));
	status = hash(c, (struct str){ line, n < 0 ? 0 : (size_t)n }, optional);
	wipe(line, sizeof line);
	return status;
}
