/* SPDX-License-Identifier: ISC */
/* Settings of the API, and statuses to choose from. */
#include "store/db.h"

int
setting_list(
    struct store *s, struct arena *mem, struct stored_setting **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT id, value, updated FROM setting ORDER BY id");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = (struct stored_setting){ col_str(q, 0, mem),
			col_str(q, 1, mem), sqlite3_column_int64(q, 2) };
	}
	return more < 0 ? -1 : 1;
}

int
setting_set(struct store *s, struct str id, struct str value, int64_t now)
{
	static struct stmt ask =
	    SQL("REPLACE INTO setting(id, value, updated) VALUES(?1, ?2, ?3)");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, id);
	bind_str(q, 2, value);
	sqlite3_bind_int64(q, 3, now);
	touch(s, 0, STORE_ROOM); /* copies are told if it is taken back */
	return write_row(s, q);
}

/* clang-format off */
#define IN_JSON(key, kind) \
	{ .name = key, .type = kind, .sql = "json_extract(value, '$." key "')" }
const struct select_field setting_fields[] = {
	IN_JSON("_id", SELECT_TEXT),
	IN_JSON("type", SELECT_TEXT),
	IN_JSON("group", SELECT_TEXT),
	IN_JSON("section", SELECT_TEXT),
	IN_JSON("i18nLabel", SELECT_TEXT),
	IN_JSON("public", SELECT_BOOL),
	IN_JSON("blocked", SELECT_BOOL),
	IN_JSON("hidden", SELECT_BOOL),
	IN_JSON("enterprise", SELECT_BOOL),
	IN_JSON("sorter", SELECT_NUMBER),
	IN_JSON("ts", SELECT_TIME),
	IN_JSON("_updatedAt", SELECT_TIME),
	{ .name = NULL },
};

const struct select_field command_fields[] = {
	IN_JSON("command", SELECT_TEXT),
	IN_JSON("params", SELECT_TEXT),
	IN_JSON("description", SELECT_TEXT),
	IN_JSON("permission", SELECT_TEXT),
	IN_JSON("clientOnly", SELECT_BOOL),
	IN_JSON("providesPreview", SELECT_BOOL),
	{ .name = NULL },
};
/* clang-format on */

/* ---- statuses ---- */

static void
bind_status(sqlite3_stmt *q, const struct custom_status *c, int64_t now)
{
	bind_str(q, 1, c->id);
	bind_str(q, 2, c->name);
	bind_str(q, 3, c->type);
	sqlite3_bind_int64(q, 4, now);
}

int
status_add(struct store *s, const struct custom_status *c, int64_t now)
{
	static struct stmt ask =
	    SQL("INSERT INTO custom_status(id, name, type, updated)"
		" VALUES(?1, ?2, ?3, ?4)");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_status(q, c, now);
	return write_row(s, q);
}

int
status_set(struct store *s, const struct custom_status *c, int64_t now)
{
	static struct stmt ask =
	    SQL("UPDATE custom_status SET name = ?2, type = ?3, updated = ?4"
		" WHERE id = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_status(q, c, now);
	return write_row(s, q);
}

int
status_delete(struct store *s, struct str id)
{
	static struct stmt ask = SQL("DELETE FROM custom_status WHERE id = ?1");
	sqlite3_stmt *q = stmt(s, &ask);

	bind_str(q, 1, id);
	return write_row(s, q);
}

static void
read_status(sqlite3_stmt *q, struct arena *mem, struct custom_status *c)
{
	*c = (struct custom_status){ col_str(q, 0, mem), col_str(q, 1, mem),
		col_str(q, 2, mem) };
}

int
status_find(
    struct store *s, struct arena *mem, struct str id, struct custom_status *c)
{
	static struct stmt ask =
	    SQL("SELECT id, name, type FROM custom_status WHERE id = ?1");
	sqlite3_stmt *q = stmt(s, &ask);
	int found;

	bind_str(q, 1, id);
	if ((found = one_row(s, q)) == 1) {
		read_status(q, mem, c);
		sqlite3_reset(q);
	}
	return found;
}

int
status_list(
    struct store *s, struct arena *mem, struct custom_status **list, size_t *n)
{
	static struct stmt ask =
	    SQL("SELECT id, name, type FROM custom_status ORDER BY name"
		" LIMIT 1000");
	sqlite3_stmt *q = stmt(s, &ask);
	int more;

	*list = NULL;
	*n = 0;
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		read_status(q, mem, &(*list)[(*n)++]);
	}
	return more < 0 ? -1 : 1;
}

/* clang-format off */
const struct select_field status_fields[] = {
	IN_JSON("_id", SELECT_TEXT),
	IN_JSON("name", SELECT_TEXT),
	IN_JSON("statusType", SELECT_TEXT),
	{ .name = NULL },
};
/* clang-format on */
