/* SPDX-License-Identifier: ISC */
/* Who is to be told of what happens, and the words of it. */
#include "json/writer.h"
#include "server/log.h"
#include "server/outgoing_parts.h"
#include "server/rooms.h"
#include "server/who.h"

static const char *const names[OUT_EVENTS] = {
	[OUT_MESSAGE] = "sendMessage",
	[OUT_FILE] = "fileUploaded",
	[OUT_ROOM_ARCHIVED] = "roomArchived",
	[OUT_ROOM_CREATED] = "roomCreated",
	[OUT_ROOM_JOINED] = "roomJoined",
	[OUT_ROOM_LEFT] = "roomLeft",
	[OUT_USER_CREATED] = "userCreated",
};

/* ---- who listens ---- */

static struct str *
texts(struct arena *mem, struct json list, size_t *n)
{
	size_t count = json_count(list);
	struct str *out = arena_get(mem, (count + 1) * sizeof *out);
	struct json one;

	*n = 0;
	for (one = json_first(list); json_type(one); one = json_next(one))
		out[(*n)++] = json_text(one, mem);
	return out;
}

static enum outgoing_event
event_named(struct str name)
{
	int i;

	for (i = 0; i < OUT_EVENTS; i++)
		if (str_eq(name, str_of(names[i])))
			break;
	return (enum outgoing_event)i;
}

static void
read_listener(struct arena *mem, const struct hook *h, struct listener *l)
{
	struct json_limits limits = { .tokens = 4096, .depth = 4 };
	struct json v = { 0 };
	size_t at;

	json_parse(mem, h->extra, &limits, &v, &at);
	*l = (struct listener){
		.row = h->row,
		.user = h->user,
		.maker = h->maker,
		.id = h->id,
		.token = h->token,
		.event = event_named(json_text(json_get(v, STR("event")), mem)),
		.anywhere = json_true(json_get(v, STR("triggerWordAnywhere"))),
		.edits = json_true(json_get(v, STR("runOnEdits"))),
	};
	l->urls = texts(mem, json_get(v, STR("urls")), &l->nurls);
	l->words = texts(mem, json_get(v, STR("triggerWords")), &l->nwords);
}

/* Both lists are in the order of hooks. */
static void
give_places(struct outgoing *o, const struct hook_place *p, size_t n)
{
	size_t i, at = 0;

	for (i = 0; i < o->count; i++) {
		struct listener *l = &o->list[i];

		while (at < n && p[at].hook < l->row)
			at++;
		l->place = p + at;
		while (at < n && p[at].hook == l->row) {
			l->places++;
			at++;
		}
	}
}

static int
read_all(struct outgoing *o)
{
	struct store *db = o->srv->db;
	struct hook_place *p;
	struct hook *h;
	size_t i, n, np;

	arena_reset(&o->mem);
	o->count = 0;
	o->epoch = store_epoch(db);
	if (hooks_listening(db, &o->mem, LISTENERS, &h, &n) < 0 ||
	    hook_places(db, &o->mem, 0, &p, &np) < 0)
		return -1;
	o->list = arena_get(&o->mem, (n + 1) * sizeof *o->list);
	for (i = 0; i < n; i++)
		read_listener(&o->mem, &h[i], &o->list[o->count++]);
	give_places(o, p, np);
	o->read = true;
	o->look = true;
	return 1;
}

void
outgoing_forget(struct outgoing *o)
{
	if (o)
		o->read = false;
}

static int
read_if_need_be(struct outgoing *o)
{
	if (o->read && o->epoch == store_epoch(o->srv->db))
		return 1;
	return read_all(o);
}

/* ---- does this one hear of it? ---- */

static bool
is_among(struct outgoing *o, const struct room *r, int64_t user)
{
	struct member m;

	return rooms_member(o->srv->rooms, r->row, user, &m) == 1;
}

/* Who made it is there, and may know of the room or have any told of. */
static bool
maker_knows(struct outgoing *o, struct deed *d, const struct listener *l,
    const struct room *r)
{
	const struct session *s;
	struct user u;

	if (!l->maker || user_by_row(d->db, d->mem, l->maker, &u) != 1 ||
	    !u.active)
		return false;
	return is_among(o, r, l->maker) ||
	       (who_by_user(o->srv->who, d->mem, &u, &s) == 1 &&
		   rights_has(&s->rights, MAY_MANAGE_INTEGRATIONS));
}

/*
 * A room that was named is heard as long as one of those who stand for the
 * integration may know of it: who has been sent out of it hears no more.  Of
 * all private rooms of a kind, and of direct ones, only those that the
 * integration's user is in: nobody reads others' letters by it.
 */
static bool
hears_named(struct outgoing *o, struct deed *d, const struct listener *l,
    const struct room *r)
{
	return r->type == 'c' || is_among(o, r, l->user) ||
	       maker_knows(o, d, l, r);
}

