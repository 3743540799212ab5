#!/usr/bin/perl
# /api/v1/channels.* and groups.*: who is in them, as what
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
my $no_user = 'The required "userId" or "username" param provided does not ' .
	'match any users';
my $unsaid = 'The required "userId" or "username" param was not provided';
my $last = 'You are the last owner. Please set new owner before leaving the room.';

for (['channels', 'channel', 'c'], ['groups', 'group', 'p']) {
	my ($many, $one, $type) = @$_;
	my $room = $ada->post("$many.create", { name => "dev-$type" })->{$one}{_id};
	my %room = (roomId => $room);
	my $absent = "The required \"roomId\" or \"roomName\" param provided " .
		"does not match any $one";
	my $needs = [$many eq 'channels' ? 'error-roomid-param-not-provided' :
		'error-room-param-not-provided',
		'The parameter "roomId" or "roomName" is required'];
	my $lookup = sub {
		my ($call, %more) = @_;
		my $verb = $more{get} ? 'get' : 'post';
		refused($ada->$verb("$many.$call", {}), @$needs);
		refused($ada->$verb("$many.$call", { roomId => 'nowhere' }),
			'error-room-not-found', $absent);
		anonymous($chat->anyone->$verb("$many.$call", { %room }));
		return if $type eq 'c';
		refused($eve->$verb("$many.$call", { %room }),
			'error-room-not-found', $absent, 'a stranger sees no group');
	};

	subtest "POST $many.invite" => sub {
		my $r = $ada->post("$many.invite", { %room, userId => $bob->id });
		is $r->{$one}{usersCount}, 2, 'one more';
		is $ada->get("$many.history", { %room })->{messages}[0]{t}, 'au',
			'the room is told';
		is $ada->post("$many.invite", { %room, username => 'bob' })
			->{$one}{usersCount}, 2, 'again is no harm';
		is $ada->post("$many.invite", { %room, userIds => [$eve->id] })
			->{$one}{usersCount}, 3, 'several';
		refused($bob->post("$many.invite", { %room, username => 'admin' }),
			'error-not-allowed', 'Not allowed', 'a plain member may not');
		refused($ada->post("$many.invite", { %room, username => 'x' }),
			'error-invalid-user', $no_user);
		refused($ada->post("$many.invite", { %room }),
			'error-user-param-not-provided', $unsaid);
		refused($ada->post("$many.invite", { %room,
			userIds => [map { "id$_" } 1 .. 101] }),
			'error-invalid-params',
			'At most 100 users can be invited at once');
		refused($ada->post("$many.invite", { %room, userIds => ['x'] }),
			'error-invalid-user', $no_user);
		$ada->post("$many.kick", { %room, username => 'eve' });
		refused($eve->post("$many.invite", { %room, username => 'gus' }),
			$type eq 'c' ? ('error-not-allowed', 'Not allowed') :
			('error-room-not-found', $absent), 'nor a stranger');
		$lookup->('invite');
	};

	for my $role (qw(Moderator Leader Owner)) {
		my ($word, $a) = (lc $role, $role eq 'Owner' ? 'an' : 'a');
		my $set = sub {
			my ($verb, $who, %o) = @_;
			return $who->post("$many.$verb$role",
				{ %room, userId => $bob->id, %o });
		};
		my $held = sub {
			my ($seat) = grep { $_->{u}{username} eq 'bob' }
				@{ $ada->get("$many.roles", { %room })->{roles} };
			return scalar grep { $_ eq $word } @{ $seat->{roles} || [] };
		};
		my $add = sub {
			refused($set->(add => $bob), 'error-not-allowed',
				'Not allowed', 'a plain member may not');
			succeeded($set->(add => $ada), 'an owner may');
			ok $held->(), 'it is held';
			is $ada->get("$many.history", { %room })->{messages}[0]{role},
				$word, 'the room is told';
			refused($set->(add => $ada), "error-user-already-$word",
				"User is already $a $word");
			refused($set->(add => $ada, userId => $eve->id),
				'error-user-not-in-room', 'User is not in this room');
			$lookup->("add$role");
		};
		my $remove = sub {
			succeeded($set->(remove => $ada), 'taken');
			ok !$held->(), 'it is held no more';
			refused($set->(remove => $ada), "error-user-not-$word",
				"User is not $a $word");
			refused($set->(remove => $ada, userId => $ada->id),
				'error-remove-last-owner', 'This is the last owner. ' .
				'Please set a new owner before removing this one.')
				if $role eq 'Owner';
			$lookup->("remove$role");
		};
		if ($role eq 'Moderator') {
			subtest "POST $many.addModerator" => $add;
			subtest "POST $many.removeModerator" => $remove;
		} elsif ($role eq 'Leader') {
			subtest "POST $many.addLeader" => $add;
			subtest "POST $many.removeLeader" => $remove;
		} else {
			subtest "POST $many.addOwner" => $add;
			subtest "POST $many.removeOwner" => $remove;
		}
	}

	subtest "POST $many.kick" => sub {
		refused($bob->post("$many.kick", { %room, username => 'ada' }),
			'error-not-allowed', 'Not allowed', 'a plain member may not');
		refused($ada->post("$many.kick", { %room, username => 'eve' }),
			'error-user-not-in-room', 'User is not in this room');
		refused($ada->post("$many.kick", { %room, username => 'ada' }),
			'error-you-are-last-owner', $last);
		my $r = $ada->post("$many.kick", { %room, username => 'bob' });
		succeeded($r, 'out');
		is $r->{$one} ? 1 : 0, $type eq 'c' ? 1 : 0, 'a channel is shown';
		is $ada->get("$many.history", { %room })->{messages}[0]{t}, 'ru',
			'the room is told';
		$lookup->('kick');
	};

	subtest "POST $many.leave" => sub {
		refused($ada->post("$many.leave", { %room }),
			'error-you-are-last-owner', $last);
		refused($bob->post("$many.leave", { %room }),
			$type eq 'c' ? ('error-user-not-in-room',
				'You are not in this room') :
				('error-room-not-found', $absent));
		$ada->post("$many.invite", { %room, username => $_ })
			for qw(bob gus);
		refused($guest->post("$many.leave", { %room }),
			'error-not-allowed', 'Not allowed', 'a guest stays');
		$ada->post("$many.kick", { %room, username => 'gus' });
		succeeded($bob->post("$many.leave", { %room }), 'gone');
		is $ada->get("$many.history", { %room })->{messages}[0]{t}, 'ul',
			'the room is told';
		is $ada->get("$many.info", { %room })->{$one}{usersCount}, 1,
			'one less';
		$lookup->('leave');
	};

	subtest "POST $many.addAll" => sub {
		$lookup->('addAll');
		refused($ada->post("$many.addAll", { %room }),
			'error-not-authorized', 'Not authorized');
		$ada->post("$many.invite", { %room, username => 'admin' });
		$admin->post('settings/API_User_Limit', { value => 2 });
		refused($admin->post("$many.addAll", { %room }),
			'error-user-limit-exceeded', 'User Limit Exceeded');
		$admin->post('settings/API_User_Limit', { value => 500 });
		$chat->done('user', 'disable', 'gus');
		is $admin->post("$many.addAll", { %room, activeUsersOnly =>
			JSON::PP::true })->{$one}{usersCount}, 5, 'everybody active';
		is $admin->post("$many.addAll", { %room })->{$one}{usersCount},
			6, 'everybody';
		$chat->done('user', 'enable', 'gus');
		$guest = $chat->login('gus', $guest->pass);
		is $ada->get("$many.history", { %room })->{messages}[0]{t}, 'uj',
			'the room is told';
	};
}

