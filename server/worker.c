/* SPDX-License-Identifier: ISC */
/*
 * The processes that hash: a keeper that holds nothing but its socket, and a
 * worker that may do nothing but compute.
 */
#include "server/worker.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "auth/digest.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0
#endif

enum {
	ADDRESS_SPACE = 512 * 1024 * 1024, /* the dearest allowed cost, twice */
	PAUSE_NS = 100 * 1000 * 1000,      /* a worker that dies at once */
};

#define ALLOW(name)                                                            \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1),                 \
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* Jobs in, results out, memory, and the end: anything else kills. */
static void
lock_in(void)
{
#if ARCHITECTURE
	static struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		ALLOW(read),
		ALLOW(write),
		ALLOW(futex),
		ALLOW(mmap),
		ALLOW(munmap),
		ALLOW(mprotect),
		ALLOW(madvise),
		ALLOW(brk),
		ALLOW(mremap), /* glibc grows large blocks with it */
		ALLOW(exit_group),
		ALLOW(rt_sigreturn),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	static const struct sock_fprog program = {
		.len = sizeof rules / sizeof *rules,
		.filter = rules,
	};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!SANITIZED) /* a kernel without seccomp: as before */
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
#endif
}

static void
prepare(void)
{
	const struct rlimit none = { 0, 0 };
	const struct rlimit space = { ADDRESS_SPACE, ADDRESS_SPACE };
	const struct sched_param idle = { 0 };
	struct worker_result warm;
	struct kdf k = { .ln = 10, .r = 8, .p = 1 };
	static const char hex[SHA256_HEX];

	prctl(PR_SET_NAME, "pocketchat-hash");
	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &none);
	if (!SANITIZED)
		setrlimit(RLIMIT_AS, &space);
	mallopt(M_MMAP_THRESHOLD, 65536); /* or glibc keeps 16 MB for ever */
	sched_setscheduler(0, SCHED_IDLE, &idle);
	kdf_run(&k, hex, warm.hash); /* loads what OpenSSL loads lazily */
	lock_in();
}

static _Noreturn void
worker_run(int fd)
{
	struct worker_job job;
	struct worker_result r;
	ssize_t n;

	prepare();
	for (;;) {
		n = read(fd, &job, sizeof job);
		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof job)
			_exit(0);
		memset(&r, 0, sizeof r);
		r.number = job.number;
		r.fine = kdf_run(&job.kdf, job.hex, r.hash);
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

	prctl(PR_SET_NAME, "pocketchat-keep");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		pid = start_worker(fd);
		while (pid > 0 && waitpid(pid, &status, 0) < 0 &&
		    errno == EINTR)
			;
		if (pid > 0 && WIFEXITED(status))
			_exit(0); /* it saw the end of the socket */
		if (send(fd, &died, sizeof died, MSG_NOSIGNAL) < 0)
			_exit(0);
		nanosleep(&pause, NULL);
	}
}
