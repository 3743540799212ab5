/* SPDX-License-Identifier: ISC */
#ifndef AUTH_RIGHTS_H
#define AUTH_RIGHTS_H

#include "json/str.h"

/*
 * What there is to permit.  A permission is a name in the contract
 * (api/v1.md section 5) and an enum here, so that a typo does not compile.
 * FREELY is a row's word for "the handler looks at the room first"; zero is
 * no permission at all, so a forgotten field opens nothing.
 */
enum permission {
	NO_PERMISSION = 0,
	FREELY,
#define PERMISSION(symbol, name, roles) symbol,
#include "auth/permissions.def"
#undef PERMISSION
	PERMISSIONS, /* how many */
};

/* A set of permissions. */
struct rights {
	uint64_t bit[2];
};

static inline bool
rights_has(const struct rights *r, enum permission p)
{
	return r->bit[p / 64] >> (p % 64) & 1;
}

static inline void
rights_add(struct rights *r, enum permission p)
{
	r->bit[p / 64] |= UINT64_C(1) << (p % 64);
}

void rights_join(struct rights *, const struct rights *more);
/* Every permission there is: what the role admin holds, always. */
struct rights rights_all(void);

struct str permission_name(enum permission);
/* NO_PERMISSION if there is none of that name. */
enum permission permission_named(struct str);
/* The roles that hold it on a new server, separated by spaces. */
struct str permission_default_roles(enum permission);

/* The roles of a new server; the list ends with a name of NO_STR. */
struct default_role {
	struct str name, description;
	bool per_room; /* scope Subscriptions, else Users */
};
extern const struct default_role default_roles[];

#endif
