/* SPDX-License-Identifier: ISC */
/* Files that people sent: copied, counted, removed. */
#include "server/cli/contents.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/digest.h"
#include "store/store.h"

/* On its way; a server's start removes it in its directory. */
#define PART "part-copy"

enum { BLOCK = 64 * 1024, PATH = 4200 };

/* Two directories, and what goes from one to the other. */
struct move {
	int from, to;
	struct stat owner; /* of what is made, where root makes it */
	struct haul *haul;
	char *why;
	size_t size;
};

static int
sorry(struct move *m, const char *what)
{
	snprintf(m->why, m->size, "%s: %s", what, strerror(errno));
	return -1;
}

static int
open_dir(int at, const char *path)
{
	return openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
contents_hold(const char *data)
{
	char path[PATH];
	int fd;

	snprintf(path, sizeof path, "%s/uploads", data);
	if ((fd = open_dir(AT_FDCWD, path)) >= 0)
		flock(fd, LOCK_SH);
	return fd;
}

/* As server/files.c has it: below its first two digits, or flat. */
static int
open_content(int dir, const char *digest)
{
	char path[SHA256_HEX + 8];
	int fd;

	snprintf(path, sizeof path, "%.2s/%s", digest, digest);
	fd = openat(dir, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		fd = openat(dir, digest, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	return fd;
}

int
contents_lie_in(const char *dir, const char *digest)
{
	int at = open_dir(AT_FDCWD, dir);
	int fd = at < 0 ? -1 : open_content(at, digest);

	if (fd >= 0)
		close(fd);
	if (at >= 0)
		close(at);
	return fd >= 0;
}

int
contents_none(const char *copy, char *why, size_t why_size)
{
	struct contents *list = contents_open(copy, why, why_size);
	struct str digest;
	int any;

	if (!list)
		return -1;
	any = contents_next(list, &digest);
	contents_close(list);
	return any < 0 ? -1 : !any;
}

/* ---- copying ---- */

/* Who serves must be able to read what root has put there. */
static int
give(struct move *m, int fd)
{
	if (geteuid() != 0 || m->owner.st_uid == 0)
		return 0;
	return fchown(fd, m->owner.st_uid, m->owner.st_gid);
}

/* 0: it is whole; 1: its bytes are not those of its digest; -1. */
static int
copy_bytes(int from, int to, const char *digest)
{
	struct sha256_state *hash = sha256_begin();
	char block[BLOCK], hex[SHA256_HEX];
	ssize_t n, done, more = 0;

	while ((n = read(from, block, sizeof block)) > 0 && more >= 0) {
		sha256_add(hash, (struct str){ block, (size_t)n });
		for (done = 0; done < n && more >= 0; done += more)
			more = write(to, block + done, (size_t)(n - done));
	}
	sha256_end(hash, hex);
	if (n < 0 || more < 0)
		return -1;
	return memcmp(hex, digest, SHA256_HEX) != 0;
}

static int
make_dir(struct move *m, const char *name)
{
	int fd;

	if (mkdirat(m->to, name, 0700) < 0 && errno != EEXIST)
		return sorry(m, name);
	if ((fd = open_dir(m->to, name)) < 0 || give(m, fd) < 0)
		return sorry(m, name);
	return fd;
}

/* The part gets its name, below its first two digits. */
static int
place(struct move *m, const char *digest)
{
	char dir[3] = { digest[0], digest[1] };
	int fd = make_dir(m, dir), done;

	if (fd < 0)
		return -1;
	done = renameat(m->to, PART, fd, digest) < 0 || fsync(fd) < 0
		   ? sorry(m, digest)
		   : 0;
	close(fd);
	return done;
}

static int
copy_from(struct move *m, int from, const char *digest)
{
	int to, bad;

	unlinkat(m->to, PART, 0);
	to = openat(m->to, PART,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0)
		return sorry(m, digest);
	bad = copy_bytes(from, to, digest);
	if (bad == 0 && (give(m, to) < 0 || fsync(to) < 0))
		bad = -1;
	close(to);
	if (bad < 0)
		return sorry(m, digest);
	if (bad > 0) {
		m->haul->missing++;
		return unlinkat(m->to, PART, 0);
	}
	m->haul->copied++;
	return place(m, digest);
}

static int
copy_one(struct move *m, const char *digest)
{
	int fd = open_content(m->to, digest), done = 0;

	if (fd >= 0) {
		m->haul->there++;
	} else if (m->from < 0 || (fd = open_content(m->from, digest)) < 0) {
		m->haul->missing++;
		return 0;
	} else {
		done = copy_from(m, fd, digest);
	}
	close(fd);
	return done;
}

static int
copy_all(struct move *m, struct contents *list)
{
	struct str digest;
	char name[SHA256_HEX + 1] = "";
	int more;

	while ((more = contents_next(list, &digest)) == 1) {
		if (digest.len != SHA256_HEX)
			continue;
		memcpy(name, digest.ptr, SHA256_HEX);
		if (copy_one(m, name) < 0)
			return -1;
	}
	if (more < 0)
		snprintf(m->why, m->size, "the list of files cannot be read");
	return more;
}

/* Made, and nobody else writes there meanwhile. */
static int
begin(struct move *m, const char *from, const char *to)
{
	if (store_make_dir(to) < 0 || (m->to = open_dir(AT_FDCWD, to)) < 0)
		return sorry(m, to);
	if (flock(m->to, LOCK_EX | LOCK_NB) < 0) {
		snprintf(
		    m->why, m->size, "%s: another backup is made there", to);
		return -1;
	}
	m->from = open_dir(AT_FDCWD, from); /* there may be none */
	if (fstat(m->to, &m->owner) < 0)
		return sorry(m, to);
	return 0;
}

int
contents_copy(const char *copy, const char *from, const char *to,
    struct haul *haul, char *why, size_t why_size)
{
	struct move m = {
		.from = -1, .to = -1, .haul = haul, .why = why, .size = why_size
	};
	struct contents *list = contents_open(copy, why, why_size);
	int done = -1;

	*haul = (struct haul){ 0 };
	if (list && begin(&m, from, to) == 0)
		done = copy_all(&m, list);
	if (list)
		contents_close(list);
	if (m.from >= 0)
		close(m.from);
	if (m.to >= 0)
		close(m.to);
	return done;
}

/* ---- removing ---- */

static void
prune_dir(struct contents *list, int dir)
{
	DIR *d = fdopendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (strlen(e->d_name) == SHA256_HEX &&
		    contents_have(list, str_of(e->d_name)) == 0)
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	else if (dir >= 0)
		close(dir);
}

int
contents_prune(const char *copy, const char *dir, char *why, size_t why_size)
{
	struct contents *list = contents_open(copy, why, why_size);
	int at = list ? open_dir(AT_FDCWD, dir) : -1;
	char name[3];
	int i;

	for (i = 0; at >= 0 && i < 256; i++) {
		snprintf(name, sizeof name, "%02x", (unsigned)i);
		prune_dir(list, open_dir(at, name));
	}
	if (at >= 0)
		close(at);
	if (list)
		contents_close(list);
	return list ? 0 : -1;
}
