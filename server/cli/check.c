/* SPDX-License-Identifier: ISC */
/* check: is everything as it should be?  A line a finding. */
#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/digest.h"
#include "server/cli/cli.h"
#include "server/cli/contents.h"
#include "server/cli/rows.h"
#include "server/tls.h"
#include "server/tls_cert.h"

enum { SOON = 14, MB = 1024 * 1024, PAGE = 500 };

struct check {
	struct cli *c;
	bool failed;
};

/* A line "word text". */
static void finding(struct check *, const char *word, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
finding(struct check *k, const char *word, const char *fmt, ...)
{
	char text[1100];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	cli_say(k->c, "%s %s", word, text);
	k->failed |= word[0] == 'f';
}

/* ---- settings ---- */

static bool
check_settings(struct check *k)
{
	struct cli *c = k->c;
	char why[1000];

	if (!conf_read(&c->conf, &c->mem, c->config, c->flags, c->nflags, why,
		sizeof why)) {
		finding(k, "fail", "settings: %s", why);
		return false;
	}
	if (conf_check(&c->conf, why, sizeof why))
		finding(k, "ok", "settings");
	else
		finding(k, "fail", "settings: %s", why);
	return true;
}

/* ---- files ---- */

static bool
look(struct check *k, const char *path, struct stat *s)
{
	if (stat(path, s) == 0)
		return true;
	finding(k, "fail", "%s: %s", path, strerror(errno));
	return false;
}

static void
check_dir(struct check *k)
{
	const char *dir = k->c->conf.data.ptr;
	struct stat s;

	if (!look(k, dir, &s))
		return;
	if (!S_ISDIR(s.st_mode))
		finding(k, "fail", "%s is no directory", dir);
	else if (s.st_mode & 022)
		finding(
		    k, "fail", "%s: others may write: chmod 700 %s", dir, dir);
	else if (s.st_mode & 077)
		finding(
		    k, "warn", "%s: others may look: chmod 700 %s", dir, dir);
	else
		finding(k, "ok", "%s is ours alone", dir);
}

static void
check_private(struct check *k, const char *path, bool needed)
{
	struct stat s;

	if (stat(path, &s) < 0 && errno == ENOENT && !needed)
		return;
	if (!look(k, path, &s))
		return;
	if (s.st_mode & 077)
		finding(k, "fail", "%s: others may open it: chmod 600 %s", path,
		    path);
	else if (access(path, R_OK) < 0)
		finding(k, "fail", "%s: %s", path, strerror(errno));
	else
		finding(k, "ok", "%s is ours alone", path);
}

static void
check_files(struct check *k)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[4096];
	size_t i;

	check_dir(k);
	for (i = 0; i < sizeof ends / sizeof *ends; i++) {
		snprintf(path, sizeof path, "%s/pocketchat.db%s",
		    k->c->conf.data.ptr, ends[i]);
		check_private(k, path, i == 0);
	}
}

/* ---- the data ---- */

static void
check_integrity(struct check *k)
{
	struct cli *c = k->c;
	struct str report = NO_STR, line;
	int done = store_check(c->db, &c->mem, &report);

	if (done >= 0 && report.len == 0)
		finding(k, "ok", "database");
	if (done < 0)
		finding(k, "fail", "database: %s", store_trouble(c->db));
	while (done >= 0 && str_next(&report, '\n', &line))
		finding(k, "fail", "database: %.*s", STR_ARGS(line));
}

static void
check_admin(struct check *k)
{
	int64_t n;

	if (role_holders(k->c->db, STR("admin"), &n) < 0)
		finding(k, "fail", "admins: %s", store_trouble(k->c->db));
	else if (n == 0)
		finding(k, "warn",
		    "there is no active admin: pocketchat init makes one");
	else
		finding(k, "ok", "active admins: %lld", (long long)n);
}

/* One that was deleted meanwhile is not missed. */
static size_t
missing_of(struct check *k, const char *dir, const struct str *list, size_t n)
{
	size_t i, missing = 0;

	for (i = 0; i < n; i++)
		if (!contents_lie_in(dir, list[i].ptr) &&
		    upload_has(k->c->db, list[i]) != 0)
			missing++;
	return missing;
}

