/* SPDX-License-Identifier: ISC */
/* All groups of routes: a line each. */
#include "server/api/api.h"

extern const struct route_group health_group, info_group, login_group,
    rooms_group, messages_group, bulk_group, echo_group;
extern const struct route_group curl_group; /* /r/ */
/* server/api/v1/ */
extern const struct route_group v1_login_group, users_group, users_edit_group,
    users_status_group, users_self_group, users_tokens_group, statuses_group,
    channels_group, channels_people_group, channels_who_group,
    channels_edit_group, channels_read_group, chat_group, chat_lists_group,
    chat_sync_group, commands_group, chat_follow_group;
extern const struct route_group im_group, subscriptions_group, v1_rooms_group,
    discussions_group, rooms_admin_group, find_group, clean_group, teams_group,
    team_rooms_group, settings_group, roles_group, role_users_group,
    permissions_group, statistics_group, shield_group, methods_group;

extern const struct route_group integrations_group, hook_group,
    moderation_group;

/* server/api/files.c, and files of /api/v1/ */
extern const struct route_group file_group, avatar_group, emoji_file_group,
    asset_group, files_group, avatars_group, emoji_group, assets_group;

const struct route_group *const api_groups[] = {
	&health_group,
	&info_group,
	&login_group,
	&rooms_group,
	&messages_group,
	&bulk_group,
	&curl_group,
	&v1_login_group,
	&users_group,
	&users_edit_group,
	&users_status_group,
	&users_self_group,
	&users_tokens_group,
	&statuses_group,
	&channels_group,
	&channels_people_group,
	&channels_who_group,
	&channels_edit_group,
	&channels_read_group,
	&chat_group,
	&chat_lists_group,
	&chat_sync_group,
	&commands_group,
	&chat_follow_group,
	&moderation_group,
	&settings_group,
	&roles_group,
	&role_users_group,
	&permissions_group,
	&statistics_group,
	&shield_group,
	&methods_group,
	&im_group,
	&subscriptions_group,
	&v1_rooms_group,
	&discussions_group,
	&rooms_admin_group,
	&find_group,
	&clean_group,
	&teams_group,
	&team_rooms_group,
	&integrations_group,
	&hook_group,
	&file_group,
	&avatar_group,
	&emoji_file_group,
	&asset_group,
	&files_group,
	&avatars_group,
	&emoji_group,
	&assets_group,
#ifdef WITH_ECHO /* make ECHO=1: server/api/echo.c */
	&echo_group,
#endif
	NULL,
};
