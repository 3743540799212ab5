/* SPDX-License-Identifier: ISC */
/* Settings: where they come from, and what they refuse. */
#include "server/conf.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/log.h"
#include "t/unit/tap.h"

static char dir[] = "/tmp/pocketchat-conf-XXXXXX", file[64];
static struct conf conf;
static struct arena mem;
static char why[1024];

static void
write_file(const char *text)
{
	FILE *f = fopen(file, "w");

	fputs(text, f);
	fclose(f);
}

/* With --name value, and as many more. */
static bool
load(const char *name, const char *value, const char *name2, const char *value2)
{
	struct conf_flag flags[] = { { "data", dir }, { name, value },
		{ name2, value2 } };

	arena_reset(&mem);
	why[0] = '\0';
	return conf_load(&conf, &mem, NULL, flags,
	    name2  ? 3u
	    : name ? 2u
		   : 1u,
	    why, sizeof why);
}

static bool
plain(void)
{
	return load(NULL, NULL, NULL, NULL);
}

static bool
says(const char *part)
{
	if (strstr(why, part))
		return true;
	printf("# it says: %s\n", why);
	return false;
}

static bool
flag_fails(const char *name, const char *value, const char *part)
{
	return !load(name, value, NULL, NULL) && says(part);
}

static bool
file_fails(const char *text, const char *part)
{
	bool failed;

	write_file(text);
	failed = !plain() && says(part);
	unlink(file);
	return failed;
}

static bool
env_fails(const char *name, const char *value, const char *part)
{
	bool failed;

	setenv(name, value, 1);
	failed = !plain() && says(part);
	unsetenv(name);
	return failed;
}

static void
test_defaults(void)
{
	ok(plain(), "nothing needs to be said");
	ok(conf.listens == 1 &&
		str_eq(conf.listen[0], STR("http://127.0.0.1:3000")),
	    "it listens on loopback");
	ok(conf.token_lifetime == 90 * 86400 && conf.token_idle == 0 &&
		conf.login_throttle && conf.rate_limit == 20 &&
		conf.presence_timeout == 300,
	    "tokens last 90 days and logins are throttled");
	ok(conf.login_attempts == 5 && conf.login_period == 10 &&
		conf.login_wait == 5 && conf.max_bulk_waiting == 4,
	    "after five attempts, and few of them wait");
	ok(conf.max_headers == 100 && conf.max_fields == 1000 &&
		conf.max_bulk_fields == 16384 && conf.max_json == 4096 &&
		conf.max_bulk_json == 131072,
	    "what a request is made of has bounds");
	ok(conf.max_connections == 0 &&
		conf.max_connections_per_address == 100 &&
		conf.max_handshakes == 64 && conf.max_turn == 512 &&
		conf.max_turn_connection == 32 &&
		conf.max_turn_bytes == 524288 && conf.max_turn_accepts == 64 &&
		conf.max_turn_handshakes == 8,
	    "connections have caps");
	ok(conf.max_line == 8192 && conf.max_head == 16384 &&
		conf.max_body == 262144 && conf.max_bulk_body == 8388608 &&
		conf.max_queue == 65536 && conf.max_queue_total == 16777216 &&
		conf.max_message == 5000 && conf.disk_reserve == 33554432,
	    "so has memory");
	ok(conf.head_timeout == 10 && conf.body_timeout == 20 &&
		conf.body_rate == 16384 && conf.idle_timeout == 60 &&
		conf.send_timeout == 30 && conf.handshake_timeout == 10 &&
		conf.linger_timeout == 2 && conf.max_linger == 1048576 &&
		conf.busy_timeout == 5,
	    "so has patience");
	ok(conf.password_cost.ln == 14 && conf.password_cost.r == 8 &&
		conf.password_cost.p == 5,
	    "passwords cost 16 MB five times");
	ok(!conf.log_json && conf.log_level == LOG_INFO &&
		!conf.plain_http_anywhere && !conf.https_redirect &&
		conf.run_as.len == 0 && conf.tls_cert.len == 0,
	    "the rest is off");
}

