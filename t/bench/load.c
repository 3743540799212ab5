/* SPDX-License-Identifier: ISC */
/*
 * A load of requests from one core: raw bytes of files are sent on many
 * connections, so many deep, for so many seconds; what comes back is counted
 * and timed.
 *
 *   load PORT CONNECTIONS DEPTH SECONDS FILE [FILE2 PERCENT]
 *
 * prints "requests=N seconds=S errors=N p50=US p99=US max=US".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <netinet/tcp.h>

enum { DEPTH = 64, HEAD = 8192, READ = 256 * 1024, LATEST = 1 << 24 };

struct bytes {
	char *at;
	size_t len;
};

struct wire {
	int fd;
	int64_t sent[DEPTH]; /* us, a ring */
	unsigned first, under_way;
	char head[HEAD];
	size_t head_len;
	uint64_t body_left;
	struct bytes out; /* what could not be sent at once */
};

struct load {
	struct bytes ask[2];
	unsigned percent; /* of the second */
	unsigned depth;
	uint64_t done, errors, asked;
	uint32_t *took;
	bool over;
	char *scratch;
};

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct bytes
slurp(const char *path)
{
	struct bytes b = { malloc(1 << 20), 0 };
	int fd = open(path, O_RDONLY);
	ssize_t n = -1;

	if (fd < 0 || !b.at || (n = read(fd, b.at, 1 << 20)) <= 0)
		die(path);
	close(fd);
	b.len = (size_t)n;
	return b;
}

/* ---- asking ---- */

static void
put(struct wire *w, const char *at, size_t len)
{
	ssize_t n = w->out.len ? 0 : send(w->fd, at, len, MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN)
		die("send");
	if (n < 0)
		n = 0;
	if ((size_t)n == len)
		return;
	w->out.at = realloc(w->out.at, w->out.len + len - (size_t)n);
	memcpy(w->out.at + w->out.len, at + n, len - (size_t)n);
	w->out.len += len - (size_t)n;
}

static void
put_rest(struct wire *w)
{
	ssize_t n;

	if (w->out.len == 0)
		return;
	n = send(w->fd, w->out.at, w->out.len, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN)
		die("send");
	if (n > 0) {
		w->out.len -= (size_t)n;
		memmove(w->out.at, w->out.at + n, w->out.len);
	}
}

/* As many as the depth leaves, in one write. */
static void
ask(struct load *l, struct wire *w)
{
	size_t len = 0;
	int64_t now = now_us();

	while (!l->over && w->under_way < l->depth) {
		const struct bytes *b =
		    &l->ask[l->percent && l->asked++ % 100 < l->percent];

		memcpy(l->scratch + len, b->at, b->len);
		len += b->len;
		w->sent[(w->first + w->under_way++) % DEPTH] = now;
	}
	if (len)
		put(w, l->scratch, len);
}

/* ---- answers ---- */

static void
answered(struct load *l, struct wire *w)
{
	int64_t took = now_us() - w->sent[w->first % DEPTH];

	w->first++;
	w->under_way--;
	w->head_len = 0;
	if (l->done < LATEST)
		l->took[l->done] =
		    took > UINT32_MAX ? UINT32_MAX : (uint32_t)took;
	l->done++;
}

static void
head_stands(struct load *l, struct wire *w, size_t len)
{
	const char *line;

	w->head[len] = '\0';
	if (strncmp(w->head, "HTTP/1.1 2", 10))
		l->errors++;
	if (!(line = strcasestr(w->head, "\r\ncontent-length:")))
		die("an answer without a length");
	w->body_left = strtoull(line + 17, NULL, 10);
}

static void
take(struct load *l, struct wire *w, const char *at, size_t len)
{
	const char *end;
	size_t n, used;

	while (len > 0) {
		if (w->head_len != HEAD) { /* HEAD: it stands */
			n = len < HEAD - 1 - w->head_len
				? len
				: HEAD - 1 - w->head_len;
			memcpy(w->head + w->head_len, at, n);
			end = memmem(w->head, w->head_len + n, "\r\n\r\n", 4);
			if (!end) {
				w->head_len += n;
				return;
			}
			used = (size_t)(end - w->head) + 4 - w->head_len;
			head_stands(l, w, w->head_len + used);
			at += used;
			len -= used;
			w->head_len = HEAD;
		}
		n = w->body_left < len ? (size_t)w->body_left : len;
		w->body_left -= n;
		at += n;
		len -= n;
		if (w->body_left == 0)
			answered(l, w);
	}
	if (w->head_len == HEAD && w->body_left == 0)
		answered(l, w);
}

static void
ready(struct load *l, struct wire *w)
{
	static char in[READ];
	ssize_t n;

	put_rest(w);
	while ((n = recv(w->fd, in, sizeof in, 0)) > 0) {
		take(l, w, in, (size_t)n);
		if ((size_t)n < sizeof in)
			break;
	}
	if (n == 0 || (n < 0 && errno != EAGAIN))
		die("the server closed a connection");
	ask(l, w);
}

/* ---- all ---- */

static void
connect_one(struct wire *w, int port, int epoll)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = w };
	int on = 1;

	w->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (w->fd < 0 || connect(w->fd, (struct sockaddr *)&to, sizeof to) < 0)
		die("connect");
	setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	fcntl(w->fd, F_SETFL, O_NONBLOCK);
	epoll_ctl(epoll, EPOLL_CTL_ADD, w->fd, &e);
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
report(struct load *l, double seconds)
{
	uint64_t n = l->done < LATEST ? l->done : LATEST;

	if (n == 0)
		die("no answer");
	qsort(l->took, n, sizeof *l->took, by_size);
	printf("requests=%llu seconds=%.6f errors=%llu p50=%u p99=%u max=%u\n",
	    (unsigned long long)l->done, seconds, (unsigned long long)l->errors,
	    l->took[n / 2], l->took[n * 99 / 100], l->took[n - 1]);
}

static void
go(struct load *l, struct wire *wires, unsigned count, int epoll,
    double seconds)
{
	struct epoll_event e[256];
	int64_t start = now_us(), stop = start + (int64_t)(seconds * 1e6), end;
	unsigned i, left = count;
	int n;

	for (i = 0; i < count; i++)
		ask(l, &wires[i]);
	do {
		n = epoll_wait(epoll, e, 256, 100);
		l->over = now_us() >= stop;
		for (i = 0; (int)i < n; i++)
			ready(l, e[i].data.ptr);
		if (l->over)
			for (left = i = 0; i < count; i++)
				left += wires[i].under_way;
		end = now_us();
	} while (left > 0 && end < stop + 30000000);
	report(l, (double)(end - start) / 1e6);
}

int
main(int argc, char **argv)
{
	struct load l = { .took = malloc(LATEST * sizeof(uint32_t)) };
	struct wire *wires;
	unsigned count, i;
	int epoll = epoll_create1(0);

	if (argc < 6)
		return 2;
	count = (unsigned)atoi(argv[2]);
	l.depth = (unsigned)atoi(argv[3]);
	l.ask[0] = slurp(argv[5]);
	if (argc > 7) {
		l.ask[1] = slurp(argv[6]);
		l.percent = (unsigned)atoi(argv[7]);
	}
	if (!count || !l.depth || l.depth > DEPTH)
		return 2;
	l.scratch = malloc(DEPTH * (l.ask[0].len + l.ask[1].len));
	wires = calloc(count, sizeof *wires);
	for (i = 0; i < count; i++)
		connect_one(&wires[i], atoi(argv[1]), epoll);
	go(&l, wires, count, epoll, atof(argv[4]));
	return l.errors ? 3 : 0;
}
