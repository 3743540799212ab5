#!/bin/sh
# SPDX-License-Identifier: ISC
# What `make deps` runs: finds what the build (and with `test` the tests) need
# and do not have, and installs it where apt-get is there.  Silent when
# nothing is missing.
set -u

CC=${CC:-cc}
missing=
packages=

# need "what is missing" "Debian's packages for it"
need()
{
	missing="$missing $1"
	packages="$packages $2"
}

has()
{
	command -v "$1" >/dev/null 2>&1
}

# shellcheck disable=SC2086 # CC may be "ccache gcc"
compiles()
{
	printf '%s\n' "#include <$1>" 'int main(void) { return 0; }' |
		$CC -DJSMN_STATIC -x c -o /dev/null - >/dev/null 2>&1
}

need_compiler()
{
	case $CC in
	*clang*) need "$CC" 'clang libc6-dev' ;;
	*) need "$CC" 'gcc libc6-dev' ;;
	esac
}

perl_is_whole()
{
	perl -MTest::More -MJSON::PP -MTime::HiRes -MIO::Socket::UNIX -e 1 \
		>/dev/null 2>&1
}

look()
{
	missing=
	packages=
	compiles stddef.h || need_compiler
	has make || need make make
	# Without a compiler nothing is known of headers: install them too.
	compiles sqlite3.h || need sqlite3.h libsqlite3-dev
	compiles openssl/ssl.h || need openssl/ssl.h libssl-dev
	compiles jsmn.h || need jsmn.h libjsmn-dev
	[ "$1" = test ] || return 0
	perl_is_whole || need perl perl
	has prove || need prove perl
	has curl || need curl curl
	has openssl || need openssl openssl
	has sqlite3 || need sqlite3 sqlite3
	# Its test can be skipped, so it is no reason to stop elsewhere.
	has mandoc || ! has apt-get || need mandoc mandoc
}

# Mirrors have bad moments: three tries with pauses.
try()
{
	for pause in 3 10 0; do
		"$@" && return 0
		[ $pause = 0 ] || sleep $pause
	done
	return 1
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		DEBIAN_FRONTEND=noninteractive "$@"
	else
		sudo DEBIAN_FRONTEND=noninteractive "$@"
	fi
}

# shellcheck disable=SC2086 # a list of words
install()
{
	try as_root apt-get update -q &&
		try as_root apt-get install -q -y --no-install-recommends \
			$packages
}

advise()
{
	cat >&2 <<-END
	deps: install these packages, then try again:
	  Debian, Ubuntu  gcc libc6-dev make libsqlite3-dev libssl-dev
	                  libjsmn-dev; to test: perl curl openssl sqlite3 mandoc
	  Alpine          build-base sqlite-dev openssl-dev; to test: perl
	                  perl-utils curl openssl sqlite mandoc
	  Fedora          gcc make sqlite-devel openssl-devel; to test: perl curl
	                  openssl sqlite mandoc
	  Arch            base-devel sqlite openssl; to test: perl curl mandoc
	jsmn.h, where no package has it, is one file of
	https://github.com/zserge/jsmn: put it into /usr/local/include.
	END
}

look "${1:-build}"
[ -n "$missing" ] || exit 0
echo "deps: missing:$missing" >&2
if ! has apt-get; then
	advise
	exit 1
fi
if [ "$(id -u)" != 0 ]; then
	if ! has sudo; then
		echo "deps: as root, run: apt-get update &&" \
			"apt-get install --no-install-recommends$packages" >&2
		exit 1
	fi
	# Asked once, not at each try.
	sudo -v || exit 1
	echo 'deps: installing needs root, so by sudo' >&2
fi
echo "deps: installing:$packages" >&2
install
look "${1:-build}"
[ -z "$missing" ] && exit 0
echo "deps: still missing:$missing" >&2
advise
exit 1
