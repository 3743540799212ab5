/* SPDX-License-Identifier: ISC */
/* Rooms in memory: faces, members, newest pages. */
#include "server/rooms.h"

#include "json/mem.h"

enum {
	FACES = 1024, /* rooms by a word, WAYS in a set */
	WAYS = 4,
	MEMBERS = 2048, /* (room, user) */
	PAGES = 256,
	MARKS = 1024, /* rooms share one by their row */
	ROLES = 48,
	PAGE_BYTES = 4 * 1024 * 1024, /* of all pages */
};

/* What was read from the store is true as long as none of these moved. */
struct marks {
	uint32_t all, room;
};

struct face {
	struct marks as_of;
	uint32_t age;
	struct room room;
	struct str word; /* it was asked for by this */
	char text[];
};

struct role_in {
	struct marks as_of;
	int64_t room, user; /* room 0: free */
	bool is_member;
	uint8_t len;
	char roles[ROLES];
};

struct hot_page {
	struct marks as_of;
	uint32_t messages;
	int64_t room;
	struct blob *blob;
};

struct rooms {
	struct store *db;
	uint32_t all, age;
	uint32_t room[MARKS], messages[MARKS];
	struct face *face[FACES / WAYS][WAYS];
	struct role_in *member; /* MEMBERS, once it is used */
	struct hot_page page[PAGES];
	size_t page_bytes;
	struct arena mem; /* of one look-up */
};

static void
touched(void *arg, int64_t room, enum store_change what, int64_t message)
{
	struct rooms *r = arg;

	(void)message;
	if (!room)
		r->all++;
	else if (what == STORE_ROOM)
		r->room[room % MARKS]++;
	else
		r->messages[room % MARKS]++;
}

struct rooms *
rooms_new(struct store *db)
{
	struct rooms *r = mem_zero(sizeof *r);

	r->db = db;
	store_watch(db, touched, r);
	return r;
}

void
rooms_forget(struct rooms *r)
{
	r->all++;
}

static struct marks
marks_of(const struct rooms *r, int64_t room)
{
	return (struct marks){ r->all, r->room[room % MARKS] };
}

static bool
fresh(const struct rooms *r, int64_t room, struct marks as_of)
{
	struct marks now = marks_of(r, room);

	return now.all == as_of.all && now.room == as_of.room;
}

/* ---- faces ---- */

static struct face **
set_of(struct rooms *r, struct str word)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < word.len; i++)
		h = (h ^ (uint8_t)word.ptr[i]) * 16777619u;
	return r->face[h % (FACES / WAYS)];
}

static struct face *
known(struct rooms *r, struct face **set, struct str word)
{
	int i;

	for (i = 0; i < WAYS; i++)
		if (set[i] && str_eq(set[i]->word, word) &&
		    fresh(r, set[i]->room.row, set[i]->as_of))
			return set[i];
	return NULL;
}

static struct face **
place_in(struct rooms *r, struct face **set)
{
	struct face **place = &set[0];
	int i;

	for (i = 0; i < WAYS; i++) {
		if (!set[i] || !fresh(r, set[i]->room.row, set[i]->as_of)) {
			place = &set[i];
			break;
		}
		if (set[i]->age < (*place)->age)
			place = &set[i];
	}
	mem_free(*place);
	return place;
}

enum { FACE_TEXTS = 13 };

static void
texts_of(struct face *f, struct str *all[FACE_TEXTS])
{
	struct room *r = &f->room;
	struct str *const texts[FACE_TEXTS] = { &f->word, &r->id, &r->name,
		&r->topic, &r->creator_id, &r->creator_name, &r->description,
		&r->announcement, &r->fields, &r->shown, &r->pair,
		&r->parent_id, &r->team_id };

	memcpy(all, texts, sizeof texts);
}

static struct face *
face_new(struct rooms *r, struct str word, const struct room *room)
{
	struct face like = { .word = word, .room = *room }, *f;
	size_t size = sizeof like, i;
	struct str *all[FACE_TEXTS];
	char *at;

	texts_of(&like, all);
	for (i = 0; i < FACE_TEXTS; i++)
		size += all[i]->len + 1;
	f = mem_get(size);
	*f = like;
	f->as_of = marks_of(r, room->row);
	f->room.messages = f->room.last = f->room.updated = 0;
	f->room.spoken = f->room.crowd = 0;
	texts_of(f, all);
	for (i = 0, at = f->text; i < FACE_TEXTS; i++)
		at = str_move(all[i], at);
	return f;
}

int
rooms_find(struct rooms *r, struct str word, struct room *room)
{
	struct face **set = set_of(r, word), *f = known(r, set, word);
	int found;

	if (!f) {
		arena_reset(&r->mem);
		found = room_find(r->db, &r->mem, word, room);
		if (found != 1)
			return found;
		*place_in(r, set) = f = face_new(r, word, room);
	}
	f->age = ++r->age;
	*room = f->room;
	return 1;
}

/* ---- members ---- */

static void
learn(struct role_in *m, const struct member *found)
{
	m->is_member = found;
	m->len = 0;
	if (found) {
		m->len = (uint8_t)found->roles.len;
		memcpy(m->roles, found->roles.ptr, m->len);
	}
}

int
rooms_member(struct rooms *r, int64_t room, int64_t user, struct member *m)
{
	uint64_t h = ((uint64_t)room << 32 ^ (uint64_t)user) *
		     UINT64_C(0x9e3779b97f4a7c15);
	struct role_in *known;
	int found;

	if (!r->member)
		r->member = mem_zero(MEMBERS * sizeof *r->member);
	known = &r->member[(h >> 40) % MEMBERS];
	if (known->room != room || known->user != user ||
	    !fresh(r, room, known->as_of)) {
		arena_reset(&r->mem);
		found = member_find(r->db, &r->mem, room, user, m);
		if (found < 0 || (found && m->roles.len > ROLES))
			return found;
		*known = (struct role_in){
			.as_of = marks_of(r, room), .room = room, .user = user
		};
		learn(known, found ? m : NULL);
	}
	*m = (struct member){ .room = room,
		.user = user,
		.roles = { known->roles, known->len } };
	return known->is_member;
}

/* ---- pages ---- */

static void
page_drop(struct rooms *r, struct hot_page *p)
{
	if (!p->blob)
		return;
	r->page_bytes -= p->blob->len;
	blob_drop(p->blob);
	p->blob = NULL;
}

struct blob *
rooms_page(struct rooms *r, int64_t room)
{
	struct hot_page *p = &r->page[room % PAGES];

	return p->blob && p->room == room && fresh(r, room, p->as_of) &&
		       p->messages == r->messages[room % MARKS]
		   ? p->blob
		   : NULL;
}

void
rooms_keep_page(struct rooms *r, int64_t room, struct blob *blob)
{
	struct hot_page *p = &r->page[room % PAGES];
	int i;

	page_drop(r, p);
	for (i = 0; i < PAGES && r->page_bytes + blob->len > PAGE_BYTES; i++)
		page_drop(r, &r->page[i]);
	*p = (struct hot_page){ marks_of(r, room), r->messages[room % MARKS],
		room, blob };
	r->page_bytes += blob->len;
}

void
rooms_free(struct rooms *r)
{
	int i, j;

	for (i = 0; i < FACES / WAYS; i++)
		for (j = 0; j < WAYS; j++)
			mem_free(r->face[i][j]);
	for (i = 0; i < PAGES; i++)
		page_drop(r, &r->page[i]);
	mem_free(r->member);
	arena_free(&r->mem);
	mem_free(r);
}
