/* SPDX-License-Identifier: ISC */
#ifndef SERVER_TRIM_H
#define SERVER_TRIM_H

#include "server/req.h"

/*
 * What a message says beside its text: alias, emoji, avatar, attachments and
 * so on (api/v1.md sections 4 and 6), from an object of the caller's to the
 * finished members of a message.  Names are from an allow-list, types are
 * checked, sizes bounded.  names: in hooks and chat.postMessage "username" is
 * another word for alias.  0 (NO_STR: there is nothing), or -1 and answered.
 */
int trim_read(struct req *, struct json from, bool names, struct str *extra);

#endif
