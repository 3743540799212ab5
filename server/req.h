/* SPDX-License-Identifier: ISC */
#ifndef SERVER_REQ_H
#define SERVER_REQ_H

#include "json/reader.h"
#include "json/writer.h"
#include "server/limits.h"
#include "server/route.h"
#include "server/server.h"

struct session;

/*
 * A request as a handler sees it.  A handler answers 0 when its reply is
 * written to out, or -1 when somebody has answered already (fail).
 */
struct req {
	struct server *srv;
	struct conn *conn;
	struct store *db;
	struct arena *mem; /* until the reply is built */
	int64_t now;

	const char *bytes;
	const struct http *http;
	struct route_match at;
	struct str path, query;      /* as sent */
	struct str args[ROUTE_ARGS]; /* decoded segments of the path */

	const struct session *session; /* whose token or password it was */
	const struct user *me;         /* NULL: nobody */
	struct user *proven;           /* whose password it was, at a login */
	struct str record;             /* a better record of it, if any */
	struct json body, asked;       /* parameters: body first, then query */
	bool has_params;
	struct str fields; /* of a form whose file is on disk */
	bool begun;        /* its body is on its way there */

	struct limit limit; /* of calls from this address */
	struct writer out;
	int status;
	struct str type;       /* of the reply; NO_STR: application/json */
	struct buf headers;    /* more lines of the reply */
	bool kept;             /* and how long it may be kept is among them */
	struct stream *stream; /* a reply that is made in steps */
	struct blob *shared;   /* or bytes that others get too; not ours */
	bool parked;
};

/* Errors: a row each in fail.c gives status, word, code and text. */
enum error {
	E_NONE = 0,
	E_LOGIN,        /* 401 no valid token */
	E_UNAUTHORIZED, /* 401 wrong name or password */
	E_INACTIVE,     /* 401 the right password of a closed account */
	E_FORBIDDEN,    /* 403 lacks the permission */
	E_NO_RIGHT,     /* 403 the row's permission is lacking */
	E_NO_ACCESS,    /* 403 a public room, but not for this user */
	E_NO_ROOM,      /* 404 also: not yours */
	E_NO_HOOK,      /* 404 an address of no integration */
	E_NO_MESSAGE,   /* 404 */
	E_NO_ROUTE,     /* 404 */
	E_NO_FILE,      /* 404 also: not yours */
	E_NO_METHOD,    /* 405 */
	E_SCOPE,        /* 403 the token is for less */
	E_CROSS_SITE,   /* 403 Basic from another site */
	E_ARCHIVED,     /* 403 */
	E_READONLY,     /* 403 */
	E_MUTED,        /* 403 */
	E_LAST_OWNER,   /* 400 */
	E_MEDIA,        /* 415 */
	E_TOO_LONG,     /* 400 a message over the limit */
	E_EMPTY,        /* 400 a message of nothing */
	E_EMAIL_TAKEN,  /* 400 */
	E_BULK_MANY,    /* 400 */
	E_BULK_USERS,   /* 400 no list of users */
	E_FILE_LARGE,   /* 413 */
	E_TOO_MANY,     /* 429 */
	E_STORE,        /* 503 */
	E_DISK_FULL,    /* 503 */
	E_HELPER,       /* 503 */
	E_MEMORY,       /* 503 */
	ERRORS
};

/* Answer with an error: always -1. */
int fail(struct req *, enum error);
/* With a text of its own in place of the row's. */
int fail_text(struct req *, enum error, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* 400 with a code and a text of its own. */
int fail_coded(struct req *, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with the code as errorType alone, not in the text. */
int fail_typed(struct req *, const char *type, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* 400 with a code, a text and "details": a JSON object. */
int fail_details(struct req *, const char *code, struct str details,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* 400 with a text alone; none at all: "". */
int fail_bare(struct req *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* 429, with Retry-After. */
int fail_wait(struct req *, int64_t ms);
/* The body of a refusal that has no request (route_refuse), and its type. */
struct str fail_body(struct writer *, enum style, int status, const char *text);

/* Parameters, whether they came as JSON, form or query. */
int params_read(struct req *);
struct json param_json(const struct req *, const char *name);
/* A string, or NO_STR. */
struct str param(const struct req *, const char *name);
/* A whole number, also as text; fallback if it is absent or is not one. */
int64_t param_int(const struct req *, const char *name, int64_t fallback);
/* As JavaScript has it, and "false" and "0" are not. */
bool param_true(const struct req *, const char *name);
/* A time in ISO 8601 or milliseconds: 1, 0 absent, -1 answered: it is bad. */
int param_time(struct req *, const char *name, int64_t *ms);
/* Those that the row names are there: 0, or -1 and answered. */
int params_needed(struct req *);
/* 0 if absent or a string; else -1 and answered, naming the field. */
int param_is_text(struct req *, const char *name);

/* A header of the request, trimmed; NO_STR if there is none. */
struct str req_header(const struct req *, const char *name);
/* Where it came from, behind trusted proxies too, as it is counted. */
struct str req_address_key(struct req *, char out[20]);
struct str req_address(struct req *);
/* Came by TLS, here or at a trusted proxy. */
bool req_secure(const struct req *);

#endif
