/* SPDX-License-Identifier: ISC */
/*
 * The gate: what every request passes before its handler runs, in one order
 * (design.md section 4), and what becomes of its reply.
 */
#include "http/url.h"
#include "auth/throttle.h"
#include "server/caller.h"
#include "server/conn.h"
#include "server/cors.h"
#include "server/intake.h"
#include "server/listen.h"
#include "server/log.h"
#include "server/option.h"
#include "server/park.h"
#include "server/presence.h"
#include "server/stream.h"
#include "server/tick.h"
#include "server/who.h"

#include <stdio.h>

#include "http/reply.h"

/* ---- the steps: 0 to go on, -1 when answered or parked ---- */

/* [v6]:port and host:port alike: up to the last colon behind ']'. */
static struct str
without_port(struct str host)
{
	struct str s = host;

	while (s.len && s.ptr[s.len - 1] >= '0' && s.ptr[s.len - 1] <= '9')
		s.len--;
	if (s.len == 0 || s.ptr[s.len - 1] != ':')
		return host;
	s.len--;
	return s;
}

/* The https:// that we are told, or where we are asked; no slash behind. */
static bool
add_https_url(struct req *q, struct buf *out)
{
	struct str url = q->srv->conf->root_url;
	struct str host = http_str(q->bytes, q->http->host);
	int port = listen_https_port(q->srv);

	if (str_starts(url, STR("https://"))) {
		while (url.ptr[url.len - 1] == '/')
			url.len--;
		buf_str(out, url);
		return true;
	}
	if (host.len == 0)
		return false;
	host = without_port(host);
	buf_fmt(out, "https://%.*s", STR_ARGS(host));
	if (port != 443)
		buf_fmt(out, ":%d", port);
	return true;
}

