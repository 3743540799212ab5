/* SPDX-License-Identifier: ISC */
/* Topics: what is new in a room, read and written once for all. */
#include "server/push_topic.h"

#include "json/mem.h"
#include "server/log.h"
#include "server/spell.h"

/* No bounds of a client: what costs more is read by each ear for itself. */
enum {
	NEWS_MOST = 512,              /* messages of a room that are kept */
	NEWS_BYTES = 4 * 1024 * 1024, /* of all rooms */
	CHANGES = 256,                /* in a turn, of one room */
	NEWS_MS = 500,                /* who has not taken it by then reads */
	WALK = 256,                   /* ears woken for doubt in a turn */
	WALK_MS = 1,
	SECOND_MS = 1000,
};

static struct topic **
bucket(struct push *p, int64_t room)
{
	return &p->topic[(uint64_t)room % TOPIC_BUCKETS];
}

struct topic *
topic_find(struct push *p, int64_t room)
{
	struct topic *t = *bucket(p, room);

	while (t && t->row != room)
		t = t->next;
	return t;
}

/* ---- what is kept of what is new ---- */

static void
item_free(struct push *p, struct item *i)
{
	int k;

	for (k = 0; k < PUSH_SLOTS; k++)
		if (i->blob[k]) {
			p->bytes -= i->blob[k]->len;
			blob_drop(i->blob[k]);
		}
}

/* From here on only what comes later is kept. */
static void
drop_items(struct push *p, struct topic *t)
{
	size_t i;

	for (i = 0; i < t->items; i++)
		item_free(p, &t->item[i]);
	mem_free(t->item);
	t->item = NULL;
	t->items = t->room_for = 0;
	t->base = t->head;
}

static void
cool(struct push *p, struct topic *t)
{
	drop_items(p, t);
	*t->warm_prev = t->warm;
	if (t->warm)
		t->warm->warm_prev = t->warm_prev;
	t->warm_prev = NULL;
}

static void
warm(struct push *p, struct topic *t)
{
	t->warmed = p->srv->mono;
	if (t->warm_prev)
		return;
	t->warm = p->warm;
	t->warm_prev = &p->warm;
	if (t->warm)
		t->warm->warm_prev = &t->warm;
	p->warm = t;
}

/* ---- topics ---- */

/* 1, 0 the room is gone, -1. */
static int
load_face(struct push *p, struct topic *t)
{
	struct room *r;
	size_t n;
	char *at;

	arena_reset(&p->mem);
	if (rooms_by_rows(p->srv->db, &p->mem, &t->row, 1, &r, &n) < 0)
		return -1;
	t->gone = n == 0;
	if (t->gone)
		return 0;
	mem_free(t->text);
	t->text = mem_get(r->id.len + r->name.len + r->shown.len + 3);
	t->room = (struct room){ .row = r->row,
		.type = r->type,
		.id = r->id,
		.name = r->name,
		.shown = r->shown };
	at = str_move(&t->room.id, t->text);
	at = str_move(&t->room.name, at);
	str_move(&t->room.shown, at);
	return 1;
}

struct topic *
topic_of(struct push *p, int64_t room)
{
	struct topic *t = topic_find(p, room), **b = bucket(p, room);

	if (t)
		return t;
	t = mem_zero(sizeof *t);
	t->row = room;
	if (load_face(p, t) < 0 || room_end(p->srv->db, room, &t->head) < 0) {
		mem_free(t->text);
		mem_free(t);
		return NULL;
	}
	t->base = t->head;
	t->next = *b;
	*b = t;
	return t;
}

static void
forget_dirt(struct topic *t)
{
	mem_free(t->changed);
	t->changed = NULL;
	t->changes = 0;
	t->dirty = t->doubted = t->moved = t->forgot = false;
}

static void
undirty(struct push *p, struct topic *t)
{
	struct topic **at = &p->dirty;

	for (; *at && *at != t; at = &(*at)->dirty_next)
		;
	if (*at)
		*at = t->dirty_next;
	forget_dirt(t);
}

void
topic_drop(struct push *p, struct topic *t)
{
	struct topic **at = bucket(p, t->row);

	if (t->sub)
		return;
	if (t->dirty)
		undirty(p, t);
	if (t->warm_prev)
		cool(p, t);
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	mem_free(t->text);
	mem_free(t);
}

