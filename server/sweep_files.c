/* SPDX-License-Identifier: ISC */
/* Contents that no row has leave the disk. */
#include <errno.h>
#include <string.h>
#include <sys/file.h>

#include "json/mem.h"
#include "server/files_disk.h"
#include "server/log.h"
#include "server/tick.h"

enum { SHARE = 16, RETRY_MS = 1000 };

/*
 * While a backup copies contents none goes: its rows may be older than ours.
 * No content is looked at while one waits for its row, nor before the turn's
 * rows are on disk.
 */
static bool
may_remove(struct files *f)
{
	return flock(f->dir, LOCK_EX | LOCK_NB) == 0;
}

static void
trouble(struct server *s, const char *doing, const char *error)
{
	s->files->retry = s->mono + RETRY_MS;
	log_line(LOG_ERROR, "uploads", "doing", doing, "error", error, NULL);
}

/* Is it what a row names?  If not, it goes.  False: later. */
static bool
judge(struct server *s, const char *digest)
{
	int found = upload_has(s->db, str_of(digest));

	if (found < 0)
		trouble(s, "judge", store_trouble(s->db));
	else if (found == 0 && files_remove(s->files, digest) < 0)
		trouble(s, "remove", strerror(errno));
	else
		return true;
	return false;
}

static void
judge_fresh(struct server *s)
{
	struct files *f = s->files;
	struct fresh *one;
	int n;

	for (n = 0; n < SHARE && (one = f->fresh); n++) {
		if (!judge(s, one->digest))
			return;
		files_unmark(f, one->digest);
		f->fresh = one->next;
		mem_free(one);
	}
}

/* First the files, then that they were to go: a crash between the two does
 * no more than ask again. */
static void
judge_gone(struct server *s)
{
	struct str *list;
	size_t i, n;
	char digest[SHA256_HEX + 1] = "";
	bool fine = true;

	if (uploads_gone(s->db, &s->mem, SHARE, &list, &n) < 0) {
		trouble(s, "list", store_trouble(s->db));
		return;
	}
	for (i = 0; i < n && fine; i++)
		if (list[i].len == SHA256_HEX) {
			memcpy(digest, list[i].ptr, SHA256_HEX);
			fine = judge(s, digest);
		}
	if (!fine || n == 0 || !tick_own(s))
		return;
	for (i = 0; i < n && fine; i++)
		fine = upload_gone_done(s->db, list[i]) >= 0;
	tick_own_keep(s, fine);
}

bool
files_wait(const struct server *s, int64_t *at)
{
	const struct files *f = s->files;

	*at = f->retry > s->mono ? f->retry : 0;
	return f->held == 0 && (f->fresh || uploads_to_go(s->db));
}

void
files_turn(struct server *s)
{
	struct files *f = s->files;
	int64_t at;

	if (!files_wait(s, &at) || at || store_dirty(s->db) ||
	    s->mono < s->tick.closed_until)
		return;
	if (!may_remove(f)) {
		f->retry = s->mono + RETRY_MS;
		return;
	}
	judge_fresh(s);
	if (uploads_to_go(s->db))
		judge_gone(s);
	flock(f->dir, LOCK_UN);
	arena_reset(&s->mem);
}