static void
test_order(void)
{
	write_file("# ours\n\nmax_body = 1m # a megabyte\r\n"
		   "rate-limit=off\n\tlogin_throttle =off\t\n"
		   "listen = http://127.0.0.1:1, http://[::1]:2\n"
		   "listen = unix:/tmp/a#b\ntls_key =\n");
	ok(plain() && conf.max_body == 1048576 && conf.rate_limit == 0 &&
		!conf.login_throttle,
	    "the file in the data directory is read");
	ok(conf.listens == 3 && str_eq(conf.listen[1], STR("http://[::1]:2")) &&
		str_eq(conf.listen[2], STR("unix:/tmp/a#b")),
	    "a list grows line by line");
	setenv("POCKETCHAT_MAX_BODY", "2m", 1);
	setenv("POCKETCHAT_LISTEN", "http://127.0.0.1:4 http://127.0.0.1:5", 1);
	ok(plain() && conf.max_body == 2097152, "environment before file");
	ok(conf.listens == 2 &&
		str_eq(conf.listen[1], STR("http://127.0.0.1:5")),
	    "a list is replaced whole");
	ok(load("max-body", "3m", NULL, NULL) && conf.max_body == 3145728,
	    "flag before environment");
	ok(load("listen", "http://127.0.0.1:7", "listen",
	       "http://127.0.0.1:8") &&
		conf.listens == 2 &&
		str_eq(conf.listen[1], STR("http://127.0.0.1:8")),
	    "a flag may be repeated for a list");
	ok(load("max_body", "3m", "max-body", "4m") && conf.max_body == 4194304,
	    "otherwise the last one counts, with - or _");
	setenv("POCKETCHAT_MAX_BODY", "", 1);
	ok(plain() && conf.max_body == 1048576, "an empty variable is none");
	unsetenv("POCKETCHAT_MAX_BODY");
	unsetenv("POCKETCHAT_LISTEN");
	unlink(file);
}

static void
test_rocket(void)
{
	setenv("PORT", "3100", 1);
	setenv("ROOT_URL", "https://chat.example.org", 1);
	setenv("ADMIN_PASS", "x y", 1);
	setenv("ADMIN_EMAIL", "", 1);
	ok(plain() && conf.listens == 1 &&
		str_eq(conf.listen[0], STR("http://127.0.0.1:3100")),
	    "PORT says where");
	ok(str_eq(conf.root_url, STR("https://chat.example.org")) &&
		str_eq(conf.admin_pass, STR("x y")) && !conf.admin_email.ptr &&
		!conf.admin_username.ptr,
	    "Rocket.Chat's other variables count too");
	ok(load("listen", "http://127.0.0.1:9", NULL, NULL) &&
		str_eq(conf.listen[0], STR("http://127.0.0.1:9")),
	    "but not against a listen of ours");
	write_file("listen = http://127.0.0.1:10\nroot_url = http://a.b\n");
	ok(plain() && str_eq(conf.listen[0], STR("http://127.0.0.1:10")),
	    "nor against the file's");
	ok(str_eq(conf.root_url, STR("https://chat.example.org")),
	    "while ROOT_URL is environment, before the file");
	unlink(file);
	ok(env_fails("PORT", "http", "127.0.0.1:http"), "a port is a number");
	unsetenv("PORT");
	unsetenv("ROOT_URL");
	unsetenv("ADMIN_PASS");
	unsetenv("ADMIN_EMAIL");
}

static void
test_unknown(void)
{
	ok(file_fails("\n\nmax_boddy = 1\n", "pocketchat.conf:3: "),
	    "an unknown key names file and line");
	ok(file_fails("max_boddy = 1\n", "max_body?"), "and the nearest key");
	ok(file_fails("Max-Line\n", "key = value"),
	    "a line without = is told how to be");
	ok(file_fails("max_line=1k\nmax_line=2k\n", "in line 1 already"),
	    "a key twice is an error");
	ok(file_fails("max_line = 9x\n", "pocketchat.conf:1"),
	    "a bad value names its line");
	ok(file_fails("data = /elsewhere\n", "use --data"),
	    "the file in the data directory cannot move it");
	ok(file_fails("\xff\x01 = 1\n", "pocketchat.conf:1"),
	    "bytes that are no text are an unknown key");
	ok(env_fails("POCKETCHAT_RATELIMIT", "1", "POCKETCHAT_RATE_LIMIT?"),
	    "so it goes in the environment");
	ok(env_fails("POCKETCHAT_", "1", "unset it"), "even without a name");
	setenv("POCKETCHAT_PASSWORD", "x", 1);
	ok(plain(), "POCKETCHAT_PASSWORD is for the command line");
	unsetenv("POCKETCHAT_PASSWORD");
	ok(flag_fails("no-such", "1", "--no-such"), "and with flags");
}

