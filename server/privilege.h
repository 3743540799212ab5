/* SPDX-License-Identifier: ISC */
#ifndef SERVER_PRIVILEGE_H
#define SERVER_PRIVILEGE_H

#include "server/conf.h"

/* As many descriptors as the system lets us have; max_connections 0 becomes
 * what is left of them beside the store, the helper and the log. */
void privilege_limits(struct conf *);
/* No core dumps with secrets in them, no new privileges; root becomes the
 * user that the settings name.  -1: said why on stderr. */
int privilege_drop(const struct conf *);

#endif
