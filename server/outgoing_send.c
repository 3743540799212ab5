/* SPDX-License-Identifier: ISC */
/* Telling it: what is due goes to the poster, what came back is written. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "json/mem.h"
#include "json/utf8.h"
#include "server/log.h"
#include "server/outgoing_parts.h"
#include "server/req.h"
#include "server/tick.h"

enum {
	PATIENCE_MS = (POST_SECONDS + 5) * 1000,
	AGAIN_MS = 100,
	ANSWER_KEPT = 4096, /* of an answer, in the history */
	GONE = 410,         /* the receiver wants no more */
	DELAY_MOST = 48 * 3600 * 1000,
};

/* ---- begin and end ---- */

static void
timer_fired(struct timer *t)
{
	struct outgoing *o =
	    (struct outgoing *)((char *)t - offsetof(struct outgoing, timer));

	o->look = true;
}

static struct slot *
slot_of(struct outgoing *o, uint64_t number)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		if (o->slot[i].number == number)
			return &o->slot[i];
	return NULL;
}

static void
take_result(struct outgoing *o, const struct post_result *r, size_t n)
{
	const size_t head = offsetof(struct post_result, answer);
	struct slot *s;

	if (n < head || r->len > POST_ANSWER || n != head + r->len ||
	    r->number == 0 || !(s = slot_of(o, r->number)) || s->result)
		return; /* too late, or nonsense */
	s->result = mem_get(sizeof *s->result);
	memcpy(s->result, r, n);
	s->result->error[POST_ERROR - 1] = '\0';
}

static void
results_ready(struct watch *w, unsigned events)
{
	struct outgoing *o =
	    (struct outgoing *)((char *)w - offsetof(struct outgoing, watch));
	struct post_result *r = mem_get(sizeof *r);
	ssize_t n;

	(void)events;
	while ((n = recv(w->fd, r, sizeof *r, 0)) > 0)
		take_result(o, r, (size_t)n);
	mem_free(r);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	o->gone = true;
	loop_remove(&o->srv->loop, w);
	log_line(LOG_ERROR,
	    "the process that posts is gone: outgoing webhooks wait; restart "
	    "needed",
	    NULL);
}

struct outgoing *
outgoing_new(struct server *s)
{
	int fd = poster_fork(s->conf);
	struct outgoing *o;

	if (fd < 0)
		return NULL;
	o = mem_zero(sizeof *o);
	o->srv = s;
	o->watch.fd = fd;
	o->watch.ready = results_ready;
	o->timer.fire = timer_fired;
	return o;
}

void
outgoing_begin(struct outgoing *o)
{
	if (!o)
		return;
	loop_add(&o->srv->loop, &o->watch, o->watch.fd, LOOP_IN);
	o->look = true;
}

void
outgoing_free(struct outgoing *o)
{
	int i;

	if (!o)
		return;
	for (i = 0; i < SLOTS; i++)
		mem_free(o->slot[i].result);
	if (o->watch.fd >= 0)
		close(o->watch.fd);
	arena_free(&o->mem);
	mem_free(o);
}

/* ---- sending ---- */

static struct slot *
free_slot(struct outgoing *o)
{
	return slot_of(o, 0);
}

static bool
is_busy(const struct outgoing *o, int64_t hook)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		if (o->slot[i].number && o->slot[i].hook == hook)
			return true;
	return false;
}

/* False: not now. */
static bool
send_job(struct outgoing *o, const struct delivery *d)
{
	struct post_job job = { o->number + 1, (uint32_t)d->url.len,
		(uint32_t)d->sent.len };
	struct iovec part[] = { { &job, sizeof job },
		{ (char *)d->url.ptr, d->url.len },
		{ (char *)d->sent.ptr, d->sent.len } };
	struct msghdr m = { .msg_iov = part, .msg_iovlen = 3 };
	struct slot *s = free_slot(o);

	if (d->sent.len <= POST_BODY && d->url.len <= POST_URL &&
	    sendmsg(o->watch.fd, &m, MSG_NOSIGNAL) < 0)
		return false;
	*s = (struct slot){ ++o->number, d->row, d->hook,
		o->srv->mono + PATIENCE_MS, NULL };
	if (d->sent.len <= POST_BODY && d->url.len <= POST_URL)
		return true;
	s->result = mem_zero(sizeof *s->result); /* at once, and for good */
	snprintf(s->result->error, POST_ERROR,
	    "there is too much to tell: %zu bytes", d->sent.len);
	return true;
}

