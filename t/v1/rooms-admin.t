#!/usr/bin/perl
# rooms.*: what administrators and owners of rooms do
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $dev = $admin->room('dev', members => [qw(ada bob)]);
my $cellar = $ada->room('cellar', private => 1, members => [$bob]);
my $dm = $ada->post('im.create', { username => 'bob' })->{room}{_id};
my $talk = $ada->post('rooms.createDiscussion', { prid => $dev,
	t_name => 'Talk' })->{discussion}{_id};
my $no_room = 'The required "roomId" or "roomName" param provided does ' .
	'not match any channel';

sub info { $_[0]->get('rooms.info', { roomId => $_[1] })->{room} }
sub last_line { $_[0]->get(($_[2] // 'channels') . '.history',
	{ roomId => $_[1], count => 1 })->{messages}[0] }

subtest 'GET rooms.adminRooms' => sub {
	my $r = $admin->get('rooms.adminRooms');
	is_deeply [@$r{qw(count offset total)}], [5, 0, 5], 'all';
	my $of = sub { join ' ', sort map { $_->{fname} // 'd' }
		@{ $admin->get('rooms.adminRooms', { @_ })->{rooms} } };
	is $of->('types[]' => ['c']), 'dev general', 'channels';
	is $of->('types[]' => [qw(p d)]), 'cellar d', 'groups and direct ones';
	is $of->('types[]' => ['discussions']), 'Talk', 'discussions';
	is $of->('types[]' => ['teams']), '', 'teams';
	is $of->(filter => 'EL'), 'cellar', 'by a piece of the name';
	is $of->(filter => 'bob'), 'd', 'or who is there';
	$ada->post('chat.postMessage', { roomId => $dm, text => 'psst' });
	unlike $admin->get('rooms.adminRooms')->body, qr/psst/,
		'without what is said';
	refused($ada->get('rooms.adminRooms'), 'error-not-authorized', '');
	anonymous($chat->anyone->get('rooms.adminRooms'));
};

subtest 'GET rooms.adminRooms.getRoom' => sub {
	my $r = $admin->get('rooms.adminRooms.getRoom', { rid => $cellar });
	is_deeply [@{ $r->json }{qw(_id name t success)}], [$cellar, 'cellar',
		'p', JSON::PP::true], 'any room';
	my $none = $admin->get('rooms.adminRooms.getRoom', { rid => 'x' });
	is_deeply $none->json, { success => JSON::PP::false,
		error => 'not-allowed', errorType => 'Not Allowed' }, 'or none';
	refused($ada->get('rooms.adminRooms.getRoom', { rid => $cellar }),
		'error-not-authorized', '');
};

subtest 'POST rooms.changeArchivationState' => sub {
	my $change = sub { $_[0]->post('rooms.changeArchivationState',
		{ rid => $_[1], action => $_[2] }) };
	is_deeply $change->($ada, $cellar, 'archive')->json, { success =>
		JSON::PP::true, result => JSON::PP::true }, 'an owner may';
	is info($ada, $cellar)->{archived}, JSON::PP::true, 'it is';
	is $change->($ada, $cellar, 'archive')->{result}, JSON::PP::false,
		'once is enough';
	succeeded($change->($ada, $cellar, 'unarchive'), 'and back');
	ok !info($ada, $cellar)->{archived}, 'it is not';
	refused($change->($ada, $dev, 'archive'), 'error-not-authorized',
		'Not authorized');
	refused($change->($eve, $_, 'archive'), 'error-room-not-found',
		'Invalid room') for $cellar, 'nowhere';
	refused($change->($ada, $cellar, 'burn'), 'error-invalid-params',
		'The parameter "action" must be archive or unarchive');
	refused($change->($admin, $dm, 'archive'), 'error-direct-message-room',
		'Direct Messages can not be archived');
};

subtest 'POST rooms.saveRoomSettings' => sub {
	my $save = sub { my ($who, $rid, %o) = @_;
		$who->post('rooms.saveRoomSettings', { rid => $rid, %o }) };
	my $r = $save->($ada, $cellar, roomTopic => 'wine',
		roomDescription => 'below', roomAnnouncement => 'closed',
		roomName => 'vault', readOnly => JSON::PP::true);
	is_deeply $r->json, { success => JSON::PP::true, rid => $cellar },
		'several at once';
	is_deeply [@{ info($ada, $cellar) }{qw(topic description announcement
		name ro)}], ['wine', 'below', 'closed', 'vault', JSON::PP::true],
		'all of them';
	my @bad = ('error-invalid-settings', 'Invalid settings provided');
	refused($save->($ada, $cellar, roomTopic => 'x', encrypted =>
		JSON::PP::true), @bad);
	refused($save->($ada, $cellar, roomTopic => 'x', usersCount => 9), @bad);
	is info($ada, $cellar)->{topic}, 'wine', 'then none of them';
	refused($save->($ada, $cellar, roomName => 'dev'),
		'error-duplicate-channel-name', "A channel with name 'dev' exists");
	refused($save->($ada, $cellar, roomName => 'a b'),
		'error-invalid-room-name', 'a b is not a valid room name');
	my @not = 'error-action-not-allowed';
	refused($save->($ada, $cellar, default => JSON::PP::true), @not,
		'Viewing room administration is not allowed');
	succeeded($save->($admin, $dev, default => JSON::PP::true,
		joinCode => 'sesame'), 'an admin may');
	is_deeply [@{ info($ada, $dev) }{qw(default joinCodeRequired)}],
		[JSON::PP::true, JSON::PP::true], 'and it is so';
	succeeded($save->($ada, $cellar, roomType => 'c'), 'opened');
	is info($eve, $cellar)->{t}, 'c', 'to all';
	succeeded($save->($ada, $cellar, roomType => 'p'), 'and closed');
	succeeded($save->($ada, $talk, roomName => 'Other talk'), 'a title');
	is info($ada, $talk)->{fname}, 'Other talk', 'is any text';
	succeeded($save->($bob, $dm, roomTopic => 'us'), 'a topic of two');
	refused($save->($bob, $dm, roomName => 'us'), @bad);
	refused($save->($bob, $cellar, roomTopic => 'x'), @not,
		'Editing room is not allowed');
	refused($save->($eve, $_, roomTopic => 'x'), 'error-invalid-room',
		'Invalid room') for $cellar, $dm, 'nowhere';
};

subtest 'POST rooms.muteUser' => sub {
	my $mute = sub { my ($who, $rid, $whom) = @_; $who->post(
		'rooms.muteUser', { roomId => $rid, username => $whom }) };
	succeeded($mute->($ada, $cellar, 'bob'), 'by an owner');
	is_deeply info($ada, $cellar)->{muted}, ['bob'], 'it is known';
	is_deeply [@{ last_line($ada, $cellar, 'groups') }{qw(t msg)}],
		[qw(user-muted bob)], 'and told';
	refused($mute->($ada, $cellar, 'eve'), 'error-user-not-in-room',
		'User is not in this room');
	refused($mute->($bob, $cellar, 'ada'), 'error-not-allowed',
		'Not allowed');
	refused($mute->($ada, $dm, 'bob'), 'error-invalid-room-type',
		'd is not a valid room type');
	refused($mute->($eve, $cellar, 'bob'), 'error-room-not-found', $no_room);
};

subtest 'POST rooms.unmuteUser' => sub {
	my $unmute = sub { $_[0]->post('rooms.unmuteUser',
		{ roomId => $_[1], userId => $bob->id }) };
	refused($unmute->($bob, $cellar), 'error-not-allowed', 'Not allowed');
	succeeded($unmute->($ada, $cellar), 'by an owner');
	ok !exists info($ada, $cellar)->{muted}, 'nobody is muted';
	refused($unmute->($eve, $cellar), 'error-room-not-found', $no_room);
};

subtest 'POST rooms.invite' => sub {
	my $invite = sub { $_[0]->post('rooms.invite',
		{ roomId => $_[1], username => $_[2] }) };
	refused($invite->($bob, $cellar, 'eve'), 'error-not-allowed',
		'Not allowed');
	succeeded($invite->($ada, $cellar, 'eve'), 'by an owner');
	ok info($eve, $cellar), 'who is asked is in';
	succeeded($invite->($ada, $cellar, 'eve'), 'twice is once');
	refused($invite->($ada, $dm, 'eve'), 'error-not-allowed',
		'Not allowed', 'nobody comes between two');
	refused($invite->($eve, $dm, 'eve'), 'error-room-not-found', $no_room);
};
done_testing;
