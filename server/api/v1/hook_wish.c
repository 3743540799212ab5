/* SPDX-License-Identifier: ISC */
/* What a client wishes an integration to be. */
#include "server/api/v1/v1.h"

enum {
	NAME_MOST = 200,
	WORD_MOST = 100,
	WORDS = 50,
	URL_MOST = 2048,
	URLS = 10,
	SCRIPT_MOST = 32 * 1024,
	RETRIES = 20,
	OUTGOING_MOST = 1000, /* they are all kept in memory */
};

/* ---- types, in the words of the original ---- */

static const char *
type_name(enum json_type t)
{
	static const char *const names[] = { "undefined", "null", "boolean",
		"number", "string", "array", "object" };

	return names[t];
}

/* A member of that type: 0 absent, 1, -1 and answered. */
static int
match(struct req *q, struct json from, const char *key, enum json_type type,
    bool needed)
{
	enum json_type t = json_type(json_get(from, str_of(key)));

	if (t == type)
		return 1;
	if (t <= JSON_NULL)
		return needed
			   ? fail_bare(q, "Match error: Missing key '%s'", key)
			   : 0;
	return fail_bare(q, "Match error: Expected %s, got %s in field %s",
	    type_name(type), type_name(t), key);
}

/* A text of at most so many bytes: as match. */
static int
match_text(struct req *q, struct json from, const char *key, size_t most,
    bool needed, struct str *text)
{
	int has = match(q, from, key, JSON_STRING, needed);

	if (has == 1)
		*text = json_text(json_get(from, str_of(key)), q->mem);
	if (has == 1 && text->len > most)
		return fail_coded(q, "error-invalid-params",
		    "The parameter \"%s\" is too long", key);
	return has;
}

/* ---- where ---- */

static int
bad_place(struct req *q, bool known)
{
	return known ? fail_coded(q, "error-invalid-channel", "Invalid Channel")
		     : fail_coded(q, "error-invalid-room", "Invalid room");
}

/* "#dev": one who manages only what is their own must be in it. */
static int
place_room(struct req *q, struct str word, struct hook_place *p)
{
	struct room r;
	int found = room_by_name(q->db, q->mem, word, &r), mine = 1;
	struct member m;

	if (found == 0)
		found = room_by_id(q->db, q->mem, word, &r);
	if (found == 1 && !may(q, MAY_MANAGE_INTEGRATIONS) &&
	    (mine = membership_of(q, &r, &m)) < 0)
		return -1;
	if (found < 0)
		return fail(q, E_STORE);
	if (!found || !mine)
		return bad_place(q, found && r.type == 'c');
	p->room = r.row;
	return 0;
}

static int
place_user(struct req *q, struct str word, struct hook_place *p)
{
	struct user u;
	int found = user_by_name(q->db, q->mem, word, &u);

	if (found == 0)
		found = user_by_id(q->db, q->mem, word, &u);
	if (found < 0)
		return fail(q, E_STORE);
	if (!found || !u.username.ptr)
		return bad_place(q, false);
	p->user = u.row;
	return 0;
}

static int
place_word(struct req *q, struct str word, bool outgoing, struct hook_place *p)
{
	static const char *const words[] = { "all_public_channels",
		"all_private_groups", "all_direct_messages" };
	size_t i;

	for (i = 0; outgoing && i < sizeof words / sizeof *words; i++)
		if (str_eq(word, str_of(words[i]))) {
			p->word = word;
			return may(q, MAY_MANAGE_INTEGRATIONS)
				   ? 0
				   : bad_place(q, true);
		}
	return fail_coded(q, "error-invalid-channel-start-with-chars",
	    "Invalid channel. Start with @ or #");
}

int
hook_wish_places(struct req *q, struct str list, struct hook_wish *w)
{
	struct str word;
	struct hook_place *p;
	int bad = 0;

	w->places = 0;
	while (!bad && str_next(&list, ',', &word)) {
		word = str_trim(word);
		if (w->places == HOOK_PLACES)
			return bad_place(q, true);
		p = &w->place[w->places++];
		*p = (struct hook_place){ .word = NO_STR };
		if (word.len > 1 && word.ptr[0] == '#')
			bad = place_room(q, str_from(word, 1), p);
		else if (word.len > 1 && word.ptr[0] == '@')
			bad = place_user(q, str_from(word, 1), p);
		else
			bad = place_word(q, word, w->hook.outgoing, p);
	}
	return bad;
}

