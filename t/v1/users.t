#!/usr/bin/perl
# /api/v1/users.*: accounts, as administrators and others see them
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my %open = (_id => 'str', username => 'str', name => 'str', type => 'str',
	status => 'str', active => 'bool', utcOffset => 'int',
	map { ("$_?" => 'str') } qw(statusText nickname bio avatarETag));
my %full = (%open, statusConnection => 'str', statusDefault => 'str',
	'emails?' => [{ address => 'str', verified => 'bool' }], roles => ['str'],
	createdAt => 'time', _updatedAt => 'time', 'lastLogin?' => 'time',
	'requirePasswordChange?' => 'bool', 'customFields?' => 'any');
my $nobody = 'The required "userId" or "username" param provided does not ' .
	'match any users';
my $unsaid = 'The required "userId" or "username" param was not provided';

subtest 'GET users.info' => sub {
	my $r = $ada->get('users.info', { username => 'bob' });
	shaped($r->{user}, \%open, 'of others what everybody may see');
	is $r->{user}{_id}, $bob->id, 'by the name';
	shaped($ada->get('users.info', { userId => $ada->id })->{user}, \%full,
		'of oneself all');
	shaped($admin->get('users.info', { userId => $bob->id })->{user}, \%full,
		'and for administrators');
	unlike $r->body, qr/email|password|services|example.org/, 'no secrets';
	refused($ada->get('users.info', { userId => 'nobody' }),
		'error-invalid-user', $nobody);
	refused($ada->get('users.info'), 'invalid-filter', '');
	anonymous($chat->anyone->get('users.info', { username => 'bob' }));
	$r = $admin->get('users.info', { username => 'ada',
		fields => '{"userRooms":1}' })->{user}{rooms};
	shaped($r, [{ _id => 'str', rid => 'str', name => 'str', t => 'str',
		roles => ['str'], unread => 'int' }], 'rooms, if asked for');
	is $r->[0]{name}, 'general', 'those they are in';
	ok !$bob->get('users.info', { username => 'ada',
		fields => '{"userRooms":1}' })->{user}{rooms}, 'not for everybody';
};

subtest 'GET users.list' => sub {
	my $r = $ada->get('users.list');
	is_deeply [map { $_->{username} } @{ $r->{users} }],
		[qw(ada admin bob rocket.cat)], 'by name';
	is_deeply [@$r{qw(count offset total)}], [4, 0, 4], 'counted';
	shaped($r->{users}, [\%open], 'what everybody may see');
	shaped($admin->get('users.list')->{users}, [\%full], 'or all of it');
	is $ada->get('users.list', { query => '{"username":{"$in":["bob"]}}' })
		->{total}, 1, 'selected';
	is $admin->get('users.list', { query =>
		'{"emails.address":"bob@example.org"}' })->{users}[0]{username},
		'bob', 'by an address';
	refused($ada->get('users.list', { query =>
		'{"emails.address":"bob@example.org"}' }), 'error-invalid-query',
		'Invalid query parameter provided: ' .
		'"{"emails.address":"bob@example.org"}"');
	is_deeply [map { $_->{username} } @{ $ada->get('users.list',
		{ count => 2, offset => 1, sort => '{"username":-1}' })->{users} }],
		[qw(bob admin)], 'a page, the other way round';
	anonymous($chat->anyone->get('users.list'));
};

subtest 'GET users.autocomplete' => sub {
	my $r = $ada->get('users.autocomplete',
		{ selector => '{"term":"a","exceptions":["ada"]}' });
	shaped($r->{items}, [{ _id => 'str', username => 'str', name => 'str',
		status => 'str', 'nickname?' => 'str', 'avatarETag?' => 'str' }]);
	is_deeply [map { $_->{username} } @{ $r->{items} }], ['admin'],
		'who begins so, without those who are there';
	refused($ada->get('users.autocomplete'), undef,
		q(The 'selector' param is required));
};

my %eve = (username => 'eve', name => 'Eve', email => 'eve@example.org',
	password => $chat->secret('eves-password-1'));
