/* SPDX-License-Identifier: ISC */
/* The turn of the loop as one transaction. */
#include "server/tick.h"

#include "http/reply.h"
#include "server/log.h"
#include "server/park.h"
#include "server/stream.h"
#include "server/who.h"

enum {
	CLOSED_MS = 1000, /* no writes after a failed COMMIT */
	DISK_LOOK_MS = 1000,
};

static bool
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

int
tick_mark(struct req *q)
{
	struct server *s = q->srv;
	enum effect effect = effect_of(q->at.row);

	if (effect == READS)
		return 0;
	if (s->mono < s->tick.closed_until || store_lost(s->db)) {
		http_add_field(&q->headers, "Retry-After", STR("1"));
		return fail(q, E_STORE);
	}
	if (effect == GROWS && disk_full(s))
		return fail(q, E_DISK_FULL);
	switch (store_mark(s->db)) {
	case 1:
		s->tick.dirty = true;
		return 0;
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
	who_forget_all(q->srv->who);
}

void
tick_queued(struct conn *c, bool head_only)
{
	if (!c->srv->tick.dirty) {
		out_release(&c->out);
		conn_enlist(c, LIST_FLUSH);
		return;
	}
	if (head_only && c->held < 64)
		c->held_heads |= UINT64_C(1) << c->held;
	c->held++;
	conn_enlist(c, LIST_HELD);
}

bool
tick_own(struct server *s)
{
	if (s->mono < s->tick.closed_until || store_lost(s->db) ||
	    store_mark(s->db) != 1)
		return false;
	s->tick.dirty = true;
	return true;
}

void
tick_own_keep(struct server *s, bool keep)
{
	if (!keep || store_keep(s->db) != 1)
		store_undo(s->db);
}

/* ---- the end ---- */

static void
answer_unavailable(struct conn *c, bool head_only, bool close)
{
	struct buf body = { 0 };
	struct writer w = { .out = &body, .pretty = true };
	struct reply r = {
		.status = 503,
		.headers = STR("Retry-After: 1\r\n"),
		.head_only = head_only,
		.close = close,
		.version = 11,
	};

	fail_body(&w, STYLE_V0, 503, "The answer could not be made lasting");
	r.body = buf_view(&body);
	conn_reply(c, &r);
	buf_free(&body);
}

/* The COMMIT failed: what was promised is not so. */
static void
replace_held(struct conn *c)
{
	unsigned i, n = c->held;
	uint64_t heads = c->held_heads;

	c->held = 0;
	c->held_heads = 0;
	out_cut(&c->out);
	if (c->stream)
		stream_drop(c);
	for (i = 0; i < n; i++)
		answer_unavailable(
		    c, i < 64 && heads >> i & 1, c->last && i == n - 1);
}

static void
release(struct server *s, bool lasting)
{
	struct conn *c;

	s->tick.dirty = false;
	while ((c = conn_pull(s, LIST_HELD))) {
		if (!lasting)
			replace_held(c);
		c->held = 0;
		c->held_heads = 0;
		out_release(&c->out);
		conn_enlist(c, LIST_FLUSH);
	}
}

static void
flush_all(struct server *s)
{
	struct conn *c, *end = s->flush.last;

	/* up to the one that was last: a flush may enlist again */
	while ((c = conn_pull(s, LIST_FLUSH))) {
		conn_flush(c);
		if (c == end)
			break;
	}
}

static void
commit(struct server *s)
{
	bool lasting = store_commit(s->db) >= 0;

	if (!lasting) {
		s->tick.closed_until = s->mono + CLOSED_MS;
		who_forget_all(s->who);
		log_line(LOG_ERROR, "commit failed", "error",
		    store_trouble(s->db), NULL);
	}
	release(s, lasting);
}

void
tick_end(struct server *s)
{
	flush_all(s); /* what does not depend on the COMMIT */
	if (s->tick.dirty) {
		commit(s);
		flush_all(s);
		store_checkpoint(s->db);
	}
	stream_turn(s);
	flush_all(s);
	conn_bury(s);
}
