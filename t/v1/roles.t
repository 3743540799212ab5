#!/usr/bin/perl
# roles.*: which there are, and who has them.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $guest = $chat->user('gil', roles => ['guest']);
my $anyone = $chat->anyone;
my $dev = $admin->room('dev', members => [qw(ada admin)]);
my %role = (_id => 'str', name => 'str', description => 'str',
	scope => 'str', protected => 'bool');
my @denied = ('error-action-not-allowed',
	'Accessing permissions is not allowed');

sub names { return map { $_->{_id} } @{ $_[0] } }

subtest 'GET roles.list' => sub {
	my $r = $ada->get('roles.list');
	shaped($r->json, { roles => [\%role], success => 'bool' });
	my ($owner) = grep { $_->{_id} eq 'owner' } @{ $r->{roles} };
	is_deeply $owner, { _id => 'owner', name => 'owner',
		description => 'Owns a room', scope => 'Subscriptions',
		protected => JSON::PP::true }, 'a role within rooms';
	my ($user) = grep { $_->{_id} eq 'user' } @{ $r->{roles} };
	is $user->{scope}, 'Users', 'and one of the server';
	anonymous($anyone->get('roles.list'));
};

subtest 'POST roles.create' => sub {
	my $r = $admin->post('roles.create', { name => 'cook',
		description => 'Feeds us' });
	is_deeply $r->json, { success => JSON::PP::true, role => {
		_id => 'cook', name => 'cook', description => 'Feeds us',
		scope => 'Users', protected => JSON::PP::false } }, 'a role';
	is $admin->post('roles.create', { name => 'waiter',
		scope => 'Subscriptions' })->{role}{scope}, 'Subscriptions',
		'or one within rooms';
	refused($admin->post('roles.create', { name => 'cook' }),
		'error-duplicate-role-names-not-allowed',
		'Role name already exists');
	refused($admin->post('roles.create', {}), undef,
		"Match error: Missing key 'name'");
	refused($admin->post('roles.create', { name => 'two words' }),
		'error-invalid-arguments',
		'A role\'s name has 1 to 128 letters, digits, - _ .');
	refused($admin->post('roles.create', { name => 'x', scope => 'World' }),
		'error-invalid-scope', 'Invalid scope');
	refused($admin->post('roles.create', { name => 'x',
		description => 5 }), undef,
		'Match error: Expected a short string in field description');
	refused($ada->post('roles.create', { name => 'x' }), @denied);
	anonymous($anyone->post('roles.create', { name => 'x' }));
};

subtest 'POST roles.addUserToRole' => sub {
	my %cook = (roleName => 'cook', username => 'ada');
	my $r = $admin->post('roles.addUserToRole', \%cook);
	is $r->{role}{_id}, 'cook', 'the role comes back';
	shaped($r->json, { role => \%role, success => 'bool' });
	refused($admin->post('roles.addUserToRole', \%cook),
		'error-user-already-in-role', 'User already in role');
	succeeded($admin->post('roles.addUserToRole', { roleId => 'cook',
		username => 'bob' }), 'named by its id');
	succeeded($admin->post('roles.addUserToRole', { roleName => 'moderator',
		username => 'ada', roomId => $dev }), 'within a room');
	is_deeply [map { @{ $_->{roles} } } grep { $_->{u}{username} eq 'ada' }
		@{ $admin->get('channels.roles', { roomId => $dev })->{roles} }],
		['moderator'], 'as the room says';
	refused($admin->post('roles.addUserToRole', { roleName => 'moderator',
		username => 'bob', roomId => $dev }), 'error-invalid-user',
		'User is not part of given room');
	refused($admin->post('roles.addUserToRole', { roleName => 'moderator',
		username => 'ada' }), 'error-invalid-arguments',
		'Invalid arguments');
	refused($admin->post('roles.addUserToRole', { roleName => 'cook' }),
		'error-invalid-arguments', 'Invalid arguments');
	refused($admin->post('roles.addUserToRole', { username => 'ada' }),
		'error-invalid-arguments', 'Invalid arguments');
	refused($admin->post('roles.addUserToRole', { roleName => 'none',
		username => 'ada' }), 'error-invalid-role', 'Invalid role');
	refused($admin->post('roles.addUserToRole', { roleName => 'cook',
		username => 'none' }), 'error-invalid-user', 'Invalid user');
	refused($ada->post('roles.addUserToRole', { roleName => 'admin',
		username => 'ada' }), @denied);
	anonymous($anyone->post('roles.addUserToRole', \%cook));

	$admin->post('permissions.update', { permissions => [
		{ _id => 'access-permissions', roles => ['cook'] }] });
	refused($ada->post('roles.addUserToRole', { roleName => 'admin',
		username => 'ada' }), 'error-action-not-allowed',
		'Assigning admin is not allowed');
	succeeded($ada->post('roles.addUserToRole', { roleName => 'bot',
		username => 'bob' }), 'other roles may be given by who may');
	$admin->post('permissions.update', { permissions => [
		{ _id => 'access-permissions', roles => [] }] });
	refused($ada->post('roles.addUserToRole', { roleName => 'bot',
		username => 'ada' }), @denied);
};

