/* SPDX-License-Identifier: ISC */
/* Pictures for those who have none. */
#include "server/draw.h"

#include "json/utf8.h"

/* Dark enough for white letters: contrast of 4.5 and more. */
static const char *const colours[] = { "#b3261e", "#9a4d00", "#7a5900",
	"#4d6a00", "#1b6e20", "#00695c", "#00658a", "#1f5fbf", "#4a52c4",
	"#6d45c0", "#8a3ab9", "#a4348f", "#b1315f", "#6b5b52", "#546169",
	"#3f6b57" };

static const char *
colour_of(struct str s)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < s.len; i++)
		h = (h ^ (uint8_t)s.ptr[i]) * 16777619u;
	h ^= h >> 15;
	return colours[h % (sizeof colours / sizeof *colours)];
}

static bool
parts_words(char c)
{
	return c == '.' || c == '-' || c == '_' || c == ' ';
}

/* A letter, as text of XML. */
static void
add_letter(struct buf *b, struct str letter)
{
	char c = *letter.ptr;

	if (letter.len > 1)
		buf_str(b, letter);
	else if (c == '<' || c == '&' || c == '>' || c < ' ' || c == 0x7f)
		buf_fmt(b, "&#%d;", c < ' ' || c == 0x7f ? '?' : c);
	else
		buf_char(b, c >= 'a' && c <= 'z' ? (char)(c & ~32) : c);
}

/* Of its first word and its second. */
static void
add_letters(struct buf *b, struct str name)
{
	bool begins = true;
	int left = 2;
	size_t n;

	for (; name.len > 0 && left > 0; name = str_from(name, n)) {
		if (!(n = utf8_length(name)))
			return;
		if (n == 1 && parts_words(*name.ptr)) {
			begins = true;
			continue;
		}
		if (begins) {
			add_letter(b, (struct str){ name.ptr, n });
			left--;
		}
		begins = false;
	}
}

static void
begin(struct buf *b, const char *colour)
{
	buf_fmt(b,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" "
	    "height=\"200\" viewBox=\"0 0 200 200\"><rect width=\"200\" "
	    "height=\"200\" fill=\"%s\"/><text x=\"100\" y=\"100\" "
	    "dy=\"0.36em\" text-anchor=\"middle\" fill=\"#ffffff\" "
	    "font-family=\"sans-serif\" font-size=\"90\">",
	    colour);
}

static void
end(struct buf *b)
{
	buf_str(b, STR("</text></svg>"));
}

void
draw_name(struct buf *b, struct str name)
{
	begin(b, colour_of(name));
	add_letters(b, name);
	end(b);
}

void
draw_room(struct buf *b, struct str id)
{
	begin(b, colour_of(id));
	buf_char(b, '#');
	end(b);
}
