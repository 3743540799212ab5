/* SPDX-License-Identifier: ISC */
/* OpenSSL's memory is ours. */
#include "auth/memory.h"

#include <openssl/crypto.h>

#include "json/mem.h"

static void *
get(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return mem_get(n);
}

static void *
resize(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	if (n > 0)
		return mem_resize(p, n);
	mem_free(p);
	return NULL;
}

static void
give_back(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	mem_free(p);
}

void
crypto_memory(void)
{
	CRYPTO_set_mem_functions(get, resize, give_back);
}