/* A login has them in its body, which is not read. */
static bool
carries_credentials(const struct req *q)
{
	static const char *const names[] = { "authorization", "x-auth-token",
		"cookie" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (req_header(q, names[i]).ptr)
			return true;
	return q->at.row && q->at.row->secret;
}

static int
step_redirect(struct req *q)
{
	if (!q->conn->redirects || req_secure(q))
		return 0;
	if (carries_credentials(q))
		return fail_text(q, E_CROSS_SITE,
		    "Credentials were sent over plain HTTP; use HTTPS and "
		    "change them");
	buf_str(&q->headers, STR("Location: "));
	if (q->path.ptr[0] != '/' || !add_https_url(q, &q->headers)) {
		q->headers.len = 0;
		return fail_coded(
		    q, "error-https-only", "This is served over HTTPS only");
	}
	buf_fmt(&q->headers, "%.*s%s%.*s\r\n", STR_ARGS(q->path),
	    q->query.ptr ? "?" : "", STR_ARGS(q->query));
	q->status = 308;
	return -1;
}

bool
route_takes_body(struct conn *c, const struct http *h, const char *bytes)
{
	struct req q = { .srv = c->srv, .conn = c, .http = h, .bytes = bytes };

	return !c->redirects || req_secure(&q);
}

static int
step_target(struct req *q)
{
	struct url url;
	enum http_method method = q->http->method;

	if (!url_split(http_str(q->bytes, q->http->target), &url))
		return fail_coded(q, "error-bad-target", "Bad request target");
	q->path = url.path;
	q->query = url.query;
	/* a verb we do not know is a 405 on a path that we do */
	routes_find(q->srv->routes, url.path,
	    method == HTTP_OTHER ? HTTP_OPTIONS : method, &q->at);
	q->out.pretty = !q->at.group || q->at.group->style != STYLE_V1;
	return 0;
}

static int
step_row(struct req *q)
{
	if (!q->at.path_exists && !str_eq(q->path, STR("*"))) {
		if (!url_path_honest(q->path))
			return fail_coded(
			    q, "error-bad-target", "Bad request path");
		return fail(q, E_NO_ROUTE);
	}
	return 0;
}

/* To a person at a terminal it says what there is. */
static int
wrong_method(struct req *q)
{
	if (!q->at.group || q->at.group->style != STYLE_TEXT)
		return fail(q, E_NO_METHOD);
	return fail_text(q, E_NO_METHOD,
	    "Another verb is needed here, one of %s", q->at.allow);
}

static int
step_method(struct req *q)
{
	if (q->at.row)
		return 0;
	if (q->at.group && q->at.group->style == STYLE_V1 &&
	    q->http->method == HTTP_OPTIONS)
		return cors_ask(q);
	if (q->at.path_exists)
		buf_fmt(&q->headers, "Allow: %s\r\n", q->at.allow);
	if (q->http->method != HTTP_OPTIONS)
		return wrong_method(q);
	q->status = 200;
	return -1;
}

static int
step_args(struct req *q)
{
	int i;

	for (i = 0; i < ROUTE_ARGS && q->at.args[i].ptr; i++)
		if (!url_decode(q->at.args[i], false, q->mem, &q->args[i]))
			return fail_coded(q, "error-bad-target",
			    "The path is not percent-encoded UTF-8");
	return 0;
}

/*
 * Calls of the newer API are counted before anybody is asked who they are;
 * what was parked has been.
 */
static int
step_limit(struct req *q)
{
	const struct server *s = q->srv;
	const struct route *r = q->at.row;
	bool reads = r->effect == READS ||
		     (r->effect == BY_VERB && r->method == HTTP_GET);
	int64_t most =
	    reads ? s->conf->api_limit_read : s->conf->api_limit_write;
	char text[20];

	if (q->at.group->style != STYLE_V1 || most == 0 ||
	    !option_on(s->options, OPT_RATE_LIMITER))
		return 0;
	q->limit = limits_count(s->limits, r, req_address_key(q, text),
	    q->conn->park || q->conn->intake ? 0 : 1, most,
	    s->conf->api_limit_period * 1000, s->mono);
	return r->who == ANYONE && q->limit.wait ? fail_wait(q, q->limit.wait)
						 : 0;
}

/* Some are not counted after all. */
static int
step_allowance(struct req *q)
{
	const struct server *s = q->srv;
	char text[20];

	if (!q->session || !q->limit.most)
		return 0;
	if (!rights_has(&q->session->rights, MAY_PASS_RATE_LIMIT))
		return q->limit.wait ? fail_wait(q, q->limit.wait) : 0;
	if (!q->limit.wait && !q->conn->park && !q->conn->intake)
		limits_count(s->limits, q->at.row, req_address_key(q, text), -1,
		    q->limit.most, s->conf->api_limit_period * 1000, s->mono);
	q->limit.most = 0;
	return 0;
}

static int
step_caller(struct req *q)
{
	if (q->at.row->who == ANYONE)
		return 0;
	if (caller_find(q))
		return -1;
	presence_seen(q->srv->presence, q->me->row, q->srv->mono);
	return 0;
}

/* A token that is good for less than its user's rights: for what the row
 * says of itself; and in which room, the handlers look (server/reach.h). */
static int
step_scope(struct req *q)
{
	const struct session *who = q->session;
	unsigned fits = q->at.row->scopes;

	if (!who || (who->scope == TOKEN_ALL && !who->room))
		return 0;
	if (who->scope == TOKEN_POSTS)
		fits &= FOR_POSTING;
	else if (who->scope == TOKEN_READS)
		fits &= FOR_READING;
	if (who->room && !(q->at.row->scopes & FOR_ROOM))
		fits = 0;
	return fits ? 0 : fail(q, E_SCOPE);
}

static int
step_permission(struct req *q)
{
	enum permission p = q->at.row->permission;

	if (p == FREELY || (q->session && rights_has(&q->session->rights, p)))
		return 0;
	return fail(q, E_NO_RIGHT);
}

/* What makes content is counted per user. */
static int
step_rate(struct req *q)
{
	int64_t wait;

	if (q->at.row->effect != GROWS || !q->me || !q->srv->sends ||
	    q->conn->park || q->conn->intake ||
	    rights_has(&q->session->rights, MAY_SEND_MANY) ||
	    rights_has(&q->session->rights, MAY_PASS_RATE_LIMIT))
		return 0;
	wait = throttle_take(q->srv->sends, q->me->id, q->srv->mono);
	return wait ? fail_wait(q, wait) : 0;
}

/* A body that goes to disk: may it come, or is it here? */
static int
step_intake(struct req *q)
{
	if (!q->http->streamed)
		return 0;
	return q->conn->intake ? intake_result(q) : intake_begin(q);
}

static int
step_params(struct req *q)
{
	return params_read(q) ? -1 : params_needed(q);
}

static int
step_secret(struct req *q)
{
	return q->at.row->secret ? q->at.row->secret(q) : 0;
}

static int
step_run(struct req *q)
{
	if (tick_mark(q))
		return -1;
	if (q->at.row->run(q)) {
		tick_undo(q);
		return -1;
	}
	if (q->stream && stream_begin(q) < 0) {
		tick_undo(q);
		return -1;
	}
	return tick_keep(q);
}

static int (*const steps[])(struct req *) = {
	step_target,
	step_redirect,
	step_row,
	step_method,
	step_args,
	step_limit,
	step_caller,
	step_allowance,
	step_scope,
	step_permission,
	step_rate,
	step_intake,
	step_params,
	step_secret,
	step_run,
};

/* ---- the reply ---- */

static bool
says_close(const struct req *q)
{
	return !q->http->keep_alive || q->srv->stopping ||
	       (q->http->streamed && !intake_whole(q->conn)) ||
	       (q->stream && q->stream->endless) ||
	       (q->stream && !q->stream->sized && q->http->version == 10);
}

/* Without asking for memory, where nothing else is said. */
static struct str
with_limits(struct req *q, char lines[LIMIT_LINES])
{
	struct str more = { lines, limit_lines(&q->limit, q->now, lines) };

	if (q->headers.len == 0)
		return more;
	buf_str(&q->headers, more);
	return buf_view(&q->headers);
}

static void
reply(struct req *q)
{
	struct conn *c = q->conn;
	char lines[LIMIT_LINES];
	struct reply r = {
		.status = q->status,
		.style = q->at.group ? q->at.group->style : STYLE_V0,
		.type = q->type,
		.headers = buf_view(&q->headers),
		.body = buf_view(q->out.out),
		.shared = q->shared,
		.head_only = q->http->method == HTTP_HEAD_METHOD,
		.close = says_close(q),
		.kept = q->kept,
		.chunked = q->stream && !q->stream->sized,
		.sized = q->stream && q->stream->sized,
		.version = q->http->version,
		.keep_asked = q->http->keep_alive,
	};

	if (q->limit.most)
		r.headers = with_limits(q, lines);
	if (q->stream) {
		q->stream->chunked = r.chunked && r.version == 11;
		r.length = q->stream->length;
		if (r.head_only) {
			stream_free(q->stream);
		} else {
			c->stream = q->stream;
			conn_enlist(c, LIST_STREAMS);
		}
	}
	conn_reply(c, &r);
}

/* Nobody learns a secret from the log: of what is proof itself, the kind. */
static const char *
shown_path(const struct req *q)
{
	const struct route_group *g = q->at.group;

	if (g && str_eq(str_of(g->prefix), STR("/hooks/")))
		return g->prefix;
	return arena_str(q->mem, q->path).ptr;
}

static void
log_request(const struct req *q)
{
	enum log_level level = q->status >= 500 ? LOG_WARN : LOG_DEBUG;
	char status[16];

	if (!log_wants(level))
		return;
	snprintf(status, sizeof status, "%d", q->status);
	log_line(
	    level, "request", "path", shown_path(q), "status", status, NULL);
}

bool
route_request(struct conn *c, const char *bytes, const struct http *h)
{
	struct server *s = c->srv;
	struct req q = {
		.srv = s,
		.conn = c,
		.db = s->db,
		.mem = &s->mem,
		.now = s->now,
		.bytes = bytes,
		.http = h,
		.out = { .out = &s->body, .pretty = true },
		.status = 200,
	};
	size_t i;

	s->body.len = 0;
	for (i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i](&q))
			break;
	if (!q.parked && !q.begun) {
		cors_reply(&q);
		log_request(&q);
		reply(&q);
		if (c->intake)
			intake_drop(c);
	}
	if (!q.parked && c->park)
		park_drop(c);
	buf_free(&q.headers);
	arena_reset(&s->mem);
	if (s->body.cap > 4 * STREAM_STEP)
		buf_free(&s->body);
	return !q.parked && !q.begun;
}