subtest 'GET roles.getUsersInRole' => sub {
	my $r = $admin->get('roles.getUsersInRole', { role => 'cook' });
	is_deeply [map { $_->{username} } @{ $r->{users} }], [qw(ada bob)],
		'who has it';
	is_deeply [@$r{qw(count offset total)}], [2, 0, 2], 'counted';
	ok exists $r->{users}[0]{emails}, 'with what administrators may see';
	ok !exists $r->{users}[0]{services}, 'and nothing that is secret';
	is_deeply [map { $_->{username} } @{ $admin->get('roles.getUsersInRole',
		{ role => 'cook', count => 1, offset => 1 })->{users} }], ['bob'],
		'a page';
	is_deeply [map { $_->{username} } @{ $admin->get('roles.getUsersInRole',
		{ role => 'moderator', roomId => $dev })->{users} }], ['ada'],
		'in a room';
	refused($admin->get('roles.getUsersInRole', { role => 'moderator' }),
		'error-invalid-room', 'Invalid room');
	refused($admin->get('roles.getUsersInRole'), 'error-param-not-provided',
		'Query param "role" is required');
	refused($admin->get('roles.getUsersInRole', { role => 'none' }),
		'error-invalid-role', 'Invalid role');
	refused($ada->get('roles.getUsersInRole', { role => 'cook' }),
		'error-not-allowed', 'Not allowed');
	anonymous($anyone->get('roles.getUsersInRole', { role => 'cook' }));
};

subtest 'GET roles.getUsersInPublicRoles' => sub {
	my $r = $ada->get('roles.getUsersInPublicRoles');
	shaped($r->json, { users => [{ _id => 'str', username => 'str',
		roles => ['str'] }], success => 'bool' });
	is_deeply { map { $_->{username} => $_->{roles} } @{ $r->{users} } },
		{ admin => ['admin'], ada => ['cook'], bob => ['cook'] },
		'those who are more than everybody';
	anonymous($anyone->get('roles.getUsersInPublicRoles'));
};

subtest 'POST roles.removeUserFromRole' => sub {
	my %cook = (roleName => 'cook', username => 'ada');
	is $admin->post('roles.removeUserFromRole', \%cook)->{role}{_id}, 'cook',
		'the role comes back';
	refused($admin->post('roles.removeUserFromRole', \%cook),
		'error-user-not-in-role', 'User is not in this role');
	succeeded($admin->post('roles.removeUserFromRole', { roleName =>
		'moderator', username => 'ada', roomId => $dev }), 'in a room');
	refused($admin->post('roles.removeUserFromRole', { roleName =>
		'moderator', username => 'ada', roomId => $dev }),
		'error-user-not-in-role', 'User is not in this role');
	refused($admin->post('roles.removeUserFromRole', { roleName => 'admin',
		username => 'admin' }), 'error-action-not-allowed',
		'Leaving the app without admins is not allowed');
	is $admin->get('roles.getUsersInRole', { role => 'admin' })->{total}, 1,
		'the last admin stays';
	succeeded($admin->post('roles.addUserToRole', { roleName => 'admin',
		username => 'bob' }), 'with another one');
	succeeded($admin->post('roles.removeUserFromRole', { roleName => 'admin',
		username => 'bob' }), 'one may go');
	refused($admin->post('roles.removeUserFromRole', { username => 'ada' }),
		'error-invalid-arguments', 'Invalid arguments');
	refused($ada->post('roles.removeUserFromRole', \%cook),
		'error-not-allowed', 'Accessing permissions is not allowed');
	anonymous($anyone->post('roles.removeUserFromRole', \%cook));
};

