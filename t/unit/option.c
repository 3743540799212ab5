/* SPDX-License-Identifier: ISC */
/* Settings of the API in memory are never older than the data. */
#include "server/option.h"

#include "t/store/fresh.h"

static struct conf conf;

static struct json
parsed(const char *text)
{
	struct json_limits limits = { .tokens = 100, .depth = 4 };
	struct json v = { 0 };
	size_t at;

	json_parse(&mem, str_of(text), &limits, &v, &at);
	return v;
}

static int
set(struct options *o, enum option i, const char *json)
{
	return option_set(o, i, &mem, parsed(json), 5000);
}

static int
set_kept(struct store *s, struct options *o, enum option i, const char *json)
{
	marked(s);
	return kept(s, set(o, i, json));
}

static void
defaults(struct options *o)
{
	int64_t changed;
	enum option i;
	bool all = true;

	for (i = 0; i < OPTIONS; i++)
		all = all && option_json(o, i, &changed).ptr && !changed &&
		      option_named(str_of(option_rows[i].id)) == i;
	ok(all, "each has a usual value that fits it, and a name");
	ok(option_named(STR("none")) == OPTIONS, "others are none");
	ok(option_on(o, OPT_THREADS) && !option_on(o, OPT_CORS) &&
		option_number(o, OPT_DEFAULT_COUNT) == 50 &&
		str_eq(option_text(o, OPT_REGISTRATION), STR("Disabled")),
	    "a switch, a number, a choice");
	ok(str_eq(option_text(o, OPT_SITE_URL), STR("https://a.example")) &&
		option_number(o, OPT_MESSAGE_SIZE) == 800 &&
		option_number(o, OPT_LIMIT_TIME) == 60000,
	    "and what the owner of the machine says");
}

static void
changes(struct store *s, struct options *o)
{
	int64_t changed;

	ok(set_kept(s, o, OPT_SITE_NAME, "\"a \\\"b\\\"\"") == 1 &&
		str_eq(option_text(o, OPT_SITE_NAME), STR("a \"b\"")) &&
		str_eq(option_json(o, OPT_SITE_NAME, &changed),
		    STR("\"a \\\"b\\\"\"")) &&
		changed == 5000,
	    "one is changed, and it is known when");
	marked(s);
	ok(set(o, OPT_CORS, "true") == 1 && option_on(o, OPT_CORS),
	    "it holds within the request");
	store_undo(s);
	ok(!option_on(o, OPT_CORS), "and not when that is undone");
	store_commit(s);
	marked(s);
	set(o, OPT_DEFAULT_COUNT, "7");
	store_keep(s);
	ok(option_number(o, OPT_DEFAULT_COUNT) == 7, "nor beyond the turn");
	store_rollback(s);
	ok(option_number(o, OPT_DEFAULT_COUNT) == 50, "that was lost");
	ok(set_kept(s, o, OPT_MESSAGE_SIZE, "700") == 1 &&
		option_number(o, OPT_MESSAGE_SIZE) == 700,
	    "less than the owner allows");
	conf.max_message = 600;
	options_forget(o);
	ok(option_number(o, OPT_MESSAGE_SIZE) == 600,
	    "never more, whatever was chosen");
	conf.max_message = 800;
	options_forget(o);
}

static void
elsewhere(struct store *s, struct options *o)
{
	struct store *tool =
	    store_open(fresh_dir, STORE_TOOL, fresh_why, sizeof fresh_why);

	kept(tool, setting_set(marked(tool), STR("Threads_enabled"),
		       STR("false"), 6000));
	store_close(tool);
	ok(store_moved(s) == 1 && !option_on(o, OPT_THREADS),
	    "what another process has changed is seen");
	kept(s, setting_set(marked(s), STR("LDAP_Enable"), STR("true"), 1));
	kept(s, setting_set(marked(s), STR("Discussion_enabled"), STR("9"), 1));
	kept(s, setting_set(marked(s), STR("Gone_By_Now"), STR("1"), 1));
	kept(s,
	    setting_set(marked(s), STR("Favorite_Rooms"), STR("{broken"), 1));
	options_forget(o);
	ok(!option_on(o, OPT_LDAP), "a fact stays one, whatever is stored");
	ok(option_on(o, OPT_DISCUSSIONS) && option_on(o, OPT_FAVORITES),
	    "what does not fit is as if it were not there");
}

static void
refusals(struct store *s, struct options *o)
{
	marked(s);
	ok(set(o, OPT_CORS, "1") == 0 && set(o, OPT_CORS, "\"true\"") == 0 &&
		set(o, OPT_DEFAULT_COUNT, "true") == 0 &&
		set(o, OPT_DEFAULT_COUNT, "1.5") == 0 &&
		set(o, OPT_SITE_NAME, "1") == 0 &&
		set(o, OPT_SITE_NAME, "null") == 0 &&
		set(o, OPT_SITE_NAME, "[]") == 0,
	    "another type is refused");
	ok(set(o, OPT_DEFAULT_COUNT, "0") == 1 &&
		set(o, OPT_DEFAULT_COUNT, "100000") == 1 &&
		set(o, OPT_DEFAULT_COUNT, "-1") == 0 &&
		set(o, OPT_DEFAULT_COUNT, "100001") == 0 &&
		set(o, OPT_UPLOAD_MAX, "-1") == 1,
	    "a number has its bounds");
	ok(set(o, OPT_REGISTRATION, "\"Public\"") == 1 &&
		set(o, OPT_REGISTRATION, "\"Secret URL\"") == 1 &&
		set(o, OPT_REGISTRATION, "\"public\"") == 0 &&
		set(o, OPT_REGISTRATION, "\"\"") == 0 &&
		set(o, OPT_REGISTRATION, "\"Public|Disabled\"") == 0,
	    "a choice its words");
	ok(option_is_fact(OPT_LDAP) && set(o, OPT_LDAP, "true") == 0 &&
		set(o, OPT_SITE_URL, "\"x\"") == 0,
	    "a fact is no choice");
	store_undo(s);
	store_commit(s);
}

int
main(void)
{
	struct store *s = fresh();
	struct options *o;

	conf.root_url = STR("https://a.example/");
	conf.max_message = 800;
	conf.api_limit_period = 60;
	o = options_new(s, &conf);
	defaults(o);
	changes(s, o);
	elsewhere(s, o);
	refusals(s, o);
	options_free(o);
	gone(s);
	return done();
}
