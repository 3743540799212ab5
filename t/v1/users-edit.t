#!/usr/bin/perl
# /api/v1/users.*: making and changing accounts
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my %full = (_id => 'str', username => 'str', name => 'str', type => 'str',
	status => 'str', active => 'bool', utcOffset => 'int',
	(map { ("$_?" => 'str') } qw(statusText nickname bio avatarETag)),
	statusConnection => 'str', statusDefault => 'str',
	'emails?' => [{ address => 'str', verified => 'bool' }], roles => ['str'],
	createdAt => 'time', _updatedAt => 'time', 'lastLogin?' => 'time',
	'requirePasswordChange?' => 'bool', 'customFields?' => 'any');
my $nobody = 'The required "userId" or "username" param provided does not ' .
	'match any users';
my $unsaid = 'The required "userId" or "username" param was not provided';
my $no = 'error-action-not-allowed';
my %eve = (username => 'eve', name => 'Eve', email => 'eve@example.org',
	password => $chat->secret('eves-password-1'));

subtest 'POST users.create' => sub {
	my $r = $admin->post('users.create', { %eve, roles => ['bot', 'user'],
		customFields => { team => 'red' }, verified => \1,
		requirePasswordChange => \1 });
	succeeded($r, 'an account');
	shaped($r->{user}, \%full);
	is_deeply [sort @{ $r->{user}{roles} }], [qw(bot user)], 'with its roles';
	is_deeply $r->{user}{customFields}, { team => 'red' }, 'and fields';
	is_deeply $r->{user}{emails}, [{ address => 'eve@example.org',
		verified => JSON::PP::true }], 'and its address';
	ok $r->{user}{requirePasswordChange}, 'who is to change the password';
	unlike $r->body, qr/password"|services|scrypt/, 'no secrets';
	my $eve = $chat->login('eve', $eve{password});
	is $eve->get('channels.list.joined')->{total}, 1, 'in the usual rooms';

	my $new = { %eve, username => 'zoe', email => 'zoe@example.org' };
	my $post = sub { $admin->post('users.create', { %$new, @_ }) };
	refused($post->(email => $eve{email}), 'error-field-unavailable',
		'eve@example.org is already in use :(');
	refused($post->(username => 'EVE'), 'error-field-unavailable',
		'EVE is already in use :(');
	refused($post->(username => 'here'), 'error-field-unavailable',
		'here is already in use :(');
	refused($post->(username => 'a b'), 'error-input-is-not-a-valid-field',
		'a b is not a valid username');
	refused($post->(email => 'zoe'), 'error-invalid-email', 'Invalid email');
	refused($post->($_ => ''), 'error-the-field-is-required',
		"The field \u$_ is required") for qw(name username password);
	for my $key (qw(email name password username)) {
		my %less = %$new;
		delete $less{$key};
		refused($admin->post('users.create', \%less), undef,
			"Match error: Missing key '$key'");
	}
	refused($post->(name => 7), undef,
		'Match error: Expected string, got number in field name');
	refused($post->(roles => 'admin'), undef,
		'Match error: Expected array, got string in field roles');
	refused($post->(roles => ['owner']), $no,
		'The field Roles consist invalid role name');
	refused($post->(customFields => { x => 'y' x 9000 }),
		'error-user-registration-custom-field',
		'At most 8192 bytes of custom fields');
	refused($ada->post('users.create', $new), $no,
		'Adding user is not allowed');
	anonymous($chat->anyone->post('users.create', $new));
	is $chat->anyone->post('login', { user => 'zoe',
		password => $eve{password} })->status, 401, 'no refusal makes one';

	is $post->(joinDefaultChannels => \0, active => \0)->status, 200,
		'another one';
	is $admin->get('users.info', { username => 'zoe', fields =>
		'{"userRooms":1}' })->{user}{rooms}[0], undef, 'that joins nothing';
	is_deeply $chat->anyone->post('login', { user => 'zoe',
		password => $eve{password} })->json, { status => 'error',
		error => 'error-user-is-not-activated',
		message => 'User is not activated' }, 'nor may log in yet';
	is $chat->anyone->post('login', { user => 'zoe', password => 'wrong' })
		->{error}, 'Unauthorized', 'which only the password tells';
};

subtest 'POST users.create by somebody with less rights' => sub {
	$chat->done('role', 'grant', 'bot', 'create-user');
	my $hal = $chat->user('hal', roles => ['bot']);
	my $new = { %eve, username => 'tom', email => 'tom@example.org' };
	refused($hal->post('users.create', { %$new, roles => ['admin'] }), $no,
		'Assigning admin is not allowed');
	my $r = $hal->post('users.create', { %$new, roles => ['user'] });
	succeeded($r, 'may make users');
	ok !exists $r->{user}{emails}, 'and sees of them what everybody sees';
};

