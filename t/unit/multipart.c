/* SPDX-License-Identifier: ISC */
/* multipart/form-data, rule by rule: whole, and split at every place. */
#include "http/multipart.h"

#include "t/unit/parts.h"
#include "t/unit/tap.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define T(text)                        \
	{                              \
		text, sizeof(text) - 1 \
	}
#define NAME(value) "Content-Disposition: form-data; " value "\r\n"
#define A NAME("name=a")
#define TYPE "multipart/form-data; boundary="
/* One part with such headers, and a part with such a disposition. */
#define P(head) T("--b\r\n" head "\r\nx\r\n--b--\r\n")
#define D(value) P(NAME(value))

struct body {
	const char *what, *want;
	struct str text;
};

/* clang-format off */
static const struct body frames[] = {
	{ "a part", "[a]{x}whole", P(A) },
	{ "two parts", "[a]{x}[b]{y}whole",
	    T("--b\r\n" A "\r\nx\r\n--b\r\n" NAME("name=\"b\"") "\r\ny\r\n--b--") },
	{ "no part", "whole", T("--b--\r\n") },
	{ "a part of nothing", "[a]{}whole", T("--b\r\n" A "\r\n\r\n--b--") },
	{ "one whose empty line begins the boundary's", "[a]{}whole",
	    T("--b\r\n" A "\r\n--b--") },
	{ "a part of one line end", "[a]{\r\n}whole",
	    T("--b\r\n" A "\r\n\r\n\r\n--b--") },
	{ "any bytes are data", "[a]{\r\r\n-\r\n--\r\n--\rb\r\n-b\n--b\n--b--\r--b}whole",
	    T("--b\r\n" A "\r\n\r\r\n-\r\n--\r\n--\rb\r\n-b\n--b\n--b--\r--b\r\n--b--") },
	{ "data may end like a boundary's begin", "[a]{x\r\n-\r\n--}whole",
	    T("--b\r\n" A "\r\nx\r\n-\r\n--\r\n--b--") },
	{ "and begin with a hyphen, of the line that it seems to be",
	    "[a]{--x}whole", T("--b\r\n" A "\r\n--x\r\n--b--") },
	{ "text before the first is skipped", "[a]{x}whole",
	    T("this is\r\n--MIME--b\r\n\r\n--b\r\n" A "\r\nx\r\n--b--") },
	{ "an empty line, too", "[a]{x}whole",
	    T("\r\n--b\r\n" A "\r\nx\r\n--b--") },
	{ "so is text behind the last", "[a]{x}whole",
	    T("--b\r\n" A "\r\nx\r\n--b--\r\n\0 --b\r\n--b\r\nX") },
	{ "blanks may stand behind boundaries", "[a]{x}whole",
	    T("--b \t\r\n" A "\r\nx\r\n--b-- \t\r\n") },
	{ "and without a line end behind the last", "[a]{x}whole",
	    T("--b\r\n" A "\r\nx\r\n--b-- ") },
	{ "nothing is not whole", "400 the last boundary", T("") },
	{ "nor is text", "400 the last boundary", T("--a\r\n" A "\r\n") },
	{ "nor is a part that does not end", "[a]{x400 the last",
	    T("--b\r\n" A "\r\nx") },
	{ "nor one with half a boundary", "[a]{x400 the last",
	    T("--b\r\n" A "\r\nx\r\n--") },
	{ "nor with a boundary that is not the last", "[a]{x}400 the last",
	    T("--b\r\n" A "\r\nx\r\n--b\r\n") },
	{ "nor with one that may go on", "[a]{x}400 the last",
	    T("--b\r\n" A "\r\nx\r\n--b") },
	{ "nor with half of the last", "[a]{x}400 the last",
	    T("--b\r\n" A "\r\nx\r\n--b-") },
	{ "nor with half a line end behind it", "[a]{x}400 the last",
	    T("--b\r\n" A "\r\nx\r\n--b--\r") },
	{ "letters behind a boundary are refused", "[a]{x}400 a boundary line",
	    T("--b\r\n" A "\r\nx\r\n--bx--") },
	{ "so is one hyphen", "[a]{x}400 a boundary line",
	    T("--b\r\n" A "\r\nx\r\n--b-\r\n") },
	{ "so are three", "[a]{x}400 a boundary line",
	    T("--b\r\n" A "\r\nx\r\n--b---\r\n") },
	{ "so are hyphens behind a blank", "[a]{x}400 a boundary line",
	    T("--b\r\n" A "\r\nx\r\n--b --\r\n") },
	{ "so is LF alone", "400 a boundary line", T("--b\n" A "\r\nx") },
	{ "so is CR alone", "400 a boundary line", T("--b\rx") },
	{ "so is LF behind the last", "[a]{x}400 a boundary line",
	    T("--b\r\n" A "\r\nx\r\n--b--\n") },
	{ "so is text on its line", "[a]{x}400 a boundary line",
	    T("--b\r\n" A "\r\nx\r\n--b--x") },
	{ "five parts may be", "[a]{}[a]{}[a]{}[a]{}[a]{}whole",
	    T("--b\r\n" A "\r\n--b\r\n" A "\r\n--b\r\n" A "\r\n--b\r\n" A
	    "\r\n--b\r\n" A "\r\n--b--") },
	{ "six may not", "[a]{}[a]{}[a]{}[a]{}[a]{}413 there are too many",
	    T("--b\r\n" A "\r\n--b\r\n" A "\r\n--b\r\n" A "\r\n--b\r\n" A
	    "\r\n--b\r\n" A "\r\n--b\r\n" A "\r\n--b--") },
};

