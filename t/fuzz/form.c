/* SPDX-License-Identifier: ISC */
/* Any bytes as a form: what is taken is JSON that a handler can read. */
#include "http/form.h"
#include "http/url.h"
#include "json/reader.h"
#include "t/fuzz/fuzz.h"

static struct arena mem;

/* A name without brackets is found in the object, whatever else there is. */
static void
find_first(struct str form, struct json root)
{
	struct str pair, key;

	while (str_next(&form, '&', &pair)) {
		if (pair.len == 0)
			continue;
		key = (struct str){ pair.ptr, str_find(pair, '=') };
		must(url_decode(key, true, &mem, &key));
		if (str_find(key, '[') == key.len)
			must(json_get(root, key).doc != NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct json_limits limits = { SIZE_MAX, 1 + FORM_DEPTH,
		true, true };
	char *copy = copy_of((struct str){ (const char *)data, size });
	struct str text = { copy, size };
	struct buf json = { 0 }, again = { 0 }, padded = { 0 };
	enum form_fault fault = form_to_json(text, size, &mem, &json);
	struct json root;
	size_t at;

	if (fault == FORM_FINE) {
		must(!json_parse(&mem, buf_view(&json), &limits, &root, &at));
		find_first(text, root);
	}
	must(fault != FORM_TOO_MANY);
	buf_str(&padded, STR("&&"));
	buf_str(&padded, text);
	buf_str(&padded, STR("&"));
	must(form_to_json(buf_view(&padded), size + 3, &mem, &again) == fault);
	must(fault || str_eq(buf_view(&json), buf_view(&again)));
	buf_free(&json);
	buf_free(&again);
	buf_free(&padded);
	arena_reset(&mem);
	free(copy);
	return 0;
}
