/* SPDX-License-Identifier: ISC */
/* method.call: methods of the realtime API by REST. */
#include "server/api/v1/methods.h"

enum { DEPTH = 16, ID_MOST = 100 };

static const struct method *const tables[] = { read_methods, self_methods };

int
method_fail(struct call *c, const char *error, const char *reason)
{
	c->error = error;
	c->reason = reason;
	return -1;
}

struct json
method_param(const struct call *c, size_t i)
{
	struct json v = json_first(c->params);

	while (i-- > 0 && json_type(v))
		v = json_next(v);
	return v;
}

struct str
method_text(const struct call *c, size_t i)
{
	return json_text(method_param(c, i), c->q->mem);
}

bool
method_time(const struct call *c, size_t i, int64_t *ms)
{
	struct json v = method_param(c, i), date = json_get(v, STR("$date"));

	if (json_type(date) != JSON_NONE)
		v = date;
	return json_whole(v, ms) || time_parse(json_text(v, c->q->mem), ms);
}

/* In a path ':' stands for '/'. */
static bool
is_named(const char *name, struct str word)
{
	size_t i;

	for (i = 0; i < word.len && name[i]; i++)
		if (name[i] != word.ptr[i] &&
		    (name[i] != '/' || word.ptr[i] != ':'))
			return false;
	return i == word.len && !name[i];
}

static const struct method *
method_named(struct str name)
{
	const struct method *m;
	size_t i;

	for (i = 0; i < sizeof tables / sizeof *tables; i++)
		for (m = tables[i]; m->name; m++)
			if (is_named(m->name, name))
				return m;
	return NULL;
}

static int
run(struct call *c, struct str name)
{
	const struct method *m = method_named(name);

	if (!m)
		return method_fail(c, "404",
		    arena_fmt(c->q->mem, "Method '%.*s' not found",
			(int)(name.len < 100 ? name.len : 100), name.ptr)
			.ptr);
	if ((!m->anyone && !c->q->me) ||
	    (m->writes && c->q->at.row->effect == READS))
		return method_fail(c, "error-not-allowed", "Not allowed");
	return m->run(c);
}

/* As Meteor has it: a number is one, all others are texts. */
static void
write_error(struct call *c)
{
	struct writer *w = &c->w;
	int64_t number;

	json_open(w, "error", '{');
	json_bool(w, "isClientSafe", true);
	if (str_int(str_of(c->error), &number))
		json_int(w, "error", number);
	else
		json_str(w, "error", str_of(c->error));
	json_str(w, "reason", str_of(c->reason));
	json_str(
	    w, "message", arena_fmt(c->q->mem, "%s [%s]", c->reason, c->error));
	json_str(w, "errorType", STR("Meteor.Error"));
	json_close(w, '}');
}

/* -1: broken. */
static int
answer(struct call *c, struct str name, struct json id)
{
	struct writer_mark empty;

	json_open(&c->w, NULL, '{');
	json_str(&c->w, "msg", STR("result"));
	if (json_type(id) == JSON_STRING || json_type(id) == JSON_NUMBER)
		json_text_as_is(&c->w, "id", json_source(id));
	empty = json_mark(&c->w);
	if (run(c, name) < 0) {
		if (!c->error)
			return -1;
		json_cut(&c->w, empty);
		write_error(c);
	}
	json_close(&c->w, '}');
	return 0;
}

/* The call: a JSON text within the JSON body. */
static int
read_call(struct req *q, struct json *call)
{
	struct json_limits limits = {
		.tokens = (size_t)q->srv->conf->max_json,
		.depth = DEPTH,
		.plain_text = true,
		.object_only = true,
	};
	struct json v = json_get(q->body, STR("message"));
	size_t at;

	if (json_type(v) == JSON_NONE)
		return fail_bare(q, "Match error: Missing key 'message'");
	if (json_type(v) != JSON_STRING)
		return fail_bare(
		    q, "Match error: Expected string in field message");
	if (json_parse(q->mem, json_text(v, q->mem), &limits, call, &at) !=
	    JSON_FINE)
		return fail_bare(
		    q, "The message is no JSON object (at byte %zu)", at);
	if (json_source(json_get(*call, STR("id"))).len > ID_MOST)
		return fail_bare(q, "Match error: the id is too long");
	return 0;
}

static int
call_method(struct req *q)
{
	struct call c = { .q = q };
	struct json call = { 0 };
	struct str name;
	int done;

	if (read_call(q, &call))
		return -1;
	name = json_text(json_get(call, STR("method")), q->mem);
	c.params = json_get(call, STR("params"));
	c.w = (struct writer){ .out = &c.out, .ejson = true };
	done =
	    answer(&c, name.len ? name : q->args[0], json_get(call, STR("id")));
	if (done == 0) {
		v1_begin(q);
		json_str(&q->out, "message", buf_view(&c.out));
		v1_end(q);
	}
	buf_free(&c.out);
	return done < 0 ? fail(q, E_STORE) : 0;
}

/* clang-format off */
static const struct route methods_routes[] = {
	POST("method.call/:method", USER, FREELY, "message?", call_method),
	POST("method.callAnon/:method", ANYONE, FREELY, "message?", call_method,
	    .effect = READS),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group methods_group;
const struct route_group methods_group = { V1, STYLE_V1, methods_routes };