/* Clients name no room for these, so they are of all that are open. */
static bool
is_of_no_room(struct req *q, struct json from)
{
	struct str event = json_text(json_get(from, STR("event")), q->mem);

	return str_eq(event, STR("roomCreated")) ||
	       str_eq(event, STR("roomArchived")) ||
	       str_eq(event, STR("userCreated"));
}

static int
wish_channel(struct req *q, struct json from, struct hook_wish *w)
{
	bool fresh = w->hook.row == 0;
	struct str list = NO_STR;

	if (match_text(q, from, "channel", SCRIPT_MOST, fresh, &list) < 0)
		return -1;
	if (!list.ptr)
		return 0;
	list = str_trim(list);
	if (list.len == 0 && w->hook.outgoing && is_of_no_room(q, from))
		list = STR("all_public_channels");
	if (list.len == 0)
		return fail_coded(
		    q, "error-invalid-channel", "Invalid channel");
	return hook_wish_places(q, list, w);
}

/* ---- who ---- */

static int
wish_user(struct req *q, struct json from, struct hook_wish *w)
{
	bool fresh = w->hook.row == 0;
	struct str name = NO_STR;
	struct user u;
	int found;

	if (match_text(q, from, "username", WORD_MOST, fresh, &name) < 0)
		return -1;
	if (!name.ptr)
		return 0;
	if (name.len && name.ptr[0] == '@')
		name = str_from(name, 1);
	if ((found = user_by_name(q->db, q->mem, name, &u)) < 0)
		return fail(q, E_STORE);
	if (found && !may(q, MAY_MANAGE_INTEGRATIONS))
		found = u.row == q->me->row;
	if (!found || !u.active)
		return fail_coded(q, "error-invalid-user", "Invalid user");
	w->hook.user = u.row;
	w->hook.user_id = u.id;
	w->hook.username = u.username;
	return 0;
}

/* ---- the rest of it, an object ---- */

struct key {
	const char *name;
	enum json_type type;
	bool outgoing;     /* only of these */
	const char *usual; /* of a new one, or NULL */
	size_t most;       /* bytes of a text */
};

static const struct key keys[] = {
	{ "alias", JSON_STRING, false, NULL, WORD_MOST },
	{ "avatar", JSON_STRING, false, NULL, URL_MOST },
	{ "emoji", JSON_STRING, false, NULL, WORD_MOST },
	{ "script", JSON_STRING, false, NULL, SCRIPT_MOST },
	{ "event", JSON_STRING, true, NULL, WORD_MOST },
	{ "urls", JSON_ARRAY, true, NULL, 0 },
	{ "triggerWords", JSON_ARRAY, true, "[]", 0 },
	{ "triggerWordAnywhere", JSON_BOOL, true, "false", 0 },
	{ "targetRoom", JSON_STRING, true, NULL, WORD_MOST },
	{ "impersonateUser", JSON_BOOL, true, "false", 0 },
	{ "runOnEdits", JSON_BOOL, true, "true", 0 },
	{ "retryFailedCalls", JSON_BOOL, true, "true", 0 },
	{ "retryCount", JSON_NUMBER, true, "6", 0 },
	{ "retryDelay", JSON_STRING, true, "\"powers-of-ten\"", WORD_MOST },
};

static int
bad_value(struct req *q, const char *what)
{
	if (!strcmp(what, "urls"))
		return fail_coded(q, "error-invalid-urls", "Invalid URLs");
	return fail_coded(q, "error-invalid-params",
	    "The parameter \"%s\" has another form or is too long", what);
}

static bool
is_url(struct str s)
{
	size_t i;

	if (s.len > URL_MOST ||
	    !(str_starts(s, STR("http://")) || str_starts(s, STR("https://"))))
		return false;
	for (i = 0; i < s.len; i++)
		if (s.ptr[i] <= ' ' || s.ptr[i] > '~')
			return false;
	return s.len > 8;
}

