/* SPDX-License-Identifier: ISC */
/* The tables, and how an older file becomes one of today. */
#include "store/db.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* clang-format off */
const struct migration migrations[] = { {
/* rows are keys of caches: none is given twice */
"CREATE TABLE user("
" row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
" username TEXT COLLATE NOCASE UNIQUE," /* NULL: removed */
" name TEXT, type TEXT NOT NULL, active INTEGER NOT NULL,"
" password TEXT, status TEXT, status_text TEXT, settings TEXT,"
" bio TEXT, nickname TEXT, fields TEXT, must_change INTEGER NOT NULL DEFAULT 0,"
" avatar TEXT," /* id of an upload; NULL: drawn */
" utc_offset INTEGER NOT NULL DEFAULT 0," /* minutes */
" erase INTEGER NOT NULL DEFAULT 0," /* of one removed: enum erasure */
" created INTEGER NOT NULL, updated INTEGER NOT NULL,"
" login INTEGER NOT NULL DEFAULT 0);"

"CREATE TABLE email("
" user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,"
" place INTEGER NOT NULL, address TEXT NOT NULL COLLATE NOCASE UNIQUE,"
" verified INTEGER NOT NULL, PRIMARY KEY(user, place)) WITHOUT ROWID;"

"CREATE TABLE role("
" name TEXT PRIMARY KEY, description TEXT, per_room INTEGER NOT NULL,"
" fixed INTEGER NOT NULL, updated INTEGER NOT NULL) WITHOUT ROWID;"
/* when who holds it was changed, for updatedSince */
"CREATE TABLE permission("
" name TEXT PRIMARY KEY, updated INTEGER NOT NULL) WITHOUT ROWID;"
"CREATE TABLE role_permission("
" role TEXT NOT NULL REFERENCES role ON DELETE CASCADE,"
" permission TEXT NOT NULL, PRIMARY KEY(role, permission)) WITHOUT ROWID;"
"CREATE TABLE user_role("
" user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,"
" role TEXT NOT NULL REFERENCES role ON DELETE CASCADE,"
" PRIMARY KEY(user, role)) WITHOUT ROWID;"
"CREATE INDEX user_role_role ON user_role(role);"

"CREATE INDEX user_created ON user(created);"
"CREATE INDEX user_name ON user(name COLLATE NOCASE);"
"CREATE INDEX user_name_order ON user(name);" /* as lists are sorted */
"CREATE INDEX user_erase ON user(row) WHERE erase > 0;"

"CREATE TABLE token("
" hash BLOB PRIMARY KEY,"
" user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,"
" script INTEGER NOT NULL, note TEXT, tail TEXT NOT NULL,"
" created INTEGER NOT NULL, expires INTEGER NOT NULL,"
" used INTEGER NOT NULL, used_from TEXT,"
" scope INTEGER NOT NULL DEFAULT 0," /* 0 all, 1 posts only, 2 reads only */
" room INTEGER REFERENCES room ON DELETE CASCADE) WITHOUT ROWID;"
"CREATE INDEX token_user ON token(user);"
"CREATE INDEX token_expires ON token(expires) WHERE expires > 0;"
"CREATE INDEX token_used ON token(used) WHERE script = 0;"

"CREATE TABLE room("
" row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,"
" name TEXT COLLATE NOCASE UNIQUE," /* NULL: a direct room */
" topic TEXT, description TEXT, announcement TEXT, join_code TEXT,"
" creator INTEGER REFERENCES user,"
" by_default INTEGER NOT NULL DEFAULT 0,"
" archived INTEGER NOT NULL DEFAULT 0,"
" readonly INTEGER NOT NULL DEFAULT 0,"
" has_muted INTEGER NOT NULL DEFAULT 0,"
" created INTEGER NOT NULL, updated INTEGER NOT NULL,"
" fields TEXT," /* custom fields: a JSON object */
" shown TEXT," /* the name of a discussion or direct room as people see it */
" pair TEXT UNIQUE," /* of a direct room: the ids of its people, in order */
" parent INTEGER REFERENCES room ON DELETE SET NULL," /* of a discussion */
" parent_message TEXT," /* id of the line there that tells of it, */
" about TEXT," /* and of the message that it is about */
" broadcast INTEGER NOT NULL DEFAULT 0,"
" team INTEGER, team_main INTEGER NOT NULL DEFAULT 0,"
" team_default INTEGER NOT NULL DEFAULT 0," /* who joins the team joins it */
" seq INTEGER NOT NULL DEFAULT 0," /* of the newest message */
" sent INTEGER NOT NULL DEFAULT 0," /* its time: grows with each */
" clock INTEGER NOT NULL DEFAULT 0," /* the highest that a clock showed */
" last INTEGER NOT NULL DEFAULT 0," /* of the newest by a person, */
" last_pk INTEGER NOT NULL DEFAULT 0," /* and its key */
" messages INTEGER NOT NULL DEFAULT 0,"
" spoken INTEGER NOT NULL DEFAULT 0," /* messages of people there ever were */
" crowd INTEGER NOT NULL DEFAULT 0," /* those of them with @all or @here */
" members INTEGER NOT NULL DEFAULT 0,"
" roster INTEGER NOT NULL DEFAULT 0," /* moves with its names */
" keep INTEGER NOT NULL DEFAULT -1);" /* seconds; -1: as the setting */
"CREATE INDEX room_default ON room(by_default) WHERE by_default = 1;"
"CREATE INDEX room_type ON room(type, name);"
"CREATE INDEX room_about ON room(parent, about) WHERE about IS NOT NULL;"
"CREATE INDEX room_parent ON room(parent, parent_message)"
" WHERE parent IS NOT NULL;"
"CREATE INDEX room_team ON room(team) WHERE team IS NOT NULL;"

/* row: the order of joining; user NULL: a name that is listed only */
"CREATE TABLE member("
" row INTEGER PRIMARY KEY, id TEXT UNIQUE,"
" room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,"
" user INTEGER REFERENCES user ON DELETE CASCADE, ghost TEXT,"
" roles TEXT NOT NULL DEFAULT '', since INTEGER NOT NULL,"
/* read up to here, as the room's spoken and crowd were: what is unread, and
 * whether the room is open again, is told by how far they have moved */
" seen INTEGER NOT NULL DEFAULT 0, seen_crowd INTEGER NOT NULL DEFAULT 0,"
" seen_at INTEGER NOT NULL DEFAULT 0,"
" closed INTEGER NOT NULL DEFAULT -1," /* the room's spoken then; -1 open */
" alert INTEGER NOT NULL DEFAULT 0," /* marked as unread by hand */
" favourite INTEGER NOT NULL DEFAULT 0,"
" mentions INTEGER NOT NULL DEFAULT 0, settings TEXT," /* unread by name */
" ignored TEXT," /* ids of users: a JSON array */
" updated INTEGER NOT NULL DEFAULT 0,"
" UNIQUE(room, user));"
"CREATE INDEX member_user ON member(user);"
"CREATE INDEX member_roles ON member(room) WHERE roles <> '';"
/* what somebody had and has no more: for updatedSince */
"CREATE TABLE gone("
" row INTEGER PRIMARY KEY, user INTEGER NOT NULL, kind INTEGER NOT NULL,"
" id TEXT NOT NULL, at INTEGER NOT NULL);"
"CREATE INDEX gone_user ON gone(user, kind, at);"
"CREATE INDEX gone_at ON gone(at);"

"CREATE TABLE muted("
" room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,"
" user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,"
" PRIMARY KEY(room, user)) WITHOUT ROWID;"

/* pk: room row << 40 | sequence */
"CREATE TABLE message("
" pk INTEGER PRIMARY KEY, id TEXT NOT NULL,"
" author INTEGER NOT NULL REFERENCES user, type TEXT, text TEXT NOT NULL,"
" urls TEXT, mentions TEXT, extra TEXT,"
" sent INTEGER NOT NULL, updated INTEGER NOT NULL,"
" edited INTEGER NOT NULL DEFAULT 0, editor INTEGER REFERENCES user,"
" marks INTEGER NOT NULL DEFAULT 0," /* which of the tables below know it */
" thread INTEGER," /* pk of the message that it answers */
" number INTEGER NOT NULL DEFAULT 0," /* grows over all rooms */
" replies INTEGER NOT NULL DEFAULT 0, replied INTEGER NOT NULL DEFAULT 0,"
" pinned INTEGER NOT NULL DEFAULT 0, pinner INTEGER REFERENCES user);"
"CREATE UNIQUE INDEX message_id ON message(id);"
"CREATE INDEX message_thread ON message(thread) WHERE thread IS NOT NULL;"
"CREATE INDEX message_root ON message(pk >> 40, replied) WHERE replies > 0;"
"CREATE INDEX message_pinned ON message(pk) WHERE pinned > 0;"
/* those changed after they were sent, for updatedSince: by room and time */
"CREATE TABLE message_changed("
" room INTEGER NOT NULL, at INTEGER NOT NULL, pk INTEGER NOT NULL UNIQUE,"
" PRIMARY KEY(room, at, pk)) WITHOUT ROWID;"
"CREATE TABLE reaction("
" pk INTEGER NOT NULL, emoji TEXT NOT NULL, user INTEGER NOT NULL,"
" place INTEGER NOT NULL, PRIMARY KEY(pk, emoji, user)) WITHOUT ROWID;"
"CREATE TABLE star("
" user INTEGER NOT NULL, pk INTEGER NOT NULL, PRIMARY KEY(user, pk))"
" WITHOUT ROWID;"
"CREATE INDEX star_pk ON star(pk);"
"CREATE TABLE mention("
" user INTEGER NOT NULL, pk INTEGER NOT NULL, PRIMARY KEY(user, pk))"
" WITHOUT ROWID;"
"CREATE INDEX mention_pk ON mention(pk);"
"CREATE TABLE follower("
" pk INTEGER NOT NULL, user INTEGER NOT NULL,"
" PRIMARY KEY(pk, user)) WITHOUT ROWID;"
"CREATE INDEX follower_user ON follower(user);"
/* of a message (its text then is the copy), or of a user alone */
"CREATE TABLE report("
" id TEXT PRIMARY KEY, message TEXT, room INTEGER, about INTEGER NOT NULL,"
" user INTEGER NOT NULL, text TEXT NOT NULL, copy TEXT, sent INTEGER,"
" at INTEGER NOT NULL) WITHOUT ROWID;"
"CREATE INDEX report_about ON report(about, at, id);"
"CREATE INDEX report_message ON report(message, at, id);"
"CREATE TABLE message_gone("
" id TEXT PRIMARY KEY, pk INTEGER NOT NULL, at INTEGER NOT NULL,"
" thread INTEGER)" /* what it answered; 0: it had answers */
" WITHOUT ROWID;"
"CREATE INDEX message_gone_at ON message_gone(at);"
"CREATE INDEX message_gone_pk ON message_gone(pk);"
"CREATE INDEX message_gone_room ON message_gone(pk >> 40, at, id);"
/* a key that was used once: the same again is the same message */
"CREATE TABLE idempotency("
" user INTEGER NOT NULL, key TEXT NOT NULL, message TEXT NOT NULL,"
" at INTEGER NOT NULL, PRIMARY KEY(user, key)) WITHOUT ROWID;"
"CREATE INDEX idempotency_at ON idempotency(at);"

/* bytes stand once for each content, in a file named after their digest */
"CREATE TABLE upload("
" row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
" kind INTEGER NOT NULL," /* 0 file, 1 avatar, 2 emoji, 3 asset */
" room INTEGER, user INTEGER REFERENCES user, message TEXT,"
" name TEXT NOT NULL, type TEXT NOT NULL, description TEXT,"
" size INTEGER NOT NULL, digest TEXT NOT NULL, width INTEGER, height INTEGER,"
" made INTEGER NOT NULL, confirmed INTEGER NOT NULL);"
"CREATE INDEX upload_room ON upload(room, confirmed, name)"
" WHERE room IS NOT NULL;"
"CREATE UNIQUE INDEX upload_asset ON upload(name) WHERE kind = 3;"
"CREATE INDEX upload_digest ON upload(digest);"
"CREATE INDEX upload_message ON upload(message) WHERE message IS NOT NULL;"
"CREATE INDEX upload_unconfirmed ON upload(made) WHERE confirmed = 0;"
/* digests that a row has let go of: their bytes go, if no other row has them */
"CREATE TABLE upload_gone(digest TEXT PRIMARY KEY) WITHOUT ROWID;"

"CREATE TABLE setting("
" id TEXT PRIMARY KEY, value TEXT NOT NULL, updated INTEGER NOT NULL)"
" WITHOUT ROWID;"
/* what there was on each day, as JSON */
"CREATE TABLE statistic(at INTEGER PRIMARY KEY, body TEXT NOT NULL);"
"CREATE INDEX user_inactive ON user(row)"
" WHERE active = 0 AND username IS NOT NULL;"
"CREATE TABLE emoji("
" row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
" name TEXT NOT NULL UNIQUE, aliases TEXT NOT NULL,"
" extension TEXT NOT NULL, upload TEXT NOT NULL, updated INTEGER NOT NULL);"
"CREATE TABLE custom_status("
" id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, type TEXT NOT NULL,"
" updated INTEGER NOT NULL) WITHOUT ROWID;"
"CREATE TABLE hook("
" row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
" outgoing INTEGER NOT NULL, enabled INTEGER NOT NULL, name TEXT,"
" user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE," /* speaks as */
" token TEXT NOT NULL," /* incoming: its digest, in hex; outgoing: itself */
" extra TEXT NOT NULL," /* alias, avatar, urls, event, words: an object */
" maker INTEGER REFERENCES user ON DELETE SET NULL,"
" created INTEGER NOT NULL, updated INTEGER NOT NULL);"
"CREATE INDEX hook_user ON hook(user);"
"CREATE INDEX hook_maker ON hook(maker);"
/* where it speaks or listens: a room, somebody's direct room, or a word as
 * all_public_channels */
"CREATE TABLE hook_place("
" hook INTEGER NOT NULL REFERENCES hook ON DELETE CASCADE,"
" place INTEGER NOT NULL,"
" room INTEGER REFERENCES room ON DELETE CASCADE,"
" user INTEGER REFERENCES user ON DELETE CASCADE, word TEXT,"
" PRIMARY KEY(hook, place)) WITHOUT ROWID;"
"CREATE INDEX hook_place_room ON hook_place(room) WHERE room IS NOT NULL;"
"CREATE INDEX hook_place_user ON hook_place(user) WHERE user IS NOT NULL;"
"CREATE INDEX hook_place_word ON hook_place(word) WHERE word IS NOT NULL;"
/* due NULL: it is over, well or not */
"CREATE TABLE delivery("
" row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
" hook INTEGER NOT NULL REFERENCES hook ON DELETE CASCADE,"
" room INTEGER," /* where an answer is posted */
" event TEXT NOT NULL, url TEXT NOT NULL, sent TEXT NOT NULL,"
" at INTEGER NOT NULL, due INTEGER, tries INTEGER NOT NULL DEFAULT 0,"
" status INTEGER NOT NULL DEFAULT 0, answer TEXT, error TEXT,"
" updated INTEGER NOT NULL);"
"CREATE INDEX delivery_hook ON delivery(hook, at);"
"CREATE INDEX delivery_due ON delivery(hook, due) WHERE due IS NOT NULL;"
"CREATE TABLE team("
" row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
" name TEXT NOT NULL COLLATE NOCASE UNIQUE, private INTEGER NOT NULL,"
" room INTEGER NOT NULL REFERENCES room, creator INTEGER REFERENCES user,"
" created INTEGER NOT NULL, updated INTEGER NOT NULL);"
/* how many there are, so that no list counts: moved along by who changes it */
"CREATE TABLE tally(name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;"
"INSERT INTO tally VALUES('users', 0), ('c', 0), ('p', 0), ('d', 0),"
" ('numbers', 0);" /* the highest of messages */
"CREATE VIRTUAL TABLE message_search USING fts5("
" text, content='message', content_rowid='pk', columnsize=0, prefix='3',"
" tokenize='unicode61 remove_diacritics 2');"
"CREATE VIRTUAL TABLE message_word USING fts5vocab('message_search',"
" 'instance');"
/* fewer merges for a few more segments to look into */
"INSERT INTO message_search(message_search, rank) VALUES('automerge', 8);"
}, {
"ALTER TABLE message ADD COLUMN channels TEXT;" /* as mentions */
/* with pk, so that counting looks at nothing else */
"DROP INDEX message_gone_room;"
"CREATE INDEX message_gone_room ON message_gone(pk >> 40, at, id, pk);"
} };
/* clang-format on */

