/* SPDX-License-Identifier: ISC */
#ifndef STORE_SETTINGS_H
#define STORE_SETTINGS_H

/* Part of store/store.h, where the rules stand. */
#include "json/arena.h"
#include "store/select.h"

struct store;

/* Settings of the API that were changed (server/option.h): JSON by an id. */
struct stored_setting {
	struct str id, value;
	int64_t updated;
};
int setting_list(
    struct store *, struct arena *, struct stored_setting **, size_t *count);
int setting_set(struct store *, struct str id, struct str value, int64_t now);
/* Of the objects of a list of settings (select_json). */
extern const struct select_field setting_fields[];
/* And of commands. */
extern const struct select_field command_fields[];

/* Statuses that users may choose beside the four. */
struct custom_status {
	struct str id, name, type;
};
int status_add(struct store *, const struct custom_status *, int64_t now);
/* 0: the name is taken. */
int status_set(struct store *, const struct custom_status *, int64_t now);
int status_delete(struct store *, struct str id);
int status_find(
    struct store *, struct arena *, struct str id, struct custom_status *);
/* In the order of names. */
int status_list(
    struct store *, struct arena *, struct custom_status **, size_t *count);
/* Of the objects of a list of them (select_json). */
extern const struct select_field status_fields[];

#endif
