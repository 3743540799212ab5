/* SPDX-License-Identifier: ISC */
/* The walls: each case is a child that enters them and tries something. */
#include "server/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/calls.h"
#include "t/unit/tap.h"

static char home[] = "/tmp/pocketchat-sandbox-XXXXXX";
static bool landlock;

static const char *
at(const char *name)
{
	static char path[2][128];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", home, name);
	return path[turn];
}

/* 0, or errno. */
static int
opened(const char *name, int flags)
{
	int fd = open(at(name), flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
put(const char *name)
{
	return opened(name, O_WRONLY | O_CREAT);
}

/* ---- what is tried ---- */

static int
try_execve(void)
{
	char *const argv[] = { "true", NULL };

	return execve("/bin/true", argv, argv + 1) < 0 ? errno : 0;
}

static int
try_socket(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0) < 0 ? errno : 0;
}

static int
try_inet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int
try_ptrace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? errno : 0;
}

static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

static int
try_kill(void)
{
	return kill(getppid(), 0) < 0 ? errno : 0;
}

static int
try_signal_other(void)
{
	return syscall(SYS_tgkill, 1, 1, 0) < 0 ? errno : 0;
}

static int
try_abort(void)
{
	abort();
}

static int
try_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int
try_code_later(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_EXEC) < 0 ? errno : 0;
}

static int
try_memory(void)
{
	size_t i;

	for (i = 1; i < 64; i++) {
		volatile char *p = malloc(i << 16), *q;

		if (!p || !(q = realloc((void *)p, i << 18)))
			return 1;
		q[(i << 18) - 1] = 1;
		free((void *)q);
	}
	return 0;
}

static int
try_terminal(void)
{
	return isatty(STDOUT_FILENO) || errno != ENOTTY;
}

static int
try_ipv6_option(void)
{
	int one = 1;

	return setsockopt(0, IPPROTO_IPV6, 1, &one, sizeof one) < 0 ? errno : 0;
}

static int
try_data(void)
{
	int fault = put("data/new") || opened("data/new", O_RDWR | O_TRUNC) ||
		    opened("data", O_RDONLY | O_DIRECTORY);

	return fault || unlink(at("data/new")) < 0;
}

static int
try_read_outside(void)
{
	return opened("other/secret", O_RDONLY);
}

static int
try_write_outside(void)
{
	return put("other/new");
}

static int
try_out_of_data(void)
{
	return opened("data/way-out", O_RDONLY);
}

static int
try_read_certificate(void)
{
	return opened("cert/live", O_RDONLY);
}

static int
try_write_certificate(void)
{
	return opened("archive/1", O_WRONLY);
}

static int
try_open(void)
{
	return opened("data", O_RDONLY);
}

/* ---- trying ---- */

static void
enter_server(enum sandbox_mode mode)
{
	static struct sandbox s;

	sandbox_write(&s, at("data"));
	sandbox_read(&s, at("cert/live"));
	sandbox_enter(&s, mode);
}

