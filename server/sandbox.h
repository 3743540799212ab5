/* SPDX-License-Identifier: ISC */
#ifndef SERVER_SANDBOX_H
#define SERVER_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "server/calls.h"

/*
 * Walls around a server that has all it needs.  Landlock names the
 * directories whose files may still be opened, seccomp the system calls
 * that may still be made (server/calls.h); any other ends the process.
 * Both last until it ends.
 *
 * SANDBOX_LOG refuses nothing: calls that are not in the list are written
 * to the kernel's log (audit, type 1326), and there is no Landlock, which
 * knows no such mode.  Where the kernel lacks a part the server runs without
 * it, and one line of the log says so.
 */
enum sandbox_mode { SANDBOX_ON, SANDBOX_LOG, SANDBOX_OFF };

/* What sanitizers need (ptrace, shadow memory) is what the walls are for. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* The setting's default; a build for coverage sets it to "off". */
#ifndef SANDBOX_STANDARD
#define SANDBOX_STANDARD (SANITIZED ? "off" : "on")
#endif

enum { SANDBOX_PLACES = 20 };

/* What may be done in a place; each includes those before it. */
enum sandbox_right {
	SANDBOX_READ,
	SANDBOX_WRITE, /* files are made, written and removed */
	SANDBOX_MOVE,  /* and moved between its directories, which are made */
};

struct sandbox {
	struct sandbox_place {
		dev_t dev;
		ino_t ino;
		int fd; /* until the walls stand */
		enum sandbox_right right;
		bool directory;
	} place[SANDBOX_PLACES];
	size_t places;
	bool walls; /* Landlock holds */
};

/* Before entering: a directory whose files are made, written and removed, or
 * also moved; and the directory of a file that will be read again, at both
 * ends of a symbolic link. */
void sandbox_write(struct sandbox *, const char *directory);
void sandbox_move(struct sandbox *, const char *directory);
void sandbox_read(struct sandbox *, const char *file);
/* This file or directory alone, to be read. */
void sandbox_file(struct sandbox *, const char *path);
/* The server's walls; the process has no_new_privs already. */
void sandbox_enter(struct sandbox *, enum sandbox_mode);
/* Those of another kind of process. */
void sandbox_enter_as(struct sandbox *, enum sandbox_mode, enum calls);
/* False: the file lies outside, and only a restart can change that. */
bool sandbox_reaches(const struct sandbox *, const char *file);

#endif
