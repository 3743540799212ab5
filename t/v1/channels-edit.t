#!/usr/bin/perl
# /api/v1/channels.* and groups.*: making, changing, archiving, deleting
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);
my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my %room = (_id => 'str', t => 'str', name => 'str', fname => 'str',
	u => { _id => 'str', username => 'str' }, ro => 'bool', sysMes => 'bool',
	default => 'bool', msgs => 'int', usersCount => 'int', ts => 'time',
	_updatedAt => 'time', map { ("$_?" => 'any') } qw(broadcast topic
	announcement archived joinCodeRequired prid description customFields lm));

for (['channels', 'channel', 'channel', 'c'],
		['groups', 'group', 'private group', 'p']) {
	my ($many, $one, $said, $type) = @$_;
	my $absent = "The required \"roomId\" or \"roomName\" param provided " .
		"does not match any $one";
	my $name = "dev-$type";
	my ($id, %r);
	my $lookup = sub {
		my ($call, %body) = @_;
		refused($ada->post("$many.$call", { %body }),
			$type eq 'c' ? 'error-roomid-param-not-provided' :
			'error-room-param-not-provided',
			'The parameter "roomId" or "roomName" is required');
		refused($ada->post("$many.$call", { roomId => 'x', %body }),
			'error-room-not-found', $absent);
		anonymous($chat->anyone->post("$many.$call", { %r, %body }));
	};
	my $told = sub { $ada->get("$many.history", { %r })->{messages}[0] };

	subtest "POST $many.create" => sub {
		my $r = $ada->post("$many.create", { name => $name,
			members => ['bob', 'nobody', 'ada'], readOnly => $no,
			extraData => { topic => 'about', evil => 1 },
			customFields => { a => 1 } });
		shaped($r->{$one}, \%room);
		$id = $r->{$one}{_id};
		%r = (roomId => $id);
		is $r->{$one}{usersCount}, 2, 'with those who are users';
		is $r->{$one}{topic}, 'about', 'and a topic';
		refused($ada->post("$many.create", { name => uc $name }),
			'error-duplicate-channel-name',
			'A channel with name \'' . uc($name) . q(' exists));
		refused($ada->post("$many.create", {}), undef,
			'Param "name" is required');
		refused($ada->post("$many.create", { name => 'x', members => 'y' }),
			undef, 'Param "members" must be an array if provided');
		refused($ada->post("$many.create", { name => 'a b' }),
			'error-invalid-room-name', 'a b is not a valid room name');
		anonymous($chat->anyone->post("$many.create", { name => 'x' }));
		$chat->done(qw(role take eve user)) if $type eq 'c';
		unauthorized($eve->post("$many.create", { name => 'x' }), 'a right');
	};

	for (['setTopic', 'topic', 'room_changed_topic'],
			['setDescription', 'description', 'room_changed_description'],
			['setPurpose', 'purpose', 'room_changed_description'],
			['setAnnouncement', 'announcement',
				'room_changed_announcement']) {
		my ($call, $key, $t) = @$_;
		my $test = sub {
			my $r = $ada->post("$many.$call", { %r, $key => "new $key" });
			is_deeply $r->json, { success => $yes, $key => "new $key" },
				'said back';
			is $told->()->{t}, $t, 'the room is told';
			is $ada->get("$many.info", { %r })->{$one}{ $key eq 'purpose' ?
				'description' : $key }, "new $key", 'and it stays';
			refused($ada->post("$many.$call", { %r, $key => "new $key" }),
				undef, "The $said $key is the same as what it would be " .
				'changed to.') if $key ne 'announcement';
			refused($ada->post("$many.$call", { %r }), undef,
				"The bodyParam \"$key\" is required");
			refused($bob->post("$many.$call", { %r, $key => 'x' }),
				'error-not-allowed', 'Not allowed', 'owners only');
			$lookup->($call, $key => 'x');
		};
		if ($key eq 'topic') { subtest "POST $many.setTopic" => $test }
		elsif ($key eq 'purpose') { subtest "POST $many.setPurpose" => $test }
		elsif ($key eq 'description') {
			subtest "POST $many.setDescription" => $test;
		} else {
			subtest "POST $many.setAnnouncement" => $test;
		}
	}

	subtest "POST $many.rename" => sub {
		my $r = $ada->post("$many.rename", { %r, name => "$name-2" });
		is $r->{$one}{name}, "$name-2", 'another name';
		is $told->()->{t}, 'r', 'the room is told';
		refused($ada->post("$many.rename", { %r, name => "$name-2" }), undef,
			"The $said name is the same as what it would be renamed to.");
		refused($ada->post("$many.rename", { %r, name => 'general' }),
			'error-duplicate-channel-name',
			q(A channel with name 'general' exists));
		refused($ada->post("$many.rename", { %r }), undef,
			'The bodyParam "name" is required');
		refused($bob->post("$many.rename", { %r, name => 'x' }),
			'error-not-allowed', 'Not allowed');
		$lookup->('rename', name => 'y');
	};

	subtest "POST $many.setReadOnly" => sub {
		is $ada->post("$many.setReadOnly", { %r, readOnly => $yes })
			->{$one}{ro}, $yes, 'on';
		is $bob->post('chat.postMessage', { %r, text => 'x' })->status, 400,
			'members are silent';
		refused($ada->post("$many.setReadOnly", { %r, readOnly => $yes }),
			undef, "The $said read only setting is the same as what it " .
			'would be changed to.');
		refused($ada->post("$many.setReadOnly", { %r }), undef,
			'The bodyParam "readOnly" is required');
		refused($bob->post("$many.setReadOnly", { %r, readOnly => $no }),
			'error-not-allowed', 'Not allowed');
		is $ada->post("$many.setReadOnly", { %r, readOnly => $no })
			->{$one}{ro}, $no, 'off';
		$lookup->('setReadOnly', readOnly => $yes);
	};

	subtest "POST $many.setCustomFields" => sub {
		is_deeply $ada->post("$many.setCustomFields", { %r,
			customFields => { b => [2] } })->{$one}{customFields},
			{ b => [2] }, 'kept';
		refused($ada->post("$many.setCustomFields", { %r,
			customFields => 'x' }), undef, 'The bodyParam "customFields" ' .
			'is required with a type like object.');
		refused($bob->post("$many.setCustomFields", { %r,
			customFields => {} }), 'error-not-allowed', 'Not allowed');
		$lookup->('setCustomFields', customFields => {});
	};

	subtest "POST $many.close" => sub {
		succeeded($bob->post("$many.close", { %r }), 'out of sight');
		refused($bob->post("$many.close", { %r }), undef,
			"The $said, $name-2, is already closed to the sender");
		refused($admin->post("$many.close", { %r }), $type eq 'c' ? (undef,
			"The user/callee is not in the $said \"$name-2\".") :
			('error-room-not-found', $absent));
		$lookup->('close');
	};

	subtest "POST $many.open" => sub {
		succeeded($bob->post("$many.open", { %r }), 'back again');
		refused($bob->post("$many.open", { %r }), undef,
			"The $said, $name-2, is already open to the sender");
		$bob->post("$many.close", { %r });
		$ada->post('chat.postMessage', { %r, text => 'hello' });
		refused($bob->post("$many.open", { %r }), undef,
			"The $said, $name-2, is already open to the sender",
			'what is new opens it');
		$lookup->('open');
	};

	subtest "POST $many.archive" => sub {
		refused($bob->post("$many.archive", { %r }), 'error-not-allowed',
			'Not allowed');
		succeeded($ada->post("$many.archive", { %r }), 'put away');
		refused($ada->post("$many.archive", { %r }), 'error-room-archived',
			"The $said, $name-2, is archived");
		refused($ada->post("$many.setTopic", { %r, topic => 'x' }),
			'error-room-archived', "The $said, $name-2, is archived");
		refused($ada->post("$many.create", { name => "$name-2" }),
			'error-archived-duplicate-name',
			"There's an archived $said with name '$name-2'");
		$lookup->('archive');
	};

	subtest "POST $many.unarchive" => sub {
		refused($bob->post("$many.unarchive", { %r }), 'error-not-allowed',
			'Not allowed');
		succeeded($ada->post("$many.unarchive", { %r }), 'back');
		refused($ada->post("$many.unarchive", { %r }), undef,
			"The $said, $name-2, is not archived");
		$lookup->('unarchive');
	};

	subtest "POST $many.setType" => sub {
		my $other = $type eq 'c' ? 'p' : 'c';
		refused($ada->post("$many.setType", { %r, type => $type }), undef,
			"The $said type is the same as what it would be changed to.");
		refused($ada->post("$many.setType", { %r, type => 'x' }),
			'error-invalid-room-type', 'x is not a valid room type');
		refused($ada->post("$many.setType", { %r }), undef,
			'The bodyParam "type" is required');
		refused($bob->post("$many.setType", { %r, type => $other }),
			'error-not-allowed', 'Not allowed');
		is $ada->post("$many.setType", { %r, type => $other })->{$one}{t},
			$other, 'now of the other kind';
		refused($ada->get("$many.info", { %r }), 'error-room-not-found',
			$absent, 'and found there');
		my $back = $type eq 'c' ? 'groups' : 'channels';
		is $ada->post("$back.setType", { %r, type => $type })->status, 200,
			'and back';
		$lookup->('setType', type => 'c');
	};

	subtest "POST $many.delete" => sub {
		refused($bob->post("$many.delete", { %r }), 'error-not-allowed',
			'Not allowed');
		succeeded($ada->post("$many.delete", { %r }), 'gone');
		refused($ada->get("$many.info", { %r }), 'error-room-not-found',
			$absent);
		is $ada->get('/api/rooms/' . $id . '/messages')->status, 404,
			'with what was said';
		is $ada->post("$many.create", { name => "$name-2" })->status, 200,
			'the name is free';
		$lookup->('delete');
	};
}

subtest 'POST channels.setJoinCode' => sub {
	my %r = (roomId => $ada->post('channels.create', { name => 'code' })
		->{channel}{_id});
	my $r = $ada->post('channels.setJoinCode', { %r, joinCode =>
		$chat->secret('4711-code', 'a join code') });
	is $r->{channel}{joinCodeRequired}, $yes, 'needed from now on';
	refused($ada->post('channels.setJoinCode', { %r }), undef,
		'The bodyParam "joinCode" is required');
	refused($bob->post('channels.setJoinCode', { %r, joinCode => 'x' }),
		'error-not-allowed', 'Not allowed');
};

subtest 'POST channels.setDefault' => sub {
	my %r = (roomName => 'code');
	is $admin->post('channels.setDefault', { %r, default => $yes })
		->{channel}{default}, $yes, 'on';
	refused($admin->post('channels.setDefault', { %r, default => $yes }),
		'error-channels-setdefault-missing-default-param', 'The channel ' .
		'default setting is the same as what it would be changed to.');
	refused($admin->post('channels.setDefault', { %r }),
		'error-channels-setdefault-is-same',
		'The bodyParam "default" is required');
	refused($ada->post('channels.setDefault', { %r, default => $no }),
		'error-not-allowed', 'Not allowed');
	ok scalar(grep { $_->{name} eq 'code' } @{ $chat->user('new')
		->get('channels.list.joined')->{channels} }), 'new users are in it';
};

subtest 'POST groups.setEncrypted' => sub {
	my %r = (roomId => $ada->post('groups.create', { name => 'plain' })
		->{group}{_id});
	is $ada->post('groups.setEncrypted', { %r, encrypted => $no })->status,
		200, 'it is not';
	refused($ada->post('groups.setEncrypted', { %r, encrypted => $yes }),
		'error-not-allowed', 'This server has no end-to-end encryption');
	refused($ada->post('groups.setEncrypted', { %r }), undef,
		'The bodyParam "encrypted" is required');
};
done_testing;
