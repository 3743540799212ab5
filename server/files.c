/* SPDX-License-Identifier: ISC */
/* Files on disk: parts that grow, contents by their digest. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/random.h"
#include "json/mem.h"
#include "server/files_disk.h"
#include "store/store.h"

#define PART "part-"
#define MARK "new-"

/* So much waits for the disk at most, so that the last sync is short. */
enum { SYNC_STEP = 1024 * 1024 };

struct files *
files_new(void)
{
	struct files *f = mem_zero(sizeof *f);

	f->dir = -1;
	return f;
}

void
files_free(struct files *f)
{
	struct fresh *one;

	while ((one = f->fresh)) {
		f->fresh = one->next;
		mem_free(one);
	}
	if (f->dir >= 0)
		close(f->dir);
	mem_free(f);
}

static void
expect_fresh(struct files *f, const char *digest)
{
	struct fresh *one = mem_zero(sizeof *one);

	snprintf(one->digest, sizeof one->digest, "%s", digest);
	one->next = f->fresh;
	f->fresh = one;
}

/* What the last run has left. */
static int
look_around(struct files *f)
{
	int fd = openat(f->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!dir)
		return -1;
	while ((e = readdir(dir))) {
		struct str name = str_of(e->d_name);

		if (str_starts(name, STR(PART)))
			unlinkat(f->dir, e->d_name, 0);
		else if (str_starts(name, STR(MARK)) &&
			 name.len == sizeof MARK - 1 + SHA256_HEX)
			expect_fresh(f, e->d_name + sizeof MARK - 1);
	}
	closedir(dir);
	return 0;
}

int
files_open(struct files *f, const char *data)
{
	char path[4200];

	snprintf(path, sizeof path, "%s/uploads", data);
	if (store_make_dir(path) < 0)
		return -1;
	f->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return f->dir < 0 ? -1 : look_around(f);
}

/* ---- names ---- */

/* "ab/abcd..."; where a process cannot move files between directories
 * (Landlock of Linux before 5.19), the digest alone. */
static void
path_of(char path[FILES_PATH], struct str digest, bool flat)
{
	if (flat)
		snprintf(path, FILES_PATH, "%.*s", STR_ARGS(digest));
	else
		snprintf(path, FILES_PATH, "%.2s/%.*s", digest.ptr,
		    STR_ARGS(digest));
}

static int
open_content(const struct files *f, struct str digest)
{
	char path[FILES_PATH];
	int fd;

	if (digest.len != SHA256_HEX)
		return -1;
	path_of(path, digest, false);
	fd = openat(f->dir, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	path_of(path, digest, true);
	return openat(f->dir, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

int64_t
file_size(const struct files *f, struct str digest)
{
	int fd = open_content(f, digest);
	struct stat st;
	int64_t size = fd >= 0 && fstat(fd, &st) == 0 ? st.st_size : -1;

	if (fd >= 0)
		close(fd);
	return size;
}

/*
 * Opened anew for each piece: a reader who takes hours holds no descriptor,
 * and there may be thousands of them.
 */
ssize_t
file_read(const struct files *f, struct str digest, int64_t at, void *buf,
    size_t size)
{
	int fd = open_content(f, digest);
	ssize_t n;

	if (fd < 0)
		return -1;
	do
		n = pread(fd, buf, size, at);
	while (n < 0 && errno == EINTR);
	close(fd);
	return n;
}

int
files_remove(struct files *f, const char *digest)
{
	char path[FILES_PATH];
	struct str s = str_of(digest);

	path_of(path, s, false);
	if (unlinkat(f->dir, path, 0) < 0 && errno != ENOENT)
		return -1;
	path_of(path, s, true);
	return unlinkat(f->dir, path, 0) < 0 && errno != ENOENT ? -1 : 0;
}

void
files_unmark(struct files *f, const char *digest)
{
	char path[FILES_PATH];

	snprintf(path, sizeof path, MARK "%s", digest);
	unlinkat(f->dir, path, 0);
}

/* ---- parts ---- */

int
part_open(struct files *f, struct part *p, int64_t now)
{
	char id[ID_LEN];

	id_new(id, now);
	*p = (struct part){ .fd = -1 };
	snprintf(p->name, sizeof p->name, PART "%.*s", (int)sizeof id, id);
	p->fd = openat(f->dir, p->name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (p->fd < 0)
		return -1;
	p->hash = sha256_begin();
	return 0;
}

static int
write_all(int fd, struct str s)
{
	ssize_t n;

	while (s.len > 0) {
		if ((n = write(fd, s.ptr, s.len)) >= 0)
			s = str_from(s, (size_t)n);
		else if (errno != EINTR)
			return -1;
	}
	return 0;
}

int
part_add(struct part *p, struct str piece)
{
	if (write_all(p->fd, piece) < 0)
		return -1;
	sha256_add(p->hash, piece);
	p->size += (int64_t)piece.len;
	/* begun, not waited for: a file system that cannot does it all at
	 * the end */
	if (p->size - p->sent >= SYNC_STEP) {
		sync_file_range(
		    p->fd, p->sent, p->size - p->sent, SYNC_FILE_RANGE_WRITE);
		p->sent = p->size;
	}
	return 0;
}

static int
sync_dir(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int done = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	return done;
}

/* Its name is on disk before anything in it is. */
static int
make_dir(struct files *f, const char *name)
{
	if (mkdirat(f->dir, name, 0700) < 0)
		return errno == EEXIST ? 0 : -1;
	return sync_dir(f->dir, ".");
}

static int
make_mark(struct files *f, const char *digest)
{
	char path[FILES_PATH];
	int fd;

	snprintf(path, sizeof path, MARK "%s", digest);
	fd = openat(
	    f->dir, path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

/* The part gets its name; the marker is there before. */
static int
move(struct files *f, struct part *p)
{
	char dir[3] = { p->digest[0], p->digest[1] }, path[FILES_PATH];
	struct str digest = str_of(p->digest);

	if (make_dir(f, dir) < 0 || make_mark(f, p->digest) < 0)
		return -1;
	expect_fresh(f, p->digest);
	path_of(path, digest, false);
	if (renameat(f->dir, p->name, f->dir, path) == 0)
		return sync_dir(f->dir, dir);
	if (errno != EXDEV)
		return -1;
	path_of(path, digest, true);
	if (renameat(f->dir, p->name, f->dir, path) < 0)
		return -1;
	return sync_dir(f->dir, ".");
}

/* What may not be on disk is there for nobody. */
static int
take_place(struct files *f, struct part *p)
{
	int was;

	if (fsync(p->fd) == 0 && move(f, p) == 0)
		return 0;
	was = errno;
	files_remove(f, p->digest);
	errno = was;
	return -1;
}

int
part_finish(struct files *f, struct part *p)
{
	sha256_end(p->hash, p->digest);
	p->hash = NULL;
	if (file_size(f, str_of(p->digest)) == p->size) {
		unlinkat(f->dir, p->name, 0);
	} else if (take_place(f, p) < 0) {
		return -1;
	}
	close(p->fd);
	p->fd = -1;
	p->held = true;
	f->held++;
	return 0;
}

void
part_drop(struct files *f, struct part *p)
{
	if (p->hash)
		sha256_end(p->hash, NULL);
	p->hash = NULL;
	if (p->fd >= 0) {
		unlinkat(f->dir, p->name, 0);
		close(p->fd);
		p->fd = -1;
	}
	if (p->held)
		f->held--;
	p->held = false;
}
