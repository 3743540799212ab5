/* SPDX-License-Identifier: ISC */
/* What the process may do: limits, and who it is. */
#include "server/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "server/log.h"

enum { RESERVED = 32 };

void
privilege_limits(struct conf *conf)
{
	struct rlimit r = { 1024, 1024 };
	int64_t most;

	getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
	getrlimit(RLIMIT_NOFILE, &r);
	most = (int64_t)r.rlim_cur - RESERVED;
	if (conf->max_connections == 0 || conf->max_connections > most)
		conf->max_connections = most < 1 ? 1 : most;
}

static int
become(const char *name)
{
	struct passwd *p = getpwnam(name);

	if (!p) {
		fprintf(stderr, "pocketchat: user %s does not exist\n", name);
		return -1;
	}
	if (setgroups(0, NULL) < 0 || setgid(p->pw_gid) < 0 ||
	    setuid(p->pw_uid) < 0) {
		fprintf(stderr, "pocketchat: cannot become %s: %s\n", name,
		    strerror(errno));
		return -1;
	}
	return 0;
}

int
privilege_drop(const struct conf *conf)
{
	struct rlimit none = { 0, 0 };
	char name[256];

	setrlimit(RLIMIT_CORE, &none);
	snprintf(name, sizeof name, "%.*s", STR_ARGS(conf->run_as));
	if (geteuid() == 0 && name[0] && become(name) < 0)
		return -1;
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (geteuid() == 0)
		log_line(LOG_WARN, "running as root", "hint",
		    "set user = NAME, or start it as an ordinary user", NULL);
	return 0;
}
