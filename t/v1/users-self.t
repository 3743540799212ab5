#!/usr/bin/perl
# /api/v1/users.*: one's own profile and preferences
use strict;
use warnings;
use Digest::SHA 'sha256_hex';
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);

sub set { succeeded($admin->post("settings/$_[0]", { value => $_[1] }), $_[0]) }

subtest 'GET users.getPreferences' => sub {
	my $r = $ada->get('users.getPreferences');
	my $p = $r->{preferences};
	is_deeply [@$p{qw(desktopNotifications sidebarSortby language
		messageViewMode highlights enableAutoAway)}], ['mentions', 'activity',
		'en', 0, [], JSON::PP::true], 'what is usual, typed';
	is_deeply $p, $ada->get('me')->{settings}{preferences}, 'as in me';
	anonymous($chat->anyone->get('users.getPreferences'));
};

subtest 'POST users.setPreferences' => sub {
	my $usual = $ada->get('users.getPreferences')->{preferences};
	my $data = { desktopNotifications => 'all', unreadAlert => \0,
		highlights => ['ship'], language => 'de', unknown => { a => [1] } };
	my $r = $ada->post('users.setPreferences', { data => $data });
	shaped($r->{user}, { _id => 'str', settings => {
		preferences => 'any' } });
	my %want = (%$usual, %$data, unreadAlert => JSON::PP::false);
	is_deeply $r->{user}{settings}{preferences}, \%want,
		'changed, and the others as they were';
	is_deeply $ada->get('users.getPreferences')->{preferences}, \%want,
		'for later';
	is $ada->get('me')->{language}, 'de', 'me speaks that language';
	$ada->post('users.setPreferences', { data => { clockMode => 2 } });
	is_deeply $ada->get('users.getPreferences')->{preferences},
		{ %want, clockMode => 2 }, 'one more';
	is_deeply $bob->get('users.getPreferences')->{preferences}, $usual,
		'not those of others';
	refused($ada->post('users.setPreferences', { data => {
		unreadAlert => 'no' } }), undef,
		'Match error: Unexpected type in field data.unreadAlert');
	refused($ada->post('users.setPreferences', {}), undef,
		q(Match error: Missing key 'data'));
	refused($ada->post('users.setPreferences', { userId => $bob->id,
		data => {} }), 'error-action-not-allowed',
		'Editing user is not allowed');
	is $admin->post('users.setPreferences', { userId => $bob->id,
		data => { language => 'fr' } })->{user}{_id}, $bob->id,
		'of others by right';
	is $bob->get('users.getPreferences')->{preferences}{language}, 'fr',
		'and so it is';
	refused($admin->post('users.setPreferences', { userId => 'x',
		data => {} }), 'error-invalid-user',
		'The optional "userId" param provided does not match any users');
	refused($ada->post('users.setPreferences', { data => {
		long => 'x' x 20000 } }), undef,
		'Match error: Unexpected type in field data.data');
	anonymous($chat->anyone->post('users.setPreferences', {}));
};

subtest 'GET users.getUsernameSuggestion' => sub {
	my $tom = $chat->user('tom');
	$tom->post('users.updateOwnBasicInfo', { data => { name => 'Bob' } });
	is $tom->get('users.getUsernameSuggestion')->{result}, 'bob-1',
		'a name that nobody has';
	$tom->post('users.updateOwnBasicInfo', { data => { name => 'Tom Øre K' } });
	is $tom->get('users.getUsernameSuggestion')->{result}, 'tom.re.k',
		'of characters that names have';
	anonymous($chat->anyone->get('users.getUsernameSuggestion'));
};

subtest 'POST users.updateOwnBasicInfo' => sub {
	my $own = sub { my ($data, %o) = @_;
		$ada->post('users.updateOwnBasicInfo', { data => $data, %o }) };
	my $r = $own->({ name => 'Ada L.', username => 'lovelace', bio => 'b',
		nickname => 'n', statusText => 's', statusType => 'busy',
		verified => \1, roles => ['admin'], active => \0 },
		customFields => { team => 'red' });
	succeeded($r, 'a profile');
	is_deeply [@{ $r->{user} }{qw(name username bio nickname statusText
		status customFields roles active)}], ['Ada L.', 'lovelace', 'b', 'n',
		's', 'busy', { team => 'red' }, ['user'], JSON::PP::true],
		'what may be changed is';
	is $r->{user}{emails}[0]{verified}, JSON::PP::false, 'and no more';
	is $ada->get('me')->{username}, 'lovelace', 'the session goes on';

	my @wrong = ('error-invalid-password', 'Invalid password');
	my $fresh = $chat->secret('adas-password-2');
	refused($own->({ email => 'al@example.org' }), @wrong);
	refused($own->({ email => 'al@example.org', currentPassword => 'x' }),
		@wrong);
	refused($own->({ newPassword => $fresh }), @wrong);
	refused($own->({ newPassword => $fresh, currentPassword => $fresh }),
		@wrong);
	$r = $own->({ email => 'al@example.org', verified => \1,
		currentPassword => sha256_hex($ada->pass) });
	is_deeply $r->{user}{emails}, [{ address => 'al@example.org',
		verified => JSON::PP::false }], 'an address, with the digest';
	my $other = $chat->login('lovelace', $ada->pass);
	my $script = $chat->secret($ada->post(
		'users.generatePersonalAccessToken', { tokenName => 'x' })->{token});
	succeeded($own->({ newPassword => $fresh,
		currentPassword => $ada->pass }), 'a password');
	anonymous($other->get('me'), 'ends the other logins');
	anonymous($chat->anyone->get('me', {}, headers =>
		['X-Auth-Token' => $script, 'X-User-Id' => $ada->id]),
		'and tokens of scripts');
	is $ada->get('me')->status, 200, 'this one stays';
	is $chat->login('lovelace', $fresh)->get('me')->status, 200, 'it is new';

	refused($own->({ username => 'bob' }), 'error-field-unavailable',
		'bob is already in use :(');
	refused($own->({ email => 'bob@example.org', currentPassword => $fresh }),
		'error-field-unavailable', 'bob@example.org is already in use :(');
	refused($own->({ username => 'a b' }), 'error-input-is-not-a-valid-field',
		'a b is not a valid username');
	refused($own->({ statusType => 'x' }), 'error-invalid-status',
		'Valid status types include online, away, offline, and busy.');
	refused($own->({ name => 7 }), undef,
		'Match error: Expected string, got number in field name');
	refused($own->({ name => 'x' x 261 }), undef,
		'Match error: At most 260 bytes in field name');
	refused($ada->post('users.updateOwnBasicInfo', {}), undef,
		q(Match error: Missing key 'data'));
	for ([AllowRealNameChange => { name => 'x' }],
		[AllowUsernameChange => { username => 'x' }],
		[AllowEmailChange => { email => 'x@example.org',
			currentPassword => $fresh }],
		[AllowPasswordChange => { newPassword => 'x',
			currentPassword => $fresh }],
		[AllowUserStatusMessageChange => { statusText => 'x' }],
		[AllowUserProfileChange => { bio => 'x' }]) {
		set("Accounts_$_->[0]" => \0);
		refused($own->($_->[1]), 'error-not-allowed', 'Not allowed');
		set("Accounts_$_->[0]" => \1);
	}
	is $ada->get('me')->{username}, 'lovelace', 'no refusal changes anything';
	anonymous($chat->anyone->post('users.updateOwnBasicInfo', {}));
};
done_testing;
