/* SPDX-License-Identifier: ISC */
/* All groups of routes: a line each. */
#include "server/api/api.h"

extern const struct route_group health_group, info_group, login_group,
    rooms_group, messages_group, bulk_group;

const struct route_group *const api_groups[] = {
	&health_group,
	&info_group,
	&login_group,
	&rooms_group,
	&messages_group,
	&bulk_group,
	NULL,
};
