/* SPDX-License-Identifier: ISC */
/* The request head, rule by rule: whole, and split at every place. */
#include "t/unit/wire.h"

#define H " HTTP/1.1\r\nHost: h\r\n"

/* clang-format off */
static const struct request lines[] = {
	{ "a plain request is taken", "GET / 1.1 keep host=h [Host: h] body= "
	    "rest=0", T("GET /" H "\r\n") },
	{ "HTTP/1.0 needs no Host and closes", "GET / 1.0 close host= body=",
	    T("GET / HTTP/1.0\r\n\r\n") },
	{ "what follows the request is left alone", "GET /a?b 1.1 keep host=h "
	    "[Host: h] body= rest=5", T("GET /a?b" H "\r\nGET /") },
	{ "an unknown method is a method", "BREW /pot 1.1",
	    T("BREW /pot" H "\r\n") },
	{ "every token character may name a method", "!#$%&'*+-.^_`|~09azAZ /",
	    T("!#$%&'*+-.^_`|~09azAZ /" H "\r\n") },
	{ "a method in lower case is another method", "get / 1.1",
	    T("get /" H "\r\n") },
	{ "an empty line before the request is forgiven", "GET / 1.1",
	    T("\r\nGET /" H "\r\n") },
	{ "so are three", "GET / 1.1", T("\r\n\r\n\r\nGET /" H "\r\n") },
	{ "but no bare LF", "400", T("\nGET /" H "\r\n") },
	{ "nor a bare CR", "400", T("\rGET /" H "\r\n") },
	{ "nor two", "400", T("\r\rGET /" H "\r\n") },
	{ "nor a space", "400", T(" GET /" H "\r\n") },
	{ "nothing is no request yet", "more", T("") },
	{ "nor is half an empty line, which must be kept", "more begun",
	    T("\r") },
	{ "an empty line can be forgotten", "more", T("\r\n") },
	{ "a method alone has begun", "more begun", T("G") },
	{ "a head without its end is not whole", "more begun",
	    T("GET /" H "\r") },
	{ "the hello of TLS is refused at once", "400", T("\x16\x03\x01") },
	{ "a NUL is refused at once", "400", T("\0") },
	{ "HTTP/0.9 is refused", "400", T("GET /\r\n\r\n") },
	{ "a line without target is refused", "400", T("GET\r\n\r\n") },
	{ "an empty target is refused", "400", T("GET  HTTP/1.1\r\n\r\n") },
	{ "two spaces are refused", "400", T("GET  /" H "\r\n") },
	{ "two spaces before the version are refused", "400",
	    T("GET / " H "\r\n") },
	{ "a space behind the version is refused", "400",
	    T("GET / HTTP/1.1 \r\nHost: h\r\n\r\n") },
	{ "a tab is no space", "400", T("GET\t/" H "\r\n") },
	{ "nor is it before the version", "400",
	    T("GET /\tHTTP/1.1\r\nHost: h\r\n\r\n") },
	{ "a method that is no token is refused", "400", T("G(T /" H "\r\n") },
	{ "a method beyond ASCII is refused", "400", T("G\x80T /" H "\r\n") },
	{ "a NUL in the method is refused", "400", T("G\0T /" H "\r\n") },
	{ "a version in lower case is refused", "400",
	    T("GET / http/1.1\r\nHost: h\r\n\r\n") },
	{ "another protocol is refused", "400",
	    T("GET / HTPP/1.1\r\nHost: h\r\n\r\n") },
	{ "a version with a comma is refused", "400",
	    T("GET / HTTP/1,1\r\nHost: h\r\n\r\n") },
	{ "a version with a letter first is refused", "400",
	    T("GET / HTTP/x.1\r\nHost: h\r\n\r\n") },
	{ "a version with a letter last is refused", "400",
	    T("GET / HTTP/1.x\r\nHost: h\r\n\r\n") },
	{ "a version with two digits is refused", "400",
	    T("GET / HTTP/1.10\r\nHost: h\r\n\r\n") },
	{ "a short version is refused", "400",
	    T("GET / HTTP/1.\r\nHost: h\r\n\r\n") },
	{ "HTTP/1.2 is not spoken", "505",
	    T("GET / HTTP/1.2\r\nHost: h\r\n\r\n") },
	{ "HTTP/2.0 is not spoken", "505",
	    T("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") },
	{ "HTTP/0.9 is not spoken", "505", T("GET / HTTP/0.9\r\n\r\n") },
	{ "a line that ends with LF alone is refused", "400",
	    T("GET / HTTP/1.1\nHost: h\r\n\r\n") },
	{ "a line that ends with CR CR LF is refused", "400",
	    T("GET / HTTP/1.1\r\r\nHost: h\r\n\r\n") },
	{ "a CR inside the line is refused", "400",
	    T("GET /\r HTTP/1.1\r\nHost: h\r\n\r\n") },
};

