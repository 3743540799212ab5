/* SPDX-License-Identifier: ISC */
#ifndef SERVER_OUT_H
#define SERVER_OUT_H

#include <sys/uio.h>

#include "json/buf.h"

/*
 * What a connection still has to send: pieces of counted bytes.  Bytes that
 * many connections get (hot replies, later push frames) stand once and are
 * shared by all queues.  The front part of `ready` bytes may leave; what is
 * behind it waits for the COMMIT of its tick and can be cut.
 */
struct blob {
	uint32_t refs;
	uint32_t cap; /* room in bytes[] */
	size_t len;
	char bytes[];
};

struct piece {
	struct piece *next;
	struct blob *blob;
	size_t at, len;
	bool own; /* nobody else's: may be appended to */
};

struct out {
	struct piece *first, *last;
	size_t len, ready;
	size_t cost; /* the memory of it, shared bytes counted in full */
};

/* Bytes copied once, refs 1. */
struct blob *blob_new(struct str);
void blob_drop(struct blob *);

void out_add(struct out *, struct str);
void out_share(struct out *, struct blob *);
/* Everything queued may leave. */
void out_release(struct out *);
/* Take back what is not ready. */
void out_cut(struct out *);
void out_clear(struct out *);
/* The ready bytes at the front, in at most n vectors; how many. */
int out_vectors(const struct out *, struct iovec *, int n);
/* Up to size ready bytes joined in buf; how many.  For TLS records. */
size_t out_join(const struct out *, char *buf, size_t size);
void out_sent(struct out *, size_t);

#endif
