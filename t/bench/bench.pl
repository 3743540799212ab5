#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# make bench: how fast it is, beside peers and beside the bare limit, in
# interleaved rounds on one machine (t/bench/README.md tells how to read it).
#   bench.pl [ROUNDS [SECONDS [ROW...]]]
use strict;
use warnings;
use lib qw(t/lib t/bench);
use Chat;
use IO::Socket::INET;
use JSON::PP ();
use Peers;
use Proc qw(reap slurp spawn);
use Time::HiRes qw(sleep time);

my ($rounds, $seconds, @only) = @ARGV;
$rounds ||= 5;
$seconds ||= 1;
my $build = $ENV{BUILD} || 'build';
my $chat = chat(tls => 1, settings => { idle_timeout => '10m' });
my ($home, $admin) = ($chat->home, $chat->admin);
$ENV{CHAT_TIME} = 3600;
alarm 3600;

# ---- what is asked ----

sub request {
	my ($name, $line, @more) = @_;
	my $body = @more % 2 ? pop @more : '';
	my $text = "$line HTTP/1.1\r\nHost: 127.0.0.1\r\n";
	$text .= shift(@more) . ': ' . shift(@more) . "\r\n" while @more;
	$text .= 'Content-Length: ' . length($body) . "\r\n" if length $body;
	return Peers::write_file("$home/$name.req", "$text\r\n$body");
}

my @me = ('X-Auth-Token' => $admin->{token}, 'X-User-Id' => $admin->{id});
my $history = 'GET /api/rooms/GENERAL/messages';
my $text = 'msg=hello+world%2C+this+is+a+message+of+ordinary+length';
my %ask = (
	version => request('version', 'GET /api/version'),
	cold => request('cold', "$history?count=50", @me),
	hot => request('hot', $history, @me),
	send => request('send', 'POST /api/rooms/GENERAL/send', @me,
		'Content-Type' => 'application/x-www-form-urlencoded', $text),
);
$admin->post('rooms/GENERAL/send', { msg => "number $_, of some length" })
	for 1 .. 60;

# ---- who is asked ----

my $reply = $chat->raw("GET /api/version HTTP/1.1\r\nHost: x\r\n\r\n");
my %peer = (ours => { name => 'pocketchat', port => $chat->port,
	tls_port => $chat->tls_port, pid => $chat->pid });
