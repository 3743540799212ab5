/* SPDX-License-Identifier: ISC */
/* Settings of the API in memory: read anew when the store may have others. */
#include "server/option.h"

#include "json/mem.h"
#include "json/writer.h"

const struct option_row option_rows[OPTIONS] = {
#define OPTION(symbol, id, type, usual, shown, group, label) \
	[symbol] = { id, type, usual, shown, group, label },
#include "server/options.def"
#undef OPTION
};

struct value {
	struct str json, text; /* text: of a string */
	int64_t number;        /* of the others */
	int64_t changed;
};

struct options {
	struct store *db;
	struct arena mem;
	bool read;
	uint32_t epoch; /* of the store, when they were read */
	struct value value[OPTIONS];
};

struct options *
options_new(struct store *db)
{
	struct options *o = mem_zero(sizeof *o);

	o->db = db;
	return o;
}

void
options_free(struct options *o)
{
	arena_free(&o->mem);
	mem_free(o);
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

/* False: it is of another type. */
static bool
take(struct options *o, enum option i, struct str json)
{
	struct value *v = &o->value[i];
	struct json one = parsed(&o->mem, json);

	switch (option_rows[i].type) {
	case OPTION_BOOL:
		if (json_type(one) != JSON_BOOL)
			return false;
		v->number = json_true(one);
		break;
	case OPTION_NUMBER:
		if (!json_whole(one, &v->number))
			return false;
		break;
	default:
		if (json_type(one) != JSON_STRING)
			return false;
		v->text = json_text(one, &o->mem);
	}
	v->json = json;
	return true;
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
		    take(o, i, list[k].value))
			o->value[i].changed = list[k].updated;
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

static bool
has_type(struct json v, enum option_type type)
{
	int64_t n;

	switch (type) {
	case OPTION_BOOL:
		return json_type(v) == JSON_BOOL;
	case OPTION_NUMBER:
		return json_whole(v, &n) && n >= 0;
	default:
		return json_type(v) == JSON_STRING;
	}
}

int
option_set(struct options *o, enum option i, struct arena *mem, struct json v,
    int64_t now)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };

	if (!has_type(v, option_rows[i].type))
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
