/* SPDX-License-Identifier: ISC */
/* Lists: a page of them, in the client's order, with the client's fields. */
#include "server/api/v1/v1.h"

enum { BATCH = 64, FIRST_BATCH = 8, DEPTH = 8, VALUES = 512 };

/* ---- what is asked for ---- */

bool
asked_object(struct req *q, const char *name, struct json *v)
{
	struct json_limits limits = { .tokens = VALUES,
		.depth = DEPTH,
		.plain_text = true,
		.object_only = true };
	struct json given = json_get(q->asked, str_of(name));
	struct str text = json_text(given, q->mem);
	size_t at;

	*v = (struct json){ 0 };
	return text.len == 0 ||
	       json_parse(q->mem, text, &limits, v, &at) == JSON_FINE;
}

static int
refuse(struct req *q, const char *name)
{
	struct str text = json_text(json_get(q->asked, str_of(name)), q->mem);

	return fail_coded(q, arena_fmt(q->mem, "error-invalid-%s", name).ptr,
	    "Invalid %s parameter provided: \"%.*s\"", name,
	    (int)(text.len < 300 ? text.len : 300), text.ptr);
}

int
selector_of(struct req *q, struct json *v)
{
	if (!json_text(json_get(q->asked, STR("selector")), q->mem).len)
		return fail_bare(q, "The 'selector' param is required");
	return asked_object(q, "selector", v) ? 0 : refuse(q, "selector");
}

static int
read_query(struct req *q, struct select *sel)
{
	struct json v;

	if (!asked_object(q, "query", &v) ||
	    (json_type(v) != JSON_NONE && select_query(sel, q->mem, v)))
		return refuse(q, "query");
	return 0;
}

static int
read_sort(struct req *q, struct select *sel)
{
	struct json v;

	if (!asked_object(q, "sort", &v) ||
	    (json_type(v) != JSON_NONE && json_count(v) > 0 &&
		select_sort(sel, q->mem, v)))
		return refuse(q, "sort");
	return 0;
}

/* Does it take none who is offline, as clients mostly ask? */
static bool
only_online(struct req *q)
{
	struct json query, status;

	if (!asked_object(q, "query", &query))
		return false;
	status = json_get(query, STR("status"));
	if (json_type(status) == JSON_STRING)
		return !str_eq(json_text(status, q->mem), STR("offline"));
	return str_eq(
	    json_text(json_get(status, STR("$ne")), q->mem), STR("offline"));
}

/* For a selector on what the store does not know: who is there. */
static void
read_online(struct req *q, struct select *sel)
{
	int64_t since = q->srv->mono - q->srv->conf->presence_timeout * 1000;
	int64_t *rows;
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	size_t i, n;

	if (!select_asks_online(sel))
		return;
	n = presence_since(q->srv->presence, since, q->mem, &rows);
	json_open(&w, NULL, '[');
	for (i = 0; i < n; i++)
		json_int(&w, NULL, rows[i]);
	json_close(&w, ']');
	sel->online = buf_settle(&out, q->mem);
	sel->only_online = only_online(q);
}

static int64_t
asked_int(struct req *q, const char *name, int64_t fallback)
{
	struct json v = json_get(q->asked, str_of(name));
	int64_t n;

	return str_int(json_text(v, q->mem), &n) && n >= 0 ? n : fallback;
}

static void
read_page(struct req *q, struct select *sel)
{
	struct options *o = q->srv->options;
	int64_t usual = option_number(o, OPT_DEFAULT_COUNT);
	int64_t most = option_number(o, OPT_UPPER_COUNT);
	int64_t count = asked_int(q, "count", usual);

	if (count == 0 && !option_on(o, OPT_INFINITE_COUNT))
		count = usual;
	sel->offset = asked_int(q, "offset", 0);
	sel->limit = count == 0 ? -1 : count > most ? most : count;
}

static bool
is_on(struct json v)
{
	int64_t n;

	return json_whole(v, &n) ? n != 0 : json_true(v);
}

/* Whether the fields named are those to be kept: as the first that is not the
 * id, which is there in either case. */
static bool
keeps(struct json fields, struct arena *mem)
{
	struct json one;

	for (one = json_first(fields); json_type(one); one = json_next(one))
		if (!str_eq(json_key(one, mem), STR("_id")))
			return is_on(one);
	return is_on(json_first(fields));
}

/* Names that stay as long as the reply. */
static int
read_fields(struct req *q, struct fields *f, struct arena *mem)
{
	struct json v, one;

	if (!asked_object(q, "fields", &v) || json_count(v) > FIELDS_MOST)
		return refuse(q, "fields");
	f->keep = json_count(v) > 0 && keeps(v, mem);
	for (one = json_first(v); json_type(one); one = json_next(one))
		if (is_on(one) == f->keep)
			f->name[f->count++] = json_key(one, mem);
	return 0;
}

/* ---- the reply ---- */

size_t
item_begin(struct listing *l)
{
	return l->stream.out.out->len;
}

