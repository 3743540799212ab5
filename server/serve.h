/* SPDX-License-Identifier: ISC */
#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include "server/conf.h"

/* Where the settings came from, to read them again at SIGHUP. */
struct serve_start {
	struct conf *conf; /* loaded */
	struct arena *mem; /* of conf's strings */
	const char *file;  /* as given to conf_load */
	const struct conf_flag *flags;
	size_t nflags;
	int helper_fd; /* of helper_fork, or -1 */
};

/*
 * Serve until SIGTERM or SIGINT: 0, or 1 if it could not start.  Takes the
 * lock DIR/pocketchat.lock and writes its pid there; makes what a new
 * directory needs, the first admin among it (name and generated password
 * are printed once on stdout).
 */
int serve_run(const struct serve_start *);

#endif