static void
test_values(void)
{
	static const char *const bad[][3] = {
		{ "max_body", "", "64m" },
		{ "max_body", "-1", "64m" },
		{ "max_body", "1kk", "64m" },
		{ "max_body", "0x10", "64m" },
		{ "max_body", "1 m", "64m" },
		{ "max_body", "9223372036854775807k", "64m" },
		{ "max_body", "99999999999999999999", "64m" },
		{ "max_body", "off", "from 1k" },
		{ "max_head", "64k", "65535" },
		{ "max_headers", "101", "from 8 to 100" },
		{ "login_period", "16m", "from 1s to 900s" },
		{ "max_turn", "0", "from 1" },
		{ "max_turn", "1k", "a number" },
		{ "rate_limit", "1.5", "or off" },
		{ "token_lifetime", "1w", "90d" },
		{ "token_lifetime", "d", "90d" },
		{ "token_lifetime", "-1d", "90d" },
		{ "head_timeout", "off", "from 1s" },
		{ "login_throttle", "true", "off|on" },
		{ "login_throttle", "", "off|on" },
		{ "plain_http", "any", "loopback|anywhere" },
		{ "log_level", "inf", "debug|info|warn|error" },
		{ "log_level", "debug|info", "debug|info|warn|error" },
		{ "password_cost", "ln=9,r=8,p=1", "scrypt" },
		{ "password_cost", "14", "scrypt" },
		{ "listen", " , ", "an address" },
		{ "data", "", "--data" },
		{ "tls_cert", "a\nb", "one line" },
	};
	size_t i;
	bool fine = true;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!flag_fails(bad[i][0], bad[i][1], bad[i][2])) {
			printf("# %s = %s\n", bad[i][0], bad[i][1]);
			fine = false;
		}
	ok(fine, "values that are none are told what would be right");
	ok(load("max_body", "64M", NULL, NULL) &&
		conf.max_body == 64 * 1024 * 1024,
	    "units are the same in capitals");
	ok(load("token_idle", "90", "token_lifetime", "off") &&
		conf.token_idle == 90 && conf.token_lifetime == 0,
	    "times are plain seconds, or off");
	ok(load("log_format", "json", "log_level", "error") && conf.log_json &&
		conf.log_level == LOG_ERROR,
	    "words become what they mean");
	ok(flag_fails("listen",
	       "unix:a,unix:b,unix:c,unix:d,unix:e,unix:f,unix:g,unix:h,"
	       "unix:i",
	       "at most 8"),
	    "there are at most eight listeners");
}

static void
test_listen(void)
{
	static const char *const good[] = { "http://127.0.0.1:0",
		"http://127.9.9.9:65535/", "http://[::1]:3000",
		"http://localhost:1", "http://[::ffff:127.0.0.1]:1",
		"unix:/run/chat.sock" };
	static const char *const bad[] = { "127.0.0.1:3000",
		"ftp://127.0.0.1:1", "http://127.0.0.1",
		"http://127.0.0.1:", "http://127.0.0.1:65536",
		"http://127.0.0.1:-1", "http://chat.example.org:80",
		"http://127.0.0.1:80/chat", "http://:80", "http://127.1:80",
		"http://", "unix:", "http://127.0.0.1:80x",
		"HTTP://127.0.0.1:80" };
	static const char *const open[] = { "http://0.0.0.0:80",
		"http://[::]:80", "http://192.0.2.1:80",
		"http://[::ffff:10.0.0.1]:80", "http://128.0.0.1:80" };
	bool fine[3] = { true, true, true };
	char long_path[200] = "unix:/";
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++)
		fine[0] &= load("listen", good[i], NULL, NULL);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		fine[1] &= !load("listen", bad[i], NULL, NULL) && says(bad[i]);
	for (i = 0; i < sizeof open / sizeof *open; i++)
		fine[2] &=
		    flag_fails("listen", open[i], "plain_http = anywhere") &&
		    load("listen", open[i], "plain_http", "anywhere");
	ok(fine[0], "loopback and Unix sockets are served plainly");
	ok(fine[1], "other things are no addresses");
	ok(fine[2], "plain HTTP elsewhere has to be said in so many words");
	memset(long_path + 6, 'a', 150);
	ok(flag_fails("listen", long_path, "too long"),
	    "a socket's path has an end");
}

