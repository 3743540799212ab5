/* SPDX-License-Identifier: ISC */
/* The table of settings, and how their texts become values. */
#include "server/setting.h"

#include <stddef.h>
#include <stdio.h>

#include "http/head.h"
#include "json/time.h"
#include "server/near.h"
#include "server/sandbox.h"

enum {
	KB = 1024,
	MB = 1024 * KB,
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	MANY = 1000 * 1000,
};

/* What a value is parsed into. */
struct target {
	const struct setting *row;
	void *at;
	struct conf *conf;
	struct arena *mem;
	char *why;
	size_t size;
};

static bool
wrong(struct target *t, struct str text, const char *what)
{
	snprintf(t->why, t->size, "\"%.*s\" is not %s",
	    (int)(text.len < 200 ? text.len : 200), text.ptr, what);
	return false;
}

static bool
parse_text(struct target *t, struct str text)
{
	struct str *at = t->at;

	if (memchr(text.ptr, '\n', text.len) || memchr(text.ptr, 0, text.len))
		return wrong(t, text, "one line");
	*at = arena_str(t->mem, text);
	return true;
}

static bool
next_piece(struct str *rest, struct str *piece)
{
	size_t i;

	while (rest->len > 0 && strchr(", \t", rest->ptr[0]))
		*rest = str_from(*rest, 1);
	for (i = 0; i < rest->len && !strchr(", \t", rest->ptr[i]); i++)
		;
	*piece = (struct str){ rest->ptr, i };
	*rest = str_from(*rest, i);
	return i > 0;
}

/* There is one list, of addresses to listen on. */
static bool
parse_list(struct target *t, struct str text)
{
	struct str rest = text, piece;

	t->conf->listens = 0;
	while (next_piece(&rest, &piece)) {
		if (t->conf->listens == CONF_LISTENS)
			return wrong(t, text, "at most 8 addresses");
		t->conf->listen[t->conf->listens++] = arena_str(t->mem, piece);
	}
	return t->conf->listens > 0 ||
	       wrong(t, text, "an address like http://127.0.0.1:3000");
}

/* The number of the word in "a|b|c", or -1. */
static int
choice_of(const char *words, struct str text)
{
	struct str rest = str_of(words), word;
	int i;

	for (i = 0; str_next(&rest, '|', &word); i++)
		if (str_eq(word, text))
			return i;
	return -1;
}

static bool
parse_choice(struct target *t, struct str text)
{
	int i = choice_of(t->row->takes, text);
	char words[100];

	if (i < 0) {
		snprintf(words, sizeof words, "one of %s", t->row->takes);
		return wrong(t, text, words);
	}
	if (t->row->type == SET_CHOICE)
		*(int64_t *)t->at = i;
	else
		*(bool *)t->at = i == 1;
	return true;
}

/* Digits and perhaps a unit of the three, each 1024 times the last. */
static bool
scaled(struct str text, const char *units, int64_t *n)
{
	const char *unit = NULL;
	int shift;

	if (text.len > 0)
		unit =
		    memchr(units, text.ptr[text.len - 1] | 32, strlen(units));
	if (unit)
		text.len--;
	if (!str_int(text, n) || *n < 0)
		return false;
	shift = unit ? 10 * ((int)(unit - units) + 1) : 0;
	if (*n > INT64_MAX >> shift)
		return false;
	*n <<= shift;
	return true;
}

static bool
number_of(enum setting_type type, struct str text, int64_t *n)
{
	if (str_eq(text, STR("off"))) {
		*n = 0;
		return true;
	}
	if (type == SET_DURATION)
		return duration_parse(text, n);
	return scaled(text, type == SET_BYTES ? "kmg" : "", n);
}

static void
show_number(enum setting_type type, int64_t n, char out[24])
{
	const char *unit = "";

	if (type == SET_BYTES && n >= MB && n % MB == 0) {
		n /= MB;
		unit = "m";
	} else if (type == SET_BYTES && n >= KB && n % KB == 0) {
		n /= KB;
		unit = "k";
	} else if (type == SET_DURATION && n >= DAY && n % DAY == 0) {
		n /= DAY;
		unit = "d";
	} else if (type == SET_DURATION) {
		unit = "s";
	}
	snprintf(out, 24, "%lld%s", (long long)n, unit);
}

static bool
parse_number(struct target *t, struct str text)
{
	static const char *const kinds[] = {
		[SET_NUMBER] = "a number",
		[SET_BYTES] = "a size (like 64k or 8m)",
		[SET_DURATION] = "a time (like 90d, 12h, 10m or 30s)",
	};
	const struct setting *row = t->row;
	char least[24], most[24], words[160];
	int64_t n;

	if (number_of(row->type, text, &n) && n >= row->min && n <= row->max) {
		*(int64_t *)t->at = n;
		return true;
	}
	show_number(row->type, row->min, least);
	show_number(row->type, row->max, most);
	snprintf(words, sizeof words, "%s from %s to %s%s", kinds[row->type],
	    least, most, row->min == 0 ? ", or off" : "");
	return wrong(t, text, words);
}

