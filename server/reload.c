/* SPDX-License-Identifier: ISC */
/* Settings and certificates that are read anew while it runs. */
#include <stdio.h>

#include "server/address.h"
#include "server/listen.h"
#include "server/log.h"
#include "server/option.h"
#include "server/serving.h"
#include "server/setting.h"

/* Landlock's directories were named at the start. */
static bool
within_reach(const struct serving *v, struct str file)
{
	char name[4096];

	snprintf(name, sizeof name, "%.*s", STR_ARGS(file));
	if (!name[0] || sandbox_reaches(&v->sandbox, name))
		return true;
	log_line(LOG_ERROR, "reload refused", "error",
	    "outside the directories of the start: restart needed", "file",
	    name, NULL);
	return false;
}

/* Some things are done once: say so of those that were set anew. */
static void
tell_restart(const struct conf *old, const struct conf *fresh)
{
	static const char *const once[] = { "listen", "user", "sandbox",
		"max_connections", "rate_limit", "login_attempts",
		"login_period", "outgoing", "outgoing_private" };
	size_t i, row;

	for (i = 0; i < sizeof once / sizeof *once; i++) {
		row = (size_t)(setting_named(str_of(once[i])) - settings);
		if (!str_eq(old->origin[row].text, fresh->origin[row].text))
			log_line(LOG_WARN, "restart needed", "setting", once[i],
			    NULL);
	}
}

void
serving_rules(struct server *s)
{
	const struct conf *c = s->conf;

	addresses_rules(
	    s->per_address, c->max_connections_per_address, c->trusted_proxies);
	helper_rules(s->helper, c->login_wait * 1000, c->max_bulk_waiting);
}

void
serving_reload(struct serving *v)
{
	struct server *s = &v->server;
	char why[512];

	v->fresh = *s->conf;
	if (!within_reach(v, str_of(s->conf->file)))
		return;
	if (!conf_load(&v->fresh, v->start->mem, v->start->file,
		v->start->flags, v->start->nflags, why, sizeof why)) {
		log_line(LOG_ERROR, "reload refused", "error", why, NULL);
		return;
	}
	if (!within_reach(v, v->fresh.tls_cert) ||
	    !within_reach(v, v->fresh.tls_key))
		return;
	v->fresh.max_connections = s->conf->max_connections;
	if (listen_load_tls(s, &v->fresh, why, sizeof why) < 0) {
		log_line(LOG_ERROR, "certificate refused; the old one stays",
		    "error", why, NULL);
		return;
	}
	tell_restart(s->conf, &v->fresh);
	*s->conf = v->fresh;
	options_forget(s->options);
	serving_rules(s);
	log_setup((enum log_level)s->conf->log_level, s->conf->log_json);
	log_line(LOG_INFO, "reloaded", NULL);
}
