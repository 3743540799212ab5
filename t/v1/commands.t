#!/usr/bin/perl
# /api/v1/commands.*: words behind a slash
use strict;
use warnings;
use utf8;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my $dev = $ada->room('dev', members => ['bob']);
my $cellar = $ada->room('cellar', members => [], private => 1);
my %command = (command => 'str', params => 'str', description => 'str',
	clientOnly => 'bool', providesPreview => 'bool',
	'permission?' => 'str');

sub run {
	my ($who, $command, $params, %o) = @_;
	return $who->post('commands.run', { command => $command, roomId => $dev,
		defined $params ? (params => $params) : (), %o });
}

sub newest {
	my ($who, $room) = @_;
	return $who->get('/api/rooms/' . ($room || $dev) . '/messages')
		->{messages}[0];
}

sub info {
	my ($name) = @_;
	return $ada->get('channels.info', { roomName => $name })->{channel};
}

sub members {
	return [sort map { $_->{username} } @{ $ada->get('channels.members',
		{ roomId => $_[0] })->{members} }];
}

subtest 'GET commands.list' => sub {
	my $r = $eve->get('commands.list');
	shaped($r->json, { commands => [\%command], count => 'int',
		offset => 'int', total => 'int', success => 'bool' });
	my @names = map { $_->{command} } @{ $r->{commands} };
	is_deeply \@names, [sort @names], 'by name';
	is $r->{total}, scalar @names, 'all of them';
	for my $name (qw(archive create gimme help hide invite join kick leave
			lennyface me msg mute part shrug status tableflip topic
			unarchive unflip unmute)) {
		ok scalar(grep { $_ eq $name } @names), $name;
	}
	is_deeply $eve->get('commands.list', { query => '{"command":"me"}',
		fields => '{"command":1}' })->{commands}, [{ command => 'me' }],
		'one, and what was asked of it';
	anonymous($chat->anyone->get('commands.list'));
};

subtest 'GET commands.get' => sub {
	my $r = $eve->get('commands.get', { command => 'Topic' });
	shaped($r->{command}, \%command);
	is_deeply [@{ $r->{command} }{qw(command permission)}],
		['topic', 'edit-room'], 'in any case';
	refused($eve->get('commands.get'), undef,
		'The query param "command" must be provided.');
	refused($eve->get('commands.get', { command => 'x' }), undef,
		'There is no command in the system by the name of: x');
};

subtest 'POST commands.run' => sub {
	my $r = run($bob, 'me', 'waves');
	is_deeply $r->json, { result => undef, success => JSON::PP::true },
		'it says nothing to the caller';
	is newest($ada)->{msg}, '_waves_', 'it did it';
	refused($ada->post('commands.run', { roomId => $dev }), undef,
		'You must provide a command to run.');
	refused(run($ada, 'me', ['x']), undef,
		'The parameters for the command must be a single string.');
	refused($ada->post('commands.run', { command => 'me' }), undef,
		"The room's id where to execute this command must be provided " .
		'and be a string.');
	refused(run($ada, 'nothing', 'x'), undef,
		'The command provided does not exist (or is disabled).');
	refused(run($ada, 'me', 'x', tmid => 'none'), undef, 'Invalid thread.');
	unauthorized(run($eve, 'me', 'x', roomId => $_), "not in $_")
		for $cellar, 'nowhere';
	my $root = newest($ada)->{_id};
	run($ada, 'me', 'answers', tmid => $root);
	is $ada->get('chat.getMessage', { msgId => newest($ada)->{_id} })
		->{message}{tmid}, $root, 'in a thread';
	$ada->post('chat.postMessage', { roomId => $dev, text => '/me posts' });
	is newest($ada)->{msg}, '/me posts', 'a message is no command';
};

