/* SPDX-License-Identifier: ISC */
#ifndef SERVER_POSTER_CALL_H
#define SERVER_POSTER_CALL_H

#include "json/str.h"
#include "server/poster.h"
#include "server/tls_client.h"

/*
 * POST the body, JSON, to the address and read the answer; all of it waits.
 * What became of it is in the result.  Redirections are not followed, and
 * unless private_too is set no address is called that is not one of the
 * Internet: whoever may make an integration would else reach the machines
 * around the server.
 */
struct poster_rules {
	bool private_too;
	const struct tls_trust *trust;
};
void poster_call(const struct poster_rules *, struct str url, struct str body,
    struct post_result *);
/* http://host:port/path in its parts; for tests. */
struct call_url {
	bool tls;
	char host[256], port[8];
	struct str path; /* with the query; "/" if there is none */
};
bool call_url_split(struct str, struct call_url *);
/* One that only a network of its own knows, or that is nobody's. */
bool call_is_private(const void *addr, bool ipv6);

#endif
