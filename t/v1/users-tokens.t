#!/usr/bin/perl
# /api/v1/users.*: tokens, one's own and those of others
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $nobody = 'The required "userId" or "username" param provided does not ' .
	'match any users';
my $unsaid = 'The required "userId" or "username" param was not provided';

sub try_token {
	my ($id, $token) = @_;
	return $chat->anyone->get('me', {}, headers =>
		['X-User-Id' => $id, 'X-Auth-Token' => $chat->secret($token)]);
}

subtest 'POST users.createToken' => sub {
	my $r = $admin->post('users.createToken', { username => 'ada' });
	shaped($r->json, { data => { userId => 'str', authToken => 'str' },
		success => 'bool' });
	is try_token(@{ $r->{data} }{qw(userId authToken)})->{username}, 'ada',
		'who has it is her';
	$r = $bob->post('users.createToken', { userId => $bob->id });
	is try_token($bob->id, $r->{data}{authToken})->{username}, 'bob',
		'of oneself';
	refused($ada->post('users.createToken', { userId => $bob->id }),
		'error-not-authorized', 'Not authorized');
	refused($admin->post('users.createToken', { userId => 'x' }),
		'error-invalid-user', $nobody);
	refused($admin->post('users.createToken', {}),
		'error-user-param-not-provided', $unsaid);
	my $eve = $chat->user('eve');
	$admin->post('users.setActiveStatus', { userId => $eve->id,
		activeStatus => \0 });
	refused($admin->post('users.createToken', { username => 'eve' }),
		'error-user-is-not-activated', 'User is not activated');
	anonymous($chat->anyone->post('users.createToken', {}));
};

my $name = { tokenName => 'backup' };
my @none = ('error-token-does-not-exists', 'Token does not exist');
my @unnamed = (undef, q(The 'tokenName' param is required));
my $guest;

subtest 'POST users.generatePersonalAccessToken' => sub {
	$guest = $chat->user('guest');
	$admin->post('users.update', { userId => $guest->id,
		data => { roles => ['guest'] } });
	my $r = $ada->post('users.generatePersonalAccessToken', $name);
	like $r->{token}, qr/^[\w-]{43}$/, 'a token';
	is try_token($ada->id, $r->{token})->{username}, 'ada', 'that works';
	refused($ada->post('users.generatePersonalAccessToken', $name),
		'error-token-already-exists',
		'A token with this name already exists');
	is $bob->post('users.generatePersonalAccessToken', $name)->status, 200,
		'another one has names of their own';
	refused($ada->post('users.generatePersonalAccessToken', {}), @unnamed);
	refused($guest->post('users.generatePersonalAccessToken', $name),
		'not-authorized', 'Not Authorized');
	anonymous($chat->anyone->post('users.generatePersonalAccessToken', {}));
};

subtest 'GET users.getPersonalAccessTokens' => sub {
	my $token = $ada->post('users.generatePersonalAccessToken',
		{ tokenName => 'second' })->{token};
	$chat->secret($token);
	my $r = $ada->get('users.getPersonalAccessTokens');
	shaped($r->json, { success => 'bool', tokens => [{ name => 'str',
		createdAt => 'time', lastTokenPart => 'str',
		bypassTwoFactor => 'bool' }] });
	is_deeply [sort map { $_->{name} } @{ $r->{tokens} }],
		[qw(backup second)], 'by their names';
	my ($second) = grep { $_->{name} eq 'second' } @{ $r->{tokens} };
	is $second->{lastTokenPart}, substr($token, -6), 'with the last letters';
	unlike $r->body, qr/\Q$token\E/, 'never a token itself';
	is_deeply $admin->get('users.getPersonalAccessTokens')->{tokens}, [],
		'not those of others';
	refused($guest->get('users.getPersonalAccessTokens'), 'not-authorized',
		'Not Authorized');
	anonymous($chat->anyone->get('users.getPersonalAccessTokens'));
};