subtest 'POST channels.join' => sub {
	my $open = $ada->post('channels.create', { name => 'open' })->{channel}{_id};
	my $r = $bob->post('channels.join', { roomId => $open });
	is $r->{channel}{usersCount}, 2, 'in it';
	is $bob->post('channels.join', { roomId => $open })->{channel}{usersCount},
		2, 'again is no harm';
	$r = $ada->post('channels.setJoinCode', { roomId => $open,
		joinCode => $chat->secret('let-me-in-4711', 'a join code') });
	is $r->{channel}{joinCodeRequired}, JSON::PP::true, 'a code is needed';
	unlike $r->body, qr/let-me-in/, 'which is not shown';
	refused($eve->post('channels.join', { roomId => $open }),
		'error-code-invalid', 'Invalid Room Password');
	refused($eve->post('channels.join', { roomId => $open, joinCode => 'x' }),
		'error-code-invalid', 'Invalid Room Password');
	is $eve->post("/api/rooms/$open/join", {})->status, 403,
		'nor by the old way';
	is $eve->post('channels.join', { roomId => $open,
		joinCode => 'let-me-in-4711' })->status, 200, 'with it one is in';
	refused($eve->post('channels.join', { roomId => 'x' }),
		'error-room-not-found', 'The required "roomId" or "roomName" ' .
		'param provided does not match any channel');
	anonymous($chat->anyone->post('channels.join', { roomId => $open }));
	refused($guest->post('channels.join', { roomId => $open,
		joinCode => 'let-me-in-4711' }), 'error-not-allowed',
		'Not allowed', 'a guest is not let in');
	my $bot = $chat->user('bo', roles => ['bot']);
	succeeded($bot->post('channels.join', { roomName => 'open' }),
		'who needs no code by right');
	$ada->post('channels.archive', { roomId => $open });
	refused($admin->post('channels.join', { roomId => $open }),
		'error-room-archived', 'The channel, open, is archived');
};
done_testing;
