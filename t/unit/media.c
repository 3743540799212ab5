/* SPDX-License-Identifier: ISC */
/* Media types and names of files, as strangers write them. */
#include "server/media.h"

#include <stdio.h>

#include "t/unit/tap.h"

static struct arena mem;

static void
types(void)
{
	static const char *const table[][2] = {
		{ "image/png", "image/png" },
		{ " Image/PNG ; charset=x", "image/png" },
		{ "application/vnd.a+b-c_d", "application/vnd.a+b-c_d" },
		{ "", "application/octet-stream" },
		{ "image", "application/octet-stream" },
		{ "/png", "application/octet-stream" },
		{ "image/", "application/octet-stream" },
		{ "a/b/c", "application/octet-stream" },
		{ "a b/c", "application/octet-stream" },
		{ "a/b\r\nX: y", "application/octet-stream" },
	};
	size_t i;

	for (i = 0; i < sizeof table / sizeof *table; i++)
		ok(str_eq(media_type(str_of(table[i][0]), &mem),
		       str_of(table[i][1])),
		    table[i][0]);
	ok(str_eq(media_type(NO_STR, &mem), STR("application/octet-stream")),
	    "none at all");
}

static void
lists(void)
{
	const struct str png = STR("image/png");

	ok(media_allowed(png, STR(""), STR("")), "no list allows everything");
	ok(media_allowed(png, STR(" "), STR("")), "nor does an empty one");
	ok(media_allowed(png, STR("image/*"), STR("")), "a whole kind");
	ok(media_allowed(png, STR("text/plain, IMAGE/PNG"), STR("")),
	    "one of several, in any case");
	ok(!media_allowed(png, STR("text/plain"), STR("")), "not others");
	ok(!media_allowed(png, STR("image/pn"), STR("")), "nor a part of it");
	ok(!media_allowed(png, STR("image/*"), STR("image/png")),
	    "what is denied is not allowed");
	ok(!media_allowed(png, STR(""), STR("image/*, x/y")), "nor its kind");
	ok(media_allowed(png, STR(""), STR("x/y,,")), "others are");
}

static void
shown(void)
{
	static const char *const saved[] = { "text/html", "image/svg+xml",
		"application/xhtml+xml", "text/xml", "text/css",
		"text/javascript", "application/octet-stream", "image/pngx" };
	size_t i;

	ok(str_eq(media_shown(STR("image/png")), STR("image/png")),
	    "a picture is shown");
	ok(str_eq(media_shown(STR("text/plain")),
	       STR("text/plain; charset=utf-8")),
	    "text is shown as it is");
	for (i = 0; i < sizeof saved / sizeof *saved; i++)
		ok(!media_shown(str_of(saved[i])).ptr, saved[i]);
}

static void
names(void)
{
	static const char *const table[][2] = {
		{ "a.png", "a.png" },
		{ "/etc/passwd", "passwd" },
		{ "..\\..\\a b.txt ", "a b.txt" },
		{ "../..", "file" },
		{ ".", "file" },
		{ "a/", "file" },
		{ "", "file" },
		{ "\xc3\xa4.txt", "\xc3\xa4.txt" },
		{ "a\xff.txt", "a" },
		{ "a\nb", "a" },
	};
	char deep[600], what[64];
	size_t i;

	for (i = 0; i < sizeof table / sizeof *table; i++) {
		snprintf(what, sizeof what, "a name: %zu", i);
		ok(str_eq(media_name(str_of(table[i][0]), &mem),
		       str_of(table[i][1])),
		    what);
	}
	for (i = 0; i + 1 < sizeof deep; i += 2)
		memcpy(deep + i, "\xc3\xa4", 2);
	ok(media_name((struct str){ deep, sizeof deep }, &mem).len == 254,
	    "a long one is cut between characters");
	ok(str_eq(media_extension(STR("a.tar.gz")), STR("gz")), "an extension");
	ok(media_extension(STR(".profile")).len == 0, "is not all of a name");
	ok(media_extension(STR("a")).len == 0, "and need not be there");
	ok(str_eq(media_path(STR("a b/\xc3\xa4?"), &mem),
	       STR("a%20b%2F%C3%A4%3F")),
	    "a name in a path");
}

int
main(void)
{
	types();
	lists();
	shown();
	names();
	arena_free(&mem);
	return done();
}
