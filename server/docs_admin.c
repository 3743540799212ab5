/* SPDX-License-Identifier: ISC */
/* Documents of the newer API: settings, roles, permissions. */
#include "server/docs.h"

#include "auth/rights.h"

#include "server/option.h"

const char *
option_type_name(enum option i)
{
	static const char *const names[] = {
		[OPTION_BOOL] = "boolean",
		[OPTION_NUMBER] = "int",
		[OPTION_TEXT] = "string",
		[OPTION_CHOICE] = "select",
	};

	return names[option_rows[i].type];
}

static void
write_choices(struct writer *w, const struct option_row *r)
{
	struct str rest = str_of(r->takes), one;

	if (r->type != OPTION_CHOICE)
		return;
	json_open(w, "values", '[');
	while (str_next(&rest, '|', &one)) {
		json_open(w, NULL, '{');
		json_str(w, "key", one);
		json_str(w, "i18nLabel", one);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void
write_rest(struct writer *w, enum option i, const struct option_row *r,
    int64_t changed)
{
	json_str(w, "type", str_of(option_type_name(i)));
	json_text_as_is(w, "packageValue", str_of(r->usual));
	json_str(w, "valueSource",
	    changed ? STR("customValue") : STR("packageValue"));
	json_str(w, "group", str_of(r->group));
	if (r->section[0])
		json_str(w, "section", str_of(r->section));
	json_bool(w, "public", r->shown);
	json_bool(w, "blocked", option_is_fact(i));
	json_bool(w, "hidden", false);
	json_bool(w, "enterprise", false);
	json_int(w, "sorter", (int64_t)i);
	json_str(w, "i18nLabel", str_of(r->id));
	json_str(w, "i18nDescription", str_of(r->label));
	write_choices(w, r);
	if (changed) {
		json_time(w, "ts", changed);
		json_time(w, "_updatedAt", changed);
	}
}

void
doc_setting(struct writer *w, const char *key, const struct server *s,
    enum option i, enum setting_size size)
{
	const struct option_row *r = &option_rows[i];
	int64_t changed;
	struct str value = option_json(s->options, i, &changed);

	json_open(w, key, '{');
	json_str(w, "_id", str_of(r->id));
	json_text_as_is(w, "value", value);
	if (size == SETTING_PUBLIC)
		json_bool(w, "enterprise", false);
	if (size == SETTING_WHOLE)
		write_rest(w, i, r, changed);
	json_close(w, '}');
}

void
doc_role(struct writer *w, const char *key, const struct role *r)
{
	json_open(w, key, '{');
	json_str(w, "_id", r->name);
	json_str(w, "name", r->name);
	json_str(
	    w, "description", r->description.ptr ? r->description : STR(""));
	json_str(w, "scope", r->per_room ? STR("Subscriptions") : STR("Users"));
	json_bool(w, "protected", r->fixed);
	json_close(w, '}');
}

/* ---- permissions ---- */

int
holders_read(struct holders *h, struct server *s, struct arena *mem)
{
	option_json(s->options, OPT_UNIQUE_ID, &h->birth);
	if (grant_list(s->db, mem, &h->grant, &h->grants) < 0 ||
	    grant_stamps(s->db, mem, &h->stamp, &h->stamps) < 0)
		return -1;
	return 1;
}

static int64_t
changed_at(const struct holders *h, struct str name)
{
	size_t i;

	for (i = 0; i < h->stamps; i++)
		if (str_eq(h->stamp[i].name, name))
			return h->stamp[i].at;
	return h->birth;
}

static void
write_permission(
    struct writer *w, const struct holders *h, struct str name, int64_t at)
{
	size_t i;

	json_open(w, NULL, '{');
	json_str(w, "_id", name);
	json_open(w, "roles", '[');
	json_str(w, NULL, STR("admin"));
	for (i = 0; i < h->grants; i++)
		if (str_eq(h->grant[i].permission, name) &&
		    !str_eq(h->grant[i].role, STR("admin")))
			json_str(w, NULL, h->grant[i].role);
	json_close(w, ']');
	json_time(w, "_updatedAt", at);
	json_close(w, '}');
}

void
doc_permissions(
    struct writer *w, const char *key, const struct holders *h, int64_t since)
{
	enum permission p;
	int64_t at;

	json_open(w, key, '[');
	for (p = FREELY + 1; p < PERMISSIONS; p++)
		if ((at = changed_at(h, permission_name(p))) > since)
			write_permission(w, h, permission_name(p), at);
	json_close(w, ']');
}
