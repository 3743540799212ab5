#!/usr/bin/perl
# /api/v1/users.*: finding accounts, as administrators and others see them
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
	ok !$admin->get('users.info', { username => 'ada',
		fields => '{"userRooms":0}' })->{user}{rooms}, 'nor if not asked for';
	is $ada->get('users.info', { user => 'bob' })->{user}{username}, 'bob',
		'by the third name of the parameter';
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
	my $names = sub { join ' ', sort map { $_->{username} } @{ $ada->get(
		'users.list', { query => $_[0] })->{users} } };
	is $names->('{"status":{"$ne":"offline"}}'), 'ada admin bob',
		'those who are there';
	is $names->('{"status":"offline"}'), 'rocket.cat', 'and who is not';
	$bob->post('users.setStatus', { status => 'busy' });
	is $names->('{"$or":[{"status":"busy"},{"username":"ada"}]}'), 'ada bob',
		'as they wish to be shown';
	is_deeply $ada->get('users.list', { fields => '{"username":1}',
		query => '{"username":"bob"}' })->{users},
		[{ _id => $bob->id, username => 'bob' }], 'only some fields';
	refused($ada->get('users.list', { query => '{"services":"x"}' }),
		'error-invalid-query',
		'Invalid query parameter provided: "{"services":"x"}"');
	refused($ada->get('users.list', { sort => '{"createdAt":1}' }),
		'error-invalid-sort',
		'Invalid sort parameter provided: "{"createdAt":1}"');
	is $ada->get('users.list', { count => 0 })->{count}, 4, 'all of them';
	anonymous($chat->anyone->get('users.list'));
};

subtest 'GET users.autocomplete' => sub {
	my $r = $ada->get('users.autocomplete',
		{ selector => '{"term":"a","exceptions":["ada"]}' });
	shaped($r->{items}, [{ _id => 'str', username => 'str', name => 'str',
		status => 'str', 'nickname?' => 'str', 'avatarETag?' => 'str' }]);
	is_deeply [map { $_->{username} } @{ $r->{items} }], ['admin'],
		'who begins so, without those who are there';
	$admin->post('users.update', { userId => $bob->id,
		data => { name => 'Robert' } });
	is_deeply [map { $_->{username} } @{ $ada->get('users.autocomplete',
		{ selector => '{"term":"rOb"}' })->{items} }], ['bob'],
		'by the name, too, in any case';
	is_deeply $ada->get('users.autocomplete',
		{ selector => '{"term":"%"}' })->{items}, [], 'nothing is a pattern';
	$chat->user('joe', roles => ['guest']);
	is $chat->login('joe', 'pass-of-joe-0815')->get('users.autocomplete',
		{ selector => '{"term":"a"}' })->status, 200,
		'who has the role user besides may';
	refused($ada->get('users.autocomplete', { selector => '{' }),
		'error-invalid-selector', 'Invalid selector parameter provided: "{"');
	anonymous($chat->anyone->get('users.autocomplete'));
	refused($ada->get('users.autocomplete'), undef,
		q(The 'selector' param is required));
};

done_testing;
