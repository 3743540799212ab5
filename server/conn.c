/* SPDX-License-Identifier: ISC */
/* A connection's life: its begin, what it waits for, deadlines, its end. */
#include "server/conn.h"

#include <arpa/inet.h>
#include <unistd.h>

#include "json/mem.h"
#include "server/intake.h"
#include "server/listen.h"
#include "server/park.h"
#include "server/route.h"
#include "server/stream.h"
#include "server/tls.h"

enum { NEVER_MS = 3600 * 1000 }; /* parked: looked at once an hour */

/* ---- deadlines ---- */

/* When the request under way has to be here. */
static int64_t
request_deadline(const struct conn *c)
{
	const struct conf *f = c->srv->conf;

	/* it is our turn, not theirs */
	if (c->stream && c->stream->at)
		return c->stream->at;
	if (c->park && c->park->until)
		return c->park->until;
	if (!c->http || c->park || c->stream || c->stalled || c->last)
		return c->srv->mono + NEVER_MS;
	if (!c->in_body)
		return c->since + f->head_timeout * 1000;
	return c->since + f->body_timeout * 1000 +
	       ((int64_t)c->http->taken + c->in_len) * 1000 / f->body_rate;
}

static int64_t
deadline(const struct conn *c)
{
	const struct conf *f = c->srv->conf;
	int64_t at, unread;

	if (c->state == CONN_HANDSHAKE)
		return c->since + f->handshake_timeout * 1000;
	if (c->state == CONN_LINGER)
		return c->since + f->linger_timeout * 1000;
	if (c->age == AGE_IDLE)
		return c->aged + f->idle_timeout * 1000;
	at = request_deadline(c);
	unread = c->aged + f->send_timeout * 1000;
	return c->age == AGE_OWING && unread < at ? unread : at;
}

void
conn_arm(struct conn *c)
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
		conn_arm(c);
	} else if (c->state == CONN_OPEN && c->stream && c->stream->at &&
		   c->stream->at <= c->srv->mono) {
		c->stream->life->late(c->stream, c);
		conn_arm(c);
	} else if (c->state == CONN_OPEN && c->park && c->park->until &&
		   c->park->until <= c->srv->mono) {
		park_heard(c, true);
	} else if (c->state == CONN_OPEN &&
		   request_deadline(c) <= c->srv->mono) {
		route_refuse(c, 408, "the request took too long to arrive");
		conn_settle(c);
	} else {
		conn_end(c);
	}
}

/* ---- the end ---- */

