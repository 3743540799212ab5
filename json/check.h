/* SPDX-License-Identifier: ISC */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H

#include "json/str.h"

/*
 * RFC 8259, whole: grammar, strict UTF-8, one value and nothing behind it.
 * Iterative, one pass, no memory.  What clients may send is narrower
 * (security.md section 2), so a limit can refuse more.
 */
enum json_fault {
	JSON_FINE = 0,
	JSON_SYNTAX,
	JSON_NOT_UTF8,
	JSON_TOO_DEEP,
	JSON_TOO_MANY,       /* values and keys */
	JSON_LONE_SURROGATE, /* only if plain_text */
	JSON_NUL,            /* \u0000; only if plain_text */
	JSON_NOT_OBJECT,     /* only if object_only */
};

enum { JSON_MAX_DEPTH = 512 }; /* the most that limits may allow */

struct json_limits {
	size_t tokens;    /* jsmn's count: each value and each key is one */
	unsigned depth;   /* of brackets */
	bool plain_text;  /* refuse lone surrogates and NUL in strings */
	bool object_only; /* the top level must be an object */
};

/* On JSON_FINE *tokens is the exact count; else *at is the offending byte. */
enum json_fault json_check(
    struct str text, const struct json_limits *, size_t *tokens, size_t *at);
/* A few words for an error message: "is not valid UTF-8". */
const char *json_fault_text(enum json_fault);

#endif
