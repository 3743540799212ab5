/* SPDX-License-Identifier: ISC */
/*
 * Followers of a room, many at once, on loopback:
 *
 *	follow PORT COUNT ROUNDS ASK POST [PAUSE]
 *
 * COUNT connections send the bytes of the file ASK, which begin a stream;
 * "held" is told, and PAUSE seconds later ROUNDS posts (the file POST) are
 * made, one by one: how long from each one's answer until the last follower
 * has its line, which ends with "}\n".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TEXT = 64 * 1024, PATIENCE_MS = 10000 };

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static size_t
read_file(const char *name, char text[TEXT])
{
	FILE *f = fopen(name, "rb");
	size_t n;

	if (!f)
		die(name);
	n = fread(text, 1, TEXT, f);
	fclose(f);
	return n;
}

static int
dial(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((in_port_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
		die("connect");
	return fd;
}

static void
ask(int fd, const char *text, size_t len)
{
	char head[TEXT];

	if (send(fd, text, len, MSG_NOSIGNAL) != (ssize_t)len)
		die("send");
	if (recv(fd, head, sizeof head, 0) <= 0)
		die("no answer");
}

/* Each follower has something new: when the last one had. */
static double
all_heard(int ep, int count)
{
	struct epoll_event event[256];
	char buf[TEXT];
	int i, n, left = count;
	ssize_t got;

	while (left > 0) {
		n = epoll_wait(ep, event, 256, PATIENCE_MS);
		if (n <= 0)
			return -1;
		for (i = 0; i < n; i++) {
			got = recv(event[i].data.fd, buf, sizeof buf, 0);
			if (got <= 0)
				return -1;
			left -= memmem(buf, (size_t)got, "}\n", 2) != NULL;
		}
	}
	return now();
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
measure(int port, int ep, int count, int rounds, const char *post, size_t len)
{
	double *took = calloc((size_t)rounds, sizeof *took), at;
	struct timespec rest = { 0, 20 * 1000 * 1000 };
	int fd = dial(port), i;

	for (i = 0; i < rounds; i++) {
		ask(fd, post, len);
		at = now();
		took[i] = all_heard(ep, count) - at;
		if (took[i] < -1)
			die("a follower heard nothing");
		nanosleep(&rest, NULL);
	}
	qsort(took, (size_t)rounds, sizeof *took, by_size);
	printf("followers=%d p50=%.3f p99=%.3f max=%.3f\n", count,
	    1000 * took[rounds / 2], 1000 * took[rounds * 99 / 100],
	    1000 * took[rounds - 1]);
}

int
main(int argc, char **argv)
{
	static char stream[TEXT], post[TEXT];
	struct rlimit most;
	int port, count, ep, i, fd;
	size_t len;

	if (argc < 6) {
		fputs("usage: follow PORT COUNT ROUNDS ASK POST [PAUSE]\n",
		    stderr);
		return 2;
	}
	getrlimit(RLIMIT_NOFILE, &most);
	most.rlim_cur = most.rlim_max;
	setrlimit(RLIMIT_NOFILE, &most);
	port = atoi(argv[1]);
	count = atoi(argv[2]);
	len = read_file(argv[4], stream);
	ep = epoll_create1(0);
	for (i = 0; i < count; i++) {
		struct epoll_event e = { .events = EPOLLIN };

		e.data.fd = fd = dial(port);
		ask(fd, stream, len);
		epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
	}
	puts("held");
	fflush(stdout);
	sleep(argc > 6 ? (unsigned)atoi(argv[6]) : 0);
	measure(port, ep, count, atoi(argv[3]), post, read_file(argv[5], post));
	return 0;
}