void
conn_close(struct conn *c)
{
	struct server *s = c->srv;
	int fd = c->watch.fd;

	if (c->state == CONN_CLOSED)
		return;
	if (c->state == CONN_HANDSHAKE)
		listen_shaken(s);
	c->state = CONN_CLOSED;
	timer_stop(&s->wheel, &c->timer);
	if (c->park)
		park_drop(c);
	if (c->stream)
		stream_drop(c);
	if (c->intake)
		intake_drop(c);
	input_forget(c);
	out_clear(&c->out);
	conn_count(c);
	conn_age(c, AGE_NONE);
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
conn_end(struct conn *c)
{
	if (c->tls && c->state == CONN_OPEN)
		tls_close(c->tls);
	conn_close(c);
}

void
conn_bury(struct server *s, bool all)
{
	struct conn *c = s->graves, *next;

	s->graves = NULL;
	for (; c; c = next) {
		next = c->next;
		if (c->listed && !all) { /* a list has not come by yet */
			c->next = s->graves;
			s->graves = c;
			continue;
		}
		mem_free(c);
	}
}

/* ---- what comes next ---- */

/* Does anything but more input move it on? */
static bool
occupied(const struct conn *c)
{
	return c->park || c->stream || c->stalled || c->last ||
	       (c->listed >> LIST_AGAIN & 1);
}

static enum conn_age
age_of(const struct conn *c)
{
	if (c->out.len > 0)
		return AGE_OWING;
	/* a file under way keeps little here, however long it takes */
	if (c->park || c->stream || c->last || c->intake)
		return AGE_NONE;
	return c->http ? AGE_ASKING : AGE_IDLE;
}

/* They sent the begin of a request and will send no more; or nothing. */
static void
settle_eof(struct conn *c)
{
	if (occupied(c))
		return;
	if (c->http)
		route_refuse(c, 400, "the request ended early");
	else if (c->out.len == 0)
		conn_end(c);
}

static void
say_continue(struct conn *c)
{
	c->go_ahead = false;
	out_add(&c->out, STR("HTTP/1.1 100 Continue\r\n\r\n"));
	out_release(&c->out);
	conn_count(c);
}

/* Its answer has no end of itself: that the client goes is one. */
static bool
follows(const struct conn *c)
{
	return c->stream && c->stream->endless;
}

void
conn_settle(struct conn *c)
{
	unsigned in;

	if (c->state != CONN_OPEN)
		return;
	if (c->eof)
		settle_eof(c);
	if (c->state != CONN_OPEN)
		return;
	if (c->last && !c->park)
		input_forget(c);
	if (c->go_ahead && !c->held && !occupied(c))
		say_continue(c);
	if (c->age != age_of(c))
		conn_age(c, age_of(c));
	/* while the kernel takes no more, it will say when it does */
	if (c->out.ready > 0 && !(c->watch.want & LOOP_OUT))
		conn_enlist(c, LIST_FLUSH);
	in = c->eof || (occupied(c) && !follows(c)) ? 0 : LOOP_IN;
	loop_want(&c->srv->loop, &c->watch, in | (c->watch.want & LOOP_OUT));
	conn_arm(c);
}

/* Somebody typed http:// where https:// is. */
static void
answer_plainly(struct conn *c)
{
	tls_free(c->tls);
	c->tls = NULL;
	c->state = CONN_OPEN;
	listen_shaken(c->srv);
	route_refuse(c, 400, "this address is served by https://");
	conn_settle(c);
}

static void
shake_hands(struct conn *c)
{
	int a;

	if (!listen_may_shake(c->srv))
		return; /* the next turn sees it again */
	a = tls_handshake(c->tls);
	if (a == TLS_BROKEN) {
		conn_close(c);
		return;
	}
	if (a == 0) {
		answer_plainly(c);
		return;
	}
	if (a != 1) {
		loop_want(&c->srv->loop, &c->watch,
		    a == TLS_AGAIN_OUT ? LOOP_OUT : LOOP_IN);
		return;
	}
	c->state = CONN_OPEN;
	listen_shaken(c->srv);
	conn_age(c, AGE_IDLE);
	loop_want(&c->srv->loop, &c->watch, LOOP_IN);
	conn_arm(c);
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
		input_discard(c);
		return;
	}
	if (events & LOOP_GONE) {
		conn_close(c);
		return;
	}
	if (events & LOOP_OUT) {
		conn_flush(c);
	} else if (server_tired(c->srv)) {
		/* unread, it is told of again in the next turn; but of what
		 * came with the end of the handshake only OpenSSL knows */
		if (c->tls && tls_pending(c->tls))
			conn_enlist(c, LIST_AGAIN);
		return;
	}
	/* TLS may have waited for room to write before it could read */
	if (c->state == CONN_OPEN && follows(c) && events & LOOP_IN)
		input_discard(c);
	else if (c->state == CONN_OPEN && w->want & LOOP_IN &&
		 (events & LOOP_IN || c->tls))
		input_read(c);
	conn_settle(c);
}

void
conn_resume(struct conn *c)
{
	if (c->state != CONN_OPEN)
		return;
	if (c->stalled)
		c->since += c->srv->mono - c->paused;
	c->stalled = false;
	if (c->stream)
		conn_enlist(c, LIST_STREAMS);
	input_resume(c);
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
	c->since = s->mono;
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
	conn_age(c, AGE_IDLE);
	if (listen_context(from)) {
		c->state = CONN_HANDSHAKE;
		conn_age(c, AGE_SHAKING);
		s->handshakes++;
		if (!(c->tls = tls_accept(listen_context(from), fd))) {
			conn_close(c);
			return;
		}
	}
	conn_arm(c);
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
