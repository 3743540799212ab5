/* SPDX-License-Identifier: ISC */
/* The log: a line an event, written at once and whole. */
#include "server/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "json/time.h"
#include "server/safe.h"

enum {
	LINE = 4096,  /* PIPE_BUF: lines of several processes do not mix */
	VALUE = 1000, /* bytes of a value that are looked at */
	RESERVED = 8, /* for what must close the line */
};

struct line {
	char text[LINE];
	size_t len;
};

static struct {
	enum log_level least;
	bool json;
} setup = { LOG_INFO, false };

static const char *const names[] = { "debug", "info", "warn", "error", "info" };

void
log_setup(enum log_level least, bool json)
{
	setup.least = least;
	setup.json = json;
}

bool
log_wants(enum log_level level)
{
	return level >= setup.least;
}

/* All of it or nothing: an escape is never cut. */
static bool
put(struct line *l, const char *c, size_t n)
{
	if (l->len + n > LINE - RESERVED)
		return false;
	memcpy(l->text + l->len, c, n);
	l->len += n;
	return true;
}

static void
put_end(struct line *l, const char *c)
{
	while (*c && l->len < LINE)
		l->text[l->len++] = *c++;
}

static bool
is_bare(struct str s)
{
	char piece[SAFE_PIECE];
	bool bare = s.len > 0;

	while (bare && s.len > 0) {
		safe_next(&s, piece);
		bare = !strchr("\\\" =", piece[0]);
	}
	return bare;
}

/* Inside quotes.  JSON has no \x: such a byte is shown by its name there. */
static bool
put_piece(struct line *l, char piece[SAFE_PIECE], size_t n)
{
	bool lone = n == 1 && (piece[0] == '"' || piece[0] == '\\');
	bool byte = n > 1 && piece[0] == '\\' && piece[1] == 'x';
	char both[SAFE_PIECE + 1] = { '\\' };

	if (!lone && !(byte && setup.json))
		return put(l, piece, n);
	memcpy(both + 1, piece, n);
	return put(l, both, n + 1);
}

static void
put_text(struct line *l, struct str s)
{
	char piece[SAFE_PIECE];
	bool fits = true;

	while (fits && s.len > 0) {
		size_t n = safe_next(&s, piece);

		fits = put_piece(l, piece, n);
	}
}

/* The front of a long text, ending with a whole character. */
static struct str
front(struct str s)
{
	size_t n = VALUE;

	if (s.len <= VALUE)
		return s;
	while (n > VALUE - 4 && (s.ptr[n] & 0xc0) == 0x80)
		n--;
	return (struct str){ s.ptr, n };
}

static void
put_value(struct line *l, struct str s)
{
	struct str shown = front(s);
	bool quoted = setup.json || !is_bare(shown);

	if (quoted)
		put(l, "\"", 1);
	put_text(l, shown);
	if (shown.len < s.len)
		put(l, "...", 3);
	if (quoted)
		put_end(l, "\"");
}

static void
put_pair(struct line *l, const char *key, struct str value)
{
	size_t n = strlen(key);

	if (l->len + n + 8 > LINE - RESERVED)
		return;
	if (setup.json) {
		put(l, l->len ? ",\"" : "{\"", 2);
		put(l, key, n);
		put(l, "\":", 2);
	} else {
		put(l, " ", l->len > 0);
		put(l, key, n);
		put(l, "=", 1);
	}
	put_value(l, value);
}

static void
begin(struct line *l, enum log_level level, const char *event)
{
	char now[TIME_TEXT];
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	time_text(now, t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000);
	l->len = 0;
	put_pair(l, "ts", (struct str){ now, sizeof now });
	put_pair(l, "level", str_of(names[level]));
	put_pair(l, "msg", str_of(event));
}

/* There is nobody to tell of a log that cannot be written. */
static void
finish(struct line *l)
{
	int kept = errno;

	put_end(l, setup.json ? "}\n" : "\n");
	while (write(STDERR_FILENO, l->text, l->len) < 0 && errno == EINTR)
		;
	errno = kept;
}

void
log_line(enum log_level level, const char *event, ...)
{
	struct line l;
	const char *key;
	va_list ap;

	if (!log_wants(level))
		return;
	begin(&l, level, event);
	va_start(ap, event);
	while ((key = va_arg(ap, const char *)))
		put_pair(&l, key, str_of(va_arg(ap, const char *)));
	va_end(ap);
	finish(&l);
}

void
log_errno(enum log_level level, const char *event, const char *what)
{
	char text[512];

	snprintf(text, sizeof text, "%s: %s", what, strerror(errno));
	log_line(level, event, "error", text, NULL);
}