static const struct request targets[] = {
	{ "bytes beyond ASCII are left to the decoder", "GET /\xc3\xa9 1.1",
	    T("GET /\xc3\xa9" H "\r\n") },
	{ "braces and quotes are what scripts send", "GET /?q={\"a\":[1]} 1.1",
	    T("GET /?q={\"a\":[1]}" H "\r\n") },
	{ "a NUL in the target is refused", "400", T("GET /\0" H "\r\n") },
	{ "a control byte in the target is refused", "400",
	    T("GET /\x01" H "\r\n") },
	{ "DEL in the target is refused", "400", T("GET /\x7f" H "\r\n") },
	{ "a fragment is refused", "400", T("GET /#a" H "\r\n") },
	{ "a relative target is refused", "400", T("GET a" H "\r\n") },
	{ "a query alone is refused", "400", T("GET ?a" H "\r\n") },
	{ "the authority form is refused", "400", T("CONNECT h:80" H "\r\n") },
	{ "OPTIONS may ask for *", "OPTIONS * 1.1", T("OPTIONS *" H "\r\n") },
	{ "others may not", "400", T("GET *" H "\r\n") },
	{ "nothing may follow *", "400", T("OPTIONS *?a" H "\r\n") },
	{ "an absolute target names the host",
	    "GET http://a:80/x 1.1 keep host=a:80 [Host: h]",
	    T("GET http://a:80/x" H "\r\n") },
	{ "in any case, and with https",
	    "GET HtTpS://[::1]?x 1.1 keep host=[::1]",
	    T("GET HtTpS://[::1]?x" H "\r\n") },
	{ "an absolute target needs a host", "400",
	    T("GET http:///x" H "\r\n") },
	{ "not only a port", "400", T("GET http://:80/x" H "\r\n") },
	{ "and no user", "400", T("GET http://u:p@h/x" H "\r\n") },
	{ "a broken IPv6 address is refused", "400",
	    T("GET http://[::1/x" H "\r\n") },
	{ "another scheme is refused", "400", T("GET ftp://h/x" H "\r\n") },
	{ "an absolute target still needs Host", "400",
	    T("GET http://h/ HTTP/1.1\r\n\r\n") },
};

#define F(field) T("GET / HTTP/1.1\r\nHost: h\r\n" field "\r\n\r\n")

static const struct request fields[] = {
	{ "blanks around a value are not of it",
	    "GET / 1.1 keep host=h [Host: h] [a: b c] body=",
	    F("a: \t b c \t ") },
	{ "a value may be empty", "GET / 1.1 keep host=h [Host: h] [a: ] body=",
	    F("a:") },
	{ "a value of blanks is empty", "GET / 1.1 keep host=h [Host: h] [a: ]",
	    F("a:  \t") },
	{ "a value may have colons and bytes beyond ASCII",
	    "GET / 1.1 keep host=h [Host: h] [a: :b:\xff\x80]",
	    F("a::b:\xff\x80") },
	{ "a field without colon is refused", "400", F("a") },
	{ "a field without name is refused", "400", F(": b") },
	{ "a space before the colon is refused", "400", F("a : b") },
	{ "a tab before the colon is refused", "400", F("a\t: b") },
	{ "a continued line is refused", "400", F("a: b\r\n c") },
	{ "a continued line with a colon is refused", "400",
	    F("a: b\r\n c: d") },
	{ "a continued line with a tab is refused", "400", F("a: b\r\n\tc") },
	{ "a space before the first field is refused", "400",
	    T("GET / HTTP/1.1\r\n Host: h\r\n\r\n") },
	{ "a name that is no token is refused", "400", F("a(b: c") },
	{ "a name beyond ASCII is refused", "400", F("\xc3\xa9: c") },
	{ "a NUL in a name is refused", "400", F("a\0: c") },
	{ "a NUL in a value is refused", "400", F("a: \0") },
	{ "a CR in a value is refused", "400", F("a: b\rc") },
	{ "a CR at the end of a value is refused", "400", F("a: b\r") },
	{ "a LF in a value is refused", "400", F("a: b\nc: d") },
	{ "a LF at the end of a value is refused", "400",
	    T("GET / HTTP/1.1\r\nHost: h\n\r\n") },
	{ "a head that ends with LF is refused", "400",
	    T("GET / HTTP/1.1\r\nHost: h\r\n\n") },
	{ "DEL in a value is refused", "400", F("a: \x7f") },
	{ "an escape in a value is refused", "400", F("a: \x1b[m") },
	{ "a vertical tab in a value is refused", "400", F("a: \x0b") },
};

