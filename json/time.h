/* SPDX-License-Identifier: ISC */
#ifndef JSON_TIME_H
#define JSON_TIME_H

#include "json/str.h"

/* Times are milliseconds since 1970, UTC. */
enum { TIME_TEXT = 24 };

/* "2016-05-20T12:28:12.064Z", no NUL.  The year is within 0 to 9999. */
void time_text(char out[TIME_TEXT], int64_t ms);
/*
 * ISO 8601 as clients send it: a date, or date 'T' or ' ' time with optional
 * seconds and fraction, and Z or +hh:mm or nothing (UTC).
 */
bool time_parse(struct str, int64_t *ms);
/* 90d, 12h, 10m, 30s or plain seconds; "off" is 0. */
bool duration_parse(struct str, int64_t *seconds);

#endif
