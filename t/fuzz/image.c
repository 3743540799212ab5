/* SPDX-License-Identifier: ISC */
/* Any bytes as a picture: looked at inside of them only, and not for long. */
#include "server/image.h"
#include "t/fuzz/fuzz.h"

struct bytes {
	const char *ptr;
	size_t len, reads;
};

static size_t
from(void *arg, int64_t at, void *buf, size_t n)
{
	struct bytes *b = arg;

	must(at >= 0 && n <= 32 && ++b->reads < 1100);
	if ((size_t)at >= b->len)
		return 0;
	if (n > b->len - (size_t)at)
		n = b->len - (size_t)at;
	memcpy(buf, b->ptr + at, n);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = { copy_of((struct str){ (const char *)data, size }),
		size, 0 };
	struct image i;

	if (image_look(from, &b, &i))
		must(i.type != IMAGE_NONE && i.width > 0 && i.height > 0);
	else
		must(i.type == IMAGE_NONE);
	must(image_media(i.type) && image_extension(i.type));
	free((char *)b.ptr);
	return 0;
}
