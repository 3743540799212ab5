/* SPDX-License-Identifier: ISC */
/* The server's begin, its turns and its end. */
#include "server/serving.h"

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
#include "server/files.h"
#include "server/first.h"
#include "server/limits.h"
#include "server/listen.h"
#include "server/log.h"
#include "server/names.h"
#include "server/option.h"
#include "server/outgoing.h"
#include "server/park.h"
#include "server/presence.h"
#include "server/privilege.h"
#include "server/push.h"
#include "server/rooms.h"
#include "server/route.h"
#include "server/statistics.h"
#include "server/sweep.h"
#include "server/tick.h"
#include "server/tls.h"
#include "server/who.h"

enum {
	MINUTE = 60 * 1000,
	DAY = 24 * 60 * MINUTE,
	STOP_MS = 9000, /* promised: stopped within 10 s */
	RELIEF_MS = 100,
	SWEEP_MS = 10,
	STUCK_MS = 1000,
	THROTTLED = 4096, /* keys remembered: memory, no bound */
};

/* ---- signals ---- */

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
			serving_reload(v);
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
	if (helper_readable(v->server.helper))
		return;
	loop_remove(&v->server.loop, w);
	log_line(LOG_ERROR,
	    "the hashing helper is gone: nobody can log in; restart needed",
	    NULL);
}

/* ---- a turn ---- */

void
server_forget(struct server *s)
{
	who_forget_all(s->who);
	rooms_forget(s->rooms);
	push_forget(s->push);
}

static void
look_at_store(struct server *s)
{
	s->moved = false;
	if (store_moved(s->db) != 0)
		server_forget(s);
	sweep_begin(s);
}

static void
housekeeping(struct server *s)
{
	if (s->mono >= s->next_minute) {
		s->next_minute = s->mono + MINUTE;
		s->moved = true;
		who_minute(s->who);
		statistics_minute(s);
		sweep_begin(s);
	}
	sweep_turn(s);
	outgoing_settle(s);
	if (s->mono >= s->next_day) {
		s->next_day = s->mono + DAY;
		listen_rotate(s);
	}
}

static void
look_again(struct conn *c)
{
	conn_enlist(c, LIST_AGAIN);
}

/* All queues together are too long: who has taken nothing for longest goes;
 * who owed something and was made to wait for that is looked at again. */
static void
relieve(struct server *s)
{
	struct conn *c;

	while (conn_over(s) && (c = conn_oldest(s, AGE_OWING, STUCK_MS)))
		conn_close(c);
	if (!s->relief.first || s->mono - s->relieved < RELIEF_MS)
		return;
	s->relieved = s->mono;
	conn_each(s, LIST_RELIEF, look_again);
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
			conn_end(c);
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
	int64_t minute = s->next_minute - s->mono, files;

	if (s->again.first || s->streams.first)
		return 0;
	if (wait < 0 || wait > minute)
		wait = minute;
	if (s->busy.first && wait > s->busy_retry - s->mono)
		wait = s->busy_retry - s->mono;
	if (sweep_waits(s) && wait > SWEEP_MS)
		wait = SWEEP_MS;
	if (files_wait(s, &files) && wait > (files ? files - s->mono : 0))
		wait = files ? files - s->mono : SWEEP_MS;
	if ((s->stop_at || s->relief.first || conn_over(s)) && wait > RELIEF_MS)
		wait = RELIEF_MS;
	return wait < 0 ? 0 : (int)wait;
}

/* First: what another process has changed holds for all requests of the turn.
 */
static void
look_at_signals(struct serving *v)
{
	if (loop_told(&v->server.loop, &v->signals))
		signal_ready(&v->signals, LOOP_IN);
}

static void
turn(struct server *s)
{
	loop_wait(&s->loop, patience(s));
	server_clock(s);
	s->turn_number++;
	look_at_signals((struct serving *)s);
	if (s->moved)
		look_at_store(s);
	server_share(s);
	wheel_turn(&s->wheel, s->mono);
	park_retry(s);
	loop_run(&s->loop);
	server_share(s);
	conn_each(s, LIST_AGAIN, conn_resume);
	housekeeping(s);
	server_share(s);
	tick_end(s);
	files_turn(s);
	outgoing_turn(s);
	relieve(s);
	conn_bury(s, false);
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
	if (lseek(v->lock_fd, 0, SEEK_END) > 0) /* see end() */
		who_after_crash(v->server.who);
	n = snprintf(pid, sizeof pid, "%d\n", (int)getpid());
	if (ftruncate(v->lock_fd, 0) < 0 ||
	    pwrite(v->lock_fd, pid, (size_t)n, 0) != n)
		return complain(path, strerror(errno));
	return 0;
}

/* The command line may be writing. */
static int
mark_patiently(struct store *db)
{
	int done, tries = 3000;

	while ((done = store_mark(db)) == 0 && tries-- > 0)
		usleep(5000);
	return done;
}

static int
first_things(struct server *s)
{
	struct deed d = { .db = s->db, .mem = &s->mem, .now = s->now };
	struct str name, password;
	int made;

	if (mark_patiently(s->db) != 1 || first_contents(&d) < 0 ||
	    (made = first_admin(&d, s->conf, &name, &password)) < 0 ||
	    statistics_keep(s) < 0 || store_keep(s->db) != 1 ||
	    store_commit(s->db) < 0)
		return complain(
		    "cannot prepare the data", store_trouble(s->db));
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
	if (store_make_dir(dir) < 0)
		return complain(dir, strerror(errno));
	if (take_lock(v) < 0) /* first: to open it may be to upgrade it */
		return -1;
	if (!(s->db = store_open(dir, STORE_SERVER, why, sizeof why)))
		return complain(dir, why);
	if (files_open(s->files, dir) < 0)
		return complain("uploads", strerror(errno));
	s->rooms = rooms_new(s->db);
	s->push = push_new(s);
	s->options = options_new(s->db, s->conf);
	return first_things(s);
}

