/* SPDX-License-Identifier: ISC */
#ifndef HTTP_URL_H
#define HTTP_URL_H

#include "json/arena.h"

/*
 * A request target: origin form, absolute form, or "*" (for OPTIONS).  What
 * bytes it and its authority may have is the head parser's business.
 */
struct url {
	struct str authority; /* of the absolute form, else NO_STR */
	struct str path;      /* as sent, begins with '/', or is "*" */
	struct str query;     /* without '?'; NO_STR if there was none */
};

/* False for a target that is none of the three forms. */
bool url_split(struct str target, struct url *);
/*
 * Percent-decoding into the arena (no copy when nothing is encoded); plus:
 * '+' is a space.  False for a broken escape, NUL or invalid UTF-8.
 */
bool url_decode(struct str, bool plus, struct arena *, struct str *out);
/* True for a path with no "." or ".." segment, plain or encoded, and no
 * encoded '/' or '\'. */
bool url_path_honest(struct str path);

#endif
