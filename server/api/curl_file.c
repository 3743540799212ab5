/* SPDX-License-Identifier: ISC */
/* /r/: files, by PUT or as a form of parts. */
#include "server/api/curl.h"

#include "http/reply.h"
#include "http/url.h"

/* What curl -T does not say: by the end of the name. */
static const struct {
	const char *end, *type;
} types[] = {
	{ "jpg", "image/jpeg" },
	{ "jpeg", "image/jpeg" },
	{ "png", "image/png" },
	{ "gif", "image/gif" },
	{ "webp", "image/webp" },
	{ "txt", "text/plain" },
	{ "log", "text/plain" },
	{ "md", "text/markdown" },
	{ "csv", "text/csv" },
	{ "json", "application/json" },
	{ "pdf", "application/pdf" },
	{ "zip", "application/zip" },
	{ "gz", "application/gzip" },
	{ "mp3", "audio/mpeg" },
	{ "ogg", "audio/ogg" },
	{ "wav", "audio/wav" },
	{ "mp4", "video/mp4" },
	{ "webm", "video/webm" },
};

static struct str
type_by_name(struct str name)
{
	struct str end = media_extension(name);
	size_t i;

	for (i = 0; i < sizeof types / sizeof *types; i++)
		if (str_ieq(end, str_of(types[i].end)))
			return str_of(types[i].type);
	return NO_STR;
}

/* Before a byte of it is read. */
int
curl_admit(struct req *q, struct file_wish *wish)
{
	struct user u;
	struct room r;
	int found;

	if (q->http->method != HTTP_PUT)
		wish->field = "file";
	/* a direct room that is not there yet is made with the message */
	if (str_starts(q->args[0], STR("@"))) {
		found =
		    user_by_name(q->db, q->mem, str_from(q->args[0], 1), &u);
		return found == 1 ? 0 : fail(q, found ? E_STORE : E_NO_ROOM);
	}
	return curl_room(q, &r) || need_writable(q, &r) ? -1 : 0;
}

/* The last part of the path, where it names the file, or a header. */
static int
need_name(struct req *q, struct str *name)
{
	struct str said = curl_word(q, "filename"), path = q->path;
	size_t slash;

	if (!said.len && str_find(str_from(path, 3), '/') + 4 < path.len) {
		for (slash = path.len; path.ptr[slash - 1] != '/';)
			slash--;
		if (!url_decode(str_from(path, slash), false, q->mem, &said))
			said = NO_STR;
	}
	if (!utf8_valid(said))
		return fail_coded(
		    q, "error-invalid-text", "The file's name is not UTF-8");
	if (!said.len)
		return fail_coded(q, "error-invalid-params",
		    "Name the file: in the URL, or by the header Filename");
	*name = media_name(said, q->mem);
	return 0;
}

static int
need_type(struct req *q, struct file *f)
{
	struct options *o = q->srv->options;
	struct str type = type_by_name(f->name);

	if (req_header(q, "content-type").ptr || !type.ptr)
		return 0;
	f->type = type;
	if (media_allowed(type, option_text(o, OPT_UPLOAD_TYPES),
		option_text(o, OPT_UPLOAD_DENIED)))
		return 0;
	return fail_coded(
	    q, "error-invalid-file-type", "File type is not accepted.");
}

/* The file of a message that was posted before: where it is. */
static int
say_location(struct req *q, struct str id)
{
	const struct json_limits limits = { .tokens = 131072, .depth = 32 };
	struct json root;
	struct message m;
	struct str link;
	size_t at;
	int found = message_by_id(q->db, q->mem, id, &m);

	if (found < 0)
		return fail(q, E_STORE);
	if (!found || !m.extra.ptr ||
	    json_parse(q->mem, m.extra, &limits, &root, &at) != JSON_FINE ||
	    json_type(json_get(root, STR("file"))) != JSON_OBJECT)
		return 0;
	root = json_first(json_get(root, STR("attachments")));
	link = json_text(json_get(root, STR("title_link")), q->mem);
	http_add_field(&q->headers, "Location", link);
	return 0;
}

/* By header, query, or a field of the form, which clients call either. */
static struct str
said_with(const struct req *q)
{
	struct str text = curl_word(q, "text");

	return text.len ? text : param(q, "msg");
}

static int
post_file(struct req *q, const struct room *r, struct upload *u)
{
	struct str text = said_with(q), id;
	struct deed d = deed_of(q);
	struct message m;
	struct say say;
	int again;

	if (need_seat(q, r) || need_writable(q, r))
		return -1;
	if ((again = curl_again(q, r, &id)) != 0)
		return again < 0 ? -1 : say_location(q, id);
	if (curl_say(q, r, text.len ? text : STR(" "), true, &say))
		return -1;
	if (!text.len)
		say.text = STR("");
	u->description = curl_word(q, "title");
	if (file_message(&d, r, q->me, u, &say, &m) != 1)
		return fail(q, E_STORE);
	http_add_field(&q->headers, "Location", file_path(u, q->mem));
	return curl_posted(q, r, &m);
}

int
curl_put(struct req *q)
{
	const struct file *sent = file_of(q);
	struct file f;
	struct upload u;
	struct room r;

	if (!sent)
		return fail_coded(q, "error-file-missing", "There is no file");
	f = *sent;
	if (q->http->method == HTTP_PUT &&
	    (need_name(q, &f.name) || need_type(q, &f)))
		return -1;
	if (curl_target(q, &r))
		return -1;
	file_row(q, &f, UPLOAD_FILE, &u);
	return post_file(q, &r, &u);
}
