/* SPDX-License-Identifier: ISC */
/* Bodies that go to disk as they come. */
#include "server/intake.h"

#include <errno.h>
#include <string.h>

#include "http/form.h"
#include "http/multipart.h"
#include "http/url.h"
#include "json/mem.h"
#include "server/conn.h"
#include "server/files_disk.h"
#include "server/log.h"
#include "server/media.h"
#include "server/option.h"

/* Why it is refused. */
enum fault {
	FINE,
	LARGE,
	TYPE,
	MANY,  /* files */
	FIELD, /* of another name */
	FORM,  /* malformed: the parser says how */
	FIELDS_LARGE,
	FULL, /* the disk */
	DISK, /* anything else of it */
};

/* So much more than the file and its fields may a form have: boundaries,
 * headers. */
enum { FORM_MORE = 64 * 1024 };

struct intake {
	struct intake *next, **prev;
	int64_t user; /* row */
	struct file_wish wish;
	struct str allow, deny; /* media types; in mem */
	struct arena mem;
	struct part part;
	struct file file;
	bool raw, has_file, in_file, whole;
	enum fault fault;
	uint64_t most, taken; /* bytes of the body */
	struct multipart form;
	struct buf fields; /* as a form of the other kind */
	size_t fields_len; /* before they were encoded */
};

bool
intake_wanted(struct server *s, const struct http *h, const char *bytes)
{
	struct route_match m;
	struct url url;

	if (!h->chunked && h->length == 0)
		return false;
	if (!url_split(http_str(bytes, h->target), &url))
		return false;
	routes_find(s->routes, url.path, h->method, &m);
	return m.row && m.row->upload &&
	       (m.row->raw ||
		   multipart_is(http_find(h, bytes, STR("content-type"))));
}

int64_t
file_most(const struct server *s)
{
	int64_t most = s->conf->max_upload;
	int64_t set = option_number(s->options, OPT_UPLOAD_MAX);

	if (!option_on(s->options, OPT_UPLOADS))
		return 0;
	return set >= 0 && set < most ? set : most;
}

/* ---- refusals ---- */

static int
refuse(struct req *q, const struct intake *in)
{
	switch (in->fault) {
	case LARGE:
		return fail_text(q, E_FILE_LARGE,
		    "File exceeds allowed size of %lld bytes.",
		    (long long)in->wish.most);
	case TYPE:
		return fail_coded(
		    q, "error-invalid-file-type", "File type is not accepted.");
	case MANY:
		return fail_bare(q, "Just 1 file is allowed");
	case FIELD:
		return fail_coded(q, "invalid-field", "%s",
		    q->at.group->style == STYLE_TEXT
			? "The file belongs in a field called \"file\""
			: "");
	case FORM:
		return fail_coded(q, "error-invalid-form",
		    "The form is refused: %s", in->form.why);
	case FIELDS_LARGE:
		return fail_coded(q, "error-invalid-form",
		    "The fields of the form are too large");
	case FULL:
		return fail(q, E_DISK_FULL);
	default:
		return fail(q, E_STORE);
	}
}

static bool
stop(struct intake *in, enum fault fault)
{
	in->fault = fault;
	return false;
}

static bool
disk_trouble(struct conn *c, const char *doing)
{
	struct intake *in = c->intake;
	int error = errno;

	log_line(LOG_ERROR, "uploads", "doing", doing, "error", strerror(error),
	    NULL);
	part_drop(c->srv->files, &in->part);
	return stop(in, error == ENOSPC || error == EDQUOT ? FULL : DISK);
}

/* ---- the begin ---- */

/* One user may have a fourth of them. */
static bool
too_many(const struct req *q)
{
	const struct files *f = q->srv->files;
	size_t most = (size_t)q->srv->conf->max_uploads, mine = 0;
	const struct intake *in;

	for (in = f->first; in; in = in->next)
		mine += q->me && in->user == q->me->row;
	return f->intakes >= most || mine >= (most + 3) / 4;
}

