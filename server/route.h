/* SPDX-License-Identifier: ISC */
#ifndef SERVER_ROUTE_H
#define SERVER_ROUTE_H

#include "auth/rights.h"
#include "http/head.h"

struct conn;
struct file_wish;
struct req;
struct server;

/* Who may call: no default, so that a forgotten field opens nothing. */
enum caller { ANYONE = 1, USER };

/* What a row does to the store; BY_VERB: a GET reads, others write. */
enum effect {
	BY_VERB = 0,
	READS,
	WRITES,
	GROWS, /* writes what the disk reserve is kept from: new content */
};

/* How a group words its answers. */
enum style { STYLE_V0 = 1, STYLE_V1, STYLE_PLAIN, STYLE_TEXT };

/*
 * Which tokens may call a row though they are good for less than all: those
 * that only post, those that only read, those of one room.  The last looks
 * into no room but by server/reach.h.
 */
enum scope {
	FOR_POSTING = 1,
	FOR_READING = 2,
	FOR_ROOM = 4,
	BY_QUERY = 8, /* one that only reads may stand in the query: ?auth= */
};

/*
 * One endpoint, at the foot of the file that implements it.  path is
 * relative to the group's prefix, ":name" takes one segment.  params: the
 * names needed, "a|b c d?": one of a or b, c needed, d optional.
 */
struct route {
	enum http_method method;
	const char *path;
	enum caller who;
	enum permission permission;
	const char *params;
	int (*run)(struct req *);
	/* Answers 0 to go on, -1 when answered or parked: hashing that must
	 * be done before the handler (server/park.h). */
	int (*secret)(struct req *);
	enum effect effect;
	bool bulk;      /* takes bodies of max_bulk_body */
	bool raw;       /* query and body are not read as parameters */
	bool literal;   /* the body is one, unless it says that it is JSON or a
			 * form of parts; the query is read */
	uint8_t scopes; /* bits of enum scope */
	/* Its body, if it is a form of parts (or raw), goes to disk: before a
	 * byte of it is read this says what is wished for: 0, or -1 and
	 * answered (server/files.h). */
	int (*upload)(struct req *, struct file_wish *);
};

struct route_group {
	const char *prefix; /* "/api/" */
	enum style style;
	const struct route *rows; /* ends with a row without a path */
};

/* clang-format off */
#define ROW(verb, p, w, right, names, fn, ...) \
	{ .method = (verb), .path = (p), .who = (w), .permission = (right), \
	  .params = (names), .run = (fn), __VA_ARGS__ }
#define GET(...) ROW(HTTP_GET, __VA_ARGS__)
#define POST(...) ROW(HTTP_POST, __VA_ARGS__)
#define PUT(...) ROW(HTTP_PUT, __VA_ARGS__)
#define PATCH(...) ROW(HTTP_PATCH, __VA_ARGS__)
#define DELETE(...) ROW(HTTP_DELETE, __VA_ARGS__)
#define END_OF_ROUTES { .path = NULL }
/* clang-format on */

/* All groups there are (server/api/groups.c); ends with NULL. */
extern const struct route_group *const api_groups[];

struct routes;
/* All groups, for look-ups that cost the same however many rows there are. */
struct routes *routes_build(void);
void routes_free(struct routes *);
/* One line a row, for the command line. */
void routes_print(void);

/* For connections.  False: the request is parked, or its body may come. */
bool route_request(struct conn *, const char *bytes, const struct http *);
/* Answer an error before or beside any route; the connection ends. */
void route_refuse(struct conn *, int status, const char *why);
/* The same, of a request that the connection does not keep. */
void route_refuse_this(struct conn *, const struct http *, const char *bytes,
    int status, const char *why);
/* Once the head stands: will anybody look at the body? */
bool route_takes_body(struct conn *, const struct http *, const char *bytes);
/* And how long may it be? */
uint64_t route_max_body(
    struct server *, const struct http *, const char *bytes);

/* For the gate: what was found for a path. */
enum { ROUTE_ARGS = 3 };
struct route_match {
	const struct route_group *group; /* of the prefix, if any */
	const struct route *row;         /* NULL: no such path, or verb */
	bool path_exists;
	const char *allow;           /* "GET, POST, OPTIONS" */
	struct str args[ROUTE_ARGS]; /* as sent, not decoded */
};
void routes_find(const struct routes *, struct str path, enum http_method,
    struct route_match *);

#endif