static bool
parse_cost(struct target *t, struct str text)
{
	return kdf_parse(text, t->at) ||
	       wrong(t, text,
		   "a cost of scrypt up to 256 MB, like ln=14,r=8,p=5");
}

bool
setting_parse(const struct setting *row, struct str text, struct conf *conf,
    struct arena *mem, char *why, size_t why_size)
{
	static bool (*const parse[])(struct target *, struct str) = {
		[SET_TEXT] = parse_text,
		[SET_LIST] = parse_list,
		[SET_SWITCH] = parse_choice,
		[SET_PAIR] = parse_choice,
		[SET_CHOICE] = parse_choice,
		[SET_NUMBER] = parse_number,
		[SET_BYTES] = parse_number,
		[SET_DURATION] = parse_number,
		[SET_COST] = parse_cost,
	};
	struct target t = { row, (char *)conf + row->at, conf, mem, why,
		why_size };

	return parse[row->type](&t, text);
}

static bool
same_name(const char *name, struct str word)
{
	size_t i;

	for (i = 0; i < word.len && name[i]; i++) {
		char c = word.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c |= 32;
		if ((c == '-' ? '_' : c) != name[i])
			return false;
	}
	return i == word.len && !name[i];
}

const struct setting *
setting_named(struct str word)
{
	const struct setting *row;

	for (row = settings; row->name; row++)
		if (same_name(row->name, word))
			return row;
	return NULL;
}

const char *
setting_near(struct str word)
{
	struct near n = { .word = word };
	const struct setting *row;

	for (row = settings; row->name; row++)
		near_try(&n, row->name);
	return near_best(&n);
}

/* clang-format off */
#define IN(field) offsetof(struct conf, field)
#define TEXT(name, field, takes, help) \
	{ name, SET_TEXT, IN(field), "", 0, 0, takes, help },