#define HOST(host) T("GET / HTTP/1.1\r\nHost:" host "\r\n\r\n")

static const struct request hosts[] = {
	{ "a name with a port is a host", "GET / 1.1 keep host=a.b-c_d~e:80",
	    HOST(" a.b-c_d~e:80 ") },
	{ "a port may be empty", "GET / 1.1 keep host=a:", HOST("a:") },
	{ "a host may be empty", "GET / 1.1 keep host= ", HOST("") },
	{ "an IPv4 address is a host", "GET /", HOST("127.0.0.1:65535") },
	{ "an IPv6 address is a host", "GET /", HOST("[2001:db8::1]:443") },
	{ "so is one that holds an IPv4 address", "GET /",
	    HOST("[::ffff:1.2.3.4]") },
	{ "an escape is of a host", "GET /", HOST("a%2Fb") },
	{ "a broken escape is not", "400", HOST("a%2") },
	{ "nor is one of other letters", "400", HOST("a%2gb") },
	{ "nor one that begins with another", "400", HOST("a%g2b") },
	{ "no Host is refused", "400", T("GET / HTTP/1.1\r\n\r\n") },
	{ "two are refused", "400", HOST("a\r\nHost: b") },
	{ "two of one name are too", "400", HOST("a\r\nhOST: a") },
	{ "in HTTP/1.0 as well", "400",
	    T("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n") },
	{ "a space is not of a host", "400", HOST("a b") },
	{ "a slash is not", "400", HOST("a/b") },
	{ "an at sign is not", "400", HOST("a@b") },
	{ "a question mark is not", "400", HOST("a?b") },
	{ "a number sign is not", "400", HOST("a#b") },
	{ "a backslash is not", "400", HOST("a\\b") },
	{ "a quote is not", "400", HOST("\"a\"") },
	{ "a byte beyond ASCII is not", "400", HOST("\xc3\xa9") },
	{ "a port of letters is refused", "400", HOST("a:b") },
	{ "a port above 65,535 is refused", "400", HOST("a:65536") },
	{ "two ports are refused", "400", HOST("a:1:2") },
	{ "a bare IPv6 address is refused", "400", HOST("::1") },
	{ "an open bracket is refused", "400", HOST("[::1") },
	{ "letters behind the bracket are refused", "400", HOST("[::1]a") },
	{ "an address of other letters is refused", "400", HOST("[::g]") },
	{ "an empty address is refused", "400", HOST("[]") },
	{ "an IPv4 address in brackets is refused", "400", HOST("[1.2.3.4]") },
	{ "a zone is refused", "400", HOST("[fe80::1%25lo]") },
	{ "an address longer than any is refused", "400",
	    HOST("[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:00]") },
};

#define POST(field) T("POST / HTTP/1.1\r\nHost: h\r\n" field "\r\n\r\n0\r\n\r\n")

