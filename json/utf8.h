/* SPDX-License-Identifier: ISC */
#ifndef JSON_UTF8_H
#define JSON_UTF8_H

#include "json/str.h"

/* RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF. */
bool utf8_valid(struct str);
/* Length of the valid sequence at s, 1 to 4; 0 if there is none. */
size_t utf8_length(struct str);
/* Writes 1 to 4 bytes for a code point that is not a surrogate. */
size_t utf8_put(char out[4], uint32_t code);
/* Characters (code points) of a valid string. */
size_t utf8_count(struct str);

#endif
