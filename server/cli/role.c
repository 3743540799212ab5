/* SPDX-License-Identifier: ISC */
/* role and permission: who may do what. */
#include "server/cli/cli.h"
#include "server/cli/rows.h"
#include "server/near.h"

/* ---- roles ---- */

static int
role_create(struct cli *c)
{
	struct str room = cli_option(c, "room");
	struct role r = { .name = str_of(c->words[0]),
		.description = cli_option(c, "description"),
		.per_room = room.ptr != NULL,
		.updated = c->deed.now };
	int done;

	if (!name_fits(r.name))
		return cli_fail("a name has 1 to 128 letters, digits, - _ .");
	if (!r.description.ptr)
		r.description = STR("");
	if ((done = role_add(c->db, &r)) < 0)
		return cli_broken(c);
	if (!done)
		return cli_fail("there is a role %s already", c->words[0]);
	return cli_say(c, "made the role %s%s; it holds nothing yet",
	    c->words[0], r.per_room ? " (within rooms)" : "");
}

static int
role_delete_run(struct cli *c)
{
	struct role r;

	if (cli_role(c, c->words[0], &r))
		return 1;
	if (r.fixed)
		return cli_fail("%s comes with the program and stays; what it "
				"holds can be taken by pocketchat role revoke",
		    c->words[0]);
	if (role_delete(c->db, r.name, c->deed.now) < 0)
		return cli_broken(c);
	return cli_say(
	    c, "deleted the role %s; nobody has it any more", c->words[0]);
}

static void
role_row(struct cli *c, const struct role *r, const struct grant *g, size_t n)
{
	struct buf held = { 0 };
	bool admin = str_eq(r->name, STR("admin"));
	size_t i;

	for (i = 0; i < n && !admin; i++)
		if (str_eq(g[i].role, r->name))
			buf_fmt(&held, "%s%.*s", held.len ? "," : "",
			    STR_ARGS(g[i].permission));
	cli_cell(c, r->name);
	cli_cell(c, r->per_room ? STR("room") : STR("server"));
	cli_cell(c, r->fixed ? STR("fixed") : STR("own"));
	cli_cell(c, admin ? STR("everything") : buf_view(&held));
	cli_cell(c, r->description);
	cli_end_row(c);
	buf_free(&held);
}

static int
role_list_run(struct cli *c)
{
	struct role *r;
	struct grant *g;
	size_t i, n, grants;

	if (role_list(c->db, &c->mem, &r, &n) < 0 ||
	    grant_list(c->db, &c->mem, &g, &grants) < 0)
		return cli_broken(c);
	cli_head(c, "ROLE\tSCOPE\tORIGIN\tPERMISSIONS\tDESCRIPTION");
	for (i = 0; i < n; i++)
		role_row(c, &r[i], g, grants);
	return 0;
}

/* ---- permissions ---- */

static int
need_permission(const char *name)
{
	struct near n = { .word = str_of(name) };
	enum permission p = permission_named(str_of(name));

	if (p > FREELY)
		return 0;
	for (p = FREELY + 1; p < PERMISSIONS; p++)
		near_try(&n, permission_name(p).ptr);
	return near_best(&n)
		   ? cli_fail("there is no permission %s; is it %s?", name,
			 near_best(&n))
		   : cli_fail("there is no permission %s; see pocketchat "
			      "permission list",
			 name);
}

static int
role_grant(struct cli *c)
{
	const char *role = c->words[0], *permission = c->words[1];
	struct role r;
	int done;

	if (cli_role(c, role, &r) || need_permission(permission))
		return 1;
	if (str_eq(r.name, STR("admin")))
		return cli_say(
		    c, "admin holds everything; nothing was changed");
	done = grant_add(c->db, r.name, str_of(permission), c->deed.now);
	if (done < 0)
		return cli_broken(c);
	return cli_say(
	    c, "%s holds %s%s", role, permission, done ? "" : " already");
}

static int
role_revoke(struct cli *c)
{
	const char *role = c->words[0], *permission = c->words[1];
	struct role r;
	int done;

	if (cli_role(c, role, &r) || need_permission(permission))
		return 1;
	if (str_eq(r.name, STR("admin")))
		return cli_fail("admin holds everything, always; give the user "
				"another role");
	done = grant_delete(c->db, r.name, str_of(permission), c->deed.now);
	if (done < 0)
		return cli_broken(c);
	return cli_say(c, "%s does not hold %s%s", role, permission,
	    done ? " any more" : " anyway");
}

