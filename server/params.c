/* SPDX-License-Identifier: ISC */
/* Parameters: one view over JSON, forms of both kinds and the query. */
#include "http/form.h"
#include "http/multipart.h"
#include "http/url.h"
#include "json/time.h"
#include "json/utf8.h"
#include "server/conn.h"
#include "server/req.h"

/* A part of the API: clients may rely on it, and no call needs half of it. */
enum { DEPTH = 32 };

static size_t
max_tokens(const struct req *q)
{
	const struct conf *c = q->srv->conf;

	return (size_t)(q->at.row->bulk ? c->max_bulk_json : c->max_json);
}

static struct json_limits
limits_of(size_t tokens)
{
	return (struct json_limits){
		.tokens = tokens,
		.depth = DEPTH,
		.plain_text = true,
		.object_only = true,
	};
}

static int
read_json(struct req *q, struct str text, size_t tokens, struct json *root)
{
	struct json_limits limits = limits_of(tokens);
	enum json_fault fault;
	size_t at = 0;

	fault = json_parse(q->mem, text, &limits, root, &at);
	if (fault == JSON_FINE)
		return 0;
	return fail_coded(q, "error-invalid-json", "The body %s (at byte %zu)",
	    json_fault_text(fault), at);
}

static unsigned
max_fields(const struct req *q)
{
	const struct conf *c = q->srv->conf;

	return (unsigned)(q->at.row->bulk ? c->max_bulk_fields : c->max_fields);
}

static int
no_form(struct req *q, const char *why)
{
	return fail_coded(q, "error-invalid-form", "%s", why);
}

/* A form has become that text: its fields have been counted. */
static int
read_made(struct req *q, struct buf *text, struct json *root)
{
	struct str json = arena_str(q->mem, buf_view(text));

	buf_free(text);
	return read_json(q, json, SIZE_MAX, root);
}

static int
read_form(struct req *q, struct str form, struct json *root)
{
	struct buf text = { 0 };

	switch (form_to_json(form, max_fields(q), q->mem, &text)) {
	case FORM_FINE:
		return read_made(q, &text, root);
	case FORM_TOO_MANY:
		return no_form(q, "There are too many form fields");
	default:
		buf_free(&text);
		return no_form(q, "The form is not percent-encoded UTF-8");
	}
}

/* What a form has, and files that nobody here wants. */
static int
read_multipart(struct req *q, struct str body, struct json *root)
{
	struct multipart *m = arena_get(q->mem, sizeof *m);
	struct buf text = { 0 };
	enum form_fault fault = FORM_MALFORMED;

	if (multipart_begin(m, req_header(q, "content-type"), max_fields(q)))
		fault = multipart_to_json(m, body, q->mem, &text);
	if (fault == FORM_FINE)
		return read_made(q, &text, root);
	if (fault == FORM_ENCODING)
		return no_form(q, "A part of the form is not UTF-8");
	if (m->status == 415)
		return fail_text(q, E_MEDIA, "The form is refused: %s", m->why);
	return fail_coded(
	    q, "error-invalid-form", "The form is refused: %s", m->why);
}

enum media { MEDIA_NONE, MEDIA_JSON, MEDIA_FORM, MEDIA_PARTS, MEDIA_OTHER };

static enum media
media_of(const struct req *q, struct str body)
{
	struct str type = req_header(q, "content-type");

	if (body.len == 0)
		return MEDIA_NONE;
	if (!type.ptr) /* a script that did not say */
		return str_starts(str_trim(body), STR("{")) ? MEDIA_JSON
							    : MEDIA_FORM;
	if (multipart_is(type))
		return MEDIA_PARTS;
	type.len = str_find(type, ';');
	type = str_trim(type);
	if (str_ieq(type, STR("application/json")))
		return MEDIA_JSON;
	if (str_ieq(type, STR("application/x-www-form-urlencoded")))
		return MEDIA_FORM;
	return MEDIA_OTHER;
}

/* Of a body that is a literal: what curl calls a form is none. */
static enum media
media_said(const struct req *q, struct str body)
{
	enum media m = media_of(q, body);

	if (!req_header(q, "content-type").ptr || m == MEDIA_FORM ||
	    m == MEDIA_OTHER)
		return MEDIA_NONE;
	return m;
}

