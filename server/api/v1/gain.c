/* SPDX-License-Identifier: ISC */
/* Nobody comes by rights through others that they lack themselves. */
#include "server/api/v1/v1.h"

/* On a new server administrators alone hold it: with some of these one could
 * make oneself all the rest. */
bool
is_beyond(const struct req *q, enum permission p)
{
	return permission_default_roles(p).len == 0 && !may(q, p);
}

static bool
all_within(const struct req *q, const struct rights *r)
{
	enum permission p;

	for (p = FREELY + 1; p < PERMISSIONS; p++)
		if (rights_has(r, p) && is_beyond(q, p))
			return false;
	return true;
}

int
need_role_within(struct req *q, struct str role)
{
	struct rights r = { 0 };

	if (str_eq(role, STR("admin"))) /* has a right of its own */
		return may(q, MAY_ASSIGN_ADMIN)
			   ? 0
			   : fail_coded(q, "error-action-not-allowed",
				 "Assigning admin is not allowed");
	if (who_room_rights(q->srv->who, role, &r) < 0)
		return fail(q, E_STORE);
	return all_within(q, &r)
		   ? 0
		   : fail_coded(q, "error-action-not-allowed",
			 "Assigning a role with rights that you do not have is "
			 "not allowed");
}

int
need_user_within(struct req *q, const struct user *u, const char *what)
{
	const struct session *s;

	if (u->row == q->me->row)
		return 0;
	if (who_by_user(q->srv->who, q->mem, u, &s) < 0)
		return fail(q, E_STORE);
	return all_within(q, &s->rights)
		   ? 0
		   : fail_coded(q, "error-action-not-allowed",
			 "%s of somebody with more rights is not allowed",
			 what);
}
