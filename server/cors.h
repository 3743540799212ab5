/* SPDX-License-Identifier: ISC */
#ifndef SERVER_CORS_H
#define SERVER_CORS_H

#include "server/req.h"

/*
 * Other sites that may call /api/v1/ from a browser: none, unless
 * API_Enable_CORS is on.  Tokens travel in headers that a site must have
 * been given, so no credentials of the browser's own are ever allowed.
 */
/* The lines that a reply to such a site has. */
void cors_reply(struct req *);
/* OPTIONS: -1, it is answered. */
int cors_ask(struct req *);

#endif