/* What can be known before a byte of the body has come. */
static int
check(struct req *q, struct intake *in)
{
	const struct http *h = q->http;
	const struct conf *conf = q->srv->conf;
	int64_t left;

	if (in->wish.most <= 0)
		return fail_coded(q, "error-file-upload-disabled",
		    "File uploads are disabled.");
	in->most = (uint64_t)in->wish.most;
	if (!in->raw)
		in->most += (uint64_t)conf->max_body + FORM_MORE;
	if (h->has_length && h->length > in->most) {
		in->fault = LARGE;
		return refuse(q, in);
	}
	if (too_many(q))
		return fail_wait(q, 1000);
	left = store_disk_left(q->db);
	if (disk_full(q->srv) ||
	    (left >= 0 && h->has_length &&
		left - conf->disk_reserve < (int64_t)h->length))
		return fail(q, E_DISK_FULL);
	return 0;
}

static bool
open_file(struct conn *c, struct str field, struct str name, struct str type)
{
	struct intake *in = c->intake;

	in->has_file = in->in_file = true;
	in->file.field = arena_str(&in->mem, field);
	in->file.name = media_name(name, &in->mem);
	in->file.type = media_type(type, &in->mem);
	if (!in->wish.any_type &&
	    !media_allowed(in->file.type, in->allow, in->deny))
		return stop(in, TYPE);
	return part_open(c->srv->files, &in->part, c->srv->now) == 0 ||
	       disk_trouble(c, "make");
}

static void
enlist(struct files *f, struct intake *in)
{
	in->next = f->first;
	in->prev = &f->first;
	if (f->first)
		f->first->prev = &in->next;
	f->first = in;
	f->intakes++;
}

/* Its type is that of the request; its name is for the handler. */
static bool
open_body(struct req *q, struct intake *in)
{
	struct str type = req_header(q, "content-type");

	if (in->raw)
		return open_file(q->conn, NO_STR, NO_STR, type);
	return multipart_begin(
		   &in->form, type, (unsigned)q->srv->conf->max_fields) ||
	       stop(in, FORM);
}

int
intake_begin(struct req *q)
{
	struct options *o = q->srv->options;
	struct intake *in = mem_zero(sizeof *in);

	in->part.fd = -1;
	in->raw = q->at.row->raw;
	in->user = q->me ? q->me->row : 0;
	in->wish.most = file_most(q->srv);
	if (q->at.row->upload(q, &in->wish) || check(q, in)) {
		mem_free(in);
		return -1;
	}
	in->allow = arena_str(&in->mem, option_text(o, OPT_UPLOAD_TYPES));
	in->deny = arena_str(&in->mem, option_text(o, OPT_UPLOAD_DENIED));
	enlist(q->srv->files, in);
	q->conn->intake = in;
	if (!open_body(q, in))
		return refuse(q, in);
	q->conn->go_ahead = q->http->expects_continue;
	q->begun = true;
	return -1;
}

/* ---- the body ---- */

/* A field's name or value behind what is there, encoded. */
static bool
add_field(struct conn *c, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";
	struct intake *in = c->intake;
	size_t i;

	in->fields_len += s.len;
	if (in->fields_len > (size_t)c->srv->conf->max_body)
		return stop(in, FIELDS_LARGE);
	for (i = 0; i < s.len; i++) {
		unsigned char b = (unsigned char)s.ptr[i];

		/* brackets nest, as in any form */
		if ((b >= '0' && b <= '9') ||
		    ((b | 32) >= 'a' && (b | 32) <= 'z')) {
			buf_char(&in->fields, (char)b);
		} else {
			buf_char(&in->fields, '%');
			buf_char(&in->fields, hex[b >> 4]);
			buf_char(&in->fields, hex[b & 15]);
		}
	}
	return true;
}

