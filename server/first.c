/* SPDX-License-Identifier: ISC */
/* What a new data directory holds, and its first admin. */
#include "server/first.h"

#include "auth/random.h"
#include "server/log.h"

/* ---- roles, the room, the cat ---- */

static int
add_roles(struct deed *d)
{
	const struct default_role *r;

	for (r = default_roles; r->name.ptr; r++) {
		struct role role = { r->name, r->description, r->per_room,
			.fixed = true, .updated = d->now };

		if (role_add(d->db, &role) < 0)
			return -1;
	}
	return 1;
}

static int
add_grants(struct deed *d)
{
	enum permission p;
	struct str roles, role;

	for (p = FREELY + 1; p < PERMISSIONS; p++) {
		roles = permission_default_roles(p);
		while (str_next(&roles, ' ', &role))
			if (grant_add(d->db, role, permission_name(p), d->now) <
			    0)
				return -1;
	}
	return 1;
}

static int
add_general(struct deed *d, struct room *room)
{
	*room = (struct room){
		.type = 'c',
		.id = STR("GENERAL"),
		.name = STR("general"),
		.by_default = true,
		.created = d->now,
		.updated = d->now,
	};
	return deed_room(d, room, NULL, NULL, 0);
}

/* Says what nobody in particular has done; it is there from the begin, so
 * no line tells that it came. */
static int
add_cat(struct deed *d, const struct room *general)
{
	struct user cat = {
		.id = STR("rocket.cat"),
		.username = STR("rocket.cat"),
		.name = STR("Rocket.Cat"),
		.type = STR("bot"),
		.active = true,
		.created = d->now,
		.updated = d->now,
	};
	struct member m = {
		.room = general->row, .roles = STR(""), .since = d->now
	};
	char id[ID_LEN];

	if (user_add(d->db, &cat) != 1 ||
	    user_give_role(d->db, cat.row, STR("bot")) < 0)
		return -1;
	id_new(id, d->now);
	m.id = (struct str){ id, sizeof id };
	m.user = cat.row;
	return member_add(d->db, &m);
}

/* A new server has a name that no other has. */
static int
add_unique_id(struct deed *d)
{
	char id[ID_LEN];

	id_new(id, d->now);
	return setting_set(d->db, STR("uniqueID"),
	    arena_fmt(d->mem, "\"%.*s\"", ID_LEN, id), d->now);
}

int
first_contents(struct deed *d)
{
	struct role role;
	struct room general;
	int found = role_by_name(d->db, d->mem, STR("admin"), &role);

	if (found != 0)
		return found < 0 ? -1 : 0;
	if (add_roles(d) < 0 || add_grants(d) < 0 || add_unique_id(d) < 0 ||
	    add_general(d, &general) != 1 || add_cat(d, &general) < 0)
		return -1;
	return 1;
}

/* ---- the first admin ---- */

struct str
first_record(struct arena *mem, const struct kdf *cost, struct str password)
{
	struct kdf kdf = kdf_fresh(cost);
	uint8_t hash[SHA256_LEN];
	char hex[SHA256_HEX];
	struct str record = NO_STR;

	sha256_hex(password, hex);
	if (kdf_run(&kdf, hex, hash))
		record = record_text(&kdf, hash, mem);
	wipe(hex, sizeof hex);
	wipe(hash, sizeof hash);
	return record;
}

static int
refuse(const char *what, const char *why)
{
	log_line(LOG_ERROR, "no first admin", what, why, NULL);
	return -1;
}

static int
check_wishes(const struct conf *c)
{
	if (c->admin_username.ptr && !name_fits(c->admin_username))
		return refuse("ADMIN_USERNAME",
		    "has other characters than letters, digits, - _ .");
	if (c->admin_email.ptr && !email_fits(c->admin_email))
		return refuse("ADMIN_EMAIL", "is no address");
	if (c->admin_pass.len > PASSWORD_MAX)
		return refuse("ADMIN_PASS", "is longer than 1024 bytes");
	return 0;
}

/* "admin", or with a number behind it when that is somebody else. */
static int
free_name(struct deed *d, struct str *name)
{
	int n, taken = 1;

	*name = STR("admin");
	for (n = 2; (taken = user_name_taken(d->db, *name)) == 1; n++)
		*name = arena_fmt(d->mem, "admin%d", n);
	return taken;
}

/* Somebody who is there and was named in the environment. */
static int
promote(struct deed *d, const struct user *u, struct str record)
{
	int64_t ended;

	if (user_set_active(d->db, u->row, true, d->now) < 0)
		return -1;
	if (record.ptr &&
	    (user_set_password(d->db, u->row, record, d->now) < 0 ||
		token_delete_of(d->db, u->row, &ended) < 0))
		return -1;
	return user_give_role(d->db, u->row, STR("admin")) < 0 ? -1 : 1;
}

static int
create(struct deed *d, const struct conf *c, struct str name, struct str record)
{
	struct user u = {
		.username = name,
		.name = name,
		.type = STR("user"),
		.email = c->admin_email,
		.verified = c->admin_email.ptr != NULL,
		.password = record,
		.active = true,
		.created = d->now,
		.updated = d->now,
	};
	int done = deed_user(d, &u);

	if (done == 0 && user_name_taken(d->db, name) == 1)
		return refuse("ADMIN_USERNAME", "is a user's but for the case");
	if (done == 0)
		return refuse("ADMIN_EMAIL", "is another user's");
	if (done < 0)
		return -1;
	return user_give_role(d->db, u.row, STR("admin")) < 0 ? -1 : 1;
}

static int
make_admin(struct deed *d, const struct conf *c, struct str *name,
    struct str *password)
{
	struct str secret = c->admin_pass, record;
	char made[PASSWORD_LEN];
	struct user u;
	int there = 0;

	*name = c->admin_username;
	if (name->ptr)
		there = user_by_name(d->db, d->mem, *name, &u);
	else if (free_name(d, name) < 0)
		return -1;
	if (there < 0)
		return -1;
	if (there && !secret.ptr)
		return promote(d, &u, NO_STR);
	if (!secret.ptr) {
		password_new(made);
		secret = (struct str){ made, sizeof made };
		*password = arena_str(d->mem, secret);
		secret = *password;
		wipe(made, sizeof made);
	}
	record = first_record(d->mem, &c->password_cost, secret);
	if (!record.ptr)
		return refuse("password", "there is no memory to hash it");
	return there ? promote(d, &u, record) : create(d, c, *name, record);
}

int
first_admin(struct deed *d, const struct conf *conf, struct str *username,
    struct str *password)
{
	int64_t holders;

	*username = *password = NO_STR;
	if (role_holders(d->db, STR("admin"), &holders) < 0)
		return -1;
	if (holders > 0)
		return 0;
	if (check_wishes(conf) < 0)
		return -1;
	return make_admin(d, conf, username, password);
}
