/* SPDX-License-Identifier: ISC */
/* spotlight, directory, and rooms to choose from: finding by a name. */
#include "server/api/v1/v1.h"

enum { SUGGESTED = 5, CHOICE = 10, PIECE_MOST = 128 };

/* ---- spotlight ---- */

static int
write_users(struct req *q, struct str piece)
{
	struct user *u = NULL;
	size_t i, n = 0;

	if (may(q, MAY_VIEW_OUTSIDE) && may(q, MAY_VIEW_D) &&
	    users_found(q->db, q->mem, piece, SUGGESTED, &u, &n) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "_id", u[i].id);
		json_str(&q->out, "username", u[i].username);
		json_str(&q->out, "name", u[i].name);
		json_str(&q->out, "status", user_status(q->srv, &u[i]));
		json_str(&q->out, "statusText", u[i].status_text);
		json_str(&q->out, "avatarETag", u[i].avatar);
		json_close(&q->out, '}');
	}
	return 1;
}

static void
write_face(struct writer *w, const struct room *r, const struct message *last)
{
	json_open(w, NULL, '{');
	json_str(w, "_id", r->id);
	json_str(w, "t", (struct str){ &r->type, 1 });
	json_str(w, "name", r->name);
	json_str(w, "fname", r->shown.ptr ? r->shown : r->name);
	if (last && last->pk)
		doc_message(w, "lastMessage", last, NULL);
	json_close(w, '}');
}

static int
write_rooms(struct req *q, struct str piece)
{
	struct message *last;
	struct room *r;
	int64_t *rows;
	size_t i, n;

	if (!may(q, MAY_VIEW_C))
		return 1;
	if (rooms_found(q->db, q->mem, piece, FIND_OUTSIDE, q->me->row,
		SUGGESTED, &rows, &n) < 0 ||
	    rooms_by_rows(q->db, q->mem, rows, n, &r, &n) < 0 ||
	    rooms_last(q->db, q->mem, r, n, &last) < 0)
		return -1;
	for (i = 0; i < n; i++)
		write_face(&q->out, &r[i], &last[i]);
	return 1;
}

static int
spotlight(struct req *q)
{
	struct str piece = param(q, "query");
	char sort = piece.len ? *piece.ptr : ' ';
	int done = 1;

	if (!piece.ptr)
		return fail_bare(q, "Match error: Missing key 'query'");
	if (sort == '#' || sort == '@')
		piece = str_from(piece, 1);
	if (piece.len > PIECE_MOST)
		return fail_coded(q, "error-invalid-params",
		    "The parameter \"query\" is too long");
	v1_begin(q);
	json_open(&q->out, "users", '[');
	if (sort != '#')
		done = write_users(q, piece);
	json_close(&q->out, ']');
	json_open(&q->out, "rooms", '[');
	if (done > 0 && sort != '@')
		done = write_rooms(q, piece);
	json_close(&q->out, ']');
	return done < 0 ? fail(q, E_STORE) : v1_end(q);
}

/* ---- directory ---- */

static int
channel_items(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct writer *w = &l->stream.out;
	struct message *last;
	struct room *r;
	size_t i, mark;

	if (rooms_by_rows(s->db, mem, keys, n, &r, &n) < 0 ||
	    rooms_last(s->db, mem, r, n, &last) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		mark = item_begin(l);
		json_open(w, NULL, '{');
		json_str(w, "_id", r[i].id);
		json_str(w, "name", r[i].name);
		json_str(w, "fname", r[i].shown.ptr ? r[i].shown : r[i].name);
		json_str(w, "t", (struct str){ &r[i].type, 1 });
		json_time(w, "ts", r[i].created);
		json_int(w, "usersCount", r[i].members);
		json_str(w, "topic", r[i].topic);
		json_str(w, "description", r[i].description);
		json_bool(w, "default", r[i].by_default);
		json_str(w, "prid", r[i].parent_id);
		json_str(w, "teamId", r[i].team_id);
		/* a private team is listed to those who are in it */
		if (last[i].pk)
			doc_message(w, "lastMessage", &last[i], NULL);
		json_close(w, '}');
		item_end(l, mark);
	}
	return 1;
}

