/* SPDX-License-Identifier: ISC */
/* A room, somebody in it, what is said there and what is found of it. */
#ifndef T_STORE_SAID_H
#define T_STORE_SAID_H

#include "t/store/fresh.h"

static int64_t den, ada;
static int nr;

static int
say(struct store *s, const char *text)
{
	struct message m;

	return post(
	    s, den, ada, arena_fmt(&mem, "m%d", nr++).ptr, text, 1000, &m);
}

static int64_t
count(struct store *s)
{
	return number(s, "SELECT count(*) FROM message");
}

static int64_t
found(struct store *s, const char *word)
{
	return number(s,
	    arena_fmt(&mem, "SELECT count(*) FROM message_search('%s')", word)
		.ptr);
}

#endif
