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
	/* in the newer API, where that is otherwise */
	int v1_status;
	const char *v1_code, *v1_text;
};

/* clang-format off */
static const struct error_row rows[ERRORS] = {
	[E_LOGIN] = { 401, "error", NULL, "You must be logged in to do this.", 0, NULL, NULL },
	[E_UNAUTHORIZED] = { 401, "error", NULL, "Unauthorized", 401, "Unauthorized", NULL },
	[E_INACTIVE] = { 401, "error", NULL, "Unauthorized", 401, "error-user-is-not-activated", "User is not activated" },
	[E_FORBIDDEN] = { 403, "error", NULL, "You do not have permission to do this", 403, NULL, "unauthorized" },
	[E_NO_RIGHT] = { 403, "error", NULL, "You do not have permission to do this", 403, "error-unauthorized", "User does not have the permissions required for this action" },
	[E_NO_ACCESS] = { 403, "fail", NULL, "Cannot access room.", 403, NULL, "unauthorized" },
	[E_NO_ROOM] = { 404, "fail", "error-invalid-room", "Invalid room", 400, NULL, NULL },
	[E_NO_HOOK] = { 404, "fail", NULL, "Invalid integration id or token provided.", 0, NULL, NULL },
	[E_NO_MESSAGE] = { 404, "fail", "error-message-not-found", "There is no such message here", 0, NULL, NULL },
	[E_NO_ROUTE] = { 404, "error", NULL, "API endpoint does not exist", 0, NULL, NULL },
	[E_NO_FILE] = { 404, "fail", NULL, "File not found", 0, NULL, NULL },
	[E_NO_METHOD] = { 405, "error", NULL, "API endpoint does not exist", 0, NULL, NULL },
	[E_SCOPE] = { 403, "error", NULL, "This token is not for that", 0, NULL, NULL },
	[E_CROSS_SITE] = { 403, "error", NULL, "Basic credentials are not accepted from another site", 0, NULL, NULL },
	[E_ARCHIVED] = { 403, "fail", "error-room-archived", "The room is archived", 400, NULL, NULL },
	[E_READONLY] = { 403, "fail", "error-room-read-only", "The room is read only", 400, "error-not-allowed", NULL },
	[E_MUTED] = { 403, "fail", "error-user-muted", "You are muted in this room", 400, "error-not-allowed", NULL },
	[E_LAST_OWNER] = { 400, "fail", "error-you-are-last-owner", "You are the last owner. Please set new owner before leaving the room.", 0, NULL, NULL },
	[E_MEDIA] = { 415, "fail", "error-media-type", "Send application/json, application/x-www-form-urlencoded or multipart/form-data", 0, NULL, NULL },
	[E_TOO_LONG] = { 400, "fail", "error-message-size-exceeded", "The message is too long", 0, NULL, NULL },
	[E_EMPTY] = { 400, "fail", "error-message-empty", "The message is empty", 0, NULL, NULL },
	[E_EMAIL_TAKEN] = { 400, "fail", "403", "Email already exists.", 0, NULL, NULL },
	[E_BULK_MANY] = { 400, "fail", "error-too-many-records", "At most 500 records a call", 0, NULL, NULL },
	[E_BULK_USERS] = { 400, "fail", NULL, "TypeError :: Cannot read property 'length' of undefined", 0, NULL, NULL },
	[E_FILE_LARGE] = { 413, "fail", "error-file-too-large", "File exceeds allowed size.", 400, NULL, NULL },
	[E_TOO_MANY] = { 429, "error", NULL, "Too many requests", 0, NULL, NULL },
	[E_STORE] = { 503, "error", NULL, "The data cannot be written at the moment; nothing was changed", 0, NULL, NULL },
	[E_DISK_FULL] = { 503, "error", NULL, "The disk is full; nothing was changed", 0, NULL, NULL },
	[E_HELPER] = { 503, "error", NULL, "Passwords cannot be checked at the moment; try again", 0, NULL, NULL },
	[E_MEMORY] = { 503, "error", NULL, "Out of memory for this request", 0, NULL, NULL },
};
/* clang-format on */

/* What all envelopes have in common. */
struct said {
	int status;
	const char *word;
	const char *code; /* NULL: the text stands alone */
	struct str text;
	const char *type;   /* errorType, where it does not stand in the text */
	struct str details; /* JSON, NO_STR: none */
};

static struct str
with_code(struct arena *mem, const struct said *a)
{
	if (!a->code)
		return a->text;
	return arena_fmt(mem, "%.*s%s[%s]", STR_ARGS(a->text),
	    a->text.len ? " " : "", a->code);
}

static void
write_v0(struct writer *w, struct arena *mem, const struct said *a)
{
	json_str(w, "status", str_of(a->word));
	json_str(w, "message",
	    a->code ? arena_fmt(
			  mem, "Error :: %.*s [%s]", STR_ARGS(a->text), a->code)
		    : a->text);
}

/* The gate's own refusals have the words of the framework that the original
 * stands on (api/v1.md section 3.1). */
static void
write_v1(struct writer *w, struct arena *mem, const struct said *a)
{
	bool gate = a->status == 401 || a->status == 405;

	if (gate) {
		json_str(w, "status", STR("error"));
		json_str(w, "error", str_of(a->code));
		json_str(w, "message", a->text);
		return;
	}
	json_bool(w, "success", false);
	if (a->text.len || a->code)
		json_str(w, "error", with_code(mem, a));
	if (a->code && a->code[0] >= '0' && a->code[0] <= '9')
		json_text_as_is(w, "errorType", str_of(a->code));
	else if (a->status != 403)
		json_str(w, "errorType", str_of(a->code ? a->code : a->type));
	if (a->details.ptr)
		json_text_as_is(w, "details", a->details);
}

