/* SPDX-License-Identifier: ISC */
/*
 * The bare limit: an epoll loop that parses nothing and knows nobody, and
 * does what its mode says for each blank line that it reads.
 *
 *   bare PORT answer FILE     sends the file's bytes
 *   bare PORT page DIR        reads 50 messages of GENERAL, as JSON
 *   bare PORT send DIR        writes a message into GENERAL; one COMMIT and
 *                             one write per connection a turn of the loop
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <netinet/tcp.h>

#include "auth/random.h"
#include "json/mem.h"
#include "json/writer.h"
#include "server/shapes.h"
#include "store/store.h"

enum { READ = 64 * 1024, EVENTS = 512 };

struct bare {
	struct store *db;
	struct room room;
	struct user admin;
	struct buf answer; /* to all, or made anew for each */
	bool pages, sends;
	struct arena mem;
	unsigned owed[65536]; /* answers of this turn, by descriptor */
	int waiting[EVENTS], count;
};

static void
die(const char *what)
{
	fprintf(stderr, "bare: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
write_all(int fd, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			return;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
}

static void
make_page(struct bare *b)
{
	struct buf body = { 0 };
	struct writer w = { .out = &body, .pretty = true };
	struct page page = { .limit = 50 };
	struct message *m;
	size_t i, n;

	arena_reset(&b->mem);
	if (message_page(b->db, &b->mem, &b->room, &page, &m, &n) < 0)
		die(store_trouble(b->db));
	json_open(&w, NULL, '{');
	json_open(&w, "messages", '[');
	for (i = 0; i < n; i++)
		json_message(&w, NULL, &m[i]);
	json_close(&w, ']');
	json_close(&w, '}');
	b->answer.len = 0;
	buf_fmt(&b->answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
	    body.len);
	buf_str(&b->answer, buf_view(&body));
	buf_free(&body);
}

static void
post(struct bare *b)
{
	char id[ID_LEN];
	int64_t now = now_ms();
	struct message m = { .room = b->room.row,
		.author = b->admin.row,
		.id = { id, sizeof id },
		.text =
		    STR("hello world, this is a message of ordinary length") };

	id_new(id, now);
	if (store_mark(b->db) != 1 || message_add(b->db, &m, now) != 1 ||
	    store_keep(b->db) != 1)
		die(store_trouble(b->db));
}

static void
owe(struct bare *b, int fd, unsigned n)
{
	unsigned i;

	for (i = 0; i < n && b->sends; i++)
		post(b);
	for (i = 0; i < n && b->pages; i++) {
		make_page(b);
		write_all(fd, b->answer.bytes, b->answer.len);
	}
	if (b->pages || n == 0)
		return;
	b->waiting[b->count++] = fd;
	b->owed[fd] = n;
}

static void
pay(struct bare *b)
{
	static char all[1 << 20];
	size_t len;
	int i;

	if (b->sends && b->count && store_commit(b->db) != 1)
		die(store_trouble(b->db));
	for (i = 0; i < b->count; i++) {
		int fd = b->waiting[i];

		for (len = 0; b->owed[fd] > 0; b->owed[fd]--) {
			memcpy(all + len, b->answer.bytes, b->answer.len);
			len += b->answer.len;
		}
		write_all(fd, all, len);
	}
	b->count = 0;
	if (b->sends)
		store_checkpoint(b->db);
}

static void
ready(struct bare *b, int fd)
{
	static char in[READ];
	ssize_t n = recv(fd, in, sizeof in, 0);
	const char *at = in, *end = in + n;
	unsigned asked = 0;

	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		close(fd);
		return;
	}
	while (n > 0 && (at = memmem(at, (size_t)(end - at), "\r\n\r\n", 4))) {
		asked++;
		at += 4;
	}
	owe(b, fd, asked);
}

static void
open_data(struct bare *b, const char *dir)
{
	char why[512];

	if (!(b->db = store_open(dir, STORE_SERVER, why, sizeof why)) ||
	    room_by_id(b->db, &b->mem, STR("GENERAL"), &b->room) != 1 ||
	    user_by_name(b->db, &b->mem, STR("admin"), &b->admin) != 1)
		die(dir);
	b->room.id = STR("GENERAL");
}

static void
read_answer(struct bare *b, const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, buf_room(&b->answer, READ), READ);

	if (n <= 0)
		die(path);
	b->answer.len = (size_t)n;
	close(fd);
}

static int
listen_on(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0 ||
	    listen(fd, 1024) < 0)
		die("listen");
	return fd;
}

static void
loop(struct bare *b, int listener, int epoll)
{
	struct epoll_event e[EVENTS], add = { .events = EPOLLIN };
	int i, n, fd, on = 1;

	add.data.fd = listener;
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &add);
	for (;;) {
		n = epoll_wait(epoll, e, EVENTS, -1);
		for (i = 0; i < n; i++) {
			if (e[i].data.fd != listener) {
				ready(b, e[i].data.fd);
				continue;
			}
			fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
			if (fd < 0)
				continue;
			setsockopt(
			    fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
			add.data.fd = fd;
			epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &add);
		}
		pay(b);
	}
}

int
main(int argc, char **argv)
{
	struct bare *b = calloc(1, sizeof *b);

	if (argc != 4)
		return 2;
	mem_steady();
	b->pages = !strcmp(argv[2], "page");
	b->sends = !strcmp(argv[2], "send");
	if (b->pages || b->sends)
		open_data(b, argv[3]);
	else
		read_answer(b, argv[3]);
	if (b->sends)
		buf_fmt(&b->answer, "HTTP/1.1 200 OK\r\n"
				    "Content-Length: 2\r\n\r\n{}");
	loop(b, listen_on(atoi(argv[1])), epoll_create1(0));
}