static void
wake_at(struct outgoing *o, int64_t ms)
{
	timer_set(&o->srv->wheel, &o->timer, o->srv->mono + ms);
}

/* The next of those that are free to be sent; the timer for the rest. */
static int
send_due(struct outgoing *o)
{
	struct server *s = o->srv;
	struct delivery_turn *list;
	struct delivery d;
	size_t i, n;

	if (deliveries_next(s->db, &s->mem, &list, &n) < 0)
		return -1;
	for (i = 0; i < n && free_slot(o); i++) {
		if (is_busy(o, list[i].hook))
			continue;
		if (list[i].due > s->now) {
			wake_at(o, list[i].due - s->now);
			break;
		}
		if (delivery_by_row(s->db, &s->mem, list[i].row, &d) != 1)
			return -1;
		if (!send_job(o, &d)) {
			wake_at(o, AGAIN_MS);
			break;
		}
	}
	return 1;
}

static bool
has_results(const struct outgoing *o)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		if (o->slot[i].result)
			return true;
	return false;
}

/* Who has not answered is waited for no longer. */
static void
give_up(struct outgoing *o)
{
	int i;

	for (i = 0; i < SLOTS; i++) {
		struct slot *s = &o->slot[i];

		if (!s->number || s->result || o->srv->mono < s->until)
			continue;
		s->result = mem_zero(sizeof *s->result);
		snprintf(s->result->error, POST_ERROR,
		    "no answer within %d seconds", POST_SECONDS);
	}
}

void
outgoing_turn(struct server *s)
{
	struct outgoing *o = s->outgoing;
	int i;

	if (!o || o->gone || s->stopping ||
	    (!o->look && o->seen == store_epoch(s->db)))
		return;
	o->look = false;
	o->seen = store_epoch(s->db);
	if (send_due(o) < 0) {
		log_line(LOG_ERROR, "store", "doing", "outgoing", "error",
		    store_trouble(s->db), NULL);
		wake_at(o, AGAIN_MS * 10);
	}
	arena_reset(&s->mem);
	for (i = 0; i < SLOTS; i++)
		if (o->slot[i].number && !o->timer.prev)
			wake_at(o, PATIENCE_MS);
	if (has_results(o))
		wake_at(o, 0);
}

/* ---- what became of it ---- */

/* 0.1 s, 1 s, 10 s, ...; 2 s, 4 s, 8 s, ...; 2 s, 4 s, 6 s, ... */
static int64_t
delay_of(struct str word, int64_t tries)
{
	int64_t ms = str_eq(word, STR("powers-of-ten")) ? 10 : 1000, i;

	if (str_eq(word, STR("increments-of-two")))
		return tries * 2000;
	for (i = 0; i < tries && ms < DELAY_MOST; i++)
		ms *= str_eq(word, STR("powers-of-ten")) ? 10 : 2;
	return ms < DELAY_MOST ? ms : DELAY_MOST;
}

static struct json
extra_of(struct arena *mem, const struct hook *h)
{
	struct json_limits limits = { .tokens = 4096, .depth = 4 };
	struct json v = { 0 };
	size_t at;

	json_parse(mem, h->extra, &limits, &v, &at);
	return v;
}

static void
plan_retry(struct server *s, const struct hook *h, struct delivery *d)
{
	struct json v = extra_of(&s->mem, h);
	int64_t most = 0;

	json_whole(json_get(v, STR("retryCount")), &most);
	if (!json_true(json_get(v, STR("retryFailedCalls"))) ||
	    d->tries > most || d->status == GONE)
		return;
	d->due = s->now +
		 delay_of(json_text(json_get(v, STR("retryDelay")), &s->mem),
		     d->tries);
}

