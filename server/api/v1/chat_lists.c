/* SPDX-License-Identifier: ISC */
/* chat.get*, chat.search: messages of a room that have something in common. */
#include "server/api/v1/v1.h"

enum { SEARCH_MOST = 1000 };

/* ---- of a room ---- */

static int
need_list_room(
    struct req *q, const char *code, const char *text, struct room *r)
{
	struct str id = param(q, "roomId");

	if (!id.len)
		return fail_coded(q, code, "%s", text);
	return need_room_id(q, id, "error-not-allowed", "Not allowed", r);
}

static int
list_of(
    struct req *q, enum message_sort sort, const char *code, const char *text)
{
	const struct message_list which = { .sort = sort,
		.user = q->me->row,
		.text =
		    sort == MESSAGES_DISCUSSIONS ? param(q, "text") : NO_STR };
	struct room r;

	if (need_list_room(q, code, text, &r))
		return -1;
	return messages_sorted_list(q, &r, "messages", &which);
}

static int
pinned(struct req *q)
{
	return list_of(q, MESSAGES_PINNED, "error-roomId-param-not-provided",
	    "The required \"roomId\" query param is missing.");
}

static int
of_kind(struct req *q, enum message_sort sort)
{
	return list_of(
	    q, sort, "error-invalid-params", "The 'roomId' param is required");
}

static int
mentioned(struct req *q)
{
	return of_kind(q, MESSAGES_MENTIONED);
}

static int
starred(struct req *q)
{
	return of_kind(q, MESSAGES_STARRED);
}

static int
discussions(struct req *q)
{
	return of_kind(q, MESSAGES_DISCUSSIONS);
}

/* Nobody cuts snippets out of messages: Message_AllowSnippeting is off, and a
 * fact. */
static int
snippeted(struct req *q)
{
	struct room r;

	if (need_list_room(q, "error-invalid-params",
		"The required \"roomId\" query param is missing.", &r))
		return -1;
	return fail_coded(q, "error-not-allowed", "Not allowed");
}

static int
search(struct req *q)
{
	struct search a = { .text = param(q, "searchText") };
	struct listing *l;
	struct page page;
	struct room r;
	int found;

	if (need_list_room(q, "error-roomId-param-not-provided",
		"The required \"roomId\" query param is missing.", &r))
		return -1;
	if (!a.text.len)
		return fail_coded(q, "error-searchText-param-not-provided",
		    "The required \"searchText\" query param is missing.");
	page_of(q, option_number(q->srv->options, OPT_DEFAULT_COUNT), &page);
	if (page.offset > SEARCH_MOST)
		page.offset = SEARCH_MOST;
	a.limit = page.offset + page.limit;
	l = messages_bare_list(q, &r);
	found =
	    message_search(q->db, &l->stream.mem, &r, &a, &l->keys, &l->count);
	l->next = page.offset < l->count ? page.offset : l->count;
	return list_reply(q, l, "messages", found);
}

/* In these calls the code of an error is its sentence. */
static int
deleted(struct req *q)
{
	struct str id = param(q, "roomId");
	struct lost *list;
	struct page page;
	struct room r;
	int64_t since, total;
	size_t i, n;

	if (!id.len)
		return fail_coded(q,
		    "The required \"roomId\" query param is missing.", "%s",
		    "");
	if (need_since(q, "since",
		"The required \"since\" query param is missing.", "",
		"The \"since\" query parameter must be a valid date.", "",
		&since) ||
	    need_room_id(q, id, "error-not-allowed", "Not allowed", &r))
		return -1;
	page_of(q, option_number(q->srv->options, OPT_DEFAULT_COUNT), &page);
	if (messages_gone(q->db, q->mem, &r, since, (int64_t)page.offset,
		(int64_t)page.limit, &list, &n, &total) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "messages", '[');
	for (i = 0; i < n; i++) {
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "_id", list[i].id);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	json_int(&q->out, "count", (int64_t)n);
	json_int(&q->out, "offset", (int64_t)page.offset);
	json_int(&q->out, "total", total);
	return v1_end(q);
}

/* ---- threads ---- */

static int
threads(struct req *q)
{
	struct str type = param(q, "type");
	struct message_list which = { .sort = MESSAGES_ROOTS,
		.user = q->me->row,
		.text = param(q, "text") };
	struct room r;

	if (!param(q, "rid").len)
		return fail_coded(q,
		    "The required \"rid\" query param is missing.", "%s", "");
	if (need_threads(q) || need_room_id(q, param(q, "rid"),
				   "error-not-allowed", "Not Allowed", &r))
		return -1;
	if (str_eq(type, STR("following")))
		which.sort = MESSAGES_FOLLOWED;
	else if (str_eq(type, STR("unread")))
		which.sort = MESSAGES_UNREAD;
	return messages_sorted_list(q, &r, "threads", &which);
}

static int
thread_messages(struct req *q)
{
	struct message_list which = { .sort = MESSAGES_ANSWERS };
	struct message root;
	struct room r;

	if (need_threads(q) || need_thread(q, &root, &r))
		return -1;
	which.thread = root.pk;
	return messages_sorted_list(q, &r, "messages", &which);
}

/* clang-format off */
static const struct route chat_lists_routes[] = {
	GET("chat.search", USER, FREELY, "roomId? searchText? count? offset?",
	    search),
	GET("chat.getPinnedMessages", USER, FREELY, "roomId? " LISTED, pinned),
	GET("chat.getSnippetedMessages", USER, FREELY, "roomId? offset? count?",
	    snippeted),
	GET("chat.getMentionedMessages", USER, FREELY, "roomId? " LISTED,
	    mentioned),
	GET("chat.getStarredMessages", USER, FREELY, "roomId? " LISTED,
	    starred),
	GET("chat.getDiscussions", USER, FREELY, "roomId? text? " LISTED,
	    discussions),
	GET("chat.getDeletedMessages", USER, FREELY,
	    "roomId? since? offset? count?", deleted),
	GET("chat.getThreadsList", USER, FREELY, "rid? type? text? " LISTED,
	    threads),
	GET("chat.getThreadMessages", USER, FREELY, "tmid? " LISTED,
	    thread_messages),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group chat_lists_group;
const struct route_group chat_lists_group = { V1, STYLE_V1, chat_lists_routes };
