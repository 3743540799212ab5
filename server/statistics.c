/* SPDX-License-Identifier: ISC */
/* What there is and how it goes, in the names that clients know. */
#include "server/statistics.h"

#include "server/log.h"
#include "server/option.h"
#include "server/presence.h"
#include "server/tick.h"
#include "server/version.h"

enum { HOUR = 60 * 60 * 1000, KEPT_DAYS = 366 };
#define DAY (INT64_C(24) * HOUR)

static void
write_users(struct writer *w, const struct counts *c, const struct wishes *h)
{
	int64_t there = h->online + h->away + h->busy;

	json_int(w, "totalUsers", c->users);
	json_int(w, "activeUsers", c->users - c->inactive);
	json_int(w, "nonActiveUsers", c->inactive);
	json_int(w, "onlineUsers", h->online);
	json_int(w, "awayUsers", h->away);
	json_int(w, "busyUsers", h->busy);
	json_int(w, "offlineUsers", c->users > there ? c->users - there : 0);
	json_int(w, "totalConnectedUsers", there);
}

static void
write_rooms(struct writer *w, const struct counts *c)
{
	json_int(w, "totalRooms", c->channels + c->groups + c->directs);
	json_int(w, "totalChannels", c->channels);
	json_int(w, "totalPrivateGroups", c->groups);
	json_int(w, "totalDirect", c->directs);
	json_int(w, "totalDiscussions", c->discussions);
	json_int(w, "totalThreads", c->threads);
	json_int(w, "totalMessages",
	    c->channel_messages + c->group_messages + c->direct_messages);
	json_int(w, "totalChannelMessages", c->channel_messages);
	json_int(w, "totalPrivateGroupMessages", c->group_messages);
	json_int(w, "totalDirectMessages", c->direct_messages);
	json_int(w, "uploadsTotal", c->uploads);
	json_int(w, "uploadsTotalSize", c->upload_bytes);
	json_open(w, "integrations", '{');
	json_int(w, "totalIntegrations", c->hooks_in + c->hooks_out);
	json_int(w, "totalIncoming", c->hooks_in);
	json_int(w, "totalOutgoing", c->hooks_out);
	json_int(w, "totalActive", c->hooks_on);
	json_close(w, '}');
}

/* What it was built for: the sandbox lets nobody ask more. */
static void
write_machine(struct writer *w)
{
	json_open(w, "os", '{');
	json_str(w, "type", STR("Linux"));
	json_str(w, "platform", STR("linux"));
	json_str(w, "arch", STR(STATISTICS_ARCH));
	json_close(w, '}');
}

int
statistics_write(struct writer *w, struct server *s, struct arena *mem)
{
	int64_t since = s->mono - s->conf->presence_timeout * 1000, *rows;
	size_t n = presence_since(s->presence, since, mem, &rows);
	struct counts c;
	struct wishes h;
	int64_t born;

	if (counts_now(s->db, &c) < 0 || wishes_of(s->db, mem, rows, n, &h) < 0)
		return -1;
	option_json(s->options, OPT_UNIQUE_ID, &born);
	json_str(w, "uniqueId", option_text(s->options, OPT_UNIQUE_ID));
	json_time(w, "installedAt", born);
	json_str(w, "version", STR(POCKETCHAT_VERSION));
	write_users(w, &c, &h);
	write_rooms(w, &c);
	write_machine(w);
	json_time(w, "createdAt", s->now);
	return 1;
}

/* ---- once a day ---- */

static int
keep(struct server *s, struct arena *mem)
{
	struct buf out = { 0 };
	struct writer w = { .out = &out };
	struct statistic today = { .at = s->now };
	int done;

	json_open(&w, NULL, '{');
	done = statistics_write(&w, s, mem);
	json_close(&w, '}');
	today.body = buf_settle(&out, mem);
	if (done < 0 || statistic_add(s->db, &today) < 0)
		return -1;
	return statistic_sweep(s->db, s->now - KEPT_DAYS * DAY);
}

/* A clock that jumped back waits until it is where it was. */
static bool
is_time(struct server *s)
{
	int64_t last = 0;
	int found = statistic_last(s->db, &last);

	return found >= 0 && (!found || s->now >= last + DAY);
}

int
statistics_keep(struct server *s)
{
	struct arena mem = { 0 };
	int done = is_time(s) ? keep(s, &mem) : 0;

	arena_free(&mem);
	return done;
}

void
statistics_minute(struct server *s)
{
	int done;

	if (!is_time(s) || !tick_own(s))
		return;
	if ((done = statistics_keep(s)) < 0)
		log_line(LOG_WARN, "statistics", "error", store_trouble(s->db),
		    NULL);
	tick_own_keep(s, done >= 0);
}
