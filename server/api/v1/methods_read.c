/* SPDX-License-Identifier: ISC */
/* Methods that only read. */
#include "server/api/v1/methods.h"

enum { HISTORY = 20, HISTORY_MOST = 100 };

/* ---- the server ---- */

static int
server_info(struct call *c)
{
	json_open(&c->w, "result", '{');
	json_str(&c->w, "version", STR(POCKETCHAT_VERSION));
	json_close(&c->w, '}');
	return 0;
}

/* An array, or with a time in the call what changed since and what went. */
static bool
open_changes(struct call *c, int64_t *since, const char **key)
{
	bool timed = method_time(c, 0, since);

	*key = timed ? "update" : "result";
	if (timed)
		json_open(&c->w, "result", '{');
	else
		*since = -1;
	return timed;
}

static void
close_changes(struct call *c, bool timed)
{
	if (!timed)
		return;
	json_open(&c->w, "remove", '[');
	json_close(&c->w, ']');
	json_close(&c->w, '}');
}

static int
list_settings(struct call *c, bool all)
{
	struct server *s = c->q->srv;
	int64_t since, changed;
	const char *key;
	bool timed = open_changes(c, &since, &key);
	enum option i;

	json_open(&c->w, key, '[');
	for (i = 0; i < OPTIONS; i++) {
		option_json(s->options, i, &changed);
		if ((all || option_rows[i].shown) && changed > since)
			doc_setting(&c->w, NULL, s, i, SETTING_PUBLIC);
	}
	json_close(&c->w, ']');
	close_changes(c, timed);
	return 0;
}

static int
public_settings(struct call *c)
{
	return list_settings(c, false);
}

static int
private_settings(struct call *c)
{
	if (may(c->q, MAY_VIEW_PRIVILEGED))
		return list_settings(c, true);
	json_open(&c->w, "result", '[');
	json_close(&c->w, ']');
	return 0;
}

static int
list_permissions(struct call *c)
{
	struct holders h;
	int64_t since;
	const char *key;
	bool timed;

	if (holders_read(&h, c->q->srv, c->q->mem) < 0)
		return -1;
	timed = open_changes(c, &since, &key);
	doc_permissions(&c->w, key, &h, since);
	close_changes(c, timed);
	return 0;
}

static int
user_roles_list(struct call *c)
{
	struct user *u;
	size_t i, n;

	if (users_in_public_roles(c->q->db, c->q->mem, &u, &n) < 0)
		return -1;
	json_open(&c->w, "result", '[');
	for (i = 0; i < n; i++) {
		json_open(&c->w, NULL, '{');
		json_str(&c->w, "_id", u[i].id);
		json_str(&c->w, "username", u[i].username);
		json_words(&c->w, "roles", u[i].roles);
		json_close(&c->w, '}');
	}
	json_close(&c->w, ']');
	return 0;
}

static int
custom_statuses(struct call *c)
{
	struct custom_status *all;
	size_t i, n;

	if (status_list(c->q->db, c->q->mem, &all, &n) < 0)
		return -1;
	json_open(&c->w, "result", '[');
	for (i = 0; i < n; i++) {
		json_open(&c->w, NULL, '{');
		json_str(&c->w, "_id", all[i].id);
		json_str(&c->w, "name", all[i].name);
		json_str(&c->w, "statusType", all[i].type);
		json_close(&c->w, '}');
	}
	json_close(&c->w, ']');
	return 0;
}

/* There is nothing to be licensed, and no field of our own. */
static int
nothing(struct call *c)
{
	json_open(&c->w, "result", '[');
	json_close(&c->w, ']');
	return 0;
}

/* ---- rooms ---- */

/* A room that the caller may read: 1, 0, -1 broken. */
static int
find_my_room(struct call *c, struct str id, struct room *r)
{
	struct req *q = c->q;
	struct member m;
	int found = id.len ? room_by_id(q->db, q->mem, id, r) : 0;

	if (found != 1 || (r->type == 'c' && may(q, MAY_VIEW_C)))
		return found;
	return member_find(q->db, q->mem, r->row, q->me->row, &m);
}

