/* SPDX-License-Identifier: ISC */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

#include "auth/password.h"

/* What goes over the socket between the server and the worker. */
struct worker_job {
	uint64_t number; /* 0 from the keeper: the worker died */
	struct kdf kdf;
	char hex[SHA256_HEX];
	bool more; /* another follows for the same password: keep the memory */
};

struct worker_result {
	uint64_t number;
	bool fine;
	uint8_t hash[SHA256_LEN];
};

/* The keeper's and the worker's whole life; do not return. */
_Noreturn void keeper_run(int fd);

#endif
