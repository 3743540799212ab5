/* SPDX-License-Identifier: ISC */
#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H

#include "server/conn.h"

/*
 * Listening sockets: http://, https:// and unix: addresses, how many may
 * come from where, and what happens when descriptors run out.
 */
int listen_open(struct server *, struct str url, char *why, size_t why_size);
/* Read certificate and key for the https listeners; the old ones stay when
 * the new ones are bad. */
int listen_load_tls(
    struct server *, const struct conf *, char *why, size_t why_size);
/* Once a day: new ticket keys. */
void listen_rotate(struct server *);
/* " listen=http://127.0.0.1:3000 ..." of the ready line. */
void listen_names(const struct server *, struct buf *);
/* Take no more; descriptors are closed. */
void listen_close(struct server *);

/* For connections. */
struct tls_context *listen_context(const struct listener *);
void listen_setup(const struct listener *, struct conn *);
void listen_came(struct server *, const struct conn *);
void listen_left(struct server *, const struct conn *);
/* So many handshakes go on in a turn of the loop; the others wait. */
bool listen_may_shake(struct server *);
/* One is over, well or not. */
void listen_shaken(struct server *);
/* The port of the first https listener, 0: none. */
int listen_https_port(const struct server *);

#endif
