/* SPDX-License-Identifier: ISC */
/* /hooks/: messages from scripts and other services, by an address that is
 * its own proof. */
#include "auth/throttle.h"
#include "server/api/v1/v1.h"

/* ---- whose address it is ---- */

/* The id is the first of the path's words, the token the last. */
static struct str
last_arg(const struct req *q)
{
	int i = ROUTE_ARGS - 1;

	while (i > 0 && !q->args[i].ptr)
		i--;
	return q->args[i];
}

static int
need_address(struct req *q, struct hook *h)
{
	char digest[SHA256_HEX];
	int found = hook_by_id(q->db, q->mem, q->args[0], h);

	if (found < 0)
		return fail(q, E_STORE);
	sha256_hex(last_arg(q), digest);
	if (found && !h->outgoing && h->token.len == sizeof digest &&
	    same_bytes(h->token.ptr, digest, sizeof digest))
		return 0;
	return fail(q, E_NO_HOOK);
}

/* From here on it is the integration's user who asks. */
static int
become(struct req *q, const struct hook *h)
{
	struct user *u = arena_zero(q->mem, sizeof *u);
	int found = user_by_row(q->db, q->mem, h->user, u);

	if (found == 1)
		found = who_by_user(q->srv->who, q->mem, u, &q->session);
	if (found < 0)
		return fail(q, E_STORE);
	if (!found || !h->enabled || !u->active) {
		q->status = 503;
		q->type = STR("text/plain; charset=utf-8");
		buf_str(q->out.out, STR("Service Unavailable"));
		return 1;
	}
	q->me = u;
	return 0;
}

/* Content of one address is counted as that of one user. */
static int
need_pace(struct req *q, const struct hook *h)
{
	int64_t wait;

	if (!q->srv->sends || may(q, MAY_SEND_MANY) ||
	    may(q, MAY_PASS_RATE_LIMIT))
		return 0;
	wait = throttle_take(q->srv->sends, h->id, q->srv->mono);
	return wait ? fail_wait(q, wait) : 0;
}

/* 0 go on, 1 the reply is written, -1 answered. */
static int
enter(struct req *q, struct hook *h)
{
	int done = need_address(q, h);

	return done ? done : become(q, h);
}

/* ---- what is said ---- */

static bool
is_plain(const struct req *q)
{
	struct str type = req_header(q, "content-type");

	type.len = type.ptr ? str_find(type, ';') : 0;
	return str_ieq(str_trim(type), STR("text/plain"));
}

static struct json
parsed(struct req *q, struct str text, const char **fault)
{
	struct json_limits limits = {
		.tokens = (size_t)q->srv->conf->max_json,
		.depth = 32,
		.plain_text = true,
		.object_only = true,
	};
	struct json v = { 0 };
	size_t at;
	enum json_fault f = json_parse(q->mem, text, &limits, &v, &at);

	*fault = f == JSON_FINE ? NULL : json_fault_text(f);
	return v;
}

/* An object, or JSON_NONE: there was no body. */
static int
read_said(struct req *q, struct json *said)
{
	struct str body = http_str(q->bytes, q->http->body), payload;
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	const char *fault = NULL;

	*said = q->body;
	payload = json_text(json_get(q->body, STR("payload")), q->mem);
	if (is_plain(q) && body.len) {
		if (!utf8_valid(body))
			return fail_bare(q, "The text is not UTF-8");
		json_open(&w, NULL, '{');
		json_str(&w, "text", body);
		json_close(&w, '}');
		*said = parsed(q, buf_settle(&out, q->mem), &fault);
	} else if (payload.ptr) {
		*said = parsed(q, payload, &fault);
	}
	return fault ? fail_bare(q, "The payload %s", fault) : 0;
}

/* What the integration wears, where the message does not say. */
struct face {
	struct json said, usual;
	bool given; /* the message has a picture of its own */
};

static void
wear(struct req *q, struct writer *w, const struct face *f, const char *name,
    bool usual)
{
	struct str s = json_text(json_get(f->said, str_of(name)), q->mem);

	if (!s.len && usual)
		s = json_text(json_get(f->usual, str_of(name)), q->mem);
	if (s.len)
		json_str(w, name, s);
}