/* ---- what the store tells ---- */

static void
soil(struct push *p, struct topic *t)
{
	if (t->dirty)
		return;
	t->dirty = true;
	t->dirty_next = p->dirty;
	p->dirty = t;
}

static void
note_change(struct topic *t, int64_t pk)
{
	size_t i;

	if (t->kinds[PUSH_CHANGED] + t->kinds[PUSH_GONE] == 0)
		return;
	for (i = 0; i < t->changes; i++)
		if (t->changed[i] == pk)
			return;
	if (!t->changed)
		t->changed = mem_get(CHANGES * sizeof *t->changed);
	if (t->changes < CHANGES)
		t->changed[t->changes++] = pk;
}

static void
touched(void *arg, int64_t room, enum store_change what, int64_t message)
{
	struct push *p = arg;
	struct topic *t;

	if (p->ears == 0)
		return;
	if (!room) {
		push_doubt(p);
		return;
	}
	if (!(t = topic_find(p, room)))
		return;
	soil(p, t);
	if (what == STORE_ROOM)
		t->doubted = true;
	else if (message)
		note_change(t, message);
	else
		t->moved = true;
}

void
push_forget(struct push *p)
{
	struct topic *t;
	int i;

	if (p->ears == 0)
		return;
	push_doubt(p);
	for (i = 0; i < TOPIC_BUCKETS; i++)
		for (t = p->topic[i]; t; t = t->next) {
			soil(p, t);
			t->moved = t->doubted = t->forgot = true;
		}
}

void
push_doubt(struct push *p)
{
	p->epoch++;
	p->walk = p->first;
}

/* ---- after the COMMIT ---- */

static void
write_item(
    struct push *p, struct topic *t, struct item *i, const struct push_event *e)
{
	struct buf text = { 0 };
	int format, chunked;

	for (format = 0; format < PUSH_FORMATS; format++) {
		if (!t->format[2 * format] && !t->format[2 * format + 1])
			continue;
		for (chunked = 0; chunked < 2; chunked++) {
			if (!t->format[2 * format + chunked])
				continue;
			text.len = 0;
			spell_framed(
			    (enum push_format)format, chunked, e, &text);
			i->blob[2 * format + chunked] =
			    blob_new(buf_view(&text));
			p->bytes += text.len;
		}
	}
	buf_free(&text);
}

static void
add_item(struct push *p, struct topic *t, const struct push_event *e)
{
	const struct message *m = e->message;
	struct item *i;

	if (t->items == NEWS_MOST || p->bytes > NEWS_BYTES)
		drop_items(p, t);
	if (t->items == t->room_for) {
		t->room_for = t->room_for ? 2 * t->room_for : 8;
		t->item = mem_resize(t->item, t->room_for * sizeof *t->item);
	}
	i = &t->item[t->items++];
	*i = (struct item){ .kind = e->kind, .serial = ++t->serial };
	if (m) {
		i->system = m->type.ptr;
		i->pk = m->pk;
		i->number = m->number;
		if (e->kind == PUSH_NEW)
			t->head = m->pk;
	}
	write_item(p, t, i, e);
}

/* Too many: each ear reads them for itself. */
static int
skip_news(struct push *p, struct topic *t)
{
	int found = room_end(p->srv->db, t->row, &t->head);

	drop_items(p, t);
	return found;
}

/* What was taken back before the COMMIT may have been counted on: the keys
 * will be given again. */
static int
step_back(struct push *p, struct topic *t)
{
	struct sub *s;
	int64_t end;
	int found = room_end(p->srv->db, t->row, &end);

	if (found != 1 || end >= t->head)
		return found;
	t->head = end;
	drop_items(p, t);
	for (s = t->sub; s; s = s->next)
		if (s->at > end)
			s->at = end;
	return 1;
}

