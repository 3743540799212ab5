/* SPDX-License-Identifier: ISC */
/* backup and restore: the whole of the data as one file, and a directory of
 * what people sent beside it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "server/cli/cli.h"
#include "server/cli/contents.h"
#include "server/cli/rows.h"

/* A copy on its way to stdout; a pid behind it. */
#define PART "pocketchat.db.copy-"

enum { BLOCK = 64 * 1024, PATH = 4200 };

static bool
is_stdio(const char *word)
{
	return !strcmp(word, "-");
}

static int
copy_bytes(int from, int to)
{
	char block[BLOCK];
	ssize_t n, done, more;

	while ((n = read(from, block, sizeof block)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		for (done = 0; done < n; done += more)
			if ((more = write(
				 to, block + done, (size_t)(n - done))) < 0) {
				if (errno != EINTR)
					return -1;
				more = 0;
			}
	}
	return 0;
}

/* ---- backup ---- */

/* The files of the copy, which may have none: FILE.uploads. */
static int
with_uploads(struct cli *c, const char *part, const char *file,
    struct haul *haul, char *why, size_t size)
{
	char from[PATH], to[PATH];

	*haul = (struct haul){ 0 };
	snprintf(from, sizeof from, "%s/uploads", c->conf.data.ptr);
	snprintf(to, sizeof to, "%s.uploads", file);
	if (contents_none(part, why, size) == 1 && access(to, F_OK) < 0)
		return 0;
	return contents_copy(part, from, to, haul, why, size);
}

static int
told(struct cli *c, const char *file, const struct haul *haul)
{
	char to[PATH], why[512];

	snprintf(to, sizeof to, "%s.uploads", file);
	contents_prune(file, to, why, sizeof why);
	if (haul->missing)
		return cli_fail("%s is a copy of the data, but of the files "
				"that were sent %zu are missing or damaged",
		    file, haul->missing);
	if (haul->copied + haul->there == 0)
		return cli_note(c, "%s is a whole copy of the data", file);
	return cli_note(c,
	    "%s is a whole copy of the data, with %s: files that were sent, "
	    "%zu of %zu new",
	    file, to, haul->copied, haul->copied + haul->there);
}

/* Renamed only when it is whole, so that no half one is taken for a backup. */
static int
into_file(struct cli *c, const char *file)
{
	char part[PATH], why[512], dir[PATH], *slash;
	int fd, held = contents_hold(c->conf.data.ptr);
	struct haul haul;

	snprintf(part, sizeof part, "%s.part", file);
	unlink(part);
	if (store_backup(c->db, part, why, sizeof why) < 0 ||
	    with_uploads(c, part, file, &haul, why, sizeof why) < 0) {
		unlink(part);
		return cli_fail("no backup was made: %s", why);
	}
	if (held >= 0)
		close(held);
	if (rename(part, file) < 0) {
		unlink(part);
		return cli_fail("%s: %s", file, strerror(errno));
	}
	snprintf(dir, sizeof dir, "%s", file);
	slash = strrchr(dir, '/');
	snprintf(slash ? slash + 1 : dir, 2, "%s", slash ? "" : ".");
	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 ||
	    fsync(fd) < 0)
		return cli_fail("%s: %s", dir, strerror(errno));
	close(fd);
	return told(c, file, &haul);
}

/* What one left behind that was killed: nobody makes it any more. */
static void
remove_stale(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(dir, name, 0);
	close(fd);
}

static void
clean(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;

	if (!dir)
		return;
	while ((e = readdir(dir)))
		if (str_starts(str_of(e->d_name), STR(PART)))
			remove_stale(dirfd(dir), e->d_name);
	closedir(dir);
}

