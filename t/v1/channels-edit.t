#!/usr/bin/perl
# /api/v1/channels.* and groups.*: what they say and are
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve, $mod) = map { $chat->user($_) } qw(ada bob eve mod);
my ($true, $false) = (JSON::PP::true, JSON::PP::false);

for (['channels', 'channel', 'c', 'channel'],
	['groups', 'group', 'p', 'private group']) {
	my ($many, $one, $type, $said) = @$_;
	my $name = "dev-$type";
	my $room = $ada->post("$many.create", { name => $name,
		members => [qw(bob mod admin)] })->{$one}{_id};
	my %room = (roomId => $room);
	$ada->post("$many.addModerator", { %room, username => 'mod' });
	my $absent = "The required \"roomId\" or \"roomName\" param provided " .
		"does not match any $one";
	my $old = $ada->post("$many.create", { name => "old-$type" })->{$one}{_id};
	$ada->post("$many.archive", { roomId => $old });
	# nobody else, nowhere else
	my $guarded = sub {
		my ($call, %body) = @_;
		anonymous($chat->anyone->post("$many.$call", { %room, %body }));
		refused($ada->post("$many.$call", { roomId => 'x', %body }),
			'error-room-not-found', $absent);
		refused($ada->post("$many.$call", { %body }), $type eq 'c' ?
			'error-roomid-param-not-provided' :
			'error-room-param-not-provided',
			'The parameter "roomId" or "roomName" is required');
		refused($ada->post("$many.$call", { roomId => $old, %body }),
			'error-room-archived', "The $said, old-$type, is archived");
		refused($eve->post("$many.$call", { %room, %body }),
			'error-room-not-found', $absent, 'a stranger sees no group')
			if $type eq 'p';
	};
	my $editors = sub {
		my ($call, %body) = @_;
		refused($bob->post("$many.$call", { %room, %body }),
			'error-action-not-allowed', 'Editing room is not allowed',
			'a plain member may not');
		$guarded->($call, %body);
	};
	my $told = sub {
		my ($t, $text, $what) = @_;
		my $m = $ada->get("$many.history", { %room })->{messages}[0];
		is_deeply [@$m{qw(t msg)}], [$t, $text], $what // 'it is told';
	};

	my $text = sub {
		my ($call, $key, $field, $t, $what) = @_;
		my $words = "made of $key";
		my $r = $mod->post("$many.$call", { %room, $key => $words });
		is_deeply $r->json, { $key => $words, success => $true },
			'a moderator says it';
		$told->($t, $words);
		is $bob->get("$many.info", { %room })->{$one}{$field}, $words,
			'and it stays';
		refused($ada->post("$many.$call", { %room, $key => $words }), undef,
			"The $said $what is the same as what it would be changed to.");
		refused($ada->post("$many.$call", { %room }), undef,
			"The bodyParam \"$key\" is required");
		refused($ada->post("$many.$call", { %room, $key => [] }),
			'error-invalid-params', "The parameter \"$key\" must be a string");
		refused($ada->post("$many.$call", { %room, $key => 'x' x 5000 }),
			undef, "The bodyParam \"$key\" is too long");
		succeeded($ada->post("$many.$call", { %room, $key => '' }),
			'nothing is said');
		ok !exists $bob->get("$many.info", { %room })->{$one}{$field},
			'and nothing stays';
		$editors->($call, $key => 'x');
	};
	subtest "POST $many.setTopic" => sub {
		$text->(qw(setTopic topic topic room_changed_topic topic));
	};
	subtest "POST $many.setDescription" => sub {
		$text->(qw(setDescription description description
			room_changed_description description));
	};
	subtest "POST $many.setPurpose" => sub {
		$text->(qw(setPurpose purpose description
			room_changed_description), 'purpose (description)');
	};
	subtest "POST $many.setAnnouncement" => sub {
		$text->(qw(setAnnouncement announcement announcement
			room_changed_announcement announcement));
	};

	subtest "POST $many.rename" => sub {
		my $r = $mod->post("$many.rename", { %room, name => "new-$type" });
		is $r->{$one}{name}, "new-$type", 'it has another name';
		$told->('r', "new-$type");
		is $ada->post("$many.rename", { roomName => "new-$type",
			name => $name })->{$one}{fname}, $name, 'and the old one again';
		refused($ada->post("$many.rename", { %room, name => $name }), undef,
			"The $said name is the same as what it would be renamed to.");
		refused($ada->post("$many.rename", { %room, name => 'GENERAL' }),
			'error-duplicate-channel-name',
			"A channel with name 'GENERAL' exists");
		refused($ada->post("$many.rename", { %room, name => "old-$type" }),
			'error-archived-duplicate-name',
			"There's an archived channel with name 'old-$type'");
		refused($ada->post("$many.rename", { %room, name => 'a b' }),
			'error-invalid-room-name', 'a b is not a valid room name');
		refused($ada->post("$many.rename", { %room, name => '' }), undef,
			'The bodyParam "name" is required');
		$editors->('rename', name => 'x');
	};

	subtest "POST $many.setReadOnly" => sub {
		my $r = $mod->post("$many.setReadOnly", { %room, readOnly => $true });
		is $r->{$one}{ro}, $true, 'it is read';
		refused($bob->post('chat.postMessage', { %room, text => 'x' }),
			'error-not-allowed', 'The room is read only',
			'a plain member is heard no more');
		succeeded($mod->post('chat.postMessage', { %room, text => 'x' }),
			'a moderator is');
		refused($ada->post("$many.setReadOnly", { %room, readOnly => $true }),
			undef, "The $said read only setting is the same as what it " .
			'would be changed to.');
		refused($ada->post("$many.setReadOnly", { %room }), undef,
			'The bodyParam "readOnly" is required');
		refused($bob->post("$many.setReadOnly", { %room, readOnly => $false }),
			'error-not-allowed', 'Not allowed', 'a plain member may not');
		is $ada->post("$many.setReadOnly", { %room, readOnly => $false })
			->{$one}{ro}, $false, 'and written again';
		is_deeply [map { [$_->{t}, $_->{u}{username}] } grep { $_->{t} }
			@{ $ada->get("$many.history", { %room, count => 3 })
			->{messages} }], [['room-removed-read-only', 'ada'],
			['room-set-read-only', $mod->name]], 'both are told';
		$guarded->('setReadOnly', readOnly => $true);
	};

	subtest "POST $many.setCustomFields" => sub {
		my $fields = { team => 'ops', deep => { n => 1 } };
		is_deeply $mod->post("$many.setCustomFields", { %room,
			customFields => $fields })->{$one}{customFields}, $fields,
			'they are set';
		my $want = 'The bodyParam "customFields" is required with a type ' .
			'like object.';
		refused($ada->post("$many.setCustomFields", { %room }), undef, $want);
		refused($ada->post("$many.setCustomFields", { %room,
			customFields => [1] }), undef, $want);
		refused($ada->post("$many.setCustomFields", { %room,
			customFields => { x => 'y' x 5000 } }), undef,
			'The bodyParam "customFields" is too long');
		$editors->('setCustomFields', customFields => {});
	};

	subtest "POST $many.setType" => sub {
		my ($other, $its, $key) = $type eq 'c' ? ('p', 'groups', 'group') :
			('c', 'channels', 'channel');
		my $r = $mod->post("$many.setType", { %room, type => $other });
		is $r->{$one}{t}, $other, 'it is of the other kind';
		my $line = $ada->get("$its.history", { %room })->{messages}[0];
		is_deeply [@$line{qw(t msg)}], ['room_changed_privacy',
			$other eq 'c' ? 'Channel' : 'Private Group'], 'it is told';
		refused($ada->get("$many.info", { %room }), 'error-room-not-found',
			$absent, 'and is there no more');
		is $ada->post("$its.setType", { %room, type => $type })->{$key}{t},
			$type, 'and back';
		refused($ada->post("$many.setType", { %room, type => $type }), undef,
			"The $said type is the same as what it would be changed to.");
		refused($ada->post("$many.setType", { %room, type => 'd' }),
			'error-invalid-room-type', 'd is not a valid room type');
		refused($ada->post("$many.setType", { %room }), undef,
			'The bodyParam "type" is required');
		$admin->post('permissions.update', { permissions => [{
			_id => "create-$other", roles => ['admin'] }] });
		refused($ada->post("$many.setType", { %room, type => $other }),
			'error-action-not-allowed', 'Changing a ' . ($other eq 'c' ?
			'private group to a public channel' :
			'public channel to a private room') . ' is not allowed');
		$admin->post('permissions.update', { permissions => [{
			_id => "create-$other", roles => [qw(admin user bot)] }] });
		$editors->('setType', type => $other);
	};
}
done_testing;
