#!/usr/bin/perl
# GET /api/v1/channels.* and groups.*: what there is
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $guest) = map { $chat->user($_) } qw(ada bob gus);
$admin->post('users.update', { userId => $guest->id,
	data => { roles => ['guest'] } });
my $dev = $admin->room('dev', members => [qw(ada admin)]);
my $cellar = $admin->room('cellar', members => ['ada'], private => 1);

subtest 'GET channels.info' => sub {
	my $r = $bob->get('channels.info', { roomName => 'dev' });
	is $r->status, 200, 'a channel by its name';
	is $r->{success}, JSON::PP::true, 'with success in the envelope';
	shaped($r->{channel}, { _id => 'str', t => 'str', name => 'str',
		fname => 'str', u => { _id => 'str', username => 'str' },
		ro => 'bool', sysMes => 'bool', default => 'bool', msgs => 'int',
		usersCount => 'int', ts => 'time', _updatedAt => 'time' });
	is $r->{channel}{_id}, $dev, 'its id';
	is $r->{channel}{t}, 'c', 'its type';
	is $r->{channel}{usersCount}, 2, 'its members';
	unlike $r->body, qr/\n|joinCode"/, 'in one line, without secrets';
	is $bob->get('channels.info', { roomId => $dev })->{channel}{name},
		'dev', 'and by its id';
	ok !exists $r->{channel}{lastMessage}, 'where nothing was said';
	$ada->post('chat.postMessage', { roomId => $dev, text => 'hi' });
	is $bob->get('channels.info', { roomId => $dev })->{channel}
		{lastMessage}{msg}, 'hi', 'else what was said last';
	unauthorized($guest->get('channels.info', { roomId => $dev }),
		'a guest sees none');
	anonymous($chat->anyone->get('channels.info', { roomId => $dev }));
	refused($bob->get('channels.info'), 'error-roomid-param-not-provided',
		'The parameter "roomId" or "roomName" is required');
	refused($bob->get('channels.info', { roomId => $cellar }), 'error-room-not-found', 'The required "roomId" or "roomName" ' .
		'param provided does not match any channel');
};

subtest 'GET groups.info' => sub {
	is $ada->get('groups.info', { roomName => 'cellar' })->{group}{_id},
		$cellar, 'for who is in it';
	anonymous($chat->anyone->get('groups.info', { roomName => 'cellar' }));
	refused($admin->get('groups.info', { roomName => 'dev' }),
		'error-room-not-found', 'The required "roomId" or "roomName" ' .
		'param provided does not match any group', 'a channel is none');
	refused($bob->get('groups.info', { roomName => 'cellar' }), 'error-room-not-found', 'The required "roomId" or "roomName" ' .
		'param provided does not match any group');
};

subtest 'GET channels.list' => sub {
	my $r = $bob->get('channels.list');
	is_deeply [map { $_->{name} } @{ $r->{channels} }], [qw(dev general)],
		'by name';
	is_deeply [@$r{qw(count offset total)}], [2, 0, 2], 'with counts';
	is_deeply [map { $_->{name} } @{ $guest->get('channels.list')
		->{channels} }], ['general'], 'a guest: those joined';
	$admin->post('permissions.update', { permissions => [{
		_id => 'view-joined-room', roles => ['admin'] }] });
	unauthorized($guest->get('channels.list'), 'or none, without a right');
	$admin->post('permissions.update', { permissions => [{
		_id => 'view-joined-room', roles => [qw(admin guest bot)] }] });
	anonymous($chat->anyone->get('channels.list'));
	$r = $bob->get('channels.list', { query => '{"name":{"$regex":"^d"}}',
		fields => '{"name":1}', count => 1 });
	is_deeply $r->{channels}, [{ _id => $dev, name => 'dev' }],
		'selected, and with the fields that were asked for';
	refused($bob->get('channels.list', { query => '{"joinCode":"x"}' }),
		'error-invalid-query',
		'Invalid query parameter provided: "{"joinCode":"x"}"');
	refused($bob->get('channels.list', { sort => '{' }), 'error-invalid-sort', 'Invalid sort parameter provided: "{"');
	is $bob->get('channels.list', { sort => '{"name":-1}', offset => 1 })
		->{channels}[0]{name}, 'dev', 'sorted, from an offset on';
};

subtest 'GET channels.list.joined' => sub {
	is_deeply [map { $_->{name} }
		@{ $bob->get('channels.list.joined')->{channels} }],
		['general'], 'only those that one is in';
	anonymous($chat->anyone->get('channels.list.joined'));
};

subtest 'GET groups.list' => sub {
	is $ada->get('groups.list')->{groups}[0]{name}, 'cellar',
		'a member sees it';
	is $bob->get('groups.list')->{total}, 0, 'a stranger does not';
	$ada->post('groups.create', { name => 'attic' });
	ok !grep({ $_->{name} eq 'attic' }
		@{ $admin->get('groups.list')->{groups} }), 'not even an admin';
	anonymous($chat->anyone->get('groups.list'));
};
done_testing;
