/* SPDX-License-Identifier: ISC */
#ifndef SERVER_CLI_CLI_H
#define SERVER_CLI_CLI_H

#include "json/buf.h"
#include "server/conf.h"
#include "server/deeds.h"

/*
 * The command line: one row a command, which gives parsing, --help and
 * completion.  Usage errors exit 2, failures 1, with one line that says what
 * to do.
 */
enum { CLI_OPTIONS = 8, CLI_WORDS = 4, CLI_FLAGS = 64 };

struct cli_option {
	const char *name;  /* "email" for --email */
	const char *value; /* what it takes, "ADDRESS"; NULL: a switch */
	const char *help;
	bool list;   /* repeatable: the values are joined by commas */
	bool needed; /* without it the command is not complete */
};

struct cli;

/* What is done before a command runs, and after it. */
enum cli_needs {
	CLI_NOTHING = 1,
	CLI_SETTINGS, /* each by itself; they may not fit together */
	CLI_READS,    /* and a store, which must be there */
	CLI_WRITES,   /* under a mark; committed, and a running server told */
	CLI_MAKES,    /* as CLI_WRITES, in a new directory if need be */
};

struct command {
	const char *name; /* "user add" */
	const char *args; /* "USER [ROLE]": words needed, [words] not */
	const char *help; /* one line */
	enum cli_needs needs;
	int (*run)(struct cli *); /* 0, or what cli_fail and the like answer */
	/* What takes long (asking, hashing), with the store open but before
	 * anybody waits for it. */
	int (*before)(struct cli *);
	bool settings; /* takes every setting as a flag */
	struct cli_option options[CLI_OPTIONS];
};

/* All groups of rows, each ending with a row without a name; then NULL. */
extern const struct command *const cli_groups[];

/* A command that is running. */
struct cli {
	const struct command *command;
	const char *group;            /* "user", before the rest of it */
	const char *words[CLI_WORDS]; /* the arguments, NULL: not given */
	size_t nwords;
	struct str given[CLI_OPTIONS]; /* option values; "" for a switch */
	bool help;                     /* --help was given */
	const char *config;            /* --config */
	struct conf_flag flags[CLI_FLAGS];
	size_t nflags;
	int helper_fd;

	struct conf conf;
	struct arena mem;
	struct store *db;
	struct deed deed;
	struct str record;    /* of the password, made by cli_password */
	struct purge purge;   /* what cli_purge has deleted so far */
	struct buf out, note; /* for stdout and stderr, when all is done */
};

/* Parse and run; the exit status of the process. */
int cli_main(int argc, char **argv, int helper_fd);

/* 0: go on; else the exit status. */
int cli_parse(struct cli *, int argc, char **argv);
/* Help on a command, a group ("user") or, NULL and NULL, on everything;
 * false: there is no such thing. */
bool cli_help(const char *group, const char *rest);
const struct command *cli_find(const char *name);
/* Say that there is none of this name, and which is like it: 2. */
int cli_no_command(struct cli *, const char *name);

/* For rows: the value of an option, NO_STR if it was not given. */
struct str cli_option(const struct cli *, const char *name);

/* "pocketchat: ..." on stderr; they answer 1 and 2. */
int cli_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int cli_usage(const struct cli *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The store answered -1: 1. */
int cli_broken(const struct cli *);

/* Lines for stdout and stderr.  They appear when the command has succeeded,
 * so nothing is said that a failed commit takes back: 0. */
int cli_say(struct cli *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int cli_note(struct cli *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A table: its head ("A\tB"), and cells with tabs between them. */
void cli_head(struct cli *, const char *names);
void cli_cell(struct cli *, struct str);
void cli_cell_int(struct cli *, int64_t);
void cli_cell_time(struct cli *, int64_t ms, const char *zero);
void cli_end_row(struct cli *);

/* A user or room by what was typed: 0, or 1 and it has been said. */
int cli_user(struct cli *, const char *name, struct user *);
int cli_room(struct cli *, const char *name, struct room *);
int cli_role(struct cli *, const char *name, struct role *);
/* Would this user leave no active admin behind?  1 and said so. */
int cli_last_admin(struct cli *, const struct user *);
/* The names in "a,b,c": how many (at most max), or -1. */
int cli_names(struct cli *, struct str list, struct str *names, int max);

/* From POCKETCHAT_PASSWORD, the terminal (twice) or a line of stdin, hashed
 * into record.  Optional: there may be none. */
int cli_password(struct cli *, bool optional);

/*
 * Delete messages (of c->purge) in short transactions, so that a running
 * server waits for none of them: before the command, whose own transaction
 * then takes the few that came meanwhile by cli_purge_rest.
 */
int cli_purge(struct cli *);
int cli_purge_rest(struct cli *);

/* mode 0700; 0, or 1 and said so. */
int cli_make_dir(struct cli *);
/* The pid of the server that serves this data; 0: none does. */
int cli_server(const struct cli *);

#endif
