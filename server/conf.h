/* SPDX-License-Identifier: ISC */
#ifndef SERVER_CONF_H
#define SERVER_CONF_H

#include "auth/password.h"
#include "json/arena.h"

/*
 * Settings: flag > environment (POCKETCHAT_NAME, and Rocket.Chat's
 * ADMIN_USERNAME, ADMIN_PASS, ADMIN_EMAIL, ROOT_URL, PORT) > "key = value"
 * file > default.  One table in conf.c names them all; flag, key and
 * variable are the same word with - or _.  An unknown key is an error that
 * names the line and the nearest key.
 */
enum { CONF_LISTENS = 8, CONF_PROXIES = 16, CONF_SETTINGS = 80 };

/* How a setting was given: "default", "flag", "chat.conf:12". */
struct conf_origin {
	struct str text, from;
};

struct conf {
	struct str data;                 /* directory */
	struct str listen[CONF_LISTENS]; /* http://, https://, unix: */
	size_t listens;
	struct str tls_cert, tls_key; /* PEM files */
	bool plain_http_anywhere;     /* plain_http = anywhere */
	bool https_redirect;
	struct str root_url;        /* ours as clients see it */
	struct str trusted_proxies; /* addresses or networks, commas */
	struct str run_as;          /* user to become when root */

	int64_t token_lifetime, token_idle; /* seconds, 0: off */
	struct kdf password_cost;
	bool login_throttle;
	int64_t login_attempts, login_period; /* count, seconds */
	int64_t login_wait;                   /* seconds */
	int64_t max_bulk_waiting;             /* requests */
	int64_t rate_limit;                   /* messages per second, 0: off */
	int64_t api_limit_read, api_limit_write; /* calls of one route */
	int64_t api_limit_period;                /* seconds */
	int64_t presence_timeout;                /* seconds */

	int64_t max_connections, max_connections_per_address; /* 0: no cap */
	int64_t max_line, max_head, max_body, max_bulk_body;  /* bytes */
	int64_t max_headers, max_fields, max_bulk_fields;     /* counts */
	int64_t max_json, max_bulk_json;                      /* tokens */
	int64_t max_message;                                  /* characters */
	int64_t max_upload, max_uploads; /* bytes; at once */
	int64_t max_queue, max_queue_total, max_input_total;
	int64_t max_turn, max_turn_connection; /* requests */
	int64_t max_turn_bytes, max_turn_accepts, max_turn_handshakes;
	int64_t head_timeout, body_timeout, body_rate; /* s, s, bytes/s */
	int64_t idle_timeout, send_timeout, handshake_timeout; /* seconds */
	int64_t stream_beat;                                   /* seconds */
	int64_t linger_timeout, max_linger;                    /* s, bytes */
	int64_t busy_timeout;                                  /* seconds */
	int64_t max_handshakes;                                /* at once */
	int64_t disk_reserve;                                  /* bytes */
	int64_t message_keep; /* seconds, 0: for ever */

	bool outgoing, outgoing_private;

	bool log_json;
	int64_t log_level; /* enum log_level */

	int64_t sandbox;  /* enum sandbox_mode */
	const char *file; /* where settings are read from, if it is there */

	/* only while no admin exists; never shown, never in a file */
	struct str admin_username, admin_pass, admin_email;

	struct conf_origin origin[CONF_SETTINGS]; /* in the table's order */
};

/* What the command line gave: "name", "value". */
struct conf_flag {
	const char *name, *value;
};

/*
 * Fill the settings and see that they fit together; strings live in the
 * arena.  file NULL: POCKETCHAT_CONFIG names it, else pocketchat.conf in the
 * data directory is read if it is there.  False: why is one line that says
 * what to do, and the settings are not to be used.
 */
bool conf_load(struct conf *, struct arena *, const char *file,
    const struct conf_flag *, size_t flags, char *why, size_t why_size);
/* The two halves: each value by itself (what commands need that do not
 * serve), and all of them together. */
bool conf_read(struct conf *, struct arena *, const char *file,
    const struct conf_flag *, size_t flags, char *why, size_t why_size);
bool conf_check(const struct conf *, char *why, size_t why_size);

/* "key = value   # default|file:12|environment|flag", a line each. */
void conf_show(const struct conf *);
/* For --help: a line for each setting. */
void conf_help(void);
/* True if a flag of this name is a setting; *takes_value if it needs one
 * (a switch alone is "on"). */
bool conf_is_setting(const char *name, bool *takes_value);

#endif
