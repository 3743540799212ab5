/* SPDX-License-Identifier: ISC */
/* The body of a request: of known length, or in chunks. */
#include "http/scan.h"
#include "json/plain.h"

enum { SIZE_DIGITS = 16 };

static enum http_answer
whole(struct http *h, size_t end, size_t used)
{
	h->body.len = (uint32_t)(end - h->body.at);
	h->used = used;
	h->state = S_DONE;
	return HTTP_DONE;
}

/* The bytes that are there are the body's, up to its end. */
static enum http_answer
by_pieces(struct http *h, size_t len)
{
	size_t n = len - h->at;

	if (n > h->left)
		n = (size_t)h->left;
	h->at += n;
	h->join = h->at;
	h->left -= n;
	return h->left ? HTTP_MORE : whole(h, h->join, h->at);
}

static enum http_answer
by_length(struct http *h, size_t len)
{
	size_t end = h->body.at + h->length;

	if (h->streamed)
		return by_pieces(h, len);
	return len < end ? HTTP_MORE : whole(h, end, end);
}

/* ---- chunks ---- */

/* ";name=value;name="quoted"" and the like: skipped, but well-formed. */
static bool
extension_fits(struct str s)
{
	while (s.len > 0) {
		if (!http_cut_mark(&s, ';') || !http_cut_token(&s))
			return false;
		if (http_cut_mark(&s, '=') && !http_cut_token(&s) &&
		    !http_cut_quoted(&s))
			return false;
	}
	return true;
}

static enum http_answer
chunk_line(struct http *h, const char *bytes, size_t len)
{
	size_t room = h->max_head > h->extra ? h->max_head - h->extra : 0, n;
	struct str line;
	int found = http_line(h, bytes, len, SIZE_DIGITS + room, 431, &line);

	if (found <= 0)
		return found < 0 ? HTTP_BAD : HTTP_MORE;
	for (h->left = 0, n = 0; n < line.len && http_is(line.ptr[n], C_HEX);
	     n++) {
		if (n == SIZE_DIGITS)
			return http_bad(h, 400, "a chunk size is malformed");
		h->left = h->left << 4 | (uint64_t)hex_value(line.ptr[n]);
	}
	if (n == 0 || !extension_fits(str_from(line, n)))
		return http_bad(h, 400, "a chunk size is malformed");
	h->extra += (uint32_t)(line.len - n);
	if (h->left > h->max_body - h->taken - (h->join - h->body.at))
		return http_bad(h, 413, "the body is too large");
	h->state = h->left ? S_CHUNK_DATA : S_TRAILERS;
	return HTTP_MORE;
}

static enum http_answer
chunk_data(struct http *h, char *bytes, size_t len)
{
	size_t n = len - h->at;

	if (n > h->left)
		n = (size_t)h->left;
	if (n > 0)
		memmove(bytes + h->join, bytes + h->at, n);
	h->join += n;
	h->at += n;
	h->left -= n;
	if (h->left == 0)
		h->state = S_CHUNK_END;
	return HTTP_MORE;
}

static enum http_answer
chunk_end(struct http *h, const char *bytes, size_t len)
{
	if (len > h->at && bytes[h->at] != '\r')
		return http_bad(h, 400, "a chunk is longer than its size");
	if (len < h->at + 2)
		return HTTP_MORE;
	if (bytes[h->at + 1] != '\n')
		return http_bad(h, 400, "a chunk is longer than its size");
	h->at += 2;
	h->line = h->at;
	h->state = S_CHUNK_LINE;
	return HTTP_MORE;
}

/* Well-formed fields, which nobody hears of. */
static enum http_answer
trailer(struct http *h, const char *bytes, size_t len)
{
	size_t room = h->max_head > h->extra ? h->max_head - h->extra : 0;
	struct str line, name, value;
	int found = http_line(h, bytes, len, room, 431, &line);

	if (found <= 0)
		return found < 0 ? HTTP_BAD : HTTP_MORE;
	if (line.len == 0)
		return whole(h, h->join, h->at);
	if (!http_field_line(line, &name, &value))
		return http_bad(h, 400, "a trailer field is malformed");
	h->extra += (uint32_t)line.len + 2;
	return HTTP_MORE;
}

static enum http_answer
by_chunks(struct http *h, char *bytes, size_t len)
{
	enum http_answer a = HTTP_MORE;
	int before;
	size_t at;

	do { /* until nothing moves any more */
		before = h->state;
		at = h->at;
		switch (h->state) {
		case S_CHUNK_LINE:
			a = chunk_line(h, bytes, len);
			break;
		case S_CHUNK_DATA:
			a = chunk_data(h, bytes, len);
			break;
		case S_CHUNK_END:
			a = chunk_end(h, bytes, len);
			break;
		default:
			a = trailer(h, bytes, len);
		}
	} while (a == HTTP_MORE && (h->state != before || h->at != at));
	return a;
}

size_t
http_squeeze(struct http *h, char *bytes, size_t len)
{
	size_t gap;

	if (h->state < S_CHUNK_LINE || h->state > S_TRAILERS)
		return len;
	gap = h->state == S_CHUNK_DATA || h->state == S_CHUNK_END ? h->at
								  : h->line;
	gap -= h->join;
	memmove(bytes + h->join, bytes + h->join + gap, len - h->join - gap);
	h->at -= gap;
	h->line = h->line < h->join + gap ? h->join : h->line - gap;
	return len - gap;
}

struct str
http_piece(const struct http *h, const char *bytes)
{
	return (struct str){ bytes + h->body.at, h->join - h->body.at };
}

size_t
http_take(struct http *h, char *bytes, size_t len)
{
	size_t from = h->body.at, to;

	len = http_squeeze(h, bytes, len);
	h->taken += h->join - from;
	to = h->state == S_DONE ? h->used : h->join;
	memmove(bytes + from, bytes + to, len - to);
	h->at -= h->at < to ? h->at - from : to - from;
	h->line -= h->line < to ? h->line - from : to - from;
	h->join = from;
	if (h->state == S_DONE) {
		h->used = from;
		h->body.len = 0;
	}
	return len - (to - from);
}

enum http_answer
http_body(struct http *h, char *bytes, size_t len)
{
	if (h->state == S_DONE)
		return HTTP_DONE;
	if (h->state == S_BAD)
		return HTTP_BAD;
	if (h->state == S_HEAD_DONE) {
		if (h->max_body > INT32_MAX &&
		    !h->streamed) /* slices have 32 bits */
			h->max_body = INT32_MAX;
		if (h->has_length && h->length > h->max_body)
			return http_bad(h, 413, "the body is too large");
		h->state = h->chunked ? S_CHUNK_LINE : S_LENGTH;
	}
	return h->state == S_LENGTH ? by_length(h, len)
				    : by_chunks(h, bytes, len);
}
