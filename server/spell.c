/* SPDX-License-Identifier: ISC */
/* Messages as curl reads them. */
#include "server/spell.h"

#include "http/reply.h"
#include "json/time.h"
#include "server/docs.h"
#include "server/safe.h"

struct str
room_called(const struct room *r)
{
	return r->name.len ? r->name : r->shown.len ? r->shown : r->id;
}

/* ---- text ---- */

/* Lines of strangers on a terminal: a message's further lines are indented,
 * so that none looks like another message. */
static void
add_lines(struct buf *out, struct str text)
{
	char piece[SAFE_PIECE];
	size_t n;

	while (text.len > 0) {
		if (str_starts(text, STR("\r\n")))
			text = str_from(text, 1);
		if (text.ptr[0] == '\n') {
			buf_str(out, STR("\n    "));
			text = str_from(text, 1);
		} else if (text.ptr[0] == '\t') {
			buf_char(out, '\t');
			text = str_from(text, 1);
		} else {
			n = safe_next(&text, piece);
			buf_add(out, piece, n);
		}
	}
}

/* One string that stands in what a message has besides its text. */
static struct str
extra_text(struct json from, const char *name, struct arena *mem)
{
	return json_text(json_get(from, str_of(name)), mem);
}

static struct json
extra_of(const struct message *m, struct arena *mem)
{
	const struct json_limits limits = { .tokens = 131072, .depth = 32 };
	struct json root = { 0 };
	size_t at;

	if (m->extra.ptr)
		json_parse(mem, m->extra, &limits, &root, &at);
	return root;
}

/* Each on a line of its own, unless nothing stands there yet; behind a title,
 * where the file is. */
static void
add_attachments(
    struct buf *out, struct json list, bool begun, struct arena *mem)
{
	static const char *const names[] = { "title", "description", "text" };
	struct str part, link;
	struct json one;
	int i;

	for (one = json_first(list); json_type(one); one = json_next(one)) {
		link = extra_text(one, "title_link", mem);
		for (i = 0; i < 3; i++) {
			part = extra_text(one, names[i], mem);
			if (!part.len)
				continue;
			if (begun)
				buf_str(out, STR("\n    "));
			buf_str(out, i == 0 ? STR("[") : STR(""));
			add_lines(out, part);
			buf_str(out, i == 0 ? STR("]") : STR(""));
			if (i == 0 && link.len) {
				buf_char(out, ' ');
				safe_add(out, link);
			}
			begun = true;
		}
	}
}

/* What it was posted as is not who did it: a script may call itself anything,
 * and so may somebody who would pass for another. */
static void
add_author(struct buf *out, const struct message *m, struct str alias)
{
	safe_add(out, alias.len ? alias : m->author_name);
	if (alias.len) {
		buf_str(out, STR(" ("));
		safe_add(out, m->author_name);
		buf_char(out, ')');
	}
}

/* "2026-01-31 12:30:05 ops ada: text", times in UTC. */
static void
write_text(const struct push_event *e, struct buf *out, bool with_room)
{
	const struct message *m = e->message;
	struct arena mem = { 0 };
	struct json extra;
	struct str alias, said = m->text;
	char time[TIME_TEXT];

	if (e->kind != PUSH_NEW)
		return;
	while (said.len > 0 && strchr("\r\n", said.ptr[said.len - 1]))
		said.len--;
	extra = extra_of(m, &mem);
	alias = extra_text(extra, "alias", &mem);
	time_text(time, m->sent);
	time[10] = ' ';
	buf_add(out, time, 19);
	if (with_room) {
		buf_char(out, ' ');
		safe_add(out, room_called(e->room));
	}
	buf_char(out, ' ');
	add_author(out, m, alias);
	buf_str(out, m->type.ptr ? STR(" * ") : STR(": "));
	if (m->type.ptr) {
		safe_add(out, m->type);
		buf_str(out, said.len ? STR(" ") : STR(""));
	}
	add_lines(out, said);
	add_attachments(
	    out, json_get(extra, STR("attachments")), said.len > 0, &mem);
	buf_char(out, '\n');
	arena_free(&mem);
}

static void
text(const struct push_event *e, struct buf *out)
{
	write_text(e, out, false);
}

static void
text_rooms(const struct push_event *e, struct buf *out)
{
	write_text(e, out, true);
}

static void
raw(const struct push_event *e, struct buf *out)
{
	const struct message *m = e->message;
	struct arena mem = { 0 };

	if (e->kind != PUSH_NEW)
		return;
	buf_str(out, m->text);
	if (m->text.len == 0) /* a file alone */
		add_attachments(out,
		    json_get(extra_of(m, &mem), STR("attachments")), false,
		    &mem);
	buf_char(out, '\n');
	arena_free(&mem);
}

