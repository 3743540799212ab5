/* SPDX-License-Identifier: ISC */
#ifndef SERVER_HELPER_H
#define SERVER_HELPER_H

#include <sys/types.h>

#include "auth/password.h"

/*
 * Hashing in a process of its own, so that the loop never waits (design.md
 * section 7).  helper_fork is the first act of main: it forks the keeper,
 * which keeps one worker alive and knows no file and no secret of ours.
 * The worker is a pure function: a kdf and 64 hex digits in, 32 bytes out.
 *
 * A task is one or many such jobs.  The queue stands here, on the server's
 * side: one job at a time is with the worker, logins before bulk work.
 */
enum helper_lane { LANE_LOGIN, LANE_BULK, LANES };

struct kdf_job {
	struct kdf kdf;
	char hex[SHA256_HEX]; /* wiped when the task ends */
	bool more; /* another follows at once, which takes the same memory */
	uint8_t hash[SHA256_LEN]; /* the result */
};

struct helper_task {
	struct kdf_job *jobs;
	size_t count;
	enum helper_lane lane;
	/* Called once, unless cancelled; false: the worker died. */
	void (*finished)(struct helper_task *, bool ok);
	void *arg;

	/* the queue's own */
	struct helper_task *next;
	size_t done;
};

struct helper;

/* The socket to the keeper, or -1 with errno.  *keeper is its pid. */
int helper_fork(pid_t *keeper);
struct helper *helper_new(int fd);
/* The longest wait for a login, and how many tasks of bulk work may wait. */
void helper_rules(struct helper *, int64_t wait_ms, int64_t bulk);
void helper_free(struct helper *);
int helper_fd(const struct helper *);
/* The socket can be read: results, or news of a dead worker.  False: the
 * keeper itself is gone, for good. */
bool helper_readable(struct helper *);
bool helper_alive(const struct helper *);
/*
 * Queue a task; it must stay where it is until finished or cancelled.  0, -1
 * when the keeper is gone, or the seconds after which it is worth trying
 * again: by the cost measured so far it would wait for too long in the lane
 * of logins, or there are too many tasks in that of bulk work.
 */
int helper_submit(struct helper *, struct helper_task *);
void helper_cancel(struct helper *, struct helper_task *);

#endif
