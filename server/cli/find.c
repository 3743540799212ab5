/* SPDX-License-Identifier: ISC */
/* Users, rooms and roles by what was typed. */
#include "server/cli/cli.h"

struct str
cli_option(const struct cli *c, const char *name)
{
	size_t i;

	for (i = 0; c->command->options[i].name; i++)
		if (!strcmp(c->command->options[i].name, name))
			return c->given[i];
	return NO_STR;
}

int
cli_user(struct cli *c, const char *name, struct user *u)
{
	int found = user_by_name(c->db, &c->mem, str_of(name), u);

	if (found < 0)
		return cli_broken(c);
	if (found && !str_eq(u->type, STR("removed")))
		return 0;
	return cli_fail(
	    "there is no user %s; pocketchat user list shows them", name);
}

int
cli_room(struct cli *c, const char *name, struct room *r)
{
	int found = room_find(c->db, &c->mem, str_of(name), r);

	if (found < 0)
		return cli_broken(c);
	return found ? 0
		     : cli_fail("there is no room %s; pocketchat room list "
				"shows them",
			   name);
}

int
cli_role(struct cli *c, const char *name, struct role *r)
{
	int found = role_by_name(c->db, &c->mem, str_of(name), r);

	if (found < 0)
		return cli_broken(c);
	return found ? 0
		     : cli_fail("there is no role %s; pocketchat role list "
				"shows them",
			   name);
}

static int
is_admin(struct cli *c, const struct user *u)
{
	struct str *roles;
	size_t i, n;

	if (user_roles(c->db, &c->mem, u->row, &roles, &n) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (str_eq(roles[i], STR("admin")))
			return 1;
	return 0;
}

int
cli_last_admin(struct cli *c, const struct user *u)
{
	int64_t holders = 0;
	int admin = u->active ? is_admin(c, u) : 0;

	if (admin < 0 ||
	    (admin && role_holders(c->db, STR("admin"), &holders) < 0))
		return cli_broken(c);
	if (!admin || holders > 1)
		return 0;
	return cli_fail("%.*s is the last active admin; first: pocketchat "
			"role give USER admin",
	    STR_ARGS(u->username));
}

static bool
is_among(struct str name, const struct str *names, int n)
{
	while (n-- > 0)
		if (str_eq(names[n], name))
			return true;
	return false;
}

int
cli_names(struct cli *c, struct str list, struct str *names, int max)
{
	struct str one;
	int n = 0;

	while (str_next(&list, ',', &one)) {
		one = arena_str(&c->mem, str_trim(one));
		if (one.len == 0 || is_among(one, names, n))
			continue;
		if (n == max)
			return -1;
		names[n++] = one;
	}
	return n;
}
