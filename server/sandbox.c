/* SPDX-License-Identifier: ISC */
/*
 * Walls of files, by Landlock: BPF cannot read a path, so paths are its job
 * alone.  Calls are the job of calls.c.
 */
#include "server/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif

#include "server/calls.h"
#include "server/log.h"

/* ---- places ---- */

static void
note(struct sandbox *s, const char *path, enum sandbox_right right)
{
	struct sandbox_place *p = &s->place[s->places];
	struct stat st;
	size_t i;
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0) {
		if (fd >= 0)
			close(fd);
		return; /* who needs it will say so */
	}
	for (i = 0; i < s->places; i++)
		if (s->place[i].dev == st.st_dev &&
		    s->place[i].ino == st.st_ino && s->place[i].right == right)
			break;
	if (i < s->places || s->places == SANDBOX_PLACES) {
		close(fd);
		return;
	}
	*p = (struct sandbox_place){ st.st_dev, st.st_ino, fd, right,
		S_ISDIR(st.st_mode) };
	s->places++;
}

/* The directory of a file; a file of the root directory stands for itself,
 * or everything could be read. */
static void
note_directory(struct sandbox *s, const char *file)
{
	char path[PATH_MAX];
	char *slash;

	if (snprintf(path, sizeof path, "%s", file) >= (int)sizeof path)
		return;
	slash = strrchr(path, '/');
	if (!slash)
		snprintf(path, sizeof path, ".");
	else if (slash != path)
		*slash = '\0';
	note(s, path, SANDBOX_READ);
}

void
sandbox_write(struct sandbox *s, const char *directory)
{
	note(s, directory, SANDBOX_WRITE);
}

void
sandbox_move(struct sandbox *s, const char *directory)
{
	note(s, directory, SANDBOX_MOVE);
}

void
sandbox_read(struct sandbox *s, const char *file)
{
	char real[PATH_MAX];

	note_directory(s, file);
	if (realpath(file, real))
		note_directory(s, real);
}

void
sandbox_file(struct sandbox *s, const char *path)
{
	note(s, path, SANDBOX_READ);
}

/* As Landlock does: a place holds all that is below it. */
static bool
is_below(const struct sandbox *s, const char *path)
{
	struct stat st;
	size_t i;

	if (stat(path, &st) < 0)
		return false;
	for (i = 0; i < s->places; i++)
		if (s->place[i].dev == st.st_dev &&
		    s->place[i].ino == st.st_ino)
			return true;
	return false;
}

bool
sandbox_reaches(const struct sandbox *s, const char *file)
{
	char path[PATH_MAX], *slash;

	if (!s->walls || !realpath(file, path))
		return true; /* if it is not there, its reader says so */
	while (!is_below(s, path)) {
		slash = strrchr(path, '/');
		if (!slash || slash == path)
			return false;
		*slash = '\0';
	}
	return true;
}

/* ---- Landlock ---- */

#ifdef __NR_landlock_create_ruleset

/* Later than the oldest headers that we build with. */
enum {
	CAN_REFER = 1 << 13,
	CAN_TRUNCATE = 1 << 14,
	CAN_IOCTL = 1 << 15,
	CAN_FIRST = CAN_REFER - 1, /* all that version 1 knows */
	CAN_READ = LANDLOCK_ACCESS_FS_READ_FILE,
	CAN_WRITE = CAN_READ | LANDLOCK_ACCESS_FS_READ_DIR |
		    LANDLOCK_ACCESS_FS_WRITE_FILE |
		    LANDLOCK_ACCESS_FS_MAKE_REG |
		    LANDLOCK_ACCESS_FS_REMOVE_FILE | CAN_TRUNCATE,
	CAN_MOVE = CAN_WRITE | LANDLOCK_ACCESS_FS_MAKE_DIR | CAN_REFER,
};

/* What the kernel's version of Landlock can forbid; 0 with errno. */
static uint64_t
known_rights(void)
{
	static const uint64_t of[] = {
		0,
		CAN_FIRST,
		CAN_FIRST | CAN_REFER,
		CAN_FIRST | CAN_REFER | CAN_TRUNCATE,
		CAN_FIRST | CAN_REFER | CAN_TRUNCATE,
		CAN_FIRST | CAN_REFER | CAN_TRUNCATE | CAN_IOCTL,
	};
	const long last = sizeof of / sizeof *of - 1;
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return version < 1 ? 0 : of[version > last ? last : version];
}

static bool
allow(int rules, int fd, uint64_t rights)
{
	const struct landlock_path_beneath_attr below = {
		.allowed_access = rights,
		.parent_fd = fd,
	};

	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
		   &below, 0) == 0;
}

static bool
allow_places(const struct sandbox *s, int rules, uint64_t known)
{
	static const uint64_t rights[] = {
		[SANDBOX_READ] = CAN_READ,
		[SANDBOX_WRITE] = CAN_WRITE,
		[SANDBOX_MOVE] = CAN_MOVE,
	};
	const struct sandbox_place *p;

	for (p = s->place; p < s->place + s->places; p++)
		if (!allow(rules, p->fd, known & rights[p->right]))
			return false;
	return true;
}

/* False with errno: nothing is forbidden. */
static bool
raise_walls(const struct sandbox *s)
{
	const uint64_t known = known_rights();
	const struct landlock_ruleset_attr all = { .handled_access_fs = known };
	bool stands;
	int rules;

	if (!known)
		return false;
	/* the size of version 1: later fields are not used */
	rules = (int)syscall(
	    SYS_landlock_create_ruleset, &all, sizeof all.handled_access_fs, 0);
	if (rules < 0)
		return false;
	stands = allow_places(s, rules, known) &&
		 syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return stands;
}

#else

static bool
raise_walls(const struct sandbox *s)
{
	(void)s;
	errno = ENOSYS;
	return false;
}

#endif

/* ---- entering ---- */

static void
lacks(char *out, size_t size, const char *part)
{
	size_t n = strlen(out);

	snprintf(out + n, size - n, "%s%s (%s)", n ? ", " : "", part,
	    strerror(errno));
}

void
sandbox_enter(struct sandbox *s, enum sandbox_mode mode)
{
	sandbox_enter_as(s, mode, CALLS_SERVER);
}

void
sandbox_enter_as(struct sandbox *s, enum sandbox_mode mode, enum calls who)
{
	char missing[200] = "";
	size_t i;

	/* the spare descriptor, and SQLite's first chance */
	note(s, "/dev/null", SANDBOX_READ);
	note(s, "/dev/urandom", SANDBOX_READ);
	if (mode == SANDBOX_ON && !(s->walls = raise_walls(s)))
		lacks(missing, sizeof missing, "landlock");
	for (i = 0; i < s->places; i++)
		close(s->place[i].fd);
	if (mode != SANDBOX_OFF && !calls_limit(who, mode == SANDBOX_LOG))
		lacks(missing, sizeof missing, "seccomp");
	if (missing[0])
		log_line(LOG_WARN, "the sandbox is not whole", "missing",
		    missing, NULL);
}
