/* SPDX-License-Identifier: ISC */
/* Selectors of clients as SQL: words from a table, values bound. */
#include <stdio.h>

#include "json/buf.h"
#include "json/time.h"
#include "store/db.h"

enum { PATIENCE = 1000, TEXT_MOST = 256 };

struct maker {
	struct select *sel;
	struct arena *mem;
	struct buf out;
	unsigned terms;
	bool wrong;
};

static bool make_object(struct maker *, struct json, int depth);

static bool
refuse(struct maker *m)
{
	m->wrong = true;
	return false;
}

static const struct select_field *
field_named(const struct select *sel, struct str name)
{
	const struct select_field *f;

	for (f = sel->fields; f->name; f++)
		if (str_eq(str_of(f->name), name))
			return f->privileged && !sel->privileged ? NULL : f;
	return NULL;
}

/* ---- values ---- */

static bool
read_time(struct json v, struct arena *mem, int64_t *ms)
{
	struct json date = json_get(v, STR("$date"));

	if (json_type(date) != JSON_NONE)
		v = date;
	return json_whole(v, ms) || time_parse(json_text(v, mem), ms);
}

static bool
read_value(const struct select_field *f, struct json v, struct arena *mem,
    struct select_value *out)
{
	out->type = f->type;
	switch (f->type) {
	case SELECT_TEXT:
		out->text = json_text(v, mem);
		return out->text.ptr && out->text.len <= TEXT_MOST;
	case SELECT_BOOL:
		out->number = json_true(v);
		return json_type(v) == JSON_BOOL;
	case SELECT_TIME:
		return read_time(v, mem, &out->number);
	default:
		return json_whole(v, &out->number);
	}
}

/* A place for the value: "?7". */
static bool
place(struct maker *m, struct select_value v)
{
	struct select *sel = m->sel;

	if (sel->count == SELECT_VALUES)
		return refuse(m);
	sel->value[sel->count++] = v;
	buf_fmt(&m->out, "?%zu", sel->count);
	return true;
}

static bool
compare(struct maker *m, const struct select_field *f, const char *op,
    struct json v)
{
	struct select_value value = { 0 };
	bool differs = str_eq(str_of(op), STR("IS NOT"));

	if (json_type(v) == JSON_NULL) {
		if (f->tail || (!differs && strcmp(op, "=")))
			return refuse(m);
		buf_fmt(&m->out, "%s IS %sNULL", f->sql, differs ? "NOT " : "");
		return true;
	}
	if (!read_value(f, v, m->mem, &value))
		return refuse(m);
	if (f->type == SELECT_BOOL && !f->tail &&
	    (differs || !strcmp(op, "="))) { /* an index may know it */
		if (differs)
			buf_fmt(&m->out, "%s IS NOT %s", f->sql,
			    value.number ? "TRUE" : "FALSE");
		else
			buf_fmt(&m->out, "%s%s", value.number ? "" : "NOT ",
			    f->sql);
		return true;
	}
	if (f->tail && differs) { /* none of them is it */
		buf_str(&m->out, STR("NOT "));
		op = "=";
	}
	buf_fmt(&m->out, "%s %s ", f->sql, op);
	if (!place(m, value))
		return false;
	buf_str(&m->out, str_of(f->tail));
	return true;
}

static bool
one_of(
    struct maker *m, const struct select_field *f, bool none, struct json list)
{
	struct select_value value = { 0 };
	struct json one;
	bool first = true;

	if (json_type(list) != JSON_ARRAY)
		return refuse(m);
	/* what has no value is none of them, too */
	buf_fmt(&m->out, "%s%s IN (", none ? "NOT ifnull(" : "", f->sql);
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		if (!read_value(f, one, m->mem, &value))
			return refuse(m);
		if (!first)
			buf_char(&m->out, ',');
		first = false;
		if (!place(m, value))
			return false;
	}
	buf_fmt(&m->out, ")%s%s", f->tail ? f->tail : "", none ? ", 0)" : "");
	return true;
}

