/* SPDX-License-Identifier: ISC */
/* A command, from its words to its exit status. */
#include "server/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "auth/digest.h"
#include "server/cli/rows.h"
#include "server/first.h"

const struct command *const cli_groups[] = { serve_commands, user_commands,
	room_commands, role_commands, token_commands, hook_commands,
	cert_commands, check_commands, backup_commands, config_commands,
	talk_commands, help_commands, NULL };

/* ---- the server beside us ---- */

/*
 * The lock is tried only when its pid is alive, since trying takes it for a
 * moment: a server that starts just then must not find it taken.
 */
int
cli_server(const struct cli *c)
{
	char path[4096], text[32] = "";
	int fd, pid = 0;

	snprintf(
	    path, sizeof path, "%.*s/pocketchat.lock", STR_ARGS(c->conf.data));
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return 0;
	if (read(fd, text, sizeof text - 1) > 0)
		pid = atoi(text);
	if (pid <= 1 || (kill(pid, 0) < 0 && errno == ESRCH) ||
	    flock(fd, LOCK_SH | LOCK_NB) == 0)
		pid = 0;
	close(fd);
	return pid;
}

static void
tell_server(const struct cli *c)
{
	int pid = cli_server(c);

	if (pid && kill(pid, SIGUSR1) < 0)
		fprintf(stderr,
		    "pocketchat: the server (pid %d) cannot be told: %s; it "
		    "looks by itself within a minute\n",
		    pid, strerror(errno));
}

/* ---- the data ---- */

int
cli_make_dir(struct cli *c)
{
	const char *dir = c->conf.data.ptr;

	if (mkdir(dir, 0700) == 0 || errno == EEXIST)
		return 0;
	return cli_fail(
	    "cannot make the directory %s: %s", dir, strerror(errno));
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static int
open_store(struct cli *c)
{
	const char *dir = c->conf.data.ptr;
	char path[4096], why[512];

	snprintf(path, sizeof path, "%s/pocketchat.db", dir);
	if (c->command->needs == CLI_MAKES && cli_make_dir(c))
		return 1;
	if (c->command->needs != CLI_MAKES && access(path, F_OK) < 0 &&
	    errno == ENOENT)
		return cli_fail("there is no data in %s: name it by --data "
				"DIR, or make it by pocketchat init",
		    dir);
	if (!(c->db = store_open(dir, STORE_TOOL, why, sizeof why)))
		return cli_fail("%s: %s", dir, why);
	c->deed = (struct deed){ .db = c->db, .mem = &c->mem, .now = now_ms() };
	return 0;
}

static int
run_marked(struct cli *c)
{
	int status, done;

	if (first_contents(&c->deed) < 0)
		return cli_broken(c);
	if ((status = c->command->run(c)))
		return status;
	if (store_keep(c->db) != 1)
		return cli_broken(c);
	if ((done = store_commit(c->db)) < 0)
		return cli_broken(c);
	if (done)
		tell_server(c);
	return 0;
}

/* All of it or nothing. */
static int
run_writing(struct cli *c)
{
	int status, marked = store_mark(c->db);

	if (marked < 0)
		return cli_broken(c);
	if (marked == 0)
		return cli_fail("another process is writing to %s; try again",
		    c->conf.data.ptr);
	if ((status = run_marked(c)))
		store_rollback(c->db);
	return status;
}

static int
run_on_store(struct cli *c)
{
	const struct command *row = c->command;
	int status;

	if (open_store(c))
		return 1;
	status = row->before ? row->before(c) : 0;
	if (!status)
		status = row->needs == CLI_READS ? row->run(c) : run_writing(c);
	store_close(c->db);
	return status;
}

/* ---- a great many messages ---- */

enum { PURGE = 1000, PURGE_PAUSE_US = 10000 };

int
cli_purge_rest(struct cli *c)
{
	struct arena mem = { 0 };
	int more = 1;

	c->purge.limit = PURGE;
	while (more == 1) {
		more = message_purge(c->db, &mem, &c->purge, c->deed.now);
		arena_reset(&mem);
	}
	arena_free(&mem);
	return more < 0 ? cli_broken(c) : 0;
}

static int
purge_some(struct cli *c)
{
	struct arena mem = { 0 };
	int more;

	if (store_mark(c->db) != 1)
		return -1;
	more = message_purge(c->db, &mem, &c->purge, c->deed.now);
	arena_free(&mem);
	if (more < 0 || store_keep(c->db) != 1 || store_commit(c->db) < 0) {
		store_rollback(c->db);
		return -1;
	}
	return more;
}

int
cli_purge(struct cli *c)
{
	int more;

	c->purge.limit = PURGE;
	while ((more = purge_some(c)) == 1) {
		store_checkpoint(c->db);
		usleep(PURGE_PAUSE_US);
	}
	return more < 0 ? cli_broken(c) : 0;
}

/* ---- the command ---- */

static int
run(struct cli *c)
{
	const struct command *row = c->command;
	char why[1024];

	if (row->needs == CLI_NOTHING)
		return row->run(c);
	if (!conf_read(&c->conf, &c->mem, c->config, c->flags, c->nflags, why,
		sizeof why))
		return cli_fail("%s", why);
	return row->needs == CLI_SETTINGS ? row->run(c) : run_on_store(c);
}

/* What was said holds only if the command succeeded, or changed nothing. */
static int
finish(struct cli *c, int status)
{
	bool true_now = status == 0 || c->command->needs < CLI_WRITES;

	if (true_now && c->out.len)
		fwrite(c->out.bytes, 1, c->out.len, stdout);
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0)
		status =
		    cli_fail("cannot write to stdout: %s", strerror(errno));
	if (true_now && c->note.len)
		fwrite(c->note.bytes, 1, c->note.len, stderr);
	if (c->out.len)
		wipe(c->out.bytes, c->out.len); /* a token may be in it */
	return status;
}

static int
help_or_run(struct cli *c)
{
	if (c->help)
		return cli_help(c->command ? c->command->name : c->group, NULL)
			   ? 0
			   : 1;
	if (c->command)
		return finish(c, run(c));
	fflush(stdout);
	dup2(STDERR_FILENO, STDOUT_FILENO); /* not what was asked for */
	cli_help(c->group, NULL);
	return 2;
}

int
cli_main(int argc, char **argv, int helper_fd)
{
	static struct cli c; /* zeroed, and too large for a stack */
	int status;

	c.helper_fd = helper_fd;
	status = cli_parse(&c, argc, argv);
	if (!status)
		status = help_or_run(&c);
	buf_free(&c.out);
	buf_free(&c.note);
	arena_free(&c.mem);
	return status;
}
