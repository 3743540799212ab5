#!/usr/bin/perl
# The contract's table of channels.* and groups.*, call by call.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Contract;
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob, $eve, $gil) = map { $chat->user($_) } qw(ada bob eve gil);
$admin->post('users.update', { userId => $gil->id,
	data => { roles => ['guest'] } });
cast($chat, guest => $gil, member => $bob, stranger => $eve);
my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my %text = (texts => 'str');

for (['channels', 'channel', 'c', 'channel', 'roomid'],
	['groups', 'group', 'p', 'private group', 'room']) {
	my ($many, $one, $type, $said, $word) = @$_;
	my $open = $type eq 'c';
	my $room = { $one => { %ROOM } };
	my $unsaid = "E error-$word-param-not-provided: The parameter " .
		'"roomId" or "roomName" is required';
	my $absent = 'E error-room-not-found: The required "roomId" or ' .
		qq("roomName" param provided does not match any $one);
	# who is outside knows of a channel, not of a group
	my $outside = sub { return $open ? $_[0] : $absent };
	my $nobody = 'E error-invalid-user: The required "userId" or ' .
		'"username" param provided does not match any users';
	my $unnamed = 'E error-user-param-not-provided: The required "userId" ' .
		'or "username" param was not provided';
	my ($not, $edit, $unable) = ('E error-not-allowed: Not allowed',
		'E error-action-not-allowed: Editing room is not allowed',
		'E error-not-authorized: Not authorized');
	my $made = sub {
		my $r = $ada->post("$many.create", { name => "$_[0]-$type",
			members => [$_[1] // 'bob'] })->{$one}{_id};
		return ({ roomId => $r }, "$_[0]-$type");
	};
	my $other = $open ? $ada->post('groups.create', { name => 'other-p' })
		->{group}{_id} : $ada->post('channels.create',
		{ name => 'other-c' })->{channel}{_id};
	my $lookup = sub {
		my ($call, $more) = @_;
		walk($call, $ada, { %{ $more || {} } }, $unsaid);
		walk($call, $ada, { %{ $more || {} }, $_ => 'nowhere' }, $absent)
			for qw(roomId roomName);
		walk($call, $ada, { %{ $more || {} }, roomId => $other }, $absent);
	};

	# ---- from the first day ----

	my $call = "POST $many.create";
	walk($call, $ada, { name => "kept-$type" }, $room);
	walk($call, $ada, {}, 'F Param "name" is required');
	walk($call, $ada, { name => "new-$type", members => 'bob' },
		'F Param "members" must be an array if provided');
	walk($call, $ada, { name => "kept-$type" }, 'E error-duplicate-channel-' .
		"name: A channel with name 'kept-$type' exists");
	walk($call, $ada, { name => 'a b' },
		'E error-invalid-room-name: a b is not a valid room name');
	$ada->post("$many.create", { name => "old-$type" });
	$ada->post("$many.archive", { roomName => "old-$type" });
	walk($call, $ada, { name => "old-$type" }, 'E error-archived-duplicate-' .
		"name: There's an archived channel with name 'old-$type'");
	deny($call, { name => "theirs-$type" }, guest => '403');

	my ($dev, $name) = $made->('dev');
	$call = "GET $many.info";
	walk($call, $ada, $dev, $room);
	walk($call, $ada, { roomName => "old-$type" }, $room);
	$lookup->($call);
	deny($call, $dev, guest => $open ? '403' : $absent,
		stranger => $open ? 'done' : $absent, member => 'done');
	my $list = { $many => [{ %ROOM }], %PAGE };
	walk("GET $many.list", $ada, {}, $list);
	deny("GET $many.list", {}, all => 'done');
	if ($open) {
		walk('GET channels.list.joined', $ada, {}, $list);
		deny('GET channels.list.joined', {}, all => 'done');
	} else {
		walk('GET groups.listAll', $admin, {}, $list);
		deny('GET groups.listAll', {}, all => '403 route');
	}

	# ---- what was said ----

	$ada->post('chat.postMessage', { %$dev, text => 'hello @bob' });
	$call = "GET $many.history";
	walk($call, $ada, $dev, { messages => [\%MESSAGE] });
	walk($call, $bob, { %$dev, unreads => 'true',
		oldest => '2020-01-01' }, { messages => [\%MESSAGE],
		unreadNotLoaded => 'int', 'firstUnread?' => \%MESSAGE });
	walk($call, $ada, { %$dev, latest => 'x' },
		'E error-invalid-date: The "latest" query parameter must be a ' .
		'valid date.');
	$lookup->($call);
	deny($call, $dev, guest => $open ? '403' : $absent,
		stranger => $open ? 'done' : $absent, member => 'done');
	$call = "GET $many.messages";
	walk($call, $ada, $dev, { messages => [\%MESSAGE], %PAGE });
	$lookup->($call);
	deny($call, $dev, guest => $open ? '403' : $absent,
		stranger => $open ? 'done' : $absent, member => 'done');
	$call = "GET $many.counters";
	walk($call, $bob, $dev, { joined => 'bool', unreadsFrom => 'time',
		latest => 'time', map { $_ => 'int' }
		qw(members unreads msgs userMentions) });
	$lookup->($call);
	walk($call, $bob, { %$dev, userId => $ada->id }, '403');
	deny($call, $dev, guest => $open ? '403' : $absent,
		stranger => $open ? 'done' : $absent, member => 'done');
	$call = "GET $many.files";
	walk($call, $ada, $dev, { files => [\%FILE], %PAGE });
	$lookup->($call);
	deny($call, $dev, guest => $open ? '403' : $absent,
		stranger => $open ? 'done' : $absent, member => 'done');
	if ($open) {
		$call = 'GET channels.getAllUserMentionsByChannel';
		walk($call, $bob, $dev, { mentions => [\%MESSAGE], %PAGE });
		walk($call, $bob, {}, 'F The request param "roomId" is required');
		deny($call, $dev, guest => '403', stranger => 'done',
			member => 'done');
		$call = 'GET channels.anonymousread';
		walk($call, $ada, $dev, 'E error-not-allowed: Enable "Allow ' .
			'Anonymous Read"');
		$admin->post('settings/Accounts_AllowAnonymousRead',
			{ value => $yes });
		walk($call, $chat->anyone, $dev, { messages => [\%MESSAGE], %PAGE });
		deny($call, $dev, all => 'done');
		$admin->post('settings/Accounts_AllowAnonymousRead',
			{ value => $no });
	}

	# ---- who is there ----

	my %who = (%$dev, userId => $bob->id);
	walk("GET $many.members", $ada, $dev, { members => [\%MEMBER], %PAGE });
	walk("GET $many.online", $ada, $dev, { online => [\%WHO] });
	walk("POST $many.addModerator", $ada, { %who }, {});
	walk("GET $many.moderators", $ada, $dev, { moderators => [\%WHO] });
	walk("GET $many.roles", $ada, $dev, { roles => [{ _id => 'str',
		rid => 'str', u => \%WHO, roles => ['str'] }] });
	walk("POST $many.removeModerator", $ada, { %who }, {});
	for my $list (qw(members moderators roles)) {
		$lookup->("GET $many.$list");
		deny("GET $many.$list", $dev, guest => $open ? '403' : $absent,
			stranger => $open ? 'done' : $absent, member => 'done');
	}
	walk("GET $many.online", $ada, { query => '{"_id":"x"}' },
		'F ' . ucfirst($one) . ' does not exists');
	my $unseen = 'F ' . ucfirst($one) . ' does not exists';
	deny("GET $many.online", $dev, guest => $unseen,
		stranger => $open ? 'done' : $unseen, member => 'done');
	walk("GET $many.getIntegrations", $admin, { $open ? %$dev :
		(roomId => $admin->post('groups.create', { name => 'mine-p' })
		->{group}{_id}) }, { integrations => [], items => 'int',
		%PAGE });
	deny("GET $many.getIntegrations", $dev, all => '403');

	# ---- roles ----

	for my $role (qw(Moderator Owner Leader)) {
		my $is = ($role eq 'Owner' ? 'an ' : 'a ') . lc $role;
		my ($add, $remove) = map { "POST $many.$_$role" } qw(add remove);
		for my $set ($add, $remove) {
			$lookup->($set, { userId => $bob->id });
			walk($set, $ada, { %$dev, userId => 'x' }, $nobody);
			walk($set, $ada, { %$dev, username => 'x' }, $nobody);
			walk($set, $ada, $dev, $unnamed);
			walk($set, $ada, { %$dev, userId => $eve->id },
				'E error-user-not-in-room: User is not in this room');
			deny($set, { %who }, guest => $outside->($not),
				member => $not, stranger => $outside->($not));
		}
		walk($remove, $ada, { %who }, 'E error-user-not-' . lc($role) .
			": User is not $is");
		walk($add, $ada, { %who }, {});
		walk($add, $ada, { %who }, 'E error-user-already-' . lc($role) .
			": User is already $is");
		walk($remove, $ada, { %who }, {});
	}
	walk("POST $many.removeOwner", $ada, { %$dev, userId => $ada->id },
		'E error-remove-last-owner: This is the last owner. Please set a ' .
		'new owner before removing this one.');

	# ---- coming and going ----

	if ($open) {
		my ($locked) = $made->('locked');
		walk('POST channels.setJoinCode', $ada, { %$locked,
			joinCode => 'sesame' }, $room);
		walk('POST channels.setJoinCode', $ada, $locked,
			'F The bodyParam "joinCode" is required');
		$lookup->('POST channels.setJoinCode', { joinCode => 'x' });
		deny('POST channels.setJoinCode', { %$locked, joinCode => 'x' },
			all => $edit);
		walk('POST channels.join', $eve, { %$locked, joinCode => 'x' },
			'E error-code-invalid: Invalid Room Password');
		walk('POST channels.join', $eve, { %$locked, joinCode => 'sesame' },
			$room);
		$lookup->('POST channels.join');
		deny('POST channels.join', $dev, guest => $not);
	}
	my ($den, $den_name) = $made->('den');
	my $in = sub { return { %$den, userId => $_[0]->id } };
	$call = "POST $many.invite";
	walk($call, $ada, $in->($eve), $room);
	$lookup->($call, { userId => $bob->id });
	walk($call, $ada, { %$den, userId => 'x' }, $nobody);
	walk($call, $ada, { %$den, userIds => ['x'] }, $nobody);
	walk($call, $ada, $den, $unnamed);
	deny($call, { %$dev, userId => $admin->id }, guest => $outside->($not),
		member => $not, stranger => $outside->($not));
	$call = "POST $many.kick";
	walk($call, $ada, $in->($eve), $open ? $room : {});
	walk($call, $ada, $in->($eve),
		'E error-user-not-in-room: User is not in this room');
	$lookup->($call, { userId => $bob->id });
	walk($call, $ada, { %$den, userId => 'x' }, $nobody);
	walk($call, $ada, $den, $unnamed);
	walk($call, $ada, $in->($ada), 'E error-you-are-last-owner: You are ' .
		'the last owner. Please set new owner before leaving the room.');
	deny($call, $in->($ada), guest => $outside->($not), member => $not,
		stranger => $outside->($not));
	$call = "POST $many.leave";
	walk($call, $ada, $den, 'E error-you-are-last-owner: You are the last ' .
		'owner. Please set new owner before leaving the room.');
	$lookup->($call);
	walk($call, $bob, $den, $open ? $room : {});
	deny($call, $den, guest => $outside->($not), member => $outside->(
		'E error-user-not-in-room: You are not in this room'),
		stranger => $outside->('E error-user-not-in-room: You are not ' .
		'in this room'));
	$call = "POST $many.addAll";
	$admin->post("$many.create", { name => "all-$type" });
	walk($call, $admin, { roomName => "all-$type" }, $room);
	walk($call, $admin, {}, $unsaid);
	walk($call, $admin, { roomId => 'x' }, $absent);
	deny($call, $dev, guest => $outside->($unable), member => $unable,
		stranger => $outside->($unable));

	# ---- open and closed ----

	for (['open', 'open', 'already'], ['close', 'closed', 'already']) {
		my ($verb, $is) = @$_;
		my $out = qq(F The user/callee is not in the $said "$name".);
		walk("POST $many.$verb", $bob, $dev,
			"F The $said, $name, is already open to the sender")
			if $verb eq 'open';
		$bob->post("$many.close", $dev) if $verb eq 'open';
		walk("POST $many.$verb", $bob, $dev, {});
		walk("POST $many.$verb", $bob, $dev,
			"F The $said, $name, is already $is to the sender");
		$lookup->("POST $many.$verb");
		deny("POST $many.$verb", $dev, guest => $outside->($out),
			stranger => $outside->($out));
	}

	# ---- what it says and is ----

	my %refuse = (guest => $outside->($edit), member => $edit,
		stranger => $outside->($edit));
	for (['Topic'], ['Description'], ['Purpose', 'purpose (description)'],
			['Announcement']) {
		my ($noun, $called) = ($_->[0], $_->[1] // lc $_->[0]);
		my $key = lc $noun;
		$call = "POST $many.set$noun";
		walk($call, $ada, $dev, qq(F The bodyParam "$key" is required));
		walk($call, $ada, { %$dev, $key => "a $key" }, { $key => 'str' });
		walk($call, $ada, { %$dev, $key => "a $key" }, "F The $said " .
			"$called is the same as what it would be changed to.");
		$lookup->($call, { $key => 'x' });
		deny($call, { %$dev, $key => 'y' }, %refuse);
		walk($call, $ada, { %$dev, $key => '' }, { $key => 'str' });
	}
	$call = "POST $many.rename";
	walk($call, $ada, $dev, 'F The bodyParam "name" is required');
	walk($call, $ada, { %$dev, name => $name }, "F The $said name is the " .
		'same as what it would be renamed to.');
	walk($call, $ada, { %$dev, name => "kept-$type" }, 'E error-duplicate-' .
		"channel-name: A channel with name 'kept-$type' exists");
	walk($call, $ada, { %$dev, name => 'a b' },
		'E error-invalid-room-name: a b is not a valid room name');
	$lookup->($call, { name => 'x' });
	deny($call, { %$dev, name => 'theirs' }, %refuse);
	walk($call, $ada, { %$dev, name => "dev2-$type" }, $room);
	$call = "POST $many.setReadOnly";
	walk($call, $ada, $dev, 'F The bodyParam "readOnly" is required');
	walk($call, $ada, { %$dev, readOnly => $no }, "F The $said read only " .
		'setting is the same as what it would be changed to.');
	walk($call, $ada, { %$dev, readOnly => $yes }, $room);
	$lookup->($call, { readOnly => $yes });
	deny($call, { %$dev, readOnly => $no }, guest => $outside->($not),
		member => $not, stranger => $outside->($not));
	$call = "POST $many.setType";
	walk($call, $ada, $dev, 'F The bodyParam "type" is required');
	walk($call, $ada, { %$dev, type => $type }, "F The $said type is the " .
		'same as what it would be changed to.');
	$lookup->($call, { type => 'c' });
	deny($call, { %$dev, type => $open ? 'p' : 'c' }, %refuse);
	my ($turned) = $made->('turned');
	walk($call, $ada, { %$turned, type => $open ? 'p' : 'c' }, $room);
	$call = "POST $many.setCustomFields";
	walk($call, $ada, { %$dev, customFields => 'x' }, 'F The bodyParam ' .
		'"customFields" is required with a type like object.');
	walk($call, $ada, { %$dev, customFields => { a => 1 } }, $room);
	$lookup->($call, { customFields => {} });
	deny($call, { %$dev, customFields => {} }, %refuse);
	if ($open) {
		$call = 'POST channels.setDefault';
		walk($call, $admin, $dev, 'typed error-channels-setdefault-is-' .
			'same: The bodyParam "default" is required');
		walk($call, $admin, { %$dev, default => $no }, 'typed error-' .
			'channels-setdefault-missing-default-param: The channel ' .
			'default setting is the same as what it would be changed to.');
		walk($call, $admin, { %$dev, default => $yes }, $room);
		$lookup->($call, { default => $yes });
		deny($call, { %$dev, default => $no }, all => 'E error-action-not-' .
			'allowed: Viewing room administration is not allowed');
	} else {
		$call = 'POST groups.setEncrypted';
		walk($call, $ada, $dev, 'F The bodyParam "encrypted" is required');
		walk($call, $ada, { %$dev, encrypted => $no }, $room);
		$lookup->($call, { encrypted => $no });
		deny($call, { %$dev, encrypted => $no }, %refuse);
	}

	# ---- to the last ----

	my %late = (guest => $outside->($unable), member => $unable,
		stranger => $outside->($unable));
	deny("POST $many.archive", $dev, %late);
	$lookup->("POST $many.archive");
	walk("POST $many.archive", $ada, $dev, {});
	my $over = "E error-room-archived: The $said, dev2-$type, is archived";
	walk("POST $many.archive", $ada, $dev, $over);
	for (['setTopic', topic => 'x'], ['setDescription', description => 'x'],
			['setPurpose', purpose => 'x'], ['setAnnouncement',
			announcement => 'x'], ['rename', name => 'x'], ['leave'],
			['invite', userId => $eve->id], ['kick', userId => $bob->id],
			['addOwner', userId => $bob->id], ['setReadOnly', readOnly =>
			$no], ['setType', type => 'p'], ['setCustomFields',
			customFields => {}], ['addAll'], $open ? (['join'],
			['setJoinCode', joinCode => 'x'], ['setDefault', default =>
			$no]) : ()) {
		my ($verb, %more) = @$_;
		walk("POST $many.$verb", $ada, { %$dev, %more }, $over);
	}
	deny("POST $many.unarchive", $dev, %late);
	$lookup->("POST $many.unarchive");
	walk("POST $many.unarchive", $ada, $dev, {});
	walk("POST $many.unarchive", $ada, $dev,
		"F The $said, dev2-$type, is not archived");
	deny("POST $many.delete", $dev, guest => $outside->($not),
		member => $not, stranger => $outside->($not));
	$lookup->("POST $many.delete");
	walk("POST $many.delete", $ada, $dev, {});

	# ---- once, and later ----

	my ($wide) = $made->('wide');
	my %team = $open ? (channelId => $wide->{roomId}) : %$wide;
	$call = "POST $many.convertToTeam";
	walk($call, $admin, {}, $open ? 'F The parameter "channelId" or ' .
		'"channelName" is required' : 'F The parameter "roomId" or ' .
		'"roomName" is required');
	my $missing = $open ? 'F Channel not found' : 'F Private group not found';
	deny($call, \%team, guest => $missing, member => '403',
		stranger => $open ? '403' : $missing);
	walk($call, $ada, \%team, { team => 'any' });
}
my ($old) = $ada->post('channels.create', { name => 'old', members =>
	['bob'] })->{channel}{_id};
my %span = (roomId => $old, oldest => '2020-01-01', latest => '2030-01-01');
walk('POST channels.cleanHistory', $admin, { %span }, { _id => 'str',
	count => 'int' });
walk('POST channels.cleanHistory', $admin, { roomId => $old,
	oldest => '2020-01-01' }, 'F Body parameter "latest" is required.');
walk('POST channels.cleanHistory', $admin, { roomId => $old,
	latest => '2020-01-01' }, 'F Body parameter "oldest" is required.');
deny('POST channels.cleanHistory', { %span }, all =>
	'E error-not-allowed: Not allowed');
walked(qr/^(?:channels|groups)[.]/);
