/* SPDX-License-Identifier: ISC */
/* Lists of system calls, and the filter that is made of them. */
#include "server/calls.h"

#include <assert.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__arm__) && defined(__ARM_EABI__) && defined(__ARMEL__)
#define ARCHITECTURE AUDIT_ARCH_ARM
#else
#define ARCHITECTURE 0 /* its lists have not been written */
#endif

/* ---- the lists of system calls ---- */

enum test {
	ALWAYS,
	ONLY,    /* the argument is this value */
	WITHOUT, /* the argument has none of these bits */
	MYSELF,  /* the argument is the own process */
	REFUSED, /* fails with the value as errno: its callers can live so */
};

struct call {
	int number;
	enum test test;
	unsigned arg;
	uint32_t value;
};

/* clang-format off */
#define CALL(name) { .number = __NR_##name }
#define TEST(name, test, arg, value) { __NR_##name, test, arg, value }
/* clang-format on */

/* Bytes through open descriptors, memory that is not code, and the end: the
 * whole list of a worker, and what all others have too. */
static const struct call computing[] = {
	CALL(read),
	CALL(write),
	CALL(futex),
#ifdef __NR_futex_time64
	CALL(futex_time64),
#endif
#ifdef __NR_mmap
	TEST(mmap, WITHOUT, 2, PROT_EXEC),
#endif
#ifdef __NR_mmap2
	TEST(mmap2, WITHOUT, 2, PROT_EXEC),
#endif
	CALL(munmap),
	TEST(mprotect, WITHOUT, 2, PROT_EXEC),
	CALL(madvise),
	CALL(brk),
	CALL(mremap), /* realloc of large blocks */
	CALL(exit_group),
	CALL(rt_sigreturn),
};

/* fork and nothing like it: no threads, no namespaces. */
#define FORK_BITS (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CSIGNAL)

/* Its children begin under this list, and tie their own one tighter. */
static const struct call keeping[] = {
	TEST(clone, WITHOUT, 0, ~(uint32_t)FORK_BITS),
#ifdef __NR_fork
	CALL(fork),
#endif
	CALL(wait4),
	CALL(sendto),
#ifdef __NR_send
	CALL(send),
#endif
	CALL(nanosleep),
	CALL(clock_nanosleep),
#ifdef __NR_clock_nanosleep_time64
	CALL(clock_nanosleep_time64),
#endif
	CALL(getpid),
	CALL(getppid),
	CALL(gettid),
	CALL(set_robust_list),
	CALL(set_tid_address),
	CALL(rt_sigprocmask),
	CALL(sched_setscheduler),
	TEST(prctl, ONLY, 0, PR_SET_NAME),
	TEST(prctl, ONLY, 0, PR_SET_PDEATHSIG),
	TEST(prctl, ONLY, 0, PR_SET_SECCOMP),
};

/*
 * The loop, its connections, SQLite, certificates read again, and abort().
 * It makes no socket, no process and no thread: none of these is here.
 */
