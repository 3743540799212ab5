/* SPDX-License-Identifier: ISC */
/* Selectors of clients: what they choose, and what is refused. */
#include "json/buf.h"
#include "t/store/fresh.h"

/* clang-format off */
static const struct select_field fields[] = {
	{ .name = "name", .type = SELECT_TEXT, .sql = "t.name" },
	{ .name = "size", .type = SELECT_NUMBER, .sql = "t.size" },
	{ .name = "on", .type = SELECT_BOOL, .sql = "t.is_on" },
	{ .name = "at", .type = SELECT_TIME, .sql = "t.at" },
	{ .name = "u.secret", .type = SELECT_TEXT, .sql = "t.secret", .privileged = true },
	{ .name = "tags", .type = SELECT_TEXT,
	    .sql = "t.row IN (SELECT thing FROM tag WHERE word", .tail = ")" },
	{ .name = NULL },
};
/* clang-format on */

static struct store *db;

static void
fill(void)
{
	does(db, "CREATE TABLE thing(row INTEGER PRIMARY KEY, name TEXT,"
		 " size INTEGER, is_on INTEGER, at INTEGER, secret TEXT);"
		 "CREATE TABLE tag(thing INTEGER, word TEXT);"
		 "INSERT INTO thing VALUES"
		 "(1, 'apple', 10, 1, 1000, 'x'),"
		 "(2, 'Banana', 20, 0, 2000, 'y'),"
		 "(3, 'cherry%', 30, 1, 1600000000000, 'x'),"
		 "(4, 'c_t.a', 40, 0, 4000, NULL),"
		 "(5, NULL, NULL, NULL, NULL, NULL);"
		 "INSERT INTO tag VALUES(1, 'red'), (1, 'sweet'), (2, 'sweet'),"
		 "(3, 'red')");
}

static struct json
parsed(const char *text)
{
	struct json_limits limits = {
		.tokens = 4096, .depth = 32, .plain_text = true
	};
	struct json v = { 0 };
	size_t at;

	if (json_parse(&mem, str_of(text), &limits, &v, &at) != JSON_FINE)
		printf("Bail out! %s\n", text);
	return v;
}

static const struct select_from things = {
	.key = "t.row",
	.tables = "FROM thing t",
	.where = "t.row < :1",
	.order = "t.row",
	.value = { 100 },
	.values = 1,
	.total = -1,
};

/* The rows that a query and a sort give, as text: "1 2 3"; why not. */
static const char *
given(const char *query, const char *sort, bool privileged)
{
	struct select sel = {
		.fields = fields, .privileged = privileged, .limit = -1
	};
	struct buf out = { 0 };
	int64_t *rows, total;
	size_t i, n;

	if (query && select_query(&sel, &mem, parsed(query)))
		return "refused";
	if (sort && select_sort(&sel, &mem, parsed(sort)))
		return "sort refused";
	if (select_rows(db, &mem, &sel, &things, &rows, &n) != 1)
		return sel.cut ? "cut" : store_trouble(db);
	if (select_total(db, &sel, &things, &total) != 1 || total != (int64_t)n)
		return "the total is another";
	for (i = 0; i < n; i++)
		buf_fmt(&out, "%s%lld", i ? " " : "", (long long)rows[i]);
	return buf_settle(&out, &mem).ptr;
}

struct wanted {
	const char *query, *rows;
};

static void
hold(const struct wanted *w, size_t n, bool privileged)
{
	const char *got;

	for (; n > 0; n--, w++) {
		got = given(w->query, NULL, privileged);
		ok(!strcmp(got, w->rows), w->query);
		if (strcmp(got, w->rows))
			printf("# got %s, not %s\n", got, w->rows);
	}
}
#define HOLD(list, privileged) \
	hold(list, sizeof(list) / sizeof *(list), privileged)

