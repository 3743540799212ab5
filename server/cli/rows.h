/* SPDX-License-Identifier: ISC */
#ifndef SERVER_CLI_ROWS_H
#define SERVER_CLI_ROWS_H

#include "server/cli/cli.h"

/* clang-format off */
#define COMMAND(call, words, line, what, fn, ...) \
	{ .name = (call), .args = (words), .help = (line), .needs = (what), \
	  .run = (fn), __VA_ARGS__ }
#define OPTIONS(...) .options = { __VA_ARGS__ }
#define OPTION(word, takes, line) \
	{ .name = (word), .value = (takes), .help = (line) }
#define NEEDED(word, takes, line) \
	{ .name = (word), .value = (takes), .help = (line), .needed = true }
#define LIST(word, takes, line) \
	{ .name = (word), .value = (takes), .help = (line), .list = true }
#define SWITCH(word, line) { .name = (word), .help = (line) }
#define END_OF_COMMANDS { .name = NULL }
/* clang-format on */

/* The commands of each file, for the list of groups in cli.c. */
extern const struct command serve_commands[], user_commands[], room_commands[],
    role_commands[], token_commands[], hook_commands[], cert_commands[],
    check_commands[], backup_commands[], config_commands[], help_commands[],
    talk_commands[];

#endif
