/* SPDX-License-Identifier: ISC */
/* send, tail, search: the program as a client of a server. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "auth/random.h"
#include "json/reader.h"
#include "json/time.h"
#include "json/utf8.h"
#include "server/cli/rows.h"
#include "server/cli/web.h"
#include "server/spell.h"

enum {
	TEXT_MOST = 8 * 1024 * 1024,
	TRIES = 5,
	PAUSE_MOST = 30, /* s, between tries */
	EVENT_MOST = 16 * 1024 * 1024,
};

static struct str
room_path(struct cli *c, const char *more)
{
	struct str room = web_word(&c->mem, str_of(c->words[0]));

	return arena_fmt(&c->mem, "/r/%.*s%s", STR_ARGS(room), more);
}

/* The server is busy, or on its way up: it may do later. */
static bool
may_do_later(const struct web *w)
{
	return w->status == 0 || w->status == 408 || w->status == 429 ||
	       w->status >= 500;
}

static void
pause_for(const struct web *w, int tries)
{
	int64_t s = tries < 5 ? 1 << tries : PAUSE_MOST;

	if (w->retry > s)
		s = w->retry;
	if (tries == 0 && !w->retry)
		usleep(200 * 1000);
	else
		sleep((unsigned)(s < PAUSE_MOST ? s : PAUSE_MOST));
}

/* ---- send ---- */

static bool
read_stdin(struct buf *text)
{
	size_t n;

	do {
		n = fread(buf_room(text, 65536), 1, 65536, stdin);
		text->len += n;
	} while (n > 0 && text->len <= TEXT_MOST);
	return !ferror(stdin);
}

/* Headers carry no line ends, and the query carries all. */
static void
add_word(struct cli *c, struct buf *query, const char *name)
{
	struct str s = cli_option(c, name);

	if (s.len)
		buf_fmt(query, "%s%s=%.*s", query->len ? "&" : "?", name,
		    STR_ARGS(web_word(&c->mem, s)));
}

static struct str
send_path(struct cli *c)
{
	static const char *const names[] = { "title", "alias", "emoji",
		"thread" };
	struct buf query = { 0 };
	char key[ID_LEN];
	struct str path;
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		add_word(c, &query, names[i]);
	if (cli_option(c, "code").ptr)
		buf_fmt(&query, "%scode=1", query.len ? "&" : "?");
	/* tried again, it is the same message */
	id_new(key, 0);
	buf_fmt(&query, "%sidempotency-key=%.*s%d", query.len ? "&" : "?",
	    ID_LEN, key, (int)getpid());
	path = room_path(c, "");
	path = arena_fmt(
	    &c->mem, "%.*s%.*s", STR_ARGS(path), STR_ARGS(buf_view(&query)));
	buf_free(&query);
	return path;
}

static int
post(struct cli *c, struct web *w, struct str text)
{
	struct str path = send_path(c);
	struct buf said = { 0 };
	int tries;

	for (tries = 0; tries < TRIES; tries++) {
		if (web_ask(w, "POST", path,
			STR("Content-Type: text/plain\r\n"), text) &&
		    w->status == 200) {
			web_rest(w, &said, 4096);
			cli_say(c, "%.*s", (int)str_find(buf_view(&said), '\n'),
			    said.bytes);
			buf_free(&said);
			return 0;
		}
		if (!may_do_later(w))
			return web_refused(w);
		if (tries + 1 < TRIES)
			pause_for(w, tries);
	}
	return w->status ? web_refused(w) : cli_fail("%s", w->why);
}

static int
send_run(struct cli *c)
{
	struct buf in = { 0 };
	struct str text = str_of(c->words[1]);
	struct web w;
	int status = web_begin(c, &w);

	if (!status && !text.ptr) {
		if (!read_stdin(&in))
			status = cli_fail("stdin: %s", strerror(errno));
		text = buf_view(&in);
	}
	if (!status && !utf8_valid(text))
		status = cli_fail("that is no text in UTF-8");
	if (!status && text.len == 0)
		status = cli_fail("there is nothing to say");
	if (!status)
		status = post(c, &w, text);
	web_end(&w);
	buf_free(&in);
	return status;
}

/* ---- search ---- */

