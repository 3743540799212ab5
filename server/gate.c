/* SPDX-License-Identifier: ISC */
/*
 * The gate: what every request passes before its handler runs, in one order
 * (design.md section 4), and what becomes of its reply.
 */
#include "http/url.h"
#include "auth/throttle.h"
#include "server/caller.h"
#include "server/conn.h"
#include "server/listen.h"
#include "server/log.h"
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

static int
step_method(struct req *q)
{
	if (q->at.row)
		return 0;
	if (q->at.path_exists)
		buf_fmt(&q->headers, "Allow: %s\r\n", q->at.allow);
	if (q->http->method != HTTP_OPTIONS)
		return fail(q, E_NO_METHOD);
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
	    q->conn->park || rights_has(&q->session->rights, MAY_SEND_MANY) ||
	    rights_has(&q->session->rights, MAY_PASS_RATE_LIMIT))
		return 0;
	wait = throttle_take(q->srv->sends, q->me->id, q->srv->mono);
	return wait ? fail_wait(q, wait) : 0;
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
	step_caller,
	step_permission,
	step_rate,
	step_params,
	step_secret,
	step_run,
};

/* ---- the reply ---- */

static bool
says_close(const struct req *q)
{
	return !q->http->keep_alive || q->srv->stopping ||
	       (q->stream && q->http->version == 10);
}

static void
reply(struct req *q)
{
	struct conn *c = q->conn;
	struct reply r = {
		.status = q->status,
		.type = q->type,
		.headers = buf_view(&q->headers),
		.body = buf_view(q->out.out),
		.shared = q->shared,
		.head_only = q->http->method == HTTP_HEAD_METHOD,
		.close = says_close(q),
		.chunked = q->stream != NULL,
		.version = q->http->version,
		.keep_asked = q->http->keep_alive,
	};

	if (q->stream) {
		q->stream->chunked = r.version == 11;
		if (r.head_only) {
			stream_free(q->stream);
		} else {
			c->stream = q->stream;
			conn_enlist(c, LIST_STREAMS);
		}
	}
	conn_reply(c, &r);
}

static void
log_request(const struct req *q)
{
	enum log_level level = q->status >= 500 ? LOG_WARN : LOG_DEBUG;
	char status[16];

	if (!log_wants(level))
		return;
	snprintf(status, sizeof status, "%d", q->status);
	log_line(level, "request", "path", arena_str(q->mem, q->path).ptr,
	    "status", status, NULL);
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
	if (!q.parked) {
		log_request(&q);
		reply(&q);
		if (c->park)
			park_drop(c);
	}
	buf_free(&q.headers);
	arena_reset(&s->mem);
	if (s->body.cap > 4 * STREAM_STEP)
		buf_free(&s->body);
	return !q.parked;
}

void
route_refuse(struct conn *c, int status, const char *why)
{
	struct server *s = c->srv;
	struct writer w = { .out = &s->body, .pretty = true };
	struct reply r = { .status = status, .close = true, .version = 11 };

	if (c->park)
		park_drop(c);
	if (status == 503)
		r.headers = STR("Retry-After: 1\r\n");
	s->body.len = 0;
	fail_body(&w, STYLE_V0, status, why);
	r.body = buf_view(&s->body);
	conn_reply(c, &r);
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