static bool
begin_part(struct conn *c)
{
	struct intake *in = c->intake;
	const struct multipart *m = &in->form;

	if (!m->filename.ptr) {
		if (in->fields.len)
			buf_char(&in->fields, '&');
		if (!add_field(c, m->name))
			return false;
		buf_char(&in->fields, '=');
		return true;
	}
	if (in->wish.field && !str_eq(m->name, str_of(in->wish.field)))
		return stop(in, FIELD);
	if (in->has_file)
		return stop(in, MANY);
	return open_file(c, m->name, m->filename, m->type);
}

static bool
add_bytes(struct conn *c, struct str piece)
{
	struct intake *in = c->intake;

	if (in->part.size + (int64_t)piece.len > in->wish.most)
		return stop(in, LARGE);
	if (disk_full(c->srv))
		return stop(in, FULL);
	return part_add(&in->part, piece) == 0 || disk_trouble(c, "write");
}

static bool
part_event(struct conn *c, enum part_event e, struct str piece)
{
	struct intake *in = c->intake;

	switch (e) {
	case PART_BEGIN:
		return begin_part(c);
	case PART_DATA:
		return in->in_file ? add_bytes(c, piece) : add_field(c, piece);
	case PART_END:
		in->in_file = false;
		return true;
	default:
		return stop(in, FORM);
	}
}

bool
intake_take(struct conn *c, struct str bytes)
{
	struct intake *in = c->intake;
	enum part_event e;
	struct str piece;

	if (in->fault || bytes.len == 0)
		return !in->fault;
	in->taken += bytes.len;
	if (in->raw)
		return add_bytes(c, bytes);
	if (in->taken > in->most)
		return stop(in, LARGE);
	while ((e = multipart_next(&in->form, &bytes, &piece)) != PART_MORE)
		if (!part_event(c, e, piece))
			return false;
	return true;
}

void
intake_end(struct conn *c)
{
	struct intake *in = c->intake;

	if (in->fault || in->whole)
		return;
	in->whole = true;
	if (!in->raw && !multipart_end(&in->form)) {
		stop(in, FORM);
	} else if (in->has_file) {
		if (part_finish(c->srv->files, &in->part) < 0)
			disk_trouble(c, "finish");
		in->file.size = in->part.size;
		in->file.digest = (struct str){ in->part.digest, SHA256_HEX };
	}
}

bool
intake_whole(const struct conn *c)
{
	return c->intake && c->intake->whole;
}

int
intake_result(struct req *q)
{
	struct intake *in = q->conn->intake;

	if (in->fault)
		return refuse(q, in);
	q->fields = buf_view(&in->fields);
	return 0;
}

const struct file *
file_of(const struct req *q)
{
	const struct intake *in = q->conn->intake;

	return in && in->whole && in->has_file ? &in->file : NULL;
}

int
file_keep(struct req *q, struct str bytes, struct file *f)
{
	struct conn *c = q->conn;
	struct intake *in = mem_zero(sizeof *in);

	in->part.fd = -1;
	in->raw = in->wish.any_type = true;
	in->wish.most = (int64_t)bytes.len;
	enlist(c->srv->files, in);
	c->intake = in;
	if (disk_full(c->srv))
		return fail(q, E_DISK_FULL);
	if (!open_file(c, NO_STR, NO_STR, NO_STR) || !add_bytes(c, bytes))
		return refuse(q, in);
	intake_end(c);
	if (in->fault)
		return refuse(q, in);
	*f = in->file;
	return 0;
}

void
intake_drop(struct conn *c)
{
	struct intake *in = c->intake;
	struct files *f = c->srv->files;

	part_drop(f, &in->part);
	*in->prev = in->next;
	if (in->next)
		in->next->prev = in->prev;
	f->intakes--;
	buf_free(&in->fields);
	arena_free(&in->mem);
	mem_free(in);
	c->intake = NULL;
}
