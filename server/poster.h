/* SPDX-License-Identifier: ISC */
#ifndef SERVER_POSTER_H
#define SERVER_POSTER_H

#include "server/conf.h"

/*
 * The process that makes the connections to others (design.md section 7:
 * nothing that may block is done in the loop).  It has read the settings and
 * no data; it waits for jobs and forks a child for each, so that a slow
 * receiver holds up nobody, and one that does harm does it to a process that
 * has nothing.  Jobs and results are packets of a socket.
 *
 * A job: this head, the address, the body.
 */
enum {
	POST_URL = 2048,
	POST_BODY = 96 * 1024,
	POST_ANSWER = 32 * 1024, /* of an answer, not more is read */
	POST_ERROR = 160,
	POST_SECONDS = 25, /* for all of it */
};

struct post_job {
	uint64_t number;
	uint32_t url_len, body_len;
};

struct post_result {
	uint64_t number;
	int32_t status; /* of the reply; 0: there was none */
	char error[POST_ERROR];
	uint32_t len;
	char answer[POST_ANSWER];
};

/* Forks it: the socket, or -1 with errno. */
int poster_fork(const struct conf *);

#endif
