/* SPDX-License-Identifier: ISC */
/* The queue of hashes to make, on the server's side of the socket. */
#include "server/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "json/mem.h"
#include "server/worker.h"

enum { FIRST_GUESS_US = 300 * 1000 }; /* for the ordinary cost */

struct lane {
	struct helper_task *first, **last;
	int tasks;
	uint64_t work; /* of its jobs that are not done */
};

struct helper {
	int fd;
	uint64_t number; /* of the job in flight; it moves on at a death */
	bool in_flight;
	bool gone;               /* the keeper */
	struct helper_task *now; /* whose job it is; NULL: was cancelled */
	int64_t sent_us;
	double us_per_work;    /* a running mean */
	int64_t wait_ms, bulk; /* the most there may be */
	struct lane lane[LANES];
};

/* ---- begin ---- */

int
helper_fork(pid_t *keeper)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) < 0)
		return -1;
	*keeper = fork();
	if (*keeper < 0) {
		close(fd[0]);
		close(fd[1]);
		return -1;
	}
	if (*keeper == 0) {
		/* its socket becomes 3, and there is nothing else */
		dup2(fd[1], 3);
		close_range(4, ~0u, 0);
		close(0);
		close(1);
		keeper_run(3);
	}
	close(fd[1]);
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	return fd[0];
}

static uint64_t
work_of(const struct kdf *k)
{
	return ((uint64_t)k->r * k->p) << k->ln;
}

struct helper *
helper_new(int fd)
{
	const struct kdf ordinary = KDF_ORDINARY;
	struct helper *h = mem_zero(sizeof *h);
	int i;

	h->fd = fd;
	h->us_per_work = (double)FIRST_GUESS_US / (double)work_of(&ordinary);
	for (i = 0; i < LANES; i++)
		h->lane[i].last = &h->lane[i].first;
	return h;
}

void
helper_rules(struct helper *h, int64_t wait_ms, int64_t bulk)
{
	h->wait_ms = wait_ms;
	h->bulk = bulk;
}

void
helper_free(struct helper *h)
{
	close(h->fd);
	mem_free(h);
}

int
helper_fd(const struct helper *h)
{
	return h->fd;
}

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- the queue ---- */

static void
take_off(struct helper *h, struct helper_task *t)
{
	struct lane *l = &h->lane[t->lane];
	struct helper_task **at = &l->first;
	size_t i;

	while (*at && *at != t)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = t->next;
	if (!t->next)
		l->last = at;
	l->tasks--;
	for (i = t->done; i < t->count; i++)
		l->work -= work_of(&t->jobs[i].kdf);
}

static void
finish(struct helper *h, struct helper_task *t, bool fine)
{
	size_t i;

	take_off(h, t);
	for (i = 0; i < t->count; i++)
		wipe(t->jobs[i].hex, SHA256_HEX);
	t->finished(t, fine);
}

static struct helper_task *
next_task(struct helper *h)
{
	int i;

	for (i = 0; i < LANES; i++)
		if (h->lane[i].first)
			return h->lane[i].first;
	return NULL;
}

/* One job at a time is out, so that a login need not wait for a bulk call's
 * others. */
static void
send_next(struct helper *h)
{
	struct helper_task *t = next_task(h);
	struct worker_job job = { 0 };

	if (h->in_flight || !t)
		return;
	job.number = ++h->number;
	job.kdf = t->jobs[t->done].kdf;
	memcpy(job.hex, t->jobs[t->done].hex, SHA256_HEX);
	job.more = t->jobs[t->done].more;
	/* one small packet is in flight at most; what cannot be sent tells
	 * that the keeper is gone, and so will the next read */
	h->in_flight =
	    send(h->fd, &job, sizeof job, MSG_NOSIGNAL) == sizeof job;
	wipe(&job, sizeof job);
	h->now = t;
	h->sent_us = now_us();
}

int
helper_submit(struct helper *h, struct helper_task *t)
{
	struct lane *l = &h->lane[t->lane];
	double wait_ms = (double)l->work * h->us_per_work / 1000;
	size_t i;

	if (h->gone)
		return -1;
	if (t->lane == LANE_LOGIN && wait_ms > (double)h->wait_ms)
		return (int)(wait_ms - (double)h->wait_ms) / 1000 + 1;
	if (t->lane == LANE_BULK && l->tasks >= h->bulk)
		return (int)(wait_ms / 1000) + 1;
	t->next = NULL;
	t->done = 0;
	*l->last = t;
	l->last = &t->next;
	l->tasks++;
	for (i = 0; i < t->count; i++)
		l->work += work_of(&t->jobs[i].kdf);
	send_next(h);
	return 0;
}

void
helper_cancel(struct helper *h, struct helper_task *t)
{
	take_off(h, t);
	if (h->now == t)
		h->now = NULL;
}

/* ---- results ---- */

static void
measure(struct helper *h, const struct kdf *k)
{
	double us = (double)(now_us() - h->sent_us) / (double)work_of(k);

	h->us_per_work += (us - h->us_per_work) / 8;
}

static void
take_result(struct helper *h, const struct worker_result *r)
{
	struct helper_task *t = h->now;
	struct kdf_job *job;

	h->in_flight = false;
	h->now = NULL;
	if (!t)
		return; /* cancelled meanwhile */
	job = &t->jobs[t->done];
	measure(h, &job->kdf);
	if (!r->fine) {
		finish(h, t, false);
		return;
	}
	memcpy(job->hash, r->hash, SHA256_LEN);
	h->lane[t->lane].work -= work_of(&job->kdf);
	if (++t->done == t->count)
		finish(h, t, true);
}

/* The worker is dead: whoever waited for it hears so. */
static void
take_death(struct helper *h)
{
	struct helper_task *t = h->now;

	h->in_flight = false;
	h->now = NULL;
	h->number++; /* a late result is nobody's */
	if (t)
		finish(h, t, false);
}

bool
helper_alive(const struct helper *h)
{
	return !h->gone;
}

bool
helper_readable(struct helper *h)
{
	struct helper_task *t;
	struct worker_result r;
	ssize_t n;

	while ((n = recv(h->fd, &r, sizeof r, 0)) == sizeof r) {
		if (r.number == 0)
			take_death(h);
		else if (h->in_flight && r.number == h->number)
			take_result(h, &r);
		wipe(&r, sizeof r);
	}
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		h->gone = true;
		while ((t = next_task(h)))
			finish(h, t, false);
	} else {
		send_next(h);
	}
	return !h->gone;
}
