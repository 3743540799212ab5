/* SPDX-License-Identifier: ISC */
/* Forms as JSON: a tree of names in the arena, found through one hash. */
#include "http/form.h"

#include <stdlib.h>
#include <sys/auxv.h>

#include "http/multipart.h"
#include "http/url.h"
#include "json/utf8.h"
#include "json/writer.h"

enum { INDEX_DIGITS = 5 };

struct value {
	struct value *next;
	struct str text;
};

struct node {
	struct node *parent, *next, *chain; /* chain: same hash */
	struct node *first, *last;          /* children */
	struct str name;
	struct value *values, **end;
	unsigned children;
	int64_t index;  /* of the name as an array's; -1: is none */
	int64_t pushed; /* the next index of "[]" */
	bool mixed;     /* a child has a name that is no index */
};

struct tree {
	struct arena *mem;
	struct node root;
	struct node **slot;
	size_t slots; /* a power of two */
	uint64_t secret;
};

static int64_t
index_of(struct str name)
{
	int64_t n;

	if (name.len == 0 || name.len > INDEX_DIGITS ||
	    (name.len > 1 && name.ptr[0] == '0') || name.ptr[0] == '-' ||
	    !str_int(name, &n))
		return -1;
	return n;
}

/* By a multiplier that differs in each process, so that nobody can choose
 * names of one hash. */
static size_t
hash_of(const struct tree *t, const struct node *parent, struct str name)
{
	uint64_t h = (uint64_t)(uintptr_t)parent * t->secret;
	size_t i;

	for (i = 0; i < name.len; i++) {
		h = (h ^ (uint8_t)name.ptr[i]) * t->secret;
		h ^= h >> 32;
	}
	return (size_t)(h ^ h >> 29);
}

static struct node *
child(struct tree *t, struct node *parent, struct str name)
{
	size_t i = hash_of(t, parent, name) & (t->slots - 1);
	struct node **slot = &t->slot[i], *n;

	for (n = *slot; n; n = n->chain)
		if (n->parent == parent && str_eq(n->name, name))
			return n;
	n = arena_zero(t->mem, sizeof *n);
	n->parent = parent;
	n->name = name;
	n->index = index_of(name);
	n->end = &n->values;
	n->chain = *slot;
	*slot = n;
	if (parent->last)
		parent->last->next = n;
	else
		parent->first = n;
	parent->last = n;
	parent->children++;
	parent->mixed |= n->index < 0;
	if (n->index >= parent->pushed)
		parent->pushed = n->index + 1;
	return n;
}

/* "a[b][]" in pieces: how many, 0 if the brackets do not pair. */
static int
pieces_of(struct str key, struct str piece[FORM_DEPTH])
{
	size_t open = str_find(key, '['), close;
	int n = 0;

	if (open == 0 || open == key.len)
		return 0;
	piece[n++] = (struct str){ key.ptr, open };
	key = str_from(key, open);
	while (key.len > 0) {
		close = str_find(key, ']');
		if (key.ptr[0] != '[' || close == key.len || n == FORM_DEPTH)
			return 0;
		piece[n++] = (struct str){ key.ptr + 1, close - 1 };
		key = str_from(key, close + 1);
	}
	return n;
}

static struct node *
place(struct tree *t, struct str key)
{
	struct str piece[FORM_DEPTH];
	struct node *at = &t->root;
	int i, n = pieces_of(key, piece);

	if (n == 0)
		return child(t, at, key);
	for (i = 0; i < n; i++) {
		if (piece[i].len == 0)
			piece[i] =
			    arena_fmt(t->mem, "%lld", (long long)at->pushed);
		at = child(t, at, piece[i]);
	}
	return at;
}

static void
add(struct tree *t, struct str key, struct str text)
{
	struct value *v = arena_zero(t->mem, sizeof *v);
	struct node *n = place(t, key);

	v->text = text;
	*n->end = v;
	n->end = &v->next;
}

static enum form_fault
add_pair(struct tree *t, struct str pair)
{
	size_t eq = str_find(pair, '=');
	struct str key = { pair.ptr, eq }, text = STR("");

	if (eq < pair.len)
		text = str_from(pair, eq + 1);
	if (!url_decode(key, true, t->mem, &key) ||
	    !url_decode(text, true, t->mem, &text))
		return FORM_ENCODING;
	add(t, key, text);
	return FORM_FINE;
}

/* ---- writing ---- */

static int
by_index(const void *a, const void *b)
{
	const struct node *const *x = a, *const *y = b;

	return ((*x)->index > (*y)->index) - ((*x)->index < (*y)->index);
}

static void write_node(
    struct tree *, struct writer *, struct str key, const struct node *);