static const struct body heads[] = {
	{ "a file has its name and type", "[a|b.txt|text/plain; charset=x]{x}whole",
	    P("Content-Type: text/plain; charset=x\r\n"
	    NAME("name=\"a\"; filename=\"b.txt\"")) },
	{ "a type makes no file", "[a||text/plain]{x}whole",
	    P(A "Content-Type:text/plain\r\n") },
	{ "an empty type is none", "[a]{x}whole", P(A "Content-Type:\r\n") },
	{ "names of headers have any case, blanks do not matter", "[a|c]{x}whole",
	    P("cOnTeNt-DISPOSITION:\tForm-Data \t;\tNAME=a ;FileName=c;; \r\n") },
	{ "other headers are skipped", "[a]{x}whole",
	    P("X-Y: z\x80\r\nContent-Length: x\r\n" A "Content-Transfer-Encoding: 8BIT\r\n") },
	{ "of this part only", "[a|f|t/u]{x}[b]{y}whole",
	    T("--b\r\nContent-Type: t/u\r\n" NAME("name=a; filename=f") "\r\nx\r\n"
	    "--b\r\n" NAME("name=b") "\r\ny\r\n--b--") },
	{ "no header is refused", "400 a part has no Content-D",
	    T("--b\r\n\r\nx\r\n--b--") },
	{ "so is a part without disposition", "400 a part has no Content-D",
	    P("Content-Type: text/plain\r\n") },
	{ "so are two", "400 a part has two Content-D", P(A A) },
	{ "so are two types", "400 a part has two Content-T",
	    P(A "Content-Type: a/b\r\nContent-Type: a/b\r\n") },
	{ "so is a type without slash", "400 the Content-Type", P(A "Content-Type: text\r\n") },
	{ "so is one without subtype", "400 the Content-Type", P(A "Content-Type: a/;b=c\r\n") },
	{ "so is one with letters behind", "400 the Content-Type", P(A "Content-Type: a/b c\r\n") },
	{ "so is an encoding of transfer", "415 parts are",
	    P(A "Content-Transfer-Encoding: base64\r\n") },
	{ "so is a folded line", "400 a header of a part is", P(A "X:\r\n y\r\n") },
	{ "so is a line without colon", "400 a header of a part is", P(A "X\r\n") },
	{ "so is one without name", "400 a header of a part is", P(A ": y\r\n") },
	{ "so is a blank before the colon", "400 a header of a part is", P(A "X : y\r\n") },
	{ "so is a NUL", "400 a header of a part is", P(A "X: \0\r\n") },
	{ "so is a CR", "400 a header of a part is", P(A "X: \r \r\n") },
	{ "so is LF alone", "400 a header of a part does not end", P(A "X: y\n") },
	{ "so is LF for the empty line", "400 a header of a part does not end",
	    T("--b\r\n" A "\nx\r\n--b--") },
	{ "so is a boundary among them", "400 a header of a part is",
	    T("--b\r\n" A "--b--\r\n") },
	{ "another disposition is refused", "400 a part is no", P("Content-Disposition: attachment; name=a\r\n") },
	{ "so is none", "400 a part is no", P("Content-Disposition:\r\n") },
	{ "so is a part without name", "400 a part has no name", D("filename=f") },
};

