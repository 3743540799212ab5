/* SPDX-License-Identifier: ISC */
/* /r/: posting, editing, deleting, reacting. */
#include "server/api/curl.h"

enum { KEY_MOST = 255, WORD_MOST = 4096 };

/* ---- what is said ---- */

static bool
is_object(const struct req *q)
{
	return json_type(q->body) == JSON_OBJECT;
}

struct str
curl_word(const struct req *q, const char *name)
{
	struct str s = req_header(q, name);

	return s.ptr ? s : param(q, name);
}

bool
curl_flag(const struct req *q, const char *name)
{
	struct str s = req_header(q, name);

	if (!s.ptr)
		return param_true(q, name);
	return s.len > 0 && !str_eq(s, STR("0")) && !str_ieq(s, STR("false"));
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without the end of the line that a program put behind it. */
static struct str
bare(struct str s)
{
	while (s.len > 0 && is_space(s.ptr[0]))
		s = str_from(s, 1);
	while (s.len > 0 && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

static int
need_utf8(struct req *q, struct str s)
{
	if (utf8_valid(s) && !memchr(s.ptr ? s.ptr : "", 0, s.len))
		return 0;
	return fail_coded(q, "error-invalid-text", "That is no text in UTF-8");
}

/* Of a body that is JSON or a form of parts: its text. */
static struct str
text_named(const struct req *q)
{
	struct str text = param(q, "text");

	return text.ptr ? text : param(q, "msg");
}

static int
need_text(struct req *q, struct str *text)
{
	if (param_is_text(q, "text") || param_is_text(q, "msg"))
		return -1;
	*text =
	    is_object(q) ? text_named(q) : http_str(q->bytes, q->http->body);
	if (need_utf8(q, *text))
		return -1;
	if (bare(*text).len == 0)
		return fail(q, E_EMPTY);
	return 0;
}

/* As a program printed it; no fence in it is as long as the one around. */
static struct str
fenced(struct req *q, struct str text)
{
	bool whole = text.len && text.ptr[text.len - 1] == '\n';
	size_t run = 0, most = 2, i;
	struct str fence;
	char *p;

	for (i = 0; i < text.len; i++) {
		run = text.ptr[i] == '`' ? run + 1 : 0;
		most = run > most ? run : most;
	}
	p = arena_get(q->mem, most + 1);
	memset(p, '`', most + 1);
	fence = (struct str){ p, most + 1 };
	return arena_fmt(q->mem, "%.*s\n%.*s%s%.*s", STR_ARGS(fence),
	    STR_ARGS(text), whole ? "" : "\n", STR_ARGS(fence));
}

/* ---- trimmings ---- */

static int
add_word(struct req *q, struct writer *w, const char *name, const char *as)
{
	struct str s = curl_word(q, name);

	if (param_is_text(q, name) || need_utf8(q, s))
		return -1;
	if (s.len > WORD_MOST)
		return fail_coded(
		    q, "error-invalid-params", "%s is too long", name);
	if (s.len)
		json_str(w, as, s);
	return 0;
}

/* A title stands in an attachment, so that the text stays the literal one;
 * without a title those of a JSON body are taken. */
static int
add_title(struct req *q, struct writer *w)
{
	struct json list = json_get(q->body, STR("attachments"));
	int bad = param_is_text(q, "title");

	if (curl_word(q, "title").len) {
		json_open(w, "attachments", '[');
		json_open(w, NULL, '{');
		bad = add_word(q, w, "title", "title");
		json_close(w, '}');
		json_close(w, ']');
	} else if (json_type(list) > JSON_NULL) {
		json_text_as_is(w, "attachments", json_source(list));
	}
	return bad;
}

/* The attachment of a file is the file. */
static int
trimmings(struct req *q, bool file, struct json *from)
{
	const struct json_limits limits = { .tokens = SIZE_MAX, .depth = 32 };
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	struct str text;
	size_t at;
	int bad;

	json_open(&w, NULL, '{');
	bad = add_word(q, &w, "alias", "alias") ||
	      add_word(q, &w, "emoji", "emoji") ||
	      add_word(q, &w, "avatar", "avatar") ||
	      add_word(q, &w, "thread", "tmid") || (!file && add_title(q, &w));
	json_close(&w, '}');
	text = arena_str(q->mem, buf_view(&out));
	buf_free(&out);
	if (bad)
		return -1;
	json_parse(q->mem, text, &limits, from, &at);
	return 0;
}

int
curl_say(struct req *q, const struct room *r, struct str text, bool file,
    struct say *say)
{
	struct json from;

	if (need_utf8(q, text) || trimmings(q, file, &from))
		return -1;
	if (curl_flag(q, "code") && !file)
		text = fenced(q, text);
	return need_say(q, r, from, text, false, say);
}

/* ---- once ---- */

/* A key counts in its room: one job may post in several. */
static int
key_of(struct req *q, const struct room *r, struct str *key)
{
	struct str said = curl_word(q, "idempotency-key");

	*key = NO_STR;
	if (param_is_text(q, "idempotency-key"))
		return -1;
	if (!said.len)
		return 0;
	if (said.len > KEY_MOST || !utf8_valid(said))
		return fail_coded(q, "error-invalid-params",
		    "An Idempotency-Key has at most %d bytes", KEY_MOST);
	*key = arena_fmt(q->mem, "%.*s %.*s", STR_ARGS(r->id), STR_ARGS(said));
	return 0;
}

int
curl_again(struct req *q, const struct room *r, struct str *id)
{
	struct str key;
	int found;

	if (key_of(q, r, &key))
		return -1;
	found =
	    key.ptr ? idempotency_find(q->db, q->mem, q->me->row, key, id) : 0;
	if (found < 0)
		return fail(q, E_STORE);
	if (found == 0)
		return 0;
	return curl_done(q, *id) == 0 ? 1 : -1;
}

int
curl_posted(struct req *q, const struct room *r, const struct message *m)
{
	struct str key;

	if (key_of(q, r, &key))
		return -1;
	if (key.ptr &&
	    idempotency_add(q->db, q->me->row, key, m->id, q->now) != 1)
		return fail(q, E_STORE);
	return curl_done(q, m->id);
}

bool
curl_wants_json(const struct req *q)
{
	struct str rest = req_header(q, "accept"), one;

	while (str_next(&rest, ',', &one)) {
		one.len = str_find(one, ';');
		if (str_ieq(str_trim(one), STR("application/json")))
			return true;
	}
	return false;
}

/* The message as it is now; or what is left of it. */
int
curl_done(struct req *q, struct str id)
{
	struct message m;
	int found;

	if (!curl_wants_json(q)) {
		q->type = SAID_TYPE;
		buf_str(q->out.out, id);
		buf_char(q->out.out, '\n');
		return 0;
	}
	q->out.pretty = false;
	if ((found = message_by_id(q->db, q->mem, id, &m)) < 0)
		return fail(q, E_STORE);
	if (found) {
		doc_message(&q->out, NULL, &m, q->me);
	} else {
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "_id", id);
		json_close(&q->out, '}');
	}
	buf_char(q->out.out, '\n');
	return 0;
}

/* ---- calls ---- */

static int
post_text(struct req *q, const struct room *r, struct str text)
{
	struct deed d = deed_of(q);
	struct message m;
	struct str id;
	struct say say;
	int again;

	if (need_seat(q, r) || need_writable(q, r))
		return -1;
	if ((again = curl_again(q, r, &id)) != 0)
		return again < 0 ? -1 : 0;
	if (curl_say(q, r, text, false, &say))
		return -1;
	if (deed_post(&d, r, q->me, &say, &m) != 1)
		return fail(q, E_STORE);
	return curl_posted(q, r, &m);
}

int
curl_post(struct req *q)
{
	struct str text;
	struct room r;

	if (file_of(q))
		return curl_put(q);
	if (need_text(q, &text) || curl_target(q, &r))
		return -1;
	return post_text(q, &r, text);
}

/* The message of the path, in its room. */
static int
need_message_here(struct req *q, struct message *m, struct room *r)
{
	int found;

	if (curl_room(q, r))
		return -1;
	if ((found = message_by_id(q->db, q->mem, q->args[1], m)) < 0)
		return fail(q, E_STORE);
	return found && m->room == r->row ? 0 : fail(q, E_NO_MESSAGE);
}

int
curl_edit(struct req *q)
{
	struct deed d = deed_of(q);
	struct message m;
	struct say say;
	struct room r;
	struct str text;

	if (need_text(q, &text) || need_message_here(q, &m, &r) ||
	    need_editable(q, &r, &m) || need_writable(q, &r))
		return -1;
	if (curl_flag(q, "code"))
		text = fenced(q, text);
	if (need_say(q, &r, (struct json){ 0 }, text, false, &say))
		return -1;
	if (deed_edit(&d, &r, q->me, &m, &say) < 0)
		return fail(q, E_STORE);
	return curl_done(q, m.id);
}

int
curl_delete(struct req *q)
{
	struct message m;
	struct room r;

	if (need_message_here(q, &m, &r) || need_deletable(q, &r, &m))
		return -1;
	if (message_delete(q->db, &m, q->now) < 0)
		return fail(q, E_STORE);
	return curl_done(q, m.id);
}

/* What is no emoji is a bad request, whatever the newer API calls it. */
static int
need_emoji(struct req *q, struct str *emoji)
{
	struct str text;

	if (need_text(q, &text))
		return -1;
	if (need_reaction(q, bare(text), emoji) == 0)
		return 0;
	q->status = 400;
	return -1;
}

/* Said twice it is said once; ?off=1 takes it back. */
int
curl_react(struct req *q)
{
	bool on = !curl_flag(q, "off");
	struct message m;
	struct room r;
	struct str emoji;

	if (need_emoji(q, &emoji) || need_message_here(q, &m, &r) ||
	    need_seat(q, &r) || need_writable(q, &r) ||
	    (on && need_space(q, &m, emoji)))
		return -1;
	if (message_react(q->db, &m, q->me->row, emoji, on, q->now) < 0)
		return fail(q, E_STORE);
	return curl_done(q, m.id);
}
