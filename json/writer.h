/* SPDX-License-Identifier: ISC */
#ifndef JSON_WRITER_H
#define JSON_WRITER_H

#include "json/buf.h"

/*
 * Writes JSON text straight into a growing buffer: there is no tree.
 * Commas, escapes and indentation are the writer's business.  A key of NULL
 * writes an array element (or the top value).  Strings must be valid UTF-8;
 * keys are literals of plain ASCII.  A string that is absent (NO_STR) is
 * left out together with its key.
 */
struct writer {
	struct buf *out;
	unsigned depth;
	bool fresh;  /* nothing written yet inside the open bracket */
	bool pretty; /* two spaces a level, as JSON.stringify(x, null, 2) */
	bool ejson;  /* times are {"$date":ms} */
};

void json_open(struct writer *, const char *key, char bracket);
void json_close(struct writer *, char bracket);
void json_str(struct writer *, const char *key, struct str);
void json_int(struct writer *, const char *key, int64_t);
void json_bool(struct writer *, const char *key, bool);
void json_null(struct writer *, const char *key);
/* A list of the words that spaces separate. */
void json_words(struct writer *, const char *key, struct str words);
/* Milliseconds since 1970, as an ISO 8601 string. */
void json_time(struct writer *, const char *key, int64_t ms);
/* Finished JSON text, taken as it is. */
void json_text_as_is(struct writer *, const char *key, struct str json);
/* The members of a finished, compact object among the others. */
void json_members(struct writer *, struct str object);
/* A key that is not a literal: escaped like any string. */
void json_open_named(struct writer *, struct str key, char bracket);
void json_named_as_is(struct writer *, struct str key, struct str json);
void json_str_named(struct writer *, struct str key, struct str value);

/* Take back everything written since the mark. */
struct writer_mark {
	size_t len;
	unsigned depth;
	bool fresh;
};
struct writer_mark json_mark(const struct writer *);
void json_cut(struct writer *, struct writer_mark);

#endif