static int
read_news(struct push *p, struct topic *t)
{
	struct message *m;
	size_t i, n;

	if (!t->moved)
		return 1;
	if (t->forgot && step_back(p, t) < 0)
		return -1;
	arena_reset(&p->mem);
	if (messages_behind(p->srv->db, &p->mem, &t->room, t->head,
		NEWS_MOST + 1, &m, &n) < 0)
		return -1;
	if (n > NEWS_MOST)
		return skip_news(p, t);
	for (i = 0; i < n; i++) {
		struct push_event e = { PUSH_NEW, &t->room, &m[i], m[i].id };

		add_item(p, t, &e);
	}
	return 1;
}

static int
read_change(struct push *p, struct topic *t, int64_t pk)
{
	struct push_event e = { .room = &t->room };
	struct message m;
	int found = message_by_key(p->srv->db, &p->mem, &t->room, pk, &m);

	if (found == 1) {
		e.kind = PUSH_CHANGED;
		e.message = &m;
		e.id = m.id;
	} else if (found == 0) {
		e.kind = PUSH_GONE;
		found = message_lost(p->srv->db, &p->mem, pk, &e.id);
	}
	if (found == 1)
		add_item(p, t, &e);
	return found;
}

static int
read_changes(struct push *p, struct topic *t)
{
	struct push_event e = { .kind = PUSH_ROOM, .room = &t->room };
	size_t i;

	if (t->doubted && t->kinds[PUSH_ROOM] && !t->gone)
		add_item(p, t, &e);
	arena_reset(&p->mem);
	for (i = 0; i < t->changes; i++)
		if (read_change(p, t, t->changed[i]) < 0)
			return -1;
	return 1;
}

static void
wake_all(struct topic *t)
{
	struct sub *s, *next;

	for (s = t->sub; s; s = next) {
		next = s->next;
		if (t->doubted)
			s->ear->judged = 0;
		s->ear->wake(s->ear);
	}
}

static void
topic_turn(struct push *p, struct topic *t)
{
	if ((t->doubted && load_face(p, t) < 0) || read_news(p, t) < 0 ||
	    read_changes(p, t) < 0)
		log_line(LOG_ERROR, "store", "doing", "push", "error",
		    store_trouble(p->srv->db), NULL);
	if (t->items)
		warm(p, t);
	wake_all(t);
	forget_dirt(t);
}

/* A few of all, while there is doubt about all. */
static void
walk_on(struct push *p)
{
	struct ear *e;
	int n;

	for (n = 0; n < WALK && (e = p->walk); n++) {
		p->walk = e->next;
		if (e->judged != p->epoch)
			e->wake(e);
	}
}

void
push_turn(struct push *p)
{
	struct topic *t;

	while ((t = p->dirty)) {
		p->dirty = t->dirty_next;
		topic_turn(p, t);
	}
	if (p->srv->stopping && !p->stopping) {
		p->stopping = true;
		push_doubt(p);
	}
	walk_on(p);
	if (p->walk) { /* the wheel's next step */
		timer_stop(&p->srv->wheel, &p->timer);
		timer_set(&p->srv->wheel, &p->timer, p->srv->mono + WALK_MS);
	}
}

/* While anybody listens: what other processes write is seen within a second,
 * and nobody keeps what was new for long. */
static void
every_second(struct timer *timer)
{
	struct push *p =
	    (struct push *)((char *)timer - offsetof(struct push, timer));
	struct topic *t, *next;

	for (t = p->warm; t; t = next) {
		next = t->warm;
		if (p->srv->mono - t->warmed >= NEWS_MS)
			cool(p, t);
	}
	if (p->ears == 0)
		return;
	if (store_moved(p->srv->db) != 0)
		server_forget(p->srv);
	timer_set(&p->srv->wheel, timer, p->srv->mono + SECOND_MS);
}

void
push_wind(struct push *p)
{
	if (!p->timer.prev)
		timer_set(&p->srv->wheel, &p->timer, p->srv->mono + SECOND_MS);
}

struct push *
push_new(struct server *s)
{
	struct push *p = mem_zero(sizeof *p);

	p->srv = s;
	p->epoch = 1; /* of an ear, 0 is doubt */
	p->timer.fire = every_second;
	store_watch(s->db, touched, p);
	return p;
}

void
push_free(struct push *p)
{
	if (!p)
		return;
	timer_stop(&p->srv->wheel, &p->timer);
	arena_free(&p->mem);
	mem_free(p);
}

size_t
push_ears(const struct push *p)
{
	return p->ears;
}
