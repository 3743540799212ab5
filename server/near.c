/* SPDX-License-Identifier: ISC */
/* "Did you mean": the edit distance between names. */
#include "server/near.h"

enum { LONGEST = 48 }; /* longer words are like nothing */

/* Names in flags, files and the environment differ in these only. */
static char
plain(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c | 32);
	return c == '_' ? '-' : c;
}

static size_t
least(size_t a, size_t b, size_t c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* How many letters must be put in, left out or changed. */
static size_t
distance(struct str a, struct str b)
{
	size_t row[LONGEST + 1], i, j, corner, above;

	for (j = 0; j <= b.len; j++)
		row[j] = j;
	for (i = 1; i <= a.len; i++) {
		corner = row[0];
		row[0] = i;
		for (j = 1; j <= b.len; j++) {
			above = row[j];
			row[j] = least(above + 1, row[j - 1] + 1,
			    corner +
				(plain(a.ptr[i - 1]) != plain(b.ptr[j - 1])));
			corner = above;
		}
	}
	return row[b.len];
}

void
near_try(struct near *n, const char *name)
{
	struct str s = str_of(name);
	size_t d;

	if (n->word.len > LONGEST || s.len > LONGEST)
		return;
	d = distance(n->word, s);
	if (n->best && d >= n->distance)
		return;
	n->best = name;
	n->distance = d;
}

const char *
near_best(const struct near *n)
{
	return n->best && n->distance <= (n->word.len + 1) / 2 ? n->best : NULL;
}
