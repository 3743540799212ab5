/* SPDX-License-Identifier: ISC */
#ifndef SERVER_FILES_DISK_H
#define SERVER_FILES_DISK_H

#include "server/files.h"

/* Between the files of the files: nobody else's business. */
enum { FILES_PATH = 96 };

/* A content that may have no row: its marker is judged. */
struct fresh {
	struct fresh *next;
	char digest[SHA256_HEX + 1];
};

struct intake;

struct files {
	int dir;              /* DATA/uploads */
	size_t held;          /* finished, and not answered yet */
	struct fresh *fresh;  /* to be judged */
	struct intake *first; /* bodies under way */
	size_t intakes;
	int64_t retry; /* mono: a backup is being made, or the disk fails */
};

/* Gone, or never there: 0, or -1 and errno. */
int files_remove(struct files *, const char *digest);
void files_unmark(struct files *, const char *digest);

#endif
