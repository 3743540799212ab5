/* SPDX-License-Identifier: ISC */
/* Asking a server: connection, request, answer. */
#include "server/cli/web.h"

#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "auth/digest.h"

enum { HEAD_MOST = 64 * 1024, CONNECT_S = 15, PIECE = 16 * 1024 };

static bool wrong(struct web *w, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool
wrong(struct web *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->why, sizeof w->why, fmt, ap);
	va_end(ap);
	return false;
}

/* ---- the connection ---- */

static void
hang_up(struct web *w)
{
	if (w->tls)
		tls_client_close(w->tls);
	if (w->fd >= 0)
		close(w->fd);
	w->tls = NULL;
	w->fd = -1;
	w->in.len = w->at = 0;
	w->ended = w->chunked = w->sized = false;
	w->left = w->retry = 0;
	w->status = 0;
}

void
web_end(struct web *w)
{
	hang_up(w);
	buf_free(&w->in);
	tls_trust_free(w->trust);
	if (w->auth.ptr)
		wipe((void *)(uintptr_t)w->auth.ptr, w->auth.len);
}

static void
be_patient(int fd, int seconds)
{
	struct timeval t = { .tv_sec = seconds };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}

static int
try_address(const struct addrinfo *a, int *error)
{
	int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		*error = errno;
		return -1;
	}
	be_patient(fd, CONNECT_S);
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return fd;
	*error = errno == EINPROGRESS ? ETIMEDOUT : errno;
	close(fd);
	return -1;
}

static bool
dial(struct web *w)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list, *a;
	int error = 0, rc;

	rc = getaddrinfo(w->url.host, w->url.port, &hints, &list);
	if (rc != 0)
		return wrong(w, "%s: %s", w->url.host, gai_strerror(rc));
	for (a = list; a && w->fd < 0; a = a->ai_next)
		w->fd = try_address(a, &error);
	freeaddrinfo(list);
	if (w->fd < 0)
		return wrong(w, "no connection to %s port %s: %s", w->url.host,
		    w->url.port, strerror(error));
	if (!w->url.tls)
		return true;
	w->tls = tls_client_open(
	    w->trust, w->fd, w->url.host, w->why, sizeof w->why);
	return w->tls != NULL;
}

static bool
send_all(struct web *w, struct str s)
{
	ssize_t n;

	while (s.len > 0) {
		n = w->tls ? tls_client_write(w->tls, s.ptr, s.len)
			   : send(w->fd, s.ptr, s.len, MSG_NOSIGNAL);
		if (n < 0 && !w->tls && errno == EINTR)
			continue;
		if (n <= 0)
			return wrong(w, "the connection broke");
		s = str_from(s, (size_t)n);
	}
	return true;
}

/* More bytes behind those that are here: 1, 0 there are none, -1. */
static int
more(struct web *w)
{
	ssize_t n;
	char *to;

	if (w->ended)
		return 0;
	if (w->at > 0) {
		memmove(w->in.bytes, w->in.bytes + w->at, w->in.len - w->at);
		w->in.len -= w->at;
		w->at = 0;
	}
	to = buf_room(&w->in, PIECE);
	do
		n = w->tls ? tls_client_read(w->tls, to, PIECE)
			   : recv(w->fd, to, PIECE, 0);
	while (n < 0 && !w->tls && errno == EINTR);
	if (n > 0)
		w->in.len += (size_t)n;
	w->ended = n == 0;
	if (n < 0)
		wrong(w, "the connection broke, or nothing came for %d s",
		    w->wait);
	return n > 0 ? 1 : (int)n;
}

static struct str
here(const struct web *w)
{
	return (struct str){ w->in.bytes + w->at, w->in.len - w->at };
}

/* ---- the answer ---- */

/* One line, without its end: 1, 0 there is none, -1. */
static int
next_line(struct web *w, struct str *line)
{
	int got = 1;
	size_t n;

	while (got == 1) {
		*line = w->in.bytes ? here(w) : STR("");
		n = str_find(*line, '\n');
		if (n < line->len) {
			w->at += n + 1;
			line->len = n;
			if (n > 0 && line->ptr[n - 1] == '\r')
				line->len--;
			return 1;
		}
		if (line->len > HEAD_MOST)
			return -1;
		got = more(w);
	}
	return got;
}

static void
take_field(struct web *w, struct str line)
{
	size_t colon = str_find(line, ':');
	struct str name = { line.ptr, colon }, value;

	if (colon == line.len)
		return;
	value = str_trim(str_from(line, colon + 1));
	if (str_ieq(name, STR("content-length")))
		w->sized = str_int(value, &w->left);
	else if (str_ieq(name, STR("transfer-encoding")))
		w->chunked = str_ieq(value, STR("chunked"));
	else if (str_ieq(name, STR("retry-after")))
		str_int(value, &w->retry);
}