static void
write_plain(struct writer *w, struct arena *mem, const struct said *a)
{
	json_str(w, "error", with_code(mem, a));
}

/* One line, for people and scripts. */
static void
write_text(struct writer *w, const struct said *a)
{
	buf_str(w->out, a->text.len ? a->text : str_of(a->code));
	buf_char(w->out, '\n');
}

static void
write_said(
    struct writer *w, enum style style, struct arena *mem, const struct said *a)
{
	static void (*const write[])(
	    struct writer *, struct arena *, const struct said *) = {
		[STYLE_V0] = write_v0,
		[STYLE_V1] = write_v1,
		[STYLE_PLAIN] = write_plain,
	};

	if (style == STYLE_TEXT) {
		write_text(w, a);
		return;
	}
	json_open(w, NULL, '{');
	write[style](w, mem, a);
	json_close(w, '}');
}

static struct str
type_of(enum style style)
{
	return style == STYLE_TEXT ? STR("text/plain; charset=utf-8") : NO_STR;
}

struct str
fail_body(struct writer *w, enum style style, int status, const char *text)
{
	struct said a = { status, status < 500 ? "fail" : "error", NULL,
		str_of(text), NULL, NO_STR };

	w->pretty = style != STYLE_V1;
	write_said(w, style, NULL, &a); /* without a code nothing is made */
	return type_of(style);
}

/* What the newer API words as a 400, where the status is all that counts. */
static int
honest_status(const struct said *a)
{
	static const struct {
		const char *code;
		int status;
	} list[] = {
		{ "error-action-not-allowed", 403 },
		{ "error-not-allowed", 403 },
		{ "error-message-editing-blocked", 403 },
		{ "error-message-deleting-blocked", 403 },
		{ "invalid-channel", 403 },
		{ "error-file-too-large", 413 },
	};
	size_t i;

	for (i = 0; a->code && i < sizeof list / sizeof *list; i++)
		if (a->status == 400 && !strcmp(a->code, list[i].code))
			return list[i].status;
	return a->status;
}

/* Take back what was written, and say this. */
static int
answer(struct req *q, const struct said *a)
{
	enum style style = q->at.group ? q->at.group->style : STYLE_V0;

	q->out.out->len = 0;
	q->out.depth = 0;
	q->out.fresh = false;
	q->shared = NULL;
	q->kept = false;
	if (q->stream) {
		stream_free(q->stream);
		q->stream = NULL;
	}
	q->status = a->status;
	if (a->status == 401)
		http_add_field(&q->headers, "WWW-Authenticate", STR("Bearer"));
	if (a->status == 503 && q->headers.len == 0)
		http_add_field(&q->headers, "Retry-After", STR("1"));
	write_said(&q->out, style, q->mem, a);
	q->type = type_of(style);
	if (style == STYLE_TEXT)
		q->status = honest_status(a);
	return -1;
}

/* The newer API has other words for some of them, and is not as free with
 * statuses: what a call cannot do is a 400. */
static struct said
said_of(const struct req *q, enum error e)
{
	const struct error_row *r = &rows[e];
	struct said a = { r->status, r->word, r->code, str_of(r->text), NULL,
		NO_STR };

	if (!q->at.group || q->at.group->style != STYLE_V1)
		return a;
	if (r->v1_status)
		a.status = r->v1_status;
	if (r->v1_code)
		a.code = r->v1_code;
	if (r->v1_text)
		a.text = str_of(r->v1_text);
	return a;
}

int
fail(struct req *q, enum error e)
{
	struct said a = said_of(q, e);

	return answer(q, &a);
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
	struct said a = said_of(q, e);
	va_list ap;

	va_start(ap, fmt);
	a.text = text_of(q, fmt, ap);
	va_end(ap);
	return answer(q, &a);
}

int
fail_coded(struct req *q, const char *code, const char *fmt, ...)
{
	struct said a = { 400, "fail", code, NO_STR, NULL, NO_STR };
	va_list ap;

	va_start(ap, fmt);
	a.text = text_of(q, fmt, ap);
	va_end(ap);
	return answer(q, &a);
}

int
fail_details(
    struct req *q, const char *code, struct str details, const char *fmt, ...)
{
	struct said a = {
		.status = 400, .word = "fail", .code = code, .details = details
	};
	va_list ap;

	va_start(ap, fmt);
	a.text = text_of(q, fmt, ap);
	va_end(ap);
	return answer(q, &a);
}

int
fail_bare(struct req *q, const char *fmt, ...)
{
	struct said a = { 400, "fail", NULL, NO_STR, NULL, NO_STR };
	va_list ap;

	va_start(ap, fmt);
	a.text = text_of(q, fmt, ap);
	va_end(ap);
	return answer(q, &a);
}

int
fail_typed(struct req *q, const char *type, const char *fmt, ...)
{
	struct said a = { 400, "fail", NULL, NO_STR, type, NO_STR };
	va_list ap;

	va_start(ap, fmt);
	a.text = text_of(q, fmt, ap);
	va_end(ap);
	return answer(q, &a);
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
