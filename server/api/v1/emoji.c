/* SPDX-License-Identifier: ISC */
/* emoji-custom.*: pictures of the server's own, by their names. */
#include "server/api/v1/v1.h"

enum { EMOJI_MOST = 1024 * 1024, NAME_MOST = 100, ALIASES_MOST = 20 };

/* ---- lists ---- */

static void
write_emoji(struct writer *w, const struct emoji *e)
{
	json_open(w, NULL, '{');
	json_str(w, "_id", e->id);
	json_str(w, "name", e->name);
	json_text_as_is(w, "aliases", e->aliases);
	json_str(w, "extension", e->extension);
	json_time(w, "_updatedAt", e->updated);
	json_close(w, '}');
}

static int
write_page(struct listing *l, struct server *s, struct arena *mem,
    const int64_t *keys, size_t n)
{
	struct emoji *list;
	size_t i, mark;

	if (emoji_by_rows(s->db, mem, keys, n, &list, &n) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		mark = item_begin(l);
		write_emoji(&l->stream.out, &list[i]);
		item_end(l, mark);
	}
	return 1;
}

static int
emoji_all(struct req *q)
{
	struct listing *l = list_new(q, emoji_fields, false, write_page);

	if (!l)
		return -1;
	return list_reply(q, l, "emojis",
	    emoji_select(q->db, &l->stream.mem, &l->select, -1, &l->keys,
		&l->count, &l->total));
}

/* Those that have changed since then; few, as only managers make them. */
static int
write_since(struct req *q, const char *key, int64_t since)
{
	struct select all = { .fields = emoji_fields, .limit = -1 };
	struct emoji *list;
	int64_t *rows, total;
	size_t i, n;

	if (emoji_select(q->db, q->mem, &all, since, &rows, &n, &total) != 1 ||
	    emoji_by_rows(q->db, q->mem, rows, n, &list, &n) < 0)
		return fail(q, E_STORE);
	json_open(&q->out, key, '[');
	for (i = 0; i < n; i++)
		write_emoji(&q->out, &list[i]);
	json_close(&q->out, ']');
	return 0;
}

static int
emoji_old(struct req *q)
{
	v1_begin(q);
	return write_since(q, "emojis", -1) ? -1 : v1_end(q);
}

static int
write_removed(struct req *q, int64_t since)
{
	struct gone *list = NULL;
	size_t i, n = 0;

	if (since >= 0 &&
	    gone_list(q->db, q->mem, 0, GONE_EMOJI, since, &list, &n) < 0)
		return fail(q, E_STORE);
	json_open(&q->out, "remove", '[');
	for (i = 0; i < n; i++) {
		json_open(&q->out, NULL, '{');
		json_str(&q->out, "_id", list[i].id);
		json_time(&q->out, "_deletedAt", list[i].at);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	return 0;
}

static int
emoji_list(struct req *q)
{
	struct str since = param(q, "updatedSince");
	int64_t ms = -1;

	if (since.ptr && !time_parse(since, &ms))
		return fail_coded(q, "error-roomId-param-invalid",
		    "The \"updatedSince\" query parameter must be a valid "
		    "date.");
	v1_begin(q);
	json_open(&q->out, "emojis", '{');
	if (write_since(q, "update", ms) || write_removed(q, ms))
		return -1;
	json_close(&q->out, '}');
	return v1_end(q);
}

/* ---- making ---- */

static int
need_right(struct req *q)
{
	return may(q, MAY_MANAGE_EMOJI)
		   ? 0
		   : fail_coded(q, "not_authorized", "%s", "");
}

static int
admit(struct req *q, struct file_wish *wish)
{
	wish->field = "emoji";
	wish->any_type = true;
	if (wish->most > EMOJI_MOST)
		wish->most = EMOJI_MOST;
	return need_right(q);
}

/* What ends a word or a path is in no name. */
static bool
fits(struct str name)
{
	size_t i;

	for (i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] <= ' ' ||
		    strchr(",:><&\"'/\\().", name.ptr[i]))
			return false;
	return name.len > 0 && name.len <= NAME_MOST;
}

static int
need_free(struct req *q, int64_t row, struct str name)
{
	int taken = emoji_taken(q->db, row, name);

	if (taken == 0)
		return 0;
	return taken < 0
		   ? fail(q, E_STORE)
		   : fail_coded(q,
			 "Custom_Emoji_Error_Name_Or_Alias_Already_In_Use",
			 "The custom emoji or one of its aliases is "
			 "already in use");
}

