/* SPDX-License-Identifier: ISC */
#ifndef SERVER_API_V1_METHODS_H
#define SERVER_API_V1_METHODS_H

#include "server/api/v1/v1.h"

/*
 * Methods of the realtime API that are called by REST (method.call): EJSON in,
 * EJSON out, and their errors are inside.  A table of methods ends with one
 * without a name.
 */
struct call {
	struct req *q;
	struct json params;
	struct writer w; /* within the reply's object: writes "result" */
	struct buf out;
	const char *error, *reason; /* what method_fail was told */
};

struct method {
	const char *name;
	bool anyone;               /* also without a login */
	int (*run)(struct call *); /* 0, or -1: by method_fail, or broken */
	bool writes;               /* by method.call only */
};

extern const struct method read_methods[], self_methods[];

/* -1; error: a code, or a number in digits. */
int method_fail(struct call *, const char *error, const char *reason);
struct json method_param(const struct call *, size_t i);
struct str method_text(const struct call *, size_t i);
/* {"$date":ms} or a time in text; false: it is neither. */
bool method_time(const struct call *, size_t i, int64_t *ms);

#endif