static int
into_stdout(struct cli *c)
{
	const char *dir = c->conf.data.ptr;
	char part[PATH], why[512];
	int fd;

	if (isatty(STDOUT_FILENO))
		return cli_fail("a backup is no text: send it somewhere");
	clean(dir);
	snprintf(part, sizeof part, "%s/" PART "%d", dir, (int)getpid());
	if (store_backup(c->db, part, why, sizeof why) < 0) {
		unlink(part);
		return cli_fail("no backup was made: %s", why);
	}
	fd = open(part, O_RDONLY | O_CLOEXEC);
	if (contents_none(part, why, sizeof why) == 0)
		cli_note(c, "the files that were sent are not in it: "
			    "backup FILE copies them, too");
	unlink(part); /* now: whoever reads may go away, and we with them */
	if (fd < 0 || copy_bytes(fd, STDOUT_FILENO) < 0)
		return cli_fail("stdout: %s", strerror(errno));
	close(fd);
	return 0;
}

static int
backup_run(struct cli *c)
{
	const char *file = c->words[0];

	return is_stdio(file) ? into_stdout(c) : into_file(c, file);
}

/* ---- restore ---- */

/* Nobody may serve the data meanwhile; the lock's pid is empty, since others
 * would signal whom it names. */
static int
take_lock(struct cli *c, int *fd)
{
	char path[PATH];

	snprintf(
	    path, sizeof path, "%.*s/pocketchat.lock", STR_ARGS(c->conf.data));
	if ((*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
		return cli_fail("%s: %s", path, strerror(errno));
	if (flock(*fd, LOCK_EX | LOCK_NB) < 0)
		return cli_fail("a server runs on this data: stop it first");
	return ftruncate(*fd, 0) < 0 ? cli_fail("%s: %s", path, strerror(errno))
				     : 0;
}

/* The copy to be put in place, within the data directory. */
static int
stage(const char *file, const char *part)
{
	int from =
	    is_stdio(file) ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	int to;

	if (from < 0)
		return cli_fail("%s: %s", file, strerror(errno));
	unlink(part);
	to = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (to < 0 || copy_bytes(from, to) < 0 || fsync(to) < 0)
		return cli_fail("%s: %s", part, strerror(errno));
	close(to);
	return 0;
}

/* What the copy names, where it is not there yet. */
static int
put_uploads(struct cli *c, const char *part, char *why, size_t size)
{
	char from[PATH], to[PATH];
	struct haul haul;

	if (contents_none(part, why, size) == 1)
		return 0;
	snprintf(from, sizeof from, "%s.uploads", c->words[0]);
	snprintf(to, sizeof to, "%s/uploads", c->conf.data.ptr);
	if (contents_copy(part, from, to, &haul, why, size) < 0)
		return -1;
	if (haul.missing)
		cli_note(c,
		    "of the files that were sent %zu are missing or damaged; "
		    "%s was looked for",
		    haul.missing, from);
	return 0;
}

static int
restore_run(struct cli *c)
{
	const char *dir = c->conf.data.ptr;
	char part[PATH], why[512];
	int lock, status;
	bool there;

	if (cli_make_dir(c) || take_lock(c, &lock))
		return 1;
	snprintf(part, sizeof part, "%s/pocketchat.db", dir);
	there = access(part, F_OK) == 0;
	snprintf(part, sizeof part, "%s/pocketchat.db.part", dir);
	if (!(status = stage(c->words[0], part)) &&
	    (backup_verify(part, why, sizeof why) < 0 ||
		put_uploads(c, part, why, sizeof why) < 0 ||
		backup_restore(dir, part, why, sizeof why) < 0))
		status = cli_fail("nothing was restored: %s", why);
	if (status)
		unlink(part);
	close(lock);
	if (status || !there)
		return status ? status : cli_say(c, "restored");
	return cli_say(c,
	    "restored; what was there before is in "
	    "%s/pocketchat.db.before-restore",
	    dir);
}

/* clang-format off */
const struct command backup_commands[] = {
	COMMAND("backup", "FILE|-", "copy all data, also of a running server",
	    CLI_READS, backup_run),
	COMMAND("restore", "FILE|-", "put a backup in place of the data",
	    CLI_SETTINGS, restore_run),
	END_OF_COMMANDS,
};
