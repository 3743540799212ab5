/* SPDX-License-Identifier: ISC */
#ifndef SERVER_OPTION_H
#define SERVER_OPTION_H

#include "json/reader.h"
#include "server/conf.h"
#include "store/store.h"

/*
 * Settings as Rocket.Chat's clients know them: changed at run time by who may
 * edit-privileged-setting, kept in the store where they differ from the usual.
 * (What the owner of the machine sets stands in server/setting.h; a few rows
 * here say what it is.)  In memory, and never older than the data: they are
 * read anew when one was changed, here or by another process, or taken back.
 */
enum option {
#define OPT(symbol, id, type, usual, takes, shown, group, section, label) \
	symbol,
#include "server/options.def"
#undef OPT
	OPTIONS
};

enum option_type { OPTION_BOOL, OPTION_NUMBER, OPTION_TEXT, OPTION_CHOICE };

enum { OPTION_TEXT_MOST = 4096 };

struct option_row {
	const char *id;
	enum option_type type;
	const char *usual; /* as JSON */
	const char *takes; /* "1..9", "this|that", "fact"; "": any */
	bool shown;        /* to everybody: public */
	const char *group, *section, *label;
};
extern const struct option_row option_rows[OPTIONS];

struct options;

struct options *options_new(struct store *, const struct conf *);
void options_free(struct options *);
/* The server's own settings are others now. */
void options_forget(struct options *);

bool option_on(struct options *, enum option);
int64_t option_number(struct options *, enum option);
/* Good until one is changed. */
struct str option_text(struct options *, enum option);
/* As JSON, and when it was changed (0: never). */
struct str option_json(struct options *, enum option, int64_t *changed);
/* OPTIONS if there is none of that id. */
enum option option_named(struct str id);
/* Nobody changes it. */
bool option_is_fact(enum option);
/* 1, 0: it takes no such value, -1 the store. */
int option_set(
    struct options *, enum option, struct arena *, struct json, int64_t now);

#endif
