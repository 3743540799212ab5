/* SPDX-License-Identifier: ISC */
/* epoll, and nothing else of the kernel's event interfaces. */
#include "server/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "json/mem.h"

bool
loop_open(struct loop *l)
{
	l->fd = epoll_create1(EPOLL_CLOEXEC);
	l->event = mem_get(LOOP_EVENTS * sizeof *l->event);
	l->events = 0;
	return l->fd >= 0;
}

void
loop_close(struct loop *l)
{
	close(l->fd);
	l->fd = -1;
	mem_free(l->event);
}

static bool
control(struct loop *l, int op, struct watch *w)
{
	struct epoll_event e = { .data.ptr = w };

	if (w->want & LOOP_IN)
		e.events |= EPOLLIN | EPOLLRDHUP;
	if (w->want & LOOP_OUT)
		e.events |= EPOLLOUT;
	return epoll_ctl(l->fd, op, w->fd, &e) == 0;
}

bool
loop_add(struct loop *l, struct watch *w, int fd, unsigned want)
{
	w->fd = fd;
	w->want = want;
	if (control(l, EPOLL_CTL_ADD, w))
		return true;
	w->fd = -1;
	return false;
}

void
loop_want(struct loop *l, struct watch *w, unsigned want)
{
	if (w->fd < 0 || w->want == want)
		return;
	w->want = want;
	control(l, EPOLL_CTL_MOD, w);
}

void
loop_remove(struct loop *l, struct watch *w)
{
	if (w->fd < 0)
		return;
	control(l, EPOLL_CTL_DEL, w);
	w->fd = -1;
}

static unsigned
meaning(uint32_t events)
{
	unsigned m = 0;

	if (events & (EPOLLIN | EPOLLRDHUP))
		m |= LOOP_IN;
	if (events & EPOLLOUT)
		m |= LOOP_OUT;
	if (events & (EPOLLERR | EPOLLHUP))
		m |= LOOP_GONE;
	return m;
}

void
loop_wait(struct loop *l, int timeout_ms)
{
	l->events = epoll_wait(l->fd, l->event, LOOP_EVENTS, timeout_ms);
}

bool
loop_told(const struct loop *l, const struct watch *w)
{
	int i;

	for (i = 0; i < l->events; i++)
		if (l->event[i].data.ptr == w)
			return true;
	return l->events == LOOP_EVENTS;
}

void
loop_run(struct loop *l)
{
	int i;

	for (i = 0; i < l->events; i++) {
		struct watch *w = l->event[i].data.ptr;

		if (w->fd >= 0)
			w->ready(w, meaning(l->event[i].events));
	}
}
