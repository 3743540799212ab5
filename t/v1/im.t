#!/usr/bin/perl
# im.* (dm.* is the same): direct rooms
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve, $cy) = map { $chat->user($_) } qw(ada bob eve cy);
my @none = ('error-room-not-found', 'The required "roomId" or "username" ' .
	'param provided does not match any direct message');
my @no_param = ('error-room-param-not-provided',
	'Body param "roomId" or "username" is required');
my $both = join '', sort $ada->id, $bob->id;
my %room = (_id => 'str', t => 'str', usernames => ['str'], uids => ['str'],
	msgs => 'int', usersCount => 'int', ts => 'time', _updatedAt => 'time',
	'lm?' => 'time', 'lastMessage?' => 'any');

sub permit {
	my ($name, @roles) = @_;
	succeeded($admin->post('permissions.update', { permissions => [
		{ _id => $name, roles => \@roles }] }), "$name: @roles");
}

subtest 'POST im.create' => sub {
	my $r = $ada->post('im.create', { username => 'bob' });
	shaped($r->{room}, { _id => 'str', rid => 'str', t => 'str',
		usernames => ['str'], inserted => 'bool' });
	is_deeply $r->{room}, { _id => $both, rid => $both, t => 'd',
		usernames => [qw(ada bob)], inserted => JSON::PP::true },
		'its id is those of its people, in order';
	is $bob->post('dm.create', { username => 'ADA' })->{room}{inserted},
		JSON::PP::false, 'the other one has the same, by the other name';
	my $self = $ada->post('im.create', { username => 'ada' })->{room};
	is_deeply [@$self{qw(_id usernames)}], [$ada->id x 2, ['ada']],
		'one with oneself';
	my $three = $ada->post('im.create', { usernames => 'bob, eve' })->{room};
	like $three->{_id}, qr/^\w{17}$/, 'a room of three has an id of its own';
	is_deeply $three->{usernames}, [qw(ada bob eve)], 'and its people';
	is $eve->post('im.create', { usernames => 'bob,ada' })->{room}{_id},
		$three->{_id}, 'it is the same whoever asks, in whatever order';
	$r = $ada->post('im.create', { usernames => 'bob,cy',
		excludeSelf => JSON::PP::true })->{room};
	is_deeply $r->{usernames}, [qw(bob cy)], 'others are brought together';
	ok !exists $r->{inserted}, 'and it is not told whether they met before';
	refused($ada->get('im.members', { roomId => $r->{_id} }), @none,
		'that room is not open to who made it');
	refused($ada->post('im.create', { username => 'bob',
		excludeSelf => JSON::PP::true }), 'error-invalid-user',
		'Invalid user', 'nobody talks to himself for somebody else');
	refused($ada->post('im.create', { username => 'nobody' }),
		'error-invalid-user', 'Invalid user');
	refused($ada->post('im.create', {}), @no_param);
	refused($ada->post('im.create', { usernames => join ',', 'a' .. 'i' }),
		undef, 'error-direct-message-max-user-exceeded');
	is $bob->post('im.create', { roomId => $both })->{room}{_id}, $both,
		'by its id, as it was once';
	refused($eve->post('im.create', { roomId => $both }), @none);
	permit('create-d', 'admin');
	refused($cy->post('im.create', { username => 'ada' }),
		'error-not-allowed', 'Not allowed', 'it takes a right');
	is $bob->post('im.create', { username => 'ada' })->{room}{_id}, $both,
		'which a room that is there does not';
	permit('create-d', 'admin', 'user');
	anonymous($chat->anyone->post('im.create', { username => 'ada' }));
};

subtest 'GET im.list' => sub {
	$bob->post('chat.postMessage', { roomId => $both, text => 'hi' });
	my $r = $ada->get('im.list');
	is_deeply [@$r{qw(count offset total)}], [3, 0, 3], 'with counts';
	shaped($_, \%room) for @{ $r->{ims} };
	my ($im) = grep { $_->{_id} eq $both } @{ $r->{ims} };
	is $im->{lastMessage}{msg}, 'hi', 'what was said last';
	is_deeply $im->{uids}, [sort $ada->id, $bob->id], 'ids of its people';
	is $cy->get('im.list')->{total}, 1, 'only one\'s own';
	anonymous($chat->anyone->get('im.list'));
};

subtest 'GET im.list.everyone' => sub {
	my $r = $admin->get('im.list.everyone');
	is $r->{total}, 4, 'all that there are';
	shaped($_, \%room) for @{ $r->{ims} };
	unlike $r->body, qr/lastMessage/, 'without what is said there';
	unauthorized($ada->get('im.list.everyone'), 'others may not',
		route => 1);
};

subtest 'GET im.history' => sub {
	my $r = $ada->get('im.history', { roomId => $both });
	is_deeply [map { $_->{msg} } @{ $r->{messages} }], ['hi'], 'by its id';
	$r = $ada->get('dm.history', { username => 'bob' });
	is $r->{messages}[0]{rid}, $both, 'or by who is there';
	refused($eve->get('im.history', { roomId => $both }), @none);
	refused($eve->get('im.history', { username => 'cy' }), @none,
		'a room that was never made is not found');
	refused($eve->get('im.history', { roomId => 'GENERAL' }), @none,
		'nor one of another kind');
	refused($eve->get('im.history'), @no_param);
};

