/* SPDX-License-Identifier: ISC */
/*
 * A big place, to see what lists cost in it: fills a data directory that a
 * server has begun.
 *
 *   fill DIR USERS ROOMS MESSAGES MEMBERS
 *
 * Rooms are channels, private groups (one of eight) and direct ones (one of
 * eight).  The first channel, "hot", holds a fifth of the messages and half
 * of the users, and pins, threads, stars, mentions and files without number;
 * "admin" is in one room of ten.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "auth/random.h"
#include "json/mem.h"
#include "store/store.h"

enum { BATCH = 5000, ANSWERS = 5 };

struct fill {
	struct store *db;
	struct arena mem, kept;
	int64_t users, rooms, messages, members;
	int64_t *user, now, done;
	struct room *room;
	struct user admin;
	struct message root; /* of the thread at hand */
	uint64_t seed;
};

static void
die(struct fill *f, const char *what)
{
	fprintf(stderr, "fill: %s: %s\n", what, store_trouble(f->db));
	exit(1);
}

/* The same numbers in every run. */
static int64_t
below(struct fill *f, int64_t n)
{
	f->seed ^= f->seed << 13;
	f->seed ^= f->seed >> 7;
	f->seed ^= f->seed << 17;
	return (int64_t)(f->seed % (uint64_t)n);
}

static void
mark(struct fill *f)
{
	if (store_mark(f->db) != 1)
		die(f, "mark");
}

static void
commit(struct fill *f)
{
	if (store_keep(f->db) != 1 || store_commit(f->db) != 1)
		die(f, "commit");
	store_checkpoint(f->db);
	arena_reset(&f->mem);
}

/* One more is done: a transaction holds so many. */
static void
step(struct fill *f)
{
	if (++f->done % BATCH)
		return;
	commit(f);
	mark(f);
}

static struct str
new_id(struct fill *f)
{
	char id[ID_LEN];

	id_new(id, f->now);
	return arena_str(&f->mem, (struct str){ id, sizeof id });
}

static struct str
named(struct fill *f, const char *what, int64_t i)
{
	return arena_fmt(&f->mem, "%s%06lld", what, (long long)i);
}

/* ---- users and rooms ---- */

static void
add_users(struct fill *f)
{
	int64_t i;

	f->user = mem_get((size_t)f->users * sizeof *f->user);
	for (i = 0; i < f->users; i++) {
		struct user u = { .id = new_id(f),
			.username = named(f, "user", i),
			.name = named(f, "Person ", i),
			.type = STR("user"),
			.email = arena_fmt(
			    &f->mem, "u%lld@example.org", (long long)i),
			.active = true,
			.created = f->now,
			.updated = f->now };

		if (user_add(f->db, &u) != 1 ||
		    user_give_role(f->db, u.row, STR("user")) != 1)
			die(f, "user");
		f->user[i] = u.row;
		step(f);
	}
}

static void
join(struct fill *f, const struct room *r, int64_t user, const char *roles)
{
	struct member m = { .room = r->row,
		.user = user,
		.id = new_id(f),
		.roles = str_of(roles),
		.since = f->now };

	if (member_add(f->db, &m) < 0)
		die(f, "member");
	step(f);
}

static void
add_direct(struct fill *f, struct room *r, int64_t i)
{
	int64_t other = f->user[i % f->users];
	struct user u;

	if (user_by_row(f->db, &f->mem, other, &u) != 1)
		die(f, "user");
	r->id = arena_fmt(
	    &f->mem, "%.*s%.*s", STR_ARGS(f->admin.id), STR_ARGS(u.id));
	r->pair = arena_fmt(
	    &f->mem, "%.*s %.*s", STR_ARGS(f->admin.id), STR_ARGS(u.id));
	if (room_add(f->db, r) != 1)
		die(f, "direct room");
	join(f, r, f->admin.row, "");
	join(f, r, other, "");
}

static void
add_rooms(struct fill *f)
{
	int64_t i;

	f->room = mem_zero((size_t)f->rooms * sizeof *f->room);
	for (i = 0; i < f->rooms; i++) {
		struct room *r = &f->room[i];

		r->type = i % 8 == 6 ? 'p' : i % 8 == 7 ? 'd' : 'c';
		r->created = r->updated = f->now;
		if (r->type == 'd') {
			add_direct(f, r, i);
		} else {
			r->id = new_id(f);
			r->name = i ? named(f, "room", i) : STR("hot");
			r->creator = f->user[i % f->users];
			if (room_add(f->db, r) != 1)
				die(f, "room");
			join(f, r, r->creator, "owner");
			if (i % 10 == 0 || i == 6)
				join(f, r, f->admin.row, "owner");
		}
		r->id = r->name = r->pair = NO_STR; /* of the arena */
	}
}

