# SPDX-License-Identifier: ISC
# Who is measured beside whom: each contender is started once, on loopback,
# with data on the disk, and gives a port, the process that works, and why it
# is not here if it is not.
package Peers;
use strict;
use warnings;
use Carp;
use IO::Socket::INET;
use Proc qw(reap slurp spawn);
use Time::HiRes qw(sleep time);

my @started;

sub free_port {
	my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
		or croak "no port: $!";
	return $s->sockport;
}

sub answers {
	my ($port) = @_;
	for (my $until = time + 20; time < $until; sleep 0.01) {
		return 1 if IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port");
	}
	croak "nothing listens on $port";
}

sub start {
	my ($home, $name, $port, @command) = @_;
	my $pid = spawn({ %ENV }, ['<', '/dev/null'], ['>', "$home/$name.out"],
		['>', "$home/$name.err"], @command);
	push @started, $pid;
	eval { answers($port); 1 }
		or croak "$name: " . slurp("$home/$name.err");
	return { name => $name, port => $port, pid => $pid };
}

END {
	my $status = $?;
	kill 'TERM', @started if @started;
	defined reap($_, 5) or kill 'KILL', $_ for @started;
	$? = $status;
}

sub have { return !system "command -v $_[0] >/dev/null 2>&1" }

sub write_file {
	my ($file, $text) = @_;
	open my $f, '>:raw', $file or croak "$file: $!";
	print {$f} $text;
	close $f or croak "$file: $!";
	return $file;
}

# nginx sends the same header and body bytes as we do for `version`.
sub nginx {
	my ($home, $reply, $cert, $key) = @_;
	return { name => 'nginx', why => 'not installed' } unless have('nginx');
	my ($head, $body) = split /\r\n\r\n/, $reply, 2;
	my ($port, $tls) = (free_port(), free_port());
	my $add = join '', map { /^([\w-]+): (.*)/ &&
		$1 !~ /^(?:server|date|content-(?:length|type)|connection)$/i
		? "add_header $1 \"$2\" always;\n" : '' } split /\r\n/, $head;
	$body =~ s/(["\\])/\\$1/g;
	my $site = "default_type application/json; $add\n"
		. "location / { return 200 \"$body\"; }";
	my $conf = write_file("$home/nginx.conf", <<"END");
daemon off; worker_processes 1; pid $home/nginx.pid;
error_log $home/nginx.log; user root;
events { worker_connections 20000; }
http { access_log off; keepalive_requests 100000000;
keepalive_timeout 600; ssl_session_cache shared:s:1m;
ssl_protocols TLSv1.2 TLSv1.3;
ssl_certificate $cert; ssl_certificate_key $key;
client_body_temp_path $home; proxy_temp_path $home;
fastcgi_temp_path $home; uwsgi_temp_path $home; scgi_temp_path $home;
server { listen 127.0.0.1:$port backlog=4096; $site }
server { listen 127.0.0.1:$tls ssl backlog=4096; $site } }
END
	my $p = start($home, 'nginx', $port, 'nginx', '-p', $home, '-c', $conf);
	answers($tls);
	$p->{tls_port} = $tls;
	my $master = $p->{pid}; # it listens before its worker is there
	until (($p->{pid}) = children($master)) {
		sleep 0.01;
	}
	return $p;
}

sub children {
	my ($of) = @_;
	return grep { slurp("/proc/$_/stat") =~ /^\d+ \(.*\) \S $of / }
		map { m{(\d+)$} } glob '/proc/[0-9]*';
}

sub bare {
	my ($build, $home, $mode, $what) = @_;
	my $port = free_port();
	return start($home, "bare-$mode", $port, "$build/t/bench/bare", $port,
		$mode, $what);
}

# Node with better-sqlite3, from npm, once.
sub node {
	my ($build, $home) = @_;
	my $where = "$build/t/bench/node";
	return { name => 'node', why => 'no node and npm' }
		unless have('node') && have('npm');
	system "mkdir -p $where && cd $where && npm install --silent "
		. "--no-audit --no-fund better-sqlite3\@12 >npm.log 2>&1"
		unless -d "$where/node_modules/better-sqlite3/build";
	return { name => 'node', why => "npm install failed: $where/npm.log" }
		unless -d "$where/node_modules/better-sqlite3/build";
	my $port = free_port();
	local $ENV{NODE_PATH} = "$where/node_modules";
	return start($home, 'node', $port, 'node', 't/bench/peer.js', $port,
		"$home/node.db");
}

# Nanoseconds on a processor, all threads.
sub cpu_ns {
	my ($pid) = @_;
	my $ns = 0;
	for my $task (glob "/proc/$pid/task/*/schedstat") {
		$ns += (split ' ', slurp($task))[0] // 0;
	}
	return $ns;
}

# Kilobytes: proportional, and those of our own alone.
sub memory {
	my ($pid) = @_;
	my $rollup = slurp("/proc/$pid/smaps_rollup");
	my %kb = $rollup =~ /^(\w+): +(\d+) kB/mg;
	return ($kb{Pss}, $kb{Private_Clean} + $kb{Private_Dirty});
}

1;