/*
 * An expression that is a literal begin, middle, end or whole of a text; false
 * for all others.  With a begin it is a pattern of LIKE, which an index may
 * know; without one, a piece for REGEXP.
 */
static bool
pattern_of(struct str regex, struct buf *out, bool *with_begin)
{
	bool begins = str_starts(regex, STR("^")), ends;
	size_t i;

	if (begins)
		regex = str_from(regex, 1);
	if (str_starts(regex, STR(".*"))) {
		begins = false;
		regex = str_from(regex, 2);
	}
	*with_begin = begins;
	ends = regex.len > 0 && regex.ptr[regex.len - 1] == '$' &&
	       (regex.len < 2 || regex.ptr[regex.len - 2] != '\\');
	if (ends)
		regex.len--;
	if (regex.len >= 2 && !memcmp(regex.ptr + regex.len - 2, ".*", 2)) {
		ends = false;
		regex.len -= 2;
	}
	if (!begins)
		buf_char(out, ends ? MATCH_END : MATCH_ANYWHERE);
	for (i = 0; i < regex.len; i++) {
		char c = regex.ptr[i];

		if (c == '\\' && ++i < regex.len) {
			c = regex.ptr[i];
			if ((c | 32) >= 'a' && (c | 32) <= 'z') /* \d, \w */
				return false;
		} else if (strchr("\\^$.|?*+()[]{}", c))
			return false;
		if (begins && (c == '%' || c == '_' || c == '\\'))
			buf_char(out, '\\');
		buf_char(out, c);
	}
	if (begins && !ends)
		buf_char(out, '%');
	return regex.len <= TEXT_MOST;
}

static bool
matches(struct maker *m, const struct select_field *f, struct json regex)
{
	struct buf pattern = { 0 };
	struct select_value value = { .type = SELECT_TEXT };
	struct str text = json_text(regex, m->mem);
	bool begins;

	if (f->type != SELECT_TEXT || !text.ptr ||
	    !pattern_of(text, &pattern, &begins)) {
		buf_free(&pattern);
		return refuse(m);
	}
	value.text = buf_settle(&pattern, m->mem);
	buf_fmt(&m->out, "%s %s ", f->sql, begins ? "LIKE" : "REGEXP");
	if (!place(m, value))
		return false;
	buf_fmt(&m->out, "%s%s", begins ? " ESCAPE '\\'" : "",
	    f->tail ? f->tail : "");
	return true;
}

/* ---- conditions ---- */

static const struct {
	struct str name;
	const char *sql;
} comparisons[] = {
	{ { "$eq", 3 }, "=" },
	{ { "$ne", 3 }, "IS NOT" },
	{ { "$gt", 3 }, ">" },
	{ { "$gte", 4 }, ">=" },
	{ { "$lt", 3 }, "<" },
	{ { "$lte", 4 }, "<=" },
};

static bool
operation(
    struct maker *m, const struct select_field *f, struct str op, struct json v)
{
	size_t i;

	for (i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
		if (str_eq(op, comparisons[i].name))
			return compare(m, f, comparisons[i].sql, v);
	if (str_eq(op, STR("$in")))
		return one_of(m, f, false, v);
	if (str_eq(op, STR("$nin")))
		return one_of(m, f, true, v);
	if (str_eq(op, STR("$regex")))
		return matches(m, f, v);
	if (!str_eq(op, STR("$exists")) || (f->tail && !f->known))
		return refuse(m);
	buf_fmt(&m->out, "%s IS %sNULL", f->tail ? f->known : f->sql,
	    json_true(v) ? "NOT " : "");
	return true;
}

/* Each makes the expression a level deeper: the engine has a bound. */
static bool
and_else(struct maker *m, bool *first, const char *word)
{
	if (++m->terms > SELECT_TERMS)
		return refuse(m);
	if (!*first)
		buf_fmt(&m->out, " %s ", word);
	*first = false;
	return true;
}

static bool
make_field(struct maker *m, struct str name, struct json v)
{
	const struct select_field *f = field_named(m->sel, name);
	struct json one;
	bool first = true;

	if (!f)
		return refuse(m);
	if (json_type(v) != JSON_OBJECT ||
	    json_type(json_get(v, STR("$date"))) != JSON_NONE)
		return compare(m, f, "=", v);
	for (one = json_first(v); json_type(one); one = json_next(one)) {
		struct str op = json_key(one, m->mem);

		if (str_eq(op, STR("$options"))) /* matching is without case */
			continue;
		if (!and_else(m, &first, "AND") || !operation(m, f, op, one))
			return false;
	}
	return !first || refuse(m);
}

static bool
make_list(struct maker *m, struct json list, const char *word, int depth)
{
	struct json one;
	bool first = true;

	if (json_type(list) != JSON_ARRAY || json_count(list) == 0)
		return refuse(m);
	buf_char(&m->out, '(');
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		if (!and_else(m, &first, word) ||
		    !make_object(m, one, depth + 1))
			return false;
	}
	buf_char(&m->out, ')');
	return true;
}

