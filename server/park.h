/* SPDX-License-Identifier: ISC */
#ifndef SERVER_PARK_H
#define SERVER_PARK_H

#include "server/conn.h"
#include "server/req.h"

/*
 * Requests that wait for the helper or for a busy database.  Only the gate
 * parks; the request's bytes stay with its connection, and it goes on from
 * the token step, since user and token may have changed meanwhile.
 */
/* What hashes are asked for: a request may need several, one by one. */
enum park_stage { STAGE_CHECK, STAGE_AGAIN, STAGE_NEW, PARK_STAGES };

struct park {
	struct conn *conn;
	struct kdf_job *jobs[PARK_STAGES]; /* asked for so far, by stage */
	size_t count[PARK_STAGES];
	bool waiting;
	bool hashing;    /* its task is with the helper */
	bool broken;     /* the helper died */
	int64_t since;   /* first parked for a busy database; 0: was not */
	struct ear *ear; /* listens; in one piece of memory, the park's own */
	int64_t until;   /* how long it may wait for that, ms monotonic */
	bool late;       /* that has come */
	struct helper_task task;
};

/* Ask the helper for hashes and park: -1 always (or answered).  The jobs
 * are copied. */
int park_hash(struct req *, enum park_stage, enum helper_lane,
    const struct kdf_job *, size_t count);
/* What came of it: the jobs of that stage, or NULL if it was not asked. */
const struct kdf_job *park_result(const struct req *, enum park_stage);
/* The database is busy: park, or 503 after 5 s.  Always -1. */
int park_busy(struct req *);
/*
 * Park until the ear is woken, or that moment has come: -1 always.  The ear
 * is opened by the caller and stays with the request, which runs again then;
 * park_ear gives it back, or NULL when it was not parked so.
 */
int park_listen(struct req *, struct ear *, int64_t until);
struct ear *park_ear(const struct req *);
bool park_late(const struct req *);
void park_heard(struct conn *, bool late);
/* The request is answered, or its connection closed. */
void park_drop(struct conn *);
bool park_waits(const struct conn *);
/* Let those go on that wait for the database: all if it is free, else those
 * who have waited for long enough to be told so. */
void park_retry(struct server *);

#endif
