/* SPDX-License-Identifier: ISC */
/* Permissions by name, and who holds them on a new server. */
#include "auth/rights.h"

#include "t/unit/tap.h"

static void
names(void)
{
	bool named = true, found = true, different = true;
	enum permission p, q;

	for (p = FREELY + 1; p < PERMISSIONS; p++) {
		named = named && permission_name(p).len > 0;
		found = found && permission_named(permission_name(p)) == p;
		for (q = FREELY + 1; q < p; q++)
			different = different && !str_eq(permission_name(p),
						     permission_name(q));
	}
	ok(named, "every permission has a name");
	ok(different, "no two have the same");
	ok(found, "each is found by it");
	ok(permission_named(STR("")) == NO_PERMISSION &&
		permission_named(NO_STR) == NO_PERMISSION &&
		permission_named(STR("create-x")) == NO_PERMISSION &&
		permission_named(STR("Create-c")) == NO_PERMISSION,
	    "no other name finds one");
	ok(!permission_name(NO_PERMISSION).ptr &&
		!permission_name(FREELY).ptr &&
		!permission_name(PERMISSIONS).ptr,
	    "what is no permission has no name");
	ok(!permission_default_roles(PERMISSIONS).ptr, "and nobody holds it");
}

static bool
is_role(struct str name)
{
	const struct default_role *r;

	for (r = default_roles; r->name.ptr; r++)
		if (str_eq(r->name, name))
			return true;
	return false;
}

static bool
holds(enum permission p, const char *role)
{
	struct str roles = permission_default_roles(p), one;

	while (str_next(&roles, ' ', &one))
		if (str_eq(one, str_of(role)))
			return true;
	return false;
}

static void
roles(void)
{
	const struct default_role *r;
	struct str held, one;
	bool known = true, whole = true;
	enum permission p;

	for (r = default_roles; r->name.ptr; r++)
		whole = whole && r->name.len == strlen(r->name.ptr) &&
			r->description.len == strlen(r->description.ptr);
	ok(whole, "the roles of a new server have whole names");
	for (p = FREELY + 1; p < PERMISSIONS; p++) {
		held = permission_default_roles(p);
		while (str_next(&held, ' ', &one))
			known =
			    known && is_role(one) && !str_eq(one, STR("admin"));
	}
	ok(known, "permissions are held by those, and by admin unsaid");
	ok(holds(MAY_CREATE_C, "user") && !holds(MAY_CREATE_C, "guest") &&
		!holds(MAY_BULK_REGISTER, "user") &&
		holds(MAY_SET_OWNER, "owner"),
	    "a user creates rooms, an owner makes owners");
}

static void
sets(void)
{
	struct rights all = rights_all(), r = { 0 }, other = { 0 };
	bool none = true, each = true;
	enum permission p, q;

	for (p = NO_PERMISSION; p < PERMISSIONS; p++)
		none = none && !rights_has(&r, p);
	ok(none, "an empty set holds nothing");
	for (p = FREELY + 1; p < PERMISSIONS; p++) {
		struct rights one = { 0 };

		rights_add(&one, p);
		for (q = NO_PERMISSION; q < PERMISSIONS; q++)
			each = each && rights_has(&one, q) == (p == q);
		each = each && rights_has(&all, p);
	}
	ok(each, "each permission is one bit, and all are in the whole set");
	ok(!rights_has(&all, NO_PERMISSION) && !rights_has(&all, FREELY),
	    "but what is no permission is not");
	rights_add(&r, MAY_ACCESS_PERMISSIONS);
	rights_add(&other, MAY_VIEW_USER_ADMIN);
	rights_join(&r, &other);
	ok(rights_has(&r, MAY_ACCESS_PERMISSIONS) &&
		rights_has(&r, MAY_VIEW_USER_ADMIN) &&
		!rights_has(&r, MAY_CREATE_C) &&
		!rights_has(&other, MAY_ACCESS_PERMISSIONS),
	    "a set joined by another holds both, the other what it held");
}

int
main(void)
{
	names();
	roles();
	sets();
	return done();
}
