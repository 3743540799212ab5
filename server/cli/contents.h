/* SPDX-License-Identifier: ISC */
#ifndef SERVER_CLI_CONTENTS_H
#define SERVER_CLI_CONTENTS_H

#include <stddef.h>

/*
 * The files that people sent, as backup, restore and check see them: contents
 * by their digest, as server/files.h has it.
 */
struct haul {
	size_t copied;  /* were not there yet */
	size_t there;   /* were */
	size_t missing; /* are nowhere, or not what their digest says */
};

/* Keeps those of DATA/uploads from being removed by a server, until it is
 * closed; -1: there is no such directory. */
int contents_hold(const char *data);
/* Does that copy of the data name none?  1, 0, or -1 and why. */
int contents_none(const char *copy, char *why, size_t);
/* What a copy of the data names, from one directory to another: 0, or -1 and
 * why. */
int contents_copy(const char *copy, const char *from, const char *to,
    struct haul *, char *why, size_t);
/* And what it does not name is removed there. */
int contents_prune(const char *copy, const char *dir, char *why, size_t);
/* Is it there, of whatever size? */
int contents_lie_in(const char *dir, const char *digest);

#endif