static void
operators(void)
{
	static const struct wanted list[] = {
		{ "{}", "1 2 3 4 5" },
		{ "{\"name\":\"apple\"}", "1" },
		{ "{\"name\":\"APPLE\"}", "" },
		{ "{\"name\":{\"$eq\":\"apple\"}}", "1" },
		{ "{\"name\":{\"$ne\":\"apple\"}}", "2 3 4 5" },
		{ "{\"name\":null}", "5" },
		{ "{\"name\":{\"$ne\":null}}", "1 2 3 4" },
		{ "{\"name\":{\"$eq\":null}}", "5" },
		{ "{\"size\":{\"$gt\":20}}", "3 4" },
		{ "{\"size\":{\"$gte\":20}}", "2 3 4" },
		{ "{\"size\":{\"$lt\":20}}", "1" },
		{ "{\"size\":{\"$lte\":20}}", "1 2" },
		{ "{\"size\":{\"$gt\":10,\"$lt\":40}}", "2 3" },
		{ "{\"size\":1e1}", "1" },
		{ "{\"size\":{\"$in\":[10,40,77]}}", "1 4" },
		{ "{\"size\":{\"$in\":[]}}", "" },
		{ "{\"size\":{\"$nin\":[10,40]}}", "2 3 5" },
		{ "{\"size\":{\"$nin\":[]}}", "1 2 3 4 5" },
		{ "{\"on\":true}", "1 3" },
		{ "{\"on\":{\"$ne\":true}}", "2 4 5" },
		{ "{\"on\":{\"$exists\":true}}", "1 2 3 4" },
		{ "{\"on\":{\"$exists\":false}}", "5" },
		{ "{\"at\":2000}", "2" },
		{ "{\"at\":{\"$date\":2000}}", "2" },
		{ "{\"at\":{\"$gte\":{\"$date\":4000}}}", "3 4" },
		{ "{\"at\":{\"$gt\":\"2020-09-13T12:26:39Z\"}}", "3" },
		{ "{\"tags\":\"sweet\"}", "1 2" },
		{ "{\"tags\":{\"$ne\":\"red\"}}", "2 4 5" },
		{ "{\"tags\":{\"$in\":[\"red\",\"blue\"]}}", "1 3" },
		{ "{\"tags\":{\"$nin\":[\"red\"]}}", "2 4 5" },
		{ "{\"size\":10,\"name\":\"apple\"}", "1" },
		{ "{\"size\":10,\"name\":\"pear\"}", "" },
		{ "{\"$or\":[{\"size\":10},{\"name\":\"Banana\"}]}", "1 2" },
		{ "{\"$and\":[{\"size\":{\"$gt\":10}},{\"on\":true}]}", "3" },
		{ "{\"on\":true,\"$or\":[{\"size\":10},{\"size\":20}]}", "1" },
		{ "{\"$or\":[{},{\"size\":10}]}", "1 2 3 4 5" },
	};

	HOLD(list, false);
}

static void
patterns(void)
{
	static const struct wanted list[] = {
		{ "{\"name\":{\"$regex\":\"an\"}}", "2" },
		{ "{\"name\":{\"$regex\":\"AN\",\"$options\":\"i\"}}", "2" },
		{ "{\"name\":{\"$regex\":\"^a\"}}", "1" },
		{ "{\"name\":{\"$regex\":\"a$\"}}", "2 4" },
		{ "{\"name\":{\"$regex\":\"^apple$\"}}", "1" },
		{ "{\"name\":{\"$regex\":\"^appl$\"}}", "" },
		{ "{\"name\":{\"$regex\":\"^.*nan.*$\"}}", "2" },
		{ "{\"name\":{\"$regex\":\".*nan.*\"}}", "2" },
		{ "{\"name\":{\"$regex\":\"\"}}", "1 2 3 4" },
		{ "{\"name\":{\"$regex\":\"^$\"}}", "" },
		{ "{\"name\":{\"$regex\":\"%\"}}", "3" },
		{ "{\"name\":{\"$regex\":\"_\"}}", "4" },
		{ "{\"name\":{\"$regex\":\"t\\\\.a\"}}", "4" },
		{ "{\"name\":{\"$regex\":\"c\\\\%\"}}", "" },
		{ "{\"name\":{\"$regex\":\"\\\\\\\\\"}}", "" },
		{ "{\"tags\":{\"$regex\":\"^sw\"}}", "1 2" },
		{ "{\"name\":{\"$regex\":\"a|b\"}}", "refused" },
		{ "{\"name\":{\"$regex\":\"t.a\"}}", "refused" },
		{ "{\"name\":{\"$regex\":\"(a+)+$\"}}", "refused" },
		{ "{\"name\":{\"$regex\":\"\\\\d\"}}", "refused" },
		{ "{\"name\":{\"$regex\":\"a\\\\\"}}", "refused" },
		{ "{\"name\":{\"$regex\":5}}", "refused" },
		{ "{\"size\":{\"$regex\":\"1\"}}", "refused" },
	};

	HOLD(list, false);
}

