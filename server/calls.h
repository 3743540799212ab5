/* SPDX-License-Identifier: ISC */
#ifndef SERVER_CALLS_H
#define SERVER_CALLS_H

#include <stdbool.h>

/*
 * The system calls that a process may still make, by seccomp: lists for each
 * kind of process, and for x86-64, ARM64 and ARM.  Any other call ends the
 * process with SIGSYS, or is only written to the kernel's log.
 *
 * A worker computes and talks to the socket it has.  The keeper may fork as
 * well, wait, and tell of a death.  The server has its loop, connections,
 * files and time; it makes no socket, no process and no code.  What posts to
 * others (server/poster.h) forks, reads what a resolver reads, and makes
 * sockets of the Internet.
 */
enum calls { CALLS_SERVER, CALLS_KEEPER, CALLS_WORKER, CALLS_POSTER };

/* For ever, and inherited; needs no_new_privs.  False with errno: the kernel
 * or the machine is not one for it, and nothing was changed. */
bool calls_limit(enum calls, bool only_log);

#endif
