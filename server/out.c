/* SPDX-License-Identifier: ISC */
/* The queue of bytes that a connection has yet to send. */
#include "server/out.h"

#include "json/mem.h"

enum { BLOB_ORDINARY = 4096 - (int)sizeof(struct blob) };

static struct blob *
blob_room(size_t cap)
{
	struct blob *b = mem_get(sizeof *b + cap);

	b->refs = 1;
	b->cap = (uint32_t)cap;
	b->len = 0;
	return b;
}

struct blob *
blob_new(struct str s)
{
	struct blob *b = blob_room(s.len);

	if (s.len)
		memcpy(b->bytes, s.ptr, s.len);
	b->len = s.len;
	return b;
}

void
blob_drop(struct blob *b)
{
	if (--b->refs == 0)
		mem_free(b);
}

/* A small reply takes a whole block of ordinary size. */
static size_t
cost_of(const struct piece *p)
{
	return sizeof *p + sizeof *p->blob + p->blob->cap;
}

static struct piece *
append(struct out *o, struct blob *b, bool own)
{
	struct piece *p = mem_get(sizeof *p);

	*p = (struct piece){ .blob = b, .len = b->len, .own = own };
	o->cost += cost_of(p);
	if (o->last)
		o->last->next = p;
	else
		o->first = p;
	o->last = p;
	return p;
}

void
out_add(struct out *o, struct str s)
{
	struct piece *p = o->last;
	size_t n;

	while (s.len > 0) {
		if (!p || !p->own || p->blob->len == p->blob->cap)
			p = append(o,
			    blob_room(
				s.len > BLOB_ORDINARY ? s.len : BLOB_ORDINARY),
			    true);
		n = p->blob->cap - p->blob->len;
		if (n > s.len)
			n = s.len;
		memcpy(p->blob->bytes + p->blob->len, s.ptr, n);
		p->blob->len += n;
		p->len += n;
		o->len += n;
		s = str_from(s, n);
	}
}

void
out_share(struct out *o, struct blob *b)
{
	b->refs++;
	append(o, b, false);
	o->len += b->len;
}

void
out_release(struct out *o)
{
	o->ready = o->len;
}

static void
piece_free(struct out *o, struct piece *p)
{
	o->cost -= cost_of(p);
	blob_drop(p->blob);
	mem_free(p);
}

void
out_cut(struct out *o)
{
	struct piece *p = o->first, *next, *last = NULL;
	size_t keep = o->ready;

	o->first = NULL;
	for (; p; p = next) {
		next = p->next;
		if (keep == 0) {
			piece_free(o, p);
			continue;
		}
		if (p->len > keep) {
			p->blob->len -= p->own ? p->len - keep : 0;
			p->len = keep;
		}
		keep -= p->len;
		p->next = NULL;
		if (last)
			last->next = p;
		else
			o->first = p;
		last = p;
	}
	o->last = last;
	o->len = o->ready;
}

void
out_clear(struct out *o)
{
	o->ready = 0;
	out_cut(o);
}

int
out_vectors(const struct out *o, struct iovec *v, int n)
{
	const struct piece *p;
	size_t left = o->ready;
	int i = 0;

	for (p = o->first; p && left > 0 && i < n; p = p->next, i++) {
		v[i].iov_base = p->blob->bytes + p->at;
		v[i].iov_len = p->len < left ? p->len : left;
		left -= v[i].iov_len;
	}
	return i;
}

size_t
out_join(const struct out *o, char *buf, size_t size)
{
	const struct piece *p;
	size_t n, done = 0;

	if (size > o->ready)
		size = o->ready;
	for (p = o->first; p && done < size; p = p->next) {
		n = p->len < size - done ? p->len : size - done;
		memcpy(buf + done, p->blob->bytes + p->at, n);
		done += n;
	}
	return done;
}

void
out_sent(struct out *o, size_t n)
{
	struct piece *p;

	o->len -= n;
	o->ready -= n;
	while (n > 0) {
		p = o->first;
		if (n < p->len) {
			p->at += n;
			p->len -= n;
			return;
		}
		n -= p->len;
		o->first = p->next;
		if (!o->first)
			o->last = NULL;
		piece_free(o, p);
	}
}
