/* SPDX-License-Identifier: ISC */
/* The table of routes: a path is found by hashing it once for each pattern
 * of parameters that rows of its length have. */
#include "server/route.h"

#include <assert.h>
#include <stdio.h>

#include "json/mem.h"
#include "server/req.h"

enum { SLOTS = 2048, SEGMENTS = 8, MASKS = 8, VERBS = HTTP_OTHER };

struct segments {
	struct str part[SEGMENTS];
	unsigned count;
};

/* A path with the rows of its verbs, taken apart once. */
struct path {
	const struct route_group *group;
	const struct route *row[VERBS];
	char text[128];        /* of the pattern, with the prefix */
	struct segments parts; /* of the text */
	unsigned mask;         /* which of them are parameters */
	uint32_t hash;
	char allow[64]; /* "GET, POST, OPTIONS" */
};

struct routes {
	struct path *slot[SLOTS];
	uint8_t masks[SEGMENTS + 1][MASKS]; /* which segments are parameters */
	unsigned mask_count[SEGMENTS + 1];
};

/* False if there are too many; one slash at the end does not count. */
static bool
split(struct str path, struct segments *s)
{
	s->count = 0;
	while (path.len > 0) {
		size_t n;

		path = str_from(path, 1); /* the slash */
		if (path.len == 0)
			break;
		if (s->count == SEGMENTS)
			return false;
		n = str_find(path, '/');
		s->part[s->count++] = (struct str){ path.ptr, n };
		path = str_from(path, n);
	}
	return true;
}

static uint32_t
hash_add(uint32_t h, struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		h = (h ^ (uint8_t)s.ptr[i]) * 16777619u;
	return (h ^ '/') * 16777619u;
}

static uint32_t
hash_of(const struct segments *s, unsigned mask)
{
	uint32_t h = 2166136261u;
	unsigned i;

	for (i = 0; i < s->count; i++)
		h = hash_add(h, mask >> i & 1 ? STR(":") : s->part[i]);
	return h;
}

static struct path *
path_new(const struct route_group *g, const char *pattern)
{
	struct path *p = mem_zero(sizeof *p);
	unsigned i;
	int n;

	p->group = g;
	n = snprintf(p->text, sizeof p->text, "%s%s", g->prefix, pattern);
	split((struct str){ p->text, (size_t)n }, &p->parts);
	for (i = 0; i < p->parts.count; i++)
		if (p->parts.part[i].ptr[0] == ':')
			p->mask |= 1u << i;
	p->hash = hash_of(&p->parts, p->mask);
	return p;
}

static bool
same_path(const struct path *p, const struct segments *s, unsigned mask)
{
	unsigned i;

	if (p->mask != mask || p->parts.count != s->count)
		return false;
	for (i = 0; i < s->count; i++)
		if (!(mask >> i & 1) && !str_eq(p->parts.part[i], s->part[i]))
			return false;
	return true;
}

static struct path *
find(const struct routes *r, const struct segments *s, unsigned mask)
{
	uint32_t h = hash_of(s, mask), i = h % SLOTS;

	for (; r->slot[i]; i = (i + 1) % SLOTS)
		if (r->slot[i]->hash == h && same_path(r->slot[i], s, mask))
			return r->slot[i];
	return NULL;
}

/* Those with fewer parameters first: a word that is named is meant. */
static void
add_mask(struct routes *r, unsigned count, unsigned mask)
{
	uint8_t *list = r->masks[count], fresh = (uint8_t)mask;
	unsigned i, n = r->mask_count[count];

	for (i = 0; i < n; i++)
		if (list[i] == mask)
			return;
	assert(n < MASKS);
	for (i = n; i > 0 &&
		    __builtin_popcount(list[i - 1]) > __builtin_popcount(fresh);
	     i--)
		list[i] = list[i - 1];
	list[i] = fresh;
	r->mask_count[count]++;
}

