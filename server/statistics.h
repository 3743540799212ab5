/* SPDX-License-Identifier: ISC */
#ifndef SERVER_STATISTICS_H
#define SERVER_STATISTICS_H

#include "json/writer.h"
#include "server/server.h"

/* What it was built for, in the words that clients know. */
#if defined(__x86_64__)
#define STATISTICS_ARCH "x64"
#elif defined(__aarch64__)
#define STATISTICS_ARCH "arm64"
#elif defined(__arm__)
#define STATISTICS_ARCH "arm"
#else
#define STATISTICS_ARCH "other"
#endif

/* What there is and how it goes, for administrators: members of the open
 * object.  1 or -1. */
int statistics_write(struct writer *, struct server *, struct arena *);
/* Under a mark: keeps one a day, for a year.  1, 0 there is today's, -1. */
int statistics_keep(struct server *);
/* The same, once a minute. */
void statistics_minute(struct server *);

#endif
