/* SPDX-License-Identifier: ISC */
/* Settings: flag before environment before file before default. */
#include "server/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/near.h"
#include "server/safe.h"
#include "server/setting.h"

enum { FILE_MAX = 64 * 1024 };

#define ENV_PREFIX "POCKETCHAT_"

struct given {
	struct str text; /* NO_STR: not given */
	unsigned line;   /* of the file */
};

struct load {
	struct conf *conf;
	struct arena *mem;
	const struct conf_flag *flags;
	size_t nflags;
	const char *file;
	bool in_data; /* it lies in the data directory, and may be missing */
	struct buf bytes; /* of it */
	struct given in_file[CONF_SETTINGS];
	char *why;
	size_t why_size;
};

static bool wrong(struct load *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool
wrong(struct load *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(l->why, l->why_size, fmt, ap);
	va_end(ap);
	return false;
}

static const char *
env(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

/* ---- the file ---- */

/* What follows a blank and a '#' is a comment. */
static struct str
without_comment(struct str line)
{
	size_t i;

	for (i = 0; i < line.len; i++)
		if (line.ptr[i] == '#' &&
		    (i == 0 || strchr(" \t", line.ptr[i - 1])))
			return (struct str){ line.ptr, i };
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool
no_such_key(struct load *l, unsigned line, struct str key)
{
	const char *near = setting_near(key);

	return wrong(l, "%s:%u: there is no setting \"%.*s\"%s%s%s", l->file,
	    line, (int)(key.len < 60 ? key.len : 60), key.ptr,
	    near ? "; is it " : "; see pocketchat config show",
	    near ? near : "", near ? "?" : "");
}

static bool
read_line(struct load *l, struct str line, unsigned number)
{
	size_t equals;
	const struct setting *row;
	struct given *g;
	struct str key;

	line = str_trim(without_comment(line));
	if (line.len == 0)
		return true;
	equals = str_find(line, '=');
	key = str_trim((struct str){ line.ptr, equals });
	if (equals == line.len)
		return wrong(
		    l, "%s:%u: write it as key = value", l->file, number);
	if (!(row = setting_named(key)))
		return no_such_key(l, number, key);
	g = &l->in_file[row - settings];
	if (g->text.ptr && row->type == SET_LIST) {
		g->text = arena_fmt(l->mem, "%.*s,%.*s", STR_ARGS(g->text),
		    STR_ARGS(str_from(line, equals + 1)));
		return true;
	}
	if (g->text.ptr)
		return wrong(l, "%s:%u: %s is set in line %u already", l->file,
		    number, row->name, g->line);
	g->text = str_trim(str_from(line, equals + 1));
	g->line = number;
	return true;
}

/* The whole of it; false with errno. */
static bool
slurp(struct buf *out, int fd)
{
	ssize_t n = 0;

	while (out->len <= FILE_MAX &&
	       (n = read(fd, buf_room(out, FILE_MAX), FILE_MAX)) > 0)
		out->len += (size_t)n;
	if (out->len > FILE_MAX)
		errno = EFBIG;
	return n >= 0 && out->len <= FILE_MAX;
}

static bool
read_file(struct load *l)
{
	int fd = open(l->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct str text, line;
	unsigned number = 0;
	bool fine = false;

	if (fd < 0 && errno == ENOENT && l->in_data)
		return true;
	if (fd >= 0) {
		fine = slurp(&l->bytes, fd);
		close(fd);
	}
	if (!fine)
		return wrong(l, "%s: %s", l->file, strerror(errno));
	text = buf_view(&l->bytes);
	while (str_next(&text, '\n', &line))
		if (!read_line(l, line, ++number))
			return false;
	return true;
}

/* ---- where a value comes from ---- */

/* The flag of this setting: the last, or all of a list. */
static struct str
from_flags(struct load *l, const struct setting *row)
{
	struct str text = NO_STR, value;
	size_t i;

	for (i = 0; i < l->nflags; i++) {
		if (setting_named(str_of(l->flags[i].name)) != row)
			continue;
		value = str_of(l->flags[i].value);
		text = text.ptr && row->type == SET_LIST
			   ? arena_fmt(
				 l->mem, "%.*s,%s", STR_ARGS(text), value.ptr)
			   : value;
	}
	return text;
}

static void
env_name(const struct setting *row, char *out, size_t size)
{
	char *c;

	snprintf(out, size, ENV_PREFIX "%s", row->name);
	for (c = out; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c -= 'a' - 'A';
}

/* Rocket.Chat's own names: ROOT_URL, and PORT when nothing else is said. */
static struct str
from_rocket(struct load *l, const struct setting *row, struct str *from)
{
	const char *value;

	if (!strcmp(row->name, "root_url") && (value = env("ROOT_URL"))) {
		*from = STR("ROOT_URL");
		return str_of(value);
	}
	if (!strcmp(row->name, "listen") && (value = env("PORT")) &&
	    !l->in_file[row - settings].text.ptr) {
		*from = STR("PORT");
		return arena_fmt(l->mem, "http://127.0.0.1:%s", value);
	}
	return NO_STR;
}

static struct str
find_text(struct load *l, const struct setting *row, struct str *from)
{
	const struct given *g = &l->in_file[row - settings];
	struct str text = from_flags(l, row);
	char name[64];

	if (text.ptr) {
		*from = STR("flag");
		return text;
	}
	env_name(row, name, sizeof name);
	*from = arena_str(l->mem, str_of(name));
	if ((text = str_of(env(name))).ptr)
		return text;
	if ((text = from_rocket(l, row, from)).ptr)
		return text;
	if (g->text.ptr) {
		*from = arena_fmt(l->mem, "%s:%u", l->file, g->line);
		return g->text;
	}
	*from = STR("default");
	return str_of(row->standard);
}

static bool
settle(struct load *l, const struct setting *row)
{
	struct conf_origin *o = &l->conf->origin[row - settings];
	char why[400];

	o->text = find_text(l, row, &o->from);
	o->text = arena_str(l->mem, o->text);
	if (setting_parse(row, o->text, l->conf, l->mem, why, sizeof why))
		return true;
	return wrong(l, "%s (%.*s): %s", row->name, STR_ARGS(o->from), why);
}

/* ---- unknown names ---- */

static bool
is_known_env(struct str name)
{
	/* the last two are for pocketchat send, tail and search */
	return setting_named(name) || str_eq(name, STR("PASSWORD")) ||
	       str_eq(name, STR("CONFIG")) || str_eq(name, STR("URL")) ||
	       str_eq(name, STR("TOKEN"));
}

static bool
check_env(struct load *l)
{
	char near_name[64] = ENV_PREFIX "PASSWORD";
	const size_t prefix = sizeof ENV_PREFIX - 1;
	const char *best;
	char **e;

	for (e = environ; *e; e++) {
		struct str s = str_of(*e), name;

		if (!str_starts(s, STR(ENV_PREFIX)))
			continue;
		name =
		    str_from((struct str){ s.ptr, str_find(s, '=') }, prefix);
		if (is_known_env(name))
			continue;
		if ((best = setting_near(name)))
			env_name(setting_named(str_of(best)), near_name,
			    sizeof near_name);
		return wrong(l,
		    "the environment has " ENV_PREFIX
		    "%.*s, which is no setting%s%s%s",
		    (int)(name.len < 60 ? name.len : 60), name.ptr,
		    best ? "; is it " : ": unset it", best ? near_name : "",
		    best ? "?" : "");
	}
	return true;
}

static bool
check_flags(struct load *l)
{
	size_t i;

	for (i = 0; i < l->nflags; i++)
		if (!setting_named(str_of(l->flags[i].name)))
			return wrong(
			    l, "there is no setting --%s", l->flags[i].name);
	return true;
}

/* A file in the data directory cannot say where that is. */
static bool
check_data(struct load *l)
{
	const struct given *g =
	    &l->in_file[setting_named(STR("data")) - settings];

	if (!l->in_data || !g->text.ptr || str_eq(g->text, l->conf->data))
		return true;
	return wrong(l,
	    "%s:%u: data cannot be set in a file that lies in it; use --data",
	    l->file, g->line);
}

/* ---- all of it ---- */

static void
choose_file(struct load *l, const char *file)
{
	l->file = file ? file : env(ENV_PREFIX "CONFIG");
	if (l->file)
		return;
	l->in_data = true;
	l->file =
	    arena_fmt(l->mem, "%.*s/pocketchat.conf", STR_ARGS(l->conf->data))
		.ptr;
}

static void
read_admin(struct load *l)
{
	struct conf *c = l->conf;

	c->admin_username = arena_str(l->mem, str_of(env("ADMIN_USERNAME")));
	c->admin_pass = arena_str(l->mem, str_of(env("ADMIN_PASS")));
	c->admin_email = arena_str(l->mem, str_of(env("ADMIN_EMAIL")));
}

static bool
read_all(struct load *l, const char *file)
{
	const struct setting *row;

	if (!check_flags(l) || !check_env(l) ||
	    !settle(l, setting_named(STR("data"))))
		return false;
	choose_file(l, file);
	l->conf->file = l->file;
	if (!read_file(l) || !check_data(l))
		return false;
	for (row = settings; row->name; row++)
		if (!settle(l, row))
			return false;
	read_admin(l);
	return l->conf->data.len > 0 ||
	       wrong(l, "data names no directory: use --data DIR");
}

bool
conf_read(struct conf *conf, struct arena *mem, const char *file,
    const struct conf_flag *flags, size_t nflags, char *why, size_t why_size)
{
	struct load l = { .conf = conf,
		.mem = mem,
		.flags = flags,
		.nflags = nflags,
		.why = why,
		.why_size = why_size };
	bool fine;

	memset(conf, 0, sizeof *conf);
	fine = read_all(&l, file);
	buf_free(&l.bytes);
	return fine;
}

bool
conf_load(struct conf *conf, struct arena *mem, const char *file,
    const struct conf_flag *flags, size_t nflags, char *why, size_t why_size)
{
	return conf_read(conf, mem, file, flags, nflags, why, why_size) &&
	       conf_check(conf, why, why_size);
}

/* ---- showing ---- */

void
conf_show(const struct conf *c)
{
	const struct conf_origin *o = c->origin;
	const struct setting *row;
	struct buf line = { 0 };

	for (row = settings; row->name; row++, o++) {
		line.len = 0;
		buf_fmt(&line, "%s = ", row->name);
		safe_add(&line, o->text);
		while (line.len < 40)
			buf_char(&line, ' ');
		buf_add(&line, "  # ", 4);
		safe_add(&line, o->from);
		buf_char(&line, '\n');
		fwrite(line.bytes, 1, line.len, stdout);
	}
	buf_free(&line);
}

void
conf_help(void)
{
	const struct setting *row;
	char flag[64], *c;

	for (row = settings; row->name; row++) {
		snprintf(flag, sizeof flag, "--%s", row->name);
		for (c = flag; *c; c++)
			if (*c == '_')
				*c = '-';
		printf("  %s %s\n        %s%s%s%s\n", flag, row->takes,
		    row->help, row->standard[0] ? " (" : "", row->standard,
		    row->standard[0] ? ")" : "");
	}
}

bool
conf_is_setting(const char *name, bool *takes_value)
{
	const struct setting *row = setting_named(str_of(name));

	*takes_value = row && row->type != SET_SWITCH;
	return row != NULL;
}
