/* SPDX-License-Identifier: ISC */
/* Files as rows and as messages. */
#include "auth/random.h"
#include "json/writer.h"
#include "server/conn.h"
#include "server/files.h"
#include "server/media.h"
#include "server/outgoing.h"

struct look {
	const struct server *srv;
	struct str digest;
};

static size_t
look_at(void *arg, int64_t at, void *buf, size_t n)
{
	const struct look *l = arg;
	ssize_t got = file_read(l->srv->files, l->digest, at, buf, n);

	return got < 0 ? 0 : (size_t)got;
}

bool
file_image(const struct server *s, struct str digest, struct image *i)
{
	struct look l = { s, digest };

	return image_look(look_at, &l, i);
}

void
file_row(struct req *q, const struct file *f, enum upload_kind kind,
    struct upload *u)
{
	char id[ID_LEN];
	struct image i;

	id_new(id, q->now);
	*u = (struct upload){
		.id = arena_str(q->mem, (struct str){ id, sizeof id }),
		.kind = kind,
		.user = q->me ? q->me->row : 0,
		.name = f->name,
		.type = f->type,
		.digest = f->digest,
		.size = f->size,
		.made = q->now,
	};
	if (str_starts(f->type, STR("image/")) &&
	    file_image(q->srv, f->digest, &i)) {
		u->width = i.width;
		u->height = i.height;
	}
}

struct str
file_path(const struct upload *u, struct arena *mem)
{
	return arena_fmt(mem, "/file-upload/%.*s/%.*s", STR_ARGS(u->id),
	    STR_ARGS(media_path(u->name, mem)));
}

/* ---- the message ---- */

/* image_url, image_type, image_size: for what clients show themselves. */
static void
write_media(struct writer *w, const struct upload *u, struct str link,
    struct arena *mem)
{
	static const char *const kinds[] = { "image", "audio", "video" };
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const char *k = kinds[i];

		if (!str_starts(u->type, arena_fmt(mem, "%s/", k)))
			continue;
		json_str(w, arena_fmt(mem, "%s_url", k).ptr, link);
		json_str(w, arena_fmt(mem, "%s_type", k).ptr, u->type);
		json_int(w, arena_fmt(mem, "%s_size", k).ptr, u->size);
	}
	if (u->width) {
		json_open(w, "image_dimensions", '{');
		json_int(w, "width", u->width);
		json_int(w, "height", u->height);
		json_close(w, '}');
	}
}

static void
write_attachment(struct writer *w, const struct upload *u, struct arena *mem)
{
	struct str link = file_path(u, mem);

	json_open(w, "attachments", '[');
	json_open(w, NULL, '{');
	json_str(w, "title", u->name);
	json_str(w, "title_link", link);
	json_bool(w, "title_link_download", true);
	json_str(w, "type", STR("file"));
	if (u->description.len)
		json_str(w, "description", u->description);
	write_media(w, u, link, mem);
	json_close(w, '}');
	json_close(w, ']');
}

/* Behind the trimmings that the caller has given. */
static struct str
extra_of(struct arena *mem, const struct upload *u, struct str given)
{
	static const char grouped[] = "\"groupable\":";
	struct buf out = { 0 };
	struct writer w = { .out = &out };

	json_open(&w, NULL, '{');
	if (given.len > 2)
		json_members(&w, given);
	if (!given.ptr ||
	    !memmem(given.ptr, given.len, grouped, sizeof grouped - 1))
		json_bool(&w, "groupable", false);
	json_open(&w, "file", '{');
	json_str(&w, "_id", u->id);
	json_str(&w, "name", u->name);
	json_str(&w, "type", u->type);
	json_close(&w, '}');
	write_attachment(&w, u, mem);
	json_close(&w, '}');
	return buf_settle(&out, mem);
}

int
file_message(struct deed *d, const struct room *room, const struct user *by,
    struct upload *u, const struct say *say, struct message *m)
{
	struct say mine = *say;
	int done;

	u->room = room->row;
	u->rid = room->id;
	if (!u->row && (done = upload_add(d->db, u)) != 1)
		return done;
	mine.extra = extra_of(d->mem, u, say->extra);
	if ((done = deed_post(d, room, by, &mine, m)) != 1)
		return done;
	if (outgoing_tell(d, OUT_FILE, room, by, m) < 0)
		return -1;
	return upload_confirm(d->db, u->row, m->id, u->description);
}
