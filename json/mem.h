/* SPDX-License-Identifier: ISC */
#ifndef JSON_MEM_H
#define JSON_MEM_H

#include <stddef.h>

/*
 * All heap memory comes through here.  mem_get and mem_resize end the process
 * with one line and exit 70 when there is none: no reply is sent then, and
 * what was acknowledged is on disk.  mem_try is for sizes that a client
 * chooses: it answers NULL, and one request fails with a 503.
 */
void *mem_get(size_t);
void *mem_zero(size_t);
void *mem_resize(void *, size_t);
void *mem_try(void *, size_t);
void mem_free(void *);
/*
 * For the main of a program: the heap keeps up to 2 MB of what is freed.
 * Giving back to the kernel what the next turn takes again cost 40 % of the
 * time of a server that writes.
 */
void mem_steady(void);
/* What the start has left behind goes back to the kernel, once. */
void mem_settle(void);
/* The end of the process, as above: for whoever else runs out of memory. */
_Noreturn void mem_none(void);

#endif
