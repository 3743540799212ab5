/* SPDX-License-Identifier: ISC */
#ifndef SERVER_IMAGE_H
#define SERVER_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What picture these bytes are, and how large it is, from their first few:
 * nothing of the picture itself is looked at.
 */
enum image_type { IMAGE_NONE, IMAGE_GIF, IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP };

struct image {
	enum image_type type;
	uint32_t width, height; /* never 0, if there is a type */
};

/* Reads up to n bytes from a place on; how many there were. */
typedef size_t image_read(void *arg, int64_t at, void *buf, size_t n);

/* False: it is none of these. */
bool image_look(image_read *, void *arg, struct image *);
/* "image/png"; "png". */
const char *image_media(enum image_type);
const char *image_extension(enum image_type);

#endif