const int migration_count = sizeof migrations / sizeof *migrations;

static int
version_of(struct store *s, int64_t *version)
{
	static struct stmt ask = SQL("PRAGMA user_version");

	return one_number(s, stmt(s, &ask), version);
}

static int
copy_file(struct store *s, const char *to)
{
	char from[4200];
	sqlite3 *old = NULL, *copy = NULL;
	sqlite3_backup *b = NULL;
	int rc, end;

	/* a connection of its own: ours holds the lock, and is no source then
	 */
	snprintf(from, sizeof from, "%s/pocketchat.db", s->dir);
	if ((rc = sqlite3_open_v2(from, &old, SQLITE_OPEN_READWRITE, NULL)) ==
		SQLITE_OK &&
	    (rc = sqlite3_open(to, &copy)) == SQLITE_OK &&
	    !(b = sqlite3_backup_init(copy, "main", old, "main")))
		rc = sqlite3_errcode(copy);
	if (b) {
		rc = sqlite3_backup_step(b, -1);
		end = sqlite3_backup_finish(b);
		rc = rc == SQLITE_DONE ? end : rc;
	}
	sqlite3_close(copy);
	sqlite3_close(old);
	return rc;
}

/* A copy of the file as it was. */
static int
keep_copy(struct store *s, int64_t version, char *why, size_t why_size)
{
	char path[4200];
	int fd, rc;

	snprintf(path, sizeof path, "%s/pocketchat.db.before-%lld", s->dir,
	    (long long)version + 1);
	unlink(path); /* of an upgrade that did not happen */
	if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) >=
	    0)
		close(fd);
	if ((rc = copy_file(s, path)) == SQLITE_OK)
		return 1;
	snprintf(why, why_size, "%s: %s; nothing was changed", path,
	    sqlite3_errstr(rc));
	return -1;
}

