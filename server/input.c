/* SPDX-License-Identifier: ISC */
/* A connection's bytes in: reading, keeping, requests out of them. */
#include <errno.h>
#include <sys/socket.h>

#include "json/mem.h"
#include "server/conn.h"
#include "server/intake.h"
#include "server/park.h"
#include "server/route.h"
#include "server/tls.h"

enum {
	LEAST_ROOM = 4096,
	FIRST_CAP = 16 * 1024,
	PIECE = 64 * 1024, /* of a body that goes to disk */
	LONG_MS = 1000,    /* under way for so long, it may have to give way:
			    * no bound, it only says who goes first */
};

/* ---- memory of requests under way ---- */

void
input_forget(struct conn *c)
{
	c->srv->input -= c->in_cap + (c->http ? sizeof *c->http : 0);
	mem_free(c->in);
	mem_free(c->http);
	c->in = NULL;
	c->http = NULL;
	c->in_len = c->in_cap = 0;
	c->go_ahead = false;
}

/*
 * Is there room for so many bytes more?  If not, the request that has been
 * under way for longest makes some: who drips bytes hoards nothing.
 */
static bool
room_for(struct conn *c, size_t n)
{
	struct server *s = c->srv;
	size_t most = (size_t)s->conf->max_input_total;
	struct conn *old;

	while (s->input + n > most) {
		old = conn_oldest(s, AGE_ASKING, LONG_MS);
		if (!old || old == c)
			return false;
		route_refuse(old, 503, "too much is being sent at the moment");
		conn_settle(old);
	}
	return true;
}

static bool
resize(struct conn *c, size_t cap)
{
	char *p;

	if (cap > c->in_cap && !room_for(c, cap - c->in_cap))
		return false;
	if (!(p = mem_try(c->in, cap)))
		return false;
	c->srv->input += cap - c->in_cap;
	c->in = p;
	c->in_cap = (uint32_t)cap;
	return true;
}

static bool
keep_state(struct conn *c)
{
	if (c->http)
		return true;
	if (!room_for(c, sizeof *c->http) ||
	    !(c->http = mem_try(NULL, sizeof *c->http)))
		return false;
	c->srv->input += sizeof *c->http;
	*c->http = c->srv->http;
	if (!c->in_body)
		c->since = c->srv->mono;
	return true;
}

static void
drop_state(struct conn *c)
{
	if (c->http)
		c->srv->input -= sizeof *c->http;
	mem_free(c->http);
	c->http = NULL;
}

/* Keep what is left of the bytes, and the parser's state, for later. */
static bool
keep(struct conn *c, char *bytes, size_t len, bool begun)
{
	if (len == 0 && !begun) {
		input_forget(c);
		return true;
	}
	if (!begun)
		drop_state(c);
	else if (!keep_state(c))
		return false;
	else if (!c->park)
		len = http_squeeze(c->http, bytes, len);
	if (!c->in) {
		if (!resize(c, len ? len : 1))
			return false;
		memcpy(c->in, bytes, len);
	} else {
		/* its own tail; a body that grows is not moved */
		if (bytes != c->in)
			memmove(c->in, bytes, len);
		if (len < c->in_cap / 4 && c->in_cap > FIRST_CAP &&
		    !resize(c, len ? len : 1))
			return false;
	}
	c->in_len = (uint32_t)len;
	return true;
}

/* ---- requests ---- */

static void
hold(struct conn *c, enum conn_list which)
{
	if (!c->stalled)
		c->paused = c->srv->mono;
	c->stalled = true;
	if (which != CONN_LISTS)
		conn_enlist(c, which);
}

/* May the next request run now? */
static bool
may_run(struct conn *c)
{
	struct server *s = c->srv;

	if (c->turn_number != s->turn_number) {
		c->turn_number = s->turn_number;
		c->turn = 0;
	}
	if (c->state != CONN_OPEN || c->last || park_waits(c) || c->stream)
		return false;
	if (c->out.len > (size_t)s->conf->max_queue) {
		hold(c, CONN_LISTS); /* until some has been taken */
		return false;
	}
	if (server_tired(s) || c->held == HELD_MOST ||
	    c->turn >= (unsigned)s->conf->max_turn_connection) {
		conn_enlist(c, LIST_AGAIN);
		return false;
	}
	if (conn_over(s) && conn_owes(c)) {
		hold(c, LIST_RELIEF);
		return false;
	}
	return true;
}

/* False: the answer is clear already, and the body nobody's business. */
static bool
head_stands(struct conn *c, struct http *h, const char *bytes)
{
	bool body = h->chunked || h->length > 0;

	c->since = c->srv->mono;
	c->in_body = true;
	if (body && c->redirects && !route_takes_body(c, h, bytes))
		return false;
	if (intake_wanted(c->srv, h, bytes)) {
		h->streamed = true;
		h->max_body = INT64_MAX; /* the gate has a word for it */
		return true;
	}
	if (body)
		h->max_body = route_max_body(c->srv, h, bytes);
	c->go_ahead = h->expects_continue && h->length <= h->max_body;
	return true;
}

/* What has come of it goes on to disk; DONE also when that is refused. */
static enum http_answer
feed_intake(struct conn *c, struct http *h, char *bytes, size_t *len)
{
	enum http_answer a = http_feed(h, bytes, *len);
	struct str piece = http_piece(h, bytes);
	size_t *left = &c->srv->turn_bytes;
	bool goes_on;

	if (a == HTTP_BAD)
		return a;
	*left -= piece.len < *left ? piece.len : *left;
	goes_on = intake_take(c, piece);
	*len = http_take(h, bytes, *len);
	if (a == HTTP_DONE)
		intake_end(c);
	if (goes_on)
		return a;
	h->used = *len;
	return HTTP_DONE;
}

