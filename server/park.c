/* SPDX-License-Identifier: ISC */
/* Requests that wait. */
#include "server/park.h"

#include "auth/digest.h"
#include "http/reply.h"
#include "json/mem.h"
#include "server/push.h"
#include "server/tick.h"

enum { BUSY_RETRY_MS = 5 };

static bool
waited_long(const struct server *s, const struct park *p)
{
	return s->mono - p->since >= s->conf->busy_timeout * 1000;
}

static void
forget_jobs(struct park *p)
{
	int i;

	for (i = 0; i < PARK_STAGES; i++) {
		if (p->jobs[i])
			wipe(p->jobs[i], p->count[i] * sizeof *p->jobs[i]);
		mem_free(p->jobs[i]);
	}
}

static struct park *
park_of(struct conn *c)
{
	if (!c->park) {
		c->park = mem_zero(sizeof *c->park);
		c->park->conn = c;
	}
	return c->park;
}

bool
park_waits(const struct conn *c)
{
	return c->park && c->park->waiting;
}

static void
finished(struct helper_task *task, bool fine)
{
	struct park *p = task->arg;

	p->waiting = p->hashing = false;
	p->broken = !fine;
	conn_enlist(p->conn, LIST_AGAIN);
}

int
park_hash(struct req *q, enum park_stage stage, enum helper_lane lane,
    const struct kdf_job *jobs, size_t count)
{
	struct park *p = park_of(q->conn);
	size_t size = count * sizeof *jobs;
	int wait;

	if (p->broken)
		return fail(q, E_HELPER);
	if (!(p->jobs[stage] = mem_try(NULL, size)))
		return fail(q, E_MEMORY);
	memcpy(p->jobs[stage], jobs, size);
	p->count[stage] = count;
	p->task = (struct helper_task){
		.jobs = p->jobs[stage],
		.count = count,
		.lane = lane,
		.finished = finished,
		.arg = p,
	};
	p->waiting = p->hashing = true;
	if ((wait = helper_submit(q->srv->helper, &p->task)) != 0) {
		p->waiting = p->hashing = false;
		return wait < 0 ? fail(q, E_HELPER)
				: fail_wait(q, (int64_t)wait * 1000);
	}
	q->parked = true;
	return -1;
}

const struct kdf_job *
park_result(const struct req *q, enum park_stage stage)
{
	const struct park *p = q->conn->park;

	return p && !p->waiting && !p->broken ? p->jobs[stage] : NULL;
}

int
park_busy(struct req *q)
{
	struct park *p = park_of(q->conn);

	if (!p->since)
		p->since = q->srv->mono;
	if (waited_long(q->srv, p)) {
		http_add_field(&q->headers, "Retry-After", STR("1"));
		return fail(q, E_STORE);
	}
	p->waiting = true;
	q->parked = true;
	conn_enlist(q->conn, LIST_BUSY);
	q->srv->busy_retry = q->srv->mono + BUSY_RETRY_MS;
	return -1;
}

/* ---- who waits for something new ---- */

static void
wake(struct ear *e)
{
	struct conn *c = e->owner;

	park_heard(c, false);
}

void
park_heard(struct conn *c, bool late)
{
	struct park *p = c->park;

	if (!p || !p->ear)
		return;
	p->late |= late;
	p->waiting = false;
	p->until = 0;
	conn_enlist(c, LIST_AGAIN);
}

int
park_listen(struct req *q, struct ear *e, int64_t until)
{
	struct park *p = park_of(q->conn);

	e->owner = q->conn;
	e->wake = wake;
	p->ear = e;
	p->until = until;
	p->waiting = true;
	q->parked = true;
	conn_arm(q->conn);
	return -1;
}

struct ear *
park_ear(const struct req *q)
{
	return q->conn->park ? q->conn->park->ear : NULL;
}

bool
park_late(const struct req *q)
{
	return q->conn->park && q->conn->park->late;
}

/* ---- who waits for a busy database ---- */

static void
go_on(struct conn *c)
{
	if (c->park)
		c->park->waiting = false;
	conn_enlist(c, LIST_AGAIN);
}

/* It stays busy: some may have waited for long enough. */
static void
go_on_late(struct conn *c)
{
	if (c->park && !waited_long(c->srv, c->park))
		conn_enlist(c, LIST_BUSY);
	else
		go_on(c);
}

void
park_retry(struct server *s)
{
	if (!s->busy.first || s->mono < s->busy_retry)
		return;
	s->busy_retry = s->mono + BUSY_RETRY_MS;
	conn_each(s, LIST_BUSY, tick_open(s) ? go_on : go_on_late);
}

void
park_drop(struct conn *c)
{
	struct park *p = c->park;

	if (p->hashing)
		helper_cancel(c->srv->helper, &p->task);
	forget_jobs(p);
	if (p->ear)
		ear_close(p->ear);
	mem_free(p->ear);
	mem_free(p);
	c->park = NULL;
}