/* ---- JSON ---- */

/* What clients have sent stands in a document as it came: a line end in it is
 * a blank of JSON, and would be the end of ours. */
static void
one_line(struct buf *out, size_t from)
{
	for (; from < out->len; from++)
		if (out->bytes[from] == '\n' || out->bytes[from] == '\r')
			out->bytes[from] = ' ';
}

static void
write_document(const struct push_event *e, struct buf *out)
{
	struct writer w = { .out = out };
	size_t from = out->len;

	if (e->message) {
		doc_message(&w, NULL, e->message, NULL);
		w.out->len--; /* its bracket: the room's name is told, too */
		w.depth = 1;
		w.fresh = false;
		json_str(&w, "room", room_called(e->room));
		json_close(&w, '}');
		one_line(out, from);
		return;
	}
	json_open(&w, NULL, '{');
	json_str(&w, "_id", e->id);
	json_str(&w, "rid", e->room->id);
	json_close(&w, '}');
}

static const char *const kinds[PUSH_KINDS] = {
	[PUSH_NEW] = "message",
	[PUSH_CHANGED] = "changed",
	[PUSH_GONE] = "deleted",
	[PUSH_ROOM] = "room",
};

/* A message is its document; what happened to one later says so. */
static void
json(const struct push_event *e, struct buf *out)
{
	if (e->kind != PUSH_NEW) {
		buf_fmt(out, "{\"event\":\"%s\",\"message\":", kinds[e->kind]);
		write_document(e, out);
		buf_char(out, '}');
	} else {
		write_document(e, out);
	}
	buf_char(out, '\n');
}

/* An id only for what moves the place to resume from. */
static void
write_event(const struct push_event *e, struct buf *out, bool rooms)
{
	if (e->kind == PUSH_NEW && rooms)
		buf_fmt(out, "id: ~%lld\n", (long long)e->message->number);
	else if (e->kind == PUSH_NEW)
		buf_fmt(out, "id: %.*s\n", STR_ARGS(e->id));
	else
		buf_fmt(out, "event: %s\n", kinds[e->kind]);
	buf_str(out, STR("data: "));
	write_document(e, out);
	buf_str(out, STR("\n\n"));
}

static void
sse(const struct push_event *e, struct buf *out)
{
	write_event(e, out, false);
}

static void
sse_rooms(const struct push_event *e, struct buf *out)
{
	write_event(e, out, true);
}

/* ---- all of them ---- */

struct row {
	void (*write)(const struct push_event *, struct buf *);
	const char *type, *beat, *lagged; /* lagged: before the id, behind it */
	const char *end;
};

/* clang-format off */
#define LAGGED "{\"event\":\"lagged\",\"since\":\""
static const struct row rows[PUSH_FORMATS] = {
	[PUSH_TEXT] = { text, "text/plain; charset=utf-8", "\n", "lagged: since=", "\n" },
	[PUSH_TEXT_ROOMS] = { text_rooms, "text/plain; charset=utf-8", "\n", "lagged: since=", "\n" },
	[PUSH_RAW] = { raw, "text/plain; charset=utf-8", "\n", "lagged: since=", "\n" },
	[PUSH_JSON] = { json, "application/x-ndjson", "\n", LAGGED, "\"}\n" },
	[PUSH_SSE] = { sse, "text/event-stream", ":\n\n", "event: lagged\ndata: " LAGGED, "\"}\n\n" },
	[PUSH_SSE_ROOMS] = { sse_rooms, "text/event-stream", ":\n\n", "event: lagged\ndata: " LAGGED, "\"}\n\n" },
};
/* clang-format on */

void
spell(enum push_format f, const struct push_event *e, struct buf *out)
{
	rows[f].write(e, out);
}

void
spell_framed(enum push_format f, bool chunked, const struct push_event *e,
    struct buf *out)
{
	struct buf bare = { 0 };

	if (!chunked) {
		spell(f, e, out);
		return;
	}
	spell(f, e, &bare);
	if (bare.len > 0)
		http_add_chunk(out, buf_view(&bare));
	buf_free(&bare);
}

struct str
spell_beat(enum push_format f)
{
	return str_of(rows[f].beat);
}

/* Ids are of letters, digits, '-', '_' and '~'. */
void
spell_lagged(enum push_format f, struct str id, struct buf *out)
{
	if (f == PUSH_SSE || f == PUSH_SSE_ROOMS)
		buf_fmt(out, "id: %.*s\n", STR_ARGS(id));
	buf_fmt(out, "%s%.*s%s", rows[f].lagged, STR_ARGS(id), rows[f].end);
}

struct str
spell_type(enum push_format f)
{
	return str_of(rows[f].type);
}
