/* SPDX-License-Identifier: ISC */
/* Permissions by name, and who holds them on a new server. */
#include "auth/rights.h"

static const struct {
	struct str name, roles;
} permissions[PERMISSIONS] = {
#define PERMISSION(symbol, text, held) \
	[symbol] = { { text, sizeof text - 1 }, { held, sizeof held - 1 } },
#include "auth/permissions.def"
#undef PERMISSION
};

_Static_assert(PERMISSIONS <= 128, "struct rights has 128 bits");

/* clang-format off */
const struct default_role default_roles[] = {
	{ { "admin", 5 }, { "Holds every permission", 22 }, false },
	{ { "site-moderator", 14 }, { "Moderates all rooms", 19 }, false },
	{ { "user", 4 }, { "Everybody with an account", 25 }, false },
	{ { "bot", 3 }, { "A program", 9 }, false },
	{ { "guest", 5 }, { "Sees only the rooms they are in", 31 }, false },
	{ { "anonymous", 9 }, { "Not logged in", 13 }, false },
	{ { "owner", 5 }, { "Owns a room", 11 }, true },
	{ { "moderator", 9 }, { "Moderates a room", 16 }, true },
	{ { "leader", 6 }, { "Leads a room", 12 }, true },
	{ { NULL, 0 }, { NULL, 0 }, false },
};
/* clang-format on */

void
rights_join(struct rights *r, const struct rights *more)
{
	r->bit[0] |= more->bit[0];
	r->bit[1] |= more->bit[1];
}

struct rights
rights_all(void)
{
	struct rights r = { 0 };
	enum permission p;

	for (p = FREELY + 1; p < PERMISSIONS; p++)
		rights_add(&r, p);
	return r;
}

struct str
permission_name(enum permission p)
{
	return p < PERMISSIONS ? permissions[p].name : NO_STR;
}

enum permission
permission_named(struct str name)
{
	enum permission p;

	for (p = FREELY + 1; p < PERMISSIONS; p++)
		if (str_eq(permissions[p].name, name))
			return p;
	return NO_PERMISSION;
}

struct str
permission_default_roles(enum permission p)
{
	return p < PERMISSIONS ? permissions[p].roles : NO_STR;
}
