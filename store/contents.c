/* SPDX-License-Identifier: ISC */
/* Which contents the rows of a copy name. */
#include "store/db.h"

#include <stdio.h>

#include "json/mem.h"

struct contents {
	sqlite3 *db;
	sqlite3_stmt *all, *one;
};

struct contents *
contents_open(const char *file, char *why, size_t why_size)
{
	struct contents *c = mem_zero(sizeof *c);

	if (sqlite3_open_v2(file, &c->db, SQLITE_OPEN_READONLY, NULL) ==
		SQLITE_OK &&
	    sqlite3_prepare_v2(c->db,
		"SELECT DISTINCT digest FROM upload ORDER BY digest", -1,
		&c->all, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(c->db,
		"SELECT 1 FROM upload WHERE digest = ?1 LIMIT 1", -1, &c->one,
		NULL) == SQLITE_OK)
		return c;
	snprintf(why, why_size, "%s: %s", file,
	    c->db ? sqlite3_errmsg(c->db) : "out of memory");
	contents_close(c);
	return NULL;
}

int
contents_next(struct contents *c, struct str *digest)
{
	int rc = sqlite3_step(c->all);

	if (rc == SQLITE_ROW)
		*digest = col_view(c->all, 0);
	return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : -1;
}

int
contents_have(struct contents *c, struct str digest)
{
	int rc;

	bind_str(c->one, 1, digest);
	rc = sqlite3_step(c->one);
	sqlite3_reset(c->one);
	return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : -1;
}

void
contents_close(struct contents *c)
{
	sqlite3_finalize(c->all);
	sqlite3_finalize(c->one);
	sqlite3_close(c->db);
	mem_free(c);
}
