#!/usr/bin/perl
# What members, role editors and owners of integrations must not come by, and
# what one cheap call must not cost
use strict;
use warnings;
use JSON::PP;
use Test::More;
use lib 't/lib';
use V1;
use Receiver;

my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my $chat = v1(settings => { outgoing => 'on', outgoing_private => 'on' });
my $admin = $chat->admin;
my ($ada, $bob, $eve) = map { $chat->user($_) } qw(ada bob eve);

# A role that holds these, and who has it beside what everybody has.
sub role {
	my ($name, $who, @held) = @_;
	$admin->post('roles.create', { name => $name });
	my %roles = map { $_->{_id} => $_->{roles} }
		@{ $admin->get('permissions.listAll')->{update} };
	succeeded($admin->post('permissions.update', { permissions => [
		map { { _id => $_, roles => [@{ $roles{$_} }, $name] } } @held
		] }), "$name: @held") if @held;
	succeeded($admin->post('roles.addUserToRole', { roleName => $name,
		username => $who->name }), $who->name . " is one") if $who;
	return $name;
}

my @beyond = ('error-action-not-allowed', 'Assigning a role with rights ' .
	'that you do not have is not allowed');

subtest 'who edits roles does not become an administrator' => sub {
	my $editor = $chat->user('editor');
	role('editor', $editor, 'access-permissions');
	role('boss', undef, 'view-privileged-setting');
	my $grant = sub { $editor->post('permissions.update', { permissions =>
		[{ _id => $_[0], roles => ['admin', 'editor', @_[1 .. $#_]] }] }) };
	for my $held (qw(assign-admin-role edit-other-user-password)) {
		my $r = $grant->($held);
		is_deeply [$r->status, $r->{errorType}],
			[400, 'error-edit-permissions-not-allowed'],
			"$held is not theirs to give";
	}
	my $r = $editor->post('permissions.update', { permissions => [
		{ _id => 'create-c', roles => ['user'] },
		{ _id => 'delete-user', roles => ['user'] }] });
	is $r->status, 400, 'not beside another';
	ok((grep { $_->{_id} eq 'create-c' && "@{ $_->{roles} }" =~ /bot/ }
		@{ $admin->get('permissions.listAll')->{update} }),
		'and nothing of it is done');
	succeeded($grant->('pin-message', 'owner'), 'what users may have is');
	succeeded($grant->('access-permissions'), 'as is their own');
	refused($editor->post('roles.addUserToRole', { roleName => 'boss',
		username => 'editor' }), @beyond);
	succeeded($editor->post('roles.addUserToRole', { roleName => 'bot',
		username => 'editor' }), 'a bot they may be');
	succeeded($editor->post('permissions.update', { permissions =>
		[{ _id => 'view-privileged-setting', roles => ['admin'] }] }),
		'to take is not to give');
};

subtest 'nor who makes and changes users' => sub {
	my $clerk = $chat->user('clerk');
	role('keeper', undef, 'manage-integrations');
	role('clerk', $clerk, qw(create-user assign-roles edit-other-user-info
		edit-other-user-password user-generate-access-token));
	my $new = sub { $clerk->post('users.create', { name => $_[0],
		username => $_[0], email => "$_[0]\@example.org",
		password => $chat->secret('long-enough-1'), roles => $_[1] }) };
	refused($new->('puppet', ['keeper']), @beyond);
	succeeded($new->('robot', ['bot']), 'a bot can be made');
	my $as = sub { my ($who, %data) = @_; $clerk->post('users.update',
		{ userId => $who->id, data => \%data }) };
	refused($as->($clerk, roles => ['keeper']), @beyond);
	succeeded($as->($clerk, roles => ['clerk', 'bot']), 'but one\'s own');
	my $more = 'of somebody with more rights is not allowed';
	refused($as->($admin, roles => ['user']), 'error-action-not-allowed',
		"Changing the roles $more");
	refused($as->($admin, password => $chat->secret('my-word-now-1')),
		'error-action-not-allowed', "Changing the password $more");
	refused($clerk->post('users.createToken', { userId => $admin->id }),
		'error-action-not-allowed', "Taking a token $more");
	succeeded($admin->get('me'), 'the admin is what they were');
	succeeded($as->($eve, password => $chat->secret('my-word-now-1')),
		'others are looked after');
	$eve = $chat->login('eve', 'my-word-now-1');
	my $r = $clerk->post('users.createToken', { userId => $eve->id });
	succeeded($r, 'in every way');
	$chat->secret($r->{data}{authToken});
};

subtest 'who may make administrators does' => sub {
	my $deputy = $chat->user('deputy');
	my @more = map { $chat->user("more$_") } 1, 2, 3;
	role('deputy', $deputy, qw(access-permissions edit-other-user-info
		assign-roles assign-admin-role));
	succeeded($deputy->post('roles.addUserToRole', { roleName => 'admin',
		username => $more[0]->name }), 'by the role');
	succeeded($deputy->post('users.update', { userId => $more[1]->id,
		data => { roles => ['admin'] } }), 'and by the user');
	my $plain = $chat->user('plain');
	role('plain', $plain, qw(access-permissions edit-other-user-info
		assign-roles));
	my @not = ('error-action-not-allowed', 'Assigning admin is not allowed');
	refused($plain->post('roles.addUserToRole', { roleName => 'admin',
		username => $more[2]->name }), @not);
	refused($plain->post('users.update', { userId => $more[2]->id,
		data => { roles => ['admin'] } }), @not);
};

subtest 'a moderator of a team does not own it' => sub {
	my $main = $ada->post('teams.create', { name => 'crew', type => 1,
		members => ['bob'] })->{team}{roomId};
	succeeded($ada->post('groups.addModerator', { roomId => $main,
		userId => $bob->id }), 'bob moderates');
	my $add = sub { $_[0]->post('teams.addMembers', { teamName => 'crew',
		members => [{ userId => $_[1]->id, roles => $_[2] }] }) };
	unauthorized($add->($bob, $bob, ['owner']), 'not oneself');
	unauthorized($add->($bob, $eve, ['moderator']), 'nor a friend');
	is_deeply [map { $_->{username} } map { $_->{user} } @{ $ada->get(
		'teams.members', { teamName => 'crew' })->{members} }],
		['ada', 'bob'], 'who has not even come in';
	succeeded($add->($bob, $eve, []), 'a plain member they bring');
	succeeded($add->($ada, $eve, ['owner']), 'an owner makes owners');
	my $own = $eve->room('eves', private => 1, members => ['ada']);
	succeeded($eve->post('teams.addRooms', { teamName => 'crew',
		rooms => [$own] }), 'eve brings a room of hers');
	refused($bob->post('teams.removeMember', { teamName => 'crew',
		userId => $eve->id, rooms => [$own] }), undef,
		'last-owner-can-not-be-removed');
	is $eve->get('groups.info', { roomId => $own })->status, 200,
		'nobody takes it from her';
};

subtest 'reports' => sub {
	my $id = $ada->post('chat.postMessage', { channel => '#general',
		text => 'rude' })->{message}{_id};
	for my $why (qw(once twice)) {
		$bob->post('chat.reportMessage', { messageId => $id,
			description => $why });
		$bob->post('moderation.reportUser', { userId => $ada->id,
			description => $why });
	}
	$eve->post('chat.reportMessage', { messageId => $id,
		description => 'indeed' });
	my $said = sub { join ' ', sort map { $_->{description} }
		@{ $admin->get("moderation.$_[0]", $_[1])->{reports} } };
	is $said->('reports', { msgId => $id }), 'indeed twice',
		'of a message each has one';
	is $said->('user.reportsByUserId', { userId => $ada->id }), 'twice',
		'as of a user';
};

subtest 'the cost of a text that is looked for' => sub {
	my $room = $ada->room('long');
	my ($text, $piece) = ('a' x 5000, ('a' x 200) . 'b');
	for (1 .. 8) {
		$ada->begin('POST', "/r/long", body => $text,
			type => 'text/plain')->end for 1 .. 70;
	}
	my $find = sub { $ada->get('channels.messages', { roomId => $room,
		count => 1, query => encode_json($_[0]) }) };
	is $find->({ msg => { '$regex' => $piece } })->{errorType},
		'error-invalid-query', 'it is counted by its length';
	is $find->({ '$or' => [map { { msg => { '$regex' => "$piece$_" } } }
		1 .. 9] })->{errorType}, 'error-invalid-query', 'each of it';
	is $find->({ '$or' => [map { { msg => "$piece$_" } } 1 .. 9] })
		->{errorType}, 'error-invalid-query', 'whatever is compared';
	my $few = $ada->room('few');
	my @said = map { $ada->post('chat.postMessage', { roomId => $few,
		text => $_ })->{message}{_id} } 'aaab', 'x' . 'aab' x 3, 'AAB%_\\';
	my $found = sub {
		my ($regex) = @_;
		my $r = $ada->get('channels.messages', { roomId => $few,
			sort => '{"ts":1}', query => encode_json({ msg => {
			'$regex' => $regex } }) });
		return join ' ', map { $_->{msg} } @{ $r->{messages} };
	};
	is $found->('aab'), "aaab xaabaabaab AAB%_\\", 'anywhere, in any case';
	is $found->('aabaab'), 'xaabaabaab', 'one that overlaps itself';
	is $found->('B%_'), 'AAB%_\\', 'signs are signs';
	is $found->('AB$'), 'aaab xaabaabaab', 'at the end';
	is $found->('^aa'), "aaab AAB%_\\", 'at the begin';
	is $found->('zz'), '', 'nowhere';
};

subtest 'what a message carries' => sub {
	my $id = $ada->post('chat.postMessage', { channel => '#long',
		text => 'like it' })->{message}{_id};
	my $react = sub { $_[0]->post('chat.react', { messageId => $id,
		emoji => $_[1], shouldReact => $_[2] // $yes }) };
	$react->($bob, "e$_")->status == 200 or die for 1 .. 100;
	refused($react->($bob, 'one-more'), 'error-not-allowed',
		'At most 100 emoji at a message');
	like $bob->post("/r/long/$id/react", 'one-more', type => 'text/plain')
		->body, qr/^At most 100 emoji/, 'nor by curl';
	succeeded($react->($eve, 'e7'), 'one that is there is everybody\'s');
	succeeded($react->($bob, 'e1', $no), 'one goes');
	succeeded($react->($eve, 'one-more'), 'and another comes');
	my $r = $ada->post('channels.create', { name => 'heavy',
		customFields => { x => 'y' x 5000 } });
	refused($r, undef, 'Match error: customFields is too long');
	is $ada->get('channels.info', { roomName => 'heavy' })->status, 400,
		'nor is a room of more';
};

subtest 'rooms' => sub {
	my $room = $bob->room('flood');
	my $body = join ',', map { "\"roomTopic\":\"topic $_\"" } 1 .. 50;
	succeeded($bob->post('rooms.saveRoomSettings',
		"{\"rid\":\"$room\",$body}", type => 'application/json'),
		'a setting that is named again and again');
	my @told = grep { ($_->{t} // '') eq 'room_changed_topic' }
		@{ $bob->get('channels.history', { roomId => $room,
		count => 100 })->{messages} };
	is_deeply [map { $_->{msg} } @told], ['topic 50'],
		'is set once, to the last of them';
	my $den = $admin->room('den', private => 1);
	my $save = sub { $admin->post('rooms.saveRoomSettings', { @_ }) };
	refused($save->(rid => $den, default => $yes),
		'error-invalid-settings', 'Invalid settings provided',
		'a private room is not for all that come');
	my $hall = $admin->room('hall');
	succeeded($save->(rid => $hall, default => $yes), 'a channel is');
	my @stays = ('error-action-not-allowed',
		'A default channel cannot become private');
	refused($save->(rid => $hall, roomType => 'p'), @stays);
	$admin->post('teams.create', { name => 'lobby', type => 0 });
	$admin->post('channels.setDefault', { roomName => 'lobby',
		default => $yes });
	refused($admin->post('teams.update', { teamName => 'lobby',
		data => { type => 1 } }), @stays);
};

subtest 'tokens' => sub {
	my $make = sub { my $r = $eve->post('users.generatePersonalAccessToken',
		{ tokenName => $_[0] }); $chat->secret($r->{token})
		if $r->{token}; $r };
	$make->("t$_")->status == 200 or die for 1 .. 200;
	refused($make->('hidden'), 'error-too-many-tokens',
		'You have 200 tokens already');
	succeeded($eve->post('users.removePersonalAccessToken',
		{ tokenName => 't1' }), 'one is taken back');
	succeeded($make->('t201'), 'which makes room');
	$ada->room('shed', private => 1);
	my $token = $chat->done('token', 'create', 'ada', '--note', 'door',
		'--room', 'long', '--post-only') =~ /([\w-]{43})/ ? $1 : die;
	my $script = $chat->anyone;
	@$script{qw(token id)} = ($token, $ada->id);
	for my $to ('#shed', '#no-such', '@bob') {
		my $r = $script->post('chat.postMessage', { channel => $to,
			text => 'is it there?' });
		refused($r, 'invalid-channel', '',
			"for one room: nothing is learnt of $to");
	}
};

subtest 'logins that nobody ends' => sub {
	my $busy = $chat->user('busy');
	my $fresh = sub { $chat->secret($busy->post('users.createToken',
		{ userId => $busy->id })->{data}{authToken}) };
	my ($first, $last) = ($busy->again, $busy->again);
	$last->{token} = $fresh->() for 1 .. 999;
	succeeded($first->get('me'), 'a thousand of them live');
	$busy->{token} = $last->{token} = $fresh->() for 1 .. 2;
	is $first->get('me')->status, 401, 'the oldest goes for one more';
	succeeded($last->get('me'), 'and never the newest');
};

subtest 'codes of rooms are not tried out' => sub {
	my $other = v1(settings => { login_throttle => 'on' });
	my ($cy, $dan) = map { $other->user($_) } qw(cy dan);
	my $room = $cy->room('vault');
	$cy->post('channels.setJoinCode', { roomId => $room,
		joinCode => '0009' });
	my $try = sub { $_[0]->post('channels.join', { roomId => $room,
		joinCode => $_[1] }) };
	my @got = map { $try->($dan, "000$_")->status } 0 .. 9;
	is_deeply \@got, [(400) x 5, (429) x 5], 'five guesses';
	my $eli = $other->user('eli');
	$try->($eli, '1') for 1 .. 4;
	succeeded($try->($eli, '0009'), 'who knows it comes in');
};

subtest 'integrations hear what their people may' => sub {
	my $far = Receiver->new(sub { Receiver::reply(200, '') });
	role('user', undef, 'manage-own-integrations');
	my $cellar = $ada->room('cellar', private => 1, members => ['bob']);
	my $say = sub { $ada->post('chat.postMessage', { roomId => $cellar,
		text => $_[0] }) };
	my %wish = (type => 'webhook-outgoing', name => 'x', enabled => $yes,
		scriptEnabled => $no, event => 'sendMessage');
	my $hook = sub { my ($who, %o) = @_; $who->post('integrations.create',
		{ %wish, username => $who->name, channel => '#cellar',
		urls => [$far->url('/own')], %o }) };
	refused($hook->($eve), 'error-invalid-room', 'Invalid room');
	succeeded($hook->($bob), 'bob is in there');
	$say->('with bob');
	is $far->next->{json}{text}, 'with bob', 'and told';
	$ada->post('groups.kick', { roomId => $cellar, userId => $bob->id });
	$say->('of bob');
	$ada->post('groups.invite', { roomId => $cellar, userId => $bob->id });
	$say->('hello again');
	is $far->next->{json}{text}, 'hello again', 'not while he was out';
	my $active = sub { $admin->post('users.setActiveStatus',
		{ userId => $bob->id, activeStatus => $_[0] }) };
	succeeded($active->($no), 'he leaves the company');
	$say->('among us');
	succeeded($active->($yes), 'and comes back');
	$say->('still here');
	is $far->next->{json}{text}, 'still here', 'nor while he was gone';

	my $in = $admin->post('integrations.create', { type =>
		'webhook-incoming', name => 'in', enabled => $yes, username =>
		'admin', channel => '#few', scriptEnabled => $no })->{integration};
	my $tail = "$in->{_id}/" . $chat->secret($in->{token}, 'a hook');
	my $add = sub { $chat->anyone->post("/hooks/add/$tail", { name => 'z',
		target_url => $far->url('/z'), event => $_[0], data => $_[1] }) };
	for my $name ('cellar', 'no-such', 'few,#cellar') {
		refused($add->('newMessageOnChannel', { channel_name => $name }),
			'error-invalid-room', 'Invalid room',
			"an address to post to hears nothing of $name");
	}
	refused($add->('newMessageToUser', { username => 'ada' }),
		'error-invalid-room', 'Invalid room', 'and reads no letters');
	succeeded($add->('newMessageOnChannel', { channel_name => 'long' }),
		'a channel anybody may read is told of');
	refused($chat->anyone->post("/hooks/remove/$tail",
		{ target_url => $far->url('/own') }), undef,
		'No integration found.', 'those of others stay');
};
done_testing;
