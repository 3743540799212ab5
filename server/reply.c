/* SPDX-License-Identifier: ISC */
/* A connection's answers: heads, the queue, sending, the last word. */
#include <errno.h>
#include <sys/socket.h>

#include "http/reply.h"
#include "server/conn.h"
#include "server/stream.h"
#include "server/tick.h"
#include "server/tls.h"

enum { VECTORS = 64, RECORD = 16 * 1024 };

static struct str
connection_line(const struct reply *r)
{
	if (r->close)
		return STR("Connection: close\r\n");
	if (r->version == 10 && r->keep_asked)
		return STR("Connection: keep-alive\r\n");
	return STR("");
}

static void
add_number(struct buf *b, uint64_t n)
{
	char text[24];
	size_t i = sizeof text;

	do
		text[--i] = (char)('0' + n % 10);
	while (n /= 10);
	buf_add(b, text + i, sizeof text - i);
}

/* How the body ends. */
static void
add_framing(struct buf *b, const struct reply *r)
{
	if (r->status == 304 ||
	    r->status == 204) /* has no body, whatever there would be */
		return;
	if (r->sized) {
		buf_str(b, STR("Content-Length: "));
		add_number(b, (uint64_t)r->length);
		buf_str(b, STR("\r\n"));
	} else if (!r->chunked) {
		buf_str(b, STR("Content-Length: "));
		add_number(b, r->shared ? r->shared->len : r->body.len);
		buf_str(b, STR("\r\n"));
	} else if (r->version == 11) {
		buf_str(b, STR("Transfer-Encoding: chunked\r\n"));
	}
}

static void
add_head(struct conn *c, const struct reply *r)
{
	struct server *s = c->srv;
	struct buf *b = &s->head;

	b->len = 0;
	buf_str(b, http_status_line(r->status));
	buf_add(b, s->common,
	    s->common_len - (r->kept ? sizeof SERVER_NO_STORE - 1 : 0));
	if (c->tls)
		buf_str(
		    b, STR("Strict-Transport-Security: max-age=31536000\r\n"));
	buf_str(b, r->headers);
	add_framing(b, r);
	buf_str(b, connection_line(r));
	buf_str(b, STR("Content-Type: "));
	buf_str(b, r->type.ptr ? r->type : STR("application/json"));
	buf_str(b, STR("\r\n\r\n"));
	out_add(&c->out, buf_view(b));
}

void
conn_reply(struct conn *c, const struct reply *r)
{
	struct server *s = c->srv;
	size_t before = c->out.len, made;

	add_head(c, r);
	if (r->chunked && r->version == 11 && !r->head_only) {
		struct buf b = { 0 };

		if (r->body.len > 0) /* an empty one would be the last */
			http_add_chunk(&b, r->body);
		out_add(&c->out, buf_view(&b));
		buf_free(&b);
	} else if (!r->head_only && r->shared) {
		out_share(&c->out, r->shared);
	} else if (!r->head_only) {
		out_add(&c->out, r->body);
	}
	if (r->close)
		c->last = true;
	conn_count(c);
	made = c->out.len - before;
	s->turn_bytes -= made < s->turn_bytes ? made : s->turn_bytes;
	tick_queued(c, r);
}

/* ---- sending ---- */

static ssize_t
send_some(struct conn *c)
{
	char *record = c->srv->scratch;
	struct iovec v[VECTORS];
	struct msghdr m = { .msg_iov = v };
	ssize_t n;

	if (c->tls)
		return tls_write(
		    c->tls, record, out_join(&c->out, record, RECORD));
	m.msg_iovlen = (size_t)out_vectors(&c->out, v, VECTORS);
	do
		n = sendmsg(c->watch.fd, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return n;
	return errno == EAGAIN || errno == EWOULDBLOCK ? TLS_AGAIN_OUT
						       : TLS_BROKEN;
}

/* Sending is over.  They may still be writing: read on for a while, or they
 * would see a reset instead of the answer. */
static void
finish(struct conn *c)
{
	if (c->tls && tls_close(c->tls) == TLS_AGAIN_OUT) {
		loop_want(&c->srv->loop, &c->watch, LOOP_OUT);
		return;
	}
	if (c->eof) {
		conn_close(c);
		return;
	}
	shutdown(c->watch.fd, SHUT_WR);
	c->state = CONN_LINGER;
	c->since = c->srv->mono;
	conn_age(c, AGE_NONE);
	input_forget(c);
	loop_want(&c->srv->loop, &c->watch, LOOP_IN);
	conn_arm(c);
}

static void
drained(struct conn *c)
{
	if (c->out.len == 0 && c->last && !c->park && !c->stream) {
		finish(c);
		return;
	}
	if (c->stream && !c->stream->waits &&
	    c->out.len < (size_t)c->srv->conf->max_queue)
		conn_enlist(c, LIST_STREAMS);
	if (c->stalled && c->out.len <= (size_t)c->srv->conf->max_queue / 2)
		conn_enlist(c, LIST_AGAIN);
}

void
conn_flush(struct conn *c)
{
	ssize_t n = 1;
	bool moved = false;

	if (c->state != CONN_OPEN)
		return;
	while (c->out.ready > 0 && (n = send_some(c)) > 0) {
		out_sent(&c->out, (size_t)n);
		moved = true;
	}
	conn_count(c);
	if (moved && c->age == AGE_OWING)
		conn_age(c, AGE_OWING); /* the newest: it has just taken some */
	if (n == TLS_BROKEN) {
		conn_close(c);
		return;
	}
	loop_want(&c->srv->loop, &c->watch,
	    n == TLS_AGAIN_OUT ? c->watch.want | LOOP_OUT
			       : c->watch.want & ~(unsigned)LOOP_OUT);
	drained(c);
	conn_settle(c);
}
