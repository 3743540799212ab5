/* SPDX-License-Identifier: ISC */
/* Who may read a room. */
#include "server/reach.h"

#include "server/rooms.h"

int
room_rights(struct server *s, const struct session *who, const struct room *r,
    struct rights *rights)
{
	struct member m;
	int found = rooms_member(s->rooms, r->row, who->user.row, &m);

	if (found == 1 && m.roles.len)
		return who_room_rights(s->who, m.roles, rights);
	return found;
}

int
room_reach(struct server *s, const struct session *who, const struct room *r)
{
	struct rights rights = { 0 };

	if (who->room && who->room != r->row)
		return 0;
	if (r->type == 'c' && rights_has(&who->rights, MAY_VIEW_C))
		return 1;
	return room_rights(s, who, r, &rights);
}