/* "u.username", of what is called "u". */
static bool
is_within(struct str path, struct str name)
{
	return path.len > name.len && path.ptr[name.len] == '.' &&
	       str_starts(path, name);
}

/* Of what is kept in part, all is. */
static bool
wanted(const struct fields *f, struct str name)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (str_eq(f->name[i], name) ||
		    (f->keep && is_within(f->name[i], name)))
			return f->keep;
	return !f->keep || str_eq(name, STR("_id"));
}

/* Behind a value that we wrote ourselves: at ',' or '}' of its level. */
static size_t
value_end(const char *text, size_t i)
{
	int depth = 0;

	for (;; i++) {
		char c = text[i];

		if (c == '"') {
			while (text[++i] != '"')
				i += text[i] == '\\';
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (depth == 0 && (c == ',' || c == '}')) {
			return i;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
}

/* The members of the object are moved together, without the unwanted. */
void
item_end(struct listing *l, size_t mark)
{
	struct buf *out = l->stream.out.out;
	char *text = out->bytes;
	size_t from, to, end, name;
	bool first = true;

	if (l->fields.count == 0)
		return;
	from = to = mark + (text[mark] == ',') + 1;
	while (text[from] == '"') {
		name = from + 1;
		end =
		    value_end(text, from + 1 + strcspn(text + name, "\"") + 2);
		if (wanted(&l->fields, (struct str){ text + name,
					   strcspn(text + name, "\"") })) {
			if (!first)
				text[to++] = ',';
			first = false;
			memmove(text + to, text + from, end - from);
			to += end - from;
		}
		from = end + (text[end] == ',');
	}
	text[to++] = '}';
	out->len = to;
}

static void
write_counts(struct listing *l)
{
	struct writer *w = &l->stream.out;

	json_int(w, "count", (int64_t)l->count);
	if (l->more)
		json_int(w, l->more, (int64_t)l->count);
	json_int(w, "offset", l->select.offset);
	json_int(w, "total", l->total);
}

/* As many as fill a step of the stream, by how long the last ones were: a
 * message may be of many kilobytes. */
static size_t
next_batch(size_t bytes, size_t n)
{
	size_t fit = STREAM_STEP / (bytes / n + 1);

	return fit < 1 ? 1 : fit < BATCH ? fit : BATCH;
}

static int
step(struct stream *st, struct server *s)
{
	struct listing *l = (struct listing *)st;
	size_t left = l->count - l->next, before = st->out.out->len;
	size_t n = left < l->batch ? left : l->batch;
	struct arena mem = { 0 };
	int done = n == 0 ? 1 : l->items(l, s, &mem, l->keys + l->next, n);

	arena_free(&mem);
	if (done < 0)
		return -1;
	if (n > 0)
		l->batch = next_batch(st->out.out->len - before, n);
	l->next += n;
	if (l->next < l->count)
		return 1;
	json_close(&st->out, ']');
	if (l->tail.ptr)
		json_members(&st->out, l->tail);
	else
		write_counts(l);
	json_bool(&st->out, "success", true);
	json_close(&st->out, '}');
	return 0;
}

struct listing *
list_bare(struct req *q, item_writer *items)
{
	struct listing *l = stream_new(q, sizeof *l, step);

	l->items = items;
	l->batch = FIRST_BATCH;
	l->me = q->me ? q->me->row : 0;
	l->tail = STR("{}");
	return l;
}

struct listing *
list_plain(struct req *q, const struct select_field *fields, bool full,
    item_writer *items)
{
	struct listing *l = list_bare(q, items);

	l->tail = NO_STR;
	l->full = full;
	l->select.fields = fields;
	l->select.privileged = full;
	read_page(q, &l->select);
	if (read_fields(q, &l->fields, &l->stream.mem) ||
	    read_sort(q, &l->select))
		return NULL;
	return l;
}

struct listing *
list_new(struct req *q, const struct select_field *fields, bool full,
    item_writer *items)
{
	struct listing *l = list_plain(q, fields, full, items);

	if (!l || read_query(q, &l->select))
		return NULL;
	read_online(q, &l->select);
	return l;
}

int
list_narrow(struct req *q, struct listing *l, struct json more)
{
	struct str old = l->select.where;

	if (select_query(&l->select, q->mem, more))
		return refuse(q, "query");
	if (old.ptr && l->select.where.ptr)
		l->select.where = arena_fmt(q->mem, "%.*s AND %.*s",
		    STR_ARGS(old), STR_ARGS(l->select.where));
	else if (old.ptr)
		l->select.where = old;
	read_online(q, &l->select);
	return 0;
}

int
list_reply(struct req *q, struct listing *l, const char *name, int found)
{
	if (found < 0)
		return fail(q, E_STORE);
	if (l->select.cut)
		return refuse(q, "query");
	json_open(&l->stream.out, NULL, '{');
	json_open(&l->stream.out, name, '[');
	return 0;
}