static bool
make_object(struct maker *m, struct json query, int depth)
{
	struct json one;
	bool first = true, fine;

	if (json_type(query) != JSON_OBJECT || depth > SELECT_DEPTH)
		return refuse(m);
	buf_char(&m->out, '(');
	for (one = json_first(query); json_type(one); one = json_next(one)) {
		struct str key = json_key(one, m->mem);

		if (!and_else(m, &first, "AND"))
			return false;
		if (str_eq(key, STR("$or")))
			fine = make_list(m, one, "OR", depth);
		else if (str_eq(key, STR("$and")))
			fine = make_list(m, one, "AND", depth);
		else
			fine = make_field(m, key, one);
		if (!fine)
			return false;
	}
	buf_str(&m->out, first ? STR("1)") : STR(")"));
	return true;
}

enum select_fault
select_query(struct select *sel, struct arena *mem, struct json query)
{
	struct maker m = { .sel = sel, .mem = mem };

	if (json_type(query) == JSON_OBJECT && json_count(query) == 0)
		return SELECT_FINE;
	make_object(&m, query, 0);
	sel->where = buf_settle(&m.out, mem);
	return m.wrong ? SELECT_QUERY : SELECT_FINE;
}

enum select_fault
select_sort(struct select *sel, struct arena *mem, struct json sort)
{
	struct buf out = { 0 };
	const struct select_field *f;
	struct json one;
	int64_t way;
	bool fine =
	    json_type(sort) == JSON_OBJECT && json_count(sort) <= SELECT_SORTS;

	for (one = json_first(sort); fine && json_type(one);
	     one = json_next(one)) {
		f = field_named(sel, json_key(one, mem));
		fine = f && !f->tail && json_whole(one, &way) &&
		       (way == 1 || way == -1);
		if (fine)
			buf_fmt(&out, "%s%s%s", out.len ? ", " : "", f->sql,
			    way < 0 ? " DESC" : "");
	}
	sel->order = out.len ? buf_settle(&out, mem) : NO_STR;
	buf_free(&out);
	return fine ? SELECT_FINE : SELECT_SORT;
}

bool
select_asks_online(const struct select *sel)
{
	return (sel->where.ptr &&
		   memmem(sel->where.ptr, sel->where.len, "?99", 3)) ||
	       (sel->order.ptr &&
		   memmem(sel->order.ptr, sel->order.len, "?99", 3));
}

/* ---- running ---- */

/* Called every PATIENCE steps: the engine itself counts them only at the end
 * of a row that it answers, and a sort or a count has but one. */
static int
too_long(void *arg)
{
	struct select *sel = arg;

	return (sel->steps += PATIENCE) > SELECT_STEPS;
}

static void
bind_values(sqlite3_stmt *q, const struct select *sel)
{
	size_t i;

	for (i = 0; i < sel->count; i++) {
		const struct select_value *v = &sel->value[i];

		if (v->type == SELECT_TEXT)
			bind_str(q, (int)i + 1, v->text);
		else
			sqlite3_bind_int64(q, (int)i + 1, v->number);
	}
	if (sqlite3_bind_parameter_count(q) >= SELECT_ME)
		sqlite3_bind_int64(q, SELECT_ME, sel->me);
	if (sel->online.ptr) /* where it is not asked for, it is not bound */
		bind_str(q, SELECT_ONLINE, sel->online);
}

