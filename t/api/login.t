#!/usr/bin/perl
# POST /api/login
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

use JSON::PP ();
use Digest::SHA 'sha256_hex';

my $chat = chat();
my $ada = $chat->user('ada');
my ($pass, $anyone) = ($ada->pass, $chat->anyone);
my $digest = sha256_hex($pass);
my $refused = qq({\n  "status": "error",\n  "message": "Unauthorized"\n});
$chat->secret($digest, 'a digest');

sub login { return $anyone->post('login', @_) }

my %ways = (
	'user' => { user => 'ada', password => $pass },
	'user that is an address' =>
		{ user => 'ada@example.org', password => $pass },
	'username' => { username => 'ada', password => $pass },
	'email' => { email => 'ada@example.org', password => $pass },
	'a digest with hashed' =>
		{ user => 'ada', password => $digest, hashed => JSON::PP::true },
	'a digest object' => { user => 'ada',
		password => { digest => $digest, algorithm => 'sha-256' } },
	'hashed as any truth' =>
		{ user => 'ada', password => $digest, hashed => 'yes' },
	'hashed that is false' =>
		{ user => 'ada', password => $pass, hashed => 'false' },
	'the first that is not empty' =>
		{ user => '', username => 'ada', email => 'x', password => $pass },
	'unknown fields beside' => { user => 'ada', password => $pass, x => [1] },
);
for my $way (sort keys %ways) {
	my $r = login($ways{$way});
	is $r->status, 200, "$way logs in";
	is $r->{data}{userId}, $ada->id, "and $way finds the user";
	like $chat->secret($r->{data}{authToken}), qr/^[\w-]{43}$/,
		"and $way gets a token";
}
my $r = login(Session::pairs(user => 'ada', password => $pass));
is $r->status, 200, 'a form logs in as JSON does';
is_deeply [sort keys %{ $r->json }], [qw(data status)],
	'the envelope has status and data';
is $r->header('cache-control'), 'no-store', 'no cache keeps a token';

my %wrong = (
	'a wrong password' => { user => 'ada', password => 'no' },
	'an unknown user' => { user => 'eve', password => $pass },
	'an unknown address' => { user => 'eve@x.org', password => $pass },
	'another case of the name' => { user => 'ADA', password => $pass },
	'no password' => { user => 'ada' },
	'no name' => { password => $pass },
	'nothing' => {},
	'an empty password' => { user => 'ada', password => '' },
	'a plain password said to be hashed' =>
		{ user => 'ada', password => $pass, hashed => 1 },
	'a digest of another algorithm' => { user => 'ada',
		password => { digest => $digest, algorithm => 'md5' } },
	'an over-long password' => { user => 'ada', password => 'x' x 2000 },
	'SQL in the name' => { user => q(ada' or '1'='1), password => $pass },
	'a user without a password' => { user => 'rocket.cat', password => '' },
);
for my $what (sort keys %wrong) {
	$r = login($wrong{$what});
	is $r->status, 401, "$what is refused";
	is $r->body, $refused, "and $what has the same answer as any other";
	is $r->header('www-authenticate'), 'Bearer',
		"and $what is challenged with Bearer only";
}
for my $bad ({ user => 1, password => 'x' }, { user => {}, password => 'x' },
	{ username => [], password => 'x' }, { user => 'ada', password => 5 }) {
	$r = login($bad);
	is $r->status, 400, 'a wrong type is a 400';
	like $r->{message}, qr/"(?:user|username|password)"/,
		'and it names the field';
}
for my $body ('{', '[]', '"x"', '{"user":"\xff"}', '{"user":"\\ud800"}',
	'{"user":"a\\u0000"}', '{}{}', '[' x 100) {
	$r = login($body, type => 'application/json');
	is $r->status, 400, 'what is not a JSON object is a 400';
	is $r->{status}, 'fail', 'in the envelope of 0.1';
}
is login('{}')->status, 401, '{} sent as a form is a harmless junk key';

my $first = $chat->login('ada', $pass);
$chat->login('ada', $pass);
is $first->get('joinedRooms')->status, 200, 'older tokens stay valid';
$chat->done('user', 'disable', 'ada');
is login({ user => 'ada', password => $pass })->status, 401,
	'a disabled account cannot log in';
done_testing;
