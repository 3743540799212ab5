/* SPDX-License-Identifier: ISC */
/* Heads of pictures: what they are, how large, and what is none. */
#include "server/image.h"

#include <string.h>

#include "t/unit/tap.h"

struct bytes {
	const char *ptr;
	size_t len, reads;
};

static size_t
from(void *arg, int64_t at, void *buf, size_t n)
{
	struct bytes *b = arg;

	b->reads++;
	if (at < 0 || (size_t)at >= b->len)
		return 0;
	if (n > b->len - (size_t)at)
		n = b->len - (size_t)at;
	memcpy(buf, b->ptr + at, n);
	return n;
}

struct picture {
	const char *what;
	enum image_type type; /* IMAGE_NONE: it is none */
	uint32_t width, height;
	const char *bytes;
	size_t len;
};

/* clang-format off */
#define B(literal) "" literal, sizeof(literal) - 1
#define PNG(w, h) "\x89PNG\r\n\x1a\n\0\0\0\rIHDR" w h
#define APP0 "\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
#define FRAME "\0\x11\x08\1\2\3\4"

static const struct picture pictures[] = {
	{ "a PNG", IMAGE_PNG, 0x102, 0x304, B(PNG("\0\0\1\2", "\0\0\3\4")) },
	{ "one of the largest size", IMAGE_PNG, 0x7fffffff, 1, B(PNG("\x7f\xff\xff\xff", "\0\0\0\1")) },
	{ "one that is larger", IMAGE_NONE, 0, 0, B(PNG("\x80\0\0\0", "\0\0\0\1")) },
	{ "one without width", IMAGE_NONE, 0, 0, B(PNG("\0\0\0\0", "\0\0\0\1")) },
	{ "one without height", IMAGE_NONE, 0, 0, B(PNG("\0\0\0\1", "\0\0\0\0")) },
	{ "one that is cut", IMAGE_NONE, 0, 0, B(PNG("\0\0\0\1", "\0\0\0")) },
	{ "one whose line ends were mended", IMAGE_NONE, 0, 0, B("\x89PNG\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\0") },
	{ "one that begins otherwise", IMAGE_NONE, 0, 0, B("\x89PNG\r\n\x1a\n\0\0\0\rIDAT\0\0\0\1\0\0\0\1") },
	{ "a GIF", IMAGE_GIF, 0x201, 0x403, B("GIF89a\1\2\3\4") },
	{ "an old GIF", IMAGE_GIF, 1, 2, B("GIF87a\1\0\2\0") },
	{ "one of another year", IMAGE_NONE, 0, 0, B("GIF88a\1\0\2\0") },
	{ "one that is cut", IMAGE_NONE, 0, 0, B("GIF89a\1\0\2") },
	{ "a GIF without width", IMAGE_NONE, 0, 0, B("GIF89a\0\0\2\0") },
	{ "a WebP", IMAGE_WEBP, 0x102, 0x304, B("RIFFxxxxWEBPVP8 xxxx\0\0\0\x9d\1\x2a\2\x41\4\x83") },
	{ "one without its mark", IMAGE_NONE, 0, 0, B("RIFFxxxxWEBPVP8 xxxx\0\0\0\x9d\1\x2b\2\1\4\3") },
	{ "a lossless one", IMAGE_WEBP, 17, 33, B("RIFFxxxxWEBPVP8Lxxxx\x2f\x10\0\x08\0aaaaa") },
	{ "one without its mark", IMAGE_NONE, 0, 0, B("RIFFxxxxWEBPVP8Lxxxx\x2e\x10\0\x08\0aaaaa") },
	{ "one of the largest", IMAGE_WEBP, 16384, 16384, B("RIFFxxxxWEBPVP8Lxxxx\x2f\xff\xff\xff\x0f\0\0\0\0\0") },
	{ "an extended one", IMAGE_WEBP, 0x30202, 4, B("RIFFxxxxWEBPVP8Xxxxxffff\1\2\3\3\0\0") },
	{ "one of another kind", IMAGE_NONE, 0, 0, B("RIFFxxxxWEBPVP9 xxxx\0\0\0\x9d\1\x2a\2\1\4\3") },
	{ "another RIFF", IMAGE_NONE, 0, 0, B("RIFFxxxxWAVEVP8 xxxx\0\0\0\x9d\1\x2a\2\1\4\3") },
	{ "one that is cut", IMAGE_NONE, 0, 0, B("RIFFxxxxWEBPVP8Xxxxxffff\1\2\3\3\0") },
	{ "a JPEG", IMAGE_JPEG, 0x304, 0x102, B("\xff\xd8" APP0 "\xff\xc0" FRAME) },
	{ "one that grows sharper", IMAGE_JPEG, 0x304, 0x102, B("\xff\xd8\xff\xc2" FRAME) },
	{ "one with marks that stand alone", IMAGE_JPEG, 0x304, 0x102, B("\xff\xd8\xff\xff\xff\xd0\xff\1\xff\xc1" FRAME) },
	{ "tables are no frame", IMAGE_JPEG, 0x304, 0x102, B("\xff\xd8\xff\xc4\0\2\xff\xcc\0\2\xff\xc8\0\2\xff\xcf" FRAME) },
	{ "one that is cut", IMAGE_NONE, 0, 0, B("\xff\xd8" APP0 "\xff\xc0\0\x11\x08\1\2\3") },
	{ "a frame behind the picture", IMAGE_NONE, 0, 0, B("\xff\xd8\xff\xda\0\2\xff\xc0" FRAME) },
	{ "one that ends at once", IMAGE_NONE, 0, 0, B("\xff\xd8\xff\xd9\xff\xc0" FRAME) },
	{ "one in another", IMAGE_NONE, 0, 0, B("\xff\xd8\xff\xd8\xff\xc0" FRAME) },
	{ "a length that goes back", IMAGE_NONE, 0, 0, B("\xff\xd8\xff\xe0\0\1\xff\xc0" FRAME) },
	{ "a length that leads outside", IMAGE_NONE, 0, 0, B("\xff\xd8\xff\xe0\xff\xff\xff\xc0" FRAME) },
	{ "a segment without a mark", IMAGE_NONE, 0, 0, B("\xff\xd8\xff\xe0\0\2\0\xff\xc0" FRAME) },
	{ "one without height", IMAGE_NONE, 0, 0, B("\xff\xd8\xff\xc0\0\x11\x08\0\0\3\4") },
	{ "its begin alone", IMAGE_NONE, 0, 0, B("\xff\xd8\xff") },
	{ "nothing", IMAGE_NONE, 0, 0, B("") },
	{ "SVG", IMAGE_NONE, 0, 0, B("<svg xmlns=\"http://www.w3.org/2000/svg\"/>") },
	{ "text", IMAGE_NONE, 0, 0, B("GIF is how a text may begin that is none") },
};
/* clang-format on */

