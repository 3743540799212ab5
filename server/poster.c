/* SPDX-License-Identifier: ISC */
/* The process that posts: waits for jobs, and forks a child for each. */
#include "server/poster.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "json/mem.h"
#include "server/calls.h"
#include "server/poster_call.h"
#include "server/privilege.h"
#include "server/sandbox.h"
#include "server/tls_client.h"

enum {
	SOCKET_ROOM = 512 * 1024, /* a job with the longest body fits */
	ADDRESS_SPACE = 512 * 1024 * 1024,
};

/* ---- its walls ---- */

/* What a resolver and the check of certificates read. */
static void
lock_in(const struct conf *conf)
{
	static const char *const files[] = { "/etc/resolv.conf", "/etc/hosts",
		"/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf",
		"/etc/services", "/etc/ssl/certs", "/etc/pki/tls/certs",
		"/usr/share/ca-certificates",
		"/usr/local/share/ca-certificates", "/run/systemd/resolve" };
	struct sandbox box = { .places = 0 };
	struct addrinfo *any = NULL;
	size_t i;

	/* what is loaded lazily, while it can be */
	if (getaddrinfo("localhost", "80", NULL, &any) == 0)
		freeaddrinfo(any);
	for (i = 0; i < sizeof files / sizeof *files; i++)
		sandbox_file(&box, files[i]);
	sandbox_enter_as(&box, (enum sandbox_mode)conf->sandbox, CALLS_POSTER);
}

/* NULL: nobody is believed, and nothing is called by HTTPS. */
static struct tls_trust *
prepare(const struct conf *conf)
{
	const struct rlimit space = { ADDRESS_SPACE, ADDRESS_SPACE };
	struct tls_trust *trust = tls_trust_new(); /* while it may read */

	privilege_forgo();
	prctl(PR_SET_NAME, "pocketchat-post");
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a new uid would undo it */
	signal(SIGCHLD, SIG_IGN);         /* nobody waits for them */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN); /* of the terminal: the server ends us */
	signal(SIGHUP, SIG_IGN);
	if (!SANITIZED)
		setrlimit(RLIMIT_AS, &space);
	lock_in(conf);
	return trust;
}

/* ---- a job ---- */

static _Noreturn void
run_job(int fd, const struct post_job *job, const char *rest,
    const struct poster_rules *rules)
{
	struct post_result *r = mem_zero(sizeof *r);
	struct str url = { rest, job->url_len };
	struct str body = { rest + job->url_len, job->body_len };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(POST_SECONDS);
	r->number = job->number;
	poster_call(rules, url, body, r);
	send(
	    fd, r, offsetof(struct post_result, answer) + r->len, MSG_NOSIGNAL);
	_exit(0);
}

/* As many children as the server has jobs out, so this is bounded there. */
static _Noreturn void
run(int fd, const struct poster_rules *rules)
{
	enum { MOST = sizeof(struct post_job) + POST_URL + POST_BODY };
	char *packet = mem_get(MOST);
	struct post_job job;
	ssize_t n;

	for (;;) {
		n = recv(fd, packet, MOST, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < (ssize_t)sizeof job)
			_exit(0); /* the server has ended */
		memcpy(&job, packet, sizeof job);
		if (job.url_len > POST_URL || job.body_len > POST_BODY ||
		    (size_t)n != sizeof job + job.url_len + job.body_len)
			_exit(1);
		if (fork() == 0)
			run_job(fd, &job, packet + sizeof job, rules);
	}
}

/* Its socket becomes 3, and there is nothing else. */
static _Noreturn void
begin(int fd, const struct conf *conf)
{
	struct poster_rules rules = { .private_too = conf->outgoing_private };

	dup2(fd, 3);
	close_range(4, ~0u, 0);
	close(0);
	close(1);
	rules.trust = prepare(conf);
	run(3, &rules);
}

int
poster_fork(const struct conf *conf)
{
	const int room = SOCKET_ROOM;
	int fd[2], i;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) < 0)
		return -1;
	for (i = 0; i < 2; i++)
		setsockopt(fd[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	if ((pid = fork()) == 0)
		begin(fd[1], conf);
	close(fd[1]);
	if (pid < 0) {
		close(fd[0]);
		return -1;
	}
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	return fd[0];
}