static bool
read_head(struct web *w)
{
	struct str line;
	int64_t status;
	int lines = 0;

	if (next_line(w, &line) != 1)
		return wrong(w, "the server hung up");
	if (!str_starts(line, STR("HTTP/1.")) || line.len < 12 ||
	    !str_int((struct str){ line.ptr + 9, 3 }, &status))
		return wrong(w, "that is no HTTP server");
	w->status = (int)status;
	while (next_line(w, &line) == 1 && line.len > 0 && lines++ < 200)
		take_field(w, line);
	if (line.len > 0 || w->ended)
		return wrong(w, "the answer is cut short");
	if (w->status == 204 || w->status == 304) {
		w->sized = true;
		w->left = 0;
	}
	return true;
}

bool
web_ask(struct web *w, const char *method, struct str path, struct str lines,
    struct str body)
{
	struct buf head = { 0 };
	struct str base = w->url.path;
	bool six = strchr(w->url.host, ':') != NULL, fine;

	hang_up(w);
	while (base.len > 0 && base.ptr[base.len - 1] == '/')
		base.len--;
	buf_fmt(&head,
	    "%s %.*s%.*s HTTP/1.1\r\nHost: %s%s%s:%s\r\n"
	    "User-Agent: pocketchat\r\nConnection: close\r\n"
	    "Content-Length: %zu\r\n",
	    method, STR_ARGS(base), STR_ARGS(path), six ? "[" : "", w->url.host,
	    six ? "]" : "", w->url.port, body.len);
	buf_str(&head, w->auth);
	buf_str(&head, lines);
	buf_str(&head, STR("\r\n"));
	fine = dial(w);
	if (fine) {
		be_patient(w->fd, w->wait);
		fine = send_all(w, buf_view(&head));
		/* who does not take all of it may have said why */
		if (fine && !send_all(w, body))
			fine = read_head(w) || wrong(w, "the connection broke");
		else
			fine = fine && read_head(w);
	}
	wipe(head.bytes, head.len);
	buf_free(&head);
	return fine;
}

/* 1 the next chunk has begun, 0 there is none, -1. */
static int
next_chunk(struct web *w)
{
	struct str line;
	size_t i;
	int got;

	/* the end of the last chunk is an empty line */
	do
		got = next_line(w, &line);
	while (got == 1 && line.len == 0);
	if (got != 1) {
		wrong(w, "the answer is cut short");
		return -1;
	}
	for (i = 0; i < line.len && line.ptr[i] != ';'; i++) {
		int c = line.ptr[i] | 32;
		int digit = c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : line.ptr[i] >= '0' && line.ptr[i] <= '9'
				? line.ptr[i] - '0'
				: -1;

		if (digit < 0 || i > 7)
			return -1;
		w->left = w->left * 16 + digit;
	}
	return w->left > 0;
}

int
web_read(struct web *w, struct buf *out)
{
	struct str some;
	int got;

	if (w->chunked && w->left == 0 && (got = next_chunk(w)) != 1)
		return got;
	if (w->sized && w->left == 0)
		return 0;
	if (w->at == w->in.len && (got = more(w)) != 1) {
		if (got == 0 && !w->chunked && !w->sized)
			return 0;
		wrong(w, "the answer is cut short");
		return -1;
	}
	some = here(w);
	if ((w->chunked || w->sized) && some.len > (uint64_t)w->left)
		some.len = (size_t)w->left;
	buf_str(out, some);
	w->at += some.len;
	w->left -= (int64_t)some.len;
	return 1;
}

int
web_rest(struct web *w, struct buf *out, size_t most)
{
	int got = 1;

	while (got == 1 && out->len <= most)
		got = web_read(w, out);
	return got;
}

int
web_refused(struct web *w)
{
	struct buf said = { 0 };
	struct str line;

	web_rest(w, &said, HEAD_MOST);
	line = buf_view(&said);
	line.len = str_find(line, '\n');
	cli_fail("the server says %d%s%.*s", w->status, line.len ? ": " : "",
	    (int)(line.len < 500 ? line.len : 500), line.ptr);
	buf_free(&said);
	return 1;
}

struct str
web_word(struct arena *mem, struct str s)
{
	static const char plain[] = "-_.~@,";
	static const char hex[] = "0123456789ABCDEF";
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if ((c >= '0' && c <= '9') ||
		    ((c | 32) >= 'a' && (c | 32) <= 'z') ||
		    (c && strchr(plain, c))) {
			buf_char(&out, (char)c);
		} else {
			buf_char(&out, '%');
			buf_char(&out, hex[c >> 4]);
			buf_char(&out, hex[c & 15]);
		}
	}
	return out.len ? buf_settle(&out, mem) : STR("");
}