static const struct body names[] = {
	{ "a name may be empty", "[]{x}whole", D("name=\"\"") },
	{ "so may a file's", "[a|]{x}whole", D("name=a; filename=\"\"") },
	{ "names are UTF-8", "[\xc3\xa4|\xf0\x9f\x98\x80.txt]{x}whole",
	    D("name=\"\xc3\xa4\"; filename=\"\xf0\x9f\x98\x80.txt\"") },
	{ "quotes and backslashes are escaped", "[a\"b\\c|\\]{x}whole",
	    D("name=\"a\\\"b\\\\c\"; filename=\"\\\\\"") },
	{ "other backslashes are not escapes", "[a|C:\\dir\\f]{x}whole",
	    D("name=a; filename=\"C:\\dir\\f\"") },
	{ "a semicolon in quotes is of the name", "[a; name=b]{x}whole",
	    D("name=\"a; name=b\"") },
	{ "percent signs stay", "[a%22%00]{x}whole", D("name=\"a%22%00\"") },
	{ "other parameters are skipped", "[a]{x}whole",
	    D("x=y; name=a; name*=UTF-8''b; size=\"1\"") },
	{ "filename* is decoded", "[a|\xe2\x82\xac rates']{x}whole",
	    D("name=a; filename*=UTF-8''%e2%82%AC%20rates%27") },
	{ "with a language, in any case", "[a|b]{x}whole",
	    D("name=a; FILENAME*=utf-8'en-GB'b") },
	{ "and wins, before the other", "[a|c]{x}whole",
	    D("name=a; filename*=utf-8''c; filename=\"b.c\"") },
	{ "and behind it", "[a|c]{x}whole",
	    D("name=a; filename=\"b.c\"; filename*=utf-8''c") },
	{ "Latin-1 becomes UTF-8", "[a|\xc3\xa4\xc3\xbf-b]{x}whole",
	    D("name=a; filename*=iso-8859-1''%e4%ff-b") },
	{ "it may be empty", "[a|]{x}whole", D("name=a; filename*=UTF-8''") },
};

#define NO_NAME "400 the name of a part is"
#define NO_LINE "400 a Content-Disposition is"
static const struct body no_names[] = {
	{ "two names are refused", NO_NAME, D("name=a; name=a") },
	{ "so are two of a file", NO_NAME, D("name=a; filename=a; filename=a") },
	{ "so are two that are decoded", NO_NAME,
	    D("name=a; filename*=utf-8''a; filename*=utf-8''a") },
	{ "so is Latin-1 as it is", NO_NAME, D("name=\"\xe4\"") },
	{ "so is an overlong form", NO_NAME, D("name=\"\xc0\xaf\"") },
	{ "so is a surrogate", NO_NAME, D("name=\"\xed\xa0\x80\"") },
	{ "so is half a character", NO_NAME, D("name=\"\xc2\"") },
	{ "so is a tab", NO_NAME, D("name=\"a\tb\"") },
	{ "so is a control character of Latin-1", NO_NAME,
	    D("name=\"a\xc2\x85\"") },
	{ "so is the last of them", NO_NAME, D("name=\"\xc2\x9f\"") },
	{ "but not what follows them", "[\xc2\xa0]{x}whole",
	    D("name=\"\xc2\xa0\"") },
	{ "NUL is refused in filename*", NO_NAME,
	    D("name=a; filename*=utf-8''%00") },
	{ "so is CR", NO_NAME, D("name=a; filename*=utf-8''%0d") },
	{ "so is DEL", NO_NAME, D("name=a; filename*=utf-8''%7f") },
	{ "so is one of Latin-1", NO_NAME,
	    D("name=a; filename*=iso-8859-1''%85") },
	{ "so is what is no UTF-8", NO_NAME,
	    D("name=a; filename*=utf-8''%ff") },
	{ "so is another charset", NO_NAME,
	    D("name=a; filename*=utf-16''a") },
	{ "so is none", NO_NAME, D("name=a; filename*=''a") },
	{ "so is one quote", NO_NAME, D("name=a; filename*=utf-8'a") },
	{ "so is no quote", NO_NAME, D("name=a; filename*=utf-8") },
	{ "so are three", NO_NAME, D("name=a; filename*=utf-8'''a") },
	{ "so is a star", NO_NAME, D("name=a; filename*=utf-8''a*") },
	{ "so is half an escape", NO_NAME, D("name=a; filename*=utf-8''%e") },
	{ "so is an escape of other letters", NO_NAME,
	    D("name=a; filename*=utf-8''%eg") },
	{ "so is an escape cut off", NO_NAME,
	    D("name=a; filename*=utf-8''%") },
	{ "so is one in quotes", NO_NAME,
	    D("name=a; filename*=\"utf-8''a\"") },
	{ "a name of bytes beyond ASCII needs quotes", NO_LINE,
	    D("name=\xc3\xa4") },
	{ "so does one with blanks", NO_LINE, D("name=a b") },
	{ "an open quote is refused", NO_LINE, D("name=\"a") },
	{ "so is one that is escaped", NO_LINE, D("name=\"a\\\"") },
	{ "so are letters behind one", NO_LINE, D("name=\"a\"b") },
	{ "so is no value", NO_LINE, D("name") },
	{ "so is an empty one without quotes", NO_LINE, D("name=") },
	{ "so are blanks around the equals sign", NO_LINE, D("name = a") },
	{ "so is a value without name", NO_LINE, D("=a") },
	{ "so is a comma", NO_LINE, D("name=a, filename=b") },
};

