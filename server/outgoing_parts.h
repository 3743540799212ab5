/* SPDX-License-Identifier: ISC */
#ifndef SERVER_OUTGOING_PARTS_H
#define SERVER_OUTGOING_PARTS_H

#include "server/outgoing.h"
#include "server/poster.h"

/* Between outgoing.c, which knows who listens, and outgoing_send.c, which
 * sends. */

enum { LISTENERS = 1000, SLOTS = 16 };

/* An integration that is to be told. */
struct listener {
	int64_t row, user; /* user: it speaks as, and hears what they hear */
	int64_t maker;
	struct str id, token;
	enum outgoing_event event;
	struct str *urls, *words;
	size_t nurls, nwords;
	bool anywhere, edits; /* words within the text; edited ones too */
	const struct hook_place *place;
	size_t places;
};

/* A try that is with the poster, or is over and to be written down. */
struct slot {
	uint64_t number; /* 0: free */
	int64_t delivery, hook;
	int64_t until; /* mono: then it has failed */
	struct post_result *result;
};

struct outgoing {
	struct server *srv;

	/* who listens */
	struct arena mem;
	struct listener *list;
	size_t count;
	bool read;      /* the list is as the data are */
	uint32_t epoch; /* of the store, then */

	/* what is sent */
	struct watch watch;
	struct timer timer;
	bool look;     /* at what is due */
	uint32_t seen; /* epoch of the store when it was looked at */
	uint64_t number;
	struct slot slot[SLOTS];
	bool gone; /* the poster */
};

#endif