static int
read_body(struct req *q)
{
	struct str body = http_str(q->bytes, q->http->body);

	if (q->conn->intake)
		return read_form(q, q->fields, &q->body);
	switch (q->at.row->literal ? media_said(q, body) : media_of(q, body)) {
	case MEDIA_JSON:
		return read_json(q, body, max_tokens(q), &q->body);
	case MEDIA_FORM:
		return read_form(q, body, &q->body);
	case MEDIA_PARTS:
		return read_multipart(q, body, &q->body);
	case MEDIA_OTHER:
		return q->at.row->params[0] ? fail(q, E_MEDIA) : 0;
	default:
		return 0;
	}
}

/* What Slack's clients do: {"payload":"{...}"}.  One that is no JSON stays. */
static void
unwrap(struct req *q)
{
	struct json_limits limits = limits_of(max_tokens(q));
	struct json v = json_get(q->body, STR("payload")), inner = { 0 };
	size_t at;

	if (json_type(v) == JSON_STRING && json_count(q->body) == 1 &&
	    json_parse(q->mem, json_text(v, q->mem), &limits, &inner, &at) ==
		JSON_FINE)
		q->body = inner;
}

/* In the newer API a GET has a query and others a body: what stands in the
 * wrong place is not looked at. */
static bool
wants_query(const struct req *q)
{
	return q->at.group->style != STYLE_V1 || q->at.row->method == HTTP_GET;
}

static bool
wants_body(const struct req *q)
{
	return q->at.group->style != STYLE_V1 || q->at.row->method != HTTP_GET;
}

int
params_read(struct req *q)
{
	q->has_params = true;
	if (q->at.row->raw && !q->at.row->literal)
		return 0;
	if (q->query.len > 0 && wants_query(q) &&
	    read_form(q, q->query, &q->asked))
		return -1;
	if (q->at.row->raw || !wants_body(q))
		return 0;
	if (read_body(q))
		return -1;
	if (q->at.group->style == STYLE_V1)
		unwrap(q);
	return 0;
}

struct json
param_json(const struct req *q, const char *name)
{
	struct json v = json_get(q->body, str_of(name));

	return json_type(v) == JSON_NONE ? json_get(q->asked, str_of(name)) : v;
}

struct str
param(const struct req *q, const char *name)
{
	return json_text(param_json(q, name), q->mem);
}

static bool
whole(const struct req *q, struct json v, int64_t *n)
{
	return json_type(v) == JSON_STRING ? str_int(json_text(v, q->mem), n)
					   : json_whole(v, n);
}

int64_t
param_int(const struct req *q, const char *name, int64_t fallback)
{
	int64_t n;

	return whole(q, param_json(q, name), &n) ? n : fallback;
}

bool
param_true(const struct req *q, const char *name)
{
	struct json v = param_json(q, name);
	struct str s = json_text(v, q->mem);
	int64_t n;

	switch (json_type(v)) {
	case JSON_STRING:
		return s.len > 0 && !str_eq(s, STR("false")) &&
		       !str_eq(s, STR("0"));
	case JSON_OBJECT:
	case JSON_ARRAY:
		return true;
	default:
		return json_true(v) || (json_whole(v, &n) && n != 0);
	}
}

int
param_time(struct req *q, const char *name, int64_t *ms)
{
	struct json v = param_json(q, name);

	if (json_type(v) == JSON_NONE || json_type(v) == JSON_NULL)
		return 0;
	if (whole(q, v, ms) || time_parse(json_text(v, q->mem), ms))
		return 1;
	return fail_coded(q, "error-invalid-params",
	    "The parameter \"%s\" is no ISO 8601 time", name);
}

/* Is one of the names "a|b" there? */
static bool
any_of(const struct req *q, struct str names)
{
	struct str name;

	while (str_next(&names, '|', &name))
		if (json_type(json_get(q->body, name)) > JSON_NULL ||
		    json_type(json_get(q->asked, name)) > JSON_NULL)
			return true;
	return false;
}

int
params_needed(struct req *q)
{
	struct str rest = str_of(q->at.row->params), names;

	while (str_next(&rest, ' ', &names))
		if (names.len && names.ptr[names.len - 1] != '?' &&
		    !any_of(q, names))
			return fail_coded(q, "error-invalid-params",
			    "The parameter \"%.*s\" is required",
			    STR_ARGS(names));
	return 0;
}

int
param_is_text(struct req *q, const char *name)
{
	enum json_type t = json_type(param_json(q, name));

	if (t == JSON_NONE || t == JSON_NULL || t == JSON_STRING)
		return 0;
	return fail_coded(q, "error-invalid-params",
	    "The parameter \"%s\" must be a string", name);
}

struct str
req_header(const struct req *q, const char *name)
{
	return http_find(q->http, q->bytes, str_of(name));
}
