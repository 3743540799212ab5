/* SPDX-License-Identifier: ISC */
/* The log, read through a socket that keeps each write apart. */
#include "server/log.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "json/check.h"
#include "json/time.h"
#include "json/utf8.h"
#include "t/unit/tap.h"

static int ear;
static char line[8192];

/* The next line, or an absent one. */
static struct str
heard(void)
{
	ssize_t n = recv(ear, line, sizeof line, MSG_DONTWAIT);

	return n < 0 ? NO_STR : (struct str){ line, (size_t)n };
}

static bool
ends_once(struct str s)
{
	return s.len > 0 && str_find(s, '\n') == s.len - 1;
}

static bool
is_clean(struct str s)
{
	size_t i;

	for (i = 0; i + 1 < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return false;
	return ends_once(s) && utf8_valid(s);
}

static bool
is_json(struct str s)
{
	const struct json_limits limits = { 100, 2, true, true };
	size_t tokens, at;

	return is_clean(s) && json_check(s, &limits, &tokens, &at) == JSON_FINE;
}

/* What stands behind "ts=... level=... " */
static struct str
rest_of(struct str s)
{
	size_t i = str_find(s, ' ');

	s = str_from(s, i + 1);
	return str_from(s, str_find(s, ' ') + 1);
}

static bool
says(const char *want)
{
	struct str s = heard();

	if (!str_eq(rest_of(s), str_of(want))) {
		printf("# got %.*s# want %s", STR_ARGS(s), want);
		return false;
	}
	return true;
}

static bool
says_value(const char *value, const char *want)
{
	char whole[400];

	log_line(LOG_INFO, "x", "v", value, NULL);
	snprintf(whole, sizeof whole, "msg=x v=%s\n", want);
	return says(whole);
}

static void
test_logfmt(void)
{
	struct str s;
	int64_t ms;

	log_setup(LOG_INFO, false);
	log_line(LOG_WARN, "ready", "listen", "http://127.0.0.1:1", NULL);
	s = heard();
	ok(str_starts(s, STR("ts=")) &&
		time_parse((struct str){ s.ptr + 3, TIME_TEXT }, &ms),
	    "a line begins with the time");
	ok(str_eq(str_from(s, 3 + TIME_TEXT),
	       STR(" level=warn msg=ready listen=http://127.0.0.1:1\n")),
	    "then come level, event and pairs, bare where they can be");
	ok(heard().ptr == NULL, "a line is one write");
	ok(says_value("", "\"\""), "nothing is quoted");
	ok(says_value("a b", "\"a b\""), "blanks are quoted");
	ok(says_value("a=b", "\"a=b\""), "so is what looks like a pair");
	ok(says_value("say \"hi\"", "\"say \\\"hi\\\"\""),
	    "quotes are escaped");
	ok(says_value("a\\n", "\"a\\\\n\""),
	    "a backslash is not taken for an escape");
	ok(says_value("a\nts=1 level=info", "\"a\\nts=1 level=info\""),
	    "a line cannot be forged");
	ok(says_value("\033[2J", "\"\\u001b[2J\""),
	    "a terminal is not told what to do");
	ok(says_value("\xc3\xa4\xe2\x82\xac", "\xc3\xa4\xe2\x82\xac"),
	    "UTF-8 stays readable");
	ok(says_value("\xff\xc3", "\"\\xff\\xc3\""),
	    "other bytes are shown as such");
	ok(says_value("\xc2\x9b", "\"\\u009b\""),
	    "the other control characters are too");
	ok(says_value("\xe2\x80\xae"
		      "x",
	       "\"\\u202ex\""),
	    "text does not turn round");
}

static void
test_levels(void)
{
	log_setup(LOG_WARN, false);
	log_line(LOG_INFO, "x", NULL);
	ok(heard().ptr == NULL, "a lesser level is silent");
	ok(!log_wants(LOG_INFO) && log_wants(LOG_WARN) && log_wants(LOG_ALWAYS),
	    "and can be asked for");
	log_setup(LOG_ERROR, false);
	log_line(LOG_ALWAYS, "ready", NULL);
	ok(says("msg=ready\n"), "what is always said is said");
	log_line(LOG_ERROR, "x", "missing", NULL, NULL);
	heard();
	errno = ENOENT;
	log_errno(LOG_ERROR, "open", "a b");
	ok(errno == ENOENT, "errno outlives a line");
	ok(says("msg=open error=\"a b: No such file or directory\"\n"),
	    "an error is told in words");
}

/* Every byte alone, between others, and every pair with a lead byte. */
static void
test_bytes(bool json, const char *sentence)
{
	bool fine = true;
	char text[4];
	int a, b;

	log_setup(LOG_INFO, json);
	for (a = 1; a < 256; a++)
		for (b = 1; b < 256; b += a < 0xc0 ? 50 : 1) {
			struct str s;

			text[0] = (char)a;
			text[1] = (char)b;
			text[2] = 'z';
			text[3] = '\0';
			log_line(LOG_INFO, "x", "v", text, "w", text + 1, NULL);
			s = heard();
			fine = fine && (json ? is_json(s) : is_clean(s));
		}
	ok(fine, sentence);
}

static void
test_json(void)
{
	struct str s;

	log_setup(LOG_INFO, true);
	log_line(LOG_INFO, "a\"b", "v", "x\n\\\xff\t\033", NULL);
	s = heard();
	ok(is_json(s), "JSON by setting");
	ok(str_eq(str_from(s, 7 + TIME_TEXT),
	       STR("\",\"level\":\"info\",\"msg\":\"a\\\"b\","
		   "\"v\":\"x\\n\\\\\\\\xff\\t\\u001b\"}\n")),
	    "with JSON's own escapes");
}

static void
test_long(bool json, const char *sentence)
{
	static const char *const parts[] = { "a", "\xff", "\"", "\xe2\x82\xac",
		" " };
	static char text[20000];
	bool fine = true;
	size_t i, n, cut;

	log_setup(LOG_INFO, json);
	for (i = 0; i < sizeof parts / sizeof *parts; i++)
		for (cut = 0; cut < 64; cut++) {
			struct str s;

			for (n = cut; n + 8 < sizeof text;
			     n += strlen(parts[i]))
				memcpy(text + n, parts[i], strlen(parts[i]));
			memset(text, 'b', cut);
			text[n] = '\0';
			log_line(LOG_INFO, "x", "a", text, "b", text, "c", text,
			    "d", text, "e", text, NULL);
			s = heard();
			fine = fine && s.len <= 4096 && s.len > 500 &&
			       (json ? is_json(s) : is_clean(s));
		}
	ok(fine, sentence);
}

int
main(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
		return 1;
	ear = pair[0];
	dup2(pair[1], STDERR_FILENO);
	test_logfmt();
	test_levels();
	test_json();
	test_bytes(false, "no byte breaks a line");
	test_bytes(true, "no byte breaks a line of JSON");
	test_long(false, "long values are cut, lines stay whole");
	test_long(true, "long values are cut, JSON stays JSON");
	return done();
}
