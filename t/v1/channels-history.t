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
my $guest = $chat->user('gus');
$admin->post('users.update', { userId => $guest->id,
	data => { roles => ['guest'] } });
my %who = (_id => 'str', username => 'str', 'name?' => 'str');
my %message = (_id => 'str', rid => 'str', msg => 'str', ts => 'time', u => \%who,
	urls => ['any'], mentions => ['any'], channels => ['any'],
	_updatedAt => 'time', map { ("$_?" => 'any') } qw(t role tmid tcount tlm
	replies tshow pinned pinnedAt pinnedBy starred attachments));

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
		refused($ada->get("$many.$call"), $type eq 'c' ?
			'error-roomid-param-not-provided' :
			'error-room-param-not-provided',
			'The parameter "roomId" or "roomName" is required');
		return unauthorized($guest->get("$many.$call", { %r }),
			'a guest sees no channel') if $type eq 'c';
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
		ok !exists $r->{unreadNotLoaded}, 'nor what is unread, unasked';
		$r = $bob->get("$many.history", { %r, count => 2,
			oldest => $m[0]{ts}, unreads => 'true' });
		is_deeply [$r->{unreadNotLoaded}, $r->{firstUnread}{msg}],
			[2, 'm2'], 'what is new since then, before the page';
		$r = $bob->get("$many.history", { %r, count => 2,
			unreads => 'true' });
		is_deeply [$r->{unreadNotLoaded}, $r->{firstUnread}{msg}],
			[3, 'm1'], 'else what was not read';
		$bob->post('subscriptions.read', { rid => $id });
		$r = $bob->get("$many.history", { %r, count => 2,
			unreads => 'true' });
		is $r->{unreadNotLoaded}, 0, 'nothing is unread then';
		ok !exists $r->{firstUnread}, 'and none is the first';
		$r = $bob->get("$many.history", { %r, latest => 1,
			unreads => 'true' });
		is_deeply [scalar @{ $r->{messages} }, $r->{unreadNotLoaded}],
			[0, 0], 'an empty page';
		is scalar @{ $bob->get("$many.history", { %r,
			count => 1000 })->{messages} }, 5, 'many are some';
		refused($bob->get("$many.history", { %r, latest => 'soon' }),
			'error-invalid-date',
			'The "latest" query parameter must be a valid date.');
		$ada->post('chat.postMessage', { %r, text => 'answer',
			tmid => $m[0]{_id} });
		is_deeply texts($bob->get("$many.history", { %r, count => 2,
			showThreadMessages => 'false' })), [qw(m5 m4)],
			'without answers';
		$ada->post('chat.sendMessage', { message => { rid => $id,
			msg => 'to all', tmid => $m[0]{_id},
			tshow => JSON::PP::true } });
		is_deeply texts($bob->get("$many.history", { %r, count => 2,
			showThreadMessages => 'false' })), ['to all', 'm5'],
			'but those for all';
		refused($bob->get("$many.history", { %r, oldest => 'once' }),
			'error-invalid-date',
			'The "oldest" query parameter must be a valid date.');
		$lookup->('history');
	};

	subtest "GET $many.messages" => sub {
		my $r = $bob->get("$many.messages", { %r });
		shaped($r->{messages}, [\%message]);
		is_deeply [@$r{qw(count offset total)}], [7, 0, 7], 'counted';
		is_deeply texts($bob->get("$many.messages", { %r, count => 2,
			sort => '{"ts":1}' })), [qw(m1 m2)], 'the oldest first';
		refused($bob->get("$many.messages", { %r,
			query => '{"msg":{"$regex":"^m[3"}}' }),
			'error-invalid-query', 'Invalid query parameter provided: ' .
			'"{"msg":{"$regex":"^m[3"}}"');
		is_deeply $bob->get("$many.messages", { %r, count => 1,
			fields => '{"msg":1}' })->{messages}[0], { _id =>
			$r->{messages}[0]{_id}, msg => 'to all' }, 'some fields';
		$ada->post('chat.pinMessage', { messageId => $m[1]{_id} });
		is_deeply texts($bob->get("$many.messages", { %r,
			query => '{"pinned":true}' })), ['m2'], 'what is pinned';
		is $bob->get("$many.messages", { %r, query => $_ })->{total}, 7,
			"or not: $_" for '{"pinned":{"$ne":true}}',
			'{"pinned":false}';
		$bob->post('chat.starMessage', { messageId => $m[2]{_id} });
		is_deeply texts($bob->get("$many.messages", { %r,
			query => '{"starred._id":"' . $bob->id . '"}' })), ['m3'],
			'or starred';
		is_deeply texts($bob->get("$many.messages", { %r,
			query => '{"msg":"m3"}' })), ['m3'], 'selected';
		$ada->post('chat.postMessage', { %r, text => 'for @bob' });
		is_deeply texts($bob->get("$many.messages", { %r, query =>
			'{"mentions._id":{"$in":["' . $bob->id . '"]}}' })),
			['for @bob'], 'where one is named';
		for ([{ mentionIds => 'x,' . $bob->id }, 'for @bob'],
			[{ starredIds => $bob->id }, 'm3'], [{ pinned => 'true' },
			'm2'], [{ pinned => 'true', starredIds => $bob->id }],
			[{ mentionIds => 'x' }]) {
			my ($q, @want) = @$_;
			is_deeply texts($bob->get("$many.messages",
				{ %r, %$q })), \@want, "in other words: @want";
		}
		is_deeply texts($ada->get("$many.messages", { %r, query =>
			'{"starred._id":"' . $bob->id . '"}' })), [],
			'but only by oneself';
		is $ada->get("$many.messages", { %r, starredIds => $bob->id })
			->{total}, 0, 'stars are one\'s own business';
		refused($bob->get("$many.messages", { %r, mentionIds =>
			join ',', 1 .. 200 }), 'error-invalid-params',
			'The parameters name too many users');
		is_deeply texts($bob->get("$many.messages", { %r, query =>
			'{"tmid":{"$exists":true}}' })), ['to all', 'answer'],
			'what answers';
		is $bob->get("$many.messages", { %r, query =>
			'{"tmid":{"$exists":false}}' })->{total}, 7, 'or not';
		$lookup->('messages');
	};

	subtest "GET $many.counters" => sub {
		my $r = $bob->get("$many.counters", { %r });
		shaped($r->json, { joined => 'bool', members => 'int',
			unreads => 'int', unreadsFrom => 'time', msgs => 'int',
			latest => 'time', userMentions => 'int', success => 'bool' });
		is_deeply [@$r{qw(members unreads msgs userMentions)}],
			[2, 3, 9, 1], 'how many of what';
		is $ada->get("$many.counters", { %r })->{unreads}, 0,
			'who spoke has read';
		unauthorized($bob->get("$many.counters", { %r,
			userId => $ada->id }), 'not of others');
		is $admin->get("$many.counters", { %r, userId => $bob->id })
			->{unreads}, 3, 'but for who administers rooms';
		my $none = $admin->get("$many.counters", { %r,
			userId => $eve->id });
		is_deeply [@$none{qw(joined unreads unreadsFrom)}],
			[JSON::PP::false, undef, undef], 'of who is not in it';
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
	is $ada->get('channels.getAllUserMentionsByChannel', { roomId => $id })
		->{total}, 0, 'not those of others';
	unauthorized($guest->get('channels.getAllUserMentionsByChannel',
		{ roomId => $id }), 'a guest sees no channel');
	refused($bob->get('channels.getAllUserMentionsByChannel',
		{ roomId => 'x' }), 'error-room-not-found', 'The required "roomId" ' .
		'or "roomName" param provided does not match any channel');
	anonymous($chat->anyone->get('channels.getAllUserMentionsByChannel',
		{ roomId => $id }));
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
		->{total}, 9, 'anybody reads';
	refused($anyone->get('channels.anonymousread'),
		'error-roomid-param-not-provided',
		'The parameter "roomId" or "roomName" is required');
	refused($anyone->get('channels.anonymousread', { roomName => 'dev-p' }),
		'error-room-not-found', 'The required "roomId" or "roomName" param ' .
		'provided does not match any channel', 'but no group');
};

done_testing;
