/* SPDX-License-Identifier: ISC */
/* Many users or rooms in one call: all of them or none. */
#include "server/api/api.h"

/* Parts of the API, which clients divide their work by: no settings. */
enum { RECORDS = 500, MEMBERS = 20000, MEMBER_BYTES = 128 };

/* The list, when it is one and not too long. */
static int
need_records(struct req *q, const char *name, struct json *list, size_t *n)
{
	*list = param_json(q, name);
	if (json_type(*list) != JSON_ARRAY)
		return fail(q, E_BULK_USERS);
	if ((*n = json_count(*list)) > RECORDS)
		return fail(q, E_BULK_MANY);
	return 0;
}

static struct str
field(struct req *q, struct json record, struct str name)
{
	return json_text(json_get(record, name), q->mem);
}

/* ---- users ---- */

struct new_user {
	struct str name, email, pass;
};

static bool
user_fits(const struct new_user *u)
{
	return u->pass.len > 0 && u->pass.len <= PASSWORD_MAX &&
	       name_fits(u->name) && email_fits(u->email);
}

/* All records, each of them fit; NULL when answered. */
static struct new_user *
need_users(struct req *q, size_t *n)
{
	struct json list, one;
	struct new_user *users;
	size_t i = 0;

	if (need_records(q, "users", &list, n))
		return NULL;
	users = arena_zero(q->mem, (*n + 1) * sizeof *users);
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		users[i].name = field(q, one, STR("name"));
		users[i].email = field(q, one, STR("email"));
		users[i].pass = field(q, one, STR("pass"));
		if (!user_fits(&users[i])) {
			fail_coded(q, "invalid-user-record",
			    "[restapi] bulk/register -> record #%zu is invalid",
			    i);
			return NULL;
		}
		i++;
	}
	return users;
}

/* Before the handler: the helper hashes all passwords, behind logins. */
static int
register_secret(struct req *q)
{
	struct new_user *users;
	struct kdf_job *jobs;
	struct kdf cost = q->srv->conf->password_cost;
	size_t i, n;

	if (park_result(q, STAGE_NEW))
		return 0;
	if (!(users = need_users(q, &n)))
		return -1;
	if (n == 0)
		return 0;
	cost.p = KDF_BULK.p; /* marked weak by it: hashed anew at login */
	jobs = arena_zero(q->mem, n * sizeof *jobs);
	for (i = 0; i < n; i++) {
		jobs[i].kdf = kdf_fresh(&cost);
		password_digest(users[i].pass, false, jobs[i].hex);
	}
	return park_hash(q, STAGE_NEW, LANE_BULK, jobs, n);
}

static int
register_one(struct req *q, const struct new_user *n, const struct kdf_job *job,
    struct str *id)
{
	struct deed d = deed_of(q);
	struct user u = {
		.username = n->name,
		.name = n->name,
		.email = n->email,
		.type = STR("user"),
		.active = true,
		.created = q->now,
		.updated = q->now,
		.password = record_text(&job->kdf, job->hash, q->mem),
	};
	int done = user_email_taken(q->db, n->email);

	if (done == 1)
		return fail(q, E_EMAIL_TAKEN);
	if (done == 0 && (done = deed_user(&d, &u)) == 0)
		return fail_coded(q, "error-field-unavailable",
		    "%.*s is already in use :(", STR_ARGS(n->name));
	*id = u.id;
	return done < 0 ? fail(q, E_STORE) : 0;
}

