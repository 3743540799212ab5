/* SPDX-License-Identifier: ISC */
/* users.*: who is there, and what they say of themselves. */
#include "server/api/v1/v1.h"

enum { MESSAGE_MOST = 260, IDS_MOST = 1000, BATCH = 64 };

/* ---- one ---- */

/* As it is now: a session's user lacks the status. */
static int
need_fresh(struct req *q, struct user *u)
{
	if (need_user_or_me(q, u))
		return -1;
	return user_by_row(q->db, q->mem, u->row, u) == 1 ? 0
							  : fail(q, E_STORE);
}

static int
get_presence(struct req *q)
{
	struct user u;

	if (need_fresh(q, &u))
		return -1;
	v1_begin(q);
	json_str(&q->out, "presence", user_status(q->srv, &u));
	if (u.row == q->me->row) {
		json_str(
		    &q->out, "connectionStatus", user_connection(q->srv, &u));
		if (u.last_login)
			json_time(&q->out, "lastLogin", u.last_login);
	}
	return v1_end(q);
}

static int
get_status(struct req *q)
{
	struct user u;

	if (need_fresh(q, &u))
		return -1;
	v1_begin(q);
	json_str(&q->out, "_id", u.id);
	json_str(&q->out, "status", user_status(q->srv, &u));
	json_str(
	    &q->out, "message", u.status_text.ptr ? u.status_text : STR(""));
	if (u.row == q->me->row)
		json_str(
		    &q->out, "connectionStatus", user_connection(q->srv, &u));
	return v1_end(q);
}

/* ---- many ---- */

struct crowd {
	struct stream stream; /* first */
	int64_t *rows;
	size_t count, next;
	int64_t but;  /* row of somebody who is left out */
	bool offline; /* those who are not there are shown, too */
	bool full;
};

static void
write_presence(struct writer *w, const struct server *s, const struct user *u)
{
	json_open(w, NULL, '{');
	json_str(w, "_id", u->id);
	json_str(w, "username", u->username);
	json_str(w, "name", u->name);
	json_str(w, "status", user_status(s, u));
	doc_utc_offset(w, u);
	json_str(w, "statusText", u->status_text);
	json_str(w, "avatarETag", u->avatar);
	json_close(w, '}');
}

static int
crowd_step(struct stream *st, struct server *s)
{
	struct crowd *c = (struct crowd *)st;
	size_t left = c->count - c->next, n = left < BATCH ? left : BATCH, i;
	struct arena mem = { 0 };
	struct user *u;
	int done = users_by_rows(s->db, &mem, c->rows + c->next, n, &u, &n);

	for (i = 0; done >= 0 && i < n; i++)
		if (u[i].username.ptr && u[i].row != c->but &&
		    (c->offline ||
			!str_eq(user_status(s, &u[i]), STR("offline"))))
			write_presence(&st->out, s, &u[i]);
	arena_free(&mem);
	if (done < 0)
		return -1;
	c->next += left < BATCH ? left : BATCH;
	if (c->next < c->count)
		return 1;
	json_close(&st->out, ']');
	json_bool(&st->out, "full", c->full);
	json_bool(&st->out, "success", true);
	json_close(&st->out, '}');
	return 0;
}

/* "a,b" or a list of them. */
static size_t
named_ids(struct req *q, struct str **ids)
{
	struct json v = param_json(q, "ids"), one;
	struct str text = json_text(v, q->mem), id;
	size_t n = 0;

	*ids = arena_get(q->mem, IDS_MOST * sizeof **ids);
	while (n < IDS_MOST && str_next(&text, ',', &id))
		(*ids)[n++] = str_trim(id);
	for (one = json_first(v);
	     json_type(v) == JSON_ARRAY && json_type(one) && n < IDS_MOST;
	     one = json_next(one))
		if (((*ids)[n] = json_text(one, q->mem)).ptr)
			n++;
	return n;
}