static int
need_my_call_room(struct call *c, struct room *r)
{
	int found = find_my_room(c, method_text(c, 0), r);

	if (found == 1)
		return 0;
	return found < 0 ? -1
			 : method_fail(c, "error-invalid-room", "Invalid room");
}

static int
room_roles(struct call *c)
{
	struct seat *s;
	struct room r;
	size_t i, n;

	if (need_my_call_room(c, &r) < 0 ||
	    members_with_roles(c->q->db, c->q->mem, r.row, &s, &n) < 0)
		return -1;
	json_open(&c->w, "result", '[');
	for (i = 0; i < n; i++) {
		json_open(&c->w, NULL, '{');
		json_str(&c->w, "_id", s[i].id);
		json_str(&c->w, "rid", r.id);
		doc_who(&c->w, "u", s[i].user_id, s[i].username, NO_STR);
		json_words(&c->w, "roles", s[i].roles);
		json_close(&c->w, '}');
	}
	json_close(&c->w, ']');
	return 0;
}

static int
room_id(struct call *c)
{
	struct str word = method_text(c, 0);
	struct room r;
	int found = find_my_room(c, word, &r);

	if (found == 0 && word.len &&
	    (found = room_by_name(c->q->db, c->q->mem, word, &r)) == 1)
		found = find_my_room(c, r.id, &r);
	if (found < 0)
		return -1;
	if (!found)
		return method_fail(c, "error-not-allowed", "Not allowed");
	json_str(&c->w, "result", r.id);
	return 0;
}

/* A direct room has none, but its people. */
static int
room_name(struct call *c)
{
	struct room r;

	if (need_my_call_room(c, &r) < 0)
		return -1;
	json_str(&c->w, "result", r.name.ptr ? r.name : STR(""));
	return 0;
}

/* ---- messages ---- */

/* What is new and older than the page: how much, and where it begins. */
static int
write_unread(struct call *c, const struct room *r, const struct message *last)
{
	struct page page = { 0 };
	struct message first;
	int64_t count = 0;
	int found = 0;

	if (last && method_time(c, 3, &page.oldest))
		found = message_before(
		    c->q->db, c->q->mem, r, &page, last->pk, &count, &first);
	if (found < 0)
		return -1;
	json_int(&c->w, "unreadNotLoaded", count);
	if (found)
		doc_message(&c->w, "firstUnread", &first, c->q->me);
	return 0;
}

static int
history(struct call *c)
{
	struct page page = { 0 };
	struct message *m;
	struct room r;
	size_t i, n;
	int64_t limit;
	int found = find_my_room(c, method_text(c, 0), &r);

	if (found < 0)
		return -1;
	if (!found) {
		json_bool(&c->w, "result", false);
		return 0;
	}
	method_time(c, 1, &page.latest);
	if (!json_whole(method_param(c, 2), &limit) || limit < 1)
		limit = HISTORY;
	page.limit = limit < HISTORY_MOST ? (size_t)limit : HISTORY_MOST;
	if (message_page(c->q->db, c->q->mem, &r, &page, &m, &n) < 0)
		return -1;
	json_open(&c->w, "result", '{');
	json_open(&c->w, "messages", '[');
	for (i = 0; i < n; i++)
		doc_message(&c->w, NULL, &m[i], c->q->me);
	json_close(&c->w, ']');
	if (write_unread(c, &r, n ? &m[n - 1] : NULL) < 0)
		return -1;
	json_close(&c->w, '}');
	return 0;
}

/* clang-format off */
const struct method read_methods[] = {
	{ "getServerInfo", true, server_info, false },
	{ "public-settings/get", true, public_settings, false },
	{ "private-settings/get", false, private_settings, false },
	{ "permissions/get", false, list_permissions, false },
	{ "getUserRoles", false, user_roles_list, false },
	{ "listCustomUserStatus", false, custom_statuses, false },
	{ "license:getModules", true, nothing, false },
	{ "getCustomFields", true, nothing, false },
	{ "getRoomRoles", false, room_roles, false },
	{ "getRoomIdByNameOrId", false, room_id, false },
	{ "getRoomNameById", false, room_name, false },
	{ "loadHistory", false, history, false },
	{ NULL, false, NULL, false },
};
/* clang-format on */
