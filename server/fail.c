/* SPDX-License-Identifier: ISC */
/* Errors are part of the API: what each of them says. */
#include <stdarg.h>
#include <stdio.h>

#include "http/reply.h"
#include "server/conn.h"
#include "server/req.h"
#include "server/stream.h"

struct error_row {
	int status;
	const char *word; /* of the 0.1 envelope */
	const char *code; /* NULL: the text stands alone */
	const char *text;
};

/* clang-format off */
static const struct error_row rows[ERRORS] = {
	[E_LOGIN] = { 401, "error", NULL, "You must be logged in to do this." },
	[E_UNAUTHORIZED] = { 401, "error", NULL, "Unauthorized" },
	[E_FORBIDDEN] = { 403, "error", NULL, "You do not have permission to do this" },
	[E_NO_ACCESS] = { 403, "fail", NULL, "Cannot access room." },
	[E_NO_ROOM] = { 404, "fail", "error-invalid-room", "Invalid room" },
	[E_NO_ROUTE] = { 404, "error", NULL, "API endpoint does not exist" },
	[E_NO_METHOD] = { 405, "error", NULL, "API endpoint does not exist" },
	[E_CROSS_SITE] = { 403, "error", NULL, "Basic credentials are not accepted from another site" },
	[E_ARCHIVED] = { 403, "fail", "error-room-archived", "The room is archived" },
	[E_READONLY] = { 403, "fail", "error-room-read-only", "The room is read only" },
	[E_MUTED] = { 403, "fail", "error-user-muted", "You are muted in this room" },
	[E_LAST_OWNER] = { 400, "fail", "error-you-are-last-owner", "You are the last owner. Please set new owner before leaving the room." },
	[E_MEDIA] = { 415, "fail", "error-media-type", "Send application/json, application/x-www-form-urlencoded or multipart/form-data" },
	[E_TOO_LONG] = { 400, "fail", "error-message-size-exceeded", "The message is too long" },
	[E_EMPTY] = { 400, "fail", "error-message-empty", "The message is empty" },
	[E_EMAIL_TAKEN] = { 400, "fail", "403", "Email already exists." },
	[E_BULK_MANY] = { 400, "fail", "error-too-many-records", "At most 500 records a call" },
	[E_BULK_USERS] = { 400, "fail", NULL, "TypeError :: Cannot read property 'length' of undefined" },
	[E_TOO_MANY] = { 429, "error", NULL, "Too many requests" },
	[E_STORE] = { 503, "error", NULL, "The data cannot be written at the moment; nothing was changed" },
	[E_DISK_FULL] = { 503, "error", NULL, "The disk is full; nothing was changed" },
	[E_HELPER] = { 503, "error", NULL, "Passwords cannot be checked at the moment; try again" },
	[E_MEMORY] = { 503, "error", NULL, "Out of memory for this request" },
};
/* clang-format on */

static void
write_message(
    struct writer *w, enum style style, const char *word, struct str message)
{
	json_open(w, NULL, '{');
	if (style == STYLE_V0) {
		json_str(w, "status", str_of(word));
		json_str(w, "message", message);
	} else {
		json_str(w, "error", message);
	}
	json_close(w, '}');
}

void
fail_body(struct writer *w, enum style style, int status, const char *text)
{
	write_message(w, style, status < 500 ? "fail" : "error", str_of(text));
}

/* Take back what was written, and say this. */
static int
answer(struct req *q, int status, const char *word, struct str message)
{
	enum style style = q->at.group ? q->at.group->style : STYLE_V0;

	q->out.out->len = 0;
	q->out.depth = 0;
	q->out.fresh = false;
	q->type = NO_STR;
	q->shared = NULL;
	if (q->stream) {
		stream_free(q->stream);
		q->stream = NULL;
	}
	q->status = status;
	if (status == 401)
		http_add_field(&q->headers, "WWW-Authenticate", STR("Bearer"));
	if (status == 503 && q->headers.len == 0)
		http_add_field(&q->headers, "Retry-After", STR("1"));
	write_message(&q->out, style, word, message);
	return -1;
}

static int
answer_coded(struct req *q, const struct error_row *r, struct str text)
{
	if (r->code)
		text = arena_fmt(
		    q->mem, "Error :: %.*s [%s]", STR_ARGS(text), r->code);
	return answer(q, r->status, r->word, text);
}

int
fail(struct req *q, enum error e)
{
	return answer_coded(q, &rows[e], str_of(rows[e].text));
}

static struct str
text_of(struct req *q, const char *fmt, va_list ap)
{
	char text[512];
	int n = vsnprintf(text, sizeof text, fmt, ap);

	if (n >= (int)sizeof text)
		n = sizeof text - 1;
	return arena_str(q->mem, (struct str){ text, (size_t)n });
}

int
fail_text(struct req *q, enum error e, const char *fmt, ...)
{
	va_list ap;
	struct str text;

	va_start(ap, fmt);
	text = text_of(q, fmt, ap);
	va_end(ap);
	return answer_coded(q, &rows[e], text);
}

int
fail_coded(struct req *q, const char *code, const char *fmt, ...)
{
	struct error_row r = { 400, "fail", code, NULL };
	va_list ap;
	struct str text;

	va_start(ap, fmt);
	text = text_of(q, fmt, ap);
	va_end(ap);
	return answer_coded(q, &r, text);
}

int
fail_wait(struct req *q, int64_t ms)
{
	struct str seconds =
	    arena_fmt(q->mem, "%lld", (long long)(ms + 999) / 1000);

	http_add_field(&q->headers, "Retry-After", seconds);
	return fail_text(q, E_TOO_MANY,
	    "Error, too many requests. Please slow down. You must wait %.*s "
	    "seconds before trying this endpoint again. "
	    "[error-too-many-requests]",
	    STR_ARGS(seconds));
}
