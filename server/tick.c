/* SPDX-License-Identifier: ISC */
/* The turn of the loop as one transaction. */
#include "server/tick.h"

#include "http/reply.h"
#include "server/log.h"
#include "server/park.h"
#include "server/push.h"
#include "server/stream.h"
#include "server/who.h"

enum {
	CLOSED_MS = 1000, /* no writes after a failed COMMIT */
	DISK_LOOK_MS = 1000,
};

bool
disk_full(struct server *s)
{
	struct tick *t = &s->tick;
	int64_t left;

	if (s->mono - t->disk_seen < DISK_LOOK_MS && t->disk_seen)
		return t->disk_full;
	t->disk_seen = s->mono;
	left = store_disk_left(s->db);
	if (t->disk_full != (left >= 0 && left < s->conf->disk_reserve)) {
		t->disk_full = !t->disk_full;
		log_line(LOG_WARN, "disk reserve", "state",
		    t->disk_full ? "reached: new content is refused" : "free",
		    NULL);
	}
	return t->disk_full;
}

static enum effect
effect_of(const struct route *r)
{
	if (r->effect != BY_VERB)
		return r->effect;
	return r->method == HTTP_GET ? READS : WRITES;
}

/* After a failed COMMIT, and while the turn's is bound to fail. */
static bool
is_closed(const struct server *s)
{
	return s->mono < s->tick.closed_until || store_lost(s->db);
}

/*
 * The turn's transaction has begun just now: if another process wrote since
 * we looked, the caller was judged by what is no longer so.
 */
static int
first_mark(struct req *q)
{
	struct server *s = q->srv;

	if (store_moved(s->db) == 0) {
		s->tick.dirty = true;
		return 0;
	}
	store_undo(s->db);
	store_rollback(s->db);
	server_forget(s);
	return park_busy(q); /* from the token step on */
}

int
tick_mark(struct req *q)
{
	struct server *s = q->srv;
	enum effect effect = effect_of(q->at.row);

	if (effect == READS)
		return 0;
	if (is_closed(s)) {
		http_add_field(&q->headers, "Retry-After", STR("1"));
		return fail(q, E_STORE);
	}
	if (effect == GROWS && disk_full(s))
		return fail(q, E_DISK_FULL);
	switch (store_mark(s->db)) {
	case 1:
		return s->tick.dirty ? 0 : first_mark(q);
	case 0:
		return park_busy(q);
	default:
		log_line(LOG_ERROR, "store", "doing", "begin", "error",
		    store_trouble(s->db), NULL);
		return fail(q, E_STORE);
	}
}

int
tick_keep(struct req *q)
{
	if (effect_of(q->at.row) == READS || store_keep(q->db) == 1)
		return 0;
	log_line(LOG_ERROR, "store", "doing", "keep", "error",
	    store_trouble(q->db), NULL);
	return fail(q, E_STORE);
}

void
tick_undo(struct req *q)
{
	if (effect_of(q->at.row) == READS)
		return;
	store_undo(q->db);
	if (q->status < 500)
		return;
	log_line(LOG_ERROR, "store", "path", q->at.row->path, "error",
	    store_trouble(q->db), NULL);
	server_forget(q->srv);
}

void
tick_queued(struct conn *c, const struct reply *r)
{
	uint64_t bit = UINT64_C(1) << c->held;
	unsigned style = (unsigned)(r->style ? r->style : STYLE_V0) - STYLE_V0;

	if (!c->srv->tick.dirty) {
		out_release(&c->out);
		conn_enlist(c, LIST_FLUSH);
		return;
	}
	c->held_heads |= r->head_only ? bit : 0;
	c->held_olds |= r->version == 10 && r->keep_asked ? bit : 0;
	c->held_styles[0] |= style & 1 ? bit : 0;
	c->held_styles[1] |= style & 2 ? bit : 0;
	c->held++;
	conn_enlist(c, LIST_HELD);
}

/* A mark that belongs to no request: nobody has been judged under it yet by
 * what another process may have changed meanwhile. */
static int
own_mark(struct server *s)
{
	int done = store_mark(s->db);

	if (done == 1 && !s->tick.dirty && store_moved(s->db) != 0)
		server_forget(s);
	s->tick.dirty |= done == 1;
	return done;
}

bool
tick_open(struct server *s)
{
	int done;

	if (is_closed(s))
		return true; /* they will be told so */
	if ((done = own_mark(s)) == 1)
		store_keep(s->db);
	return done != 0;
}

bool
tick_own(struct server *s)
{
	return !is_closed(s) && own_mark(s) == 1;
}

void
tick_own_keep(struct server *s, bool keep)
{
	if (!keep || store_keep(s->db) != 1)
		store_undo(s->db);
}

/* ---- the end ---- */

/* The COMMIT failed: what was promised is not so. */
static void
replace_held(struct conn *c)
{
	struct buf body = { 0 };
	struct writer w = { .out = &body };
	struct reply r = { .status = 503,
		.headers = STR("Retry-After: 1\r\n") };
	uint64_t heads = c->held_heads, olds = c->held_olds;
	uint64_t low = c->held_styles[0], high = c->held_styles[1];
	unsigned i, n = c->held;

	out_cut(&c->out);
	if (c->stream) { /* it was the last of them */
		stream_drop(c);
		conn_enlist(c, LIST_AGAIN);
	}
	for (i = 0; i < n; i++) {
		r.style = STYLE_V0 + (low >> i & 1) + 2 * (high >> i & 1);
		body.len = 0;
		r.type = fail_body(
		    &w, r.style, 503, "The answer could not be made lasting");
		r.body = buf_view(&body);
		r.head_only = heads >> i & 1;
		r.keep_asked = olds >> i & 1;
		r.version = r.keep_asked ? 10 : 11;
		r.close = c->last && i == n - 1;
		conn_reply(c, &r);
	}
	buf_free(&body);
}

static void
release_lasting(struct conn *c)
{
	c->held = 0;
	c->held_heads = c->held_olds = 0;
	c->held_styles[0] = c->held_styles[1] = 0;
	out_release(&c->out);
	conn_enlist(c, LIST_FLUSH);
}

static void
release_refused(struct conn *c)
{
	replace_held(c);
	release_lasting(c);
}

static void
commit(struct server *s)
{
	bool lasting = store_commit(s->db) >= 0;

	if (!lasting) {
		s->tick.closed_until = s->mono + CLOSED_MS;
		server_forget(s);
		log_line(LOG_ERROR, "commit failed", "error",
		    store_trouble(s->db), NULL);
	}
	s->tick.dirty = false;
	conn_each(s, LIST_HELD, lasting ? release_lasting : release_refused);
}

void
tick_end(struct server *s)
{
	/* what does not depend on the COMMIT */
	conn_each(s, LIST_FLUSH, conn_flush);
	if (s->tick.dirty) {
		commit(s);
		conn_each(s, LIST_FLUSH, conn_flush);
		if (store_checkpoint(s->db) < 0)
			log_line(LOG_ERROR, "checkpoint failed", "error",
			    store_trouble(s->db), NULL);
	}
	push_turn(s->push);
	stream_turn(s);
	conn_each(s, LIST_FLUSH, conn_flush);
}
