/* SPDX-License-Identifier: ISC */
#ifndef SERVER_SERVING_H
#define SERVER_SERVING_H

#include "server/sandbox.h"
#include "server/serve.h"
#include "server/server.h"

/* Between serve.c and reload.c. */

/* What watches besides connections: each hands back its server. */
struct serving {
	struct server server; /* first */
	const struct serve_start *start;
	struct conf fresh; /* of a reload */
	struct arena fresh_mem;
	struct watch signals, results;
	struct sandbox sandbox;
	int lock_fd;
};

/* What the settings say to those who keep it. */
void serving_rules(struct server *);
/* Read the settings and certificates anew; bad ones are refused. */
void serving_reload(struct serving *);

#endif