static bool
has_text(struct req *q, struct json v, const char *name)
{
	return json_text(json_get(v, str_of(name)), q->mem).len > 0;
}

static struct str
dress(struct req *q, const struct hook *h, struct str extra)
{
	static const char *const rest[] = { "attachments", "parseUrls",
		"customFields" };
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	const char *fault;
	struct face f = { .usual = parsed(q, h->extra, &fault) };
	struct json v;
	size_t i;

	f.said = parsed(q, extra.ptr ? extra : STR("{}"), &fault);
	f.given = has_text(q, f.said, "avatar") || has_text(q, f.said, "emoji");
	json_open(&w, NULL, '{');
	json_open(&w, "bot", '{'); /* first: outgoing.c looks for it there */
	json_str(&w, "i", h->id);
	json_close(&w, '}');
	wear(q, &w, &f, "alias", true);
	wear(q, &w, &f, "avatar", !f.given);
	wear(q, &w, &f, "emoji", !f.given && !has_text(q, f.usual, "avatar"));
	json_bool(
	    &w, "groupable", json_true(json_get(f.said, STR("groupable"))));
	for (i = 0; i < sizeof rest / sizeof *rest; i++) {
		v = json_get(f.said, str_of(rest[i]));
		if (json_type(v) > JSON_NULL)
			json_text_as_is(&w, rest[i], json_source(v));
	}
	json_close(&w, '}');
	return buf_settle(&out, q->mem);
}

/* ---- saying it ---- */

static int
say_in(
    struct req *q, const struct hook *h, const struct room *r, struct json said)
{
	struct deed d = deed_of(q);
	struct str text = json_text(json_get(said, STR("text")), q->mem);
	struct message m;
	struct say say;

	if (!text.ptr)
		text = json_text(json_get(said, STR("msg")), q->mem);
	if (need_seat(q, r) || need_writable(q, r) ||
	    need_say(q, r, said, text, true, &say))
		return -1;
	say.extra = dress(q, h, say.extra);
	return deed_post(&d, r, q->me, &say, &m) != 1 ? fail(q, E_STORE) : 0;
}

static int
place_of(struct req *q, const struct hook_place *p, struct room *r)
{
	struct deed d = deed_of(q);
	struct user pair[2] = { *q->me };
	struct room *list;
	size_t n = 0;
	int found;

	if (p->room) {
		found = rooms_by_rows(q->db, q->mem, &p->room, 1, &list, &n);
		if (n)
			*r = list[0];
		found = found < 0 ? -1 : (int)n;
	} else {
		found = user_by_row(q->db, q->mem, p->user, &pair[1]);
		if (found == 1)
			found = pair[1].active
				    ? deed_direct(&d, pair, 2, q->me, r)
				    : 0;
	}
	return found < 0 ? fail(q, E_STORE) : found ? 0 : no_channel(q);
}

static int
say_at_home(struct req *q, const struct hook *h, struct json said)
{
	struct hook_place *p;
	struct room r;
	size_t i, n;

	if (hook_places(q->db, q->mem, h->row, &p, &n) < 0)
		return fail(q, E_STORE);
	if (n == 0) /* the room is gone */
		return no_channel(q);
	for (i = 0; i < n; i++)
		if (place_of(q, &p[i], &r) || say_in(q, h, &r, said))
			return -1;
	return 0;
}

static int
say_there(
    struct req *q, const struct hook *h, struct str word, struct json said)
{
	struct room r;

	return need_target(q, word, &r) || say_in(q, h, &r, said) ? -1 : 0;
}

