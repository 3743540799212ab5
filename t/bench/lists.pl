#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# make bench-v1: what each GET of /api/v1/ costs in a big place, at its default
# page.
#   lists.pl TIMES [PATTERN]
# USERS, ROOMS, MESSAGES, MEMBERS in the environment say how big (100000,
# 10000, 10^6, 10^6); DATA names a directory that is kept and used again.
# The last lines name what took longer than SLOW ms (10) in the 99th
# percentile; all figures stand in build/lists.json.
use strict;
use warnings;
use lib qw(t/lib);
use Chat;
use File::Temp;
use JSON::PP;
use Time::HiRes qw(time);

my ($times, $pattern) = ($ARGV[0] || 100, $ARGV[1] || '.');
my $build = $ENV{BUILD} || 'build';
my $slow = $ENV{SLOW} || 10;
my %size = (USERS => 100_000, ROOMS => 10_000, MESSAGES => 1_000_000,
	MEMBERS => 1_000_000);
$ENV{CHAT_TIME} //= 36000;
alarm $ENV{CHAT_TIME};
my $home = File::Temp->newdir('pocketchat-XXXXXX', TMPDIR => 1);
my $dir = $ENV{DATA} || "$home/data";

sub serve {
	return chat(prefix => '/api/v1/', dir => $dir, settings => {
		api_limit_read => 0, api_limit_write => 0 });
}

sub fill {
	serve()->stop;
	my $began = time;
	system("$build/t/bench/fill", $dir, map { $ENV{$_} || $size{$_} }
		qw(USERS ROOMS MESSAGES MEMBERS)) == 0 or die "fill: $?\n";
	printf "filled in %.0f s\n", time - $began;
}
fill() unless -f "$dir/pocketchat.db";

my $chat = serve();
my $admin = $chat->admin;
my %id;

sub first { my ($path, $many, %q) = @_;
	my $r = $admin->get($path, \%q);
	return $r->{$many}[0]{_id} // die "$path: $r\n" }
$id{hot} = $admin->get('channels.info', { roomName => 'hot' })
	->{channel}{_id} or die "there is no room hot\n";
$id{group} = first('groups.list', 'groups', count => 1);
$id{direct} = first('im.list', 'ims', count => 1);
$id{message} = first('channels.messages', 'messages', roomId => $id{hot},
	count => 1);
$id{thread} = first('chat.getThreadsList', 'threads', rid => $id{hot},
	count => 1);
$id{hook} = first('integrations.list', 'integrations', count => 1);

# What a call has to be told; of all others only the names are needed.
my $since = '2020-01-01T00:00:00.000Z';
my %of = (roomId => $id{hot}, rid => $id{hot}, userId => $admin->id,
	msgId => $id{message}, messageId => $id{message},
	tmid => $id{thread}, integrationId => $id{hook}, id => $id{hook},
	searchText => 'word777 ', command => 'me', params => 'x', role => 'user',
	selector => '{"term":"user0001","name":"room"}', since => $since,
	updatedSince => '2099-01-01T00:00:00.000Z');
my %more = (
	'chat.syncMessages' => { lastUpdate => '2099-01-01T00:00:00.000Z' },
	'directory' => { query => '{"type":"users"}' },
	'spotlight' => { query => 'user00' },
	'users.presence' => { from => '2099-01-01T00:00:00.000Z' },
	'rooms.getDiscussions' => { roomId => $id{hot} },
);
my @again = (['subscriptions.get', {}], ['rooms.get', {}],
	['permissions.listAll', {}], ['directory', { query => '{"type":"channels"}' }],
	['users.list', { sort => '{"username":-1}', offset => 5000 }],
	['users.list', { query => '{"username":{"$regex":"^user09"}}' }],
	['channels.list', { sort => '{"usersCount":-1}' }],
	['channels.list', { sort => '{"msgs":-1}', count => 100 }],
	['channels.members', { roomId => $id{hot}, offset => 20000 }],
	['channels.members', { roomId => $id{hot}, filter => 'user0001' }],
	['channels.history', { roomId => $id{hot}, count => 100,
		latest => '2020-01-01T00:00:00.000Z' }],
	['chat.search', { roomId => $id{hot}, searchText => 'word1' }],
	['spotlight', { query => 'son' }],
	['channels.messages', { roomId => $id{hot}, query =>
		'{"mentions._id":"' . $admin->id . '"}' }],
	['rooms.adminRooms', { filter => 'room0' }]);

sub room_of { $_[0] =~ /^groups/ ? $id{group} : $_[0] =~ /^[id]m[.]/ ?
	$id{direct} : $id{hot} }

sub query_of {
	my ($path, $names) = @_;
	my %q = map { exists $of{$_} ? ($_ => $of{$_}) : () }
		grep { $_ ne '-' } map { s/[?]$//r } split /[ |]/, $names;
	$q{roomId} = room_of($path) if exists $q{roomId};
	delete $q{userId} if $path =~ /counters|^chat.ignoreUser/;
	return { %q, %{ $more{$path} || {} } };
}

my (@rows, @all);
for (grep { /^GET\t/ } split /\n/, `$ENV{POCKETCHAT} routes`) {
	my ($path, $names) = (split /\t/)[1, 4];
	next unless $path =~ s{^/api/v1/}{} && $path !~ /logout|^dm[.]|:/;
	push @rows, [$path, query_of($path, $names)];
}
push @rows, @again;

printf "%-44s %9s %9s %9s %7s %s\n", 'GET', 'p50, ms', 'p99, ms', 'worst',
	'status', 'bytes';
for my $row (grep { "$_->[0]" =~ /$pattern/ } @rows) {
	my ($path, $q) = @$row;
	my ($r, @took);
	my $end = time + 20;
	for (1 .. $times) {
		my $began = time;
		$r = $admin->get($path, $q);
		push @took, 1000 * (time - $began);
		last if time > $end;
	}
	@took = sort { $a <=> $b } @took;
	my $what = $path . join '', map { $q->{$_} =~ /^\w{17}$/ ? '' :
		" $_=" . substr $q->{$_}, 0, 24 } sort grep { $_ !~
		/^roomId$|^rid$|Id$/ } keys %$q;
	my %one = (what => $what, p50 => $took[@took / 2],
		p99 => $took[@took * 99 / 100], worst => $took[-1],
		status => $r->status, bytes => length $r->body);
	printf "%-44.44s %9.2f %9.2f %9.2f %7d %d\n",
		@one{qw(what p50 p99 worst status bytes)};
	STDOUT->flush;
	push @all, \%one;
}
open my $fh, '>', "$build/lists.json" or die "lists.json: $!\n";
print {$fh} JSON::PP->new->canonical->pretty->encode(\@all);
close $fh;
my @slow = grep { $_->{p99} > $slow } @all;
printf "%d calls, %d of them slower than %g ms\n", scalar @all,
	scalar @slow, $slow;
printf "slow: %s: %.1f ms\n", @$_{qw(what p99)} for @slow;
