/* SPDX-License-Identifier: ISC */
#ifndef SERVER_API_V1_HOOKS_H
#define SERVER_API_V1_HOOKS_H

/* Part of server/api/v1/v1.h: integrations. */
#include "server/api/api.h"

enum { HOOK_PLACES = 100 };

/* What an integration is to be. */
struct hook_wish {
	struct hook hook;
	struct hook_place place[HOOK_PLACES];
	size_t places; /* 0: as they were */
};

/*
 * Reads it from an object of the caller's, who may have it so: in a new one
 * (row 0) what is needed must be there, in another what is absent stays.  0,
 * or -1 and answered.
 */
int hook_wish(struct req *, struct json from, struct hook_wish *);
/* A new one, as wished, in the store; token: of an incoming one, only now. */
int hook_make(struct req *, struct json from, struct hook *, struct str *token);
/* Reads "#dev, @ada" or words like all_public_channels. */
int hook_wish_places(struct req *, struct str, struct hook_wish *);

/* All of them, or those of one's own: the row of the maker, 0 for all; -1:
 * answered, the caller may do neither. */
int64_t hooks_of_mine(struct req *);
/* Outgoing ones are sent: 0, or -1 and answered. */
int need_outgoing(struct req *);

#endif
