/* SPDX-License-Identifier: ISC */
/* The growing buffer. */
#include "json/buf.h"

#include "t/unit/tap.h"

static void
adding(void)
{
	struct buf b = { 0 };
	bool right = true, doubled = true;
	size_t growths = 0, cap = 0;

	ok(buf_view(&b).ptr && buf_view(&b).len == 0,
	    "an empty buffer is seen as an empty string, not an absent one");
	buf_add(&b, NULL, 0);
	buf_str(&b, NO_STR);
	ok(b.len == 0 && !b.bytes, "nothing added takes no memory");
	ok(buf_room(&b, 0) != NULL, "even no room is a place");
	buf_str(&b, STR("a\0b"));
	buf_char(&b, 'c');
	ok(str_eq(buf_view(&b), STR("a\0bc")), "bytes are added as they are");
	buf_free(&b);
	ok(!b.bytes && !b.len && !b.cap, "a freed buffer is empty");

	for (size_t i = 0; i < 1000000; i++) {
		buf_char(&b, (char)(i % 251));
		if (b.cap != cap) {
			doubled = doubled && b.cap >= 2 * cap;
			growths++;
			cap = b.cap;
		}
	}
	for (size_t i = 0; i < 1000000; i++)
		right = right && (unsigned char)b.bytes[i] == i % 251;
	ok(right && b.len == 1000000, "a million bytes stay in order");
	ok(doubled && growths < 20, "a buffer grows by doubling");
	buf_free(&b);
}

static void
room(void)
{
	struct buf b = { 0 };
	char *to;

	for (size_t n = 1; n < 5000; n += 7) {
		to = buf_room(&b, n);
		memset(to, 'x', n);
		b.len += n;
	}
	ok(b.cap >= b.len, "room is as large as was asked for");
	to = buf_room(&b, b.cap - b.len);
	ok(to == b.bytes + b.len, "room up to the brim needs no growth");
	to = buf_room(&b, 10 * b.cap);
	memset(to, 'y', b.cap - b.len);
	ok(to == b.bytes + b.len && b.bytes[0] == 'x',
	    "room beyond the double keeps what was");
	buf_free(&b);
}

static void
printing(void)
{
	struct buf b = { 0 };
	char want[3000];
	bool right = true;

	buf_fmt(&b, "%s", "");
	ok(b.len == 0, "printing nothing adds nothing");
	buf_fmt(&b, "%d %s", -5, "abc");
	buf_fmt(&b, "%c", '!');
	ok(str_eq(buf_view(&b), STR("-5 abc!")), "prints follow each other");
	buf_free(&b);
	memset(want, 'z', sizeof(want));
	/* Every length around the brim, where the NUL has no room. */
	for (int n = 0; n < 600; n++) {
		buf_fmt(&b, "%.*s", n, want);
		right = right && b.len == (size_t)n &&
			(n == 0 || !memcmp(b.bytes, want, (size_t)n));
		buf_free(&b);
	}
	ok(right, "prints of every length are whole");
	buf_fmt(&b, "%.*s", 3000, want);
	ok(b.len == 3000 && !memcmp(b.bytes, want, 3000),
	    "a print may be larger than the first size");
	buf_free(&b);
}

static void
settle(void)
{
	struct arena mem = { 0 };
	struct buf b = { 0 };

	buf_str(&b, STR("kept"));
	ok(str_eq(buf_settle(&b, &mem), STR("kept")) && !b.bytes && !b.len,
	    "bytes that settle leave the buffer free");
	ok(buf_settle(&b, &mem).ptr, "none are an empty string");
	arena_free(&mem);
}

int
main(void)
{
	settle();
	adding();
	room();
	printing();
	return done();
}
