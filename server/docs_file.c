/* SPDX-License-Identifier: ISC */
/* Documents of the newer API: files. */
#include "server/docs.h"

#include "server/files.h"
#include "server/media.h"
#include "server/option.h"

void
doc_file(struct writer *w, struct server *s, struct arena *mem,
    const struct upload *u)
{
	struct str path = file_path(u, mem);
	struct str site = option_text(s->options, OPT_SITE_URL);

	json_open(w, NULL, '{');
	json_str(w, "_id", u->id);
	json_str(w, "name", u->name);
	json_int(w, "size", u->size);
	json_str(w, "type", u->type);
	json_str(w, "rid", u->rid);
	json_str(w, "description", u->description);
	json_str(w, "store", STR("FileSystem:Uploads"));
	json_bool(w, "complete", true);
	json_bool(w, "uploading", false);
	json_int(w, "progress", 1);
	json_str(w, "extension", media_extension(u->name));
	json_str(w, "etag", u->digest);
	json_str(w, "path", path);
	json_str(w, "url",
	    arena_fmt(mem, "%.*s%.*s", STR_ARGS(site), STR_ARGS(path)));
	json_time(w, "uploadedAt", u->made);
	json_time(w, "_updatedAt", u->made);
	if (u->user_name.ptr) { /* who is still there */
		json_str(w, "userId", u->user_id);
		doc_who(w, "user", u->user_id, u->user_name, u->user_full);
	}
	json_close(w, '}');
}
