/* SPDX-License-Identifier: ISC */
/* Whom and which room a call is about (api/v1.md section 3.3). */
#include "server/api/v1/v1.h"

/* ---- users ---- */

bool
names_user(const struct req *q)
{
	return param(q, "userId").len || param(q, "username").len ||
	       param(q, "user").len;
}

int
need_user(struct req *q, struct user *u)
{
	struct str id = param(q, "userId"), name = param(q, "username");
	int found;

	if (!names_user(q))
		return fail_coded(q, "error-user-param-not-provided",
		    "The required \"userId\" or \"username\" param was not "
		    "provided");
	if (name.len == 0)
		name = param(q, "user");
	found = id.len ? user_by_id(q->db, q->mem, id, u)
		       : user_by_name(q->db, q->mem, name, u);
	if (found < 0)
		return fail(q, E_STORE);
	if (found == 1 && u->username.ptr)
		return 0;
	return fail_coded(q, "error-invalid-user",
	    "The required \"userId\" or \"username\" param provided does not "
	    "match any users");
}

int
need_user_or_me(struct req *q, struct user *u)
{
	if (names_user(q))
		return need_user(q, u);
	*u = *q->me;
	return 0;
}

bool
role_among(struct str roles, struct str role)
{
	struct str one;

	while (str_next(&roles, ' ', &one))
		if (str_eq(one, role))
			return true;
	return false;
}

/* ---- rooms ---- */

static const struct family families[] = {
	{ "channels.", 'c', "channel", "channels", "channel",
	    "does not match any channel", "error-roomid-param-not-provided",
	    MAY_CREATE_C, MAY_DELETE_C, MAY_LEAVE_C, MAY_ADD_TO_ANY_C },
	{ "groups.", 'p', "group", "groups", "private group",
	    "does not match any group", "error-room-param-not-provided",
	    MAY_CREATE_P, MAY_DELETE_P, MAY_LEAVE_P, MAY_ADD_TO_ANY_P },
	{ "im.", 'd', "room", "ims", "direct message room", NULL, NULL,
	    MAY_CREATE_D, MAY_DELETE_D, FREELY, FREELY },
	{ "dm.", 'd', "room", "ims", "direct message room", NULL, NULL,
	    MAY_CREATE_D, MAY_DELETE_D, FREELY, FREELY },
};

const struct family *
family_of(const struct req *q)
{
	size_t i;

	for (i = 0; i < sizeof families / sizeof *families; i++)
		if (str_starts(
			str_of(q->at.row->path), str_of(families[i].prefix)))
			return &families[i];
	return NULL;
}

int
membership_of(struct req *q, const struct room *r, struct member *m)
{
	int found = member_find(q->db, q->mem, r->row, q->me->row, m);

	return found < 0 ? fail(q, E_STORE) : found;
}

int
may_read(struct req *q, const struct room *r)
{
	struct member m;

	if (q->session->room && q->session->room != r->row)
		return 0;
	if (r->type == 'c' && may(q, MAY_VIEW_C))
		return 1;
	return membership_of(q, r, &m);
}

static int
find_room(struct req *q, struct str id, struct str name, struct room *r)
{
	if (!id.len)
		return room_by_name(q->db, q->mem,
		    name.ptr[0] == '#' ? str_from(name, 1) : name, r);
	return room_by_id(q->db, q->mem, id, r);
}

/* By its id, else the one with that user alone. */
static int
need_direct(struct req *q, struct room *r)
{
	struct str id = param(q, "roomId"), name = param(q, "username");
	struct deed d = deed_of(q);
	struct user both[2] = { *q->me };
	int found;

	if (!id.len && !name.len)
		return fail_coded(q, "error-room-param-not-provided",
		    "Body param \"roomId\" or \"username\" is required");
	if (id.len)
		found = room_by_id(q->db, q->mem, id, r);
	else if ((found = user_by_name(q->db, q->mem, name, &both[1])) == 1)
		found = deed_direct_find(&d, both, 2, r);
	if (found < 0)
		return fail(q, E_STORE);
	if (found && (r->type != 'd' || (found = may_read(q, r)) == 0))
		found = 0;
	if (found < 0)
		return -1;
	return found ? 0
		     : fail_coded(q, "error-room-not-found",
			   "The required \"roomId\" or \"username\" param "
			   "provided does not "
			   "match any direct message");
}

int
need_room(struct req *q, struct room *r)
{
	const struct family *f = family_of(q);
	struct str id = param(q, "roomId"), name = param(q, "roomName");
	int found;

	if (f && f->type == 'd')
		return need_direct(q, r);
	if (!id.len && !name.len)
		return fail_coded(q,
		    f ? f->no_param : "error-roomid-param-not-provided",
		    "The parameter \"roomId\" or \"roomName\" is required");
	if ((found = find_room(q, id, name, r)) < 0)
		return fail(q, E_STORE);
	if (found && f && r->type != f->type)
		found = 0;
	/* a channel may be known of by who may not read it */
	if (found && r->type != 'c' && (found = may_read(q, r)) < 0)
		return -1;
	if (found)
		return 0;
	return fail_coded(q, "error-room-not-found",
	    "The required \"roomId\" or \"roomName\" param provided %s",
	    f ? f->any : "does not match any channel");
}

int
need_room_id(struct req *q, struct str id, const char *code, const char *text,
    struct room *r)
{
	int found = id.len ? room_by_id(q->db, q->mem, id, r) : 0;

	if (found == 1 && (found = may_read(q, r)) < 0)
		return -1;
	if (found < 0)
		return fail(q, E_STORE);
	return found ? 0 : fail_coded(q, code, "%s", text);
}

int
need_alive(struct req *q, const struct room *r)
{
	const struct family *f = family_of(q);

	if (!r->archived)
		return 0;
	return fail_coded(q, "error-room-archived", "The %s, %.*s, is archived",
	    f ? f->said : "channel", STR_ARGS(r->name));
}
