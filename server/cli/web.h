/* SPDX-License-Identifier: ISC */
#ifndef SERVER_CLI_WEB_H
#define SERVER_CLI_WEB_H

#include "server/cli/cli.h"
#include "server/poster_call.h"

/*
 * A small client of HTTP/1.1, which waits: for the commands that talk to a
 * server.  Where it is and who we are say --server and the environment
 * (POCKETCHAT_URL, POCKETCHAT_TOKEN), else ~/.netrc.  Redirections are not
 * followed; what is wrong stands in why.
 */
struct web {
	struct call_url url; /* of the server; its path is ours to add to */
	struct str auth;     /* a line of the head: wiped with the arena */
	struct arena *mem;
	struct tls_trust *trust;
	int wait; /* seconds without a byte that are too long */

	int fd; /* -1: no connection */
	struct tls_client *tls;
	struct buf in;
	size_t at; /* the next byte of in */
	bool ended;

	int status;    /* of the answer; 0: there was none */
	int64_t retry; /* Retry-After, s; 0: none */
	bool chunked, sized;
	int64_t left; /* of the body, or of the chunk at hand */
	char why[400];
};

/* The options that all such commands have. */
#define WEB_OPTIONS                                                     \
	OPTION("server", "URL", "where it is (POCKETCHAT_URL)"),        \
	    SWITCH("insecure", "believe any certificate: whoever is in" \
			       " between reads all and may be the server")

/* 0, or an exit status, and it was said. */
int web_begin(struct cli *, struct web *);
void web_end(struct web *);
/*
 * Ask, with more lines for the head, each ended by CR LF, and read the head
 * of the answer: true; or false and why.
 */
bool web_ask(struct web *, const char *method, struct str path,
    struct str lines, struct str body);
/* Some of the body: 1, 0 that was all, -1 and why. */
int web_read(struct web *, struct buf *);
/* The whole of it, at most so much. */
int web_rest(struct web *, struct buf *, size_t most);
/* The answer is not what was hoped for: say its first line.  1. */
int web_refused(struct web *);
/* Percent-encoded, for a path or a query. */
struct str web_word(struct arena *, struct str);

#endif
