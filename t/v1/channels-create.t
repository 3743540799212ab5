#!/usr/bin/perl
# /api/v1/channels.* and groups.*: from the first day to the last
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve, $mod) = map { $chat->user($_) } qw(ada bob eve mod);
my $guest = $chat->user('gus');
$admin->post('users.update', { userId => $guest->id,
	data => { roles => ['guest'] } });
my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my %shape = (_id => 'str', t => 'str', name => 'str', fname => 'str',
	u => { _id => 'str', username => 'str' }, ro => 'bool', sysMes => 'bool',
	default => 'bool', msgs => 'int', usersCount => 'int', ts => 'time',
	_updatedAt => 'time');

for (['channels', 'channel', 'c', 'channel'],
	['groups', 'group', 'p', 'private group']) {
	my ($many, $one, $type, $said) = @$_;
	my $absent = "The required \"roomId\" or \"roomName\" param provided " .
		"does not match any $one";
	my $make = sub {
		return $ada->post("$many.create", { name => "$_[0]-$type",
			members => [qw(bob mod)] })->{$one}{_id};
	};
	my $lookup = sub {
		my ($call) = @_;
		anonymous($chat->anyone->post("$many.$call", { roomId => 'x' }));
		refused($ada->post("$many.$call", { roomId => 'x' }),
			'error-room-not-found', $absent);
		refused($ada->post("$many.$call", {}), $type eq 'c' ?
			'error-roomid-param-not-provided' :
			'error-room-param-not-provided',
			'The parameter "roomId" or "roomName" is required');
	};

	subtest "POST $many.create" => sub {
		my $r = $ada->post("$many.create", { name => "dev-$type" });
		shaped($r->json, { success => 'bool', $one => { %shape } });
		is_deeply [@{ $r->{$one} }{qw(t name usersCount msgs ro)}],
			[$type, "dev-$type", 1, 0, $false], 'as it was wished';
		is_deeply $r->{$one}{u}, { _id => $ada->id, username => 'ada' },
			'by who made it';
		is_deeply $ada->get("$many.roles", { roomName => "dev-$type" })
			->{roles}[0]{roles}, ['owner'], 'who owns it';
		$r = $ada->post("$many.create", { name => "all-$type",
			members => [qw(bob nobody ada bob)], readOnly => $true,
			customFields => { a => 1 }, extraData => {
			topic => 'all', description => 'of it', broadcast => $true } });
		is_deeply [@{ $r->{$one} }{qw(usersCount ro topic description
			broadcast customFields)}], [2, $true, 'all', 'of it', $true,
			{ a => 1 }], 'with members and all else';
		unlike $r->body, qr/joinCode/, 'and no secret';
		is $bob->get("$many.info", { roomName => "all-$type" })->status,
			200, 'who is in it';
		unauthorized($guest->post("$many.create", { name => 'x' }),
			'a guest makes none');
		refused($ada->post("$many.create", {}), undef,
			'Param "name" is required');
		refused($ada->post("$many.create", { name => 'x', members => 'bob' }),
			undef, 'Param "members" must be an array if provided');
		refused($bob->post("$many.create", { name => "DEV-$type" }),
			'error-duplicate-channel-name',
			"A channel with name 'DEV-$type' exists");
		refused($ada->post("$many.create", { name => 'a b' }),
			'error-invalid-room-name', 'a b is not a valid room name');
		refused($ada->post("$many.create", { name => 'x',
			extraData => { encrypted => $true } }), 'error-not-allowed',
			'This server has no end-to-end encryption');
		refused($ada->post("$many.create", { name => 'x',
			extraData => { topic => 'x' x 5000 } }), undef,
			'Match error: extraData is too long');
		$r = $admin->post("$many.create", { name => "far-$type",
			members => ['bob'], excludeSelf => $true });
		is $r->{$one}{usersCount}, 1, 'without who makes it';
		is $ada->post("$many.create", { name => "near-$type",
			excludeSelf => $true })->{$one}{usersCount}, 1,
			'which is for who administers rooms';
		anonymous($chat->anyone->post("$many.create", { name => 'x' }));
	};

	subtest "POST $many.archive" => sub {
		my %room = (roomId => $make->('old'));
		refused($mod->post("$many.archive", { %room }),
			'error-not-authorized', 'Not authorized', 'no plain member');
		refused($eve->post("$many.archive", { %room }), $type eq 'c' ?
			('error-not-authorized', 'Not authorized') :
			('error-room-not-found', $absent), 'nor a stranger');
		succeeded($ada->post("$many.archive", { %room }), 'an owner');
		is $ada->get("$many.info", { %room })->{$one}{archived}, $true,
			'it is';
		is $ada->get("$many.history", { %room })->{messages}[0]{t},
			'room-archived', 'it is told';
		refused($ada->post("$many.archive", { %room }),
			'error-room-archived', "The $said, old-$type, is archived");
		refused($bob->post("$many.leave", { %room }),
			'error-room-archived', "The $said, old-$type, is archived");
		refused($bob->post("$many.create", { name => "old-$type" }),
			'error-archived-duplicate-name',
			"There's an archived channel with name 'old-$type'");
		isnt $ada->post('chat.postMessage', { %room, text => 'x' })->status,
			200, 'and nobody writes there';
		$lookup->('archive');
	};

	subtest "POST $many.unarchive" => sub {
		my %room = (roomName => "old-$type");
		refused($bob->post("$many.unarchive", { %room }),
			'error-not-authorized', 'Not authorized', 'no plain member');
		succeeded($ada->post("$many.unarchive", { %room }), 'an owner');
		ok !exists $ada->get("$many.info", { %room })->{$one}{archived},
			'it is not';
		is $ada->get("$many.history", { %room })->{messages}[0]{t},
			'room-unarchived', 'it is told';
		refused($ada->post("$many.unarchive", { %room }), undef,
			"The $said, old-$type, is not archived");
		$lookup->('unarchive');
	};

	my %den = (roomId => $make->('den'));
	my $open = sub {
		return $bob->get('subscriptions.getOne', { %den })
			->{subscription}{open};
	};
	my $outside = sub {
		my ($call) = @_;
		refused($eve->post("$many.$call", { %den }), $type eq 'c' ?
			(undef, "The user/callee is not in the channel \"den-c\".") :
			('error-room-not-found', $absent), 'a stranger');
		$lookup->($call);
	};
	subtest "POST $many.close" => sub {
		succeeded($bob->post("$many.close", { %den }), 'closed');
		is $open->(), $false, 'it is';
		refused($bob->post("$many.close", { %den }), undef,
			"The $said, den-$type, is already closed to the sender");
		$outside->('close');
	};
	subtest "POST $many.open" => sub {
		succeeded($bob->post("$many.open", { %den }), 'open');
		is $open->(), $true, 'it is';
		refused($bob->post("$many.open", { %den }), undef,
			"The $said, den-$type, is already open to the sender");
		$bob->post("$many.close", { %den });
		$ada->post('chat.postMessage', { %den, text => 'news' });
		is $open->(), $true, 'as by a message';
		$outside->('open');
	};

	subtest "POST $many.delete" => sub {
		my %room = (roomId => $make->('gone'));
		$ada->post('chat.postMessage', { %room, text => "word $_" })
			for 1 .. 3;
		my $id = $ada->post('chat.postMessage', { %room, text => 'last' })
			->{message}{_id};
		refused($bob->post("$many.delete", { %room }), 'error-not-allowed',
			'Not allowed', 'no plain member');
		refused($eve->post("$many.delete", { %room }), $type eq 'c' ?
			('error-not-allowed', 'Not allowed') :
			('error-room-not-found', $absent), 'nor a stranger');
		succeeded($ada->post("$many.delete", { %room }), 'an owner');
		refused($ada->get("$many.info", { %room }), 'error-room-not-found',
			$absent, 'it is gone');
		is $ada->get('chat.getMessage', { msgId => $id })->status, 400,
			'with its messages';
		ok !grep({ $_->{_id} eq $room{roomId} }
			@{ $bob->get('rooms.get')->{update} }), 'for everybody';
		is $ada->post("$many.create", { name => "gone-$type" })->status,
			200, 'its name is free';
		$lookup->('delete');
	};
}

subtest 'POST channels.delete' => sub {
	refused($admin->post('channels.delete', { roomId => 'GENERAL' }),
		'error-action-not-allowed', 'The general channel stays');
};

subtest 'GET groups.listAll' => sub {
	my $r = $admin->get('groups.listAll');
	shaped($r->json, { success => 'bool', count => 'int', offset => 'int',
		total => 'int', groups => [{ %shape, map { $_ => 'any' }
		qw(topic? description? broadcast? customFields? lm?) }] });
	is_deeply [map { $_->{name} } @{ $r->{groups} }],
		[qw(all-p den-p dev-p far-p gone-p near-p old-p)],
		'all there are, also of others';
	is $r->{total}, 7, 'counted';
	unlike $r->body, qr/lastMessage/, 'and nothing that was said there';
	unauthorized($ada->get('groups.listAll'), 'for nobody else', route => 1);
	anonymous($chat->anyone->get('groups.listAll'));
};
done_testing;
