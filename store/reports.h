/* SPDX-License-Identifier: ISC */
#ifndef STORE_REPORTS_H
#define STORE_REPORTS_H

/* Part of store/store.h, where the rules stand. */
#include "store/messages.h"

/* What users tell of messages, or of others: who keeps order reads it. */
struct report {
	struct str id, text;
	int64_t at;
	/* by whom, and of whom; their names are gone with their accounts */
	struct str user_id, user_name, user_full;
	struct str about_id, about_name, about_full;
	/* the message as it was then; NULL: of the user alone */
	struct str message, copy;
	int64_t sent;
	/* of a room that is still there */
	struct str rid, room_name, room_type;
};

/* Which, newest first: of one message, or of one user; by one id. */
struct report_wish {
	struct str id, message;
	int64_t about; /* row */
	bool messages; /* about their messages, or about them */
	const struct page *page;
};

/* All reports of a sort about one user, and the last of them. */
struct report_group {
	struct report last;
	struct str rooms; /* a JSON array of _id, name, t */
	int64_t count;
};

/* The message, or only its author. */
int report_add(struct store *, struct str id, const struct message *,
    int64_t user, struct str text, int64_t now);
int report_list(struct store *, struct arena *, const struct report_wish *,
    struct report **, size_t *n, int64_t *total);
/* The page's times are those of reports. */
int report_groups(struct store *, struct arena *, bool messages,
    const struct page *, struct report_group **, size_t *n, int64_t *total);
/* Read and done with: of a message, or of a user. */
int report_drop(struct store *, const struct report_wish *);

#endif