static void
refusals(void)
{
	static const struct wanted list[] = {
		{ "[]", "refused" },
		{ "{\"row\":1}", "refused" },
		{ "{\"t.name\":\"x\"}", "refused" },
		{ "{\"name; DROP TABLE thing\":1}", "refused" },
		{ "{\"name\":5}", "refused" },
		{ "{\"name\":[]}", "refused" },
		{ "{\"name\":{}}", "refused" },
		{ "{\"name\":{\"$options\":\"i\"}}", "refused" },
		{ "{\"name\":{\"x\":1}}", "refused" },
		{ "{\"name\":{\"$where\":\"1\"}}", "refused" },
		{ "{\"name\":{\"$in\":\"apple\"}}", "refused" },
		{ "{\"name\":{\"$in\":[1]}}", "refused" },
		{ "{\"name\":{\"$in\":[null]}}", "refused" },
		{ "{\"name\":{\"$gt\":null}}", "refused" },
		{ "{\"size\":\"10\"}", "refused" },
		{ "{\"size\":1.5}", "refused" },
		{ "{\"on\":1}", "refused" },
		{ "{\"at\":\"noon\"}", "refused" },
		{ "{\"tags\":null}", "refused" },
		{ "{\"tags\":{\"$exists\":true}}", "refused" },
		{ "{\"$or\":[]}", "refused" },
		{ "{\"$or\":{}}", "refused" },
		{ "{\"$or\":[1]}", "refused" },
		{ "{\"$nor\":[{\"size\":1}]}", "refused" },
		{ "{\"$where\":\"1\"}", "refused" },
		{ "{\"$or\":[{\"$and\":[{\"$or\":[{\"$and\":[{\"size\":10}]}"
		  "]}]}]}",
		    "1" },
		{ "{\"$or\":[{\"$and\":[{\"$or\":[{\"$and\":[{\"$or\":"
		  "[{\"size\":10}]}]}]}]}]}",
		    "refused" },
		{ "{\"u.secret\":\"x\"}", "refused" },
	};
	static const struct wanted may[] = {
		{ "{\"u.secret\":\"x\"}", "1 3" },
	};

	HOLD(list, false);
	HOLD(may, true);
}

/* {"size":{"$in":[1,1,...]}} and {"$or":[{"on":null},...]} of so many. */
static const char *
repeated(const char *begin, const char *one, int n, const char *end)
{
	struct buf out = { 0 };

	buf_str(&out, str_of(begin));
	while (n-- > 0)
		buf_fmt(&out, "%s%s", one, n ? "," : "");
	buf_str(&out, str_of(end));
	return buf_settle(&out, &mem).ptr;
}

static void
bounds(void)
{
	char text[300];

	ok(!strcmp(given(repeated("{\"size\":{\"$in\":[", "10", SELECT_VALUES,
			     "]}}"),
		       NULL, false),
	       "1"),
	    "as many values as there is room for");
	ok(!strcmp(given(repeated("{\"size\":{\"$in\":[", "10",
			     SELECT_VALUES + 1, "]}}"),
		       NULL, false),
	       "refused"),
	    "not one more");
	ok(!strcmp(given(repeated("{\"$or\":[", "{\"on\":null}", 31, "]}"),
		       NULL, false),
	       "5"),
	    "many conditions");
	ok(!strcmp(given(repeated("{\"$or\":[", "{\"on\":null}", 40, "]}"),
		       NULL, false),
	       "refused"),
	    "not any number");
	ok(!strcmp(given(repeated("{", "\"on\":null", 64, "}"), NULL, false),
	       "5") &&
		!strcmp(
		    given(repeated("{", "\"on\":null", 65, "}"), NULL, false),
		    "refused"),
	    "nor in one object");
	memset(text, 'x', sizeof text);
	memcpy(text, "{\"name\":\"", 9);
	memcpy(text + 9 + 256, "\"}", 3);
	ok(!strcmp(given(text, NULL, false), ""), "a text of 256 bytes");
	memcpy(text + 9 + 256, "x\"}", 4);
	ok(!strcmp(given(text, NULL, false), "refused"), "not a longer one");
}

