/* SPDX-License-Identifier: ISC */
/* Which server, and who we are there: options, environment, ~/.netrc. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "auth/digest.h"
#include "server/cli/web.h"

enum { NETRC_MOST = 256 * 1024, WAIT_S = 90 };

struct account {
	struct str login, password;
};

/* ---- ~/.netrc ---- */

static bool
read_netrc(struct buf *text)
{
	const char *file = getenv("NETRC"), *home = getenv("HOME");
	char name[4096];
	FILE *f;
	size_t n;

	snprintf(name, sizeof name, "%s/.netrc", home ? home : "");
	if (!(f = fopen(file ? file : name, "re")))
		return false;
	n = fread(buf_room(text, NETRC_MOST), 1, NETRC_MOST, f);
	text->len = n;
	fclose(f);
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Behind the blanks, and the comments of whole words that begin with '#'. */
static void
skip_blanks(struct str *rest)
{
	while (rest->len > 0 && (is_blank(rest->ptr[0]) || rest->ptr[0] == '#'))
		if (rest->ptr[0] == '#')
			*rest = str_from(*rest, str_find(*rest, '\n'));
		else
			*rest = str_from(*rest, 1);
}

/* What stands in quotes, as curl reads it: with blanks, and a backslash before
 * what would end it.  It is written over itself. */
static struct str
quoted(struct str *rest)
{
	char *to = (char *)(uintptr_t)rest->ptr + 1;
	struct str word = { to, 0 };
	size_t i;

	for (i = 1; i < rest->len && rest->ptr[i] != '"'; i++) {
		if (rest->ptr[i] == '\\' && i + 1 < rest->len)
			i++;
		to[word.len++] = rest->ptr[i];
	}
	*rest = str_from(*rest, i < rest->len ? i + 1 : i);
	return word;
}

static bool
next_token(struct str *rest, struct str *token)
{
	size_t i;

	skip_blanks(rest);
	if (rest->len > 0 && rest->ptr[0] == '"') {
		*token = quoted(rest);
		return true;
	}
	for (i = 0; i < rest->len && !is_blank(rest->ptr[i]); i++)
		;
	*token = (struct str){ rest->ptr, i };
	*rest = str_from(*rest, i);
	return i > 0;
}

/* The first entry of that machine, else the default one. */
static void
find_machine(struct str text, const char *host, struct account *a)
{
	struct str rest = text, word, value;
	struct account fallback = { NO_STR, NO_STR }, *at = NULL;

	while (next_token(&rest, &word)) {
		if (str_eq(word, STR("machine")) && next_token(&rest, &value)) {
			if (a->login.ptr)
				return;
			at = str_ieq(value, str_of(host)) ? a : NULL;
		} else if (str_eq(word, STR("default"))) {
			at = &fallback;
		} else if (str_eq(word, STR("login")) &&
			   next_token(&rest, &value)) {
			if (at)
				at->login = value;
		} else if (str_eq(word, STR("password")) &&
			   next_token(&rest, &value)) {
			if (at)
				at->password = value;
		}
	}
	if (!a->login.ptr)
		*a = fallback;
}

/* ---- what is sent ---- */

static struct str
basic(struct arena *mem, const struct account *a)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf plain = { 0 }, out = { 0 };
	struct str line;
	size_t i, n;

	buf_fmt(&plain, "%.*s:%.*s", STR_ARGS(a->login), STR_ARGS(a->password));
	n = plain.len;
	buf_add(&plain, "\0\0", 2);
	for (i = 0; i < n; i += 3) {
		const unsigned char *p = (const unsigned char *)plain.bytes + i;

		buf_char(&out, digits[p[0] >> 2]);
		buf_char(&out, digits[(p[0] & 3) << 4 | p[1] >> 4]);
		buf_char(&out,
		    i + 1 < n ? digits[(p[1] & 15) << 2 | p[2] >> 6] : '=');
		buf_char(&out, i + 2 < n ? digits[p[2] & 63] : '=');
	}
	line = arena_fmt(
	    mem, "Authorization: Basic %.*s\r\n", STR_ARGS(buf_view(&out)));
	wipe(plain.bytes, plain.len);
	wipe(out.bytes, out.len);
	buf_free(&plain);
	buf_free(&out);
	return line;
}

/* Nothing of it may end a line of the head. */
static bool
is_word(struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 127)
			return false;
	return s.len > 0;
}

static int
find_auth(struct web *w)
{
	struct str token = str_of(getenv("POCKETCHAT_TOKEN"));
	struct account a = { NO_STR, NO_STR };
	struct buf text = { 0 };

	if (token.len) {
		if (!is_word(token))
			return cli_fail("POCKETCHAT_TOKEN is no token");
		w->auth = arena_fmt(
		    w->mem, "Authorization: Bearer %.*s\r\n", STR_ARGS(token));
		return 0;
	}
	if (read_netrc(&text))
		find_machine(buf_view(&text), w->url.host, &a);
	if (a.login.len && a.password.len)
		w->auth = basic(w->mem, &a);
	wipe(text.bytes, text.len);
	buf_free(&text);
	return w->auth.ptr
		   ? 0
		   : cli_fail("who are you? Set POCKETCHAT_TOKEN (pocketchat "
			      "token create makes one), or write to ~/.netrc: "
			      "machine %s login NAME password TOKEN",
			 w->url.host);
}

int
web_begin(struct cli *c, struct web *w)
{
	struct str url = cli_option(c, "server");
	bool insecure = cli_option(c, "insecure").ptr;

	/* OpenSSL writes to a socket that the other side has closed */
	signal(SIGPIPE, SIG_IGN);
	*w = (struct web){ .fd = -1, .mem = &c->mem, .wait = WAIT_S };
	if (!url.ptr)
		url = str_of(getenv("POCKETCHAT_URL"));
	if (!url.len)
		return cli_usage(c, "which server? Set POCKETCHAT_URL, or give "
				    "--server https://...");
	if (!call_url_split(url, &w->url))
		return cli_usage(c,
		    "%.*s is no address like https://chat.example.org",
		    STR_ARGS(url));
	if (w->url.tls && !(w->trust = tls_trust_new()))
		return cli_fail("OpenSSL cannot be used");
	if (w->trust && insecure)
		tls_trust_anybody(w->trust);
	return find_auth(w);
}
