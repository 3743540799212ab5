/* SPDX-License-Identifier: ISC */
/* Two processes on one file. */
#include <sys/wait.h>

#include "t/store/fresh.h"

static int64_t ada;

static struct store *
another(enum store_user who)
{
	struct store *s =
	    store_open(fresh_dir, who, fresh_why, sizeof fresh_why);

	if (!s)
		printf("# %s\n", fresh_why);
	return s;
}

static void
moving(struct store *s)
{
	struct store *t = another(STORE_SERVER);
	uint32_t epoch = store_epoch(s);

	store_moved(s);
	kept(s, user_set_login(marked(s), ada, 5));
	ok(store_moved(s) == 0, "its own writes move nothing");
	kept(t, user_set_login(marked(t), ada, 6));
	ok(store_moved(s) == 1, "another's do");
	ok(store_moved(s) == 0 && store_epoch(s) != epoch,
	    "which is said once, and is another epoch");
	ok(store_moved(t) == 1, "the other hears of the first");
	store_close(t);
}

static void
busy(struct store *s)
{
	struct store *t = another(STORE_SERVER);
	struct user u;

	marked(t);
	user_set_login(t, ada, 7);
	ok(store_mark(s) == 0 && !store_dirty(s),
	    "while another writes, a mark is busy at once");
	ok(user_by_row(s, &mem, ada, &u) == 1 && u.last_login == 6,
	    "and reading goes on, without what is not kept");
	store_keep(t);
	store_commit(t);
	ok(store_mark(s) == 1 && user_by_row(s, &mem, ada, &u) == 1 &&
		u.last_login == 7,
	    "then it is not, and sees what was kept");
	store_undo(s);
	store_commit(s);
	store_close(t);
}

/* A process of its own, since the engine does not survive a fork: it is told
 * where, and says how it went. */
static pid_t
begin_tool(int *to)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends) < 0 || (pid = fork()) < 0)
		exit(1);
	if (pid == 0) {
		struct store *t;
		ssize_t n = read(ends[0], fresh_dir, sizeof fresh_dir);

		t = n > 0 ? another(STORE_TOOL) : NULL;
		_exit(
		    t && kept(t, user_set_login(marked(t), 1, 9)) == 1 ? 0 : 1);
	}
	close(ends[0]);
	*to = ends[1];
	return pid;
}

static void
waiting(struct store *s, pid_t tool, int to)
{
	int status = -1;

	marked(s);
	user_set_login(s, ada, 8);
	ok(write(to, fresh_dir, sizeof fresh_dir) > 0,
	    "a tool is told to write");
	usleep(100000);
	store_keep(s);
	store_commit(s);
	waitpid(tool, &status, 0);
	ok(status == 0 && number(s, "SELECT login FROM user") == 9,
	    "it waits until the server has written");
}

int
main(void)
{
	int to;
	pid_t tool = begin_tool(&to);
	struct store *s = fresh();

	ada = new_user(s, "ada");
	moving(s);
	busy(s);
	waiting(s, tool, to);
	gone(s);
	return done();
}
