/* SPDX-License-Identifier: ISC */
/* chat.sync*: what a client has missed of a room or of its threads. */
#include "server/api/v1/v1.h"

/* Made in steps, so that a year is no bigger in memory than a minute. */
struct sync_stream {
	struct stream stream; /* first */
	struct sync sync;
	struct str rid;
	struct user viewer;
	const char *gone; /* the second list's name */
};

int
need_since(struct req *q, const char *name, const char *missing,
    const char *missing_text, const char *bad, const char *bad_text,
    int64_t *since)
{
	struct str text = param(q, name);

	if (!text.len)
		return fail_coded(q, missing, "%s", missing_text);
	if (!str_int(text, since) && !time_parse(text, since))
		return fail_coded(q, bad, "%s", bad_text);
	return 0;
}

/* ---- the reply ---- */

static int
some_updated(struct sync_stream *st, struct server *s, struct arena *mem)
{
	struct writer *w = &st->stream.out;
	struct message *m;
	size_t i, n;
	int done = sync_updated(s->db, mem, &st->sync, &m, &n);

	for (i = 0; done >= 0 && i < n; i++) {
		m[i].rid = st->rid;
		doc_message(w, NULL, &m[i], &st->viewer);
	}
	if (done == 0 && st->sync.phase == SYNC_GONE) {
		json_close(w, ']');
		json_open(w, st->gone, '[');
	}
	return done;
}

static int
some_gone(struct sync_stream *st, struct server *s, struct arena *mem)
{
	struct writer *w = &st->stream.out;
	struct lost *list;
	size_t i, n;
	int done = sync_gone(s->db, mem, &st->sync, &list, &n);

	for (i = 0; done >= 0 && i < n; i++) {
		json_open(w, NULL, '{');
		json_str(w, "_id", list[i].id);
		json_time(w, "_deletedAt", list[i].at);
		json_close(w, '}');
	}
	return done;
}

static int
step(struct stream *stream, struct server *s)
{
	struct sync_stream *st = (struct sync_stream *)stream;
	struct arena mem = { 0 };
	int done = st->sync.phase < SYNC_GONE ? some_updated(st, s, &mem)
					      : some_gone(st, s, &mem);

	arena_free(&mem);
	if (done < 0 || st->sync.phase != SYNC_END)
		return done < 0 ? -1 : 1;
	json_close(&stream->out, ']');
	json_close(&stream->out, '}');
	json_bool(&stream->out, "success", true);
	json_close(&stream->out, '}');
	return 0;
}

static int
missed_reply(struct req *q, const struct room *r, int64_t thread, int64_t since,
    const char *name, const char *updated, const char *gone)
{
	struct sync_stream *st = stream_new(q, sizeof *st, step);
	struct arena *mem = &st->stream.mem;

	st->sync.room = r->row;
	st->sync.since = since;
	st->sync.thread = thread;
	st->rid = arena_str(mem, r->id);
	st->viewer.row = q->me->row;
	st->viewer.id = arena_str(mem, q->me->id);
	st->gone = gone;
	json_open(&st->stream.out, NULL, '{');
	json_open(&st->stream.out, name, '{');
	json_open(&st->stream.out, updated, '[');
	return 0;
}

/* ---- calls ---- */

static int
sync_messages(struct req *q)
{
	struct str id = param(q, "roomId");
	int64_t since;
	struct room r;

	if (!id.len)
		return fail_coded(q, "error-roomId-param-not-provided",
		    "The required \"roomId\" query param is missing.");
	if (need_since(q, "lastUpdate", "error-lastUpdate-param-not-provided",
		"The required \"lastUpdate\" query param is missing.",
		"error-roomId-param-invalid",
		"The \"lastUpdate\" query parameter must be a valid date.",
		&since) ||
	    need_room_id(q, id, "error-not-allowed", "Not allowed", &r))
		return -1;
	return missed_reply(q, &r, 0, since, "result", "updated", "deleted");
}

static int
need_updated_since(struct req *q, int64_t *since)
{
	return need_since(q, "updatedSince", "error-updatedSince-param-invalid",
	    "The required param \"updatedSince\" is missing.",
	    "error-updatedSince-param-invalid",
	    "The \"updatedSince\" query parameter must be a valid date.",
	    since);
}

static int
sync_threads(struct req *q)
{
	struct str id = param(q, "rid");
	int64_t since;
	struct room r;

	if (need_threads(q))
		return -1;
	if (!id.len)
		return fail_coded(q, "error-room-id-param-not-provided",
		    "The required \"rid\" query param is missing.");
	if (need_updated_since(q, &since) ||
	    need_room_id(q, id, "error-not-allowed", "Not Allowed", &r))
		return -1;
	return missed_reply(
	    q, &r, SYNC_ROOTS, since, "threads", "update", "remove");
}

static int
sync_thread_messages(struct req *q)
{
	struct message root;
	int64_t since;
	struct room r;

	if (need_threads(q) || need_thread(q, &root, &r) ||
	    need_updated_since(q, &since))
		return -1;
	return missed_reply(
	    q, &r, root.pk, since, "messages", "update", "remove");
}

/* clang-format off */
static const struct route chat_sync_routes[] = {
	GET("chat.syncMessages", USER, FREELY, "roomId? lastUpdate?",
	    sync_messages),
	GET("chat.syncThreadsList", USER, FREELY, "rid? updatedSince?",
	    sync_threads),
	GET("chat.syncThreadMessages", USER, FREELY, "tmid? updatedSince?",
	    sync_thread_messages),
	END_OF_ROUTES,
};
/* clang-format on */

extern const struct route_group chat_sync_group;
const struct route_group chat_sync_group = { V1, STYLE_V1, chat_sync_routes };
