/* SPDX-License-Identifier: ISC */
/*
 * Clients that a server must bear, many at once, on loopback:
 *
 *	hold ADDRESS PORT BEHAVIOUR COUNT SECONDS [FILE]
 *
 * idle: one request, then silence; drip: a head that comes byte by byte;
 * body: the same with a body; deaf: the bytes of FILE are sent, and no answer
 * is ever read; ping: COUNT clients ask for FILE's bytes (or /api/version)
 * again and again, and the times of their answers are told.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum behaviour { IDLE, DRIP, BODY, DEAF, PING };

struct client {
	size_t sent;  /* of the text */
	double asked; /* ping: when; else when it was opened */
	double ended; /* when the server closed; 0: it has not */
	bool answered;
};

struct bench {
	enum behaviour how;
	struct sockaddr_in to;
	int count;
	double until, next_drip;
	char *text;
	size_t len;
	struct pollfd *fd;
	struct client *client;
	double *took; /* ping: seconds each */
	size_t answers, room;
};

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

static void
read_file(struct bench *b, const char *name)
{
	FILE *f = fopen(name, "rb");
	size_t n;

	if (!f)
		die(name);
	b->text = malloc(1 << 20);
	while ((n = fread(b->text + b->len, 1, (1 << 20) - b->len, f)) > 0)
		b->len += n;
	fclose(f);
}

static void
choose_text(struct bench *b, const char *file)
{
	static char get[] = "GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n";
	static char head[] = "GET /api/version HTTP/1.1\r\nHost: a\r\nX: ";
	static char body[] = "POST /api/login HTTP/1.1\r\nHost: a\r\n"
			     "Content-Length: 200000\r\n\r\n";

	if (file) {
		read_file(b, file);
		return;
	}
	b->text = b->how == DRIP ? head : b->how == BODY ? body : get;
	b->len = strlen(b->text);
}

static void
connect_all(struct bench *b)
{
	int i, fd;

	for (i = 0; i < b->count; i++) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd < 0 ||
		    connect(fd, (struct sockaddr *)&b->to, sizeof b->to) < 0)
			die("connect");
		fcntl(fd, F_SETFL, O_NONBLOCK);
		b->fd[i] = (struct pollfd){ fd, POLLIN | POLLOUT, 0 };
		b->client[i].asked = now();
	}
}

static void
ended(struct bench *b, int i)
{
	b->client[i].ended = now();
	close(b->fd[i].fd);
	b->fd[i].fd = -1;
}

static void
write_some(struct bench *b, int i)
{
	struct client *c = &b->client[i];
	ssize_t n = send(
	    b->fd[i].fd, b->text + c->sent, b->len - c->sent, MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN) {
		ended(b, i);
		return;
	}
	c->sent += n > 0 ? (size_t)n : 0;
	if (c->sent == b->len)
		b->fd[i].events = b->how == DEAF ? 0 : POLLIN;
}

static void
note_answer(struct bench *b, struct client *c)
{
	if (b->answers == b->room) {
		b->room = b->room ? b->room * 2 : 4096;
		b->took = realloc(b->took, b->room * sizeof *b->took);
	}
	b->took[b->answers++] = now() - c->asked;
}

/* Answers of ping are taken for whole when they end in "}": they do. */
static void
read_some(struct bench *b, int i)
{
	struct client *c = &b->client[i];
	char buf[65536];
	ssize_t n = recv(b->fd[i].fd, buf, sizeof buf, 0);

	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		ended(b, i);
	} else if (n > 0 && b->how == PING && buf[n - 1] == '}') {
		note_answer(b, c);
		c->sent = 0;
		c->asked = now();
		write_some(b, i);
	} else if (n > 0) {
		c->answered = true;
	}
}

static void
drip(struct bench *b)
{
	int i;

	if ((b->how != DRIP && b->how != BODY) || now() < b->next_drip)
		return;
	b->next_drip = now() + 1;
	for (i = 0; i < b->count; i++)
		if (b->fd[i].fd >= 0 && b->client[i].sent == b->len)
			send(b->fd[i].fd, "a", 1, MSG_NOSIGNAL);
}

static void
run(struct bench *b)
{
	int i;

	while (now() < b->until) {
		if (poll(b->fd, (nfds_t)b->count, 100) < 0 && errno != EINTR)
			die("poll");
		for (i = 0; i < b->count; i++) {
			if (b->fd[i].revents & (POLLIN | POLLHUP | POLLERR))
				read_some(b, i);
			else if (b->fd[i].revents & POLLOUT)
				write_some(b, i);
		}
		drip(b);
	}
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
report(struct bench *b)
{
	int i, closed = 0, answered = 0;
	double longest = 0, t;

	for (i = 0; i < b->count; i++) {
		answered += b->client[i].answered;
		closed += b->client[i].ended > 0;
		t = b->client[i].ended - b->client[i].asked;
		if (b->client[i].ended > 0 && t > longest)
			longest = t;
	}
	printf("%d clients, %d answered, %d cut, the last after %.1f s\n",
	    b->count, answered, closed, longest);
	if (!b->answers)
		return;
	qsort(b->took, b->answers, sizeof *b->took, by_size);
	printf("%zu answers, ms: p50 %.3f, p99 %.3f, most %.3f\n", b->answers,
	    1000 * b->took[b->answers / 2],
	    1000 * b->took[b->answers * 99 / 100],
	    1000 * b->took[b->answers - 1]);
}

int
main(int argc, char **argv)
{
	static const char *const names[] = { "idle", "drip", "body", "deaf",
		"ping" };
	struct rlimit most;
	struct bench b = { .to.sin_family = AF_INET };

	while (argc > 5 && b.how < PING && strcmp(argv[3], names[b.how]))
		b.how++;
	if (argc < 6 || strcmp(argv[3], names[b.how]) ||
	    inet_pton(AF_INET, argv[1], &b.to.sin_addr) != 1) {
		fputs("usage: hold ADDRESS PORT idle|drip|body|deaf|ping COUNT "
		      "SECONDS [FILE]\n",
		    stderr);
		return 2;
	}
	getrlimit(RLIMIT_NOFILE, &most);
	most.rlim_cur = most.rlim_max;
	setrlimit(RLIMIT_NOFILE, &most);
	b.to.sin_port = htons((in_port_t)atoi(argv[2]));
	b.count = atoi(argv[4]);
	b.fd = calloc((size_t)b.count, sizeof *b.fd);
	b.client = calloc((size_t)b.count, sizeof *b.client);
	choose_text(&b, argc > 6 ? argv[6] : NULL);
	connect_all(&b);
	b.until = now() + atof(argv[5]);
	run(&b);
	report(&b);
	return 0;
}