static int
user_items(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct writer *w = &l->stream.out;
	struct user *u;
	size_t i, mark;

	if (users_by_rows(s->db, mem, keys, n, &u, &n) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		mark = item_begin(l);
		json_open(w, NULL, '{');
		json_str(w, "_id", u[i].id);
		json_str(w, "username", u[i].username);
		json_str(w, "name", u[i].name);
		json_str(w, "status", user_status(s, &u[i]));
		json_str(w, "nickname", u[i].nickname);
		json_str(w, "bio", u[i].bio);
		json_str(w, "avatarETag", u[i].avatar);
		json_time(w, "createdAt", u[i].created);
		if (l->full && u[i].email.ptr) {
			json_open(w, "emails", '[');
			json_open(w, NULL, '{');
			json_str(w, "address", u[i].email);
			json_bool(w, "verified", u[i].verified);
			json_close(w, '}');
			json_close(w, ']');
		}
		json_close(w, '}');
		item_end(l, mark);
	}
	return 1;
}

static bool
sorts_by(struct req *q, enum directory which, struct json sort)
{
	const struct select_field *f;
	struct str key = json_key(json_first(sort), q->mem);

	for (f = directory_fields[which]; f->name; f++)
		if (str_eq(str_of(f->name), key))
			return true;
	return json_count(sort) == 0;
}

/* What is to be seen: 1, or 0 if it is not for this caller, or is nothing. */
static int
read_type(struct req *q, struct json query, enum directory *which)
{
	struct str type = json_text(json_get(query, STR("type")), q->mem);

	if (!type.ptr || str_eq(type, STR("channels")))
		*which = DIRECTORY_CHANNELS;
	else if (str_eq(type, STR("users")))
		*which = DIRECTORY_USERS;
	else if (str_eq(type, STR("teams")))
		*which = DIRECTORY_TEAMS;
	else
		return 0;
	return *which == DIRECTORY_USERS
		   ? may(q, MAY_VIEW_OUTSIDE) && may(q, MAY_VIEW_D)
		   : may(q, MAY_VIEW_C);
}

static int
directory(struct req *q)
{
	struct json query, sort;
	struct str text;
	enum directory which;
	struct listing *l;

	if (!asked_object(q, "query", &query) ||
	    !asked_object(q, "sort", &sort))
		return fail_bare(q, "Please verify the parameters");
	if (json_count(sort) > 1)
		return fail_bare(
		    q, "This method support only one \"sort\" parameter");
	text = json_text(json_get(query, STR("text")), q->mem);
	if (!read_type(q, query, &which) || !sorts_by(q, which, sort) ||
	    text.len > PIECE_MOST)
		return fail_bare(q, "Please verify the parameters");
	l = list_plain(q, directory_fields[which], may(q, MAY_VIEW_FULL_INFO),
	    which == DIRECTORY_USERS ? user_items : channel_items);
	if (!l)
		return -1;
	return list_reply(q, l, "result",
	    directory_select(q->db, &l->stream.mem, &l->select, which, text,
		q->me->row, &l->keys, &l->count, &l->total));
}

/* ---- rooms to choose from ---- */

static int
choose(struct req *q, enum find_where where)
{
	struct json selector;
	struct str piece;
	struct room *r;
	int64_t *rows;
	size_t i, n;

	if (selector_of(q, &selector))
		return -1;
	piece = json_text(json_get(selector, STR("name")), q->mem);
	if (!piece.ptr || piece.len > PIECE_MOST)
		piece = STR("");
	if (rooms_found(q->db, q->mem, piece, where, q->me->row, CHOICE, &rows,
		&n) < 0 ||
	    rooms_by_rows(q->db, q->mem, rows, n, &r, &n) < 0)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "items", '[');
	for (i = 0; i < n; i++)
		write_face(&q->out, &r[i], NULL);
	json_close(&q->out, ']');
	return v1_end(q);
}

static int
choose_mine(struct req *q)
{
	return choose(q, FIND_INSIDE);
}

static int
choose_any(struct req *q)
{
	if (!may(q, MAY_VIEW_ROOM_ADMIN))
		return fail_coded(q, "error-not-authorized", "%s", "");
	return choose(q, FIND_ALL);
}

/* clang-format off */
static const struct route find_routes[] = {
	GET("spotlight", USER, FREELY, "query?", spotlight),
	GET("directory", USER, FREELY, LISTED, directory),
	GET("rooms.autocomplete.channelAndPrivate", USER, FREELY, "selector?", choose_mine),
	GET("rooms.autocomplete.adminRooms", USER, FREELY, "selector?", choose_any),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group find_group;
const struct route_group find_group = { V1, STYLE_V1, find_routes };