static int
prepare(struct store *s, struct select *sel, struct buf *sql, bool guarded,
    sqlite3_stmt **q)
{
	int rc =
	    sqlite3_prepare_v3(s->db, sql->bytes, (int)sql->len, 0, q, NULL);

	buf_free(sql);
	if (rc != SQLITE_OK)
		return broken(s);
	bind_values(*q, sel);
	/* what the list itself costs is its own business */
	if (guarded) {
		sqlite3_progress_handler(s->db, PATIENCE, too_long, sel);
		s->select = sel;
	}
	return 1;
}

/* The base last: its names are numbered behind the selector's values. */
static void
add_where(struct buf *sql, const struct select *sel, const char *base)
{
	buf_str(sql, STR(" WHERE "));
	if (sel->where.ptr)
		buf_fmt(sql, "%.*s AND ", STR_ARGS(sel->where));
	buf_fmt(sql, "(%s)", base);
}

static void
bind_base(sqlite3_stmt *q, const struct select_from *from)
{
	char name[24];
	size_t i;

	for (i = 0; i < from->values; i++) {
		snprintf(name, sizeof name, ":%zu", i + 1);
		sqlite3_bind_int64(
		    q, sqlite3_bind_parameter_index(q, name), from->value[i]);
	}
	if (from->text.ptr)
		bind_str(q, SELECT_VALUES + 1, from->text);
}

/* The end of either: a list that was cut short is refused, nothing broke. */
static int
finish(struct store *s, struct select *sel, sqlite3_stmt *q, int done)
{
	if (done < 0 && (sqlite3_errcode(s->db) & 255) == SQLITE_INTERRUPT) {
		sel->cut = true;
		done = 0;
	}
	sqlite3_progress_handler(s->db, 0, NULL, NULL);
	s->select = NULL;
	sqlite3_finalize(q);
	return done;
}

int
select_rows(struct store *s, struct arena *mem, struct select *sel,
    const struct select_from *from, int64_t **rows, size_t *n)
{
	struct buf sql = { 0 };
	sqlite3_stmt *q = NULL;
	struct str order = sel->order.ptr ? sel->order : str_of(from->order);

	*n = 0;
	buf_fmt(&sql, "SELECT %s %s", from->key, from->tables);
	add_where(&sql, sel, from->where);
	buf_fmt(&sql, " ORDER BY %.*s LIMIT %lld OFFSET %lld", STR_ARGS(order),
	    (long long)sel->limit, (long long)sel->offset);
	if (prepare(s, sel, &sql,
		from->dear || sel->where.ptr ||
		    !str_starts(order, str_of(from->order)),
		&q) < 0)
		return finish(s, sel, q, -1);
	bind_base(q, from);
	return finish(s, sel, q, list_numbers(s, q, mem, rows, n));
}

int
select_total(struct store *s, struct select *sel,
    const struct select_from *from, int64_t *total)
{
	struct buf sql = { 0 };
	sqlite3_stmt *q = NULL;

	*total = 0;
	if (from->total >= 0 && !sel->where.ptr) {
		*total = from->total;
		return 1;
	}
	buf_fmt(&sql, "SELECT count(*) %s", from->tables);
	add_where(&sql, sel, from->where);
	if (prepare(s, sel, &sql, from->dear || sel->where.ptr, &q) < 0)
		return finish(s, sel, q, -1);
	bind_base(q, from);
	return finish(s, sel, q, one_number(s, q, total));
}

int
select_json(struct store *s, struct arena *mem, struct select *sel,
    struct str array, int64_t **keys, size_t *n, int64_t *total)
{
	struct select_from from = { "json_extract(value, '$.n')",
		"FROM json_each(" FROM_TEXT ")", "1", "key", .total = -1,
		.text = array };
	int done = select_rows(s, mem, sel, &from, keys, n);

	return done == 1 ? select_total(s, sel, &from, total) : done;
}
