#!/usr/bin/perl
# rooms.*: rooms of every kind, as the caller has them
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $dev = $admin->room('dev', members => [qw(ada bob)]);
my $cellar = $ada->room('cellar', private => 1);
my $dm = $ada->post('im.create', { username => 'bob' })->{room}{_id};
my @none = ('error-room-not-found', 'The required "roomId" or "roomName" ' .
	'param provided does not match any channel');
my @no_param = ('error-roomid-param-not-provided',
	'The parameter "roomId" or "roomName" is required');
my @stranger = ('error-invalid-subscription', 'Invalid subscription');
my %who = (_id => 'str', username => 'str');
my %channel = (_id => 'str', t => 'str', name => 'str', fname => 'str',
	'u?' => \%who, ro => 'bool', sysMes => 'bool', default => 'bool',
	msgs => 'int', usersCount => 'int', ts => 'time', 'lm?' => 'time',
	'topic?' => 'str', _updatedAt => 'time', 'lastMessage?' => {
		_id => 'str', rid => 'str', msg => 'str', ts => 'time',
		u => { %who, name => 'str' }, urls => [], mentions => [],
		channels => [], _updatedAt => 'time' });

sub say_in { my ($who, $rid, $text) = @_;
	return $who->post('chat.postMessage', { roomId => $rid,
		text => $text })->{message}{_id} // die }

subtest 'GET rooms.get' => sub {
	say_in($ada, $dev, $_) for 'one', 'two';
	my $r = $ada->get('rooms.get');
	is_deeply [sort map { $_->{name} // $_->{t} } @{ $r->{update} }],
		[qw(cellar d dev general)], 'all of one\'s own';
	is_deeply $r->{remove}, [], 'and none that are gone';
	my %by = map { $_->{_id} => $_ } @{ $r->{update} };
	shaped($by{$dev}, \%channel);
	is $by{$dev}{lastMessage}{msg}, 'two', 'what was said last there';
	is $by{$dev}{lastMessage}{rid}, $dev, 'which is there';
	ok !exists $by{$cellar}{lastMessage}, 'and nothing where nothing was';
	is_deeply $by{$dm}{usernames}, [qw(ada bob)], 'people of a direct room';
	my ($then) = sort { $b cmp $a } map { $_->{_updatedAt} }
		@{ $r->{update} };
	my $news = sub { $_[0]->get('rooms.get', { updatedSince => $then }) };
	say_in($bob, $dm, 'psst');
	is_deeply [map { $_->{_id} } @{ $news->($ada)->{update} }], [$dm],
		'since then';
	is_deeply [@{ $news->($eve)->json }{qw(update remove)}], [[], []],
		'which is nothing to others';
	my $mine = $ada->room('mine', private => 1);
	$ada->post('groups.delete', { roomId => $mine });
	$r = $news->($ada)->{remove};
	is_deeply [map { $_->{_id} } @$r], [$mine], 'one that is gone';
	shaped($r->[0], { _id => 'str', _deletedAt => 'time' });
	$bob->post('channels.leave', { roomId => $dev });
	is $news->($bob)->{remove}[0]{_id}, $dev, 'or that one has left';
	$bob->post('channels.join', { roomId => $dev });
	is_deeply $news->($bob)->{remove}, [], 'until one is back';
	refused($ada->get('rooms.get', { updatedSince => 'then' }),
		'error-updatedSince-param-invalid',
		'The "updatedSince" query parameter must be a valid date.');
	anonymous($chat->anyone->get('rooms.get'));
};

subtest 'GET rooms.info' => sub {
	my $r = $eve->get('rooms.info', { roomName => 'dev' })->{room};
	shaped($r, \%channel);
	is_deeply [@$r{qw(_id t name)}], [$dev, 'c', 'dev'], 'by its name';
	is $ada->get('rooms.info', { roomId => $cellar })->{room}{name},
		'cellar', 'a group that one is in';
	is $ada->get('rooms.info', { roomId => $dm })->{room}{t}, 'd',
		'a direct room';
	refused($eve->get('rooms.info', { roomId => $_ }), @none)
		for $cellar, $dm, 'nowhere';
	refused($eve->get('rooms.info'), @no_param);
	$admin->post('permissions.update', { permissions => [
		{ _id => 'view-c-room', roles => ['admin'] }] });
	$r = $eve->get('rooms.info', { roomId => $dev });
	is_deeply [$r->status, $r->json], [400, { success => JSON::PP::false,
		error => 'not-allowed', errorType => 'Not Allowed' }],
		'without the right to see channels';
	$admin->post('permissions.update', { permissions => [
		{ _id => 'view-c-room', roles => [qw(admin user)] }] });
};

subtest 'POST rooms.favorite' => sub {
	my $is = sub { $ada->get('subscriptions.getOne', { roomId => $dev })
		->{subscription}{f} };
	succeeded($ada->post('rooms.favorite', { roomId => $dev,
		favorite => JSON::PP::true }), 'liked');
	is $is->(), JSON::PP::true, 'it is one';
	succeeded($ada->post('rooms.favorite', { roomName => 'dev',
		favorite => JSON::PP::false }), 'no more');
	is $is->(), JSON::PP::false, 'it is none';
	refused($ada->post('rooms.favorite', { roomId => $dev }), undef,
		"The 'favorite' param is required");
	refused($eve->post('rooms.favorite', { roomId => $dev,
		favorite => JSON::PP::true }), 'error-invalid-subscription',
		'You must be part of a room to favorite it');
	refused($eve->post('rooms.favorite', { roomId => $dm,
		favorite => JSON::PP::true }), @none);
};

subtest 'POST rooms.saveNotification' => sub {
	my $save = sub { my ($who, $rid, %n) = @_; $who->post(
		'rooms.saveNotification', { roomId => $rid,
			notifications => \%n }) };
	my $has = sub { $ada->get('subscriptions.getOne', { roomId => $dev })
		->{subscription} };
	succeeded($save->($ada, $dev, disableNotifications => '1',
		desktopNotifications => 'nothing', unreadAlert => 'all',
		audioNotificationValue => 'beep'), 'saved');
	is_deeply [@{ $has->() }{qw(disableNotifications desktopNotifications
		unreadAlert audioNotificationValue)}], [JSON::PP::true, 'nothing',
		'all', 'beep'], 'they stand in the subscription';
	succeeded($save->($ada, $dev, disableNotifications => '0',
		desktopNotifications => 'default'), 'some of them anew');
	is_deeply [@{ $has->() }{qw(disableNotifications unreadAlert)}],
		[JSON::PP::false, 'all'], 'the others stay';
	ok !exists $has->()->{desktopNotifications}, 'as usual is as if unset';
	refused($ada->post('rooms.saveNotification', { notifications => {} }),
		undef, "The 'roomId' param is required");
	refused($ada->post('rooms.saveNotification', { roomId => $dev }), undef,
		"The 'notifications' param is required");
	my @bad = ('error-invalid-settings', 'Invalid settings value');
	refused($save->($ada, $dev, emailNotifications => 'often'), @bad);
	refused($save->($ada, $dev, muteGroupMentions => 'yes'), @bad);
	refused($save->($ada, $dev, roles => 'owner'), 'error-invalid-settings',
		'Invalid settings field', 'nothing but these');
	is_deeply [@{ $has->() }{qw(unreadAlert)}], ['all'], 'nothing changed';
	refused($save->($eve, $_, unreadAlert => 'all'), @stranger)
		for $dm, $dev, 'nowhere';
};

subtest 'POST rooms.leave' => sub {
	succeeded($bob->post('rooms.leave', { roomId => $dev }), 'a channel');
	is $bob->get('subscriptions.getOne', { roomId => $dev })
		->{subscription}, undef, 'left';
	refused($bob->post('rooms.leave', { roomId => $dev }),
		'error-user-not-in-room', 'You are not in this room');
	$ada->post('groups.invite', { roomId => $cellar, username => 'bob' });
	refused($ada->post('rooms.leave', { roomId => $cellar }),
		'error-you-are-last-owner', 'You are the last owner. Please ' .
		'set new owner before leaving the room.');
	succeeded($bob->post('rooms.leave', { roomId => $cellar }), 'a group');
	refused($bob->post('rooms.leave', { roomId => $cellar }), @none);
	refused($ada->post('rooms.leave', { roomId => $dm }),
		'error-not-allowed', 'Not allowed', 'a direct room is not left');
	refused($ada->post('rooms.leave', {}), @no_param);
	anonymous($chat->anyone->post('rooms.leave', { roomId => $dev }));
};
done_testing;