static void
test_together(void)
{
	ok(flag_fails(
	       "listen", "https://0.0.0.0:443", "pocketchat cert self-signed"),
	    "HTTPS needs a certificate");
	ok(flag_fails("tls_cert", "a", "without the other"),
	    "a certificate needs its key");
	ok(flag_fails("https_redirect", "on", "https://"),
	    "a redirect needs somewhere to go");
	setenv("POCKETCHAT_ROOT_URL", "https://chat.example.org", 1);
	ok(load("https_redirect", "on", "listen", "http://0.0.0.0:80"),
	    "and then it may stand anywhere");
	unsetenv("POCKETCHAT_ROOT_URL");
	ok(flag_fails("root_url", "https://a b", "root_url") &&
		flag_fails("root_url", "chat.example.org", "root_url") &&
		flag_fails("root_url", "https://a\r", "root_url"),
	    "our address goes into replies, so it is looked at");
	ok(load("trusted_proxies", "127.0.0.1, 10.0.0.0/8,::1/128,unix", NULL,
	       NULL),
	    "proxies are addresses and networks");
	ok(flag_fails("trusted_proxies", "10.0.0.0/33", "trusted_proxies") &&
		flag_fails("trusted_proxies", "10.0.0.0/", "trusted") &&
		flag_fails("trusted_proxies", "nginx", "trusted_proxies"),
	    "and nothing else");
	write_file("listen = https://0.0.0.0:443\n");
	ok(!plain() && conf_read(&conf, &mem, NULL,
			   (struct conf_flag[]){ { "data", dir } }, 1, why,
			   sizeof why),
	    "what does not serve can do with values that do not fit yet");
	unlink(file);
}

static void
test_files(void)
{
	struct conf_flag flag = { "data", "/elsewhere" };
	char big[70000];

	ok(!conf_load(
	       &conf, &mem, "/no/such/file", &flag, 1, why, sizeof why) &&
		says("/no/such/file: No such file"),
	    "a file that was named must be there");
	ok(!conf_load(&conf, &mem, dir, &flag, 1, why, sizeof why) && says(dir),
	    "and be a file");
	memset(big, '\n', sizeof big);
	big[sizeof big - 1] = '\0';
	ok(file_fails(big, "too large"), "and not be endless");
	write_file("data = /srv/chat\nmax_line = 1k");
	ok(conf_load(&conf, &mem, file, NULL, 0, why, sizeof why) &&
		str_eq(conf.data, STR("/srv/chat")) && conf.max_line == 1024,
	    "it may say where the data is");
	ok(conf_load(&conf, &mem, file, &flag, 1, why, sizeof why) &&
		str_eq(conf.data, STR("/elsewhere")),
	    "a flag comes first there too");
	setenv("POCKETCHAT_CONFIG", file, 1);
	ok(conf_load(&conf, &mem, NULL, NULL, 0, why, sizeof why) &&
		str_eq(conf.data, STR("/srv/chat")),
	    "POCKETCHAT_CONFIG names the file");
	unsetenv("POCKETCHAT_CONFIG");
	unlink(file);
}

/* What is shown can be read again. */
static void
test_show(void)
{
	struct conf first;
	int kept = dup(STDOUT_FILENO);
	bool same, value;
	FILE *f;

	load("listen", "unix:/a unix:/b", "max_body", "1m");
	first = conf;
	fflush(stdout);
	f = freopen(file, "w", stdout);
	conf_show(&conf);
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	same = f && plain();
	ok(same && conf.max_body == first.max_body && conf.listens == 2 &&
		conf.password_cost.p == 5,
	    "what is shown can be read again");
	unlink(file);
	ok(conf_is_setting("max-body", &value) && value &&
		conf_is_setting("https_redirect", &value) && !value &&
		!conf_is_setting("no", &value),
	    "a switch alone is a flag, too");
}

int
main(void)
{
	unsetenv("PORT");
	unsetenv("ROOT_URL");
	if (!mkdtemp(dir))
		return 1;
	snprintf(file, sizeof file, "%s/pocketchat.conf", dir);
	test_defaults();
	test_order();
	test_rocket();
	test_unknown();
	test_values();
	test_listen();
	test_together();
	test_files();
	test_show();
	rmdir(dir);
	arena_free(&mem);
	return done();
}