subtest 'GET im.messages' => sub {
	my $r = $ada->get('im.messages', { username => 'bob' });
	is $r->{messages}[0]{msg}, 'hi', 'what is said';
	is_deeply [@$r{qw(count offset total)}], [1, 0, 1], 'with counts';
	refused($eve->get('im.messages', { roomId => $both }), @none);
	refused($eve->get('im.messages'), @no_param);
};

subtest 'GET im.messages.others' => sub {
	refused($admin->get('im.messages.others', { roomId => $both }),
		'error-endpoint-disabled', 'This endpoint is disabled');
	$admin->post('settings/API_Enable_Direct_Message_History_EndPoint',
		{ value => JSON::PP::true });
	my $r = $admin->get('im.messages.others', { roomId => $both });
	is $r->{messages}[0]{msg}, 'hi', 'once it is turned on';
	is $r->{total}, 1, 'with counts';
	unauthorized($ada->get('im.messages.others', { roomId => $both }),
		'but not for everybody');
	refused($admin->get('im.messages.others'),
		'error-roomid-param-not-provided',
		'The parameter "roomId" is required');
	refused($admin->get('im.messages.others', { roomId => 'GENERAL' }),
		'error-room-not-found',
		'No direct message room found by the id of: GENERAL');
};

subtest 'GET im.members' => sub {
	my $r = $ada->get('im.members', { roomId => $both });
	is_deeply [map { $_->{username} } @{ $r->{members} }], [qw(ada bob)],
		'who is there';
	is_deeply [@$r{qw(count offset total)}], [2, 0, 2], 'with counts';
	refused($eve->get('im.members', { roomId => $both }), @none);
};

subtest 'GET im.counters' => sub {
	my $r = $ada->get('im.counters', { roomId => $both });
	shaped($r->json, { joined => 'bool', members => 'int', unreads => 'int',
		unreadsFrom => 'time', msgs => 'int', latest => 'time',
		userMentions => 'int', success => 'bool' });
	is_deeply [@$r{qw(members unreads msgs)}], [2, 1, 1], 'as it is';
	is $admin->get('im.counters', { roomId => $both,
		userId => $bob->id })->{unreads}, 0, 'for another one';
	refused($admin->get('im.counters', { roomId => $both,
		userId => $eve->id }), 'error-room-not-found',
		"No direct message room found by the id of: $both");
	unauthorized($ada->get('im.counters', { roomId => $both,
		userId => $bob->id }), 'which others may not see');
	refused($eve->get('im.counters', { roomId => $both }), @none);
};

subtest 'POST im.close' => sub {
	succeeded($ada->post('im.close', { roomId => $both }), 'closed');
	refused($ada->post('im.close', { roomId => $both }), undef,
		'The direct message room, bob, is already closed to the sender');
	refused($eve->post('im.close', { roomId => $both }), @none);
	is $bob->get('subscriptions.getOne', { roomId => $both })
		->{subscription}{open}, JSON::PP::true, 'for oneself alone';
	my $open = sub { $ada->get('subscriptions.getOne', { roomId => $both })
		->{subscription}{open} };
	is $open->(), JSON::PP::false, 'it stays so';
	$bob->post('chat.postMessage', { channel => '@ada', text => 'hey' });
	is $open->(), JSON::PP::true, 'until somebody says something';
	$ada->post('im.close', { username => 'bob' });
	$ada->post('im.create', { username => 'bob' });
	is $open->(), JSON::PP::true, 'or it is asked for again';
};

subtest 'POST im.open' => sub {
	$ada->post('im.close', { roomId => $both });
	succeeded($ada->post('im.open', { roomId => $both }), 'open again');
	succeeded($ada->post('dm.open', { username => 'bob' }), 'and again');
	is $ada->get('subscriptions.getOne', { roomId => $both })
		->{subscription}{open}, JSON::PP::true, 'it is';
	refused($eve->post('im.open', { roomId => $both }), @none);
};

subtest 'POST im.setTopic' => sub {
	my $r = $ada->post('im.setTopic', { roomId => $both, topic => 'tea' });
	is_deeply $r->json, { success => JSON::PP::true, topic => 'tea' }, 'set';
	my ($m) = @{ $bob->get('im.history', { roomId => $both })->{messages} };
	is_deeply [@$m{qw(t msg)}], [qw(room_changed_topic tea)], 'and told';
	is $bob->get('rooms.info', { roomId => $both })->{room}{topic}, 'tea',
		'it stands in the room';
	refused($ada->post('im.setTopic', { roomId => $both }), undef,
		'The bodyParam "topic" is required');
	refused($eve->post('im.setTopic', { roomId => $both, topic => 'x' }),
		@none);
};

subtest 'POST im.delete' => sub {
	unauthorized($ada->post('im.delete', { roomId => $both }),
		'its people may not');
	refused($admin->post('im.delete', { roomId => 'GENERAL' }),
		'error-room-not-found',
		'No direct message room found by the id of: GENERAL');
	succeeded($admin->post('im.delete', { roomId => $both }), 'an admin may');
	refused($ada->get('im.history', { roomId => $both }), @none);
	my $r = $ada->post('im.create', { username => 'bob' });
	is $r->{room}{_id}, $both, 'a new one has the same id';
	is_deeply $ada->get('im.history', { roomId => $both })->{messages}, [],
		'and nothing of the old one';
};
done_testing;