static bool
hears_place(struct outgoing *o, struct deed *d, const struct listener *l,
    const struct hook_place *p, const struct room *r)
{
	if (p->room)
		return p->room == r->row && hears_named(o, d, l, r);
	if (p->user)
		return r->type == 'd' && is_among(o, r, p->user) &&
		       is_among(o, r, l->user);
	if (str_eq(p->word, STR("all_public_channels")))
		return r->type == 'c';
	if (str_eq(p->word, STR("all_private_groups")))
		return r->type == 'p' && is_among(o, r, l->user);
	return r->type == 'd' && is_among(o, r, l->user);
}

static bool
hears_room(struct outgoing *o, struct deed *d, const struct listener *l,
    const struct room *r)
{
	size_t i;

	/* nobody is in it yet, and nothing can name it */
	if (!r || l->event == OUT_ROOM_CREATED)
		return !r || r->type == 'c';
	for (i = 0; i < l->places; i++)
		if (hears_place(o, d, l, &l->place[i], r))
			return true;
	return false;
}

static bool
has_word(struct str text, struct str word, bool anywhere)
{
	size_t i;

	if (!anywhere)
		return str_starts(text, word);
	for (i = 0; i + word.len <= text.len; i++)
		if (!memcmp(text.ptr + i, word.ptr, word.len))
			return true;
	return false;
}

/* The word that it begins with; NO_STR: none is needed. */
static bool
hears_text(const struct listener *l, const struct message *m, struct str *word)
{
	size_t i;

	*word = NO_STR;
	if (!m || l->event != OUT_MESSAGE || l->nwords == 0)
		return true;
	for (i = 0; i < l->nwords; i++)
		if (has_word(m->text, l->words[i], l->anywhere)) {
			*word = l->words[i];
			return true;
		}
	return false;
}

/* ---- the words ---- */

/* Those of integrations begin so (server/api/v1/hook_in.c). */
static bool
is_by_bot(const struct message *m)
{
	return m->extra.ptr && str_starts(m->extra, STR("{\"bot\":{\"i\":\""));
}

static bool
is_by(const struct message *m, struct str hook)
{
	struct str rest;

	if (!is_by_bot(m))
		return false;
	rest = str_from(m->extra, sizeof "{\"bot\":{\"i\":\"" - 1);
	return str_starts(rest, hook);
}

static void
write_message(struct writer *w, struct deed *d, const struct message *m)
{
	struct json_limits limits = { .tokens = 8192, .depth = 32 };
	struct json v = { 0 };
	size_t at;

	json_str(w, "message_id", m->id);
	json_str(w, "text", m->text);
	json_str(w, "tmid", m->thread_id);
	if (m->edited)
		json_bool(w, "isEdited", true);
	if (m->extra.ptr &&
	    json_parse(d->mem, m->extra, &limits, &v, &at) == JSON_FINE) {
		json_str(
		    w, "alias", json_text(json_get(v, STR("alias")), d->mem));
		if (json_type(json_get(v, STR("attachments"))))
			json_text_as_is(w, "attachments",
			    json_source(json_get(v, STR("attachments"))));
	}
}

static struct str
words_of(struct outgoing *o, struct deed *d, const struct listener *l,
    const struct room *r, const struct user *u, const struct message *m,
    struct str trigger)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };

	json_open(&w, NULL, '{');
	json_str(&w, "token", l->token);
	json_bool(&w, "bot", m ? is_by_bot(m) : str_eq(u->type, STR("bot")));
	json_str(&w, "trigger_word", trigger);
	if (r) {
		json_str(&w, "channel_id", r->id);
		json_str(&w, "channel_name", r->name);
	}
	json_time(&w, "timestamp", m ? m->sent : d->now);
	json_str(&w, "user_id", u->id);
	json_str(&w, "user_name", u->username);
	if (m)
		write_message(&w, d, m);
	json_str(&w, "siteUrl", o->srv->conf->root_url);
	json_close(&w, '}');
	return buf_settle(&out, d->mem);
}

static int
queue(struct outgoing *o, struct deed *d, const struct listener *l,
    const struct room *r, struct str words)
{
	struct delivery one = {
		.hook = l->row,
		.room = r ? r->row : 0,
		.event = str_of(names[l->event]),
		.sent = words,
		.at = d->now,
	};
	size_t i;
	int done;

	for (i = 0; i < l->nurls; i++) {
		one.id = deed_id(d);
		one.url = l->urls[i];
		if ((done = delivery_add(d->db, &one)) < 0)
			return -1;
		if (!done)
			log_line(LOG_WARN,
			    "an outgoing integration has too much to tell",
			    "id", arena_str(d->mem, l->id).ptr, NULL);
	}
	o->look = true;
	return 1;
}

int
outgoing_tell(struct deed *d, enum outgoing_event event, const struct room *r,
    const struct user *u, const struct message *m)
{
	struct outgoing *o = d->outgoing;
	struct str word;
	size_t i;

	if (!o)
		return 1;
	if (read_if_need_be(o) < 0)
		return -1;
	for (i = 0; i < o->count; i++) {
		const struct listener *l = &o->list[i];

		if (l->event != event || (m && is_by(m, l->id)) ||
		    (m && m->edited && !l->edits) || !hears_room(o, d, l, r) ||
		    !hears_text(l, m, &word))
			continue;
		if (queue(o, d, l, r, words_of(o, d, l, r, u, m, word)) < 0)
			return -1;
	}
	return 1;
}
