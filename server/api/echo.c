/* SPDX-License-Identifier: ISC */
/*
 * What was received, as it was understood: for tools that judge the parser.
 * Compiled in by `make ECHO=1` alone, as nobody else has a use for it and it
 * gives back credentials.
 *
 * The answer is a request again: its line, its header lines in order with
 * names as sent and values trimmed, an empty line, the body byte for byte.
 */
#include "server/api/api.h"

static void
add_line(struct buf *out, const char *bytes, const struct http_field *f)
{
	buf_fmt(out, "%.*s: %.*s\r\n", f->name_len, bytes + f->name,
	    f->value_len, bytes + f->value);
}

static int
echo(struct req *q)
{
	const struct http *h = q->http;
	struct buf *out = q->out.out;
	unsigned i;

	buf_str(out, http_str(q->bytes, h->verb));
	buf_char(out, ' ');
	buf_str(out, http_str(q->bytes, h->target));
	buf_fmt(out, " HTTP/%d.%d\r\n", h->version / 10, h->version % 10);
	for (i = 0; i < h->nfields; i++)
		add_line(out, q->bytes, &h->field[i]);
	buf_str(out, STR("\r\n"));
	buf_str(out, http_str(q->bytes, h->body));
	q->type = STR("message/http");
	return 0;
}

static const struct route echo_routes[] = {
	GET("echo", ANYONE, FREELY, "", echo, .raw = true),
	POST("echo", ANYONE, FREELY, "", echo, .raw = true, .effect = READS),
	END_OF_ROUTES,
};

extern const struct route_group echo_group;
const struct route_group echo_group = { "/", STYLE_PLAIN, echo_routes };
