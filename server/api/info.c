/* SPDX-License-Identifier: ISC */
/* What this server is, and whether it is well. */
#include "server/api/api.h"

static int
get_version(struct req *q)
{
	json_open(&q->out, NULL, '{');
	json_str(&q->out, "status", STR("success"));
	json_open(&q->out, "versions", '{');
	json_str(&q->out, "api", STR("0.1"));
	json_str(&q->out, "rocketchat", STR("0.5"));
	json_close(&q->out, '}');
	json_close(&q->out, '}');
	return 0;
}

/* For who runs it; others read the version only. */
static void
write_build(struct req *q)
{
	json_open(&q->out, "info", '{');
	json_str(&q->out, "version", STR(POCKETCHAT_VERSION));
	json_open(&q->out, "build", '{');
	json_str(&q->out, "platform", STR("linux"));
	json_str(&q->out, "arch", STR(STATISTICS_ARCH));
	json_close(&q->out, '}');
	json_close(&q->out, '}');
}

static int
get_info(struct req *q)
{
	caller_try(q);
	json_open(&q->out, NULL, '{');
	json_str(&q->out, "version", STR(POCKETCHAT_VERSION));
	json_str(&q->out, "server", STR("pocketchat"));
	if (may(q, MAY_VIEW_STATISTICS))
		write_build(q);
	json_bool(&q->out, "success", true);
	json_close(&q->out, '}');
	return 0;
}

/* For a supervisor or a proxy: 503 while nothing can be written, or nobody
 * can log in. */
static int
get_health(struct req *q)
{
	if (q->srv->mono < q->srv->tick.closed_until)
		return fail(q, E_STORE);
	if (disk_full(q->srv))
		return fail(q, E_DISK_FULL);
	if (!helper_alive(q->srv->helper))
		return fail(q, E_HELPER);
	json_open(&q->out, NULL, '{');
	json_str(&q->out, "status", STR("ok"));
	json_close(&q->out, '}');
	return 0;
}

static const struct route info_routes[] = {
	GET("version", ANYONE, FREELY, "", get_version),
	GET("info", ANYONE, FREELY, "", get_info),
	END_OF_ROUTES,
};

static const struct route health_routes[] = {
	GET("health", ANYONE, FREELY, "", get_health),
	END_OF_ROUTES,
};

extern const struct route_group info_group, health_group;
const struct route_group info_group = { "/api/", STYLE_V0, info_routes };
const struct route_group health_group = { "/", STYLE_PLAIN, health_routes };
