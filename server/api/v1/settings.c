/* SPDX-License-Identifier: ISC */
/* Settings that clients read and administrators change. */
#include "server/api/v1/v1.h"

/* ---- lists ---- */

/* What a selector may look at. */
static void
write_row(struct writer *w, struct options *o, enum option i)
{
	const struct option_row *r = &option_rows[i];
	int64_t changed;

	option_json(o, i, &changed);
	json_open(w, NULL, '{');
	json_int(w, "n", (int64_t)i);
	json_str(w, "_id", str_of(r->id));
	json_str(w, "type", str_of(option_type_name(i)));
	json_str(w, "group", str_of(r->group));
	json_str(w, "section", str_of(r->section));
	json_str(w, "i18nLabel", str_of(r->id));
	json_bool(w, "public", r->shown);
	json_bool(w, "blocked", option_is_fact(i));
	json_bool(w, "hidden", false);
	json_bool(w, "enterprise", false);
	json_int(w, "sorter", (int64_t)i);
	if (changed) {
		json_int(w, "ts", changed);
		json_int(w, "_updatedAt", changed);
	}
	json_close(w, '}');
}

/* "a,b,c": newer clients name what they want so; none: everything. */
static bool
is_asked(struct str ids, const char *id)
{
	struct str one;

	if (!ids.len)
		return true;
	while (str_next(&ids, ',', &one))
		if (str_eq(str_trim(one), str_of(id)))
			return true;
	return false;
}

static struct str
settings_rows(struct req *q, bool all)
{
	struct str ids = json_text(json_get(q->asked, STR("_id")), q->mem);
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	enum option i;

	json_open(&w, NULL, '[');
	for (i = 0; i < OPTIONS; i++)
		if ((all || option_rows[i].shown) &&
		    is_asked(ids, option_rows[i].id))
			write_row(&w, q->srv->options, i);
	json_close(&w, ']');
	return buf_settle(&out, q->mem);
}

/* Without a wish for more: what the list is called for. */
static int
write_settings(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	enum setting_size size = l->fields.count ? SETTING_WHOLE
				 : l->full       ? SETTING_VALUE
						 : SETTING_PUBLIC;
	size_t i, mark;

	(void)mem;
	for (i = 0; i < n; i++) {
		mark = item_begin(l);
		doc_setting(
		    &l->stream.out, NULL, s, (enum option)keys[i], size);
		item_end(l, mark);
	}
	return 1;
}

/* The value is never left out, whatever else is asked for. */
static int
list_settings(struct req *q, bool full, bool none)
{
	struct listing *l = list_new(q, setting_fields, full, write_settings);
	struct fields *f;

	if (!l)
		return -1;
	f = &l->fields;
	if (f->count && f->keep && f->count < FIELDS_MOST)
		f->name[f->count++] = STR("value");
	return list_reply(q, l, "settings",
	    none ? 1
		 : select_json(q->db, &l->stream.mem, &l->select,
		       settings_rows(q, full), &l->keys, &l->count, &l->total));
}

static int
settings_public(struct req *q)
{
	return list_settings(q, false, false);
}

static int
settings_all(struct req *q)
{
	return list_settings(q, true, !may(q, MAY_VIEW_PRIVILEGED));
}

/* ---- one ---- */

static int
need_setting(struct req *q, enum option *i)
{
	*i = option_named(q->args[0]);
	return *i < OPTIONS ? 0 : fail_bare(q, "%s", "");
}

static int
setting_get(struct req *q)
{
	enum option i;
	int64_t changed;

	if (need_setting(q, &i))
		return -1;
	v1_begin(q);
	json_str(&q->out, "_id", str_of(option_rows[i].id));
	json_text_as_is(
	    &q->out, "value", option_json(q->srv->options, i, &changed));
	return v1_end(q);
}

/* Why a value is not taken, in the words of a failed type check. */
static int
refuse_value(struct req *q, enum option i, struct json v)
{
	static const char *const wanted[] = { "boolean", "number", "string",
		"string" };
	static const char *const got[] = { "undefined", "null", "boolean",
		"number", "string", "array", "object" };
	enum option_type type = option_rows[i].type;

	if (json_type(v) == JSON_NONE)
		return fail_bare(q, "Match error: Missing key 'value'");
	if (strcmp(wanted[type], got[json_type(v)]))
		return fail_bare(q,
		    "Match error: Expected %s, got %s in field value",
		    wanted[type], got[json_type(v)]);
	return fail_coded(q, "error-invalid-setting-value",
	    "The setting %s takes %s", option_rows[i].id,
	    type == OPTION_TEXT ? "at most 4096 bytes" : option_rows[i].takes);
}

static int
setting_post(struct req *q)
{
	struct json v = json_get(q->body, STR("value"));
	enum option i;
	int64_t n;
	int done;

	if (need_setting(q, &i))
		return -1;
	if (option_is_fact(i)) /* as one that is hidden */
		return fail_bare(q, "%s", "");
	if (i == OPT_MESSAGE_SIZE && json_whole(v, &n) &&
	    n > q->srv->conf->max_message)
		return fail_coded(q, "error-invalid-setting-value",
		    "The setting %s takes 1..%lld", option_rows[i].id,
		    (long long)q->srv->conf->max_message);
	done = option_set(q->srv->options, i, q->mem, v, q->now);
	return done ? v1_did(q, done) : refuse_value(q, i, v);
}

/* ---- what there is none of ---- */

static int
empty_list(struct req *q, const char *name)
{
	v1_begin(q);
	json_open(&q->out, name, '[');
	json_close(&q->out, ']');
	return v1_end(q);
}

static int
oauth_services(struct req *q)
{
	return empty_list(q, "services");
}

static int
login_configurations(struct req *q)
{
	return empty_list(q, "configurations");
}

/* n8n tries its credentials by this call. */
static int
webdav_accounts(struct req *q)
{
	return empty_list(q, "accounts");
}

/* clang-format off */
static const struct route settings_routes[] = {
	GET("settings.public", ANYONE, FREELY, LISTED " _id?", settings_public),
	GET("settings.oauth", ANYONE, FREELY, "", oauth_services),
	GET("service.configurations", ANYONE, FREELY, "", login_configurations),
	GET("webdav.getMyAccounts", USER, FREELY, "", webdav_accounts),
	GET("settings", USER, FREELY, LISTED " _id?", settings_all),
	GET("settings/:_id", USER, MAY_VIEW_PRIVILEGED, "", setting_get),
	POST("settings/:_id", USER, MAY_EDIT_PRIVILEGED, "value?", setting_post),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group settings_group;
const struct route_group settings_group = { V1, STYLE_V1, settings_routes };
