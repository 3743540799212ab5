/* SPDX-License-Identifier: ISC */
/* Replies that go on. */
#include "server/follow.h"

#include "http/reply.h"
#include "server/conn.h"
#include "server/spell.h"

/* When it is told that it lags: it has taken nothing for so long, or so many
 * more have come while its queue was full. */
enum { LAG_MS = 2000, LAG_MESSAGES = 1000 };

struct follower {
	struct stream stream; /* first */
	struct conn *conn;
	int64_t beat;    /* the next sign of life */
	int64_t expires; /* the token, ms monotonic; 0: not */
	int64_t left;    /* messages, if it ends */
	bool ends;
	bool live; /* it has caught up */
	struct ear *ear;
};

/* ---- time ---- */

static void
set_alarm(struct follower *f)
{
	f->stream.at =
	    f->expires && f->expires < f->beat ? f->expires : f->beat;
}

static void
heard(struct follower *f, struct server *s)
{
	f->beat = s->mono + s->conf->stream_beat * 1000;
	set_alarm(f);
}

/* ---- bytes ---- */

static void
add_framed(struct conn *c, bool chunked, struct str bytes)
{
	struct buf b = { 0 };

	if (chunked)
		http_add_chunk(&b, bytes);
	else
		buf_str(&b, bytes);
	out_add(&c->out, buf_view(&b));
	buf_free(&b);
}

/* 1 go on, or how it ends. */
static int
judge(struct follower *f, struct server *s)
{
	int fine = 1;

	if (s->stopping)
		return STREAM_END;
	if (ear_doubted(f->ear))
		fine = ear_judge(f->ear);
	return fine;
}

static bool
each(void *arg, const struct push_event *e)
{
	struct follower *f = arg;
	struct buf *out = f->stream.out.out;

	spell((enum push_format)f->ear->format, e, out);
	return (!f->ends || --f->left > 0) && out->len < STREAM_STEP;
}

static int
step(struct stream *st, struct server *s)
{
	struct follower *f = (struct follower *)st;
	int more = judge(f, s);

	if (more < 1)
		return more;
	more = ear_read(f->ear, &st->mem, each, f);
	arena_free(&st->mem);
	if (f->ends)
		return more < 0 ? STREAM_BROKEN : more && f->left > 0;
	heard(f, s);
	if (more != 0)
		return more;
	f->live = st->waits = true;
	return STREAM_WAITS;
}

static int
feed(struct stream *st, struct conn *c)
{
	struct follower *f = (struct follower *)st;
	struct server *s = c->srv;
	struct blob *blob;
	int more = judge(f, s);

	f->conn = c;
	f->ear->chunked = st->chunked;
	if (more < 1)
		return more;
	if (!f->live)
		return STREAM_MORE;
	while (c->out.len < (size_t)s->conf->max_queue) {
		if ((more = ear_take(f->ear, &blob)) == 2)
			return STREAM_MORE;
		if (more == 0) {
			st->waits = true;
			return STREAM_WAITS;
		}
		out_share(&c->out, blob);
		s->turn_bytes -=
		    blob->len < s->turn_bytes ? blob->len : s->turn_bytes;
		heard(f, s);
	}
	return STREAM_WAITS; /* for room in the queue */
}

/* ---- what happens to it ---- */

static void
wake(struct ear *e)
{
	struct conn *c = e->owner;

	if (!c->stream)
		return;
	c->stream->waits = false;
	conn_enlist(c, LIST_STREAMS);
}

static void
lag(struct follower *f, struct conn *c)
{
	struct buf out = { 0 };
	struct str since;

	if (ear_resumes(f->ear, &f->stream.mem, &since) == 1) {
		spell_lagged((enum push_format)f->ear->format, since, &out);
		add_framed(c, f->stream.chunked, buf_view(&out));
		if (f->stream.chunked)
			out_add(&c->out, STR("0\r\n\r\n"));
	}
	buf_free(&out);
	c->last = true;
	stream_drop(c);
	out_release(&c->out);
	conn_count(c);
	conn_arm(c);
}

static void
full(struct stream *st, struct conn *c)
{
	struct follower *f = (struct follower *)st;
	int64_t behind = f->live ? ear_behind(f->ear) : 0;

	if (behind == 0)
		return;
	if (behind > LAG_MESSAGES || c->srv->mono - c->aged >= LAG_MS) {
		lag(f, c);
		return;
	}
	st->at = c->aged + LAG_MS;
	conn_arm(c);
}

static void
late(struct stream *st, struct conn *c)
{
	struct follower *f = (struct follower *)st;
	struct server *s = c->srv;

	heard(f, s);
	if (c->out.len >= (size_t)s->conf->max_queue) {
		full(st, c);
		return;
	}
	f->ear->judged = 0;
	wake(f->ear);
	if (c->out.len > 0 || (f->expires && f->expires <= s->mono))
		return;
	add_framed(
	    c, st->chunked, spell_beat((enum push_format)f->ear->format));
	out_release(&c->out);
	conn_count(c);
	conn_enlist(c, LIST_FLUSH);
}

static void
drop(struct stream *st)
{
	ear_close(((struct follower *)st)->ear);
}

static const struct stream_life life = { feed, full, late, drop };

/* ---- the begin ---- */

static void
say_type(struct req *q, enum push_format format)
{
	q->type = spell_type(format);
	http_add_field(&q->headers, "X-Accel-Buffering", STR("no"));
}

/* An event of nothing but its id: who is cut off before the first message
 * knows from where to resume. */
static int
say_place(struct req *q, struct follower *f)
{
	struct str since;

	if (ear_resumes(f->ear, q->mem, &since) < 0)
		return -1;
	buf_fmt(q->out.out, "id: %.*s\n\n", STR_ARGS(since));
	return 1;
}

int
follow_begin(struct req *q, const struct follow *w)
{
	size_t size = sizeof(struct follower) + sizeof(struct ear) +
		      w->count * sizeof(struct sub);
	struct follower *f = stream_new(q, size, step);
	struct server *s = q->srv;

	f->conn = q->conn;
	f->ends = w->ends;
	f->left = w->most ? w->most : INT64_MAX;
	f->ear = (struct ear *)(f + 1);
	f->ear->wake = wake;
	f->ear->owner = q->conn;
	f->ear->format = (uint8_t)w->format;
	f->ear->chunked = q->http->version == 11;
	f->ear->system = w->system;
	if (w->changes)
		f->ear->kinds = 1u << PUSH_CHANGED | 1u << PUSH_GONE;
	f->stream.life = &life;
	if (ear_open(s->push, f->ear, q->session, w->rooms, w->places,
		w->count) < 0) {
		return fail(q, E_STORE);
	}
	say_type(q, w->format);
	if (w->ends)
		return 0;
	f->stream.endless = true;
	if ((w->format == PUSH_SSE || w->format == PUSH_SSE_ROOMS) &&
	    say_place(q, f) < 0)
		return fail(q, E_STORE);
	if (q->session->expires)
		f->expires = s->mono + (q->session->expires - q->now);
	heard(f, s);
	return 0;
}
