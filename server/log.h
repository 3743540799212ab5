/* SPDX-License-Identifier: ISC */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include "json/str.h"

/*
 * One line an event on stderr: logfmt, or JSON by setting.  Values are
 * quoted when they need it and cannot forge a line.  No secret is ever
 * handed in: paths go without their query, tokens and passwords not at all.
 *
 *	log_line(LOG_INFO, "login", "user", name, "from", address, NULL);
 */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_ALWAYS };

void log_setup(enum log_level least, bool json);
/* Would a line of this level be written? */
bool log_wants(enum log_level);
/* Pairs of const char *, ended by NULL. */
void log_line(enum log_level, const char *event, ...) __attribute__((sentinel));
/* "text: strerror(errno)" as error= of an event. */
void log_errno(enum log_level, const char *event, const char *what);

#endif