/* "a, b": as clients send them. */
static int
need_aliases(struct req *q, struct emoji *e)
{
	struct str rest = param(q, "aliases"), one, names[ALIASES_MOST];
	struct str sent = rest;
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	size_t n = 0, i;

	while (str_next(&rest, ',', &one)) {
		one = str_trim(one);
		if (one.len == 0 || str_eq(one, e->name))
			continue;
		if (!fits(one) || n == ALIASES_MOST)
			return fail_coded(q, "error-input-is-not-a-valid-field",
			    "%.*s is not a valid alias set",
			    (int)(sent.len < 200 ? sent.len : 200), sent.ptr);
		if (need_free(q, e->row, one))
			return -1;
		names[n++] = one;
	}
	json_open(&w, NULL, '[');
	for (i = 0; i < n; i++)
		json_str(&w, NULL, names[i]);
	json_close(&w, ']');
	e->aliases = buf_settle(&out, q->mem);
	return 0;
}

static int
need_words(struct req *q, struct emoji *e)
{
	e->name = str_trim(param(q, "name"));
	if (e->name.len == 0)
		return fail_coded(q, "error-the-field-is-required",
		    "The field Name is required");
	if (!fits(e->name))
		return fail_coded(q, "error-input-is-not-a-valid-field",
		    "%.*s is not a valid name",
		    (int)(e->name.len < 200 ? e->name.len : 200), e->name.ptr);
	return need_free(q, e->row, e->name) || need_aliases(q, e) ? -1 : 0;
}

/* The picture that came, in place of the one that it has. */
static int
take_picture(struct req *q, struct emoji *e)
{
	const struct file *sent = file_of(q);
	struct upload row;
	struct image i;
	struct file f;

	f = *sent;
	if (need_picture(q, &f, &i))
		return -1;
	file_row(q, &f, UPLOAD_EMOJI, &row);
	row.confirmed = true;
	if ((e->upload_row && upload_delete(q->db, e->upload_row) < 0) ||
	    upload_add(q->db, &row) != 1)
		return fail(q, E_STORE);
	e->upload = row.id;
	e->extension = str_of(image_extension(i.type));
	return 0;
}

static int
emoji_create(struct req *q)
{
	struct emoji e = { .updated = q->now };
	char id[ID_LEN];

	if (need_right(q))
		return -1;
	if (!file_of(q))
		return fail_coded(q, "error-the-field-is-required",
		    "The custom emoji file is required");
	if (need_words(q, &e) || take_picture(q, &e))
		return -1;
	id_new(id, q->now);
	e.id = (struct str){ id, sizeof id };
	return emoji_add(q->db, &e) != 1 ? fail(q, E_STORE) : v1_done(q);
}

static int
need_emoji(struct req *q, struct str id, struct emoji *e)
{
	int found = emoji_by_id(q->db, q->mem, id, e);

	if (found == 1)
		return 0;
	return found < 0 ? fail(q, E_STORE) : fail_bare(q, "Emoji not found.");
}

static int
emoji_update(struct req *q)
{
	struct str id = param(q, "_id");
	struct emoji e;

	if (need_right(q))
		return -1;
	if (!id.len)
		return fail_bare(
		    q, "The required \"_id\" query param is missing.");
	if (need_emoji(q, id, &e) || need_words(q, &e) ||
	    (file_of(q) && take_picture(q, &e)))
		return -1;
	e.updated = q->now;
	return emoji_change(q->db, &e) != 1 ? fail(q, E_STORE) : v1_done(q);
}

static int
emoji_remove(struct req *q)
{
	struct str id = param(q, "emojiId");
	struct emoji e;

	if (need_right(q))
		return -1;
	if (!id.len)
		return fail_bare(q, "The \"emojiId\" params is required!");
	if (need_emoji(q, id, &e))
		return -1;
	return v1_did(q, emoji_delete(q->db, &e, q->now));
}

/* clang-format off */
static const struct route emoji_routes[] = {
	GET("emoji-custom", USER, FREELY, "query?", emoji_old),
	GET("emoji-custom.list", USER, FREELY, "updatedSince? query?", emoji_list),
	GET("emoji-custom.all", USER, FREELY, LISTED, emoji_all),
	POST("emoji-custom.create", USER, FREELY, "name? aliases?", emoji_create, .upload = admit, .effect = GROWS),
	POST("emoji-custom.update", USER, FREELY, "_id? name? aliases?", emoji_update, .upload = admit, .effect = GROWS),
	POST("emoji-custom.delete", USER, FREELY, "emojiId?", emoji_remove),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group emoji_group;
const struct route_group emoji_group = { V1, STYLE_V1, emoji_routes };