#define SWITCH(name, standard, help) \
	{ #name, SET_SWITCH, IN(name), standard, 0, 0, "off|on", help },
#define NUMBER(name, standard, min, max, help) \
	{ #name, SET_NUMBER, IN(name), standard, min, max, "N", help },
#define BYTES(name, standard, min, max, help) \
	{ #name, SET_BYTES, IN(name), standard, min, max, "SIZE", help },
#define DURATION(name, standard, min, max, help) \
	{ #name, SET_DURATION, IN(name), standard, min, max, "TIME", help },

const struct setting settings[] = {
	{ "data", SET_TEXT, IN(data), "./data", 0, 0, "DIR",
	    "where everything is kept" },
	{ "listen", SET_LIST, IN(listen), "http://127.0.0.1:3000", 0, 0, "URL",
	    "http://, https:// or unix: to serve on; repeatable" },
	TEXT("tls_cert", tls_cert, "FILE", "certificate chain, PEM")
	TEXT("tls_key", tls_key, "FILE", "its key, PEM")
	{ "plain_http", SET_PAIR, IN(plain_http_anywhere), "loopback", 0, 0,
	    "loopback|anywhere", "where http:// may be served" },
	SWITCH(https_redirect, "off", "http:// only says where https:// is")
	TEXT("root_url", root_url, "URL", "our address as clients see it")
	TEXT("trusted_proxies", trusted_proxies, "LIST",
	    "addresses, networks or unix: whose X-Forwarded-For counts")
	TEXT("user", run_as, "NAME", "whom to become when started as root")
	DURATION(token_lifetime, "90d", 0, INT64_C(36500) * DAY,
	    "how long a login lasts")
	DURATION(token_idle, "off", 0, INT64_C(36500) * DAY,
	    "how long a login lasts unused")
	{ "password_cost", SET_COST, IN(password_cost), "ln=14,r=8,p=5", 0, 0,
	    "COST", "cost of scrypt; ln=14,r=8 takes 16 MB" },
	SWITCH(login_throttle, "on", "slow down guessing of passwords")
	NUMBER(login_attempts, "5", 1, MANY,
	    "wrong passwords in a row, before it is slowed down")
	DURATION(login_period, "10s", 1, 15 * MINUTE,
	    "then one each so long, doubling up to 15m")
	DURATION(login_wait, "5s", 1, HOUR,
	    "longest queue of passwords to be checked")
	NUMBER(max_bulk_waiting, "4", 1, MANY,
	    "bulk registrations whose passwords wait")
	NUMBER(rate_limit, "20", 0, MANY, "messages a second of one user")
	NUMBER(api_limit_read, "6000", 0, MANY,
	    "reads of one kind from one address in api_limit_period")
	NUMBER(api_limit_write, "1200", 0, MANY, "and writes of one kind")
	DURATION(api_limit_period, "60s", 1, DAY, "the time that both are for")
	DURATION(presence_timeout, "5m", 1, DAY,
	    "online: has called within this time")
	NUMBER(max_connections, "0", 0, MANY,
	    "connections at once; 0: as many as the system allows")
	NUMBER(max_connections_per_address, "100", 0, MANY,
	    "connections at once from one address; 0: no cap")
	BYTES(max_line, "8k", 256, 65535, "longest first line of a request")
	BYTES(max_head, "16k", 512, 65535, "largest head of a request")
	BYTES(max_body, "256k", KB, 64 * MB, "largest body of a request")
	BYTES(max_bulk_body, "8m", KB, 64 * MB, "largest body of a bulk request")
	NUMBER(max_headers, "100", 8, HTTP_MAX_FIELDS,
	    "header fields of a request")
	NUMBER(max_fields, "1000", 1, MANY, "fields of a form or query")
	NUMBER(max_bulk_fields, "16384", 1, MANY, "fields of a bulk form")
	NUMBER(max_json, "4096", 1, MANY, "values and names in a JSON body")
	NUMBER(max_bulk_json, "131072", 1, MANY,
	    "values and names in a JSON body of a bulk request")
	NUMBER(max_message, "5000", 1, MANY, "longest message, in characters")
	BYTES(max_upload, "100m", 0, INT64_C(1024) * 1024 * MB,
	    "largest file that may be sent; 0: none")
	NUMBER(max_uploads, "32", 1, 1000, "files that are being sent at once")
	BYTES(max_queue, "64k", 4 * KB, 64 * MB,
	    "unread replies of a connection, then its reading stops")
	BYTES(max_queue_total, "16m", 64 * KB, INT64_C(4096) * MB,
	    "unread replies of all connections")
	BYTES(max_input_total, "32m", 64 * KB, INT64_C(4096) * MB,
	    "requests under way of all connections")
	NUMBER(max_turn, "512", 1, MANY, "requests in a turn of the loop")
	NUMBER(max_turn_connection, "32", 1, MANY,
	    "requests of one connection in a turn")
	BYTES(max_turn_bytes, "512k", 4 * KB, INT64_C(1024) * MB,
	    "replies in a third of a turn")
	NUMBER(max_turn_accepts, "64", 1, MANY,
	    "connections that a listener accepts in a turn")
	NUMBER(max_turn_handshakes, "8", 1, MANY,
	    "steps of TLS handshakes in a turn")
	DURATION(head_timeout, "10s", 1, HOUR, "for a request's head to arrive")
	DURATION(body_timeout, "20s", 1, HOUR,
	    "for a body to arrive, and more by body_rate")
	BYTES(body_rate, "16k", 1, INT64_C(1024) * MB,
	    "a second more for each so much of a body")
	DURATION(idle_timeout, "60s", 1, DAY,
	    "how long a connection waits for a request")
	DURATION(send_timeout, "30s", 1, HOUR, "how long a reply may stay unread")
	DURATION(stream_beat, "30s", 1, HOUR, "a sign of life on streams so often")
	DURATION(linger_timeout, "2s", 1, HOUR,
	    "for the client to close after a last reply")
	BYTES(max_linger, "1m", 4 * KB, INT64_C(1024) * MB,
	    "what it may still send then, unread")
	DURATION(busy_timeout, "5s", 1, HOUR,
	    "how long a write waits for a command that writes")
	DURATION(handshake_timeout, "10s", 1, HOUR, "for a TLS handshake")
	NUMBER(max_handshakes, "64", 1, MANY, "TLS handshakes at once")
	BYTES(disk_reserve, "32m", 0, INT64_C(1024) * 1024 * MB,
	    "free space that new messages must leave")
	DURATION(message_keep, "off", 0, INT64_C(36500) * DAY,
	    "how long messages stay; rooms may have their own")
	SWITCH(outgoing, "off",
	    "outgoing webhooks: others are told what happens")
	SWITCH(outgoing_private, "off",
	    "they may go to private networks and to this machine")
	{ "log_format", SET_PAIR, IN(log_json), "logfmt", 0, 0, "logfmt|json",
	    "how the log on stderr is written" },
	{ "log_level", SET_CHOICE, IN(log_level), "info", 0, 0,
	    "debug|info|warn|error", "the least that is logged" },
	{ "sandbox", SET_CHOICE, IN(sandbox), SANDBOX_STANDARD, 0, 0,
	    "on|log|off", "kill at odd system calls, log them, or neither" },
	{ .name = NULL },
};
/* clang-format on */

_Static_assert(sizeof settings / sizeof *settings <= CONF_SETTINGS,
    "struct conf holds the texts of all settings");