/* Trimmed texts, without empty ones. */
static int
copy_list(struct req *q, struct writer *w, const char *name, struct json list)
{
	bool urls = !strcmp(name, "urls");
	struct json one;
	struct str s;
	size_t n = 0;

	json_open(w, name, '[');
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		s = str_trim(json_text(one, q->mem));
		if (!s.ptr || (urls ? !is_url(s) : s.len > WORD_MOST))
			return bad_value(q, name);
		if (s.len)
			json_str(w, NULL, s);
		n += s.len != 0;
	}
	json_close(w, ']');
	return n > (urls ? URLS : WORDS) || (urls && n == 0)
		   ? bad_value(q, name)
		   : 0;
}

static bool
value_fits(struct req *q, const struct key *k, struct json v)
{
	struct str s = json_text(v, q->mem);
	int64_t n;

	if (!strcmp(k->name, "retryCount"))
		return json_whole(v, &n) && n >= 0 && n <= RETRIES;
	if (!strcmp(k->name, "retryDelay"))
		return str_eq(s, STR("powers-of-ten")) ||
		       str_eq(s, STR("powers-of-two")) ||
		       str_eq(s, STR("increments-of-two"));
	return k->type != JSON_STRING || s.len <= k->most;
}

/* What the body says, else what it was, else what is usual. */
static int
copy_key(struct req *q, struct writer *w, const struct key *k, struct json from,
    struct json old)
{
	const char *sent = k->name;
	int has = match(q, from, sent, k->type, false);
	struct json v = json_get(from, str_of(sent));

	if (has == 0 && !strcmp(k->name, "targetRoom")) {
		sent = "targetChannel"; /* its name where it is created */
		has = match(q, from, sent, k->type, false);
		v = json_get(from, str_of(sent));
	}
	if (has < 0)
		return -1;
	if (has == 0)
		v = json_get(old, str_of(k->name));
	if (has == 1 && !value_fits(q, k, v))
		return bad_value(q, sent);
	if (json_type(v) == JSON_ARRAY)
		return copy_list(q, w, k->name, v);
	if (json_type(v) == JSON_STRING)
		json_str(w, k->name, json_text(v, q->mem));
	else if (json_type(v) > JSON_NULL)
		json_text_as_is(w, k->name, json_source(v));
	else if (k->usual)
		json_text_as_is(w, k->name, str_of(k->usual));
	return 0;
}

static int
read_extra(struct req *q, struct str text, struct json *v)
{
	struct json_limits limits = { .tokens = 1024, .depth = 4 };
	size_t at;

	*v = (struct json){ 0 };
	return !text.ptr ||
		       json_parse(q->mem, text, &limits, v, &at) == JSON_FINE
		   ? 0
		   : fail(q, E_STORE);
}

static int
wish_extra(struct req *q, struct json from, struct hook_wish *w)
{
	struct buf out = { 0 };
	struct writer to = { .out = &out };
	struct json old;
	size_t i;
	int bad = read_extra(q, w->hook.extra, &old);

	json_open(&to, NULL, '{');
	for (i = 0; !bad && i < sizeof keys / sizeof *keys; i++)
		if (w->hook.outgoing || !keys[i].outgoing)
			bad = copy_key(q, &to, &keys[i], from, old);
	if (!bad)
		json_close(&to, '}');
	w->hook.extra = buf_settle(&out, q->mem);
	return bad;
}

/* ---- what an outgoing one needs ---- */

static const char *const events[] = { "sendMessage", "fileUploaded",
	"roomArchived", "roomCreated", "roomJoined", "roomLeft",
	"userCreated" };

static int
wish_event(struct req *q, struct json from, bool fresh)
{
	struct json v = json_get(from, STR("event"));
	struct str event = json_text(v, q->mem);
	size_t i;

	if (!fresh && json_type(v) <= JSON_NULL)
		return 0;
	for (i = 0; i < sizeof events / sizeof *events; i++)
		if (str_eq(event, str_of(events[i])))
			return 0;
	return fail_coded(q, "error-invalid-event-type", "Invalid event type");
}

