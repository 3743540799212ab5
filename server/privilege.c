/* SPDX-License-Identifier: ISC */
/* What the process may do: limits, and who it is. */
#include "server/privilege.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server/log.h"

enum { RESERVED = 32, NOBODY = 65534 };

struct person {
	uid_t uid;
	gid_t gid;
};

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
	/* each file on its way has one */
	most -= conf->max_uploads < most / 4 ? conf->max_uploads : most / 4;
	if (conf->max_connections == 0 || conf->max_connections > most)
		conf->max_connections = most < 1 ? 1 : most;
}

static int
complain(const char *what, const char *why)
{
	fprintf(stderr, "pocketchat: %s: %s\n", what, why);
	return -1;
}

/* ---- who serves ---- */

static int
choose(const struct conf *conf, const char *dir, struct person *who)
{
	char name[256];
	const struct passwd *p;
	struct stat s;

	snprintf(name, sizeof name, "%.*s", STR_ARGS(conf->run_as));
	if (name[0]) {
		if (!(p = getpwnam(name)))
			return complain(name, "this user does not exist");
		*who = (struct person){ p->pw_uid, p->pw_gid };
		return who->uid ? 0
				: complain(name, "user = NAME is there to give "
						 "up root: name another");
	}
	if (stat(dir, &s) < 0)
		return complain(dir, strerror(errno));
	*who = (struct person){ s.st_uid, s.st_gid };
	return 0;
}

/* What root made; never what somebody else placed there for root to give
 * away. */
static int
give(int dir, const char *name, const struct person *to)
{
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), done = 0;
	struct stat s;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	if (fstat(fd, &s) == 0 && s.st_uid == 0 &&
	    (S_ISDIR(s.st_mode) || (S_ISREG(s.st_mode) && s.st_nlink == 1)))
		done = fchownat(fd, "", to->uid, to->gid, AT_EMPTY_PATH);
	close(fd);
	return done;
}

static int
give_data(const char *path, const struct person *to)
{
	static const char *const names[] = { "pocketchat.db",
		"pocketchat.db-wal", "pocketchat.db-shm", "pocketchat.lock",
		"uploads", "." };
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool given = dir >= 0;
	size_t i;

	for (i = 0; given && i < sizeof names / sizeof *names; i++)
		given = give(dir, names[i], to) == 0;
	if (!given)
		complain(path, strerror(errno));
	if (dir >= 0)
		close(dir);
	return given ? 0 : -1;
}

static int
become(const struct person *who)
{
	if (setgroups(0, NULL) < 0 ||
	    setresgid(who->gid, who->gid, who->gid) < 0)
		return -1;
	return setresuid(who->uid, who->uid, who->uid);
}

static int
leave_root(const struct conf *conf)
{
	char dir[4096];
	struct person who;

	snprintf(dir, sizeof dir, "%.*s", STR_ARGS(conf->data));
	if (choose(conf, dir, &who) < 0)
		return -1;
	if (who.uid == 0)
		return 0;
	if (give_data(dir, &who) < 0)
		return -1;
	if (become(&who) < 0)
		return complain("cannot give up root", strerror(errno));
	if (access(dir, R_OK | W_OK | X_OK) < 0) /* a path of root's alone */
		return complain(dir, "the user that serves cannot use it");
	return 0;
}

/* ---- powers ---- */

/* While it is root: what no program can have again. */
static void
bound_capabilities(void)
{
	unsigned long c;

	for (c = 0; prctl(PR_CAPBSET_READ, c, 0, 0, 0) >= 0; c++)
		prctl(PR_CAPBSET_DROP, c, 0, 0, 0);
}

/* Without any there is nothing to do, and the calls may be forbidden. */
static int
drop_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct set[_LINUX_CAPABILITY_U32S_3] = { 0 };
	uint32_t any;

	if (syscall(SYS_capget, &head, set) < 0)
		return -1;
	any = set[0].permitted | set[1].permitted | set[0].inheritable |
	      set[1].inheritable;
	if (!any)
		return 0;
	memset(set, 0, sizeof set);
	return (int)syscall(SYS_capset, &head, set);
}

static void
keep_secrets(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* a new uid would undo it */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int
privilege_drop(const struct conf *conf)
{
	bound_capabilities();
	if (geteuid() == 0 && leave_root(conf) < 0)
		return -1;
	if (drop_capabilities() < 0)
		return complain("cannot give up capabilities", strerror(errno));
	keep_secrets();
	if (geteuid() == 0)
		log_line(LOG_WARN, "running as root, without its powers",
		    "hint", "set user = NAME, or start it as an ordinary user",
		    NULL);
	return 0;
}

void
privilege_forgo(void)
{
	const struct person nobody = { NOBODY, NOBODY };

	bound_capabilities();
	/* a container may know no nobody: then it is a root without powers */
	if (geteuid() == 0)
		(void)become(&nobody);
	drop_capabilities();
	keep_secrets();
}
