#!/usr/bin/perl
# Every row of /api/v1/, called by an administrator with rubbish: each answer
# is one that clients understand, and the server lives on.
use strict;
use warnings;
use JSON::PP;
use Test::More;
use lib 't/lib';
use V1;
use Walk;

my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $chat = v1();
my $admin = $chat->admin;
my $boss = $chat->user('boss', roles => ['admin', 'user']);

# ---- a value for each parameter, that fits ----

my (%fill, $scratch, $word);

# A room and a user that may be lost on the way; both come again.
sub refill {
	if ($boss->get('me')->status == 401) {
		$boss = $chat->login('boss', $boss->pass);
	}
	my $r = $boss->get('channels.info', { roomName => 'scratch' });
	$r = $boss->post('channels.create', { name => 'scratch' })
		unless $r->{success};
	$scratch = $r->{channel}{_id};
	$r = $boss->get('users.info', { username => 'victim' });
	my $victim = $r->{success} ? $r->{user}{_id} : do {
		$admin->post('/api/bulk/register', { users => [{ name =>
			'victim', email => 'victim@example.org', pass => 'x-4711' }] });
		$boss->get('users.info', { username => 'victim' })->{user}{_id};
	};
	my $said = $boss->post('chat.postMessage', { roomId => $scratch,
		text => 'walk' });
	$word = $said->{message}{_id} if $said->{success};
	%fill = (%usual, (map { $_ => $scratch } qw(roomId rid channelId prid)),
		roomName => 'scratch', channel => '#scratch', userId => $victim,
		(map { $_ => 'victim' } qw(username user)), (map { $_ => $word }
		qw(messageId msgId mid tmid pmid)));
}

# ---- rubbish ----

my @broken = (
	['half an object' => '{"a":'], ['a list' => '[]'],
	['a text' => '"x"'], ['nothing' => 'null'],
	['two objects' => '{}{}'], ['no JSON' => 'a=b'],
	['a NUL' => '{"a":"\u0000"}'], ['a bare NUL' => "{\"a\":\"\0\"}"],
	['no UTF-8' => "{\"a\":\"\xff\"}"],
	['half a pair' => '{"a":"\ud800"}'],
	['a deep one' => '{"a":' . '[' x 40 . ']' x 40 . '}'],
	['a wide one' => '{"a":[' . join(',', (1) x 5000) . ']}'],
);

# What is broken is refused whatever it would have meant; bytes of a file
# are taken by other rules.
for my $row (grep { $_->{verb} ne 'GET' } @rows) {
	refill();
	my @faults;
	for my $case (@broken) {
		my $r = ask($boss, $row, body => $case->[1],
			type => 'application/json');
		my $fault = fault_of($r);
		$fault ||= 'status ' . $r->status
			if $r->status < 400 || $r->status >= 500;
		push @faults, "$case->[0]: $fault" if $fault;
	}
	for my $case (['a=%ff', 'application/x-www-form-urlencoded'],
		['a=%00', 'application/x-www-form-urlencoded'],
		['--x', 'multipart/form-data; boundary=x'],
		['x', 'multipart/form-data']) {
		my $r = ask($boss, $row, body => $case->[0], type => $case->[1]);
		my $fault = fault_of($r);
		push @faults, "$case->[1]: $fault" if $fault;
	}
	is_deeply \@faults, [], name_of($row) . ' refuses a broken body';
}

my @odd = (5, -1e300, JSON::PP::true, undef, [], [[{}]], { a => [1] },
	'', 'x' x 6000, "../\x{202e}<b>'\"%\r\n");

for my $row (@rows) {
	my $name = name_of($row);
	my $get = $row->{verb} eq 'GET';
	my @faults;
	for my $param (@{ $row->{params} }) {
		refill();
		my %good = map { $_ => $fill{$_} // 'x' } @{ $row->{params} };
		for my $odd ($get ? grep { !ref && defined } @odd : @odd) {
			my %sent = (%good, $param => $odd);
			my $fault = fault_of(
				ask($boss, $row, given(\%sent, $get)));
			push @faults, "$param as " . substr($json->encode($odd),
				0, 30) . ": $fault" if $fault;
		}
	}
	is_deeply \@faults, [], "$name lives with odd values";
	next unless $get;
	for my $query ('a=%00', 'a=%ff', 'a=%', 'query=%7B%00') {
		my $r = ask($boss, $row, path => target($row) . "?$query");
		push @faults, "$query: " . $r->status
			unless $r->status >= 400 && $r->status < 500;
	}
	is_deeply \@faults, [], "$name refuses a broken query";
}
for my $row (grep { $_->{path} =~ /:/ } @rows) {
	my @faults = map {
		my $r = ask($boss, $row, path => target($row, $_, $_),
			$row->{verb} eq 'GET' ? () : (json => {}));
		my $fault = fault_of($r);
		$fault ? "$_: $fault" : ();
	} '%00', '%ff', '%', '..%2f..', 'x' x 3000, '%22%27%3c', $scratch;
	is_deeply \@faults, [], name_of($row) . ' lives with odd paths';
}

is $chat->anyone->get('/health')->{status}, 'ok', 'the server is well';
is $admin->get('me')->{username}, 'admin', 'and still knows everybody';
note calls() . ' calls';
done_testing;
