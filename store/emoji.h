/* SPDX-License-Identifier: ISC */
#ifndef STORE_EMOJI_H
#define STORE_EMOJI_H

/* Part of store/store.h, where the rules stand. */
#include "json/arena.h"
#include "store/select.h"

struct store;

/* Pictures of a server's own, by names between colons. */
struct emoji {
	int64_t row;
	struct str id, name, extension;
	struct str aliases; /* a JSON array */
	struct str upload;  /* id of its upload */
	int64_t updated;
	/* as read: */
	struct str digest, type;
	int64_t size, upload_row;
};

/* 0: the name is taken. */
int emoji_add(struct store *, struct emoji *);
int emoji_by_id(struct store *, struct arena *, struct str, struct emoji *);
int emoji_by_name(struct store *, struct arena *, struct str, struct emoji *);
/* Is it the name or an alias of another one (row 0: of any)? */
int emoji_taken(struct store *, int64_t row, struct str name);
/* Everything but row and id is as given. */
int emoji_change(struct store *, const struct emoji *);
int emoji_delete(struct store *, const struct emoji *, int64_t now);
extern const struct select_field emoji_fields[];
int emoji_select(struct store *, struct arena *, struct select *, int64_t since,
    int64_t **rows, size_t *n, int64_t *total);
int emoji_by_rows(struct store *, struct arena *, const int64_t *rows, size_t n,
    struct emoji **, size_t *count);

#endif
