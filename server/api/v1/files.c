/* SPDX-License-Identifier: ISC */
/* rooms.upload and rooms.media: files of rooms; their lists. */
#include "server/api/v1/v1.h"

/* ---- sending ---- */

/* The room of the path, to be read by the caller: what is not theirs and what
 * is not there answer alike. */
static int
need_target_room(struct req *q, struct room *r)
{
	int found = room_by_id(q->db, q->mem, q->args[0], r);

	if (found == 1 && (found = may_read(q, r)) < 0)
		return -1;
	if (found < 0)
		return fail(q, E_STORE);
	return found ? 0 : fail(q, E_FORBIDDEN);
}

/* Before a byte of it is read. */
static int
admit(struct req *q, struct file_wish *wish)
{
	struct room r;

	wish->field = "file";
	return need_target_room(q, &r) || need_writable(q, &r) ? -1 : 0;
}

/* Text, trimmings and thread: a file alone says enough. */
static int
need_file_say(struct req *q, const struct room *r, struct say *say)
{
	struct str text = param(q, "msg");

	if (param_is_text(q, "msg") || param_is_text(q, "description"))
		return -1;
	if (json_type(param_json(q, "attachments")) > JSON_NULL)
		return fail_coded(q, "error-invalid-params",
		    "The parameter \"attachments\" is the file's own");
	if (need_say(q, r, q->body, text.len ? text : STR(" "), false, say))
		return -1;
	if (!text.len)
		say->text = STR("");
	return 0;
}

static int
post_file(struct req *q, const struct room *r, struct upload *u)
{
	struct deed d = deed_of(q);
	struct message m;
	struct say say;

	u->description = param(q, "description");
	if (need_seat(q, r) || need_writable(q, r) || need_file_say(q, r, &say))
		return -1;
	if (file_message(&d, r, q->me, u, &say, &m) != 1)
		return fail(q, E_STORE);
	v1_begin(q);
	return message_reply(q, r, m.id);
}

static int
rooms_upload(struct req *q)
{
	const struct file *f = file_of(q);
	struct upload u;
	struct room r;

	if (need_target_room(q, &r))
		return -1;
	if (!f)
		return fail_bare(q, "File required");
	file_row(q, f, UPLOAD_FILE, &u);
	return post_file(q, &r, &u);
}

/* In two steps: the file, and later what is said of it. */
static int
rooms_media(struct req *q)
{
	const struct file *f = file_of(q);
	struct upload u;
	struct room r;

	if (need_target_room(q, &r) || need_writable(q, &r))
		return -1;
	if (!f)
		return fail_bare(q, "File required");
	file_row(q, f, UPLOAD_FILE, &u);
	u.room = r.row;
	if (upload_add(q->db, &u) != 1)
		return fail(q, E_STORE);
	v1_begin(q);
	json_open(&q->out, "file", '{');
	json_str(&q->out, "_id", u.id);
	json_str(&q->out, "url", file_path(&u, q->mem));
	json_close(&q->out, '}');
	return v1_end(q);
}

static int
media_confirm(struct req *q)
{
	struct upload u;
	struct room r;
	int found;

	if (need_target_room(q, &r))
		return -1;
	if ((found = upload_by_id(q->db, q->mem, q->args[1], &u)) < 0)
		return fail(q, E_STORE);
	if (!found || u.kind != UPLOAD_FILE || u.room != r.row ||
	    u.user != q->me->row || u.confirmed)
		return fail_coded(q, "invalid-file", "%s", "");
	return post_file(q, &r, &u);
}

/* ---- lists ---- */

static int
write_files(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct upload *list;
	size_t i, mark;

	if (uploads_by_rows(s->db, mem, keys, n, &list, &n) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		mark = item_begin(l);
		doc_file(&l->stream.out, s, mem, &list[i]);
		item_end(l, mark);
	}
	return 1;
}

static int
room_files(struct req *q)
{
	struct listing *l;
	struct room r;
	int may;

	if (need_room(q, &r) || (may = may_read(q, &r)) < 0)
		return -1;
	if (!may)
		return fail(q, E_FORBIDDEN);
	if (!(l = list_new(q, upload_fields, false, write_files)))
		return -1;
	return list_reply(q, l, "files",
	    uploads_select(q->db, &l->stream.mem, &l->select, r.row, &l->keys,
		&l->count, &l->total));
}

/* clang-format off */
#define SAID "msg? description? tmid? avatar? emoji? alias? groupable?"
static const struct route files_routes[] = {
	POST("rooms.upload/:rid", USER, FREELY, SAID, rooms_upload, .upload = admit, .effect = GROWS, .scopes = FOR_POSTING | FOR_ROOM),
	POST("rooms.media/:rid", USER, FREELY, "", rooms_media, .upload = admit, .effect = GROWS),
	POST("rooms.mediaConfirm/:rid/:fileId", USER, FREELY, SAID, media_confirm, .effect = GROWS),
	GET("channels.files", USER, FREELY, "roomId? roomName? " LISTED, room_files),
	GET("groups.files", USER, FREELY, "roomId? roomName? " LISTED, room_files),
	GET("im.files", USER, FREELY, "roomId? username? " LISTED, room_files),
	GET("dm.files", USER, FREELY, "roomId? username? " LISTED, room_files),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group files_group;
const struct route_group files_group = { V1, STYLE_V1, files_routes };
