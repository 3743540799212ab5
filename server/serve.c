/* SPDX-License-Identifier: ISC */
/* The server's begin, its turns and its end. */
#include "server/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "auth/throttle.h"
#include "json/mem.h"
#include "server/address.h"
#include "server/first.h"
#include "server/listen.h"
#include "server/log.h"
#include "server/names.h"
#include "server/park.h"
#include "server/presence.h"
#include "server/privilege.h"
#include "server/route.h"
#include "server/tick.h"
#include "server/who.h"

enum {
	MINUTE = 60 * 1000,
	DAY = 24 * 60 * MINUTE,
	STOP_MS = 9000, /* promised: stopped within 10 s */
	RELIEF_MS = 100,
	STUCK_MS = 1000,
	THROTTLED = 4096, /* keys remembered */
};

/* What watches besides connections: each hands back its server. */
struct serving {
	struct server server; /* first */
	const struct serve_start *start;
	struct conf fresh; /* of a reload */
	struct arena fresh_mem;
	struct watch signals, results;
	int lock_fd;
};

/* ---- signals ---- */

static void
reload(struct serving *v)
{
	struct server *s = &v->server;
	char why[512];

	v->fresh = *s->conf;
	if (!conf_load(&v->fresh, v->start->mem, v->start->file,
	        v->start->flags, v->start->nflags, why, sizeof why)) {
		log_line(LOG_ERROR, "reload refused", "error", why, NULL);
		return;
	}
	v->fresh.max_connections = s->conf->max_connections;
	*s->conf = v->fresh;
	if (listen_load_tls(s, why, sizeof why) < 0) {
		log_line(LOG_ERROR, "certificate refused; the old one stays",
		    "error", why, NULL);
		return;
	}
	addresses_rules(s->per_address, s->conf->max_connections_per_address,
	    s->conf->trusted_proxies);
	log_setup((enum log_level)s->conf->log_level, s->conf->log_json);
	log_line(LOG_INFO, "reloaded", NULL);
}

static void
signal_ready(struct watch *w, unsigned events)
{
	struct serving *v =
	    (struct serving *)((char *)w - offsetof(struct serving, signals));
	struct signalfd_siginfo info;

	(void)events;
	while (read(w->fd, &info, sizeof info) == sizeof info)
		switch (info.ssi_signo) {
		case SIGHUP:
			reload(v);
			break;
		case SIGUSR1:
			v->server.moved = true;
			break;
		default:
			v->server.stopping = true;
		}
}

static bool
watch_signals(struct serving *v)
{
	sigset_t set;
	int fd;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	v->signals.ready = signal_ready;
	return fd >= 0 && loop_add(&v->server.loop, &v->signals, fd, LOOP_IN);
}

static void
results_ready(struct watch *w, unsigned events)
{
	struct serving *v =
	    (struct serving *)((char *)w - offsetof(struct serving, results));

	(void)events;
	helper_readable(v->server.helper);
}

/* ---- a turn ---- */

static void
look_at_store(struct server *s)
{
	s->moved = false;
	if (store_moved(s->db) != 0)
		who_forget_all(s->who);
}

static void
housekeeping(struct server *s)
{
	if (s->mono >= s->next_minute) {
		s->next_minute = s->mono + MINUTE;
		s->moved = true;
		who_minute(s->who);
	}
	if (s->mono >= s->next_day) {
		s->next_day = s->mono + DAY;
		listen_rotate(s);
	}
}

/* All queues together are too long: who has taken nothing for longest? */
static void
relieve(struct server *s)
{
	struct conn *c, *worst = NULL;

	if (s->queued <= (size_t)s->conf->max_queue_total ||
	    s->mono - s->relieved < RELIEF_MS)
		return;
	s->relieved = s->mono;
	for (c = s->conns; c; c = c->next)
		if (c->out.ready > 0 &&
		    (!worst || c->progress < worst->progress))
			worst = c;
	if (worst && s->mono - worst->progress >= STUCK_MS)
		conn_close(worst);
}

static void
begin_stop(struct server *s)
{
	struct conn *c, *next;

	s->stop_at = s->mono + STOP_MS;
	log_line(LOG_INFO, "stopping", NULL);
	listen_close(s);
	for (c = s->conns; c; c = next) {
		next = c->next;
		if (!c->http && !c->park && !c->stream && c->out.len == 0)
			conn_close(c);
	}
}

static bool
goes_on(struct server *s)
{
	if (!s->stopping)
		return true;
	if (!s->stop_at)
		begin_stop(s);
	return s->conns && s->mono < s->stop_at;
}

static int
patience(const struct server *s)
{
	int64_t wait = wheel_wait(&s->wheel, s->mono);
	int64_t minute = s->next_minute - s->mono;

	if (s->again.first)
		return 0;
	if (wait < 0 || wait > minute)
		wait = minute;
	if (s->busy.first && wait > s->busy_retry - s->mono)
		wait = s->busy_retry - s->mono;
	if (s->stop_at && wait > RELIEF_MS)
		wait = RELIEF_MS;
	return wait < 0 ? 0 : (int)wait;
}

static void
resume_all(struct server *s)
{
	struct conn *c, *end = s->again.last;

	while ((c = conn_pull(s, LIST_AGAIN))) {
		conn_resume(c);
		if (c == end)
			break;
	}
}

