/* SPDX-License-Identifier: ISC */
/* Trimmings of messages. */
#include "server/trim.h"

enum { ATTACHMENTS = 50, FIELDS = 50, TEXT_MOST = 4096, ALL_MOST = 64 * 1024 };

static int
wrong(struct req *q, const char *name)
{
	return fail_coded(q, "error-invalid-params",
	    "The parameter \"%s\" is of another type or too long", name);
}

/* The log of a build may be told; a name need not be as long. */
static size_t
most_of(const char *as)
{
	return strcmp(as, "text") ? TEXT_MOST : ALL_MOST;
}

/* A member of that name, if it has the type (JSON_NONE: a text, a number or a
 * truth): 0, or -1 and answered. */
static int
copy(struct req *q, struct writer *w, struct json from, const char *name,
    const char *as, enum json_type type)
{
	struct json v = json_get(from, str_of(name));
	struct str text;

	if (json_type(v) <= JSON_NULL)
		return 0;
	if ((type == JSON_STRING || type == JSON_NONE) &&
	    json_type(v) == JSON_STRING) {
		text = json_text(v, q->mem);
		if (text.len > most_of(as))
			return wrong(q, name);
		json_str(w, as, text);
		return 0;
	}
	if (type == JSON_BOOL && json_type(v) == JSON_STRING) { /* of a form */
		json_bool(w, as, str_eq(json_text(v, q->mem), STR("true")));
		return 0;
	}
	if (type == JSON_NONE ? json_type(v) > JSON_STRING
			      : json_type(v) != type)
		return wrong(q, name);
	json_text_as_is(w, as, json_source(v));
	return 0;
}

struct part {
	const char *name, *as;
	enum json_type type;
};

static int
copy_all(
    struct req *q, struct writer *w, struct json from, const struct part *parts)
{
	for (; parts->name; parts++)
		if (copy(q, w, from, parts->name, parts->as, parts->type))
			return -1;
	return 0;
}

static const struct part field_parts[] = {
	{ "short", "short", JSON_BOOL },
	{ "title", "title", JSON_STRING },
	{ "value", "value", JSON_NONE }, /* monitors send what they count */
	{ NULL, NULL, JSON_NONE },
};

static const struct part attachment_parts[] = {
	{ "color", "color", JSON_STRING },
	{ "text", "text", JSON_STRING },
	{ "thumb_url", "thumb_url", JSON_STRING },
	{ "message_link", "message_link", JSON_STRING },
	{ "collapsed", "collapsed", JSON_BOOL },
	{ "author_name", "author_name", JSON_STRING },
	{ "author_link", "author_link", JSON_STRING },
	{ "author_icon", "author_icon", JSON_STRING },
	{ "title", "title", JSON_STRING },
	{ "title_link", "title_link", JSON_STRING },
	{ "title_link_download", "title_link_download", JSON_BOOL },
	{ "pretext", "pretext", JSON_STRING },
	{ "description", "description", JSON_STRING },
	{ "image_url", "image_url", JSON_STRING },
	{ "audio_url", "audio_url", JSON_STRING },
	{ "video_url", "video_url", JSON_STRING },
	{ NULL, NULL, JSON_NONE },
};

static int
copy_fields(struct req *q, struct writer *w, struct json list)
{
	struct json one;

	if (json_type(list) != JSON_ARRAY)
		return 0;
	if (json_count(list) > FIELDS)
		return wrong(q, "fields");
	json_open(w, "fields", '[');
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		json_open(w, NULL, '{');
		if (copy_all(q, w, one, field_parts))
			return -1;
		json_close(w, '}');
	}
	json_close(w, ']');
	return 0;
}

static int
copy_attachment(struct req *q, struct writer *w, struct json from)
{
	struct json ts = json_get(from, STR("ts"));

	json_open(w, NULL, '{');
	if (copy_all(q, w, from, attachment_parts))
		return -1;
	if (json_type(json_get(from, STR("text"))) <= JSON_NULL &&
	    copy(q, w, from, "msg", "text", JSON_STRING))
		return -1;
	if (json_type(ts) == JSON_STRING || json_type(ts) == JSON_NUMBER)
		json_text_as_is(w, "ts", json_source(ts));
	if (copy_fields(q, w, json_get(from, STR("fields"))))
		return -1;
	json_close(w, '}');
	return 0;
}

static int
copy_attachments(struct req *q, struct writer *w, struct json list)
{
	struct json one;

	if (json_type(list) <= JSON_NULL)
		return 0;
	if (json_type(list) != JSON_ARRAY || json_count(list) > ATTACHMENTS)
		return wrong(q, "attachments");
	json_open(w, "attachments", '[');
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		if (json_type(one) != JSON_OBJECT)
			return wrong(q, "attachments");
		if (copy_attachment(q, w, one))
			return -1;
	}
	json_close(w, ']');
	return 0;
}

/* The first of the names that is there. */
static int
copy_either(struct req *q, struct writer *w, struct json from, const char *name,
    const char *other)
{
	bool has = json_type(json_get(from, str_of(name))) > JSON_NULL;

	return copy(
	    q, w, from, has || !other ? name : other, name, JSON_STRING);
}

static const struct part plain_parts[] = {
	{ "parseUrls", "parseUrls", JSON_BOOL },
	{ "groupable", "groupable", JSON_BOOL },
	{ "tshow", "tshow", JSON_BOOL },
	{ "customFields", "customFields", JSON_OBJECT },
	{ NULL, NULL, JSON_NONE },
};

int
trim_read(struct req *q, struct json from, bool names, struct str *extra)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	struct json list = json_get(from, STR("attachments"));
	int bad;

	*extra = NO_STR;
	json_open(&w, NULL, '{');
	bad = copy_either(q, &w, from, "alias", names ? "username" : NULL) ||
	      copy_either(q, &w, from, "emoji", "icon_emoji") ||
	      copy_either(q, &w, from, "avatar", "icon_url") ||
	      copy_all(q, &w, from, plain_parts) ||
	      copy_attachments(q, &w, list);
	if (!bad && out.len > ALL_MOST)
		bad = wrong(q, "attachments");
	if (!bad) {
		json_close(&w, '}');
		if (out.len > 2)
			*extra = arena_str(q->mem, buf_view(&out));
	}
	buf_free(&out);
	return bad ? -1 : 0;
}
