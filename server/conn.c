/* SPDX-License-Identifier: ISC */
/* A connection's life: bytes in, requests out of them, deadlines, the end. */
#include "server/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "json/mem.h"
#include "server/listen.h"
#include "server/log.h"
#include "server/park.h"
#include "server/route.h"
#include "server/stream.h"
#include "server/tls.h"

enum {
	LINGER_MS = 2000,
	LINGER_BYTES = 64 * 1024,
	NEVER_MS = 3600 * 1000, /* parked: looked at once an hour */
};

/* ---- lists ---- */

struct queue *
conn_queue(struct server *s, enum conn_list which)
{
	struct queue *const list[CONN_LISTS] = {
		[LIST_FLUSH] = &s->flush,
		[LIST_AGAIN] = &s->again,
		[LIST_STREAMS] = &s->streams,
		[LIST_BUSY] = &s->busy,
		[LIST_HELD] = &s->tick.held,
	};

	return list[which];
}

void
conn_enlist(struct conn *c, enum conn_list which)
{
	struct queue *q = conn_queue(c->srv, which);

	if (c->listed >> which & 1)
		return;
	c->listed |= (uint8_t)(1u << which);
	c->in_list[which] = NULL;
	if (q->last)
		q->last->in_list[which] = c;
	else
		q->first = c;
	q->last = c;
}

struct conn *
conn_pull(struct server *s, enum conn_list which)
{
	struct queue *q = conn_queue(s, which);
	struct conn *c;

	while ((c = q->first)) {
		q->first = c->in_list[which];
		if (!q->first)
			q->last = NULL;
		c->listed &= (uint8_t)~(1u << which);
		if (c->state != CONN_CLOSED)
			return c;
	}
	return NULL;
}

/* ---- deadlines ---- */

static int64_t
request_deadline(const struct conn *c)
{
	const struct conf *f = c->srv->conf;

	if (park_waits(c) || c->stream || c->stalled)
		return c->srv->mono + NEVER_MS;
	if (!c->http)
		return c->since + f->idle_timeout * 1000;
	if (!c->in_body)
		return c->since + f->head_timeout * 1000;
	return c->since + f->body_timeout * 1000 +
	    (int64_t)c->in_len * 1000 / f->body_rate;
}

static int64_t
deadline(const struct conn *c)
{
	const struct conf *f = c->srv->conf;
	int64_t at, unread;

	if (c->state == CONN_HANDSHAKE)
		return c->since + f->handshake_timeout * 1000;
	if (c->state == CONN_LINGER)
		return c->since + LINGER_MS;
	at = request_deadline(c);
	unread = c->progress + f->send_timeout * 1000;
	return c->out.ready > 0 && unread < at ? unread : at;
}

static void
arm(struct conn *c)
{
	if (c->state != CONN_CLOSED)
		timer_set(&c->srv->wheel, &c->timer, deadline(c));
}

static void
too_late(struct timer *t)
{
	struct conn *c =
	    (struct conn *)((char *)t - offsetof(struct conn, timer));

	if (deadline(c) > c->srv->mono) {
		arm(c);
	} else if (c->state == CONN_OPEN && c->http && c->out.len == 0 &&
	    !c->park && !c->stream) {
		route_refuse(c, 408, "the request took too long to arrive");
		conn_flush(c);
		arm(c);
	} else {
		conn_close(c);
	}
}

/* ---- the end ---- */

static void
forget_input(struct conn *c)
{
	mem_free(c->in);
	mem_free(c->http);
	c->in = NULL;
	c->http = NULL;
	c->in_len = c->in_cap = 0;
}

void
conn_close(struct conn *c)
{
	struct server *s = c->srv;
	int fd = c->watch.fd;

	if (c->state == CONN_CLOSED)
		return;
	if (c->state == CONN_HANDSHAKE)
		s->handshakes--;
	c->state = CONN_CLOSED;
	timer_stop(&s->wheel, &c->timer);
	if (c->park)
		park_drop(c);
	if (c->stream)
		stream_drop(c);
	forget_input(c);
	out_clear(&c->out);
	s->queued -= c->counted;
	if (c->tls)
		tls_free(c->tls);
	loop_remove(&s->loop, &c->watch);
	close(fd);
	listen_left(s, c);
	*c->prev = c->next;
	if (c->next)
		c->next->prev = c->prev;
	c->next = s->graves;
	s->graves = c;
}

void
conn_bury(struct server *s)
{
	struct conn *c = s->graves, *next;

	s->graves = NULL;
	for (; c; c = next) {
		next = c->next;
		if (c->listed) { /* a list has not come by yet */
			c->next = s->graves;
			s->graves = c;
			continue;
		}
		mem_free(c);
	}
}

/* ---- bytes in ---- */