/* What the message names, one place or several; else where it belongs. */
static int
say_all(struct req *q, const struct hook *h, struct json said)
{
	struct json to = json_get(said, STR("roomId")), one;
	struct str word;
	size_t n = 0;

	if (json_type(to) <= JSON_NULL)
		to = json_get(said, STR("channel"));
	if (json_type(to) != JSON_ARRAY) {
		word = json_text(to, q->mem);
		return word.len ? say_there(q, h, word, said)
				: say_at_home(q, h, said);
	}
	for (one = json_first(to); json_type(one); one = json_next(one), n++)
		if (n == HOOK_PLACES ||
		    say_there(q, h, json_text(one, q->mem), said))
			return n == HOOK_PLACES ? no_channel(q) : -1;
	return n ? 0 : no_channel(q);
}

static int
speak(struct req *q)
{
	struct hook h;
	struct json said;
	int done = enter(q, &h);

	if (done)
		return done < 0 ? -1 : 0;
	if (read_said(q, &said))
		return -1;
	if (json_type(said) == JSON_NONE || json_count(said) == 0)
		return v1_done(q);
	if (need_pace(q, &h) || say_all(q, &h, said))
		return -1;
	return v1_done(q);
}

/* ---- what outgoing ones are answered ---- */

/* Into the room that it was about; nobody else is told of it, or two of them
 * would talk for ever. */
int
outgoing_answer(
    struct req *q, const struct hook *h, int64_t room, struct json said)
{
	struct hook_place at = { .room = room };
	struct str text = json_text(json_get(said, STR("text")), q->mem);
	struct deed d;
	struct message m;
	struct room r;
	struct say say;

	if (become(q, h) ||
	    (!text.len && !json_count(json_get(said, STR("attachments")))))
		return 0; /* there is nothing to say, or nobody to say it */
	d = deed_of(q);
	d.outgoing = NULL;
	if (place_of(q, &at, &r) || need_writable(q, &r) ||
	    need_say(q, &r, said, text, true, &say) || need_seat(q, &r))
		return -1;
	say.extra = dress(q, h, say.extra);
	return deed_post(&d, &r, q->me, &say, &m) != 1 ? fail(q, E_STORE) : 0;
}

/* ---- for services that ask what there is ---- */

static int
info(struct req *q)
{
	struct hook h;
	int done = enter(q, &h);

	return done ? (done < 0 ? -1 : 0) : v1_done(q);
}

/* Messages as an outgoing integration would tell of them, so that a service
 * learns their fields; of this integration's user, where it speaks. */
static int
sample(struct req *q)
{
	struct writer *w = &q->out;
	struct hook h;
	struct json places;
	struct str place, text;
	const char *fault;
	int i, done = enter(q, &h);

	if (done)
		return done < 0 ? -1 : 0;
	places = parsed(q,
	    arena_fmt(q->mem, "{\"all\":%.*s}", STR_ARGS(h.channels)), &fault);
	places = json_get(places, STR("all"));
	place = json_text(json_first(places), q->mem);
	json_open(w, NULL, '[');
	for (i = 1; i <= 3; i++) {
		text = arena_fmt(q->mem, "Sample text %d", i);
		json_open(w, NULL, '{');
		json_str(w, "channel_name",
		    place.len ? str_from(place, 1) : STR(""));
		json_time(w, "timestamp", q->now);
		json_str(w, "user_id", q->me->id);
		json_str(w, "user_name", q->me->username);
		json_str(w, "text", text);
		json_str(w, "trigger_word", STR("Sample"));
		json_close(w, '}');
	}
	json_close(w, ']');
	return 0;
}

/* ---- and wish to be told ---- */

static int
enter_outgoing(struct req *q, struct hook *h)
{
	int done = enter(q, h);

	if (done)
		return done;
	if (!may(q, MAY_MANAGE_INTEGRATIONS) &&
	    !may(q, MAY_MANAGE_OWN_INTEGRATIONS))
		return fail_coded(q, "not_authorized", "Unauthorized");
	return need_outgoing(q);
}

/*
 * An address to post to may be told of public channels and of where it speaks
 * itself: who has it reads nothing else by it, though its user may.
 */