subtest 'POST users.create' => sub {
	my $r = $admin->post('users.create', { %eve, roles => ['bot', 'user'],
		customFields => { team => 'red' }, unknown => 1 });
	succeeded($r, 'an account');
	shaped($r->{user}, \%full);
	is_deeply [sort @{ $r->{user}{roles} }], [qw(bot user)], 'with its roles';
	is $r->{user}{customFields}{team}, 'red', 'and fields';
	my $eve = $chat->login('eve', $eve{password});
	is $eve->get('channels.list.joined')->{total}, 1, 'in the usual rooms';
	refused($admin->post('users.create', \%eve), 'error-field-unavailable',
		'eve@example.org is already in use :(');
	refused($admin->post('users.create', { %eve, email => 'x@example.org' }),
		'error-field-unavailable', 'eve is already in use :(');
	refused($admin->post('users.create', { %eve, username => 'a b',
		email => 'x@example.org' }), 'error-input-is-not-a-valid-field',
		'a b is not a valid username');
	refused($admin->post('users.create', { %eve, name => '' }),
		'error-the-field-is-required', 'The field Name is required');
	refused($admin->post('users.create', { name => 'x' }), undef,
		q(Match error: Missing key 'email'));
	refused($ada->post('users.create', { %eve }), 'error-action-not-allowed',
		'Adding user is not allowed');
	anonymous($chat->anyone->post('users.create', { %eve }));
	is $admin->post('users.create', { username => 'out', name => 'Out',
		password => $chat->secret('outs-password-1'),
		email => 'out@example.org', joinDefaultChannels => \0 })->status, 200,
		'another one';
	is $chat->login('out', 'outs-password-1')->get('channels.list.joined')
		->{total}, 0, 'that joins nothing';
};

subtest 'POST users.update' => sub {
	my $eve = $chat->login('eve', $eve{password});
	my $r = $admin->post('users.update', { userId => $eve->id, data => {
		name => 'Eve M.', username => 'evem', email => 'evem@example.org',
		password => $chat->secret('eves-password-2'), bio => 'here' } });
	shaped($r->{user}, \%full);
	is_deeply [@{ $r->{user} }{qw(name username bio)}],
		['Eve M.', 'evem', 'here'], 'changed';
	anonymous($eve->get('me'), 'a new password ends the old tokens');
	$eve = $chat->login('evem', 'eves-password-2');
	is $eve->get('me')->{emails}[0]{address}, 'evem@example.org', 'and works';
	refused($admin->post('users.update', { userId => $eve->id,
		data => { username => 'bob' } }), 'error-field-unavailable',
		'bob is already in use :(');
	is $eve->get('me')->{username}, 'evem', 'a refusal changes nothing';
	refused($admin->post('users.update', { userId => 'x', data => {} }),
		'error-invalid-user', $nobody);
	refused($admin->post('users.update', { data => {} }),
		'error-user-param-not-provided', $unsaid);
	refused($ada->post('users.update', { userId => $bob->id,
		data => { name => 'x' } }), 'error-action-not-allowed',
		'Editing user is not allowed');
	refused($ada->post('users.update', { userId => $bob->id,
		data => { password => 'x' } }), 'error-action-not-allowed',
		'Editing user password is not allowed');
	refused($ada->post('users.update', { userId => $ada->id,
		data => { roles => ['admin'] } }), 'error-action-not-allowed',
		'Assign roles is not allowed');
};

subtest 'POST users.setActiveStatus' => sub {
	my $eve = $chat->login('evem', 'eves-password-2');
	my $r = $admin->post('users.setActiveStatus',
		{ userId => $eve->id, activeStatus => \0 });
	is_deeply $r->{user}, { _id => $eve->id, active => JSON::PP::false },
		'no more';
	anonymous($eve->get('me'), 'all tokens end');
	refused($admin->post('users.setActiveStatus',
		{ userId => $admin->id, activeStatus => \0 }),
		'error-action-not-allowed',
		'Leaving the app without admins is not allowed');
	unauthorized($ada->post('users.setActiveStatus',
		{ userId => $bob->id, activeStatus => \0 }), 'a right', route => 1);
	refused($admin->post('users.setActiveStatus', { userId => $bob->id }),
		undef, q(Match error: Missing key 'activeStatus'));
};

subtest 'POST users.delete' => sub {
	unauthorized($ada->post('users.delete', { userId => $bob->id }),
		'a right', route => 1);
	succeeded($admin->post('users.delete', { username => 'evem' }), 'gone');
	refused($admin->post('users.delete', { username => 'evem' }),
		'error-invalid-user', $nobody);
	refused($admin->post('users.delete', {}),
		'error-user-param-not-provided', $unsaid);
	refused($admin->post('users.delete', { username => 'admin' }),
		'error-action-not-allowed',
		'Leaving the app without admins is not allowed');
};
done_testing;
