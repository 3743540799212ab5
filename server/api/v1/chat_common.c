/* SPDX-License-Identifier: ISC */
/* What calls about messages share. */
#include "server/api/v1/v1.h"

enum { MINUTE_MS = 60000 };

bool
message_id_fits(struct str id)
{
	size_t i;

	for (i = 0; i < id.len; i++) {
		char c = id.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || c == '-' || c == '_'))
			return false;
	}
	return id.len > 0 && id.len <= 64;
}

static int
find_message(struct req *q, struct str id, struct message *m, struct room *r)
{
	int found = id.len ? message_by_id(q->db, q->mem, id, m) : 0;

	if (found == 1)
		found = room_by_id(q->db, q->mem, m->rid, r);
	if (found < 0)
		return fail(q, E_STORE);
	return found == 1 ? may_read(q, r) : 0;
}

int
need_message(struct req *q, struct str id, const char *code, const char *text,
    struct message *m, struct room *r)
{
	int found = find_message(q, id, m, r);

	if (found != 0)
		return found < 0 ? -1 : 0;
	return code ? fail_coded(q, code, "%s", text)
		    : fail_bare(q, "%s", text);
}

int
need_threads(struct req *q)
{
	if (option_on(q->srv->options, OPT_THREADS))
		return 0;
	return fail_coded(q, "error-not-allowed", "Threads Disabled");
}

int
need_thread(struct req *q, struct message *m, struct room *r)
{
	struct str id = param(q, "tmid");

	if (!id.len)
		return fail_coded(q, "error-invalid-params",
		    "The required \"tmid\" query param is missing.");
	return need_message(
	    q, id, "error-invalid-message", "Invalid Message", m, r);
}

/* ---- what is said ---- */

static int
need_size(struct req *q, struct str text)
{
	int64_t most = option_number(q->srv->options, OPT_MESSAGE_SIZE);

	if (most > q->srv->conf->max_message)
		most = q->srv->conf->max_message;
	if (utf8_count(text) <= (size_t)most)
		return 0;
	return fail_coded(q, "error-message-size-exceeded",
	    "Message size exceeds Message_MaxAllowedSize");
}

/* The begin of the thread that it answers; an answer to an answer belongs to
 * the same one. */
static int
need_root(
    struct req *q, const struct room *r, struct str id, struct message **root)
{
	struct message *m = arena_zero(q->mem, sizeof *m);
	struct room at;
	int found;

	if (!id.len)
		return 0;
	if (need_threads(q))
		return -1;
	found = find_message(q, id, m, &at);
	if (found == 1 && m->thread_id.ptr)
		found = find_message(q, m->thread_id, m, &at);
	if (found < 0)
		return -1;
	if (!found || m->room != r->row)
		return fail_coded(
		    q, "error-invalid-message", "Invalid message");
	*root = m;
	return 0;
}

/* In the newer API who names everybody without the right is told so. */
static int
need_crowd(struct req *q, const struct room *r, struct say *say)
{
	const struct {
		struct str name;
		enum permission right;
	} crowds[] = {
		{ STR("all"), MAY_MENTION_ALL },
		{ STR("here"), MAY_MENTION_HERE },
	};
	size_t i;

	for (i = 0; i < sizeof crowds / sizeof *crowds; i++) {
		if (!names_in(say->text, crowds[i].name))
			continue;
		if (!may_in(q, r, crowds[i].right))
			return fail_coded(q, "error-action-not-allowed",
			    "Notify %s in this room not allowed",
			    crowds[i].name.ptr);
		say->crowd = true;
	}
	return 0;
}

/* Clients of old do it without a right, so it takes one only where the owner
 * of the place says so. */
static int
need_alias(struct req *q, const struct room *r, struct json from, bool names)
{
	static const char *const other[] = { "alias", "avatar", "icon_url",
		"username" };
	size_t i;

	if (!option_on(q->srv->options, OPT_IMPERSONATION) ||
	    may_in(q, r, MAY_IMPERSONATE))
		return 0;
	for (i = 0; i < sizeof other / sizeof *other - !names; i++)
		if (json_type(json_get(from, str_of(other[i]))) > JSON_NULL)
			return fail_coded(
			    q, "error-not-allowed", "Not enough permission");
	return 0;
}

int
need_say(struct req *q, const struct room *r, struct json from, struct str text,
    bool names, struct say *say)
{
	struct str thread = json_text(json_get(from, STR("tmid")), q->mem);

	*say = (struct say){ .text = text.ptr ? text : STR("") };
	if (need_alias(q, r, from, names) ||
	    trim_read(q, from, names, &say->extra) || need_size(q, say->text) ||
	    need_root(q, r, thread, &say->root))
		return -1;
	if (!say->text.len && !say->extra.ptr && json_type(from) != JSON_NONE)
		return fail(q, E_EMPTY);
	return need_crowd(q, r, say);
}

/* ---- replies ---- */

int
message_reply(struct req *q, const struct room *r, struct str id)
{
	struct message m;

	(void)r;
	if (message_by_id(q->db, q->mem, id, &m) != 1)
		return fail(q, E_STORE);
	doc_message(&q->out, "message", &m, q->me);
	return v1_end(q);
}

void
page_of(struct req *q, int64_t usual, struct page *p)
{
	int64_t most = option_number(q->srv->options, OPT_UPPER_COUNT);
	int64_t count = param_int(q, "count", usual);
	int64_t offset = param_int(q, "offset", 0);

	*p = (struct page){ .inclusive = param_true(q, "inclusive") };
	p->offset = offset > 0 ? (size_t)offset : 0;
	p->limit = count <= 0 || count > most ? (size_t)most : (size_t)count;
}

/* ---- rights on messages ---- */

/* Within so many minutes; 0: ever. */
static bool
in_time(struct req *q, const struct message *m, enum option minutes)
{
	int64_t n = option_number(q->srv->options, minutes);

	return n == 0 || q->now - m->sent <= n * MINUTE_MS;
}

int
need_editable(struct req *q, const struct room *r, const struct message *m)
{
	bool right = may_in(q, r, MAY_EDIT_MESSAGE);
	bool own =
	    m->author == q->me->row && option_on(q->srv->options, OPT_EDITING);

	if (m->type.ptr || (!right && !own))
		return fail_coded(q, "error-action-not-allowed",
		    "Message editing not allowed");
	if (!right && !in_time(q, m, OPT_EDITING_MINUTES))
		return fail_coded(q, "error-message-editing-blocked",
		    "Message editing is blocked");
	return 0;
}

int
need_deletable(struct req *q, const struct room *r, const struct message *m)
{
	bool right =
	    may_in(q, r, MAY_DELETE_MESSAGE) || may_in(q, r, MAY_FORCE_DELETE);
	bool own =
	    m->author == q->me->row && option_on(q->srv->options, OPT_DELETING);

	if (!right && !own)
		return fail_coded(q, "error-action-not-allowed", "Not allowed");
	if (!right && !in_time(q, m, OPT_DELETING_MINUTES))
		return fail_coded(q, "error-message-deleting-blocked",
		    "Message deleting is blocked");
	return 0;
}
