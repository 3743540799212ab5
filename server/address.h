/* SPDX-License-Identifier: ISC */
#ifndef SERVER_ADDRESS_H
#define SERVER_ADDRESS_H

#include <sys/socket.h>

#include "json/arena.h"

/*
 * Network addresses: how many connections each has (IPv6 by its /64), and
 * whose word about the client is believed.
 */
struct addresses;

struct addresses *addresses_new(void);
void addresses_free(struct addresses *);
/* The cap, 0: none; and the proxies, which it does not hold for. */
void addresses_rules(
    struct addresses *, int64_t cap, struct str trusted_proxies);
bool addresses_room(const struct addresses *, const void *addr, bool ipv6);
void addresses_add(struct addresses *, const void *addr, bool ipv6, int by);

/* "127.0.0.1:3000", "[::1]:3000", "localhost:3000", also with a path. */
bool address_of_url(struct str, struct sockaddr_storage *);
/* "192.0.2.1" or "2001:db8::1": 4 or 16 bytes; "::ffff:192.0.2.1" is the
 * former. */
bool address_parse(struct str, uint8_t addr[16], bool *ipv6);
/* Is it one of these addresses or networks "10.0.0.0/8, ::1"?  "unix" in the
 * list means the clients of Unix sockets (addr NULL). */
bool address_in(struct str list, const void *addr, bool ipv6);

#endif
