/* SPDX-License-Identifier: ISC */
#ifndef SERVER_FILES_H
#define SERVER_FILES_H

#include <sys/types.h>

#include "auth/digest.h"
#include "server/deeds.h"
#include "server/image.h"
#include "server/req.h"

/*
 * Bytes that people send, in DATA/uploads/<two digits>/<digest>: once for each
 * content.  What they are called and whose they are is a row of the store
 * (store/uploads.h); a file without a row is swept.
 *
 * Bytes come into a file part-<id>.  When all are there they are synced, a
 * marker new-<digest> is made, and the part gets its name; the marker goes
 * after the COMMIT, and takes the file along if no row has it.  So a crash at
 * any point leaves a part or a marker, which the next start finds; nothing is
 * ever searched for.
 */
struct files;

struct files *files_new(void);
void files_free(struct files *);
/* DATA/uploads is made, parts that were left are removed: 0, or -1 and
 * errno. */
int files_open(struct files *, const char *data);
/* After the tick: a share of what is to be removed. */
void files_turn(struct server *);
/* There is something for it to do; and when, or 0: at once. */
bool files_wait(const struct server *, int64_t *at);

/* A file on its way.  These answer 0, or -1 and errno. */
struct part {
	int fd; /* -1: there is none */
	char name[32];
	int64_t size, sent; /* sent: on its way to the disk */
	struct sha256_state *hash;
	char digest[SHA256_HEX + 1]; /* when it is finished */
	bool held;                   /* finished, and its row not written yet */
};
int part_open(struct files *, struct part *, int64_t now);
int part_add(struct part *, struct str);
/* It is on disk under its digest, which stays while it is held. */
int part_finish(struct files *, struct part *);
/* Its row is written, or will never be. */
void part_drop(struct files *, struct part *);

/* Some bytes of a content, from that place on: how many, or -1. */
ssize_t file_read(
    const struct files *, struct str digest, int64_t at, void *, size_t);
/* Its size; -1: it is not there. */
int64_t file_size(const struct files *, struct str digest);

/* ---- as a handler sees them ---- */

/* What a row takes: its hook says so before the body is read. */
struct file_wish {
	const char *field; /* the name of its part; NULL: any */
	int64_t most;      /* bytes */
	bool any_type;     /* the lists of media types do not count */
};

/* A file that came with the request, whole and on disk. */
struct file {
	struct str field; /* the name of its part */
	struct str name;  /* what they call it, without a path; never empty */
	struct str type;  /* media type in small letters, no parameters */
	struct str digest;
	int64_t size;
};
/* NULL: none came. */
const struct file *file_of(const struct req *);
/* The largest file that may be sent; 0: none. */
int64_t file_most(const struct server *);
/* These bytes as a file, for a handler that has them: 0, or -1 and
 * answered.  The request holds it until it is answered. */
int file_keep(struct req *, struct str bytes, struct file *);

/* What picture it is; false: none that is known. */
bool file_image(const struct server *, struct str digest, struct image *);
/* A row for it, of the caller's: not in the store yet. */
void file_row(
    struct req *, const struct file *, enum upload_kind, struct upload *);
/* "/file-upload/<id>/<name>", encoded. */
struct str file_path(const struct upload *, struct arena *);
/*
 * The message that shows a file (api/v1.md section 4), by deed_post, and the
 * file's row with it, added if it has no row yet, else confirmed.  As
 * deed_post: 1, 0 the message's id is taken, -1.
 */
int file_message(struct deed *, const struct room *, const struct user *by,
    struct upload *, const struct say *, struct message *);

/* A file as a reply. */
struct file_reply {
	struct str digest, name, type;
	int64_t size;
	bool everybody; /* may be kept by caches that many share */
};
/* The whole of it, or the range that is asked for, or that it is known:
 * what a handler returns. */
int file_reply(struct req *, const struct file_reply *);

#endif
