/* SPDX-License-Identifier: ISC */
/* Request targets and percent-encoding. */
#include "http/url.h"

#include <stdlib.h>

#include "t/unit/tap.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct arena mem;

static bool
same(struct str s, const char *want)
{
	return want ? s.ptr && str_eq(s, str_of(want)) : !s.ptr;
}

static void
split(void)
{
	static const struct {
		const char *what, *target, *authority, *path, *query;
	} good[] = {
		{ "a path is a path", "/a/b", NULL, "/a/b", NULL },
		{ "a query begins at the first ?", "/a?b?c", NULL, "/a",
		    "b?c" },
		{ "an empty query is there", "/?", NULL, "/", "" },
		{ "two slashes are a path", "//h/x?y", NULL, "//h/x", "y" },
		{ "an absolute target has an authority", "http://h:1/a?b",
		    "h:1", "/a", "b" },
		{ "https in any case, too", "HTTPS://h/", "h", "/", NULL },
		{ "without a path it means /", "http://h", "h", "/", NULL },
		{ "even with a query", "http://h?a/b", "h", "/", "a/b" },
		{ "an authority may be empty, to be judged elsewhere",
		    "http:///a", "", "/a", NULL },
		{ "an asterisk is itself", "*", NULL, "*", NULL },
	};
	static const char *const bad[] = { "", "a", "?a", "a/b", "*a", "*?a",
		"http:/h/", "ftp://h/", "http", "h:80" };
	struct url u;
	char name[80];
	size_t i;

	for (i = 0; i < COUNT(good); i++)
		ok(url_split(str_of(good[i].target), &u) &&
			same(u.authority, good[i].authority) &&
			same(u.path, good[i].path) &&
			same(u.query, good[i].query),
		    good[i].what);
	for (i = 0; i < COUNT(bad); i++) {
		snprintf(name, sizeof name, "\"%s\" is no target", bad[i]);
		ok(!url_split(str_of(bad[i]), &u), name);
	}
	ok(!url_split(NO_STR, &u), "what is absent is no target");
}

/* Decoded from a copy of its very size. */
static bool
decodes(struct str s, bool plus, struct str want)
{
	char *copy = malloc(s.len + !s.len);
	struct str out;
	bool fine;

	memcpy(copy, s.ptr, s.len);
	fine = url_decode((struct str){ copy, s.len }, plus, &mem, &out) &&
	       str_eq(out, want);
	free(copy);
	return fine;
}

static bool
refuses(struct str s)
{
	char *copy = malloc(s.len + !s.len);
	struct str out;
	bool fine;

	memcpy(copy, s.ptr, s.len);
	fine = !url_decode((struct str){ copy, s.len }, false, &mem, &out) &&
	       !url_decode((struct str){ copy, s.len }, true, &mem, &out);
	free(copy);
	return fine;
}

static void
decode(void)
{
	struct str plain = STR("a/b c\xc3\xa9"), out;

	ok(decodes(STR("%41%2f%2F%c3%A9%25%2b"), false, STR("A//\xc3\xa9%+")),
	    "escapes of both cases are decoded");
	ok(decodes(STR("%2541"), false, STR("%41")), "and only once");
	ok(decodes(STR("a+b"), false, STR("a+b")),
	    "a plus in a path is a plus");
	ok(decodes(STR("a+%41"), false, STR("a+A")), "beside an escape too");
	ok(decodes(STR("a+b%2B"), true, STR("a b+")),
	    "in a form it is a space");
	ok(decodes(STR(""), true, STR("")), "nothing stays nothing");
	ok(url_decode(NO_STR, true, &mem, &out) && !out.ptr,
	    "what is absent stays absent");
	ok(url_decode(plain, true, &mem, &out) && out.ptr == plain.ptr,
	    "what has no escape is not copied");
	ok(refuses(STR("%")) && refuses(STR("%4")) && refuses(STR("a%4")),
	    "an escape cut short is refused");
	ok(refuses(STR("%g1")) && refuses(STR("%1g")) && refuses(STR("%%41")) &&
		refuses(STR("% 1")) && refuses(STR("%0x41")),
	    "so is one of other letters");
	ok(refuses(STR("a\0b")) && refuses(STR("%41\0")) && refuses(STR("%00")),
	    "so is a NUL, escaped or not");
	ok(refuses(STR("\xff")) && refuses(STR("%ff")) &&
		refuses(STR("%c0%af")) && refuses(STR("%ed%a0%80")) &&
		refuses(STR("%c3")) && refuses(STR("%41\xc3")),
	    "so is what is not UTF-8");
	ok(decodes(STR("%c3\xa9"), false, STR("\xc3\xa9")),
	    "half a character may be escaped");
}

static void
every_escape(void)
{
	char text[4];
	size_t fine = 0, c;

	for (c = 1; c < 128; c++) {
		char want = (char)c;

		snprintf(text, sizeof text, "%%%02zx", c);
		fine += decodes(str_of(text), true, (struct str){ &want, 1 });
		snprintf(text, sizeof text, "%%%02zX", c);
		fine += decodes(str_of(text), true, (struct str){ &want, 1 });
	}
	ok(fine == 254, "every character of ASCII but NUL can be escaped");
}

static void
honest(void)
{
	static const char *const good[] = { "/", "/a", "/a/b/", "/...", "/.a",
		"/a.", "/..a", "/a..b/c", "/%2e%2e%2e", "/%2ea", "//", "*", "",
		"/%41", "/%zz", "/%", "/%2", "/a/.b./c" };
	static const char *const bad[] = { "/.", "/..", "/../", "/./a", "/a/.",
		"/a/..", "/a/../b", "/%2e", "/%2E%2e", "/.%2e/a", "/%2e./",
		"/a%2fb", "/a%2Fb", "/a\\b", "/a%5cb", "/a%5Cb", "..", "." };
	char name[80];
	size_t i;

	for (i = 0; i < COUNT(good); i++) {
		snprintf(name, sizeof name, "\"%s\" is honest", good[i]);
		ok(url_path_honest(str_of(good[i])), name);
	}
	for (i = 0; i < COUNT(bad); i++) {
		snprintf(name, sizeof name, "\"%s\" is not honest", bad[i]);
		ok(!url_path_honest(str_of(bad[i])), name);
	}
}

int
main(void)
{
	split();
	decode();
	every_escape();
	honest();
	arena_free(&mem);
	return done();
}
