/* SPDX-License-Identifier: ISC */
/* TAP in a few lines: ok(truth, "a sentence"), and return done() at the end. */
#ifndef T_UNIT_TAP_H
#define T_UNIT_TAP_H

#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failed;

static inline void
tap_ok(bool truth, const char *sentence, const char *file, int line)
{
	tap_count++;
	printf("%sok %d - %s\n", truth ? "" : "not ", tap_count, sentence);
	if (!truth) {
		tap_failed++;
		printf("#   at %s line %d\n", file, line);
	}
	fflush(stdout);
}

#define ok(truth, sentence) tap_ok((truth), (sentence), __FILE__, __LINE__)

static inline int
done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif
