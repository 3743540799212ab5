/* SPDX-License-Identifier: ISC */
/* Any bytes as a request target. */
#include "http/url.h"
#include "json/buf.h"
#include "json/utf8.h"
#include "t/fuzz/fuzz.h"

static struct arena mem;

static void
encode(struct buf *b, struct str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		buf_fmt(b, "%%%02x", (uint8_t)s.ptr[i]);
}

static void
decode(struct str text, bool plus)
{
	struct buf again = { 0 };
	struct str out, back;

	if (!url_decode(text, plus, &mem, &out))
		return;
	must(utf8_valid(out) && out.len <= text.len);
	must(!memchr(out.ptr, 0, out.len));
	encode(&again, out);
	must(url_decode(buf_view(&again), plus, &mem, &back));
	must(str_eq(out, back));
	buf_free(&again);
}

/* What is honest climbs nowhere once decoded, and has the same segments. */
static void
climb(struct str path)
{
	struct str out, raw, one;

	if (!url_path_honest(path) || !url_decode(path, false, &mem, &out))
		return;
	while (str_next(&out, '/', &one)) {
		must(!str_eq(one, STR(".")) && !str_eq(one, STR("..")));
		must(str_next(&path, '/', &raw) && one.len <= raw.len);
		must(str_find(one, '\\') == one.len);
	}
	must(path.len == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = copy_of((struct str){ (const char *)data, size });
	struct str text = { copy, size };
	struct url u;

	decode(text, false);
	decode(text, true);
	climb(text);
	if (url_split(text, &u)) {
		must(u.path.len > 0);
		must(u.path.ptr[0] == '/' || str_eq(u.path, STR("*")));
		must(str_find(u.path, '?') == u.path.len);
		must(str_find(u.authority, '/') == u.authority.len);
		must(u.authority.len + u.query.len <= size);
		if (!u.authority.ptr)
			must(u.path.len + (u.query.ptr ? 1 + u.query.len : 0) ==
			     size);
	}
	arena_reset(&mem);
	free(copy);
	return 0;
}