static const struct call serving[] = {
	CALL(epoll_ctl), /* the loop */
	CALL(epoll_pwait),
#ifdef __NR_epoll_wait
	CALL(epoll_wait),
#endif
	CALL(clock_gettime),
	CALL(gettimeofday),
#ifdef __NR_time
	CALL(time),
#endif
#ifdef __NR_clock_gettime64
	CALL(clock_gettime64),
	CALL(clock_nanosleep_time64),
#endif
	CALL(nanosleep),
	CALL(clock_nanosleep),
	CALL(restart_syscall), /* stopped and continued */

	/* connections */
	CALL(accept4),
	CALL(recvfrom),
	CALL(sendto),
	CALL(recvmsg),
	CALL(sendmsg),
#ifdef __NR_recv
	CALL(recv),
	CALL(send),
#endif
	CALL(readv),
	CALL(writev),
	CALL(shutdown),
	CALL(getsockname),
	CALL(getpeername),
	CALL(getsockopt),
	TEST(setsockopt, ONLY, 1, SOL_SOCKET),
	TEST(setsockopt, ONLY, 1, IPPROTO_TCP),
	CALL(close),

	/* files */
	CALL(pread64),
	CALL(pwrite64),
	CALL(lseek),
	CALL(fsync),
	CALL(fdatasync),
	CALL(ftruncate),
	CALL(fallocate),
	CALL(fcntl),
	CALL(fstat),
	CALL(statx),
	CALL(openat),
	CALL(unlinkat),
	CALL(readlinkat),
	CALL(faccessat),
#ifdef __NR_faccessat2
	CALL(faccessat2),
#endif
	CALL(renameat2),
#ifdef __NR_renameat
	CALL(renameat),
#endif
	CALL(mkdirat),
	CALL(flock), /* while a backup copies, no upload goes */
#ifdef __NR_sync_file_range
	CALL(sync_file_range),
#endif
#ifdef __NR_sync_file_range2
	CALL(sync_file_range2),
#endif
#ifdef __NR_arm_sync_file_range
	CALL(arm_sync_file_range),
#endif
	CALL(fchmod),
	CALL(fchown), /* what root made, to the database's owner */
	CALL(getdents64),
	CALL(getcwd),
	CALL(statfs),
	CALL(fstatfs),
#ifdef __NR_newfstatat
	CALL(newfstatat),
#endif
#ifdef __NR_open
	CALL(open),
	CALL(stat),
	CALL(lstat),
	CALL(access),
	CALL(unlink),
	CALL(readlink),
#endif
#ifdef __NR_fcntl64 /* 32 bits */
	CALL(fcntl64),
	CALL(_llseek),
	CALL(ftruncate64),
	CALL(fstat64),
	CALL(stat64),
	CALL(lstat64),
	CALL(fstatat64),
	CALL(statfs64),
	CALL(fstatfs64),
	CALL(fchown32),
	CALL(getuid32),
	CALL(geteuid32),
	CALL(getgid32),
	CALL(getegid32),
#endif
	TEST(ioctl, REFUSED, 1, ENOTTY), /* "is it a terminal?" */

	/* who am I, and chance */
	CALL(getrandom),
	CALL(getpid),
	CALL(gettid),
	CALL(getuid),
	CALL(geteuid),
	CALL(getgid),
	CALL(getegid),
	CALL(sysinfo), /* qsort asks how much memory there is */
	CALL(sched_yield),
	CALL(sched_getaffinity),

	/* signals, abort() among them */
	CALL(rt_sigaction),
	CALL(rt_sigprocmask),
#ifdef __NR_sigreturn
	CALL(sigreturn),
#endif
	TEST(tgkill, MYSELF, 0, 0),
	CALL(exit),
};

/*
 * A job is a child, and a child resolves a name, calls and reads the answer.
 * Routing sockets are how the resolver learns which addresses it has.
 */
static const struct call posting[] = {
	TEST(clone, WITHOUT, 0, ~(uint32_t)FORK_BITS),
#ifdef __NR_fork
	CALL(fork),
#endif
	CALL(set_robust_list),
	CALL(getppid),
	TEST(prctl, ONLY, 0, PR_SET_PDEATHSIG),
	TEST(prctl, ONLY, 0, PR_SET_SECCOMP),
#ifdef __NR_alarm
	CALL(alarm),
#endif
	CALL(setitimer),
	TEST(socket, ONLY, 0, AF_INET),
	TEST(socket, ONLY, 0, AF_INET6),
	TEST(socket, ONLY, 0, AF_NETLINK),
	TEST(socket, REFUSED, 0, EACCES),
	CALL(connect),
	CALL(bind),
	CALL(ppoll),
#ifdef __NR_ppoll_time64
	CALL(ppoll_time64),
#endif
#ifdef __NR_poll
	CALL(poll),
#endif
	CALL(sendmmsg),
	CALL(uname),
	TEST(setsockopt, ONLY, 1, IPPROTO_IP), /* the resolver's wishes */
	TEST(setsockopt, ONLY, 1, IPPROTO_IPV6),
	TEST(ioctl, ONLY, 1, FIONREAD),
};