/* What became of it: its answer, or 128 and the signal. */
static int
tried(int who, int (*what)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* no core */
		if (who >= 0)
			calls_limit((enum calls)who, false);
		else
			enter_server(who == -1 ? SANDBOX_ON : SANDBOX_LOG);
		_exit(what());
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

enum { SERVER = -1, LOGGED = -2, KILLED = 128 + SIGSYS };

static const struct {
	int who, (*what)(void), becomes;
	const char *sentence;
} calls[] = {
	{ SERVER, try_execve, KILLED, "no other program is started" },
	{ SERVER, try_socket, KILLED, "no netlink" },
	{ SERVER, try_inet, KILLED, "no connection out" },
	{ SERVER, try_ptrace, KILLED, "no tracing" },
	{ SERVER, try_fork, KILLED, "no other process" },
	{ SERVER, try_kill, KILLED, "no signal" },
	{ SERVER, try_signal_other, KILLED, "not even by thread" },
	{ SERVER, try_abort, 128 + SIGABRT, "but abort says what it is" },
	{ SERVER, try_code, KILLED, "no memory is code" },
	{ SERVER, try_code_later, KILLED, "nor becomes code" },
	{ SERVER, try_memory, 0, "memory there is" },
	{ SERVER, try_terminal, 0, "what asks for a terminal lives" },
	{ SERVER, try_ipv6_option, KILLED, "no odd option of sockets" },
	{ SERVER, try_data, 0, "data are made, written, removed" },
	{ SERVER, try_read_certificate, 0, "a certificate is read" },
	{ LOGGED, try_inet, 0, "sandbox=log refuses no call" },
	{ LOGGED, try_read_outside, 0, "and no file" },
	{ CALLS_WORKER, try_memory, 0, "a worker has memory" },
	{ CALLS_WORKER, try_code, KILLED, "but no code" },
	{ CALLS_WORKER, try_open, KILLED, "and no files" },
	{ CALLS_WORKER, try_fork, KILLED, "nor children" },
	{ CALLS_WORKER, try_inet, KILLED, "nor sockets" },
	{ CALLS_KEEPER, try_fork, 0, "the keeper may fork" },
	{ CALLS_KEEPER, try_open, KILLED, "and open nothing" },
	{ CALLS_KEEPER, try_execve, KILLED, "and start nothing else" },
};

static const struct {
	int (*what)(void), becomes;
	const char *sentence;
} files[] = {
	{ try_read_outside, EACCES, "what lies outside is not read" },
	{ try_write_outside, EACCES, "nothing is made there" },
	{ try_out_of_data, EACCES, "no link leads out" },
	{ try_write_certificate, EACCES, "certificates are not written" },
};

static void
check_calls(void)
{
	size_t i;

	for (i = 0; i < sizeof calls / sizeof *calls; i++) {
		int got = tried(calls[i].who, calls[i].what);

		ok(got == calls[i].becomes, calls[i].sentence);
		if (got != calls[i].becomes)
			printf("# %d, not %d\n", got, calls[i].becomes);
	}
}

static void
check_files(void)
{
	size_t i;

	if (!landlock) {
		printf("# no Landlock here: files are not tried\n");
		return;
	}
	for (i = 0; i < sizeof files / sizeof *files; i++)
		ok(tried(SERVER, files[i].what) == files[i].becomes,
		    files[i].sentence);
}

static int
reaches(void)
{
	static struct sandbox s;

	sandbox_write(&s, at("data"));
	sandbox_read(&s, at("cert/live"));
	s.walls = true; /* so says the list, whatever the kernel */
	return sandbox_reaches(&s, at("archive/1")) &&
	       sandbox_reaches(&s, at("cert/live")) &&
	       sandbox_reaches(&s, at("cert/not there")) &&
	       sandbox_reaches(&s, at("data/way-out")) == false &&
	       sandbox_reaches(&s, at("other/secret")) == false &&
	       sandbox_reaches(&s, "/") == false;
}

static void
furnish(void)
{
	if (!mkdtemp(home) || mkdir(at("data"), 0700) ||
	    mkdir(at("cert"), 0700) || mkdir(at("archive"), 0700) ||
	    mkdir(at("other"), 0700) || put("archive/1") ||
	    put("other/secret") || symlink("../archive/1", at("cert/live")) ||
	    symlink("../other/secret", at("data/way-out"))) {
		perror(home);
		exit(1);
	}
}

static void
clear(void)
{
	static const char *const names[] = { "cert/live", "archive/1",
		"other/secret", "data/way-out" };
	static const char *const folders[] = { "cert", "archive", "other",
		"data", "." };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		unlink(at(names[i]));
	for (i = 0; i < sizeof folders / sizeof *folders - 1; i++)
		rmdir(at(folders[i]));
	rmdir(home);
}

static int
try_nothing(void)
{
	return 0;
}

int
main(void)
{
	furnish();
	landlock = tried(SERVER, try_read_outside) == EACCES;
	ok(reaches(), "what is reached is known, at both ends of a link");
	if (SANITIZED || tried(CALLS_WORKER, try_nothing) != 0 ||
	    tried(CALLS_WORKER, try_inet) != KILLED)
		printf("# no seccomp here: calls are not tried\n");
	else
		check_calls();
	check_files();
	clear();
	return done();
}