static struct str
text_kept(struct arena *mem, const struct post_result *r)
{
	struct str s = { r->answer, r->len };

	if (s.len > ANSWER_KEPT)
		s.len = ANSWER_KEPT;
	while (s.len > 0 && !utf8_valid(s) && r->len - s.len < 4)
		s.len--; /* cut within a character */
	if (memchr(s.ptr, 0, s.len) || !utf8_valid(s))
		return STR("(bytes that are no text)");
	return arena_str(mem, s);
}

/* {"text":..., "attachments":[...]}: in the words of a request of our own. */
static void
answer(struct server *s, const struct hook *h, struct delivery *d,
    const struct post_result *r)
{
	struct buf out = { 0 };
	struct req q = {
		.srv = s,
		.db = s->db,
		.mem = &s->mem,
		.now = s->now,
		.out = { .out = &out },
		.status = 200,
	};
	struct json_limits limits = { .tokens = 4096,
		.depth = 32,
		.plain_text = true,
		.object_only = true };
	struct json v = { 0 };
	size_t at;

	if (r->len == 0 || d->room == 0 ||
	    json_parse(&s->mem, (struct str){ r->answer, r->len }, &limits, &v,
		&at) != JSON_FINE)
		return;
	if (outgoing_answer(&q, h, d->room, v))
		d->error = arena_str(&s->mem,
		    out.len < 300 ? buf_view(&out)
				  : STR("the answer cannot be posted"));
	buf_free(&out);
	buf_free(&q.headers);
}

/* Under a mark: 1 or -1. */
static int
write_result(struct server *s, const struct slot *slot, struct delivery *d)
{
	const struct post_result *r = slot->result;
	bool fine = r->status >= 200 && r->status < 300;
	struct hook *h;
	size_t n = 0;

	if (hooks_by_rows(s->db, &s->mem, &slot->hook, 1, &h, &n) < 0)
		return -1;
	if (n == 0)
		return 1; /* it was removed meanwhile */
	d->tries++;
	d->due = 0;
	d->status = r->status;
	d->updated = s->now;
	d->answer = r->len ? text_kept(&s->mem, r) : NO_STR;
	d->error = NO_STR;
	if (r->error[0])
		d->error = arena_str(&s->mem, str_of(r->error));
	else if (!fine)
		d->error = arena_fmt(&s->mem, "status %d", (int)r->status);
	if (fine)
		answer(s, h, d, r);
	else
		plan_retry(s, h, d);
	if (d->status == GONE &&
	    hook_set_enabled(s->db, h->row, false, s->now) < 0)
		return -1;
	if (d->status == GONE)
		outgoing_forget(s->outgoing);
	return delivery_tried(s->db, d) < 0 ? -1 : 1;
}

static bool
settle_one(struct server *s, struct slot *slot)
{
	struct delivery d;
	int done;

	if (!tick_own(s))
		return false;
	done = delivery_by_row(s->db, &s->mem, slot->delivery, &d);
	if (done == 1)
		done = write_result(s, slot, &d);
	arena_reset(&s->mem);
	tick_own_keep(s, done >= 0);
	if (done < 0)
		log_line(LOG_ERROR, "store", "doing", "outgoing", "error",
		    store_trouble(s->db), NULL);
	return done >= 0;
}

void
outgoing_settle(struct server *s)
{
	struct outgoing *o = s->outgoing;
	int i;

	if (!o)
		return;
	if (o->look)
		give_up(o);
	for (i = 0; i < SLOTS; i++) {
		struct slot *slot = &o->slot[i];

		if (!slot->result)
			continue;
		if (!settle_one(s, slot)) {
			wake_at(o, AGAIN_MS);
			break;
		}
		mem_free(slot->result);
		*slot = (struct slot){ .number = 0 };
		o->look = true;
	}
}