static const struct request framing[] = {
	{ "a length of 5 is five bytes", "POST / 1.1 keep host=h [Host: h] "
	    "[Content-Length: 5] body=0\r\n\r\n rest=0",
	    POST("Content-Length: 5") },
	{ "a length of 0 is none", "POST / 1.1 keep host=h [Host: h] "
	    "[Content-Length: 0] body= rest=5", POST("Content-Length: 0") },
	{ "zeros before a length are digits", "POST / 1.1",
	    POST("Content-Length: 0005") },
	{ "a length that is not all there is waited for", "more begun body",
	    POST("Content-Length: 6") },
	{ "two equal lengths may pass", "POST / 1.1",
	    POST("Content-Length: 5\r\nCONTENT-LENGTH: 5") },
	{ "two different ones are refused", "400",
	    POST("Content-Length: 5\r\nContent-Length: 6") },
	{ "0 and another are different", "400",
	    POST("Content-Length: 0\r\nContent-Length: 5") },
	{ "two in one field are refused", "400", POST("Content-Length: 5, 5") },
	{ "an empty length is refused", "400", POST("Content-Length:") },
	{ "a plus sign is refused", "400", POST("Content-Length: +5") },
	{ "a minus sign is refused", "400", POST("Content-Length: -5") },
	{ "hexadecimals are refused", "400", POST("Content-Length: 0x5") },
	{ "a letter behind is refused", "400", POST("Content-Length: 5a") },
	{ "a point is refused", "400", POST("Content-Length: 5.0") },
	{ "a blank inside is refused", "400", POST("Content-Length: 5 5") },
	{ "2^53 is too large for us", "413",
	    POST("Content-Length: 9007199254740992") },
	{ "2^53 and one is refused as a length", "400",
	    POST("Content-Length: 9007199254740993") },
	{ "2^64 and 5 is refused as a length", "400",
	    POST("Content-Length: 18446744073709551621") },
	{ "a body too large is refused before it comes", "413",
	    POST("Content-Length: 257") },
	{ "chunked is chunked in any case", "POST / 1.1 keep host=h [Host: h] "
	    "[Transfer-Encoding: cHuNkEd] body= rest=0",
	    POST("Transfer-Encoding: cHuNkEd ") },
	{ "a length with chunks is refused", "400",
	    POST("Content-Length: 5\r\nTransfer-Encoding: chunked") },
	{ "chunks with a length are refused", "400",
	    POST("Transfer-Encoding: chunked\r\nContent-Length: 5") },
	{ "even a length of 0", "400",
	    POST("Transfer-Encoding: chunked\r\nContent-Length: 0") },
	{ "chunks in HTTP/1.0 are refused", "400",
	    T("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") },
	{ "chunked twice is refused", "400",
	    POST("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked") },
	{ "another coding behind it is refused", "400",
	    POST("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip") },
	{ "chunked twice in one field is refused", "501",
	    POST("Transfer-Encoding: chunked, chunked") },
	{ "gzip is not understood", "501", POST("Transfer-Encoding: gzip") },
	{ "nor is it before chunked", "501",
	    POST("Transfer-Encoding: gzip, chunked") },
	{ "nor is identity", "501", POST("Transfer-Encoding: identity") },
	{ "nor is nothing", "501", POST("Transfer-Encoding:") },
	{ "nor is a comma", "501", POST("Transfer-Encoding: chunked,") },
	{ "nor is a parameter", "501", POST("Transfer-Encoding: chunked;q=1") },
	{ "nor is a quoted name", "501",
	    POST("Transfer-Encoding: \"chunked\"") },
	{ "nor is a name that begins alike", "501",
	    POST("Transfer-Encoding: chunkedx") },
	{ "a vertical tab before chunked is refused", "400",
	    POST("Transfer-Encoding: \x0b" "chunked") },
	{ "a space before the colon hides no coding", "400",
	    POST("Transfer-Encoding : chunked") },
};

static const struct request manners[] = {
	{ "HTTP/1.1 closes when asked to", "GET / 1.1 close",
	    F("Connection: close") },
	{ "in a list and in any case", "GET / 1.1 close",
	    F("Connection: x , CLOSE,y") },
	{ "in a second field", "GET / 1.1 close",
	    F("Connection: keep-alive\r\nConnection: close") },
	{ "another word closes nothing", "GET / 1.1 keep",
	    F("Connection: closed, upgrade") },
	{ "HTTP/1.0 is kept when asked to", "GET / 1.0 keep",
	    T("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n") },
	{ "unless close is asked as well", "GET / 1.0 close",
	    T("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n") },
	{ "a continue is expected before a body",
	    "POST / 1.1 keep expects host=h",
	    POST("Expect: 100-Continue\r\nContent-Length: 5") },
	{ "and before chunks", "POST / 1.1 keep expects host=h",
	    POST("Expect: 100-continue\r\nTransfer-Encoding: chunked") },
	{ "not before nothing", "GET / 1.1 keep host=h",
	    F("Expect: 100-continue") },
	{ "nor in HTTP/1.0", "POST / 1.0 close host= ",
	    T("POST / HTTP/1.0\r\nExpect: 100-continue\r\n"
	    "Content-Length: 1\r\n\r\n1") },
	{ "nothing else can be expected", "417", F("Expect: 200-ok") },
};
/* clang-format on */