static void
turn(struct server *s)
{
	loop_wait(&s->loop, patience(s));
	server_clock(s);
	s->turn_number++;
	s->turn_left = (unsigned)s->conf->max_turn;
	if (s->moved)
		look_at_store(s);
	wheel_turn(&s->wheel, s->mono);
	park_retry(s);
	resume_all(s);
	loop_run(&s->loop);
	housekeeping(s);
	tick_end(s);
	relieve(s);
}

/* ---- the begin ---- */

static int
complain(const char *what, const char *why)
{
	fprintf(stderr, "pocketchat: %s%s%s\n", what, why[0] ? ": " : "", why);
	return -1;
}

static int
take_lock(struct serving *v)
{
	char path[4096], pid[32];
	int n;

	snprintf(path, sizeof path, "%.*s/pocketchat.lock",
	    STR_ARGS(v->server.conf->data));
	v->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (v->lock_fd < 0)
		return complain(path, strerror(errno));
	if (flock(v->lock_fd, LOCK_EX | LOCK_NB) < 0)
		return complain(path, "another pocketchat serves this data");
	n = snprintf(pid, sizeof pid, "%d\n", (int)getpid());
	if (ftruncate(v->lock_fd, 0) < 0 || write(v->lock_fd, pid, (size_t)n) != n)
		return complain(path, strerror(errno));
	return 0;
}

static int
first_things(struct server *s)
{
	struct deed d = { .db = s->db, .mem = &s->mem, .now = s->now };
	struct str name, password;
	int made;

	if (store_mark(s->db) != 1 || first_contents(&d) < 0 ||
	    (made = first_admin(&d, s->conf, &name, &password)) < 0 ||
	    store_keep(s->db) != 1 || store_commit(s->db) < 0)
		return complain("cannot prepare the data", store_trouble(s->db));
	if (made && password.ptr)
		printf("username: %.*s\npassword: %.*s\n", STR_ARGS(name),
		    STR_ARGS(password));
	fflush(stdout);
	arena_reset(&s->mem);
	return 0;
}

static int
open_data(struct serving *v)
{
	struct server *s = &v->server;
	char why[512] = "", dir[4096];

	snprintf(dir, sizeof dir, "%.*s", STR_ARGS(s->conf->data));
	if (!(s->db = store_open(dir, STORE_SERVER, why, sizeof why)))
		return complain(dir, why);
	if (take_lock(v) < 0)
		return -1;
	return first_things(s);
}

static void
make_throttles(struct server *s)
{
	const struct bucket_rule failures = { 5, 10 * 1000, 15 * MINUTE };
	const struct bucket_rule slowly = { 50, MINUTE, 0 };
	const struct bucket_rule month = { 1, 30u * DAY, 0 };
	uint32_t rate = (uint32_t)s->conf->rate_limit;
	struct bucket_rule sends = { rate, rate < 1000 ? 1000 / (rate + !rate) : 1,
		0 };

	s->logins = throttle_new(THROTTLED, failures);
	s->addresses = throttle_new(THROTTLED, failures);
	s->accounts = throttle_new(THROTTLED, slowly);
	s->known = throttle_new(THROTTLED, month);
	if (s->conf->rate_limit)
		s->sends = throttle_new(THROTTLED, sends);
}

static void
make_parts(struct serving *v)
{
	struct server *s = &v->server;

	s->routes = routes_build();
	s->who = who_new(s);
	s->presence = presence_new();
	s->names = names_new();
	s->per_address = addresses_new();
	addresses_rules(s->per_address, s->conf->max_connections_per_address,
	    s->conf->trusted_proxies);
	make_throttles(s);
	s->helper = helper_new(v->start->helper_fd);
	v->results.ready = results_ready;
	loop_add(&s->loop, &v->results, helper_fd(s->helper), LOOP_IN);
	s->scratch = mem_get(SCRATCH);
	s->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	s->next_minute = s->mono + MINUTE;
	s->next_day = s->mono + DAY;
}

static int
open_listeners(struct server *s)
{
	char why[512];
	size_t i;

	for (i = 0; i < s->conf->listens; i++)
		if (listen_open(s, s->conf->listen[i], why, sizeof why) < 0)
			return complain(why, "");
	return listen_load_tls(s, why, sizeof why) < 0 ? complain(why, "") : 0;
}

static void
say_ready(struct server *s)
{
	struct buf names = { 0 };

	listen_names(s, &names);
	buf_char(&names, '\0');
	log_line(LOG_ALWAYS, "ready", "listen", names.bytes, NULL);
	buf_free(&names);
}

static void
end(struct serving *v)
{
	struct server *s = &v->server;

	while (s->conns)
		conn_close(s->conns);
	who_minute(s->who); /* last uses are not lost at an orderly stop */
	tick_end(s);
	store_close(s->db);
	log_line(LOG_ALWAYS, "stopped", NULL);
}

int
serve_run(const struct serve_start *start)
{
	struct serving *v = mem_zero(sizeof *v);
	struct server *s = &v->server;

	v->start = start;
	s->conf = start->conf;
	s->conf_mem = start->mem;
	log_setup((enum log_level)s->conf->log_level, s->conf->log_json);
	server_clock(s);
	wheel_begin(&s->wheel, s->mono);
	privilege_limits(s->conf);
	if (!loop_open(&s->loop) || !watch_signals(v) || open_data(v) < 0)
		return 1;
	make_parts(v);
	if (open_listeners(s) < 0 || privilege_drop(s->conf) < 0)
		return 1;
	say_ready(s);
	while (goes_on(s))
		turn(s);
	end(v);
	return 0;
}