subtest 'POST users.regeneratePersonalAccessToken' => sub {
	my $tim = $chat->user('tim');
	my @tokens = map { $chat->secret($tim->post("users.$_", $name)->{token}) }
		qw(generatePersonalAccessToken regeneratePersonalAccessToken);
	anonymous(try_token($tim->id, $tokens[0]), 'the old one is no more');
	is try_token($tim->id, $tokens[1])->status, 200, 'the new one works';
	is scalar @{ $tim->get('users.getPersonalAccessTokens')->{tokens} }, 1,
		'it is one';
	refused($tim->post('users.regeneratePersonalAccessToken',
		{ tokenName => 'x' }), @none);
	refused($tim->post('users.regeneratePersonalAccessToken', {}), @unnamed);
	refused($guest->post('users.regeneratePersonalAccessToken', $name),
		'not-authorized', 'Not Authorized');
	anonymous($chat->anyone->post('users.regeneratePersonalAccessToken', {}));
};

subtest 'POST users.removePersonalAccessToken' => sub {
	my $token = $chat->secret($ada->post(
		'users.generatePersonalAccessToken', { tokenName => 'x' })->{token});
	is try_token($ada->id, $token)->status, 200, 'it works';
	succeeded($ada->post('users.removePersonalAccessToken',
		{ tokenName => 'x' }), 'until it is removed');
	anonymous(try_token($ada->id, $token), 'at once');
	refused($ada->post('users.removePersonalAccessToken',
		{ tokenName => 'x' }), @none);
	refused($ada->post('users.removePersonalAccessToken', {}), @unnamed);
	is try_token($bob->id, $chat->secret($bob->post(
		'users.regeneratePersonalAccessToken', $name)->{token}))->status, 200,
		'that of another by the same name stays';
	refused($guest->post('users.removePersonalAccessToken', $name),
		'not-authorized', 'Not Authorized');
	anonymous($chat->anyone->post('users.removePersonalAccessToken', {}));
};

subtest 'POST users.logoutOtherClients' => sub {
	my $kim = $chat->user('kim');
	my $phone = $chat->login('kim', $kim->pass);
	my $script = $chat->secret($kim->post(
		'users.generatePersonalAccessToken', $name)->{token});
	my $r = $kim->post('users.logoutOtherClients', {});
	shaped($r->json, { token => 'str', tokenExpires => 'time',
		success => 'bool' });
	is $r->{token}, $kim->token, 'this one goes on';
	anonymous($phone->get('me'), 'the other is out');
	is try_token($kim->id, $script)->status, 200, 'scripts are no clients';
	is $kim->get('me')->status, 200, 'and it does';
	is $chat->anyone->post('users.logoutOtherClients', {}, headers =>
		[Authorization => 'Bearer ' . $kim->token])->{token}, $kim->token,
		'however it came';
	is $bob->get('me')->status, 200, 'others have not noticed';
	anonymous($chat->anyone->post('users.logoutOtherClients', {}));
};

subtest 'POST users.removeOtherTokens' => sub {
	my $kim = $chat->login('kim', 'pass-of-kim-0815');
	my $phone = $chat->login('kim', $kim->pass);
	is_deeply $kim->post('users.removeOtherTokens', {})->json,
		{ success => JSON::PP::true }, 'done';
	anonymous($phone->get('me'), 'the other is out');
	is $kim->get('me')->status, 200, 'this one is not';
	anonymous($chat->anyone->post('users.removeOtherTokens', {}));
};

subtest 'POST users.logout' => sub {
	my $kim = $chat->login('kim', 'pass-of-kim-0815');
	unauthorized($bob->post('users.logout', { userId => $kim->id }),
		'not for others');
	is $kim->get('me')->status, 200, 'so nothing has happened';
	is_deeply $admin->post('users.logout', { userId => $kim->id })->json,
		{ message => 'User ' . $kim->id . ' has been logged out!',
		success => JSON::PP::true }, 'but by right';
	anonymous($kim->get('me'), 'out');
	$kim = $chat->login('kim', 'pass-of-kim-0815');
	succeeded($kim->post('users.logout', {}), 'oneself');
	anonymous($kim->get('me'), 'out');
	refused($admin->post('users.logout', { userId => 'x' }),
		'error-invalid-user', $nobody);
	anonymous($chat->anyone->post('users.logout', {}));
};
done_testing;