static void
order(void)
{
	ok(!strcmp(given(NULL, "{\"size\":1}", false), "5 1 2 3 4"), "upwards");
	ok(!strcmp(given(NULL, "{\"size\":-1}", false), "4 3 2 1 5"),
	    "downwards");
	ok(!strcmp(given(NULL, "{\"on\":-1,\"size\":-1}", false), "3 1 4 2 5"),
	    "by two");
	ok(!strcmp(given("{\"size\":{\"$gt\":10}}", "{\"name\":-1}", false),
	       "3 4 2"),
	    "of a selection");
	ok(!strcmp(given(NULL, "{\"size\":0}", false), "sort refused") &&
		!strcmp(
		    given(NULL, "{\"size\":\"1\"}", false), "sort refused") &&
		!strcmp(given(NULL, "{\"row\":1}", false), "sort refused") &&
		!strcmp(given(NULL, "{\"tags\":1}", false), "sort refused") &&
		!strcmp(
		    given(NULL, "{\"u.secret\":1}", false), "sort refused") &&
		!strcmp(given(NULL, "[1]", false), "sort refused"),
	    "by nothing else");
	ok(!strcmp(given(NULL, "{\"u.secret\":1}", true), "4 5 1 3 2"),
	    "unless one may");
	ok(!strcmp(given(NULL, repeated("{", "\"size\":1", 8, "}"), false),
	       "5 1 2 3 4") &&
		!strcmp(given(NULL, repeated("{", "\"size\":1", 9, "}"), false),
		    "sort refused"),
	    "by eight at most");
}

/* Values of the list itself stand beside those of the selector. */
static void
base(void)
{
	struct select sel = { .fields = fields, .limit = 2, .offset = 1 };
	struct select_from from = {
		.key = "t.row",
		.tables = "FROM thing t",
		.where = "t.row > :1 AND t.row < :2 AND t.name <> " FROM_TEXT,
		.order = "t.row",
		.value = { 1, 5 },
		.values = 2,
		.total = -1,
		.text = STR("nothing"),
	};
	int64_t *rows, total;
	size_t n;

	ok(select_query(&sel, &mem,
	       parsed("{\"size\":{\"$in\":[10,20,30,40]}}")) == SELECT_FINE &&
		select_rows(db, &mem, &sel, &from, &rows, &n) == 1 && n == 2 &&
		rows[0] == 3 && rows[1] == 4,
	    "a page of a selection of a part");
	ok(select_total(db, &sel, &from, &total) == 1 && total == 3,
	    "and how many there are");
	from.total = 77;
	ok(select_total(db, &sel, &from, &total) == 1 && total == 3,
	    "which is counted where there is a selector");
	sel = (struct select){ .fields = fields, .limit = 2 };
	ok(select_total(db, &sel, &from, &total) == 1 && total == 77,
	    "and else as it is known");
}

static void
texts(void)
{
	struct select sel = { .fields = setting_fields, .limit = -1 };
	struct str array = STR("[{\"n\":7,\"_id\":\"b\",\"public\":true},"
			       "{\"n\":5,\"_id\":\"a\",\"public\":false}]");
	int64_t *keys, total;
	size_t n;

	ok(select_json(db, &mem, &sel, array, &keys, &n, &total) == 1 &&
		n == 2 && total == 2 && keys[0] == 7 && keys[1] == 5,
	    "a list that is no table, in its order");
	ok(select_query(&sel, &mem, parsed("{\"public\":false}")) ==
		    SELECT_FINE &&
		select_json(db, &mem, &sel, array, &keys, &n, &total) == 1 &&
		n == 1 && total == 1 && keys[0] == 5,
	    "has selectors, too");
}

static void
too_much(void)
{
	struct select sel = { .fields = fields, .limit = 1 };
	struct select_from from = { "t.row", "FROM thing t", "1", "t.row",
		.total = -1 };
	int64_t *rows;
	size_t n;

	does(db, "WITH RECURSIVE c(n) AS (SELECT 1000 UNION ALL"
		 " SELECT n + 1 FROM c WHERE n < 200000)"
		 " INSERT INTO thing(row, name) SELECT n, 'x' || n FROM c");
	ok(select_query(&sel, &mem,
	       parsed("{\"name\":{\"$regex\":\"nowhere\"}}")) == SELECT_FINE &&
		select_rows(db, &mem, &sel, &from, &rows, &n) == 0 && sel.cut,
	    "a list that has to look at too many rows is refused");
	sel = (struct select){ .fields = fields, .limit = 3 };
	ok(select_rows(db, &mem, &sel, &from, &rows, &n) == 1 && n == 3 &&
		!sel.cut,
	    "and the next one is not");
}

int
main(void)
{
	db = fresh();
	fill();
	operators();
	patterns();
	refusals();
	bounds();
	order();
	base();
	texts();
	too_much();
	gone(db);
	return done();
}
