/* SPDX-License-Identifier: ISC */
/* /r/: which room is meant, and all rows. */
#include "server/api/curl.h"

/* ---- rooms ---- */

/* The direct room with that person: 1, 0 there is none, -1 the store. */
static int
direct_room(struct req *q, struct str name, bool make, struct room *r)
{
	struct deed d = deed_of(q);
	struct user pair[2] = { *q->me };
	int found = user_by_name(q->db, q->mem, name, &pair[1]);

	if (found != 1)
		return found;
	found = deed_direct_find(&d, pair, 2, r);
	if (found != 0 || !make || !pair[1].active || !may(q, MAY_CREATE_D))
		return found;
	return deed_direct(&d, pair, 2, q->me, r);
}

static int
find(struct req *q, struct str word, bool make, struct room *r)
{
	if (str_starts(word, STR("@")))
		return direct_room(q, str_from(word, 1), make, r);
	return word.len ? rooms_find(q->srv->rooms, word, r) : 0;
}

/* What is not theirs and what is not there answer alike; but a channel may be
 * known of. */
static int
need_room_named(struct req *q, struct str word, bool make, struct room *r)
{
	int found = find(q, word, make, r);

	if (found == 0)
		return fail(q, E_NO_ROOM);
	if (found == 1)
		found = room_reach(q->srv, q->session, r);
	if (found < 0)
		return fail(q, E_STORE);
	if (found == 1)
		return 0;
	return fail(q, r->type == 'c' ? E_NO_ACCESS : E_NO_ROOM);
}

int
curl_room(struct req *q, struct room *r)
{
	return need_room_named(q, q->args[0], false, r);
}

int
curl_target(struct req *q, struct room *r)
{
	return need_room_named(q, q->args[0], true, r);
}

int
curl_rooms(struct req *q, struct room rooms[EAR_ROOMS], size_t *n)
{
	struct str rest = q->args[0], word;
	struct room *r;
	size_t i;

	for (*n = 0; str_next(&rest, ',', &word);) {
		if (*n == EAR_ROOMS)
			return fail_coded(q, "error-too-many-rooms",
			    "At most %d rooms at once", EAR_ROOMS);
		r = &rooms[*n];
		if (need_room_named(q, word, false, r))
			return -1;
		for (i = 0; i < *n && rooms[i].row != r->row; i++)
			;
		if (i < *n)
			continue; /* named twice */
		r->id = arena_str(q->mem, r->id);
		r->name = arena_str(q->mem, r->name);
		r->shown = arena_str(q->mem, r->shown);
		++*n;
	}
	return *n ? 0 : fail(q, E_NO_ROOM);
}

/* ---- which rooms there are ---- */

enum { BATCH = 100 };

struct listing {
	struct stream stream; /* first */
	int64_t *rows;        /* of memberships */
	size_t count, next;
	bool json;
};

static void
write_room(struct listing *l, const struct membership *m)
{
	struct buf *out = l->stream.out.out;
	struct str name = m->name.len ? m->name : m->rid;

	if (!l->json) {
		buf_str(out, m->type == 'd' ? STR("@") : STR(""));
		buf_str(out, name);
		buf_char(out, '\n');
		return;
	}
	json_open(&l->stream.out, NULL, '{');
	json_str(&l->stream.out, "_id", m->rid);
	json_str(&l->stream.out, "t", (struct str){ &m->type, 1 });
	json_str(&l->stream.out, "name", name);
	json_int(&l->stream.out, "unread", m->news);
	json_close(&l->stream.out, '}');
}

static int
write_some(struct stream *st, struct server *s)
{
	struct listing *l = (struct listing *)st;
	size_t n = l->count - l->next, i;
	struct arena mem = { 0 };
	struct membership *m;
	int found;

	n = n < BATCH ? n : BATCH;
	found = memberships_by_rows(s->db, &mem, l->rows + l->next, n, &m, &i);
	l->next += n;
	for (n = 0; found >= 0 && n < i; n++)
		write_room(l, &m[n]);
	arena_free(&mem);
	if (found < 0)
		return -1;
	if (l->next < l->count)
		return 1;
	if (l->json) {
		json_close(&st->out, ']');
		json_close(&st->out, '}');
		buf_char(st->out.out, '\n');
	}
	return 0;
}

/* Who am I, and where: the first line is one's own name. */
int
curl_list(struct req *q)
{
	struct listing *l;

	q->type = SAID_TYPE;
	q->out.pretty = false;
	if (curl_wants_json(q)) {
		q->type = NO_STR;
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "username", q->me->username);
		json_open(&q->out, "rooms", '[');
	} else {
		buf_char(q->out.out, '@');
		buf_str(q->out.out, q->me->username);
		buf_char(q->out.out, '\n');
	}
	l = stream_new(q, sizeof *l, write_some);
	l->json = !q->type.ptr;
	if (memberships_since(
		q->db, &l->stream.mem, q->me->row, -1, &l->rows, &l->count) < 0)
		return fail(q, E_STORE);
	return 0;
}

/* ---- the rows ---- */

/* clang-format off */
#define READING "since? limit? follow? wait? q? system? changes? auth?"
#define POSTING TRIMMINGS " text?"
#define MAY_READ .scopes = FOR_READING | FOR_ROOM | BY_QUERY
#define MAY_POST .effect = GROWS, .literal = true, .scopes = FOR_POSTING | FOR_ROOM
#define MAY_PUT MAY_POST, .raw = true, .upload = curl_admit
static const struct route curl_routes[] = {
	GET("", USER, FREELY, "auth?", curl_list, .scopes = FOR_READING | BY_QUERY),
	GET(":room", USER, FREELY, READING, curl_read, MAY_READ),
	GET(":room/raw", USER, FREELY, READING, curl_read_raw, MAY_READ),
	GET(":room/json", USER, FREELY, READING, curl_read_json, MAY_READ),
	GET(":room/sse", USER, FREELY, READING, curl_read_sse, MAY_READ),
	POST(":room", USER, FREELY, POSTING, curl_post, MAY_POST, .upload = curl_admit),
	PUT(":room", USER, FREELY, POSTING " filename?", curl_put, MAY_PUT),
	PUT(":room/:name", USER, FREELY, POSTING, curl_put, MAY_PUT),
	PATCH(":room/:id", USER, FREELY, "code?", curl_edit, .literal = true, .scopes = FOR_ROOM),
	DELETE(":room/:id", USER, FREELY, "", curl_delete, .scopes = FOR_ROOM),
	POST(":room/:id/react", USER, FREELY, "off?", curl_react, .literal = true, .scopes = FOR_ROOM),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group curl_group;
const struct route_group curl_group = { CURL_PREFIX, STYLE_TEXT, curl_routes };
