/* SPDX-License-Identifier: ISC */
/* Connections in line: for their turn, and by how long they have waited. */
#include "server/conn.h"

#include <linux/sock_diag.h>
#include <sys/socket.h>

/* ---- lists ---- */

static struct queue *
queue_of(struct server *s, enum conn_list which)
{
	struct queue *const list[CONN_LISTS] = {
		[LIST_FLUSH] = &s->flush,
		[LIST_AGAIN] = &s->again,
		[LIST_STREAMS] = &s->streams,
		[LIST_BUSY] = &s->busy,
		[LIST_HELD] = &s->tick.held,
		[LIST_RELIEF] = &s->relief,
	};

	return list[which];
}

void
conn_enlist(struct conn *c, enum conn_list which)
{
	struct queue *q = queue_of(c->srv, which);

	if (c->listed >> which & 1 || c->state == CONN_CLOSED)
		return;
	c->listed |= (uint8_t)(1u << which);
	c->in_list[which] = NULL;
	if (q->last)
		q->last->in_list[which] = c;
	else
		q->first = c;
	q->last = c;
}

void
conn_each(struct server *s, enum conn_list which, void (*act)(struct conn *))
{
	struct queue *q = queue_of(s, which);
	struct conn *c = q->first, *next;

	*q = (struct queue){ 0 };
	for (; c; c = next) {
		next = c->in_list[which];
		c->listed &= (uint8_t) ~(1u << which);
		if (c->state != CONN_CLOSED)
			act(c);
	}
}

/* ---- ages ---- */

void
conn_age(struct conn *c, enum conn_age age)
{
	struct aged *a;

	if (c->age != AGE_NONE) {
		a = &c->srv->aged[c->age];
		*(c->older ? &c->older->newer : &a->first) = c->newer;
		*(c->newer ? &c->newer->older : &a->last) = c->older;
	}
	c->age = (uint8_t)age;
	if (age == AGE_NONE)
		return;
	a = &c->srv->aged[age];
	c->newer = NULL;
	c->older = a->last;
	*(a->last ? &a->last->newer : &a->first) = c;
	a->last = c;
	c->aged = c->srv->mono;
}

struct conn *
conn_oldest(const struct server *s, enum conn_age age, int64_t least)
{
	struct conn *c = s->aged[age].first;

	return c && s->mono - c->aged >= least ? c : NULL;
}

/* ---- bounds ---- */

void
conn_count(struct conn *c)
{
	c->srv->queued += c->out.cost - c->counted;
	c->counted = c->out.cost;
}

bool
conn_over(const struct server *s)
{
	return s->queued > (size_t)s->conf->max_queue_total;
}

/* The kernel holds some for them, too: what fits there is not in our queue,
 * and who reads nothing would get another reply into it. */
bool
conn_owes(const struct conn *c)
{
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof memory;

	if (c->out.len > 0)
		return true;
	getsockopt(c->watch.fd, SOL_SOCKET, SO_MEMINFO, memory, &size);
	return memory[SK_MEMINFO_WMEM_QUEUED] > 0;
}
