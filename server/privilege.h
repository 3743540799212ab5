/* SPDX-License-Identifier: ISC */
#ifndef SERVER_PRIVILEGE_H
#define SERVER_PRIVILEGE_H

#include "server/conf.h"

/* As many descriptors as the system lets us have; max_connections 0 becomes
 * what is left of them beside the store, the helper and the log. */
void privilege_limits(struct conf *);
/*
 * No core dumps with secrets in them, no new privileges, no capabilities.
 * Root becomes the user that the settings name, else the owner of the data
 * directory, and what root made there is given to that user.  If that is
 * root too, the name stays and its powers go: the process is held by file
 * modes like anybody else.  -1: said why on stderr.
 */
int privilege_drop(const struct conf *);
/* The same for a process that has read no setting and needs no file: root
 * becomes nobody. */
void privilege_forgo(void);

#endif
