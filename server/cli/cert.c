/* SPDX-License-Identifier: ISC */
/* cert: a certificate to try HTTPS with. */
#include <stdio.h>
#include <unistd.h>

#include "server/cli/cli.h"
#include "server/cli/rows.h"
#include "server/tls_cert.h"

/* A name or an address, and nothing that means more to OpenSSL. */
static bool
host_fits(struct str host)
{
	size_t i;

	for (i = 0; i < host.len; i++) {
		char c = host.ptr[i] | 32;

		if (!((c >= 'a' && c <= 'z') ||
			(host.ptr[i] >= '0' && host.ptr[i] <= '9') ||
			(host.ptr[i] && strchr("-.:", host.ptr[i]))))
			return false;
	}
	return host.len > 0 && host.len <= 64;
}

/* Both or nothing: a key without its certificate would help nobody. */
static int
check_free(const struct cli *c)
{
	static const char *const names[] = { "cert.pem", "key.pem" };
	char path[4096];
	int i;

	for (i = 0; i < 2; i++) {
		snprintf(
		    path, sizeof path, "%s/%s", c->conf.data.ptr, names[i]);
		if (access(path, F_OK) == 0)
			return cli_fail("%s is there already; move it away "
					"first",
			    path);
	}
	return 0;
}

static int
self_signed(struct cli *c)
{
	struct str host = cli_option(c, "host");
	const char *dir = c->conf.data.ptr;
	char why[512] = "";
	bool named;

	if (!host.ptr)
		host = STR("localhost");
	named = !str_eq(host, STR("localhost"));
	if (!host_fits(host))
		return cli_fail("%s is no host name of at most 64 characters "
				"and no address",
		    host.ptr);
	if (cli_make_dir(c) || check_free(c))
		return 1;
	if (tls_self_signed(dir, host.ptr, why, sizeof why) < 0)
		return cli_fail("%s", why);
	cli_note(c,
	    "made a certificate for %s%slocalhost, 127.0.0.1 and ::1, "
	    "for a year; serve with",
	    named ? host.ptr : "", named ? ", " : "");
	return cli_say(
	    c, "--tls-cert %s/cert.pem --tls-key %s/key.pem", dir, dir);
}

/* clang-format off */
const struct command cert_commands[] = {
	COMMAND("cert self-signed", "", "certificate and key to try HTTPS with",
	    CLI_SETTINGS, self_signed, OPTIONS(
		OPTION("host", "NAME", "whose it is (localhost)"))),
	END_OF_COMMANDS,
};