static enum http_answer
feed(struct conn *c, struct http **state, char *bytes, size_t *len)
{
	struct server *s = c->srv;
	struct http *h = *state;
	enum http_answer a;

	if (!h) {
		h = *state = &s->http;
		http_begin(h, (uint32_t)s->conf->max_line,
		    (uint32_t)s->conf->max_head, (uint64_t)s->conf->max_body);
		h->max_fields = (uint32_t)s->conf->max_headers;
		c->in_body = false;
	}
	if (c->park) /* whole already, and its hashes are here */
		return HTTP_DONE;
	if (c->intake)
		return feed_intake(c, h, bytes, len);
	while ((a = http_feed(h, bytes, *len)) == HTTP_HEAD) {
		if (!head_stands(c, h, bytes)) {
			h->keep_alive = false;
			h->used = *len;
			return HTTP_DONE;
		}
		if (h->streamed) { /* may it come? */
			h->used = *len;
			return HTTP_DONE;
		}
	}
	return a;
}

/* One request out of the bytes: false when there is none to run now.  One
 * whose body goes to disk runs twice: when its head stands, and at its end. */
static bool
next_request(
    struct conn *c, char *bytes, size_t *len, struct http **state, size_t *used)
{
	struct server *s = c->srv;
	enum http_answer a;

	do {
		if ((a = feed(c, state, bytes, len)) == HTTP_MORE)
			return false;
		s->turn_left -= s->turn_left > 0;
		c->turn++;
		if (a == HTTP_BAD) {
			route_refuse_this(
			    c, *state, bytes, (*state)->status, (*state)->why);
			return false;
		}
		if (route_request(c, bytes, *state))
			break;
	} while (c->intake && !c->park);
	if (c->park)
		return false;
	c->go_ahead = false;
	*used = (*state)->used;
	return true;
}

static void
process(struct conn *c, char *bytes, size_t len)
{
	struct http *h = c->http;
	size_t off = 0, used = 0, rest;
	bool begun, answered;

	while ((len > off || h) && may_run(c)) {
		rest = len - off;
		answered = next_request(c, bytes + off, &rest, &h, &used);
		len = off + rest; /* some may be on disk already */
		if (!answered)
			break;
		off += used;
		drop_state(c);
		h = NULL;
	}
	if (c->state != CONN_OPEN)
		return;
	if (c->last && !c->park) { /* nothing more is parsed */
		input_forget(c);
		return;
	}
	begun = h && (c->park || http_started(h));
	if (!keep(c, bytes + off, begun || !h ? len - off : 0, begun))
		route_refuse(c, 503, "too much is being sent at the moment");
}

/* ---- reading ---- */

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
	return errno == EAGAIN || errno == EWOULDBLOCK ? TLS_AGAIN_IN
						       : TLS_BROKEN;
}

/* Twice as much, but no more than the request has still to come. */
static size_t
larger(const struct conn *c)
{
	const struct http *h = c->http;
	size_t cap = (size_t)c->in_cap * 2, all;

	if (c->intake)
		return h->body.at + PIECE;
	if (cap < FIRST_CAP)
		cap = FIRST_CAP;
	if (!h || !c->in_body || !h->has_length)
		return cap;
	all = h->body.at + (size_t)h->length;
	return all > c->in_len && all < cap ? all : cap;
}

/* Where the next bytes go: behind those of the request under way. */
static char *
room(struct conn *c, size_t *size)
{
	size_t cap;

	if (!c->in) {
		*size = SCRATCH;
		return c->srv->scratch;
	}
	if (c->in_cap - c->in_len < LEAST_ROOM &&
	    (cap = larger(c)) > c->in_cap && !resize(c, cap))
		return NULL;
	*size = c->in_cap - c->in_len;
	return c->in + c->in_len;
}

/* False: that was all there is. */
static bool
read_once(struct conn *c)
{
	size_t size;
	char *to = room(c, &size);
	ssize_t n;

	if (!to) {
		route_refuse(c, 503, "too much is being sent at the moment");
		return false;
	}
	if ((n = receive(c, to, size)) == TLS_AGAIN_IN)
		return false;
	if (n == TLS_AGAIN_OUT) {
		loop_want(&c->srv->loop, &c->watch, LOOP_IN | LOOP_OUT);
	} else if (n < 0) {
		conn_close(c);
	} else if (n == 0) {
		c->eof = true;
	} else if (!c->in) {
		process(c, to, (size_t)n);
	} else {
		c->in_len += (uint32_t)n;
		process(c, c->in, c->in_len);
	}
	return n > 0;
}

void
input_read(struct conn *c)
{
	/* what waits inside may be half a record: then it is not all here */
	while (read_once(c) && c->tls && c->state == CONN_OPEN &&
	       tls_pending(c->tls) && may_run(c))
		;
}

void
input_resume(struct conn *c)
{
	if (c->in || c->http)
		process(c, c->in, c->in_len);
	if (c->tls && tls_pending(c->tls) && !c->eof && may_run(c))
		input_read(c);
}

void
input_discard(struct conn *c)
{
	ssize_t n = recv(c->watch.fd, c->srv->scratch, SCRATCH, 0);

	if (n > 0)
		c->in_len += (uint32_t)n; /* how much it was in all */
	if (n == 0 || c->in_len >= c->srv->conf->max_linger ||
	    (n < 0 && errno != EAGAIN && errno != EINTR))
		conn_close(c);
}
