/* SPDX-License-Identifier: ISC */
/* Headers of pictures: PNG, GIF, WebP and JPEG. */
#include "server/image.h"

#include <string.h>

enum {
	HEAD = 32,
	SEGMENTS = 1000, /* of a JPEG, before its frame: EXIF, colours */
};

static uint32_t
big(const uint8_t *p, int n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

static uint32_t
little(const uint8_t *p, int n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static bool
sized(struct image *i, enum image_type type, uint32_t width, uint32_t height)
{
	if (width == 0 || height == 0)
		return false;
	*i = (struct image){ type, width, height };
	return true;
}

static bool
png(const uint8_t *p, struct image *i)
{
	static const char begin[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
	uint32_t width = big(p + 16, 4), height = big(p + 20, 4);

	return memcmp(p, begin, sizeof begin - 1) == 0 && width <= INT32_MAX &&
	       height <= INT32_MAX && sized(i, IMAGE_PNG, width, height);
}

static bool
gif(const uint8_t *p, struct image *i)
{
	return (memcmp(p, "GIF87a", 6) == 0 || memcmp(p, "GIF89a", 6) == 0) &&
	       sized(i, IMAGE_GIF, little(p + 6, 2), little(p + 8, 2));
}

/* Three kinds, by the first chunk. */
static bool
webp(const uint8_t *p, struct image *i)
{
	if (memcmp(p, "RIFF", 4) != 0 || memcmp(p + 8, "WEBP", 4) != 0)
		return false;
	if (memcmp(p + 12, "VP8 ", 4) == 0)
		return memcmp(p + 23, "\x9d\x01\x2a", 3) == 0 &&
		       sized(i, IMAGE_WEBP, little(p + 26, 2) & 0x3fff,
			   little(p + 28, 2) & 0x3fff);
	if (memcmp(p + 12, "VP8L", 4) == 0)
		return p[20] == 0x2f &&
		       sized(i, IMAGE_WEBP, (little(p + 21, 4) & 0x3fff) + 1,
			   (little(p + 21, 4) >> 14 & 0x3fff) + 1);
	return memcmp(p + 12, "VP8X", 4) == 0 &&
	       sized(
		   i, IMAGE_WEBP, little(p + 24, 3) + 1, little(p + 27, 3) + 1);
}

static bool
is_frame(uint8_t marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	       marker != 0xc8 && marker != 0xcc;
}

/* Markers without a length. */
static bool
is_alone(uint8_t marker)
{
	return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

/* From segment to segment, to the one that tells of the frame. */
static bool
jpeg(image_read *read, void *arg, struct image *i)
{
	int64_t at = 2;
	uint8_t p[9];
	int n;

	for (n = 0; n < SEGMENTS; n++) {
		if (read(arg, at, p, 4) < 4 || p[0] != 0xff)
			return false;
		if (p[1] == 0xff) { /* filled up */
			at++;
		} else if (is_alone(p[1])) {
			at += 2;
		} else if (is_frame(p[1])) {
			return read(arg, at, p, 9) == 9 &&
			       sized(
				   i, IMAGE_JPEG, big(p + 7, 2), big(p + 5, 2));
		} else if (p[1] < 0xc0 || p[1] == 0xd8 || p[1] == 0xd9 ||
			   p[1] == 0xda || big(p + 2, 2) < 2) {
			return false;
		} else {
			at += 2 + big(p + 2, 2);
		}
	}
	return false;
}

bool
image_look(image_read *read, void *arg, struct image *i)
{
	uint8_t head[HEAD] = { 0 };
	size_t n = read(arg, 0, head, sizeof head);

	*i = (struct image){ 0 };
	if (n >= 3 && memcmp(head, "\xff\xd8\xff", 3) == 0)
		return jpeg(read, arg, i);
	if (n >= 10 && gif(head, i))
		return true;
	if (n >= 24 && png(head, i))
		return true;
	return n >= 30 && webp(head, i);
}

static const struct {
	const char *media, *extension;
} names[] = {
	[IMAGE_NONE] = { "application/octet-stream", "" },
	[IMAGE_GIF] = { "image/gif", "gif" },
	[IMAGE_JPEG] = { "image/jpeg", "jpg" },
	[IMAGE_PNG] = { "image/png", "png" },
	[IMAGE_WEBP] = { "image/webp", "webp" },
};

const char *
image_media(enum image_type t)
{
	return names[t].media;
}

const char *
image_extension(enum image_type t)
{
	return names[t].extension;
}
