/* SPDX-License-Identifier: ISC */
#ifndef JSON_READER_H
#define JSON_READER_H

#include "json/arena.h"
#include "json/check.h"

/*
 * Reading a JSON text: checked first (json/check.h), then tokenised by jsmn
 * into memory of exactly the size that the check found.  Values are light
 * views; one that is absent has type JSON_NONE and every question about it
 * has an empty answer, so that look-ups chain.
 */
struct json_doc;

struct json {
	const struct json_doc *doc;
	uint32_t at;
};

enum json_type {
	JSON_NONE = 0,
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/* The text must outlive the document; both live as long as the arena. */
enum json_fault json_parse(struct arena *, struct str text,
    const struct json_limits *, struct json *root, size_t *at);

enum json_type json_type(struct json);
/* Of duplicate keys the last one wins, here and everywhere. */
struct json json_get(struct json object, struct str key);
/* Elements of an array, or member values of an object, in order. */
struct json json_first(struct json);
struct json json_next(struct json);
size_t json_count(struct json);
/* The key of a member value reached by json_first or json_next. */
struct str json_key(struct json member, struct arena *);
/*
 * A decoded string; NO_STR unless it is one.  Without escapes: no copy.  A
 * lone surrogate, where the limits let one in, becomes U+FFFD.
 */
struct str json_text(struct json, struct arena *);
bool json_true(struct json);
/* An integer within int64 (also 1e3 or 2.0); false for anything else. */
bool json_whole(struct json, int64_t *);
bool json_real(struct json, double *);
/* The value as it stands in the text. */
struct str json_source(struct json);

#endif
