/* SPDX-License-Identifier: ISC */
/* All groups of routes: a line each. */
#include "server/api/api.h"

extern const struct route_group health_group, info_group, login_group,
    rooms_group, messages_group, bulk_group, echo_group;
/* server/api/v1/ */
extern const struct route_group v1_login_group, users_group, users_self_group, users_tokens_group, statuses_group, channels_group,
    chat_group;
extern const struct route_group settings_group;

const struct route_group *const api_groups[] = {
	&health_group,
	&info_group,
	&login_group,
	&rooms_group,
	&messages_group,
	&bulk_group,
	&v1_login_group,
	&users_group,
	&users_self_group,
	&users_tokens_group,
	&statuses_group,
	&channels_group,
	&chat_group,
	&settings_group,
#ifdef WITH_ECHO /* make ECHO=1: server/api/echo.c */
	&echo_group,
#endif
	NULL,
};
