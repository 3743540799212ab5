#!/usr/bin/perl
# /api/v1/users.*: who is there, and what they say of themselves
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $nobody = 'The required "userId" or "username" param provided does not ' .
	'match any users';
my %there = (_id => 'str', username => 'str', name => 'str', status => 'str',
	utcOffset => 'int', 'statusText?' => 'str', 'avatarETag?' => 'str');

sub set { succeeded($admin->post("settings/$_[0]", { value => $_[1] }), $_[0]) }

sub status_of { $ada->get('users.getStatus', { userId => $_[0]->id }) }

subtest 'POST users.setStatus' => sub {
	my $set = sub { $ada->post('users.setStatus', { @_ }) };
	for my $status (qw(away busy offline online)) {
		succeeded($set->(status => $status, message => "now $status"),
			$status);
		my $r = $bob->get('users.info', { username => 'ada' })->{user};
		is_deeply [@$r{qw(status statusText)}], [$status, "now $status"],
			'is how others see it';
	}
	$set->(message => '');
	my $r = status_of($ada)->json;
	is_deeply [@$r{qw(status message)}], ['online', ''],
		'either of them, and an empty one';
	refused($set->(status => 'asleep'), 'error-invalid-status',
		'Valid status types include online, away, offline, and busy.');
	refused($set->(message => 'x' x 261), undef,
		'Match error: At most 260 bytes in field message');
	refused($set->(message => 7), undef,
		'Match error: Expected string, got number in field message');
	unauthorized($set->(status => 'away', username => 'bob'),
		'not for others');
	succeeded($admin->post('users.setStatus', { status => 'away',
		username => 'bob' }), 'but for who may edit them');
	is status_of($bob)->{status}, 'away', 'and so it is';
	refused($admin->post('users.setStatus', { userId => 'x' }),
		'error-invalid-user', $nobody);
	set(Accounts_AllowInvisibleStatusOption => \0);
	refused($set->(status => 'offline'), 'error-status-not-allowed',
		'Invisible status is disabled');
	set(Accounts_AllowUserStatusMessageChange => \0);
	refused($set->(status => 'away'), 'error-not-allowed',
		'Change status is not allowed');
	set(Accounts_AllowUserStatusMessageChange => \1);
	set(Accounts_AllowInvisibleStatusOption => \1);
	anonymous($chat->anyone->post('users.setStatus', {}));
};

subtest 'GET users.getStatus' => sub {
	$bob->post('users.setStatus', { status => 'busy', message => 'at work' });
	my $r = status_of($bob);
	succeeded($r, 'of somebody');
	delete $r->json->{success};
	is_deeply $r->json, { _id => $bob->id, status => 'busy',
		message => 'at work' }, 'as it is';
	is_deeply [@{ $bob->get('users.getStatus')->json }{qw(_id status
		connectionStatus)}], [$bob->id, 'busy', 'online'],
		'of oneself, with the connection';
	refused($ada->get('users.getStatus', { userId => 'x' }),
		'error-invalid-user', $nobody);
	anonymous($chat->anyone->get('users.getStatus'));
};

subtest 'GET users.getPresence' => sub {
	my $r = $ada->get('users.getPresence', { username => 'bob' });
	is_deeply $r->json, { presence => 'busy', success => JSON::PP::true },
		'of somebody';
	is $ada->get('users.getPresence', { username => 'rocket.cat' })
		->{presence}, 'offline', 'of who is not there';
	$r = $bob->get('users.getPresence');
	shaped($r->json, { presence => 'str', connectionStatus => 'str',
		lastLogin => 'time', success => 'bool' }, 'of oneself');
	$bob->post('users.setStatus', { status => 'offline' });
	is_deeply [@{ $bob->get('users.getPresence')->json }{qw(presence
		connectionStatus)}], [qw(offline online)], 'who is invisible';
	is $admin->get('users.info', { username => 'bob' })->{user}
		{statusConnection}, 'online', 'which administrators can tell';
	refused($ada->get('users.getPresence', { userId => 'x' }),
		'error-invalid-user', $nobody);
	anonymous($chat->anyone->get('users.getPresence'));
};

subtest 'GET users.presence' => sub {
	my $names = sub { join ' ', sort map { "$_->{username}:$_->{status}" }
		@{ $_[0]->{users} } };
	$bob->post('users.setStatus', { status => 'away', message => 'tea' });
	my $r = $ada->get('users.presence');
	shaped($r->json, { users => [\%there], full => 'bool',
		success => 'bool' });
	is $names->($r), 'ada:online admin:online bob:away', 'who is there';
	is $r->{full}, JSON::PP::true, 'all of them';
	$r = $ada->get('users.presence', { ids => join ',', $bob->id, 'nobody',
		'rocket.cat', $ada->id });
	is_deeply [$names->($r), $r->{full}],
		['ada:online bob:away', JSON::PP::false], 'of some';
	$r = $ada->get('users.presence', { from => '2001-01-01T00:00:00.000Z' });
	is $r->{full}, JSON::PP::true, 'since long ago: all';
	$r = $ada->get('users.presence', { from => 'never' });
	is $r->status, 400, 'a time that is none';
	anonymous($chat->anyone->get('users.presence'));
};

subtest 'GET users.presence, what has changed' => sub {
	my $eve = $chat->user('eve');
	my $from = $admin->get('users.info', { userId => $eve->id })
		->{user}{_updatedAt};
	$eve->post('users.setStatus', { status => 'busy' });
	my $r = $ada->get('users.presence', { from => $from });
	is $r->{full}, JSON::PP::false, 'since a short time ago';
	is_deeply [map { $_->{status} } grep { $_->{username} eq 'eve' }
		@{ $r->{users} }], ['busy'], 'who came or changed';
	ok !grep({ $_->{username} eq 'ada' } @{ $r->{users} }), 'not oneself';
	$admin->post('users.setActiveStatus', { userId => $eve->id,
		activeStatus => \0 });
	is_deeply [map { $_->{status} } grep { $_->{username} eq 'eve' }
		@{ $ada->get('users.presence', { from => $from })->{users} }],
		['offline'], 'or left';
	ok !grep({ $_->{username} eq 'eve' }
		@{ $ada->get('users.presence')->{users} }), 'who is not there';
};
done_testing;
