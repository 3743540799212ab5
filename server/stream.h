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

struct stream;

/* How one lives that does not end by itself (server/follow.c). */
struct stream_life {
	/* Before the steps: adds finished bytes to the connection's queue.
	 * As a step; 1: go on by steps. */
	int (*feed)(struct stream *, struct conn *);
	/* There is more, but the queue is full, and nothing of it is taken. */
	void (*full)(struct stream *, struct conn *);
	/* The moment of stream.at has come. */
	void (*late)(struct stream *, struct conn *);
	void (*drop)(struct stream *);
};

/* What a step or feed answers. */
enum { STREAM_BROKEN = -1, STREAM_END, STREAM_MORE, STREAM_WAITS };

struct stream {
	/* Writes some to out: 1 there is more, 0 that was all, 2 there will
	 * be when it is enlisted again, -1 broken. */
	int (*step)(struct stream *, struct server *);
	const struct stream_life *life; /* NULL: it has an end */
	int64_t at;                     /* ms, monotonic; 0: never */
	bool endless;                   /* the connection ends with it */
	bool waits;        /* until it is enlisted by who has something new */
	struct writer out; /* goes on where it stopped */
	struct arena mem;  /* as long as the stream */
	bool chunked;      /* else the end is the close */
	bool silent;       /* HEAD */
	bool sized;        /* it is of a length that is known before: */
	int64_t length;
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