static int
permission_list(struct cli *c)
{
	struct str name;
	struct grant *g;
	enum permission p;
	size_t i, n;

	if (grant_list(c->db, &c->mem, &g, &n) < 0)
		return cli_broken(c);
	cli_head(c, "PERMISSION\tROLES");
	for (p = FREELY + 1; p < PERMISSIONS; p++) {
		struct buf roles = { 0 };

		name = permission_name(p);
		buf_fmt(&roles, "admin");
		for (i = 0; i < n; i++)
			if (str_eq(g[i].permission, name))
				buf_fmt(&roles, ",%.*s", STR_ARGS(g[i].role));
		cli_cell(c, name);
		cli_cell(c, buf_view(&roles));
		cli_end_row(c);
		buf_free(&roles);
	}
	return 0;
}

/* ---- who has which ---- */

/* The list without the name; *had says whether it was there. */
static struct str
without(struct cli *c, struct str list, struct str name, bool *had)
{
	struct buf left = { 0 };
	struct str one;

	*had = false;
	while (str_next(&list, ' ', &one)) {
		if (str_eq(one, name))
			*had = true;
		else if (one.len)
			buf_fmt(&left, "%s%.*s", left.len ? " " : "",
			    STR_ARGS(one));
	}
	return buf_settle(&left, &c->mem);
}

/* Give or take a role within a room. */
static int
set_room_role(
    struct cli *c, const struct user *u, const struct role *r, bool give)
{
	struct str roles, room_name = cli_option(c, "room");
	struct room room;
	struct member m;
	bool had;
	int found;

	if (cli_room(c, room_name.ptr, &room))
		return 1;
	found = member_find(c->db, &c->mem, room.row, u->row, &m);
	if (found < 0)
		return cli_broken(c);
	if (!found)
		return cli_fail("%s is not in %s: only members have roles "
				"there",
		    c->words[0], room_name.ptr);
	roles = without(c, m.roles, r->name, &had);
	if (give)
		roles = arena_fmt(&c->mem, "%.*s%s%.*s", STR_ARGS(roles),
		    roles.len ? " " : "", STR_ARGS(r->name));
	if (had != give && member_set_roles(c->db, room.row, u->row, roles) < 0)
		return cli_broken(c);
	return cli_say(c, "%s %s %s in %s", c->words[0],
	    give ? (had ? "already has" : "has")
		 : (had ? "no longer has" : "does not have"),
	    c->words[1], room_name.ptr);
}

static int
set_role(struct cli *c, const struct user *u, const struct role *r, bool give)
{
	bool admin = str_eq(r->name, STR("admin"));
	int done;

	if (!give && admin && cli_last_admin(c, u))
		return 1;
	done = give ? user_give_role(c->db, u->row, r->name)
		    : user_take_role(c->db, u->row, r->name);
	if (done < 0)
		return cli_broken(c);
	return cli_say(c, "%s %s %s", c->words[0],
	    give ? (done ? "has" : "already has")
		 : (done ? "no longer has" : "does not have"),
	    c->words[1]);
}

static int
change_role(struct cli *c, bool give)
{
	bool in_room = cli_option(c, "room").ptr;
	struct user u;
	struct role r;

	if (cli_user(c, c->words[0], &u) || cli_role(c, c->words[1], &r))
		return 1;
	if (in_room && !r.per_room)
		return cli_fail("%s is a role of the whole server: leave "
				"--room out",
		    c->words[1]);
	if (!in_room && r.per_room)
		return cli_fail(
		    "%s is a role within a room: add --room ROOM", c->words[1]);
	return in_room ? set_room_role(c, &u, &r, give)
		       : set_role(c, &u, &r, give);
}

static int
role_give(struct cli *c)
{
	return change_role(c, true);
}

static int
role_take(struct cli *c)
{
	return change_role(c, false);
}

/* clang-format off */
#define IN_ROOM OPTIONS(OPTION("room", "ROOM", "a role within this room"))

const struct command role_commands[] = {
	COMMAND("role create", "NAME", "make a role", CLI_MAKES, role_create,
	    OPTIONS(
		SWITCH("room", "for members of a room, as owner is"),
		OPTION("description", "TEXT", "what it is for"))),
	COMMAND("role delete", "NAME", "take it from everybody", CLI_WRITES,
	    role_delete_run),
	COMMAND("role list", "", "roles and what they hold", CLI_READS,
	    role_list_run),
	COMMAND("role grant", "ROLE PERMISSION", "let a role do something",
	    CLI_WRITES, role_grant),
	COMMAND("role revoke", "ROLE PERMISSION", "the opposite", CLI_WRITES,
	    role_revoke),
	COMMAND("role give", "USER ROLE", "give a user a role", CLI_WRITES,
	    role_give, IN_ROOM),
	COMMAND("role take", "USER ROLE", "the opposite", CLI_WRITES,
	    role_take, IN_ROOM),
	COMMAND("permission list", "", "all permissions and who holds them",
	    CLI_READS, permission_list),
	END_OF_COMMANDS,
};
