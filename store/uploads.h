/* SPDX-License-Identifier: ISC */
#ifndef STORE_UPLOADS_H
#define STORE_UPLOADS_H

/* Part of store/store.h, where the rules stand. */
#include "json/arena.h"
#include "store/select.h"

struct store;

/*
 * What files are called and whose they are.  Their bytes are elsewhere, once
 * for each digest; a digest that no row has any more is remembered until its
 * bytes are gone.
 */
enum upload_kind {
	UPLOAD_FILE, /* of a room */
	UPLOAD_AVATAR,
	UPLOAD_EMOJI,
	UPLOAD_ASSET,
};

struct upload {
	int64_t row;
	struct str id;
	enum upload_kind kind;
	int64_t room, user; /* rows; room 0: of none */
	struct str message; /* id of the message that shows it; NO_STR */
	struct str name, type, description, digest;
	int64_t size, width, height; /* width 0: no picture that we know */
	int64_t made;
	bool confirmed; /* else it goes after a day */
	/* as read: */
	struct str rid, user_id, user_name, user_full;
};

/* Fills row. */
int upload_add(struct store *, struct upload *);
int upload_by_id(struct store *, struct arena *, struct str, struct upload *);
/* The message that shows it is there now. */
int upload_confirm(
    struct store *, int64_t row, struct str message, struct str description);
int upload_delete(struct store *, int64_t row);
/* A message goes, and its files with it. */
int uploads_drop(struct store *, struct str message);
/* A user's picture. */
int uploads_drop_avatar(struct store *, int64_t user);
/* At most limit that were made before and are not confirmed: 1 there may be
 * more, 0. */
int uploads_sweep(struct store *, int64_t before, size_t limit);

/* Has a row these bytes? */
int upload_has(struct store *, struct str digest);
/* Digests whose bytes may have to go: are there any, which are they, and it is
 * done with that one. */
bool uploads_to_go(const struct store *);
int uploads_gone(
    struct store *, struct arena *, size_t limit, struct str **, size_t *n);
int upload_gone_done(struct store *, struct str digest);
/* All digests that rows have, in their order, behind the one given. */
int upload_digests(struct store *, struct arena *, struct str after,
    size_t limit, struct str **, size_t *n);

/* The digests that the rows of a copy of the data name, in their order; NULL:
 * why says so. */
struct contents;
struct contents *contents_open(const char *file, char *why, size_t);
/* 1: the next, good until the one behind it; 0 that was all, -1. */
int contents_next(struct contents *, struct str *digest);
/* Is it among them? */
int contents_have(struct contents *, struct str digest);
void contents_close(struct contents *);

/* Pages of a room's files. */
extern const struct select_field upload_fields[];
int uploads_select(struct store *, struct arena *, struct select *,
    int64_t room, int64_t **rows, size_t *n, int64_t *total);
int uploads_by_rows(struct store *, struct arena *, const int64_t *rows,
    size_t n, struct upload **, size_t *count);

/* One of each name: its digest and type, through the upload that it is. */
int upload_of_user(
    struct store *, struct arena *, struct str username, struct upload *);
int asset_by_name(
    struct store *, struct arena *, struct str name, struct upload *);

#endif