static ssize_t
receive(struct conn *c, void *buf, size_t size)
{
	ssize_t n;

	if (c->tls)
		return tls_read(c->tls, buf, size);
	do
		n = recv(c->watch.fd, buf, size, 0);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return n;
	return errno == EAGAIN || errno == EWOULDBLOCK ? TLS_AGAIN_IN :
	                                                 TLS_BROKEN;
}

/* Keep what is left of the bytes, and the parser's state, for later. */
static bool
keep_input(struct conn *c, const char *bytes, size_t len, bool begun)
{
	if (len == 0 && !begun) {
		forget_input(c);
		return true;
	}
	if (begun && !c->http) {
		if (!(c->http = mem_try(NULL, sizeof *c->http)))
			return false;
		*c->http = c->srv->http;
	} else if (!begun) {
		mem_free(c->http);
		c->http = NULL;
	}
	if (c->in) { /* then the bytes are its tail */
		memmove(c->in, bytes, len);
	} else {
		if (!(c->in = mem_try(NULL, len ? len : 1)))
			return false;
		memcpy(c->in, bytes, len);
		c->in_cap = (uint32_t)(len ? len : 1);
	}
	c->in_len = (uint32_t)len;
	return true;
}

/* May the next request run now? */
static bool
may_run(struct conn *c)
{
	struct server *s = c->srv;
	size_t most = (size_t)s->conf->max_queue;

	if (c->turn_number != s->turn_number) {
		c->turn_number = s->turn_number;
		c->turn = 0;
	}
	if (c->state != CONN_OPEN || c->last || park_waits(c) || c->stream)
		return false;
	if (s->queued > (size_t)s->conf->max_queue_total)
		most = 0; /* who takes no answers gets no more of them */
	if (c->out.len > most) {
		c->stalled = true;
		return false;
	}
	if (s->turn_left == 0 ||
	    c->turn >= (unsigned)s->conf->max_turn_connection) {
		conn_enlist(c, LIST_AGAIN);
		return false;
	}
	return true;
}

static void
head_stands(struct conn *c, struct http *h, const char *bytes)
{
	c->since = c->srv->mono;
	c->in_body = true;
	if (h->chunked || h->length > 0)
		h->max_body = route_max_body(c->srv, h, bytes);
	if (h->expects_continue && h->length <= h->max_body) {
		out_add(&c->out, STR("HTTP/1.1 100 Continue\r\n\r\n"));
		conn_enlist(c, LIST_FLUSH);
		if (!c->held)
			out_release(&c->out);
	}
}

/* One request out of the bytes: false when there is none to run now. */
static bool
next_request(struct conn *c, char *bytes, size_t len, struct http **state,
    size_t *used)
{
	struct server *s = c->srv;
	struct http *h = *state;
	enum http_answer a;

	if (!h) {
		h = *state = &s->http;
		http_begin(h, (uint32_t)s->conf->max_line,
		    (uint32_t)s->conf->max_head, (uint64_t)s->conf->max_body);
		c->since = s->mono;
		c->in_body = false;
	}
	if (c->park) /* whole already, and its hashes are here */
		a = HTTP_DONE;
	else
		while ((a = http_feed(h, bytes, len)) == HTTP_HEAD)
			head_stands(c, h, bytes);
	if (a == HTTP_MORE)
		return false;
	s->turn_left--;
	c->turn++;
	if (a == HTTP_BAD) {
		route_refuse(c, h->status, h->why);
		return false;
	}
	if (!route_request(c, bytes, h))
		return false;
	*used = h->used;
	return true;
}

static void
process(struct conn *c, char *bytes, size_t len)
{
	struct http *h = c->http;
	size_t off = 0, used = 0;
	bool begun;

	while (may_run(c) && (len > off || h)) {
		if (!next_request(c, bytes + off, len - off, &h, &used))
			break;
		off += used;
		mem_free(c->http);
		c->http = h = NULL;
	}
	if (c->state != CONN_OPEN)
		return;
	if (c->last && !c->park) {
		forget_input(c);
		return;
	}
	begun = h && (c->park || http_started(h));
	if (!keep_input(c, bytes + off, begun || h == NULL ? len - off : 0,
	        begun))
		route_refuse(c, 503, "out of memory");
}

/* Does anything but more input move it on? */
static bool
occupied(const struct conn *c)
{
	return c->park || c->stream || c->stalled || c->last ||
	    (c->listed >> LIST_AGAIN & 1);
}

void
conn_settle(struct conn *c)
{
	unsigned in = c->eof || occupied(c) ? 0 : LOOP_IN;

	if (c->state != CONN_OPEN)
		return;
	if (c->eof && c->out.len == 0 && !occupied(c)) {
		conn_close(c);
		return;
	}
	if (c->out.ready > 0)
		conn_enlist(c, LIST_FLUSH);
	loop_want(&c->srv->loop, &c->watch, in | (c->watch.want & LOOP_OUT));
	arm(c);
}

