/* SPDX-License-Identifier: ISC */
#ifndef SERVER_STREAM_H
#define SERVER_STREAM_H

#include "server/req.h"

/*
 * A reply too long for one turn of the loop: made in steps of about
 * STREAM_STEP bytes, as the reader takes them.  What is done after the first
 * step leaves as an ordinary reply.
 */
enum { STREAM_STEP = 64 * 1024 };

struct stream {
	/* Writes some to out: 1 there is more, 0 that was all, -1 broken. */
	int (*step)(struct stream *, struct server *);
	struct writer out; /* goes on where it stopped */
	struct arena mem;  /* as long as the stream */
	bool chunked;      /* else the end is the close */
	bool silent;       /* HEAD */
};

/* A stream of the caller's size, its first member a struct stream. */
void *stream_new(
    struct req *, size_t size, int (*step)(struct stream *, struct server *));
/* For the gate: make the reply's first part; true if there is more. */
int stream_begin(struct req *);
/* After the tick: go on with those whose readers are ready. */
void stream_turn(struct server *);
void stream_drop(struct conn *);
void stream_free(struct stream *);

#endif
