/* SPDX-License-Identifier: ISC */
/* Documents of the newer API: users. */
#include "server/docs.h"

#include <stdio.h>

#include "server/presence.h"

struct str
user_connection(const struct server *s, const struct user *u)
{
	int64_t since = s->mono - s->conf->presence_timeout * 1000;
	bool there = u->active && presence_of(s->presence, u->row) >= since;

	return there ? STR("online") : STR("offline");
}

struct str
user_status(const struct server *s, const struct user *u)
{
	struct str connection = user_connection(s, u);

	return u->status.ptr && str_eq(connection, STR("online")) ? u->status
								  : connection;
}

/* In hours, as clients have it: 5.5. */
void
doc_utc_offset(struct writer *w, const struct user *u)
{
	char text[24];
	int minutes = u->utc_offset;

	if (minutes % 60 == 0) {
		json_int(w, "utcOffset", minutes / 60);
		return;
	}
	snprintf(text, sizeof text, "%g", minutes / 60.0);
	json_text_as_is(w, "utcOffset", str_of(text));
}

static void
write_private(struct writer *w, const struct user *u)
{
	if (u->email.ptr) {
		json_open(w, "emails", '[');
		json_open(w, NULL, '{');
		json_str(w, "address", u->email);
		json_bool(w, "verified", u->verified);
		json_close(w, '}');
		json_close(w, ']');
	}
	json_words(w, "roles", u->roles);
	json_time(w, "createdAt", u->created);
	json_time(w, "_updatedAt", u->updated);
	if (u->last_login)
		json_time(w, "lastLogin", u->last_login);
	if (u->must_change)
		json_bool(w, "requirePasswordChange", true);
	if (u->fields.len)
		json_text_as_is(w, "customFields", u->fields);
}

void
doc_user_fields(
    struct writer *w, const struct server *s, const struct user *u, bool full)
{
	json_str(w, "_id", u->id);
	json_str(w, "username", u->username);
	json_str(w, "name", u->name);
	json_str(w, "type", u->type);
	json_str(w, "status", user_status(s, u));
	json_bool(w, "active", u->active);
	doc_utc_offset(w, u);
	json_str(w, "statusText", u->status_text);
	json_str(w, "nickname", u->nickname);
	json_str(w, "bio", u->bio);
	json_str(w, "avatarETag", u->avatar);
	if (!full)
		return;
	json_str(w, "statusConnection", user_connection(s, u));
	json_str(w, "statusDefault", u->status.ptr ? u->status : STR("online"));
	write_private(w, u);
}

void
doc_user(struct writer *w, const char *key, const struct server *s,
    const struct user *u, bool full)
{
	json_open(w, key, '{');
	doc_user_fields(w, s, u, full);
	json_close(w, '}');
}

void
doc_member(struct writer *w, const struct server *s, const struct user *u)
{
	json_open(w, NULL, '{');
	json_str(w, "_id", u->id);
	json_str(w, "username", u->username);
	json_str(w, "name", u->name);
	json_str(w, "status", user_status(s, u));
	doc_utc_offset(w, u);
	json_str(w, "statusText", u->status_text);
	json_time(w, "_updatedAt", u->updated);
	json_close(w, '}');
}
