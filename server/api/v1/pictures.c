/* SPDX-License-Identifier: ISC */
/* What avatars, emoji and assets have in common; assets.*. */
#include "server/api/v1/v1.h"

enum { ASSET_MOST = 4 * 1024 * 1024 };

int
need_picture(struct req *q, struct file *f, struct image *i)
{
	const struct str jpg = STR("image/jpg"), some = STR("image/");

	if (!file_image(q->srv, f->digest, i))
		return fail_coded(
		    q, "error-invalid-file-type", "File type is not accepted.");
	/* what says that it is one picture must not be another */
	if (str_starts(f->type, some) && !str_eq(f->type, jpg) &&
	    !str_eq(f->type, str_of(image_media(i->type))))
		return fail_coded(
		    q, "error-invalid-file-type", "File type is not accepted.");
	f->type = str_of(image_media(i->type));
	return 0;
}

/* ---- assets ---- */

static const char *const assets[] = { "logo", "background", "favicon",
	"favicon_16", "favicon_32", "favicon_192", "favicon_512", "favicon_ico",
	"touchicon_180", "touchicon_180_pre", "tile_70", "tile_144", "tile_150",
	"tile_310_square", "tile_310_wide", "safari_pinned" };

static bool
is_asset(struct str name)
{
	size_t i;

	for (i = 0; i < sizeof assets / sizeof *assets; i++)
		if (str_eq(str_of(assets[i]), name))
			return true;
	return false;
}

static int
need_right(struct req *q)
{
	return may(q, MAY_MANAGE_ASSETS)
		   ? 0
		   : fail_coded(q, "error-action-not-allowed",
			 "Managing assets not allowed");
}

static int
need_asset(struct req *q, struct str name)
{
	return is_asset(name)
		   ? 0
		   : fail_coded(q, "error-invalid-asset", "Invalid asset");
}

static int
admit(struct req *q, struct file_wish *wish)
{
	wish->any_type = true;
	if (wish->most > ASSET_MOST)
		wish->most = ASSET_MOST;
	return need_right(q);
}

/* 1 or 0, if there was none; -1. */
static int
drop_asset(struct req *q, struct str name)
{
	struct upload old;
	int found = asset_by_name(q->db, q->mem, name, &old);

	return found == 1 ? upload_delete(q->db, old.row) : found;
}

/* The name of the file's part is the asset's. */
static int
set_asset(struct req *q)
{
	const struct file *sent = file_of(q);
	struct upload row;
	struct image i;
	struct file f;

	if (need_right(q))
		return -1;
	if (!sent)
		return fail_coded(q, "error-invalid-asset", "Invalid asset");
	f = *sent;
	if (need_asset(q, f.field) || need_picture(q, &f, &i))
		return -1;
	file_row(q, &f, UPLOAD_ASSET, &row);
	row.name = f.field;
	row.confirmed = true;
	if (drop_asset(q, row.name) < 0 || upload_add(q->db, &row) != 1)
		return fail(q, E_STORE);
	return v1_done(q);
}

static int
unset_asset(struct req *q)
{
	struct str name = param(q, "assetName");

	if (need_right(q) || need_asset(q, name))
		return -1;
	return v1_did(q, drop_asset(q, name));
}

/* clang-format off */
static const struct route assets_routes[] = {
	POST("assets.setAsset", USER, FREELY, "refreshAllClients?", set_asset, .upload = admit, .effect = GROWS),
	POST("assets.unsetAsset", USER, FREELY, "assetName? refreshAllClients?", unset_asset),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group assets_group;
const struct route_group assets_group = { V1, STYLE_V1, assets_routes };