static void
methods(void)
{
	static const char *const names[] = { "GET", "HEAD", "POST", "PUT",
		"PATCH", "DELETE", "OPTIONS", "TRACE" };
	char text[64];
	struct http h;
	bool right = true;
	size_t i;
	int n;

	for (i = 0; i < COUNT(names); i++) {
		n = snprintf(
		    text, sizeof text, "%s / HTTP/1.0\r\n\r\n", names[i]);
		http_begin(&h, 99, 99, 0);
		right = right && http_feed(&h, text, (size_t)n) == HTTP_HEAD &&
			h.method == HTTP_GET + i;
	}
	ok(right, "seven methods are known, and TRACE is another");
}

static void
find_fields(void)
{
	char text[] = "GET / HTTP/1.0\r\nA: 1\r\nBb: 2\r\nbB: 3\r\n\r\n";
	struct http h;

	http_begin(&h, 99, 99, 0);
	ok(http_feed(&h, text, sizeof text - 1) == HTTP_HEAD &&
		http_feed(&h, text, sizeof text - 1) == HTTP_DONE,
	    "the head is told once, then the request");
	ok(str_eq(http_find(&h, text, STR("BB")), STR("2")),
	    "of two fields the first is found, in any case");
	ok(http_count(&h, text, STR("bb")) == 2 &&
		http_count(&h, text, STR("a")) == 1,
	    "fields are counted");
	ok(!http_find(&h, text, STR("b")).ptr &&
		!http_find(&h, text, STR("")).ptr &&
		http_count(&h, text, STR("c")) == 0,
	    "what is not there is not found");
}

/* A request whose parts have so many bytes, judged by small limits. */
static bool
limited(const char *want, size_t target, size_t value, size_t count)
{
	static const struct limits small = { 64, 2048, 0 };
	struct buf text = { 0 }, out = { 0 };
	bool right;

	buf_fmt(&text, "GET /%0*d HTTP/1.0\r\n", (int)target, 0);
	while (count-- > 0)
		buf_fmt(&text, "a: %0*d\r\n", (int)value, 0);
	buf_fmt(&text, "\r\n");
	right = same_in_pieces(&out, buf_view(&text), small) &&
		str_starts(buf_view(&out), str_of(want));
	buf_free(&text);
	buf_free(&out);
	return right;
}

static void
limits(void)
{
	struct buf out = { 0 };
	char text[400];

	ok(limited("GET ", 64 - 14, 1, 1), "a line of 64 bytes is taken");
	ok(limited("414", 64 - 13, 1, 1), "one of 65 is too long");
	ok(limited("414", 3000, 1, 1), "so is one longer than the head");
	ok(limited("GET ", 1, 1, 100), "100 fields are taken");
	ok(limited("431", 1, 1, 101), "101 are too many");
	ok(limited("GET ", 1, 2048 - 17 - 3 - 2, 1),
	    "a head of 2,048 bytes and its end is taken");
	ok(limited("431", 1, 2048 - 17 - 3 - 1, 1), "one more is too large");
	ok(limited("431", 1, 2048 - 17 - 3 + 9, 1), "so is a field too long");
	ok(limited("431", 1, 100, 20), "and fields that are so together");

	feed_pieces(&out, STR("GETGETGETGET"), (struct limits){ 8, 2048, 0 },
	    (struct pieces){ 12, 0, false });
	ok(str_starts(buf_view(&out), STR("414")),
	    "a line too long is refused before it ends");
	memset(text, 'a', sizeof text);
	memcpy(text, "GET / HTTP/1.0\r\n", 16);
	feed_pieces(&out, (struct str){ text, sizeof text },
	    (struct limits){ 64, 128, 0 },
	    (struct pieces){ sizeof text, 0, false });
	ok(str_starts(buf_view(&out), STR("431")),
	    "a head too large is refused before it ends");
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = i % 2 ? '\n' : '\r';
	ok(same_in_pieces(&out, (struct str){ text, sizeof text },
	       (struct limits){ 64, 128, 0 }) &&
		str_starts(buf_view(&out), STR("431")),
	    "empty lines count, so they have an end");
	buf_free(&out);
}

int
main(void)
{
	answers(lines, COUNT(lines));
	answers(targets, COUNT(targets));
	answers(fields, COUNT(fields));
	answers(hosts, COUNT(hosts));
	answers(framing, COUNT(framing));
	answers(manners, COUNT(manners));
	methods();
	find_fields();
	limits();
	return done();
}