static int
has_room(struct store *s, char *why, size_t why_size)
{
	static struct stmt ask =
	    SQL("SELECT page_count * page_size FROM pragma_page_count, "
		"pragma_page_size");
	int64_t size = 0, left = store_disk_left(s);

	if (one_number(s, stmt(s, &ask), &size) < 0)
		return -1;
	if (left < 0 || left > 3 * size)
		return 1;
	snprintf(why, why_size,
	    "upgrading needs %lld bytes free on the disk of %s",
	    3 * (long long)size, s->dir);
	return -1;
}

static int
is_known(
    struct store *s, int64_t *version, int count, char *why, size_t why_size)
{
	if (version_of(s, version) != 1)
		return -1;
	if (*version >= 0 && *version <= count)
		return 1;
	snprintf(why, why_size,
	    "was written by a newer pocketchat (schema %lld, this one "
	    "knows %d)",
	    (long long)*version, count);
	return -1;
}

/* Under the lock: another process may have done it meanwhile. */
static int
upgrade(struct store *s, const struct migration *list, int count, char *why,
    size_t why_size)
{
	char number[64];
	int64_t version = 0;

	if (is_known(s, &version, count, why, why_size) < 0)
		return -1;
	if (version > 0 && version < count &&
	    (has_room(s, why, why_size) < 0 ||
		keep_copy(s, version, why, why_size) < 0))
		return -1;
	for (; version < count; version++)
		if (run(s, list[version].sql) < 0)
			return -1;
	snprintf(number, sizeof number, "PRAGMA user_version=%d", count);
	return run(s, number);
}

int
schema_bring(struct store *s, const struct migration *list, int count,
    char *why, size_t why_size)
{
	int64_t version = 0;
	int done;

	why[0] = '\0';
	done = is_known(s, &version, count, why, why_size);
	if (done == 1 && version < count) {
		done = run(s, "BEGIN IMMEDIATE");
		if (done == 1)
			done = upgrade(s, list, count, why, why_size);
		if (done == 1)
			done = run(s, "COMMIT");
		if (!sqlite3_get_autocommit(s->db))
			sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	}
	if (done < 0 && !why[0])
		snprintf(why, why_size, "%s", s->trouble);
	return done;
}