subtest 'saying something' => sub {
	my %said = (shrug => 'so ¯\_(ツ)_/¯', tableflip => 'so (╯°□°）╯︵ ┻━┻',
		unflip => 'so ┬─┬ ノ( ゜-゜ノ)', gimme => '༼ つ ◕_◕ ༽つ so',
		lennyface => 'so ( ͡° ͜ʖ ͡°)');
	for my $command (sort keys %said) {
		succeeded(run($ada, $command, ' so '), $command);
		is newest($ada)->{msg}, $said{$command}, 'it is said';
	}
	succeeded(run($ada, 'msg', '@bob psst, you'), 'msg');
	is newest($bob, join '', sort $ada->id, $bob->id)->{msg}, 'psst, you',
		'to one alone';
	refused(run($ada, 'msg', $_), 'error-invalid-params',
		'A user and a text are needed: @name text') for '@bob', 'bob x', '';
	refused(run($ada, 'msg', '@nobody x'), 'invalid-channel', '');
	like run($eve, 'help')->{result},
		qr{^/archive #channel - .*\n/unmute \@user - [^\n]+$}s,
		'help says to the caller what there is';
};

subtest 'people' => sub {
	succeeded(run($ada, 'invite', '@eve'), 'invite');
	is_deeply members($dev), [qw(ada bob eve)], 'she is there';
	refused(run($bob, 'invite', '@admin'), 'error-not-allowed',
		'Not allowed');
	refused(run($ada, 'invite', '@nobody'), 'error-invalid-user',
		'There is no user by the name of nobody');
	succeeded(run($ada, 'mute', '@eve'), 'mute');
	refused(run($eve, 'me', 'speaks'), 'error-not-allowed',
		'You are muted in this room');
	refused(run($bob, 'mute', '@ada'), 'error-not-allowed', 'Not allowed');
	refused(run($bob, 'unmute', '@eve'), 'error-not-allowed',
		'Not allowed');
	succeeded(run($ada, 'unmute', '@eve'), 'unmute');
	succeeded(run($eve, 'me', 'speaks'), 'heard again');
	refused(run($bob, 'kick', '@eve'), 'error-not-allowed', 'Not allowed');
	succeeded(run($ada, 'kick', '@eve'), 'kick');
	is_deeply members($dev), [qw(ada bob)], 'she is gone';
	refused(run($ada, $_, '@eve'), 'error-user-not-in-room',
		'User is not in this room', "$_ who is not there")
		for qw(kick mute unmute);
	succeeded(run($eve, 'status', 'busy with it'), 'status');
	is $ada->get('users.getStatus', { userId => $eve->id })->{message},
		'busy with it', 'it shows';
	refused(run($eve, 'status', 'x' x 261), 'error-invalid-params',
		'A status has at most 260 bytes');
};

subtest 'rooms' => sub {
	succeeded(run($ada, 'topic', 'engines'), 'topic');
	is info('dev')->{topic}, 'engines', 'it is set';
	refused(run($bob, 'topic', 'x'), 'error-not-allowed', 'Not allowed');
	succeeded(run($ada, 'create', '#tools'), 'create');
	is info('tools')->{t}, 'c', 'a channel';
	succeeded(run($ada, 'create', 'private #vault'), 'create private');
	is $ada->get('groups.info', { roomName => 'vault' })->{group}{t}, 'p',
		'a group';
	refused(run($ada, 'create', '#tools'), 'error-duplicate-channel-name',
		"A channel with name 'tools' exists");
	refused(run($ada, 'create', '#a/b'), 'error-invalid-room-name',
		'a/b is not a valid room name');
	my $tools = info('tools')->{_id};
	succeeded(run($bob, 'join', '#tools'), 'join');
	is_deeply members($tools), [qw(ada bob)], 'he is there';
	refused(run($bob, 'join', $_), 'error-room-not-found',
		'There is no room by the name of ' . s/#//r)
		for '#vault', '#nowhere';
	succeeded(run($bob, 'hide', '#tools'), 'hide');
	is $bob->get('subscriptions.getOne', { roomId => $tools })
		->{subscription}{open}, JSON::PP::false, 'off the list';
	succeeded(run($bob, $_->[0], undef, roomId => $_->[1]), $_->[0])
		for ['leave', $tools], ['part', $dev];
	is_deeply [members($tools), members($dev)], [['ada'], ['ada']],
		'he has left';
	refused(run($ada, 'leave'), 'error-you-are-last-owner', 'You are the ' .
		'last owner. Please set new owner before leaving the room.');
	refused(run($bob, 'archive', '#tools'), 'error-not-allowed',
		'Not allowed');
	succeeded(run($ada, 'archive', '#tools'), 'archive');
	is info('tools')->{archived}, JSON::PP::true, 'it is';
	refused(run($ada, 'archive', '#tools'), 'error-room-archived',
		'The channel, tools, is archived');
	succeeded(run($ada, 'unarchive', '#tools'), 'unarchive');
	refused(run($ada, 'unarchive', '#tools'), 'error-room-not-archived',
		'The channel, tools, is not archived');
};

my %item = (previewItem => { id => 'x', type => 'image', value => 'y' });
subtest 'GET commands.preview' => sub {
	my %ask = (command => 'me', params => 'x', roomId => $dev);
	refused($ada->get('commands.preview', \%ask), 'error-invalid-command',
		'The command does not provide previews');
	refused($ada->get('commands.preview', { roomId => $dev }), undef,
		'You must provide a command to get the previews from.');
	unauthorized($eve->get('commands.preview', { %ask, roomId => $cellar }),
		'not in the room');
};

subtest 'POST commands.preview' => sub {
	my %ask = (command => 'me', params => 'x', roomId => $dev);
	refused($ada->post('commands.preview', { %ask, %item }),
		'error-invalid-command', 'The command does not provide previews');
	refused($ada->post('commands.preview', \%ask), undef,
		'The preview item being executed must be provided.');
	refused($ada->post('commands.preview', { %ask, previewItem => {} }),
		undef, 'The preview item being executed is in the wrong format.');
	refused($ada->post('commands.preview', { roomId => $dev, %item }), undef,
		'You must provide a command to run the preview item on.');
};
done_testing;
