/* SPDX-License-Identifier: ISC */
/* Reports of messages and of users. */
#include "store/reports.h"

#include "store/db.h"

#define COLUMNS                                                      \
	"SELECT p.id, p.text, p.at, u.id, u.username, u.name, a.id," \
	" a.username, a.name, p.message, p.copy, p.sent, r.id,"      \
	" coalesce(r.shown, r.name), r.type "
#define PEOPLE                                  \
	"CROSS JOIN user u ON u.row = p.user"   \
	" CROSS JOIN user a ON a.row = p.about" \
	" LEFT JOIN room r ON r.row = p.room AND r.type <> 'x' "

/* Who says it again says it once: the last word counts. */
static int
drop_same(struct store *s, const struct message *m, int64_t user)
{
	static struct stmt of_message =
	    SQL("DELETE FROM report WHERE message = ?1 AND user = ?2");
	static struct stmt of_user =
	    SQL("DELETE FROM report WHERE about = ?1 AND user = ?2"
		" AND message IS NULL");
	sqlite3_stmt *q;

	if (!m->id.ptr)
		return change(s, &of_user, m->author, user);
	q = stmt(s, &of_message);
	bind_str(q, 1, m->id);
	sqlite3_bind_int64(q, 2, user);
	return write_row(s, q);
}

int
report_add(struct store *s, struct str id, const struct message *m,
    int64_t user, struct str text, int64_t now)
{
	static struct stmt ask =
	    SQL("INSERT INTO report(id, message, room, about, user, text, copy,"
		" sent, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
	sqlite3_stmt *q;

	if (drop_same(s, m, user) < 0)
		return -1;
	q = stmt(s, &ask);
	bind_str(q, 1, id);
	bind_str(q, 2, m->id);
	bind_str(q, 7, m->id.ptr ? m->text : NO_STR);
	sqlite3_bind_null(q, 3);
	sqlite3_bind_null(q, 8);
	if (m->id.ptr) {
		sqlite3_bind_int64(q, 3, m->pk >> SEQUENCE_BITS);
		sqlite3_bind_int64(q, 8, m->sent);
	}
	sqlite3_bind_int64(q, 4, m->author);
	sqlite3_bind_int64(q, 5, user);
	bind_str(q, 6, text);
	sqlite3_bind_int64(q, 9, now);
	return write_row(s, q);
}

static struct report
read_report(sqlite3_stmt *q, struct arena *mem)
{
	return (struct report){
		.id = col_str(q, 0, mem),
		.text = col_str(q, 1, mem),
		.at = sqlite3_column_int64(q, 2),
		.user_id = col_str(q, 3, mem),
		.user_name = col_str(q, 4, mem),
		.user_full = col_str(q, 5, mem),
		.about_id = col_str(q, 6, mem),
		.about_name = col_str(q, 7, mem),
		.about_full = col_str(q, 8, mem),
		.message = col_str(q, 9, mem),
		.copy = col_str(q, 10, mem),
		.sent = sqlite3_column_int64(q, 11),
		.rid = col_str(q, 12, mem),
		.room_name = col_str(q, 13, mem),
		.room_type = col_str(q, 14, mem),
	};
}

/* ---- one by one ---- */

#define BY_ID "FROM report p " PEOPLE "WHERE p.id = ?1"
#define BY_MESSAGE "FROM report p " PEOPLE "WHERE p.message = ?1"
#define BY_USER                                      \
	"FROM report p " PEOPLE "WHERE p.about = ?1" \
	" AND (p.message IS NOT NULL) = ?2"
#define PAGED " ORDER BY p.at DESC, p.id DESC LIMIT ?4 OFFSET ?3"

/* The statement of a wish, bound but for its page. */
static sqlite3_stmt *
ask_wish(struct store *s, struct stmt *asks, const struct report_wish *w)
{
	int which = w->id.ptr ? 0 : w->message.ptr ? 1 : 2;
	sqlite3_stmt *q = stmt(s, &asks[which]);

	if (which < 2)
		bind_str(q, 1, which == 0 ? w->id : w->message);
	else {
		sqlite3_bind_int64(q, 1, w->about);
		sqlite3_bind_int(q, 2, w->messages);
	}
	return q;
}

int
report_list(struct store *s, struct arena *mem, const struct report_wish *w,
    struct report **list, size_t *n, int64_t *total)
{
	static struct stmt count[] = {
		SQL("SELECT count(*) " BY_ID),
		SQL("SELECT count(*) " BY_MESSAGE),
		SQL("SELECT count(*) " BY_USER),
	};
	static struct stmt ask[] = {
		SQL(COLUMNS BY_ID PAGED),
		SQL(COLUMNS BY_MESSAGE PAGED),
		SQL(COLUMNS BY_USER PAGED),
	};
	sqlite3_stmt *q;
	int more;

	*list = NULL;
	*n = 0;
	if (one_number(s, ask_wish(s, count, w), total) < 0)
		return -1;
	q = ask_wish(s, ask, w);
	sqlite3_bind_int64(q, 3, (int64_t)w->page->offset);
	sqlite3_bind_int64(q, 4, (int64_t)w->page->limit);
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = read_report(q, mem);
	}
	return more < 0 ? -1 : 1;
}