my $before = '2000-01-01T00:00:00.000Z';
subtest 'POST roles.update' => sub {
	my $r = $admin->post('roles.update', { roleId => 'waiter',
		name => 'butler', description => 'Serves' });
	is_deeply $r->{role}, { _id => 'butler', name => 'butler',
		description => 'Serves', scope => 'Subscriptions',
		protected => JSON::PP::false }, 'another name and description';
	succeeded($admin->post('roles.update', { roleId => 'cook',
		name => 'chef' }), 'one that somebody has');
	is $admin->get('roles.getUsersInRole', { role => 'chef' })
		->{users}[0]{username}, 'bob', 'they have it by its new name';
	is $admin->post('roles.update', { roleId => 'owner',
		description => 'Rules' })->{role}{description}, 'Rules',
		'ours may be described anew';
	refused($admin->post('roles.update', { roleId => 'owner',
		name => 'king' }), 'error-role-protected', 'Role is protected');
	refused($admin->post('roles.update', { roleId => 'owner',
		scope => 'Users' }), 'error-role-protected', 'Role is protected');
	refused($admin->post('roles.update', { roleId => 'chef',
		scope => 'Subscriptions' }), 'error-role-in-use',
		'Cannot change the scope of a role that is in use');
	is $admin->post('roles.update', { roleId => 'butler',
		scope => 'Users' })->{role}{scope}, 'Users', 'nobody has this one';
	refused($admin->post('roles.update', { roleId => 'butler',
		name => 'chef' }), 'error-duplicate-role-names-not-allowed',
		'Role name already exists');
	refused($admin->post('roles.update', { roleId => 'none' }),
		'error-invalid-roleId', 'This role does not exist');
	refused($ada->post('roles.update', { roleId => 'chef' }), @denied);
	anonymous($anyone->post('roles.update', { roleId => 'chef' }));
};

subtest 'POST roles.delete' => sub {
	is_deeply $admin->post('roles.delete', { roleId => 'butler' })->json,
		{ success => JSON::PP::true }, 'one that nobody has';
	refused($admin->post('roles.delete', { roleId => 'butler' }),
		'error-invalid-roleId', 'This role does not exist');
	refused($admin->post('roles.delete', { roleId => 'owner' }),
		'error-role-protected', 'Cannot delete a protected role');
	refused($admin->post('roles.delete', { roleId => 'chef' }),
		'error-role-in-use', "Cannot delete role because it's in use");
	refused($ada->post('roles.delete', { roleId => 'chef' }), @denied);
	anonymous($anyone->post('roles.delete', { roleId => 'chef' }));
};

subtest 'GET roles.sync' => sub {
	my $r = $ada->get('roles.sync', { updatedSince => $before });
	shaped($r->json, { roles => { update => [\%role], remove => [
		{ _id => 'str', _deletedAt => 'time' }] }, success => 'bool' });
	ok scalar(grep { $_ eq 'chef' } names($r->{roles}{update})),
		'what there is';
	is_deeply [sort(names($r->{roles}{remove}))], [qw(butler cook waiter)],
		'and what is no more';
	$r = $ada->get('roles.sync',
		{ updatedSince => '2999-01-01T00:00:00.000Z' });
	is_deeply $r->{roles}, { update => [], remove => [] },
		'nothing of the time after';
	refused($ada->get('roles.sync', { updatedSince => 'noon' }),
		'error-updatedSince-param-invalid',
		'The "updatedSince" query parameter must be a valid date.');
	refused($ada->get('roles.sync'), 'error-updatedSince-param-invalid',
		'The "updatedSince" query parameter must be a valid date.');
	anonymous($anyone->get('roles.sync', { updatedSince => $before }));
};
done_testing;