static void
write_ids(struct req *q, const char *key, const struct str *ids, size_t count)
{
	size_t i;

	json_open(&q->out, NULL, '{');
	json_str(&q->out, "status", STR("success"));
	json_open(&q->out, "ids", '[');
	for (i = 0; i < count; i++) {
		json_open(&q->out, NULL, '{');
		json_str(&q->out, key, ids[i]);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	json_close(&q->out, '}');
}

static int
bulk_register(struct req *q)
{
	const struct kdf_job *jobs = park_result(q, STAGE_NEW);
	struct new_user *users;
	struct str *ids;
	size_t i, n;

	if (!(users = need_users(q, &n)))
		return -1;
	ids = arena_zero(q->mem, (n + 1) * sizeof *ids);
	for (i = 0; i < n; i++)
		if (register_one(q, &users[i], &jobs[i], &ids[i]))
			return -1;
	write_ids(q, "uid", ids, n);
	return 0;
}

/* ---- rooms ---- */

struct new_room {
	struct str name;
	struct str *members;
	size_t count;
};

/* Names of members, also of such as are no users: those stay listed. */
static bool
read_members(struct req *q, struct json list, struct new_room *r)
{
	struct json one;

	r->count = json_type(list) == JSON_ARRAY ? json_count(list) : 0;
	if (r->count < 2 || r->count > MEMBERS)
		return false;
	r->members = arena_get(q->mem, r->count * sizeof *r->members);
	r->count = 0;
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		struct str name = json_text(one, q->mem);

		if (name.len == 0 || name.len > MEMBER_BYTES)
			return false;
		r->members[r->count++] = name;
	}
	return true;
}

static struct new_room *
need_rooms(struct req *q, size_t *n)
{
	struct json list, one;
	struct new_room *rooms;
	size_t i = 0;

	if (need_records(q, "rooms", &list, n))
		return NULL;
	rooms = arena_zero(q->mem, (*n + 1) * sizeof *rooms);
	for (one = json_first(list); json_type(one); one = json_next(one)) {
		rooms[i].name = field(q, one, STR("name"));
		if (!name_fits(rooms[i].name) ||
		    !read_members(
			q, json_get(one, STR("members")), &rooms[i])) {
			fail_coded(q, "invalid-room-record",
			    "[restapi] bulk/createRoom -> record #%zu is "
			    "invalid",
			    i);
			return NULL;
		}
		i++;
	}
	return rooms;
}

static int
name_is_taken(struct req *q, struct str name)
{
	struct room r;

	if (room_by_name(q->db, q->mem, name, &r) == 1 && r.archived)
		return fail_coded(q, "error-archived-duplicate-name",
		    "There's an archived channel with name '%.*s'",
		    STR_ARGS(name));
	return fail_coded(q, "error-duplicate-channel-name",
	    "A channel with name '%.*s' exists", STR_ARGS(name));
}

static int
bulk_create_room(struct req *q)
{
	struct deed d = deed_of(q);
	struct new_room *rooms;
	struct str *ids;
	size_t i, n;
	int done;

	if (!may(q, MAY_CREATE_C))
		return fail(q, E_FORBIDDEN);
	if (!(rooms = need_rooms(q, &n)))
		return -1;
	ids = arena_zero(q->mem, (n + 1) * sizeof *ids);
	for (i = 0; i < n; i++) {
		struct room r = {
			.type = 'c',
			.name = rooms[i].name,
			.created = q->now,
			.updated = q->now,
		};

		done =
		    deed_room(&d, &r, q->me, rooms[i].members, rooms[i].count);
		if (done <= 0)
			return done ? fail(q, E_STORE)
				    : name_is_taken(q, rooms[i].name);
		ids[i] = r.id;
	}
	write_ids(q, "rid", ids, n);
	return 0;
}

static const struct route bulk_routes[] = {
	POST("bulk/register", USER, MAY_BULK_REGISTER, "users?", bulk_register,
	    .secret = register_secret, .effect = GROWS, .bulk = true),
	POST("bulk/createRoom", USER, MAY_BULK_CREATE_C, "rooms?",
	    bulk_create_room, .effect = GROWS, .bulk = true),
	END_OF_ROUTES,
};

extern const struct route_group bulk_group;
const struct route_group bulk_group = { "/api/", STYLE_V0, bulk_routes };
