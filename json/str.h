/* SPDX-License-Identifier: ISC */
#ifndef JSON_STR_H
#define JSON_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A slice of bytes that somebody else owns.  A NULL pointer means absent,
 * which is not the same as empty.  NUL bytes are data.
 */
struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define NO_STR ((struct str){ NULL, 0 })

/* For printf's "%.*s". */
#define STR_ARGS(s) (int)(s).len, (s).ptr ? (s).ptr : ""

static inline struct str
str_of(const char *c)
{
	return c ? (struct str){ c, strlen(c) } : NO_STR;
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || !memcmp(a.ptr, b.ptr, a.len));
}

/* From byte i on; i is at most the length. */
static inline struct str
str_from(struct str s, size_t i)
{
	return (struct str){ i ? s.ptr + i : s.ptr, s.len - i };
}

/* ASCII letters alike in both cases. */
bool str_ieq(struct str, struct str);
bool str_starts(struct str, struct str prefix);
/* Without spaces and tabs at both ends. */
struct str str_trim(struct str);
/* Index of the byte, or the length. */
size_t str_find(struct str, char);
/*
 * Cut the next piece up to the separator off the front of *rest; false when
 * nothing is left.  "a,,b" has three pieces, "a," one, an empty string none.
 */
bool str_next(struct str *rest, char separator, struct str *piece);
/* Exactly -?[0-9]+ within int64, else false and *out untouched. */
bool str_int(struct str, int64_t *out);
/* Copy the bytes to `at` with a NUL behind them, and make that the string:
 * where the next may go.  For several in one piece of memory; an absent one
 * takes no room there. */
char *str_move(struct str *, char *at);
/* Bytewise order, as memcmp; a prefix sorts first. */
int str_cmp(struct str, struct str);

#endif