/* ---- their filter ---- */

enum { MOST = 600 }; /* instructions; a row takes at most 5 */

_Static_assert(
    (sizeof computing + sizeof serving + sizeof posting) / sizeof(struct call) <
	MOST / 5 - 1,
    "a filter holds all its rows");

struct program {
	struct sock_filter code[MOST];
	unsigned short len;
	uint32_t otherwise; /* what becomes of calls that no row names */
};

/* A jump skips so many instructions when its test holds, or when it fails. */
static void
put(struct program *p, unsigned code, uint32_t k, uint8_t yes, uint8_t no)
{
	assert(p->len < MOST);
	p->code[p->len++] = (struct sock_filter){ (uint16_t)code, yes, no, k };
}

static void
put_load(struct program *p, size_t offset)
{
	put(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void
put_return(struct program *p, uint32_t action)
{
	put(p, BPF_RET | BPF_K, action, 0, 0);
}

/* The lower half of an argument: all that is tested here are ints, and the
 * machines are little-endian. */
static void
put_argument(struct program *p, const struct call *c)
{
	const bool bits = c->test == WITHOUT;

	put_load(p, offsetof(struct seccomp_data, args) + 8 * c->arg);
	put(p, BPF_JMP | BPF_K | (bits ? BPF_JSET : BPF_JEQ),
	    c->test == MYSELF ? (uint32_t)getpid() : c->value, bits, !bits);
	put_return(p, SECCOMP_RET_ALLOW);
	put_load(p, offsetof(struct seccomp_data, nr));
}

static void
put_call(struct program *p, const struct call *c)
{
	bool plain = c->test == ALWAYS || c->test == REFUSED;

	put(p, BPF_JMP | BPF_K | BPF_JEQ, (uint32_t)c->number, 0,
	    plain ? 1 : 4);
	if (c->test == ALWAYS)
		put_return(p, SECCOMP_RET_ALLOW);
	else if (c->test != REFUSED)
		put_argument(p, c);
	else if (p->otherwise == SECCOMP_RET_LOG)
		put_return(p, SECCOMP_RET_LOG);
	else
		put_return(p, SECCOMP_RET_ERRNO | c->value);
}

/* A second set of numbers on the same machine would be a second door. */
static void
put_begin(struct program *p)
{
	put_load(p, offsetof(struct seccomp_data, arch));
	put(p, BPF_JMP | BPF_K | BPF_JEQ, ARCHITECTURE, 1, 0);
	put_return(p, p->otherwise);
	put_load(p, offsetof(struct seccomp_data, nr));
}

static void
put_calls(struct program *p, const struct call *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		put_call(p, &list[i]);
}

#define PUT_LIST(p, list) put_calls(p, list, sizeof list / sizeof *list)

/* False with errno; no_new_privs is set. */
static bool
apply(struct program *p)
{
	struct sock_fprog filter = { .filter = p->code };

	put_return(p, p->otherwise);
	filter.len = p->len;
	if (!ARCHITECTURE) {
		errno = ENOSYS;
		return false;
	}
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

bool
calls_limit(enum calls who, bool only_log)
{
	static struct program p; /* 5 KB: too much for a small stack */

	p.len = 0;
	p.otherwise = only_log ? SECCOMP_RET_LOG : SECCOMP_RET_KILL_PROCESS;
	/* logging came with 4.14; before, it would kill */
	if (only_log &&
	    syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &p.otherwise) < 0)
		return false;
	put_begin(&p);
	if (who == CALLS_POSTER)
		PUT_LIST(&p, posting); /* first: it has more of some calls */
	if (who == CALLS_SERVER || who == CALLS_POSTER)
		PUT_LIST(&p, serving);
	PUT_LIST(&p, computing);
	if (who == CALLS_KEEPER)
		PUT_LIST(&p, keeping);
	return apply(&p);
}
