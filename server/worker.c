/* SPDX-License-Identifier: ISC */
/*
 * The processes that hash: a keeper that holds nothing but its socket, and a
 * worker that may do nothing but compute.
 */
#include "server/worker.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "auth/digest.h"
#include "server/calls.h"
#include "server/privilege.h"
#include "server/sandbox.h"

enum {
	ADDRESS_SPACE = 512 * 1024 * 1024, /* the dearest allowed cost, twice */
	PAUSE_NS = 100 * 1000 * 1000,      /* a worker that dies at once */
};

/* No setting has been read: always, and a kernel that cannot is the server's
 * to tell of. */
static void
lock_in(enum calls who)
{
	if (!SANITIZED)
		calls_limit(who, false);
}

/* All that workers inherit, so that these can be locked in from their first
 * moment. */
static void
prepare(void)
{
	const struct rlimit space = { ADDRESS_SPACE, ADDRESS_SPACE };
	struct kdf k = { .ln = 10, .r = 8, .p = 1 };
	static const char hex[SHA256_HEX];
	uint8_t hash[SHA256_LEN];

	privilege_forgo();
	prctl(PR_SET_NAME, "pocketchat-keep");
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a new uid would undo it */
	if (!SANITIZED)
		setrlimit(RLIMIT_AS, &space);
	/* Memory goes back after a job, and not between two of one password:
	 * to get 16 MB anew is a tenth of the work, and would be seen. */
	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	mallopt(M_TOP_PAD, 0);
	mallopt(M_ARENA_MAX, 1); /* or it counts processors when memory ends */
	kdf_run(&k, hex, hash);  /* loads what OpenSSL loads lazily */
	lock_in(CALLS_KEEPER);
}

static _Noreturn void
worker_run(int fd)
{
	const struct sched_param idle = { 0 };
	struct worker_job job;
	struct worker_result r;
	ssize_t n;

	prctl(PR_SET_NAME, "pocketchat-hash");
	sched_setscheduler(0, SCHED_IDLE, &idle);
	lock_in(CALLS_WORKER);
	for (;;) {
		n = read(fd, &job, sizeof job);
		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof job)
			_exit(0);
		memset(&r, 0, sizeof r);
		r.number = job.number;
		r.fine = kdf_run(&job.kdf, job.hex, r.hash);
		if (!job.more)
			malloc_trim(0);
		wipe(&job, sizeof job);
		if (write(fd, &r, sizeof r) != sizeof r)
			_exit(0);
		wipe(&r, sizeof r);
	}
}

/* A dead parent's children die with it, whenever it died. */
static void
die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
}

static pid_t
start_worker(int fd)
{
	pid_t keeper = getpid(), pid = fork();

	if (pid == 0) {
		die_with(keeper);
		worker_run(fd);
	}
	return pid;
}

_Noreturn void
keeper_run(int fd)
{
	const struct timespec pause = { 0, PAUSE_NS };
	struct worker_result died = { 0 };
	int status;
	pid_t pid;

	prepare();
	for (;;) {
		pid = start_worker(fd);
		while (
		    pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (pid > 0 && WIFEXITED(status))
			_exit(0); /* it saw the end of the socket */
		if (send(fd, &died, sizeof died, MSG_NOSIGNAL) < 0)
			_exit(0);
		nanosleep(&pause, NULL);
	}
}
