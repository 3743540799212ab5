/* SPDX-License-Identifier: ISC */
#ifndef SERVER_SETTING_H
#define SERVER_SETTING_H

#include "server/conf.h"

/*
 * What there is to set: one table for flags, environment, file, help and
 * "config show".
 */
enum setting_type {
	SET_TEXT = 1,
	SET_LIST,     /* of addresses, by commas or blanks: repeatable */
	SET_SWITCH,   /* off, on: a bool */
	SET_PAIR,     /* one of two words: a bool */
	SET_CHOICE,   /* one of some words: a number */
	SET_NUMBER,   /* off is 0 */
	SET_BYTES,    /* with k, m, g */
	SET_DURATION, /* with d, h, m, s */
	SET_COST,     /* of scrypt */
};

struct setting {
	const char *name;
	enum setting_type type;
	size_t at;            /* in struct conf */
	const char *standard; /* the default, as text */
	int64_t min, max;     /* of numbers; durations in seconds */
	const char *takes;    /* for help; "a|b" of choices: the words */
	const char *help;
};

/* At most CONF_SETTINGS; ends with a row without a name. */
extern const struct setting settings[];

/* - and _ are the same, in any case.  NULL: there is none. */
const struct setting *setting_named(struct str);
/* For an error: the name that is like it, or NULL. */
const char *setting_near(struct str);
/* False: why says what would be right, as "is not ...". */
bool setting_parse(const struct setting *, struct str text, struct conf *,
    struct arena *, char *why, size_t why_size);

#endif
