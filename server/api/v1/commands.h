/* SPDX-License-Identifier: ISC */
#ifndef SERVER_API_V1_COMMANDS_H
#define SERVER_API_V1_COMMANDS_H

/* Part of server/api/v1/v1.h: words behind a slash. */
#include "auth/rights.h"
#include "store/store.h"

struct req;

/* One of them, as it was given. */
struct order {
	struct room room;     /* the caller may read it */
	struct str params;    /* trimmed */
	struct message *root; /* of the thread that it was given in, or NULL */
	struct str result;    /* what it says to the caller; NO_STR */
};

struct command {
	const char *name, *params, *description;
	enum permission right; /* what clients ask for, to show it; or 0 */
	int (*run)(struct req *, struct order *); /* 0, or -1 and answered */
};

/* In the order of names (command_deeds.c); ends with one without. */
extern const struct command commands[];

#endif