/* Where the next bytes go: behind those of the request under way. */
static char *
input_room(struct conn *c, size_t *room)
{
	uint32_t cap = c->in_cap;
	char *p;

	if (!c->in) {
		*room = SCRATCH;
		return c->srv->scratch;
	}
	if (cap - c->in_len < 4096) {
		cap = cap < 8192 ? 16384 : cap * 2;
		if (!(p = mem_try(c->in, cap)))
			return NULL;
		c->in = p;
		c->in_cap = cap;
	}
	*room = cap - c->in_len;
	return c->in + c->in_len;
}

static void
read_more(struct conn *c)
{
	size_t room;
	char *to = input_room(c, &room);
	ssize_t n;

	if (!to) {
		route_refuse(c, 503, "out of memory");
		return;
	}
	if ((n = receive(c, to, room)) == TLS_AGAIN_IN)
		return;
	if (n == TLS_AGAIN_OUT) {
		loop_want(&c->srv->loop, &c->watch, LOOP_IN | LOOP_OUT);
		return;
	}
	if (n < 0) {
		conn_close(c);
		return;
	}
	if (n == 0) {
		c->eof = true;
		return;
	}
	if (!c->in) {
		process(c, to, (size_t)n);
	} else {
		c->in_len += (uint32_t)n;
		process(c, c->in, c->in_len);
	}
}

static void
linger(struct conn *c)
{
	ssize_t n;
	size_t total = 0;

	do {
		n = recv(c->watch.fd, c->srv->scratch, SCRATCH, 0);
		total += n > 0 ? (size_t)n : 0;
	} while (n > 0 && total < LINGER_BYTES);
	if (n == 0 || total >= LINGER_BYTES || (n < 0 && errno != EAGAIN))
		conn_close(c);
}

static void
shake_hands(struct conn *c)
{
	int a = tls_handshake(c->tls);

	if (a == TLS_BROKEN) {
		conn_close(c);
		return;
	}
	if (a != 1) {
		loop_want(&c->srv->loop, &c->watch,
		    a == TLS_AGAIN_OUT ? LOOP_OUT : LOOP_IN);
		return;
	}
	c->state = CONN_OPEN;
	c->srv->handshakes--;
	c->since = c->srv->mono;
	loop_want(&c->srv->loop, &c->watch, LOOP_IN);
	arm(c);
}

static void
read_all(struct conn *c)
{
	do
		read_more(c);
	while (c->tls && c->state == CONN_OPEN && !c->eof && may_run(c) &&
	    tls_pending(c->tls) > 0);
}

static void
ready(struct watch *w, unsigned events)
{
	struct conn *c = (struct conn *)w;

	if (c->state == CONN_HANDSHAKE) {
		shake_hands(c);
		if (c->state != CONN_OPEN)
			return;
		events = LOOP_IN;
	}
	if (c->state == CONN_LINGER) {
		linger(c);
		return;
	}
	if (events & LOOP_GONE) {
		conn_close(c);
		return;
	}
	if (events & LOOP_OUT)
		conn_flush(c);
	/* TLS may have waited for room to write before it could read */
	if (c->state == CONN_OPEN && w->want & LOOP_IN &&
	    (events & LOOP_IN || c->tls))
		read_all(c);
	conn_settle(c);
}

void
conn_resume(struct conn *c)
{
	if (c->state != CONN_OPEN)
		return;
	if (c->in || c->http)
		process(c, c->in, c->in_len);
	if (c->tls && tls_pending(c->tls) > 0 && !c->eof && may_run(c))
		read_all(c);
	conn_settle(c);
}

/* ---- the begin ---- */

void
conn_open(struct server *s, int fd, struct listener *from, bool ipv6,
    const void *addr)
{
	struct conn *c = mem_zero(sizeof *c);

	c->srv = s;
	c->watch.ready = ready;
	c->timer.fire = too_late;
	c->since = c->progress = s->mono;
	c->ipv6 = ipv6;
	if (addr)
		memcpy(c->addr, addr, ipv6 ? 16 : 4);
	c->local = !addr;
	listen_setup(from, c);
	if (!loop_add(&s->loop, &c->watch, fd, LOOP_IN)) {
		close(fd);
		mem_free(c);
		return;
	}
	c->next = s->conns;
	c->prev = &s->conns;
	if (s->conns)
		s->conns->prev = &c->next;
	s->conns = c;
	listen_came(s, c);
	c->state = CONN_OPEN;
	if (listen_context(from)) {
		c->state = CONN_HANDSHAKE;
		s->handshakes++;
		if (!(c->tls = tls_accept(listen_context(from), fd))) {
			conn_close(c);
			return;
		}
	}
	arm(c);
}

struct str
conn_address(const struct conn *c, struct arena *mem)
{
	char text[INET6_ADDRSTRLEN];

	if (c->local)
		return STR("unix");
	inet_ntop(c->ipv6 ? AF_INET6 : AF_INET, c->addr, text, sizeof text);
	return arena_str(mem, str_of(text));
}