static void
add_row(struct routes *r, const struct route_group *g, const struct route *row)
{
	struct path *fresh = path_new(g, row->path), *p;
	uint32_t i = fresh->hash % SLOTS;

	if ((p = find(r, &fresh->parts, fresh->mask))) {
		mem_free(fresh);
	} else {
		p = fresh;
		while (r->slot[i])
			i = (i + 1) % SLOTS;
		r->slot[i] = p;
		add_mask(r, p->parts.count, p->mask);
	}
	p->row[row->method] = row;
}

static const char *const verbs[VERBS] = {
	[HTTP_GET] = "GET",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH",
	[HTTP_DELETE] = "DELETE",
};

static void
write_allow(struct path *p)
{
	size_t len = 0;
	unsigned i;

	for (i = 0; i < VERBS; i++)
		if (p->row[i])
			len += (size_t)snprintf(p->allow + len,
			    sizeof p->allow - len, "%s, ", verbs[i]);
	snprintf(p->allow + len, sizeof p->allow - len, "OPTIONS");
}

struct routes *
routes_build(void)
{
	struct routes *r = mem_zero(sizeof *r);
	const struct route_group *const *g;
	const struct route *row;
	unsigned i;

	for (g = api_groups; *g; g++)
		for (row = (*g)->rows; row->path; row++)
			add_row(r, *g, row);
	for (i = 0; i < SLOTS; i++)
		if (r->slot[i])
			write_allow(r->slot[i]);
	return r;
}

void
routes_free(struct routes *r)
{
	unsigned i;

	for (i = 0; i < SLOTS; i++)
		mem_free(r->slot[i]);
	mem_free(r);
}

static enum http_method
verb_row(enum http_method method)
{
	return method == HTTP_HEAD_METHOD ? HTTP_GET : method;
}

static void
matched(const struct path *p, const struct segments *s, unsigned mask,
    enum http_method method, struct route_match *m)
{
	unsigned i, n = 0;

	m->path_exists = true;
	m->group = p->group;
	m->row = p->row[verb_row(method)];
	m->allow = p->allow;
	memset(m->args, 0, sizeof m->args);
	for (i = 0; i < s->count; i++)
		if (mask >> i & 1 && n < ROUTE_ARGS)
			m->args[n++] = s->part[i];
}

/* Whose words to use for a path that is none of ours. */
static const struct route_group *
nearest_group(struct str path)
{
	const struct route_group *const *g, *best = NULL;
	size_t longest = 0;

	for (g = api_groups; *g; g++) {
		struct str prefix = str_of((*g)->prefix);

		if (str_starts(path, prefix) &&
		    (!best || prefix.len > longest)) {
			longest = prefix.len;
			best = *g;
		}
	}
	return best;
}

void
routes_find(const struct routes *r, struct str path, enum http_method method,
    struct route_match *m)
{
	struct segments s;
	struct path *p;
	unsigned i;

	*m = (struct route_match){ 0 };
	if ((int)method < VERBS && path.len && path.ptr[0] == '/' &&
	    split(path, &s))
		/* a pattern that has the verb before one that has not */
		for (i = 0; i < r->mask_count[s.count] && !m->row; i++)
			if ((p = find(r, &s, r->masks[s.count][i])) &&
			    (!m->path_exists || p->row[verb_row(method)]))
				matched(p, &s, r->masks[s.count][i], method, m);
	if (!m->path_exists)
		m->group = nearest_group(path);
}

void
routes_print(void)
{
	static const char *const who[] = {
		[ANYONE] = "anyone",
		[USER] = "user",
	};
	const struct route_group *const *g;
	const struct route *row;
	struct str name;

	printf("verb\tpath\twho\tpermission\tparams\n");
	for (g = api_groups; *g; g++)
		for (row = (*g)->rows; row->path; row++) {
			name = permission_name(row->permission);
			printf("%s\t%s%s\t%s\t%.*s\t%s\n", verbs[row->method],
			    (*g)->prefix, row->path, who[row->who],
			    (int)(name.len ? name.len : 1),
			    name.len ? name.ptr : "-",
			    row->params[0] ? row->params : "-");
		}
}