static void
add_members(struct fill *f)
{
	int64_t i;

	for (i = 0; i < f->users / 2; i++)
		join(f, &f->room[0], f->user[i], "");
	for (; i < f->members; i++) {
		const struct room *r = &f->room[below(f, f->rooms)];

		if (r->type != 'd')
			join(f, r, f->user[below(f, f->users)], "");
	}
}

/* ---- messages, and what hangs on them ---- */

static void
hang(struct fill *f, struct message *m, int64_t i)
{
	int64_t by = f->user[below(f, f->users)];
	int done = 1;

	if (i % 20 == 1)
		done = message_pin(f->db, m, by, f->now);
	else if (i % 20 == 2)
		done = message_star(f->db, m, f->admin.row, true, f->now);
	else if (i % 20 == 3)
		done = message_mention(f->db, m, &f->admin.row, 1);
	else if (i % 20 == 4)
		done =
		    message_react(f->db, m, by, STR(":smile:"), true, f->now);
	if (done < 0)
		die(f, "mark of a message");
}

static void
add_file(struct fill *f, const struct room *r, struct message *m, int64_t i)
{
	static const char digest[] = "0000000000000000000000000000000000000000"
				     "000000000000000000000000";
	struct upload u = { .id = new_id(f),
		.room = r->row,
		.user = m->author,
		.message = m->id,
		.name = named(f, "file", i),
		.type = STR("text/plain"),
		.digest = str_of(digest),
		.size = 4711,
		.made = f->now,
		.confirmed = true };

	if (upload_add(f->db, &u) != 1)
		die(f, "file");
}

static void
say(struct fill *f, const struct room *r, int64_t i)
{
	struct message m = { .room = r->row,
		.author = f->user[below(f, f->users)],
		.id = new_id(f),
		.text = arena_fmt(&f->mem, "word%lld word%lld and a few more",
		    (long long)below(f, 20000), (long long)below(f, 20000)) };
	bool answers = r == f->room && i % ANSWERS && f->root.id.ptr;

	if (answers) {
		m.thread = f->root.pk;
		m.thread_id = f->root.id;
	}
	if (message_add(f->db, &m, f->now) != 1)
		die(f, "message");
	if (answers && i % 7 == 0 &&
	    thread_answered(f->db, &f->root, &m, NULL, 0) < 0)
		die(f, "answer");
	if (r == f->room) {
		hang(f, &m, i);
		if (i % 20 == 5)
			add_file(f, r, &m, i);
		if (!answers)
			f->root = m;
	}
	f->now += 50;
}

static void
add_messages(struct fill *f)
{
	int64_t i;

	for (i = 0; i < f->messages; i++) {
		bool hot = i % 5 == 0;

		say(f, &f->room[hot ? 0 : below(f, f->rooms)], i / 5);
		if (f->done % BATCH == BATCH - 1)
			f->root.id = NO_STR; /* of the arena */
		step(f);
	}
}

static void
add_hooks(struct fill *f)
{
	int64_t i;

	for (i = 0; i < 1000; i++) {
		struct hook h = { .id = new_id(f),
			.enabled = true,
			.name = named(f, "hook", i),
			.user = f->user[i % f->users],
			.token = STR("none"),
			.extra = STR("{}"),
			.created = f->now,
			.updated = f->now };
		struct hook_place p = {
			.room = f->room[(i % 9) * 8 % f->rooms].row
		};

		if (hook_add(f->db, &h, &p, 1) != 1)
			die(f, "hook");
		step(f);
	}
}

int
main(int argc, char **argv)
{
	struct fill f = { .seed = 88172645463325252u };
	char why[512];

	if (argc != 6) {
		fprintf(stderr, "usage: fill DIR USERS ROOMS MESSAGES "
				"MEMBERS\n");
		return 2;
	}
	f.users = atoll(argv[2]);
	f.rooms = atoll(argv[3]);
	f.messages = atoll(argv[4]);
	f.members = atoll(argv[5]);
	f.now = (int64_t)time(NULL) * 1000 - f.messages * 50;
	if (!(f.db = store_open(argv[1], STORE_SERVER, why, sizeof why))) {
		fprintf(stderr, "fill: %s\n", why);
		return 1;
	}
	if (user_by_name(f.db, &f.mem, STR("admin"), &f.admin) != 1)
		die(&f, "no admin");
	f.admin.id = arena_str(&f.kept, f.admin.id);
	mark(&f);
	add_users(&f);
	add_rooms(&f);
	add_members(&f);
	add_messages(&f);
	add_hooks(&f);
	commit(&f);
	store_close(f.db);
	return 0;
}
