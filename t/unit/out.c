/* SPDX-License-Identifier: ISC */
#include "server/out.h"

#include "json/mem.h"
#include "t/unit/tap.h"

static struct out o;

static bool
leaves(const char *want)
{
	char bytes[100];
	struct iovec v[16];
	size_t n = out_join(&o, bytes, sizeof bytes), at = 0;
	int i, count = out_vectors(&o, v, 16);

	for (i = 0; i < count; i++) {
		if (memcmp(bytes + at, v[i].iov_base, v[i].iov_len))
			return false;
		at += v[i].iov_len;
	}
	return at == n && str_eq((struct str){ bytes, n },
			      (struct str){ want, strlen(want) });
}

static void
held(void)
{
	out_add(&o, STR("one "));
	out_release(&o);
	out_add(&o, STR("two"));
	ok(o.len == 7 && leaves("one "), "what is not released stays");
	out_cut(&o);
	ok(o.len == 4 && leaves("one "), "and can be taken back");
	out_add(&o, STR("three"));
	out_release(&o);
	ok(leaves("one three"), "others can take its place");
	out_sent(&o, 6);
	ok(leaves("ree"), "what was sent is gone");
	out_cut(&o);
	ok(leaves("ree"), "what is released cannot be taken back");
	out_sent(&o, 3);
	ok(o.len == 0 && !o.first && o.cost == 0, "nothing is left of it");
}

static void
shared(void)
{
	struct blob *b = blob_new(STR("shared"));

	out_add(&o, STR("<"));
	out_share(&o, b);
	out_add(&o, STR(">"));
	out_release(&o);
	out_share(&o, b);
	ok(leaves("<shared>") && b->refs == 3, "shared bytes stand in line");
	out_cut(&o);
	ok(b->refs == 2 && leaves("<shared>"), "each place can be cut");
	out_sent(&o, 4);
	ok(leaves("red>") && b->len == 6, "sending leaves them as they are");
	out_clear(&o);
	ok(b->refs == 1 && o.len == 0 && o.ready == 0 && o.cost == 0,
	    "clearing gives them back");
	blob_drop(b);
}

static void
long_ones(void)
{
	char bytes[10000], got[10000];
	size_t at = 0, n;
	int i;

	for (i = 0; i < 10000; i++)
		bytes[i] = (char)(i * 7);
	for (i = 0; i < 100; i++)
		out_add(&o, (struct str){ bytes + i * 100, 100 });
	ok(o.cost < 20000, "small pieces share their memory");
	out_release(&o);
	while (o.len > 0) {
		n = out_join(&o, got + at, 1 + at % 333);
		out_sent(&o, n);
		at += n;
	}
	ok(at == sizeof got && !memcmp(got, bytes, at) && o.cost == 0,
	    "many bytes come out as they went in");
}

int
main(void)
{
	held();
	shared();
	long_ones();
	return done();
}