subtest 'POST users.update' => sub {
	my $eve = $chat->login('eve', $eve{password});
	my $edit = sub { $_[0]->post('users.update',
		{ userId => $_[1]->id, data => $_[2] }) };
	my $r = $edit->($admin, $eve, { name => 'Eve M.', username => 'evem',
		email => 'evem@example.org', nickname => 'E', statusText => 'hi',
		password => $chat->secret('eves-password-2'), bio => 'here',
		customFields => { team => 'blue' }, requirePasswordChange => \0,
		_id => 'other', createdAt => 0, services => {}, type => 'bot' });
	shaped($r->{user}, \%full);
	is_deeply [@{ $r->{user} }{qw(name username bio nickname statusText
		customFields type _id)}], ['Eve M.', 'evem', 'here', 'E', 'hi',
		{ team => 'blue' }, 'user', $eve->id], 'changed, what may be';
	is_deeply $r->{user}{emails}, [{ address => 'evem@example.org',
		verified => JSON::PP::false }], 'a new address is not verified';
	anonymous($eve->get('me'), 'a new password ends the old tokens');
	$eve = $chat->login('evem', 'eves-password-2');
	is $eve->get('me')->{emails}[0]{address}, 'evem@example.org', 'and works';
	is_deeply $edit->($admin, $eve, { verified => \1 })->{user}{emails},
		[{ address => 'evem@example.org', verified => JSON::PP::true }],
		'until somebody says so';
	is $edit->($admin, $eve, { password => '' })->status, 200,
		'an empty password is none';
	is $eve->get('me')->status, 200, 'and changes nothing';
	refused($edit->($admin, $eve, { name => 'Q', username => 'bob' }),
		'error-field-unavailable', 'bob is already in use :(');
	refused($edit->($admin, $eve, { name => 'Q', email => 'bob@example.org' }),
		'error-field-unavailable', 'bob@example.org is already in use :(');
	refused($edit->($admin, $eve, { name => 'Q', roles => ['none'] }), $no,
		'The field Roles consist invalid role name');
	refused($edit->($admin, $eve, { name => 'Q', active => 'yes' }), undef,
		'Match error: Expected boolean, got string in field active');
	is $eve->get('me')->{name}, 'Eve M.', 'a refusal changes nothing';
	refused($admin->post('users.update', { userId => 'x', data => {} }),
		'error-invalid-user', $nobody);
	refused($admin->post('users.update', { data => {} }),
		'error-user-param-not-provided', $unsaid);
	refused($admin->post('users.update', { userId => $eve->id }), undef,
		q(Match error: Missing key 'data'));
	refused($edit->($admin, $admin, { roles => ['user'] }), $no,
		'Leaving the app without admins is not allowed');
	is_deeply $edit->($admin, $eve, { roles => ['user', 'guest'] })
		->{user}{roles}, [qw(guest user)], 'roles are others';
	anonymous($chat->anyone->post('users.update', {}));
};

subtest 'POST users.update of names in rooms' => sub {
	my $room = $admin->room('dev', members => [qw(bob ada)]);
	$bob->post("/api/rooms/$room/send", { msg => 'mine' });
	$admin->post('users.update', { userId => $bob->id,
		data => { username => 'robert' } });
	my $r = $ada->get('/api/joinedRooms');
	my ($dev) = grep { $_->{_id} eq $room } @{ $r->{rooms} };
	is_deeply [sort @{ $dev->{usernames} }], [qw(ada admin robert)],
		'lists of names know';
	is $ada->get("/api/rooms/$room/messages")->{messages}[0]{u}{username},
		'robert', 'and what was said';
	is $bob->get('me')->{username}, 'robert', 'the session goes on';
	is $chat->anyone->post('login', { user => 'bob',
		password => 'pass-of-bob-0815' })->status, 401, 'the old is free';
};

subtest 'POST users.update of and by users' => sub {
	my $edit = sub { $ada->post('users.update',
		{ userId => $_[0]->id, data => $_[1] }) };
	refused($edit->($bob, { name => 'x' }), $no,
		'Editing user is not allowed');
	refused($edit->($bob, { password => 'x' }), $no,
		'Edit user password is not allowed');
	refused($edit->($ada, { password => 'x' }), $no,
		'Edit user password is not allowed');
	refused($edit->($ada, { email => 'new@example.org' }), $no,
		'Edit user email is not allowed');
	refused($edit->($ada, { roles => ['admin'] }), $no,
		'Assign roles is not allowed');
	refused($edit->($bob, { active => \0 }), 'error-not-allowed',
		'Not allowed');
	my $r = $edit->($ada, { name => 'Ada L.', bio => 'first', verified => \1,
		requirePasswordChange => \1 });
	is_deeply [@{ $r->{user} }{qw(name bio)}], ['Ada L.', 'first'],
		'what anybody may say of themselves';
	is_deeply [$r->{user}{emails}[0]{verified},
		$r->{user}{requirePasswordChange}], [JSON::PP::false, undef],
		'and no more than that';
	$admin->post('settings/Accounts_AllowUsernameChange', { value => \0 });
	refused($edit->($ada, { username => 'lovelace' }), $no,
		'Edit username is not allowed');
	$admin->post('settings/Accounts_AllowUserProfileChange', { value => \0 });
	refused($edit->($ada, { bio => 'x' }), $no,
		'Edit user profile is not allowed');
};
done_testing;