static int
need_audible(struct req *q, const struct hook *h, struct json wish)
{
	struct str place = json_text(json_get(wish, STR("channel")), q->mem);
	const char *fault;
	struct json one;
	struct room r;
	int found = 0;

	one = parsed(q,
	    arena_fmt(q->mem, "{\"all\":%.*s}", STR_ARGS(h->channels)), &fault);
	for (one = json_first(json_get(one, STR("all"))); json_type(one);
	     one = json_next(one))
		if (str_eq(json_text(one, q->mem), place))
			return 0;
	if (str_starts(place, STR("#")))
		found = room_by_name(q->db, q->mem, str_from(place, 1), &r);
	if (found < 0)
		return fail(q, E_STORE);
	return found && r.type == 'c'
		   ? 0
		   : fail_coded(q, "error-invalid-room", "Invalid room");
}

/* {name, event, target_url, data:{channel_name | username,
 * trigger_words}} as an integration. */
static struct json
as_wish(struct req *q, bool direct)
{
	struct json data = json_get(q->body, STR("data"));
	struct json words = json_get(data, STR("trigger_words"));
	struct str place = json_text(
	    json_get(data, direct ? STR("username") : STR("channel_name")),
	    q->mem);
	const char *fault, *mark = direct ? "@" : "#";
	struct buf out = { 0 };
	struct writer w = { .out = &out };

	if (place.len && !str_starts(place, str_of(mark)))
		place = arena_fmt(q->mem, "%s%.*s", mark, STR_ARGS(place));
	json_open(&w, NULL, '{');
	json_str(&w, "name", param(q, "name"));
	json_bool(&w, "enabled", true);
	json_bool(&w, "scriptEnabled", false);
	json_str(&w, "username", q->me->username);
	json_str(&w, "channel", place);
	json_str(&w, "event", STR("sendMessage"));
	json_open(&w, "urls", '[');
	json_str(&w, NULL, param(q, "target_url"));
	json_close(&w, ']');
	if (json_type(words) == JSON_ARRAY)
		json_text_as_is(&w, "triggerWords", json_source(words));
	json_close(&w, '}');
	return parsed(q, buf_settle(&out, q->mem), &fault);
}

static int
add(struct req *q)
{
	struct hook h, fresh = { .outgoing = true };
	struct str event = param(q, "event"), token;
	struct json wish;
	bool direct = str_eq(event, STR("newMessageToUser"));
	int done = enter_outgoing(q, &h);

	if (done)
		return done < 0 ? -1 : 0;
	if (!direct && !str_eq(event, STR("newMessageOnChannel")))
		return fail_coded(
		    q, "error-invalid-event-type", "Invalid event type");
	wish = as_wish(q, direct);
	if (need_audible(q, &h, wish) || hook_make(q, wish, &fresh, &token))
		return -1;
	outgoing_forget(q->srv->outgoing);
	return v1_done(q);
}

static int
take_back(struct req *q)
{
	struct str url = param(q, "target_url");
	struct hook h, old;
	int found, done = enter_outgoing(q, &h);

	if (done)
		return done < 0 ? -1 : 0;
	found = url.len ? hook_by_url(q->db, q->mem, url, &old) : 0;
	if (found == 1) /* whatever else its user may take away */
		found = old.maker == q->me->row;
	if (found == 0)
		return fail_bare(q, "No integration found.");
	if (found < 0 || hook_delete(q->db, old.row) < 0)
		return fail(q, E_STORE);
	outgoing_forget(q->srv->outgoing);
	return v1_done(q);
}

/* clang-format off */
#define EACH(VERB, call, run, ...) \
	VERB(call ":id/:token", ANYONE, FREELY, "", run, __VA_ARGS__), \
	VERB(call ":id/:user/:token", ANYONE, FREELY, "", run, __VA_ARGS__)

/* The words before the rows that take any word in their place. */
static const struct route hook_routes[] = {
	EACH(GET, "info/", info),
	EACH(GET, "sample/", sample),
	EACH(POST, "add/", add),
	EACH(POST, "remove/", take_back),
	EACH(POST, "", speak, .effect = GROWS),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group hook_group;
const struct route_group hook_group = { "/hooks/", STYLE_V1, hook_routes };