int
report_drop(struct store *s, const struct report_wish *w)
{
	static struct stmt ask[] = {
		SQL("DELETE FROM report WHERE id = ?1"),
		SQL("DELETE FROM report WHERE message = ?1"),
		SQL("DELETE FROM report WHERE about = ?1"
		    " AND (message IS NOT NULL) = ?2"),
	};

	return write_row(s, ask_wish(s, ask, w)) < 0 ? -1 : 1;
}

/* ---- by whom they are about ---- */

static void
bind_times(sqlite3_stmt *q, bool messages, const struct page *p)
{
	sqlite3_bind_int(q, 1, messages);
	sqlite3_bind_int64(q, 2, p->oldest);
	sqlite3_bind_int64(q, 3, p->latest ? p->latest : INT64_MAX);
}

#define THESE                                                         \
	"(SELECT about, max(at) AS at, id, count(*) AS n FROM report" \
	" WHERE (message IS NOT NULL) = ?1 AND at >= ?2 AND at <= ?3" \
	" GROUP BY about)"

int
report_groups(struct store *s, struct arena *mem, bool messages,
    const struct page *page, struct report_group **list, size_t *n,
    int64_t *total)
{
	static struct stmt count = SQL("SELECT count(*) FROM " THESE);
	/* beside max(), a column is that of the row that has it */
	static struct stmt ask = SQL(COLUMNS
	    ", g.n, (SELECT json_group_array(json_object('_id', o.id, 'name',"
	    " coalesce(o.shown, o.name), 't', o.type)) FROM room o"
	    " WHERE o.type <> 'x' AND o.row IN (SELECT room FROM report"
	    "  WHERE about = g.about AND message IS NOT NULL)) "
	    "FROM " THESE " g CROSS JOIN report p ON p.id = g.id " PEOPLE
	    "ORDER BY g.at DESC, g.id DESC LIMIT ?5 OFFSET ?4");
	sqlite3_stmt *q = stmt(s, &count);
	int more;

	*list = NULL;
	*n = 0;
	bind_times(q, messages, page);
	if (one_number(s, q, total) < 0)
		return -1;
	q = stmt(s, &ask);
	bind_times(q, messages, page);
	sqlite3_bind_int64(q, 4, (int64_t)page->offset);
	sqlite3_bind_int64(q, 5, (int64_t)page->limit);
	while ((more = next_row(s, q)) == 1) {
		*list = grown(mem, *list, *n, sizeof **list);
		(*list)[(*n)++] = (struct report_group){
			.last = read_report(q, mem),
			.count = sqlite3_column_int64(q, 15),
			.rooms = col_str(q, 16, mem),
		};
	}
	return more < 0 ? -1 : 1;
}