/* Has each file that was sent its bytes? */
static void
check_uploads(struct check *k)
{
	struct cli *c = k->c;
	size_t n = 1, all = 0, missing = 0;
	char dir[4096], last[SHA256_HEX + 1] = "";
	struct arena mem = { 0 };
	struct str *list;

	snprintf(dir, sizeof dir, "%s/uploads", c->conf.data.ptr);
	while (n > 0 && upload_digests(
			    c->db, &mem, str_of(last), PAGE, &list, &n) == 1) {
		missing += missing_of(k, dir, list, n);
		all += n;
		if (n > 0)
			snprintf(
			    last, sizeof last, "%.*s", STR_ARGS(list[n - 1]));
		arena_reset(&mem);
	}
	arena_free(&mem);
	if (n > 0)
		finding(k, "fail", "uploads: %s", store_trouble(c->db));
	else if (missing)
		finding(
		    k, "fail", "uploads: %zu of %zu are missing", missing, all);
	else if (all)
		finding(k, "ok", "uploads: %zu", all);
}

static void
check_disk(struct check *k)
{
	int64_t left = store_disk_left(k->c->db);
	int64_t reserve = k->c->conf.disk_reserve;

	if (left < 0)
		finding(k, "warn", "free space cannot be told");
	else if (left < reserve)
		finding(k, "fail",
		    "%lld MB are free, less than disk_reserve: new messages "
		    "are refused",
		    (long long)left / MB);
	else
		finding(k, "ok", "%lld MB are free", (long long)left / MB);
}

static void
check_data(struct check *k)
{
	struct cli *c = k->c;
	const char *dir = c->conf.data.ptr;
	char path[4096], why[512];
	int pid;

	snprintf(path, sizeof path, "%s/pocketchat.db", dir);
	if (access(path, F_OK) < 0)
		return; /* said already */
	if (!(c->db = store_open(dir, STORE_TOOL, why, sizeof why))) {
		finding(k, "fail", "database: %s", why);
		return;
	}
	check_integrity(k);
	check_admin(k);
	check_uploads(k);
	check_disk(k);
	store_close(c->db);
	if ((pid = cli_server(c)))
		finding(k, "ok", "a server runs on it (pid %d)", pid);
}

/* ---- HTTPS ---- */

/* At SIGHUP the server is that user already. */
static void
check_reader(struct check *k, const char *path, const struct stat *s)
{
	const char *name = k->c->conf.run_as.ptr;
	const struct passwd *p = name[0] ? getpwnam(name) : NULL;

	if (name[0] && !p)
		finding(k, "fail", "user %s does not exist", name);
	else if (p && !(s->st_mode & (s->st_uid == p->pw_uid      ? S_IRUSR
					 : s->st_gid == p->pw_gid ? S_IRGRP
								  : S_IROTH)))
		finding(
		    k, "fail", "%s: the user %s cannot read it", path, name);
}

/* A group that reads keys is a custom of some systems. */
static void
check_key(struct check *k)
{
	const char *path = k->c->conf.tls_key.ptr;
	struct stat s;

	if (!look(k, path, &s))
		return;
	if (s.st_mode & 037)
		finding(k, "fail", "%s: others may read it: chmod 600 %s", path,
		    path);
	else if (access(path, R_OK) < 0)
		finding(k, "fail", "%s: %s", path, strerror(errno));
	else if (s.st_mode & 040)
		finding(k, "warn", "%s: its group may read it", path);
	else
		finding(k, "ok", "%s is ours alone", path);
	check_reader(k, path, &s);
}

static void
check_cert(struct check *k)
{
	const char *cert = k->c->conf.tls_cert.ptr;
	struct tls_context *both;
	char why[512] = "";
	int64_t days = 0;

	if (tls_cert_days(cert, &days, why, sizeof why) < 0)
		finding(k, "fail", "%s: %s", cert, why);
	else if (days < 0)
		finding(k, "fail", "%s ended %lld days ago", cert,
		    (long long)-days);
	else
		finding(k, days < SOON ? "warn" : "ok", "%s: %lld days left",
		    cert, (long long)days);
	both = tls_load(cert, k->c->conf.tls_key.ptr, NULL, why, sizeof why);
	if (both)
		tls_drop(both);
	else
		finding(k, "fail", "%s", why);
}

static int
check(struct cli *c)
{
	struct check k = { .c = c };

	if (!check_settings(&k))
		return 1;
	check_files(&k);
	check_data(&k);
	if (c->conf.tls_cert.len && c->conf.tls_key.len) {
		check_key(&k);
		check_cert(&k);
	}
	return k.failed;
}

/* clang-format off */
const struct command check_commands[] = {
	COMMAND("check", "", "settings, data, files, certificate",
	    CLI_NOTHING, check, .settings = true),
	END_OF_COMMANDS,
};
