/* SPDX-License-Identifier: ISC */
/* Forms as JSON. */
#include "http/form.h"

#include <stdlib.h>

#include "json/reader.h"
#include "t/unit/tap.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct json_limits all = { SIZE_MAX, 32, true, true };
static struct arena mem;

/* Whether the form, in a copy of its very size, means that JSON. */
static bool
means(struct str form, struct str want)
{
	char *copy = malloc(form.len + !form.len);
	struct buf json = { 0 };
	bool right;

	memcpy(copy, form.ptr, form.len);
	right = form_to_json((struct str){ copy, form.len }, 100, &mem,
		    &json) == FORM_FINE &&
		str_eq(buf_view(&json), want);
	if (!right)
		printf("# got: %.*s\n", STR_ARGS(buf_view(&json)));
	buf_free(&json);
	free(copy);
	arena_reset(&mem);
	return right;
}

/* clang-format off */
static const struct {
	const char *what, *form, *json;
} forms[] = {
	{ "nothing is an empty object", "", "{}" },
	{ "so is nothing between signs", "&&&", "{}" },
	{ "fields keep their order", "b=1&a=2", "{\"b\":\"1\",\"a\":\"2\"}" },
	{ "a value may be empty", "a=&b", "{\"a\":\"\",\"b\":\"\"}" },
	{ "a value may have an equals sign", "a=b=c", "{\"a\":\"b=c\"}" },
	{ "a name may be empty", "=a&=b", "{\"\":[\"a\",\"b\"]}" },
	{ "plus and escapes are decoded in both",
	    "a+b%3d=c+d%26", "{\"a b=\":\"c d&\"}" },
	{ "what JSON escapes is escaped", "a%22=%0a%5c",
	    "{\"a\\\"\":\"\\n\\\\\"}" },
	{ "the junk of a JSON body sent as a form is harmless",
	    "{}", "{\"{}\":\"\"}" },
	{ "even with fields in it", "{\"a\":\"b=c\"}",
	    "{\"{\\\"a\\\":\\\"b\":\"c\\\"}\"}" },
	{ "a name given twice is an array", "a=1&b=2&a=3",
	    "{\"a\":[\"1\",\"3\"],\"b\":\"2\"}" },
	{ "brackets nest", "a[b]=1&a[c][d]=2",
	    "{\"a\":{\"b\":\"1\",\"c\":{\"d\":\"2\"}}}" },
	{ "escaped ones too", "a%5Bb%5D=1", "{\"a\":{\"b\":\"1\"}}" },
	{ "empty brackets append", "a[]=1&a[]=2", "{\"a\":[\"1\",\"2\"]}" },
	{ "one is an array already", "a[]=1", "{\"a\":[\"1\"]}" },
	{ "indices sort", "a[10]=x&a[2]=y&a[0]=z",
	    "{\"a\":[\"z\",\"y\",\"x\"]}" },
	{ "empty brackets come behind the highest index", "a[5]=x&a[]=y&a[2]=z",
	    "{\"a\":[\"z\",\"x\",\"y\"]}" },
	{ "one index twice is an array in the array", "a[0]=x&a[0]=y",
	    "{\"a\":[[\"x\",\"y\"]]}" },
	{ "arrays hold objects", "a[0][b]=1&a[0][c]=2&a[1][b]=3",
	    "{\"a\":[{\"b\":\"1\",\"c\":\"2\"},{\"b\":\"3\"}]}" },
	{ "arrays hold arrays", "a[][]=1&a[0][]=2",
	    "{\"a\":[[\"1\",\"2\"]]}" },
	{ "another name makes an array an object", "a[]=1&a[b]=2",
	    "{\"a\":{\"0\":\"1\",\"b\":\"2\"}}" },
	{ "an index of six digits is a name", "a[100000]=1",
	    "{\"a\":{\"100000\":\"1\"}}" },
	{ "one of five is not", "a[99999]=1", "{\"a\":[\"1\"]}" },
	{ "an index with a zero before it is a name", "a[01]=1",
	    "{\"a\":{\"01\":\"1\"}}" },
	{ "so is a negative one", "a[-1]=1", "{\"a\":{\"-1\":\"1\"}}" },
	{ "so is one with a letter", "a[1x]=1", "{\"a\":{\"1x\":\"1\"}}" },
	{ "the top is always an object", "0=a&1=b",
	    "{\"0\":\"a\",\"1\":\"b\"}" },
	{ "of a name with and without brackets the brackets win",
	    "a=1&a[b]=2&a=3", "{\"a\":{\"b\":\"2\"}}" },
	{ "an open bracket is of the name", "a[b=1", "{\"a[b\":\"1\"}" },
	{ "so is a closed one", "a]=1&a]b[c]=2",
	    "{\"a]\":\"1\",\"a]b\":{\"c\":\"2\"}}" },
	{ "so are letters behind brackets", "a[b]c=1", "{\"a[b]c\":\"1\"}" },
	{ "so are brackets behind such", "a[b]c[d]=1",
	    "{\"a[b]c[d]\":\"1\"}" },
	{ "so are brackets without a name before", "[a]=1&[]=2",
	    "{\"[a]\":\"1\",\"[]\":\"2\"}" },
	{ "a bracket inside brackets is of the name", "a[b[c]=1",
	    "{\"a\":{\"b[c\":\"1\"}}" },
	{ "five pairs of brackets nest", "a[b][c][d][e][f]=1",
	    "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":\"1\"}}}}}}" },
	{ "six are of the name", "a[b][c][d][e][f][g]=1",
	    "{\"a[b][c][d][e][f][g]\":\"1\"}" },
	{ "a name of one branch is another's too",
	    "a[x]=1&b[x]=2&x=3&a[x]=4",
	    "{\"a\":{\"x\":[\"1\",\"4\"]},\"b\":{\"x\":\"2\"},\"x\":\"3\"}" },
	{ "__proto__ is a name like any other", "__proto__[a]=1",
	    "{\"__proto__\":{\"a\":\"1\"}}" },
};
/* clang-format on */

