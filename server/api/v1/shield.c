/* SPDX-License-Identifier: ISC */
/* shield.svg: a badge for web pages, drawn here. */
#include "server/api/v1/v1.h"

enum {
	LONGEST = 64, /* characters of either half */
	LETTER = 7,   /* their width, about */
	PAD = 6,
	BUBBLE = 16, /* the picture before the text */
	EXACT = 1000 /* so many are asked how they wish to be seen */
};

/* ---- what it says ---- */

static int
count_online(struct req *q, int64_t *n)
{
	struct server *s = q->srv;
	int64_t since = s->mono - s->conf->presence_timeout * 1000, *rows;
	struct wishes w;

	*n = (int64_t)presence_since(s->presence, since, q->mem, &rows);
	if (*n > EXACT)
		return 0;
	if (wishes_of(q->db, q->mem, rows, (size_t)*n, &w) < 0)
		return fail(q, E_STORE);
	*n = w.online + w.away + w.busy;
	return 0;
}

static int
right_half(struct req *q, struct str *text)
{
	struct str type = param(q, "type"), channel = param(q, "channel");
	int64_t n;

	if (!type.len || str_eq(type, STR("online"))) {
		if (count_online(q, &n))
			return -1;
		*text = arena_fmt(q->mem, "%lld online", (long long)n);
		return 0;
	}
	if (!str_eq(type, STR("channel")))
		return fail_coded(
		    q, "error-shield-disabled", "This shield type is disabled");
	if (!channel.len)
		return fail_bare(
		    q, "Shield channel is required for type \"channel\"");
	*text = arena_fmt(q->mem, "%s%.*s", channel.ptr[0] == '#' ? "" : "#",
	    STR_ARGS(channel));
	return 0;
}

/* ---- how it looks ---- */

/* The first characters, as text between tags; how many there are. */
static int
add_text(struct buf *b, struct str text)
{
	int n = 0;
	size_t i;

	for (i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if ((c & 0xC0) != 0x80 && n++ == LONGEST)
			return LONGEST;
		if (c == '<' || c == '>' || c == '&' || c == '"')
			buf_fmt(b, "&#%d;", c);
		else if ((unsigned char)c >= ' ' && c != 0x7F)
			buf_char(b, c);
	}
	return n;
}

static void
draw_bubble(struct buf *b)
{
	buf_fmt(
	    b, "<path d=\"M%d 6h10v7h-5l-3 3v-3h-2z\" fill=\"#fff\"/>", PAD);
}

static void
draw_half(struct buf *b, int x, int width, const char *colour, int text_at,
    struct str text)
{
	buf_fmt(b,
	    "<rect x=\"%d\" width=\"%d\" height=\"20\" fill=\"%s\"/>"
	    "<text x=\"%d\" y=\"14\" fill=\"#fff\">",
	    x, width, colour, text_at);
	buf_str(b, text);
	buf_str(b, STR("</text>"));
}

static void
draw(struct req *q, struct str left, struct str right, bool icon)
{
	struct buf l = { 0 }, r = { 0 };
	struct buf *b = q->out.out;
	int from = icon ? PAD + BUBBLE : PAD;
	int wide = from + add_text(&l, left) * LETTER + PAD;
	int more = 2 * PAD + add_text(&r, right) * LETTER;

	buf_fmt(b,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
	    "height=\"20\" role=\"img\" font-family=\"Verdana,sans-serif\" "
	    "font-size=\"11\"><title>",
	    wide + more);
	buf_str(b, buf_view(&l));
	buf_str(b, STR(": "));
	buf_str(b, buf_view(&r));
	buf_str(b, STR("</title>"));
	draw_half(b, 0, wide, "#444", from, buf_view(&l));
	draw_half(b, wide, more, "#2a7a3b", wide + PAD, buf_view(&r));
	if (icon)
		draw_bubble(b);
	buf_str(b, STR("</svg>\n"));
	buf_free(&l);
	buf_free(&r);
}

static int
shield(struct req *q)
{
	struct str name = param(q, "name"), text;

	if (!option_on(q->srv->options, OPT_SHIELDS))
		return fail_coded(
		    q, "error-endpoint-disabled", "This endpoint is disabled");
	if (right_half(q, &text))
		return -1;
	if (!name.len)
		name = option_text(q->srv->options, OPT_SITE_NAME);
	draw(q, name, text, !str_eq(param(q, "icon"), STR("false")));
	q->type = STR("image/svg+xml; charset=utf-8");
	buf_str(&q->headers, STR("Cache-Control: max-age=60\r\n"));
	return 0;
}

/* clang-format off */
static const struct route shield_routes[] = {
	GET("shield.svg", ANYONE, FREELY, "type? channel? name? icon?", shield),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group shield_group;
const struct route_group shield_group = { V1, STYLE_V1, shield_routes };
