#!/usr/bin/perl
# /api/v1/channels.* and groups.*: what was said in them
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my %who = (_id => 'str', username => 'str', 'name?' => 'str');
my %message = (_id => 'str', rid => 'str', msg => 'str', ts => 'time', u => \%who,
	urls => ['any'], mentions => ['any'], channels => ['any'],
	_updatedAt => 'time', map { ("$_?" => 'any') } qw(t role tmid tcount tlm
	replies));

sub texts { return [map { $_->{msg} } @{ $_[0]{messages} }] }

for (['channels', 'channel', 'c'], ['groups', 'group', 'p']) {
	my ($many, $one, $type) = @$_;
	my $id = $ada->post("$many.create", { name => "dev-$type",
		members => ['bob'] })->{$one}{_id};
	my %r = (roomId => $id);
	my @m = map { $ada->post('chat.postMessage',
		{ %r, text => "m$_" })->{message} } 1 .. 5;
	my $lookup = sub {
		my ($call) = @_;
		refused($ada->get("$many.$call", { roomId => 'x' }),
			'error-room-not-found', 'The required "roomId" or "roomName" ' .
			"param provided does not match any $one");
		anonymous($chat->anyone->get("$many.$call", { %r }));
		return if $type eq 'c';
		refused($eve->get("$many.$call", { %r }), 'error-room-not-found',
			'The required "roomId" or "roomName" param provided does not ' .
			'match any group', 'a stranger sees nothing');
	};

	subtest "GET $many.history" => sub {
		my $r = $bob->get("$many.history", { %r });
		shaped($r->{messages}, [\%message]);
		is_deeply texts($r), [qw(m5 m4 m3 m2 m1)], 'the newest first';
		ok !exists $r->{total}, 'no total';
		is_deeply texts($bob->get("$many.history", { %r, count => 2,
			offset => 1 })), [qw(m4 m3)], 'a page';
		is_deeply texts($bob->get("$many.history", { %r,
			latest => $m[3]{ts}, oldest => $m[1]{ts} })), ['m3'],
			'between two times';
		is_deeply texts($bob->get("$many.history", { %r, inclusive => 'true',
			latest => $m[3]{ts}, oldest => $m[1]{ts} })), [qw(m4 m3 m2)],
			'and at them';
		$r = $bob->get("$many.history", { %r, count => 2,
			unreads => 'true' });
		is $r->{unreadNotLoaded}, 3, 'what is unread before the page';
		is $r->{firstUnread}{msg}, 'm4', 'the first unread of it';
		refused($bob->get("$many.history", { %r, latest => 'soon' }),
			'error-invalid-date',
			'The "latest" query parameter must be a valid date.');
		$ada->post('chat.postMessage', { %r, text => 'answer',
			tmid => $m[0]{_id} });
		is_deeply texts($bob->get("$many.history", { %r, count => 2,
			showThreadMessages => 'false' })), ['m5'], 'without threads';
		$lookup->('history');
	};

	subtest "GET $many.messages" => sub {
		my $r = $bob->get("$many.messages", { %r });
		shaped($r->{messages}, [\%message]);
		is_deeply [@$r{qw(count offset total)}], [6, 0, 6], 'counted';
		is_deeply texts($bob->get("$many.messages", { %r, count => 2,
			sort => '{"ts":1}' })), [qw(m1 m2)], 'the oldest first';
		is_deeply texts($bob->get("$many.messages", { %r,
			query => '{"msg":{"$regex":"^m[3"}}' })), [], 'no such';
		is_deeply texts($bob->get("$many.messages", { %r,
			query => '{"msg":"m3"}' })), ['m3'], 'selected';
		$ada->post('chat.postMessage', { %r, text => 'for @bob' });
		is_deeply texts($bob->get("$many.messages", { %r, query =>
			'{"mentions._id":{"$in":["' . $bob->id . '"]}}' })),
			['for @bob'], 'where one is named';
		$lookup->('messages');
	};

	subtest "GET $many.counters" => sub {
		my $r = $bob->get("$many.counters", { %r });
		shaped($r->json, { joined => 'bool', members => 'int',
			unreads => 'int', unreadsFrom => 'time', msgs => 'int',
			latest => 'time', userMentions => 'int', success => 'bool' });
		is_deeply [@$r{qw(members unreads msgs userMentions)}],
			[2, 7, 7, 1], 'how many of what';
		is $ada->get("$many.counters", { %r })->{unreads}, 0,
			'who spoke has read';
		unauthorized($bob->get("$many.counters", { %r,
			userId => $ada->id }), 'not of others');
		$lookup->('counters');
	};
}

subtest 'GET channels.getAllUserMentionsByChannel' => sub {
	my $id = $bob->get('channels.info', { roomName => 'dev-c' })
		->{channel}{_id};
	my $r = $bob->get('channels.getAllUserMentionsByChannel',
		{ roomId => $id });
	shaped($r->{mentions}, [\%message]);
	is $r->{mentions}[0]{msg}, 'for @bob', 'those that name one';
	is_deeply [@$r{qw(count offset total)}], [1, 0, 1], 'counted';
	refused($bob->get('channels.getAllUserMentionsByChannel'), undef,
		'The request param "roomId" is required');
};

subtest 'GET channels.anonymousread' => sub {
	my $anyone = $chat->anyone;
	refused($anyone->get('channels.anonymousread', { roomName => 'dev-c' }),
		'error-not-allowed', 'Enable "Allow Anonymous Read"');
	succeeded($admin->post('settings/Accounts_AllowAnonymousRead',
		{ value => JSON::PP::true }), 'the setting');
	is $anyone->get('channels.anonymousread', { roomName => 'dev-c' })
		->{total}, 7, 'anybody reads';
	refused($anyone->get('channels.anonymousread', { roomName => 'dev-p' }),
		'error-room-not-found', 'The required "roomId" or "roomName" param ' .
		'provided does not match any channel', 'but no group');
};

subtest 'GET groups.listAll' => sub {
	is $admin->get('groups.listAll')->{total}, 1, 'all there are';
	unauthorized($ada->get('groups.listAll'), 'a right', route => 1);
};
done_testing;