static int
wish_outgoing(struct req *q, struct json from, struct hook_wish *w)
{
	bool fresh = w->hook.row == 0;
	struct json target = json_get(from, STR("targetRoom"));
	struct hook_wish *there;
	struct str word;

	if (wish_event(q, from, fresh))
		return -1;
	if (fresh && json_type(json_get(from, STR("urls"))) <= JSON_NULL)
		return bad_value(q, "urls");
	if (json_type(target) <= JSON_NULL)
		target = json_get(from, STR("targetChannel"));
	word = str_trim(json_text(target, q->mem));
	if (!word.len)
		return 0;
	there = arena_zero(q->mem, sizeof *there);
	return hook_wish_places(q, word, there);
}

static int
wish_token(struct req *q, struct json from, struct hook_wish *w)
{
	struct str token = NO_STR;
	char fresh[HOOK_TOKEN_LEN];

	if (match_text(q, from, "token", WORD_MOST, false, &token) < 0)
		return -1;
	if (token.len)
		w->hook.token = token;
	if (w->hook.token.len)
		return 0;
	hook_token_new(fresh);
	w->hook.token = arena_str(q->mem, (struct str){ fresh, sizeof fresh });
	return 0;
}

static int
need_room_for_one(struct req *q)
{
	int64_t n = 0;

	if (hooks_outgoing(q->db, &n) < 0)
		return fail(q, E_STORE);
	return n < OUTGOING_MOST
		   ? 0
		   : fail_coded(q, "error-too-many-integrations",
			 "There are %d outgoing integrations already",
			 OUTGOING_MOST);
}

/* ---- all of it ---- */

/* A script would be a program of the client's: there is nothing here to run
 * it, and it is better to say so than to store it as if there were. */
static int
wish_script(struct req *q, struct json from, bool fresh)
{
	int has = match(q, from, "scriptEnabled", JSON_BOOL, fresh);

	if (has < 0)
		return -1;
	if (json_true(json_get(from, STR("impersonateUser"))))
		return fail_coded(q, "error-not-allowed",
		    "Nobody speaks in the name of others on this server");
	return json_true(json_get(from, STR("scriptEnabled"))) &&
		       json_text(json_get(from, STR("script")), q->mem).len
		   ? fail_coded(q, "error-not-allowed",
			 "Scripts of integrations are not run by this server")
		   : 0;
}

int
hook_wish(struct req *q, struct json from, struct hook_wish *w)
{
	struct hook *h = &w->hook;
	bool fresh = h->row == 0;

	if (match_text(q, from, "name", NAME_MOST, false, &h->name) < 0 ||
	    match(q, from, "enabled", JSON_BOOL, fresh) < 0 ||
	    wish_script(q, from, fresh))
		return -1;
	if (json_type(json_get(from, STR("enabled"))) == JSON_BOOL)
		h->enabled = json_true(json_get(from, STR("enabled")));
	if (h->outgoing && wish_outgoing(q, from, w))
		return -1;
	if (wish_channel(q, from, w) || wish_user(q, from, w) ||
	    wish_extra(q, from, w))
		return -1;
	h->updated = q->now;
	return h->outgoing ? wish_token(q, from, w) : 0;
}

int
hook_make(struct req *q, struct json from, struct hook *made, struct str *token)
{
	struct hook_wish *w = arena_zero(q->mem, sizeof *w);
	struct deed d = deed_of(q);
	struct hook *h = &w->hook;
	char text[HOOK_TOKEN_LEN], digest[SHA256_HEX];

	*w = (struct hook_wish){ .hook = *made };
	if (hook_wish(q, from, w) || (h->outgoing && need_room_for_one(q)))
		return -1;
	*token = NO_STR;
	if (!h->outgoing) {
		hook_token_new(text);
		*token = arena_str(q->mem, (struct str){ text, sizeof text });
		sha256_hex(*token, digest);
		h->token =
		    arena_str(q->mem, (struct str){ digest, sizeof digest });
	}
	h->id = deed_id(&d);
	h->maker = q->me->row;
	h->created = q->now;
	if (hook_add(q->db, h, w->place, w->places) != 1 ||
	    hook_by_id(q->db, q->mem, h->id, made) != 1)
		return fail(q, E_STORE);
	return 0;
}
