/* SPDX-License-Identifier: ISC */
/* users.setAvatar, resetAvatar, getAvatar: pictures of people. */
#include "http/reply.h"
#include "server/api/v1/v1.h"

/* Shown again and again, and not made smaller here. */
enum { AVATAR_MOST = 4 * 1024 * 1024 };

static int
need_change(struct req *q)
{
	return option_on(q->srv->options, OPT_ALLOW_AVATAR_CHANGE)
		   ? 0
		   : fail_coded(q, "error-not-allowed",
			 "Change avatar is not allowed");
}

static int
admit(struct req *q, struct file_wish *wish)
{
	wish->field = "image";
	wish->any_type = true; /* judged by its bytes */
	if (wish->most > AVATAR_MOST)
		wish->most = AVATAR_MOST;
	return need_change(q);
}

static int
need_whose(struct req *q, struct user *u)
{
	if (need_change(q) || need_user_or_me(q, u))
		return -1;
	if (u->row != q->me->row && !may(q, MAY_EDIT_OTHER_AVATAR))
		return fail(q, E_FORBIDDEN);
	return 0;
}

/* ---- addresses ---- */

static int
bad_url(struct req *q, struct str url)
{
	return fail_coded(q, "error-avatar-invalid-url",
	    "Invalid avatar URL: %.*s", (int)(url.len < 200 ? url.len : 200),
	    url.ptr);
}

/* data:image/png;base64,...; what is elsewhere is never fetched. */
static int
take_url(struct req *q, const struct user *u, struct str url, struct file *f)
{
	struct str bytes, type = url;
	size_t comma = str_find(url, ',');

	if (str_starts(url, STR("http://")) || str_starts(url, STR("https://")))
		return fail_coded(q, "error-avatar-url-handling",
		    "Error while handling avatar setting from a URL (%.*s) "
		    "for %.*s",
		    (int)(url.len < 200 ? url.len : 200), url.ptr,
		    STR_ARGS(u->username));
	if (!str_starts(url, STR("data:image/")) || comma == url.len)
		return bad_url(q, url);
	type.len = comma;
	type = str_from(type, 5);
	if (type.len < 7 ||
	    !str_eq(str_from(type, type.len - 7), STR(";base64")))
		return bad_url(q, url);
	bytes = base64_decode(str_from(url, comma + 1), q->mem);
	if (!bytes.ptr || bytes.len == 0)
		return bad_url(q, url);
	if (file_most(q->srv) <= 0)
		return fail_coded(q, "error-file-upload-disabled",
		    "File uploads are disabled.");
	if (file_keep(q, bytes, f))
		return -1;
	f->type = media_type(type, q->mem);
	return 0;
}

/* ---- deeds ---- */

static int
replace(struct req *q, const struct user *u, struct str id)
{
	if (uploads_drop_avatar(q->db, u->row) < 0 ||
	    user_set_text(q->db, u->row, USER_AVATAR, id, q->now) < 0)
		return fail(q, E_STORE);
	who_forget_user(q->srv->who, u->row);
	return v1_done(q);
}

static int
set_avatar(struct req *q)
{
	const struct file *sent = file_of(q);
	struct str url = param(q, "avatarUrl");
	struct upload row;
	struct image i;
	struct file f;
	struct user u;

	if (need_whose(q, &u))
		return -1;
	if (!sent && !url.len)
		return fail_bare(q, "The 'image' param is required");
	if (sent)
		f = *sent;
	else if (take_url(q, &u, url, &f))
		return -1;
	if (need_picture(q, &f, &i))
		return -1;
	file_row(q, &f, UPLOAD_AVATAR, &row);
	row.name = arena_fmt(
	    q->mem, "%.*s.%s", STR_ARGS(u.username), image_extension(i.type));
	row.confirmed = true;
	row.user = u.row;
	if (upload_add(q->db, &row) != 1)
		return fail(q, E_STORE);
	return replace(q, &u, row.id);
}

static int
reset_avatar(struct req *q)
{
	struct user u;

	return need_whose(q, &u) ? -1 : replace(q, &u, NO_STR);
}

static int
get_avatar(struct req *q)
{
	struct str site = option_text(q->srv->options, OPT_SITE_URL);
	struct user u;

	if (need_user(q, &u))
		return -1;
	http_add_field(&q->headers, "Location",
	    arena_fmt(q->mem, "%.*s/avatar/%.*s", STR_ARGS(site),
		STR_ARGS(media_path(u.username, q->mem))));
	q->status = 307;
	return 0;
}

/* clang-format off */
static const struct route avatars_routes[] = {
	POST("users.setAvatar", USER, FREELY, "userId? username? user? avatarUrl?", set_avatar, .upload = admit, .effect = GROWS),
	POST("users.resetAvatar", USER, FREELY, "userId? username? user?", reset_avatar),
	GET("users.getAvatar", ANYONE, FREELY, "userId? username? user?", get_avatar),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group avatars_group;
const struct route_group avatars_group = { V1, STYLE_V1, avatars_routes };