static void
faults(void)
{
	static const char *const broken[] = { "a=%", "a=%4", "%zz=1", "a=%00",
		"a%00=1", "a=%ff", "\xff=1", "a=1&b=%c3", "a[%]=1" };
	struct buf json = { 0 };
	char name[80];
	size_t i;

	for (i = 0; i < COUNT(broken); i++) {
		snprintf(name, sizeof name,
		    "form %zu of broken escapes, NUL "
		    "or UTF-8 is refused",
		    i + 1);
		ok(form_to_json(str_of(broken[i]), 9, &mem, &json) ==
			FORM_ENCODING,
		    name);
	}
	ok(form_to_json(STR("a=\0"), 9, &mem, &json) == FORM_ENCODING,
	    "so is a NUL as it is");
	ok(form_to_json(STR("a&b&c"), 3, &mem, &json) == FORM_FINE,
	    "as many fields as the limit are fine");
	ok(form_to_json(STR("a&b&c&d"), 3, &mem, &json) == FORM_TOO_MANY,
	    "one more is too many");
	ok(form_to_json(NO_STR, 0, &mem, &json) == FORM_FINE,
	    "what is absent is empty");
	buf_free(&json);
	arena_reset(&mem);
}

/* A form of many fields is read back whole. */
static bool
many(const char *field, size_t count, size_t members)
{
	struct buf form = { 0 }, text = { 0 };
	struct json root = { 0 }, inner;
	size_t i, at;
	bool right;

	for (i = 0; i < count; i++) {
		buf_fmt(&form, field, i);
		buf_char(&form, '&');
	}
	right =
	    form_to_json(buf_view(&form), count, &mem, &text) == FORM_FINE &&
	    !json_parse(&mem, buf_view(&text), &all, &root, &at);
	inner = json_count(root) == 1 ? json_first(root) : root;
	right = right && json_count(inner) == members;
	buf_free(&form);
	buf_free(&text);
	arena_reset(&mem);
	return right;
}

static void
sizes(void)
{
	ok(many("k%zu=v", 200000, 200000), "200,000 names are read");
	ok(many("a[%zu]=v", 100000, 100000), "100,000 indices are sorted");
	ok(many("a[k%zu]=v", 200000, 200000), "200,000 inner names are read");
	ok(many("a=%zu", 200000, 200000), "one name 200,000 times is");
	ok(many("a[]=%zu", 100000, 100000), "100,000 empty brackets are");
	ok(many("a[b][c%zu][d][e][]=1", 50000, 1), "50,000 deep ones are");
}

int
main(void)
{
	size_t i;

	for (i = 0; i < COUNT(forms); i++)
		ok(means(str_of(forms[i].form), str_of(forms[i].json)),
		    forms[i].what);
	faults();
	sizes();
	arena_free(&mem);
	return done();
}
