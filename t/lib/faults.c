/* SPDX-License-Identifier: ISC */
/*
 * A world that fails, to be preloaded (LD_PRELOAD):
 *
 *   FAULT=kind:n[:errno[:count]]  the n-th call of that kind fails with that
 *                     errno (a number; 0: it is done, but only by half), and
 *                     count - 1 more behind it (count 0: all of them)
 *   FAULT_FROM=ready  counting begins when the server says that it is ready
 *   FAULT_SEEN=file   a line is added for each call that failed
 *   CLOCK_AHEAD=n     it is n seconds later than it is
 *
 * Kinds: malloc write fsync read open truncate send recv accept move. Processes
 * that the program forks are left alone, and so are the standard ends.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind {
	MALLOC,
	WRITE,
	FSYNC,
	READ,
	OPEN,
	TRUNCATE,
	SEND,
	RECV,
	ACCEPT,
	MOVE,
	KINDS
};

static const char *const names[KINDS] = { "malloc", "write", "fsync", "read",
	"open", "truncate", "send", "recv", "accept", "move" };

static struct {
	bool armed;
	enum kind kind;
	long first, last, calls;
	int error, seen;
} fault = { .seen = -1 };

/* glibc's own names, so that nothing is looked up while memory is asked for */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

__attribute__((constructor)) static void
begin(void)
{
	const char *text = getenv("FAULT"), *from = getenv("FAULT_FROM");
	const char *seen = getenv("FAULT_SEEN");
	char *at;
	long count = 1;
	int i;

	for (i = 0; text && i < KINDS; i++) {
		size_t n = strlen(names[i]);

		if (strncmp(text, names[i], n) || text[n] != ':')
			continue;
		fault.kind = (enum kind)i;
		fault.error = i == MALLOC ? ENOMEM : EIO;
		fault.first = strtol(text + n + 1, &at, 10);
		if (*at == ':')
			fault.error = (int)strtol(at + 1, &at, 10);
		if (*at == ':')
			count = strtol(at + 1, &at, 10);
		fault.last = count ? fault.first + count - 1 : __LONG_MAX__;
		if (seen)
			fault.seen = open(seen,
			    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
		fault.armed = !from;
		return;
	}
}

static bool
fails(enum kind kind)
{
	if (!fault.armed || kind != fault.kind)
		return false;
	fault.calls++;
	if (fault.calls < fault.first || fault.calls > fault.last)
		return false;
	if (fault.seen >= 0)
		syscall(SYS_write, fault.seen, "x\n", 2);
	errno = fault.error;
	return true;
}

/* Half of it, at least a byte. */
static size_t
half(size_t n)
{
	return n > 1 ? n / 2 : n;
}

#define REAL(name)                     \
	static __typeof__(&name) real; \
	if (!real)                     \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

pid_t
fork(void)
{
	REAL(fork);
	pid_t pid = real();

	if (pid == 0)
		fault.armed = false;
	return pid;
}

void *
malloc(size_t n)
{
	return fails(MALLOC) ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails(MALLOC) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails(MALLOC) ? NULL : __libc_realloc(p, n);
}

static bool
says_ready(const void *text, size_t n)
{
	return getenv("FAULT_FROM") && memmem(text, n, "msg=ready", 9);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	if (fd == 2 && !fault.armed && fault.first && says_ready(p, n))
		fault.armed = true;
	else if (fd > 2 && fails(WRITE)) {
		if (fault.error)
			return -1;
		n = half(n);
	}
	return syscall(SYS_write, fd, p, n);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	REAL(pwrite64);

	if (fails(WRITE)) {
		if (fault.error)
			return -1;
		n = half(n);
	}
	return real(fd, p, n, at);
}

ssize_t
read(int fd, void *p, size_t n)
{
	if (fd > 2 && fails(READ)) {
		if (fault.error)
			return -1;
		n = half(n);
	}
	return syscall(SYS_read, fd, p, n);
}

ssize_t
pread64(int fd, void *p, size_t n, off64_t at)
{
	REAL(pread64);

	if (fails(READ)) {
		if (fault.error)
			return -1;
		n = half(n);
	}
	return real(fd, p, n, at);
}

int
fsync(int fd)
{
	REAL(fsync);

	return fails(FSYNC) ? -1 : real(fd);
}

int
fdatasync(int fd)
{
	REAL(fdatasync);

	return fails(FSYNC) ? -1 : real(fd);
}

int
ftruncate64(int fd, off64_t n)
{
	REAL(ftruncate64);

	return fails(TRUNCATE) ? -1 : real(fd, n);
}

int
open64(const char *path, int flags, ...)
{
	REAL(open64);
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return fails(OPEN) ? -1 : real(path, flags, mode);
}

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	REAL(sendmsg);
	struct iovec some;
	struct msghdr less = { .msg_iov = &some, .msg_iovlen = 1 };

	if (!fails(SEND))
		return real(fd, m, flags);
	if (fault.error)
		return -1;
	some = m->msg_iov[0];
	some.iov_len = half(some.iov_len);
	return real(fd, &less, flags);
}

ssize_t
recv(int fd, void *p, size_t n, int flags)
{
	REAL(recv);

	/* half a packet of the helper's would be the loss of the other half */
	if (n > 4096 && fails(RECV)) {
		if (fault.error)
			return -1;
		n = half(n > 64 ? 64 : n);
	}
	return real(fd, p, n, flags);
}

int
renameat(int from, const char *old, int to, const char *name)
{
	REAL(renameat);

	return fails(MOVE) ? -1 : real(from, old, to, name);
}

int
accept4(int fd, struct sockaddr *a, socklen_t *n, int flags)
{
	REAL(accept4);

	return fails(ACCEPT) ? -1 : real(fd, a, n, flags);
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
	REAL(clock_gettime);
	const char *ahead = getenv("CLOCK_AHEAD");
	int done = real(id, t);

	if (done == 0 && ahead && id == CLOCK_REALTIME)
		t->tv_sec += atol(ahead);
	return done;
}