static int
search_run(struct cli *c)
{
	struct buf words = { 0 }, found = { 0 };
	struct str path, limit = cli_option(c, "limit");
	struct web w;
	size_t i;
	int status = web_begin(c, &w);

	for (i = 1; i < c->nwords; i++)
		buf_fmt(&words, "%s%s", i > 1 ? " " : "", c->words[i]);
	path = web_word(&c->mem, buf_view(&words));
	path = arena_fmt(&c->mem, "?q=%.*s&limit=%.*s", STR_ARGS(path),
	    STR_ARGS(web_word(&c->mem, limit)));
	path = room_path(
	    c, arena_fmt(&c->mem, "%s%.*s",
		   cli_option(c, "json").ptr ? "/json" : "", STR_ARGS(path))
		   .ptr);
	if (!status && !web_ask(&w, "GET", path, STR(""), STR("")))
		status = cli_fail("%s", w.why);
	else if (!status && w.status != 200)
		status = web_refused(&w);
	else if (!status && web_rest(&w, &found, EVENT_MOST) != 0)
		status = cli_fail("%s", w.why);
	if (!status && found.len)
		fwrite(found.bytes, 1, found.len, stdout);
	web_end(&w);
	buf_free(&words);
	buf_free(&found);
	return status;
}

/* ---- tail ---- */

struct tail {
	struct cli *c;
	struct web web;
	struct buf in;    /* lines that are not whole yet */
	struct buf since; /* the id of what was printed last */
	struct buf id, data, event;
	bool json, many, met;
	int tries;
};

/* As the server spells it, from the document that it sent. */
static void
print_text(const struct tail *t, struct str line)
{
	const struct json_limits limits = { .tokens = SIZE_MAX, .depth = 64 };
	struct arena mem = { 0 };
	struct room room = { .name = STR("") };
	struct message m = { .extra = line };
	struct push_event e = { PUSH_NEW, &room, &m, NO_STR };
	struct buf out = { 0 };
	struct json root;
	size_t at;

	if (json_parse(&mem, line, &limits, &root, &at) == JSON_FINE) {
		m.text = json_text(json_get(root, STR("msg")), &mem);
		m.type = json_text(json_get(root, STR("t")), &mem);
		m.author_name = json_text(
		    json_get(json_get(root, STR("u")), STR("username")), &mem);
		room.name = json_text(json_get(root, STR("room")), &mem);
		time_parse(json_text(json_get(root, STR("ts")), &mem), &m.sent);
		spell(t->many ? PUSH_TEXT_ROOMS : PUSH_TEXT, &e, &out);
		fwrite(out.bytes, 1, out.len, stdout);
	}
	buf_free(&out);
	arena_free(&mem);
}

static void
set(struct buf *b, struct str s)
{
	b->len = 0;
	buf_str(b, s);
}

/* An empty line: the event is whole.  It is printed before it counts as had;
 * false: nobody reads us. */
static bool
end_event(struct tail *t)
{
	bool message = t->data.len > 0 && t->event.len == 0;

	if (message && t->json) {
		buf_char(&t->data, '\n');
		fwrite(t->data.bytes, 1, t->data.len, stdout);
	} else if (message) {
		print_text(t, buf_view(&t->data));
	}
	if (message && (fflush(stdout) != 0 || ferror(stdout)))
		return false;
	if (t->id.len > 0)
		set(&t->since, buf_view(&t->id));
	t->id.len = t->data.len = t->event.len = 0;
	return true;
}

static bool
take_line(struct tail *t, struct str line)
{
	size_t colon = str_find(line, ':');
	struct str name = { line.ptr, colon }, value = STR("");

	if (line.len == 0)
		return end_event(t);
	if (colon < line.len)
		value = str_from(line, colon + 1);
	if (str_starts(value, STR(" ")))
		value = str_from(value, 1);
	if (str_eq(name, STR("id")))
		set(&t->id, value);
	else if (str_eq(name, STR("data")))
		set(&t->data, value);
	else if (str_eq(name, STR("event")))
		set(&t->event, value);
	return true;
}