static const struct {
	const char *what;
	struct str type;
	const char *want;
} types[] = {
	{ "a boundary", T(TYPE "b"), "[a]{x}whole" },
	{ "one in quotes", T(TYPE "\"b\""), "[a]{x}whole" },
	{ "letters of any case, and other parameters",
	    T("Multipart/FORM-data ; charset=utf-8;; BOUNDARY=b; x=\"y;z\""),
	    "[a]{x}whole" },
	{ "no boundary is refused", T("multipart/form-data"), "400 the b" },
	{ "so is an empty one", T(TYPE), "400 the b" },
	{ "so is an empty one in quotes", T(TYPE "\"\""), "400 the b" },
	{ "so are two", T(TYPE "b; boundary=b"), "400 there are two" },
	{ "so is a blank at its end", T(TYPE "\"b \""), "400 the b" },
	{ "so is a character of no boundary", T(TYPE "\"b&\""), "400 the b" },
	{ "so is one of no token", T(TYPE "b/"), "400 the b" },
	{ "so is a NUL", T(TYPE "\"\0\""), "400 the b" },
	{ "so is an escape", T(TYPE "\"\\b\""), "400 the b" },
	{ "so is a byte beyond ASCII", T(TYPE "\"\xc3\xa4\""), "400 the b" },
	{ "so are letters behind it", T(TYPE "b c"), "400 the b" },
	{ "so is another kind of multipart",
	    T("multipart/mixed; boundary=b"), "415 this is not" },
	{ "so is another type", T("text/plain; boundary=b"), "415 this" },
	{ "so is half a type", T("multipart; boundary=b"), "415 this" },
	{ "so is none", T(""), "415 this" },
};
/* clang-format on */

/* Told the same whole, and split at any place or at every one. */
static bool
same_in_pieces(struct buf *out, struct str type, struct str text)
{
	struct buf other = { 0 };
	bool same = true;
	size_t i;

	feed_parts(out, type, 5, text, text.len, 0);
	for (i = 0; i < text.len && same; i++) {
		feed_parts(&other, type, 5, text, i, 0);
		same = str_eq(buf_view(out), buf_view(&other));
	}
	for (i = 1; i < 10 && same; i++) {
		feed_parts(&other, type, 5, text, i, i);
		same = str_eq(buf_view(out), buf_view(&other));
	}
	if (!same)
		printf("# split: %.*s\n", STR_ARGS(buf_view(&other)));
	buf_free(&other);
	return same;
}

static void
told(const char *what, struct str type, struct str text, const char *want)
{
	struct buf out = { 0 };
	bool same = same_in_pieces(&out, type, text), right;
	bool whole = strstr(want, "whole") != NULL;

	/* behind "whole" there is nothing, behind a status its words */
	right = str_starts(buf_view(&out), str_of(want)) &&
		(!whole || out.len == strlen(want));
	if (!same || !right)
		printf("# whole: %.*s\n", STR_ARGS(buf_view(&out)));
	ok(same && right, what);
	buf_free(&out);
}

static void
all_of(const struct body *b, size_t count)
{
	for (; count--; b++)
		told(b->what, STR(TYPE "b"), b->text, b->want);
}

/* ---- sizes ---- */

