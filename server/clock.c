/* SPDX-License-Identifier: ISC */
/* What time it is, and how much of a turn is left. */
#include <stdio.h>
#include <time.h>

#include "http/reply.h"
#include "server/server.h"

/* No bound of a client: what others may have to wait for, measured. */
enum { SHARE_US = 4000 };

int64_t
server_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

bool
server_tired(const struct server *s)
{
	return s->turn_left == 0 || s->turn_bytes == 0 ||
	       server_us() >= s->turn_us;
}

void
server_clock(struct server *s)
{
	struct timespec t;
	char date[HTTP_DATE];

	clock_gettime(CLOCK_MONOTONIC, &t);
	s->mono = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	clock_gettime(CLOCK_REALTIME, &t);
	s->now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	if (s->date_second == t.tv_sec)
		return;
	s->date_second = t.tv_sec;
	http_date(date, t.tv_sec);
	s->common_len = (size_t)snprintf(s->common, sizeof s->common,
	    "Server: pocketchat\r\n"
	    "Date: %.*s\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Referrer-Policy: no-referrer\r\n"
	    "Content-Security-Policy: default-src 'none'; "
	    "frame-ancestors 'none'\r\n" SERVER_NO_STORE,
	    HTTP_DATE, date);
}

void
server_share(struct server *s)
{
	s->turn_left = (unsigned)(s->conf->max_turn + 1) / 2;
	s->turn_bytes = (size_t)s->conf->max_turn_bytes;
	s->turn_us = server_us() + SHARE_US;
}
