/* SPDX-License-Identifier: ISC */
/* Replies that are made as they are read. */
#include "server/stream.h"

#include "http/reply.h"
#include "json/mem.h"
#include "server/conn.h"

void *
stream_new(
    struct req *q, size_t size, int (*step)(struct stream *, struct server *))
{
	struct stream *st = mem_zero(size);

	st->step = step;
	st->out = q->out;
	q->stream = st;
	return st;
}

void
stream_free(struct stream *st)
{
	if (st->life)
		st->life->drop(st);
	arena_free(&st->mem);
	mem_free(st);
}

static int
steps(struct stream *st, struct server *s)
{
	int more = 1;

	while (more == 1 && s->body.len < STREAM_STEP)
		more = st->step(st, s);
	return more;
}

int
stream_begin(struct req *q)
{
	int more = steps(q->stream, q->srv);

	if (more >= STREAM_MORE)
		return 0;
	stream_free(q->stream);
	q->stream = NULL;
	return more < 0 ? fail(q, E_STORE) : 0;
}

void
stream_drop(struct conn *c)
{
	stream_free(c->stream);
	c->stream = NULL;
}

static void
last_bytes(struct conn *c, int more)
{
	if (more == 0 && c->stream->chunked)
		out_add(&c->out, STR("0\r\n\r\n"));
	if (more < 0 || c->stream->endless ||
	    !(c->stream->chunked || c->stream->sized))
		c->last = true; /* cut short, a client sees that it was */
	stream_drop(c);
	conn_enlist(c, LIST_AGAIN);
}

static void
make_more(struct conn *c)
{
	struct server *s = c->srv;
	struct buf chunk = { 0 };
	int more = STREAM_MORE;

	s->body.len = 0;
	if (c->stream->life)
		more = c->stream->life->feed(c->stream, c);
	if (more == STREAM_MORE)
		more = steps(c->stream, s);
	if (c->stream->chunked && s->body.len > 0) {
		http_add_chunk(&chunk, buf_view(&s->body));
		out_add(&c->out, buf_view(&chunk));
		buf_free(&chunk);
	} else {
		out_add(&c->out, buf_view(&s->body));
	}
	s->turn_bytes -=
	    s->body.len < s->turn_bytes ? s->body.len : s->turn_bytes;
	if (more < STREAM_MORE)
		last_bytes(c, more);
	else
		conn_arm(c);
	if (c->out.ready == c->out.len)
		return; /* nothing was added: it waits */
	out_release(&c->out);
	conn_count(c);
	conn_enlist(c, LIST_FLUSH);
}

static void
go_on(struct conn *c)
{
	struct server *s = c->srv;

	if (c->stream && c->stream->life &&
	    c->out.len >= (size_t)s->conf->max_queue)
		c->stream->life->full(c->stream, c);
	if (!c->stream || c->out.len >= (size_t)s->conf->max_queue)
		return; /* it is enlisted again when some was taken */
	if (server_tired(s))
		conn_enlist(c, LIST_STREAMS);
	else if (conn_over(s) && conn_owes(c))
		conn_enlist(c, LIST_RELIEF);
	else
		make_more(c);
}

void
stream_turn(struct server *s)
{
	conn_each(s, LIST_STREAMS, go_on);
}
