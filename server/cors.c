/* SPDX-License-Identifier: ISC */
/* What browsers are told about calls from other sites. */
#include "server/cors.h"

#include "http/reply.h"
#include "server/option.h"

/* As it is listed, or "*"; NO_STR: it may not. */
static struct str
allowed(const struct req *q)
{
	struct str list = option_text(q->srv->options, OPT_CORS_ORIGIN);
	struct str from = req_header(q, "origin"), one;

	while (str_next(&list, ',', &one)) {
		one = str_trim(one);
		if (str_eq(one, STR("*")) || (from.len && str_eq(one, from)))
			return one;
	}
	return NO_STR;
}

/* An address of an integration is its own proof: any site may have it. */
static bool
is_open(const struct req *q)
{
	return q->at.group &&
	       str_eq(str_of(q->at.group->prefix), STR("/hooks/"));
}

void
cors_reply(struct req *q)
{
	struct str origin;

	if (is_open(q)) {
		http_add_field(
		    &q->headers, "Access-Control-Allow-Origin", STR("*"));
		return;
	}

	if (!q->at.group || q->at.group->style != STYLE_V1 ||
	    !option_on(q->srv->options, OPT_CORS))
		return;
	origin = allowed(q);
	if (!str_eq(origin, STR("*")))
		http_add_field(&q->headers, "Vary", STR("Origin"));
	if (origin.ptr)
		http_add_field(
		    &q->headers, "Access-Control-Allow-Origin", origin);
}

int
cors_ask(struct req *q)
{
	if (!is_open(q) && !req_header(q, "access-control-request-method").ptr)
		return fail(q, E_NO_ROUTE);
	if (!is_open(q) && !option_on(q->srv->options, OPT_CORS)) {
		q->status = 405;
		q->type = STR("text/plain; charset=utf-8");
		buf_str(q->out.out, STR("Other sites may not call this server: "
					"API_Enable_CORS is off\n"));
		return -1;
	}
	http_add_field(&q->headers, "Access-Control-Allow-Methods",
	    STR("GET, POST, PUT, DELETE, HEAD, PATCH"));
	http_add_field(&q->headers, "Access-Control-Allow-Headers",
	    STR("Origin, X-Requested-With, Content-Type, Accept, X-User-Id, "
		"X-Auth-Token, x-visitor-token"));
	q->status = 200;
	return -1;
}