static bool
take_lines(struct tail *t)
{
	struct str rest = buf_view(&t->in), line;
	size_t n;
	bool fine = true;

	while (fine && (n = str_find(rest, '\n')) < rest.len) {
		line = (struct str){ rest.ptr, n };
		rest = str_from(rest, n + 1);
		fine = take_line(t, line);
	}
	if (rest.len > 0)
		memmove(t->in.bytes, rest.ptr, rest.len);
	t->in.len = rest.len;
	return fine && rest.len <= EVENT_MOST;
}

static struct str
tail_path(struct tail *t)
{
	struct cli *c = t->c;
	struct str since = cli_option(c, "since"), limit;
	const char *system = cli_option(c, "system").ptr ? "&system=1" : "";

	if (t->since.len > 0)
		since = buf_view(&t->since);
	limit = cli_option(c, "limit");
	if (!since.len && !limit.len)
		limit = STR("10");
	since = web_word(&c->mem, since);
	limit = web_word(&c->mem, limit);
	return room_path(c, arena_fmt(&c->mem, "/sse?since=%.*s&limit=%.*s%s",
				STR_ARGS(since), STR_ARGS(limit), system)
				.ptr);
}

/* A restart is over before the second try: then nothing is said. */
static int
try_later(const struct tail *t)
{
	if (t->tries == 2 && t->web.status)
		cli_fail("the server says %d; trying again", t->web.status);
	else if (t->tries == 2)
		cli_fail("%s; trying again", t->web.why);
	return 0;
}

/* Who is read by nobody ends as others do in a pipe (web_begin). */
static int
unread(void)
{
	if (errno == EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	return cli_fail("cannot write to stdout: %s", strerror(errno));
}

/* One connection: 0 go on with another, 1 that is all.  Whom we never met we
 * do not wait for: it may be the wrong address, or a wrong certificate. */
static int
listen_once(struct tail *t)
{
	struct web *w = &t->web;
	int got = 1;

	t->in.len = t->id.len = t->data.len = t->event.len = 0;
	if (!web_ask(w, "GET", tail_path(t),
		STR("Accept: text/event-stream\r\n"), STR("")))
		return t->met ? try_later(t) : cli_fail("%s", w->why);
	t->met = true;
	if (w->status != 200)
		return may_do_later(w) ? try_later(t) : web_refused(w);
	while (got == 1) {
		got = web_read(w, &t->in);
		if (got == 1 && !take_lines(t))
			return unread();
		if (got == 1)
			t->tries = 0;
	}
	return 0;
}

static int
tail_run(struct cli *c)
{
	struct tail t = { .c = c };
	int status = web_begin(c, &t.web);

	t.json = cli_option(c, "json").ptr;
	t.many = strchr(c->words[0], ',') != NULL;
	while (!status && (status = listen_once(&t)) == 0)
		pause_for(&t.web, t.tries++);
	web_end(&t.web);
	buf_free(&t.in);
	buf_free(&t.since);
	buf_free(&t.id);
	buf_free(&t.data);
	buf_free(&t.event);
	return status;
}

/* clang-format off */
const struct command talk_commands[] = {
	COMMAND("send", "ROOM [TEXT]", "post a message, or what stdin says",
	    CLI_NOTHING, send_run, OPTIONS(
		OPTION("title", "TEXT", "what it is about"),
		SWITCH("code", "as a program printed it"),
		OPTION("thread", "ID", "answer this message"),
		OPTION("alias", "NAME", "another name than one's own"),
		OPTION("emoji", "NAME", "in place of a picture"),
		WEB_OPTIONS)),
	COMMAND("tail", "ROOM[,ROOM]", "print messages, and those that come",
	    CLI_NOTHING, tail_run, OPTIONS(
		OPTION("since", "WHEN", "10m, a time, a message's id, all"),
		OPTION("limit", "N", "begin with the newest so many (10)"),
		SWITCH("json", "one document a line"),
		SWITCH("system", "also who joined, and the like"),
		WEB_OPTIONS)),
	COMMAND("search", "ROOM[,ROOM] WORD [WORD] [WORD]", "print messages that hold all words",
	    CLI_NOTHING, search_run, OPTIONS(
		OPTION("limit", "N", "the newest so many (50)"),
		SWITCH("json", "one document a line"),
		WEB_OPTIONS)),
	END_OF_COMMANDS,
};
/* clang-format on */