static void
write_values(struct writer *w, struct str key, const struct value *v)
{
	if (!v->next) {
		json_str_named(w, key, v->text);
		return;
	}
	json_open_named(w, key, '[');
	for (; v; v = v->next)
		json_str(w, NULL, v->text);
	json_close(w, ']');
}

static void
write_array(
    struct tree *t, struct writer *w, struct str key, const struct node *n)
{
	const struct node **list =
	    arena_get(t->mem, n->children * sizeof *list);
	const struct node *c;
	unsigned i = 0;

	for (c = n->first; c; c = c->next)
		list[i++] = c;
	qsort(list, i, sizeof *list, by_index);
	json_open_named(w, key, '[');
	for (i = 0; i < n->children; i++)
		write_node(t, w, NO_STR, list[i]);
	json_close(w, ']');
}

static void
write_object(
    struct tree *t, struct writer *w, struct str key, const struct node *n)
{
	const struct node *c;

	json_open_named(w, key, '{');
	for (c = n->first; c; c = c->next)
		write_node(t, w, c->name, c);
	json_close(w, '}');
}

/* Nests as deep as keys do: FORM_DEPTH. */
static void
write_node(
    struct tree *t, struct writer *w, struct str key, const struct node *n)
{
	if (!n->first)
		write_values(w, key, n->values);
	else if (n->mixed)
		write_object(t, w, key, n);
	else
		write_array(t, w, key, n);
}

/* The kernel gives each process 16 random bytes; half of them make it odd. */
static uint64_t
process_secret(void)
{
	const char *random = (const char *)(uintptr_t)getauxval(AT_RANDOM);
	uint64_t secret = 0x9e3779b97f4a7c15u;

	if (random)
		memcpy(&secret, random + sizeof secret, sizeof secret);
	return secret | 1;
}

static size_t
count_pairs(struct str form)
{
	struct str pair;
	size_t n = 0;

	while (str_next(&form, '&', &pair))
		n++;
	return n;
}

static struct tree
tree_for(size_t pairs, struct arena *mem)
{
	struct tree t = { .mem = mem, .slots = 16, .secret = process_secret() };

	while (t.slots < pairs * 2)
		t.slots *= 2;
	t.slot = arena_zero(mem, t.slots * sizeof *t.slot);
	return t;
}

enum form_fault
form_to_json(
    struct str form, size_t max_fields, struct arena *mem, struct buf *json)
{
	struct writer w = { .out = json };
	size_t pairs = count_pairs(form);
	enum form_fault fault = FORM_FINE;
	struct str pair;
	struct tree t;

	if (pairs > max_fields)
		return FORM_TOO_MANY;
	t = tree_for(pairs, mem);
	while (fault == FORM_FINE && str_next(&form, '&', &pair))
		if (pair.len > 0)
			fault = add_pair(&t, pair);
	write_object(&t, &w, NO_STR, &t.root);
	return fault;
}

/* ---- multipart ---- */

struct field {
	struct field *next;
	struct str name, text;
};

struct fields {
	struct arena *mem;
	struct field *first, **end;
	size_t count;
	struct buf text; /* of the one at hand */
};

static bool
keep_field(struct fields *f, struct str name)
{
	struct str text = buf_view(&f->text);
	struct field *one;

	if (memchr(text.ptr, 0, text.len) || !utf8_valid(text))
		return false;
	one = arena_zero(f->mem, sizeof *one);
	one->name = arena_str(f->mem, name);
	one->text = arena_str(f->mem, text);
	*f->end = one;
	f->end = &one->next;
	f->count++;
	return true;
}

static enum form_fault
read_fields(struct multipart *m, struct str body, struct fields *f)
{
	enum part_event e;
	struct str piece;

	while ((e = multipart_next(m, &body, &piece)) != PART_MORE) {
		if (e == PART_BAD)
			return FORM_MALFORMED;
		if (m->filename.ptr)
			continue;
		if (e == PART_BEGIN)
			f->text.len = 0;
		else if (e == PART_DATA)
			buf_str(&f->text, piece);
		else if (!keep_field(f, m->name))
			return FORM_ENCODING;
	}
	return multipart_end(m) ? FORM_FINE : FORM_MALFORMED;
}

enum form_fault
multipart_to_json(
    struct multipart *m, struct str body, struct arena *mem, struct buf *json)
{
	struct fields f = { .mem = mem, .end = &f.first };
	enum form_fault fault = read_fields(m, body, &f);
	struct writer w = { .out = json };
	struct tree t;

	buf_free(&f.text);
	if (fault)
		return fault;
	t = tree_for(f.count, mem);
	for (; f.first; f.first = f.first->next)
		add(&t, f.first->name, f.first->text);
	write_object(&t, &w, NO_STR, &t.root);
	return FORM_FINE;
}
