/* SPDX-License-Identifier: ISC */
/* What is at addresses of its own: files, avatars, emoji, assets. */
#include "server/api/api.h"

#include "http/reply.h"

/* ---- files of rooms ---- */

/* By who may see the room; one that no message shows yet, by who sent it. */
static int
may_see(struct req *q, const struct upload *u)
{
	struct room r;
	int found;

	if (u->kind != UPLOAD_FILE || !u->rid.ptr)
		return 0;
	if (!u->confirmed && u->user != q->me->row)
		return 0;
	found = room_by_id(q->db, q->mem, u->rid, &r);
	return found == 1 ? room_reach(q->srv, q->session, &r) : found;
}

static int
reply_with(struct req *q, const struct upload *u, bool everybody)
{
	struct file_reply f = { u->digest, u->name, u->type, u->size,
		everybody };

	return file_reply(q, &f);
}

static int
get_file(struct req *q)
{
	struct upload u;
	int found = upload_by_id(q->db, q->mem, q->args[0], &u);

	if (found == 1)
		found = may_see(q, &u);
	if (found < 0)
		return fail(q, E_STORE);
	return found ? reply_with(q, &u, false) : fail(q, E_NO_FILE);
}

/* ---- pictures for everybody ---- */

static int
drawn(struct req *q)
{
	struct str text = buf_view(q->out.out);
	char hex[SHA256_HEX];
	struct str tag, known = req_header(q, "if-none-match");

	sha256_hex(text, hex);
	tag = arena_fmt(q->mem, "\"%.32s\"", hex);
	http_add_field(&q->headers, "ETag", tag);
	buf_str(&q->headers, STR("Cache-Control: public, max-age=300\r\n"));
	q->kept = true;
	q->type = STR("image/svg+xml");
	if (str_eq(known, tag) || str_eq(known, STR("*"))) {
		q->status = 304;
		q->out.out->len = 0;
	}
	return 0;
}

/* Without a login, so what is not there answers like what is. */
static int
get_avatar(struct req *q)
{
	struct upload u;
	int found = upload_of_user(q->db, q->mem, q->args[0], &u);

	if (found < 0)
		return fail(q, E_STORE);
	if (found)
		return reply_with(q, &u, true);
	draw_name(q->out.out,
	    q->args[0].ptr[0] == '@' ? str_from(q->args[0], 1) : q->args[0]);
	return drawn(q);
}

static int
get_room_avatar(struct req *q)
{
	draw_room(q->out.out, q->args[0]);
	return drawn(q);
}

static struct str
without_extension(struct str name)
{
	size_t i;

	for (i = name.len; i > 1; i--)
		if (name.ptr[i - 1] == '.')
			return (struct str){ name.ptr, i - 1 };
	return name;
}

static int
get_emoji(struct req *q)
{
	struct emoji e;
	struct upload u = { 0 };
	int found =
	    emoji_by_name(q->db, q->mem, without_extension(q->args[0]), &e);

	if (found < 0)
		return fail(q, E_STORE);
	if (!found || !e.digest.ptr)
		return fail(q, E_NO_FILE);
	u.digest = e.digest;
	u.name = arena_fmt(
	    q->mem, "%.*s.%.*s", STR_ARGS(e.name), STR_ARGS(e.extension));
	u.type = e.type;
	u.size = e.size;
	return reply_with(q, &u, true);
}

static int
get_asset(struct req *q)
{
	struct upload u;
	int found =
	    asset_by_name(q->db, q->mem, without_extension(q->args[0]), &u);

	if (found < 0)
		return fail(q, E_STORE);
	return found ? reply_with(q, &u, true) : fail(q, E_NO_FILE);
}

/* clang-format off */
static const struct route file_routes[] = {
	GET(":id/:name", USER, FREELY, "auth?", get_file, .scopes = FOR_READING | FOR_ROOM | BY_QUERY),
	END_OF_ROUTES,
};
static const struct route avatar_routes[] = {
	GET(":username", ANYONE, FREELY, "", get_avatar),
	GET("room/:id", ANYONE, FREELY, "", get_room_avatar),
	END_OF_ROUTES,
};
static const struct route emoji_routes[] = {
	GET(":name", ANYONE, FREELY, "", get_emoji),
	END_OF_ROUTES,
};
static const struct route asset_routes[] = {
	GET(":name", ANYONE, FREELY, "", get_asset),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group file_group, avatar_group, emoji_file_group,
    asset_group;
const struct route_group file_group = { "/file-upload/", STYLE_PLAIN,
	file_routes };
const struct route_group avatar_group = { "/avatar/", STYLE_PLAIN,
	avatar_routes };
const struct route_group emoji_file_group = { "/emoji-custom/", STYLE_PLAIN,
	emoji_routes };
const struct route_group asset_group = { "/assets/", STYLE_PLAIN,
	asset_routes };