my %make = (
	nginx => sub { Peers::nginx($home, $reply, $chat->cert, $chat->key) },
	node => sub { Peers::node($build, $home) },
	answer => sub { Peers::bare($build, $home, 'answer',
		Peers::write_file("$home/reply", $reply)) },
	bytes => sub { Peers::bare($build, $home, 'answer',
		Peers::write_file("$home/page", $chat->raw(slurp($ask{hot})))) },
	page => sub { Peers::bare($build, $home, 'page', $chat->dir) },
	write => sub {
		my %env = (ADMIN_USERNAME => 'admin', ADMIN_PASS => 'bare-1234');
		local @ENV{keys %env} = values %env;
		system $ENV{POCKETCHAT} || "$build/pocketchat", 'init', '--data',
			"$home/bare" and die 'init';
		return Peers::bare($build, $home, 'send', "$home/bare");
	},
);
sub peer { return $peer{$_[0]} //= $make{$_[0]}->() }

# ---- one measurement: { rate, cpu (us each), p50, p99 (us) } ----

sub measure {
	my ($p, $run) = @_;
	my $cpu = Peers::cpu_ns($p->{pid});
	my $got = $run->($p) or return;
	$got->{cpu} = (Peers::cpu_ns($p->{pid}) - $cpu) / 1000 / $got->{count};
	return $got;
}

sub load {
	my ($connections, $depth, @ask) = @_;
	return sub {
		my ($p) = @_;
		my $said = qx{$build/t/bench/load $p->{port} $connections $depth \\
			$seconds @ask 2>&1};
		my %got = $said =~ /(\w+)=([\d.]+)/g;
		die "$p->{name}: $said" unless $got{requests} && !$got{errors};
		return { count => $got{requests}, p50 => $got{p50},
			p99 => $got{p99}, longest => $got{max}, rate => $got{requests} / $got{seconds} };
	};
}

# TLS by Debian's wrk and openssl, where they are.
sub tls_requests {
	my ($p) = @_;
	return unless Peers::have('wrk');
	my $s = $seconds < 1 ? 1 : int $seconds;
	my $said = qx{wrk -t1 -c64 -d${s}s https://127.0.0.1:$p->{tls_port}/api/version 2>&1};
	my ($count) = $said =~ /(\d+) requests in/ or die "wrk: $said";
	my ($rate) = $said =~ m{Requests/sec: *([\d.]+)};
	return { count => $count, rate => $rate };
}

sub handshakes {
	my ($how) = @_;
	return sub {
		my ($p) = @_;
		my $s = $seconds < 1 ? 1 : int $seconds;
		my $said = qx{openssl s_time -connect 127.0.0.1:$p->{tls_port} \\
			-$how -time $s 2>&1};
		my ($count, $real) =
			$said =~ /(\d+) connections in (\d+) real seconds/ or die $said;
		return { count => $count || 1, rate => $count / ($real || 1) };
	};
}

# name, run, peers, the bare limit; figures are given as ratios to these.
my @rows = (
	['GET version, 64 connections', load(64, 1, $ask{version}), ['nginx'], 'answer'],
	['the same, pipelined 16 deep', load(64, 16, $ask{version}), ['nginx'], 'answer'],
	['history of 50, cold', load(64, 1, $ask{cold}), [], 'page'],
	['history of 50, hot', load(64, 1, $ask{hot}), [], 'bytes'],
	['send, 1 connection', load(1, 1, $ask{send}), ['node'], 'write'],
	['send, 64 connections', load(64, 1, $ask{send}), ['node'], 'write'],
	['send, 512 connections', load(512, 1, $ask{send}), ['node'], 'write'],
	['90 % hot history, 10 % sends', load(64, 1, $ask{hot}, $ask{send}, 10), [], undef],
	['TLS, GET version, 64 connections', \&tls_requests, ['nginx'], undef],
	['TLS, full handshakes', handshakes('new'), ['nginx'], undef],
	['TLS, resumed handshakes', handshakes('reuse'), ['nginx'], undef],
);

# ---- rounds ----

my (%got, @notes);
sub try_row {
	my ($row) = @_;
	my ($name, $run, $peers, $limit) = @$row;
	for my $who ('ours', @$peers, $limit // ()) {
		my $p = peer($who);
		if ($p->{why}) {
			push @notes, "$p->{name}: $p->{why}";
			next;
		}
		my $m = measure($p, $run) or next;
		push @{ $got{$name}{$who} }, $m;
	}
	return;
}

my @chosen = grep { my $row = $_; !@only || grep { $row->[0] =~ /$_/ } @only }
	@rows;
for my $round (1 .. $rounds) {
	print STDERR "round $round of $rounds\n";
	try_row($_) for @chosen;
}

# ---- the table ----

sub median {
	my @s = sort { $a <=> $b } @_;
	return @s % 2 ? $s[@s / 2] : ($s[@s / 2 - 1] + $s[@s / 2]) / 2;
}

sub figures {
	my ($list, $what) = @_;
	my @v = map { $_->{$what} // () } @$list or return;
	my @s = sort { $a <=> $b } @v;
	return { median => median(@v), min => $s[0], max => $s[-1] };
}

my @table;
for my $row (@chosen) {
	my ($name, undef, $peers, $limit) = @$row;
	my %all;
	for my $who (keys %{ $got{$name} }) {
		$all{$who}{$_} = figures($got{$name}{$who}, $_)
			for qw(rate cpu p50 p99 longest);
	}
	my $ours = $all{ours} or next;
	for my $who (grep { $_ ne 'ours' } keys %all) {
		$all{$who}{ratio} = $ours->{rate}{median} / $all{$who}{rate}{median};
		$all{$who}{cpu_ratio} =
			$ours->{cpu}{median} / ($all{$who}{cpu}{median} || 1);
	}
	push @table, { name => $name, limit => $limit, peers => $peers,
		who => \%all };
}

printf "%-34s %9s %19s %8s %7s  %s\n", 'work', 'a second', '(range)',
	'CPU, us', 'p99, us', 'rate and CPU beside others';
for my $t (@table) {
	my $o = $t->{who}{ours};
	my $beside = join '; ', map {
		my $w = $t->{who}{$_};
		$w ? sprintf '%s %.2f (CPU %.2f)',
			$t->{limit} && $_ eq $t->{limit} ? 'limit' : $_,
			$w->{ratio}, $w->{cpu_ratio} : ()
	} @{ $t->{peers} }, $t->{limit} // ();
	printf "%-34s %9.0f %19s %8.1f %7s  %s\n", $t->{name},
		$o->{rate}{median},
		sprintf('(%.0f-%.0f)', $o->{rate}{min}, $o->{rate}{max}),
		$o->{cpu}{median}, $o->{p99} ? int $o->{p99}{median} : '-', $beside;
}

# ---- start, memory, idle connections, logins ----

# Median ms from exec to an answer, on the data that are there, when what ran
# before was ended by that signal, in the middle of sends.
sub first_answer {
	my ($signal) = @_;
	my $port = Peers::free_port();
	my @took;
	for (1 .. 10) {
		my $began = time;
		my $pid = spawn({ $chat->environment }, ['<', '/dev/null'],
			['>', '/dev/null'], ['>', '/dev/null'],
			$ENV{POCKETCHAT} || "$build/pocketchat", 'serve', '--data',
			$chat->dir, '--listen', "http://127.0.0.1:$port");
		my $s;
		until ($s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port")) {
			sleep 0.0005;
			die 'no answer' if time > $began + 10;
		}
		print {$s} "GET /api/version HTTP/1.1\r\nHost: x\r\n\r\n";
		sysread $s, my $answer, 1000;
		push @took, (time - $began) * 1000;
		my $load = spawn({ %ENV }, ['<', '/dev/null'], ['>', '/dev/null'],
			['>', '/dev/null'], "$build/t/bench/load", $port, 8, 1, 5,
			$ask{send});
		sleep 0.2;
		kill $signal, $pid;
		reap($pid, 15);
		kill 'KILL', $load;
		reap($load, 5);
	}
	shift @took; # what ran before it was another
	return median(@took);
}

# Bytes of the process's own for each of so many that have asked once.
sub idle_bytes {
	my ($p, $count) = @_;
	my $before = (Peers::memory($p->{pid}))[1];
	my $holder = Peers::start($home, 'hold', $p->{port},
		"$build/t/bench/hold", '127.0.0.1', $p->{port}, 'idle', $count, 6);
	sleep 4;
	my $after = (Peers::memory($p->{pid}))[1];
	waitpid $holder->{pid}, 0;
	return ($after - $before) * 1024 / $count;
}

sub idle_tls_bytes {
	my ($p, $count) = @_;
	my $before = (Peers::memory($p->{pid}))[1];
	my @held = map { Wire->new('127.0.0.1', $p->{tls_port}, tls => $chat->cert) }
		1 .. $count;
	for (@held) {
		$_->send("GET /api/version HTTP/1.1\r\nHost: x\r\n\r\n");
		$_->reply;
	}
	return ((Peers::memory($p->{pid}))[1] - $before) * 1024 / $count;
}

# p99 in ms of one client's GETs while so many logins are being hashed.
sub beside_logins {
	my ($c, $count) = @_;
	my @waiting = map { $c->socket } 1 .. $count;
	my $body = "user=admin&password=$Chat::ADMIN_PASS";
	$_->send("POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Length: "
		. length($body) . "\r\n\r\n$body") for @waiting;
	my $said = qx{$build/t/bench/load @{[$c->port]} 1 1 3 $ask{version}};
	return ($said =~ /p99=(\d+)/)[0] / 1000;
}

# So many who follow one room: bytes of the process's own for each (true where
# it has just begun and has no memory to spare), and the time in ms from a
# post's 200 until the last of them has its line.
sub followers {
	my ($count, $rounds) = @_;
	my @token = ('X-Auth-Token' => $admin->{token});
	my $stream = request('follow', 'GET /r/general/json?follow=1&since=now',
		@token);
	my $post = request('post', 'POST /r/general', @token, 'Content-Type' =>
		'text/plain', 'a message of ordinary length for everybody');
	my $before = (Peers::memory($chat->pid))[1];
	my $port = $chat->port;
	open my $run, '-|', "$build/t/bench/follow", $port, $count, $rounds, $stream,
		$post, 2 or die "follow: $!";
	<$run> eq "held\n" or die 'not held';
	sleep 1;
	my $bytes = ((Peers::memory($chat->pid))[1] - $before) * 1024 / $count;
	my %got = (<$run> // '') =~ /(\w+)=([\d.]+)/g;
	close $run or die 'follow';
	return { %got, bytes => $bytes };
}

# p99 in ms of a bare fsync where the data are.
sub bare_fsync {
	open my $f, '>', "$home/fsync" or die;
	my @took;
	for (1 .. 300) {
		my $began = time;
		syswrite $f, 'x' x 4096;
		$f->sync;
		push @took, (time - $began) * 1000;
	}
	return (sort { $a <=> $b } @took)[297];
}

my %own;
for my $t (grep { $_->{name} eq 'send, 64 connections' } @table) {
	$own{'longest wait of a send, ms'} =
		$t->{who}{ours}{longest}{median} / 1000; # checkpoints among it
}
if (!@only || grep { 'followers' =~ /$_/ } @only) {
	my $f = followers(1000, 100);
	$own{"1,000 followers: last line, ms, $_"} = $f->{$_}
		for qw(p50 p99 max);
	$chat->restart;
	@{ $peer{ours} }{qw(port tls_port pid)} =
		($chat->port, $chat->tls_port, $chat->pid);
	$own{'follower, bytes of memory'} = followers(4000, 1)->{bytes};
}
unless (@only) {
	$chat->stop;
	$own{'exec to first answer, ms'} = first_answer('TERM');
	$own{'the same after kill -9, ms'} = first_answer('KILL');
	$chat->start;
	@{ $peer{ours} }{qw(port tls_port pid)} =
		($chat->port, $chat->tls_port, $chat->pid);
	@own{'idle PSS with TLS, KB', 'of it private, KB'} =
		Peers::memory($chat->pid);
	for my $who ('ours', 'nginx') {
		my $p = peer($who);
		next if $p->{why};
		$own{"idle connection, bytes, $p->{name}"} = idle_bytes($p, 2000);
		$own{"idle TLS connection, bytes, $p->{name}"} = idle_tls_bytes($p, 200);
	}
	my $dear = chat(settings => { password_cost => 'ln=14,r=8,p=5' });
	$own{'p99 of GET beside 64 logins, ms'} = beside_logins($dear, 64);
	$own{'p99 of a bare fsync, ms'} = bare_fsync();
}
printf "%-34s %9.1f\n", $_, $own{$_} for sort keys %own;
my %seen;
print "left out: $_\n" for grep { !$seen{$_}++ } @notes;
Peers::write_file("$build/bench.json", JSON::PP->new->canonical->pretty->encode(
	{ rounds => $rounds, seconds => $seconds, rows => \@table, own => \%own,
		left_out => [sort keys %seen] }));
print "all figures: $build/bench.json\n";
