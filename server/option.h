/* SPDX-License-Identifier: ISC */
#ifndef SERVER_OPTION_H
#define SERVER_OPTION_H

#include "json/reader.h"
#include "store/store.h"

/*
 * Settings as Rocket.Chat's clients know them: changed at run time by who may
 * edit-privileged-setting, kept in the store where they differ from the usual.
 * (What the owner of the machine sets stands in server/setting.h.)
 */
enum option {
#define OPTION(symbol, id, type, usual, shown, group, label) symbol,
#include "server/options.def"
#undef OPTION
	OPTIONS
};

enum option_type { OPTION_BOOL, OPTION_NUMBER, OPTION_TEXT };

struct option_row {
	const char *id;
	enum option_type type;
	const char *usual; /* as JSON */
	bool shown;        /* to everybody: public */
	const char *group, *label;
};
extern const struct option_row option_rows[OPTIONS];

struct options;

struct options *options_new(struct store *);
void options_free(struct options *);

bool option_on(struct options *, enum option);
int64_t option_number(struct options *, enum option);
/* Good until one is changed. */
struct str option_text(struct options *, enum option);
/* As JSON, and when it was changed (0: never). */
struct str option_json(struct options *, enum option, int64_t *changed);
/* OPTIONS if there is none of that id. */
enum option option_named(struct str id);
/* 1, 0: the type is another, -1 the store. */
int option_set(
    struct options *, enum option, struct arena *, struct json, int64_t now);

#endif
