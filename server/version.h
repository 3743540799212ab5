/* SPDX-License-Identifier: ISC */
#ifndef SERVER_VERSION_H
#define SERVER_VERSION_H

#define POCKETCHAT_VERSION "0.1.0"

#endif