/* In the words of the API that was asked, whatever was wrong with the request:
 * those of the first where there is none. */
static enum style
style_of(struct server *s, const struct http *h, const char *bytes)
{
	struct route_match m;
	struct url url;

	if (!h || !url_split(http_str(bytes, h->target), &url))
		return STYLE_V0;
	routes_find(s->routes, url.path, h->method, &m);
	return m.group && m.group->style != STYLE_PLAIN ? m.group->style
							: STYLE_V0;
}

void
route_refuse_this(struct conn *c, const struct http *h, const char *bytes,
    int status, const char *why)
{
	struct server *s = c->srv;
	struct writer w = { .out = &s->body };
	struct reply r = { .status = status,
		.style = style_of(s, h, bytes),
		.close = true,
		.version = 11 };

	if (c->park)
		park_drop(c);
	if (c->intake)
		intake_drop(c);
	if (status == 503)
		r.headers = STR("Retry-After: 1\r\n");
	s->body.len = 0;
	r.type = fail_body(&w, r.style, status, why);
	r.body = buf_view(&s->body);
	conn_reply(c, &r);
}

void
route_refuse(struct conn *c, int status, const char *why)
{
	/* a state may be kept where there was no room for its bytes */
	route_refuse_this(c, c->in ? c->http : NULL, c->in, status, why);
}

uint64_t
route_max_body(struct server *s, const struct http *h, const char *bytes)
{
	struct route_match m;
	struct url url;

	if (url_split(http_str(bytes, h->target), &url)) {
		routes_find(s->routes, url.path, h->method, &m);
		if (m.row && m.row->bulk)
			return (uint64_t)s->conf->max_bulk_body;
	}
	return (uint64_t)s->conf->max_body;
}
