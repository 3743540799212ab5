/* SPDX-License-Identifier: ISC */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "json/arena.h"
#include "store/follow.h"
#include "store/hooks.h"
#include "store/emoji.h"
#include "store/find.h"
#include "store/message_sync.h"
#include "store/messages.h"
#include "store/people.h"
#include "store/reports.h"
#include "store/rooms.h"
#include "store/select.h"
#include "store/settings.h"
#include "store/statistics.h"
#include "store/subscriptions.h"
#include "store/teams.h"
#include "store/tokens.h"
#include "store/uploads.h"

/*
 * All that is kept, and the questions that are asked of it; no trace of SQL.
 * Strings that come back live in the arena handed in.  Ids, times (ms since
 * 1970, UTC) and secrets are made by the caller; rows mean nothing outside
 * but may be handed back.  Answers, unless said otherwise: 1 done or found,
 * 0 none (or: already so, or: taken), -1 broken, and the cause is logged by
 * store_trouble.  Writing needs a mark (below); the store asserts it.
 */
struct store;

enum store_user {
	STORE_SERVER, /* never waits for another process */
	STORE_TOOL,   /* waits up to 15 s: the command line */
};

/* Opens or creates DIR/pocketchat.db and migrates it.  NULL: why says so. */
struct store *store_open(
    const char *dir, enum store_user, char *why, size_t why_size);
void store_close(struct store *);
/* What the last -1 was about, for a log line. */
const char *store_trouble(const struct store *);

/*
 * A turn of the loop is one transaction (design.md section 5).  store_mark
 * opens it if need be and sets a savepoint: 1, 0 busy (another process
 * writes: try again), -1.  Then exactly one of keep and undo.  store_commit
 * writes the search rows and makes all of it last: 1 on disk (0: nothing
 * was written), -1 and all is undone.  When the engine has rolled back by
 * itself, or a request could be neither kept nor undone alone, the tick is
 * lost: store_lost is true until store_commit or store_rollback, marks and
 * writes fail, and store_commit answers -1.
 */
int store_mark(struct store *);
int store_keep(struct store *);
void store_undo(struct store *);
int store_commit(struct store *);
void store_rollback(struct store *);
bool store_dirty(const struct store *); /* a transaction is open */
bool store_lost(const struct store *);
/*
 * Who keeps copies of rooms, or tells others what is new, is told at once what
 * this process changes: a room itself (its settings, members, roles), or only
 * its messages; of one that was there before, which (else 0).  Room 0 means
 * all: a user or role was deleted, or an undo took changes back.
 */
enum store_change { STORE_ROOM, STORE_MESSAGES };
enum { STORE_WATCHERS = 4 };
void store_watch(struct store *,
    void (*touched)(void *, int64_t room, enum store_change, int64_t message),
    void *);
/* 1 if another process has written since the last time this was asked. */
int store_moved(struct store *);
/*
 * Moves when changes were taken back or another process wrote: what was read
 * before may be otherwise now, though its numbers (struct room's roster) are
 * the same again.
 */
uint32_t store_epoch(const struct store *);
/* Between ticks: move pages of the log into the file when there are enough.
 * -1: that failed, and will be tried again. */
int store_checkpoint(struct store *);
/* Between ticks: pages that are kept for later are given up. */
void store_settle(struct store *);
/* How many there are: "users", and rooms of type "c", "p", "d". */
int store_tally(struct store *, const char *name, int64_t *n);
/* Bytes left on the disk of the data directory; -1 if it cannot be told. */
int64_t store_disk_left(const struct store *);
/* The newest time: of what is stored, and what messages were added at since.
 * Clocks may jump back, this does not; nor does it run ahead with the times of
 * a busy room. */
int64_t store_newest(const struct store *);
/* Makes the data directory if need be, so that it lasts; 1, or -1 and errno. */
int store_make_dir(const char *dir);
/*
 * A copy of everything as of one moment, in one new file, verified; others
 * may write meanwhile.  The file is locked (flock) while it is made.
 * backup_verify: is this file a whole one, and not a newer program's?
 * backup_restore puts such a file (within DIR, it is moved) in place of the
 * data, which stay as pocketchat.db.before-restore; nobody may use them.  0, or
 * -1 and why.
 */
int store_backup(struct store *, const char *file, char *why, size_t);
int backup_verify(const char *file, char *why, size_t);
int backup_restore(const char *dir, const char *file, char *why, size_t);
/* Lines of trouble that integrity_check and foreign_key_check find. */
int store_check(struct store *, struct arena *, struct str *report);

#endif
