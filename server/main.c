/* SPDX-License-Identifier: ISC */
/* The program: fork the hashing helper first, then do what was asked. */
#include <string.h>
#include <sys/stat.h>

#include "auth/memory.h"
#include "json/mem.h"
#include "server/cli/cli.h"
#include "server/helper.h"

/* Only a server needs the helper, and before it has read any file. */
static int
helper_if_serving(int argc, char **argv)
{
	pid_t keeper;
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], "serve"))
			return helper_fork(&keeper);
	return -1;
}

int
main(int argc, char **argv)
{
	int helper;

	umask(077);
	helper = helper_if_serving(argc, argv);
	crypto_memory();
	mem_steady();
	return cli_main(argc, argv, helper);
}
