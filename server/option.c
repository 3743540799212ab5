/* SPDX-License-Identifier: ISC */
/* Settings of the API in memory: read anew when the store may have others. */
#include "server/option.h"

#include "json/mem.h"
#include "json/writer.h"

const struct option_row option_rows[OPTIONS] = {
#define OPT(symbol, id, type, usual, takes, shown, group, section, label) \
	[symbol] = { id, type, usual, takes, shown, group, section, label },
#include "server/options.def"
#undef OPT
};

struct value {
	struct str json, text; /* text: of a string */
	int64_t number;        /* of the others */
	int64_t changed;
};

struct options {
	struct store *db;
	const struct conf *conf;
	struct arena mem;
	bool read;
	uint32_t epoch; /* of the store, when they were read */
	struct value value[OPTIONS];
};

struct options *
options_new(struct store *db, const struct conf *conf)
{
	struct options *o = mem_zero(sizeof *o);

	o->db = db;
	o->conf = conf;
	return o;
}

void
options_free(struct options *o)
{
	arena_free(&o->mem);
	mem_free(o);
}

void
options_forget(struct options *o)
{
	o->read = false;
}

bool
option_is_fact(enum option i)
{
	return str_eq(str_of(option_rows[i].takes), STR("fact"));
}

/* ---- which values fit ---- */

/* "least..most" */
static bool
within(const char *takes, int64_t n)
{
	struct str all = str_of(takes), least = all;
	int64_t from, to;

	least.len = str_find(all, '.');
	return !str_int(least, &from) ||
	       (n >= from && str_int(str_from(all, least.len + 2), &to) &&
		   n <= to);
}

static bool
is_choice(const char *takes, struct str word)
{
	struct str rest = str_of(takes), one;

	while (str_next(&rest, '|', &one))
		if (str_eq(one, word))
			return true;
	return false;
}

static bool
fits(const struct option_row *r, struct json v, struct arena *mem)
{
	int64_t n;

	switch (r->type) {
	case OPTION_BOOL:
		return json_type(v) == JSON_BOOL;
	case OPTION_NUMBER:
		return json_whole(v, &n) && within(r->takes, n);
	case OPTION_CHOICE:
		return is_choice(r->takes, json_text(v, mem));
	default:
		return json_type(v) == JSON_STRING &&
		       json_text(v, mem).len <= OPTION_TEXT_MOST;
	}
}

static struct json
parsed(struct arena *mem, struct str text)
{
	struct json_limits limits = { .tokens = 16, .depth = 4 };
	struct json v = { 0 };
	size_t at;

	json_parse(mem, text, &limits, &v, &at);
	return v;
}

/* ---- reading ---- */

static bool
take(struct options *o, enum option i, struct str json)
{
	struct value *v = &o->value[i];
	struct json one = parsed(&o->mem, json);

	if (!fits(&option_rows[i], one, &o->mem))
		return false;
	v->text = json_text(one, &o->mem);
	if (!json_whole(one, &v->number))
		v->number = json_true(one);
	v->json = json;
	return true;
}

static void
take_number(struct options *o, enum option i, int64_t n)
{
	o->value[i].number = n;
	o->value[i].json = arena_fmt(&o->mem, "%lld", (long long)n);
}

static void
take_text(struct options *o, enum option i, struct str text)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };

	json_str(&w, NULL, text);
	o->value[i].text = arena_str(&o->mem, text);
	o->value[i].json = buf_settle(&out, &o->mem);
}

/* What the owner of the machine says, or bounds. */
static void
take_conf(struct options *o)
{
	const struct conf *c = o->conf;
	const struct value *size = &o->value[OPT_MESSAGE_SIZE];
	const struct value *file = &o->value[OPT_UPLOAD_MAX];
	struct str url = c->root_url.ptr ? c->root_url : STR("");

	while (url.len && url.ptr[url.len - 1] == '/')
		url.len--;
	take_text(o, OPT_SITE_URL, url);
	take_number(o, OPT_LIMIT_CALLS, c->api_limit_read);
	take_number(o, OPT_LIMIT_TIME, c->api_limit_period * 1000);
	if (!size->changed || size->number > c->max_message)
		take_number(o, OPT_MESSAGE_SIZE, c->max_message);
	if (!file->changed || file->number < 0 || file->number > c->max_upload)
		take_number(o, OPT_UPLOAD_MAX, c->max_upload);
}

static void
load(struct options *o)
{
	struct stored_setting *list;
	size_t n, k;
	enum option i;

	if (o->read && o->epoch == store_epoch(o->db))
		return;
	arena_reset(&o->mem);
	o->epoch = store_epoch(o->db);
	for (i = 0; i < OPTIONS; i++) {
		o->value[i] = (struct value){ 0 };
		take(o, i, str_of(option_rows[i].usual));
	}
	/* what cannot be read is asked for again */
	o->read = setting_list(o->db, &o->mem, &list, &n) == 1;
	for (k = 0; o->read && k < n; k++)
		if ((i = option_named(list[k].id)) < OPTIONS &&
		    (!option_is_fact(i) || i == OPT_UNIQUE_ID) &&
		    take(o, i, list[k].value))
			o->value[i].changed = list[k].updated;
	take_conf(o);
}

bool
option_on(struct options *o, enum option i)
{
	load(o);
	return o->value[i].number != 0;
}

int64_t
option_number(struct options *o, enum option i)
{
	load(o);
	return o->value[i].number;
}

struct str
option_text(struct options *o, enum option i)
{
	load(o);
	return o->value[i].text;
}

struct str
option_json(struct options *o, enum option i, int64_t *changed)
{
	load(o);
	*changed = o->value[i].changed;
	return o->value[i].json;
}

enum option
option_named(struct str id)
{
	enum option i;

	for (i = 0; i < OPTIONS; i++)
		if (str_eq(str_of(option_rows[i].id), id))
			break;
	return i;
}

/* ---- changing ---- */

int
option_set(struct options *o, enum option i, struct arena *mem, struct json v,
    int64_t now)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };

	if (option_is_fact(i) || !fits(&option_rows[i], v, mem))
		return 0;
	o->read = false; /* also if this is taken back */
	if (json_type(v) == JSON_STRING)
		json_str(&w, NULL, json_text(v, mem));
	else
		json_text_as_is(&w, NULL, json_source(v));
	return setting_set(o->db, str_of(option_rows[i].id),
		   buf_settle(&out, mem), now) < 0
		   ? -1
		   : 1;
}
