/* SPDX-License-Identifier: ISC */
/* Preferences: what is usual, and what a user has changed. */
#include "server/preferences.h"

#include <assert.h>

struct preference {
	const char *name;
	enum json_type type;
	const char *usual;
};

/* clang-format off */
static const struct preference rows[] = {
	{ "enableAutoAway", JSON_BOOL, "true" },
	{ "idleTimeLimit", JSON_NUMBER, "300" },
	{ "desktopNotificationDuration", JSON_NUMBER, "0" },
	{ "desktopNotifications", JSON_STRING, "\"mentions\"" },
	{ "audioNotifications", JSON_STRING, "\"mentions\"" },
	{ "mobileNotifications", JSON_STRING, "\"mentions\"" },
	{ "pushNotifications", JSON_STRING, "\"mentions\"" },
	{ "desktopNotificationRequireInteraction", JSON_BOOL, "false" },
	{ "unreadAlert", JSON_BOOL, "true" },
	{ "useEmojis", JSON_BOOL, "true" },
	{ "convertAsciiEmoji", JSON_BOOL, "true" },
	{ "autoImageLoad", JSON_BOOL, "true" },
	{ "saveMobileBandwidth", JSON_BOOL, "true" },
	{ "collapseMediaByDefault", JSON_BOOL, "false" },
	{ "hideUsernames", JSON_BOOL, "false" },
	{ "hideRoles", JSON_BOOL, "false" },
	{ "hideFlexTab", JSON_BOOL, "false" },
	{ "hideAvatars", JSON_BOOL, "false" },
	{ "roomsListExhibitionMode", JSON_STRING, "\"category\"" },
	{ "sidebarViewMode", JSON_STRING, "\"medium\"" },
	{ "sidebarHideAvatar", JSON_BOOL, "false" },
	{ "sidebarDisplayAvatar", JSON_BOOL, "true" },
	{ "sidebarShowUnread", JSON_BOOL, "false" },
	{ "sidebarShowFavorites", JSON_BOOL, "true" },
	{ "sidebarShowDiscussion", JSON_BOOL, "true" },
	{ "sidebarGroupByType", JSON_BOOL, "true" },
	{ "sidebarSortby", JSON_STRING, "\"activity\"" },
	{ "sendOnEnter", JSON_STRING, "\"normal\"" },
	{ "messageViewMode", JSON_NUMBER, "0" },
	{ "emailNotificationMode", JSON_STRING, "\"mentions\"" },
	{ "newRoomNotification", JSON_STRING, "\"door\"" },
	{ "newMessageNotification", JSON_STRING, "\"chime\"" },
	{ "muteFocusedConversations", JSON_BOOL, "true" },
	{ "notificationsSoundVolume", JSON_NUMBER, "100" },
	{ "clockMode", JSON_NUMBER, "0" },
	{ "highlights", JSON_ARRAY, "[]" },
	{ "language", JSON_STRING, "\"en\"" },
};
/* clang-format on */

enum { ROWS = sizeof rows / sizeof *rows, KEYS = 200, TEXT = 16 * 1024 };

static const struct json_limits limits = {
	.tokens = 4096, .depth = 16, .plain_text = true, .object_only = true
};

static struct json
parsed(struct arena *mem, struct str text)
{
	struct json v = { 0 };
	size_t at;

	if (text.len)
		json_parse(mem, text, &limits, &v, &at);
	return v;
}

static const struct preference *
known(struct str name)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (str_eq(str_of(rows[i].name), name))
			return &rows[i];
	return NULL;
}

void
preferences_write(struct writer *w, struct arena *mem, struct str stored)
{
	struct json all = parsed(mem, stored), one;
	size_t i;

	for (i = 0; i < ROWS; i++) {
		one = json_get(all, str_of(rows[i].name));
		json_text_as_is(w, rows[i].name,
		    json_type(one) == rows[i].type ? json_source(one)
						   : str_of(rows[i].usual));
	}
	for (one = json_first(all); json_type(one); one = json_next(one))
		if (!known(json_key(one, mem)))
			json_named_as_is(
			    w, json_key(one, mem), json_source(one));
}

struct str
preference_text(struct arena *mem, struct str stored, struct str name)
{
	const struct preference *row = known(name);
	struct str text = json_text(json_get(parsed(mem, stored), name), mem);

	assert(row);
	if (!text.ptr) /* the usual one, without its quotes */
		text = (struct str){ row->usual + 1, strlen(row->usual) - 2 };
	return text;
}

struct str
preferences_change(struct arena *mem, struct str stored, struct json change,
    const char **wrong)
{
	struct json old = parsed(mem, stored), one;
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	const struct preference *row;
	size_t keys = 0;

	*wrong = NULL;
	json_open(&w, NULL, '{');
	for (one = json_first(change); json_type(one); one = json_next(one)) {
		row = known(json_key(one, mem));
		if (row && json_type(one) != row->type)
			*wrong = row->name;
		json_named_as_is(&w, json_key(one, mem), json_source(one));
		keys++;
	}
	for (one = json_first(old); json_type(one);
	     one = json_next(one), keys++)
		if (!json_type(json_get(change, json_key(one, mem))))
			json_named_as_is(
			    &w, json_key(one, mem), json_source(one));
	json_close(&w, '}');
	if (keys > KEYS || out.len > TEXT)
		*wrong = "data";
	return buf_settle(&out, mem);
}