static void
heads(void)
{
	size_t i;

	for (i = 0; i < sizeof pictures / sizeof *pictures; i++) {
		const struct picture *p = &pictures[i];
		struct bytes b = { p->bytes, p->len, 0 };
		struct image got = { IMAGE_GIF, 9, 9 };
		bool found = image_look(from, &b, &got);

		ok(found == (p->type != IMAGE_NONE) && got.type == p->type &&
			got.width == p->width && got.height == p->height,
		    p->what);
	}
}

/* A file of nothing but small segments is not read to its end. */
static void
endless(void)
{
	static char many[4 * 100000];
	struct bytes b = { many, sizeof many, 0 };
	struct image got;
	size_t i;

	memcpy(many, "\xff\xd8", 2);
	for (i = 2; i + 4 <= sizeof many; i += 4)
		memcpy(many + i, "\xff\xe0\0\2", 4);
	ok(!image_look(from, &b, &got) && b.reads < 1100,
	    "segments without an end are given up");
}

static void
names(void)
{
	ok(!strcmp(image_media(IMAGE_JPEG), "image/jpeg") &&
		!strcmp(image_media(IMAGE_NONE), "application/octet-stream"),
	    "types have their names");
	ok(!strcmp(image_extension(IMAGE_WEBP), "webp"), "and extensions");
}

int
main(void)
{
	heads();
	endless();
	names();
	return done();
}
