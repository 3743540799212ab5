/* SPDX-License-Identifier: ISC */
/* The envelope of /api/v1/: what belongs to the payload, and "success". */
#include "server/api/v1/v1.h"

void
v1_begin(struct req *q)
{
	json_open(&q->out, NULL, '{');
}

int
v1_end(struct req *q)
{
	json_bool(&q->out, "success", true);
	json_close(&q->out, '}');
	return 0;
}

int
v1_done(struct req *q)
{
	v1_begin(q);
	return v1_end(q);
}

int
v1_did(struct req *q, int done)
{
	return done < 0 ? fail(q, E_STORE) : v1_done(q);
}