/* 1, or -1: the store. */
static int
by_ids(struct req *q, struct crowd *c, const struct str *ids, size_t n)
{
	struct user *u;
	size_t i;

	if (users_by_ids(q->db, q->mem, ids, n, &u, &c->count) < 0)
		return -1;
	c->rows = arena_get(&c->stream.mem, (c->count + 1) * sizeof *c->rows);
	for (i = 0; i < c->count; i++)
		c->rows[i] = u[i].row;
	return 1;
}

/* Who has come, gone or changed since then; or everybody who is there. */
static void
by_time(struct req *q, struct crowd *c, bool since, int64_t from)
{
	struct server *s = q->srv;
	int64_t there = s->mono - s->conf->presence_timeout * 1000;

	c->offline =
	    since && presence_moved(s->presence, s->mono - (q->now - from),
			 s->mono, &c->stream.mem, &c->rows, &c->count);
	c->full = !c->offline;
	if (c->full)
		c->count = presence_since(
		    s->presence, there, &c->stream.mem, &c->rows);
	else
		c->but = q->me->row;
}

static int
presence_list(struct req *q)
{
	struct crowd *c;
	struct str *ids;
	int64_t from = 0;
	int since = param_time(q, "from", &from);
	size_t n;

	if (since < 0)
		return -1;
	c = stream_new(q, sizeof *c, crowd_step);
	n = named_ids(q, &ids);
	if (n == 0)
		by_time(q, c, since == 1, from);
	else if (by_ids(q, c, ids, n) < 0)
		return fail(q, E_STORE);
	json_open(&c->stream.out, NULL, '{');
	json_open(&c->stream.out, "users", '[');
	return 0;
}

/* ---- changes ---- */

int
need_status(struct req *q, struct str status)
{
	static const char *const all[] = { "online", "away", "busy",
		"offline" };
	size_t i;

	if (str_eq(status, STR("offline")) &&
	    !option_on(q->srv->options, OPT_ALLOW_INVISIBLE))
		return fail_coded(q, "error-status-not-allowed",
		    "Invisible status is disabled");
	for (i = 0; i < sizeof all / sizeof *all; i++)
		if (str_eq(status, str_of(all[i])))
			return 0;
	return fail_coded(q, "error-invalid-status",
	    "Valid status types include online, away, offline, and busy.");
}

int
set_default_status(struct req *q, int64_t user, struct str status)
{
	presence_changed(q->srv->presence, user, q->srv->mono);
	return user_set_text(q->db, user, USER_STATUS,
	    str_eq(status, STR("online")) ? NO_STR : status, q->now);
}

static int
set_status(struct req *q)
{
	struct str status = param(q, "status"), text = param(q, "message");
	struct user u;
	int done = 1;

	if (match_type(q, q->body, "message", JSON_STRING) ||
	    match_type(q, q->body, "status", JSON_STRING) ||
	    need_user_or_me(q, &u))
		return -1;
	if (u.row != q->me->row && !may(q, MAY_EDIT_OTHER_INFO))
		return fail(q, E_FORBIDDEN);
	if (!option_on(q->srv->options, OPT_ALLOW_STATUS_CHANGE))
		return fail_coded(
		    q, "error-not-allowed", "Change status is not allowed");
	if (status.ptr && need_status(q, status))
		return -1;
	if (text.len > MESSAGE_MOST)
		return fail_bare(q,
		    "Match error: At most %d bytes in field message",
		    MESSAGE_MOST);
	presence_changed(q->srv->presence, u.row, q->srv->mono);
	if (text.ptr)
		done =
		    user_set_text(q->db, u.row, USER_STATUS_TEXT, text, q->now);
	if (done > 0 && status.ptr)
		done = set_default_status(q, u.row, status);
	return v1_did(q, done);
}

/* clang-format off */
static const struct route users_status_routes[] = {
	GET("users.getPresence", USER, FREELY, "userId? username? user?",
	    get_presence),
	GET("users.getStatus", USER, FREELY, "userId? username? user?",
	    get_status),
	GET("users.presence", USER, FREELY, "from? ids?", presence_list),
	POST("users.setStatus", USER, FREELY,
	    "message? status? userId? username? user?", set_status),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group users_status_group;
const struct route_group users_status_group = { V1, STYLE_V1,
	users_status_routes };