static void
boundary_of(unsigned n, bool fits)
{
	static const char chars[] = "'()+_,-./:=? 09azAZ";
	struct buf type = { 0 }, text = { 0 };
	char name[80], b[80];
	unsigned i;

	for (i = 0; i < n; i++)
		b[n - 1 - i] = chars[i % (sizeof chars - 1)];
	buf_fmt(&type, TYPE "\"%.*s\"", (int)n, b);
	buf_fmt(
	    &text, "--%.*s\r\n" A "\r\nx\r\n--%.*s--", (int)n, b, (int)n, b);
	snprintf(name, sizeof name,
	    "a boundary of %u characters of all kinds %s", n,
	    fits ? "fits" : "does not");
	told(name, buf_view(&type), buf_view(&text),
	    fits ? "[a]{x}whole" : "400 the boundary");
	buf_free(&type);
	buf_free(&text);
}

/* Headers of n bytes, with their empty line. */
static void
head_of(unsigned n, const char *want, const char *what)
{
	struct buf text = { 0 };

	buf_str(&text, STR("--b\r\nX: "));
	while (text.len < n + 5 - (sizeof A - 1) - 4)
		buf_char(&text, 'x');
	buf_str(&text, STR("\r\n" A "\r\nx\r\n--b--"));
	told(what, STR(TYPE "b"), buf_view(&text), want);
	buf_free(&text);
}

static void
blanks_of(unsigned n, const char *want, const char *what)
{
	struct buf text = { 0 }, out = { 0 };

	buf_str(&text, STR("--b"));
	while (text.len < n)
		buf_char(&text, ' ');
	buf_str(&text, STR("\r\n" A "\r\nx\r\n--b--"));
	feed_parts(&out, STR(TYPE "b"), 1, buf_view(&text), 7, 7);
	ok(str_starts(buf_view(&out), str_of(want)), what);
	buf_free(&text);
	buf_free(&out);
}

/*
 * A body of a piece many times over: it comes back whole, however it comes,
 * and in no more events than its pieces can be worth.  No clock is asked: of
 * this size, work that grew with the square would not end.
 */
static void
many(const char *what, struct str piece, size_t step)
{
	struct buf text = { 0 }, out = { 0 };
	size_t begin, n = 8 * 1024 * 1024 / piece.len, events;

	buf_str(&text, STR("--bbbbbbbbbbbb\r\n" A "\r\n"));
	begin = text.len;
	while (n--)
		buf_str(&text, piece);
	n = text.len - begin;
	buf_str(&text, STR("\r\n--bbbbbbbbbbbb--"));
	events = feed_parts(
	    &out, STR(TYPE "bbbbbbbbbbbb"), 1, buf_view(&text), step, step);
	ok(out.len == n + 10 && !memcmp(out.bytes + 4, text.bytes + begin, n) &&
		events <= 4 + 2 * (n / step),
	    what);
	buf_free(&text);
	buf_free(&out);
}

static void
sizes(void)
{
	const struct str begun = STR("\r\n--bbbbbbbbbbb");

	boundary_of(1, true);
	boundary_of(70, true);
	boundary_of(71, false);
	head_of(PART_HEAD, "[a]{x}whole", "headers of 4,096 bytes fit");
	head_of(PART_HEAD + 1, "413 the headers", "one more is too many");
	blanks_of(PART_HEAD, "[a]{x}whole", "a boundary line may be long");
	blanks_of(PART_HEAD * 2, "400 a boundary", "but not for ever");
	many("8 MB of begun boundaries", begun, SIZE_MAX / 2);
	many("and in odd pieces", begun, 7);
	many("8 MB of CR", STR("\r"), SIZE_MAX / 2);
	many("and in pieces", STR("\r\n\r"), 1000);
	many("8 MB that nearly are boundaries", STR("\r\n--bbbbbbbbbbbx--"), 1);
	ok(multipart_is(STR("MULTIPART/form-data;x")) &&
		!multipart_is(STR("multipart/form-data2")) &&
		!multipart_is(STR("multipart/form")) && !multipart_is(NO_STR),
	    "the type is known by its name");
}

int
main(void)
{
	size_t i;

	all_of(frames, COUNT(frames));
	all_of(heads, COUNT(heads));
	all_of(names, COUNT(names));
	all_of(no_names, COUNT(no_names));
	for (i = 0; i < COUNT(types); i++)
		told(types[i].what, types[i].type,
		    STR("--b\r\n" A "\r\nx\r\n--b--"), types[i].want);
	sizes();
	return done();
}
