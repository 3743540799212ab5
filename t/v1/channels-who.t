#!/usr/bin/perl
# /api/v1/channels.* and groups.*: who is in them
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve, $mod) = map { $chat->user($_) } qw(ada bob eve mod);
$mod->get('me'); # and is there
my $guest = $chat->user('gus');
$admin->post('users.update', { userId => $guest->id,
	data => { roles => ['guest'] } });

sub names { return [map { $_->{username} } @{ $_[0] }] }

for (['channels', 'channel', 'c'], ['groups', 'group', 'p']) {
	my ($many, $one, $type) = @$_;
	my $room = $ada->post("$many.create", { name => "dev-$type",
		members => [qw(bob mod)] })->{$one}{_id};
	my %room = (roomId => $room);
	$ada->post("$many.addModerator", { %room, username => 'mod' });
	my $absent = "The required \"roomId\" or \"roomName\" param provided " .
		"does not match any $one";
	my $needs = [$many eq 'channels' ? 'error-roomid-param-not-provided' :
		'error-room-param-not-provided',
		'The parameter "roomId" or "roomName" is required'];
	# what all of these refuse
	my $closed = sub {
		my ($call) = @_;
		refused($ada->get("$many.$call"), @$needs);
		anonymous($chat->anyone->get("$many.$call", { %room }));
		return if $call eq 'online';
		refused($ada->get("$many.$call", { roomId => 'nowhere' }),
			'error-room-not-found', $absent);
		return unauthorized($guest->get("$many.$call", { %room }),
			'a guest sees no channel') if $type eq 'c';
		refused($eve->get("$many.$call", { %room }),
			'error-room-not-found', $absent, 'a stranger sees no group');
	};

	subtest "GET $many.members" => sub {
		my $members = sub {
			my ($r) = $ada->get("$many.members", { %room, @_ });
			return join ' ', @{ names($r->{members}) }, $r->{total};
		};
		my $r = $ada->get("$many.members", { %room });
		shaped($r->json, { success => 'bool', count => 'int',
			offset => 'int', total => 'int', members => [{
			_id => 'str', username => 'str', name => 'str',
			status => 'str', utcOffset => 'int',
			_updatedAt => 'time', 'statusText?' => 'str' }] });
		is_deeply [names($r->{members}), @$r{qw(count offset total)}],
			[[qw(ada bob mod)], 3, 0, 3], 'by name, counted';
		unlike $r->body, qr/example[.]org|roles/, 'and no more of them';
		is $members->(count => 1, offset => 1), 'bob 3', 'in pages';
		is $members->(sort => '{"username":-1}'), 'mod bob ada 3', 'sorted';
		is $members->(filter => 'B'), 'bob 1', 'by a part of the name';
		is $members->(filter => '.'), '0', 'as it is written';
		is $members->(filter => '"\\'), '0', 'whatever it is';
		$bob->post('users.setStatus', { status => 'busy', message => '' });
		is $members->('status[]' => 'busy'), 'bob 1', 'by status';
		is $members->('status[]' => [qw(busy online)]), 'ada bob mod 3',
			'or several';
		is $members->(status => 'busy', filter => 'ad'), '0', 'by both';
		is $members->(status => 'busy', query => '{"username":"ada"}'),
			'0', 'and by a query';
		$bob->post('users.setStatus', { status => 'online', message => '' });
		refused($ada->get("$many.members", { %room,
			filter => 'x' x 2000 }), 'error-invalid-params',
			'The parameters "filter" and "status" are too long');
		refused($ada->get("$many.members", { %room,
			query => '{"emails.address":"x"}' }), 'error-invalid-query',
			'Invalid query parameter provided: ' .
			'"{"emails.address":"x"}"');
		$closed->('members');
		my $cast = $ada->post("$many.create", { name => "cast-$type",
			members => ['bob'], extraData => { broadcast =>
			JSON::PP::true } })->{$one}{_id};
		is $ada->get("$many.members", { roomId => $cast })->{total}, 2,
			'an owner sees who hears a broadcast';
		unauthorized($bob->get("$many.members", { roomId => $cast }),
			'the others do not');
	};

	subtest "GET $many.online" => sub {
		my $r = $ada->get("$many.online", { %room });
		shaped($r->json, { success => 'bool',
			online => [{ _id => 'str', username => 'str' }] });
		is_deeply [sort @{ names($r->{online}) }], [qw(ada bob mod)],
			'who is there';
		is_deeply [map { scalar @{ $ada->get("$many.online",
			{ query => $_ })->{online} } } qq({"_id":"$room"}),
			qq({"name":"dev-$type"})], [3, 3], 'asked as it was once';
		$bob->post('users.setStatus', { status => 'offline', message => '' });
		is_deeply [sort @{ names($ada->get("$many.online",
			{ %room })->{online}) }], [qw(ada mod)], 'and is seen';
		$bob->post('users.setStatus', { status => 'online', message => '' });
		my $none = ucfirst($one) . ' does not exists';
		refused($ada->get("$many.online", { roomId => 'x' }), undef, $none);
		refused($ada->get("$many.online", { query => '{"name":"x"}' }),
			undef, $none);
		refused($ada->get("$many.online", { query => '{' }),
			'error-invalid-query', 'Invalid query parameter provided');
		refused($guest->get("$many.online", { %room }), undef, $none,
			'for a guest there is none');
		refused($eve->get("$many.online", { %room }), undef, $none,
			'nor a group for a stranger') if $type eq 'p';
		$closed->('online');
	};

	subtest "GET $many.moderators" => sub {
		my $r = $bob->get("$many.moderators", { %room });
		shaped($r->json, { success => 'bool', moderators => [{
			_id => 'str', username => 'str', name => 'str' }] });
		is_deeply names($r->{moderators}), ['mod'], 'who is one';
		$closed->('moderators');
	};

	subtest "GET $many.roles" => sub {
		my $r = $bob->get("$many.roles", { roomName => "dev-$type" });
		shaped($r->json, { success => 'bool', roles => [{ _id => 'str',
			rid => 'str', u => { _id => 'str', username => 'str' },
			roles => ['str'] }] });
		is_deeply { map { $_->{u}{username} => $_->{roles} }
			@{ $r->{roles} } }, { ada => ['owner'],
			mod => ['moderator'] }, 'who holds which';
		is $r->{roles}[0]{rid}, $room, 'there';
		$closed->('roles');
	};
}
done_testing;