static void
make_throttles(struct server *s)
{
	const struct bucket_rule failures = { (uint32_t)s->conf->login_attempts,
		(uint32_t)s->conf->login_period * 1000, 15 * MINUTE };
	/* whoever guesses from everywhere at one account */
	const struct bucket_rule slowly = { 50, MINUTE, 0 };
	const struct bucket_rule month = { 1, 30u * DAY, 0 };
	uint32_t rate = (uint32_t)s->conf->rate_limit;
	struct bucket_rule sends = { rate,
		rate < 1000 ? 1000 / (rate + !rate) : 1, 0 };

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
	s->presence = presence_new(&s->conf, s->mono);
	s->names = names_new();
	s->limits = limits_new();
	s->sweep = sweep_new();
	s->files = files_new();
	s->per_address = addresses_new();
	make_throttles(s);
	s->helper = helper_new(v->start->helper_fd);
	serving_rules(s);
	v->results.ready = results_ready;
	loop_add(&s->loop, &v->results, helper_fd(s->helper), LOOP_IN);
	s->scratch = mem_get(SCRATCH);
	s->spare_fd = fcntl(s->loop.fd, F_DUPFD_CLOEXEC, 0);
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
	return listen_load_tls(s, s->conf, why, sizeof why) < 0
		   ? complain(why, "")
		   : 0;
}

static void
lock_in(struct serving *v)
{
	const struct conf *conf = v->server.conf;
	const struct str files[] = { conf->tls_cert, conf->tls_key,
		str_of(conf->file) };
	char name[4096];
	size_t i;

	snprintf(name, sizeof name, "%.*s", STR_ARGS(conf->data));
	sandbox_write(&v->sandbox, name);
	snprintf(name, sizeof name, "%.*s/uploads", STR_ARGS(conf->data));
	sandbox_move(&v->sandbox, name);
	for (i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(name, sizeof name, "%.*s", STR_ARGS(files[i]));
		if (name[0])
			sandbox_read(&v->sandbox, name);
	}
	sandbox_enter(&v->sandbox, (enum sandbox_mode)conf->sandbox);
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

/* All of it, so that a leak checker sees what is lost on the way. */
static void
free_parts(struct serving *v)
{
	struct server *s = &v->server;
	struct throttle *const throttles[] = { s->logins, s->addresses,
		s->accounts, s->known, s->sends };
	size_t i;

	if (s->loop.fd < 0) {
		mem_free(v);
		return;
	}
	listen_close(s);
	if (s->tls)
		tls_drop(s->tls);
	if (s->tls_shared)
		tls_shared_free(s->tls_shared);
	routes_free(s->routes);
	who_free(s->who);
	presence_free(s->presence);
	if (s->rooms)
		rooms_free(s->rooms);
	if (s->options)
		options_free(s->options);
	push_free(s->push);
	if (s->db)
		store_close(s->db);
	names_free(s->names);
	limits_free(s->limits);
	sweep_free(s->sweep);
	outgoing_free(s->outgoing);
	files_free(s->files);
	addresses_free(s->per_address);
	for (i = 0; i < sizeof throttles / sizeof *throttles; i++)
		if (throttles[i])
			throttle_free(throttles[i]);
	helper_free(s->helper);
	loop_close(&s->loop);
	buf_free(&s->body);
	buf_free(&s->head);
	arena_free(&s->mem);
	mem_free(s->scratch);
	mem_free(v);
}

static void
end(struct serving *v)
{
	struct server *s = &v->server;
	bool written;

	while (s->conns)
		conn_close(s->conns);
	written = who_minute(s->who);
	tick_end(s);
	/* an empty lock says that the last uses of tokens are not lost */
	if (written && s->mono >= s->tick.closed_until &&
	    ftruncate(v->lock_fd, 0) < 0)
		log_line(LOG_WARN, "lock", "error", strerror(errno), NULL);
	conn_bury(s, true);
	log_line(LOG_ALWAYS, "stopped", NULL);
}

static bool
begin(struct serving *v, const struct serve_start *start)
{
	struct server *s = &v->server;

	v->start = start;
	s->conf = start->conf;
	s->conf_mem = start->mem;
	log_setup((enum log_level)s->conf->log_level, s->conf->log_json);
	server_clock(s);
	wheel_begin(&s->wheel, s->mono);
	privilege_limits(s->conf);
	if (s->conf->outgoing && !(s->outgoing = outgoing_new(s)))
		return false;
	if (!loop_open(&s->loop))
		return false;
	make_parts(v);
	if (!watch_signals(v) || open_data(v) < 0 || open_listeners(s) < 0 ||
	    privilege_drop(s->conf) < 0)
		return false;
	lock_in(v);
	outgoing_begin(s->outgoing);
	store_settle(s->db);
	mem_settle();
	say_ready(s);
	return true;
}

int
serve_run(const struct serve_start *start)
{
	struct serving *v = mem_zero(sizeof *v);
	bool begun = begin(v, start);

	if (begun) {
		while (goes_on(&v->server))
			turn(&v->server);
		end(v);
	}
	free_parts(v);
	return begun ? 0 : 1;
}
