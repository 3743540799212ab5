#!/usr/bin/perl
# /api/v1/: logging in and out, and who one is
use strict;
use warnings;
use Digest::SHA 'sha256_hex';
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1();
my $ada = $chat->user('ada');
my $pass = 'pass-of-ada-0815';
my %me = (_id => 'str', username => 'str', name => 'str', type => 'str',
	status => 'str', statusConnection => 'str', statusDefault => 'str',
	active => 'bool', utcOffset => 'int', language => 'str',
	emails => [{ address => 'str', verified => 'bool' }], roles => ['str'],
	createdAt => 'time', _updatedAt => 'time', 'lastLogin?' => 'time',
	settings => { preferences => 'any' }, customFields => 'any',
	avatarUrl => 'str', 'email?' => 'str');

subtest 'POST login' => sub {
	my $anyone = $chat->anyone;
	my %digest = (digest => sha256_hex($pass), algorithm => 'sha-256');
	my @bodies = ({ user => 'ada', password => $pass },
		{ user => 'ada@example.org', password => $pass },
		{ username => 'ada', password => $pass },
		{ email => 'ada@example.org', password => $pass },
		{ user => { username => 'ada' }, password => $pass },
		{ user => { email => 'ada@example.org' }, password => \%digest },
		{ user => 'ada', password => $pass, code => '123456' },
		{ totp => { code => '1', login => { user => { username => 'ada' },
			password => \%digest } } });
	for my $body (@bodies) {
		my $r = $anyone->post('login', $body);
		is $r->status, 200, join ' ', sort keys %$body;
		$chat->secret($r->{data}{authToken});
		is_deeply [sort keys %{ $r->json }], [qw(data status)],
			'no success here';
		shaped($r->{data}, { userId => 'str', authToken => 'str',
			me => \%me });
	}
	my ($narrow) = $chat->done('token', 'create', 'ada', '--note', 'x',
		'--post-only') =~ /\b([\w-]{43})\b/;
	is $anyone->post('login', { resume => $chat->secret($narrow) })->status,
		401, 'a token that may do little is no login';
	my $r = $anyone->post('login', { resume => $ada->token });
	is $r->{data}{authToken}, $ada->token, 'a token goes on';
	for my $body ({ user => 'ada', password => 'wrong' }, { user => 'nobody',
			password => $pass }, { resume => 'x' x 43 }, {},
			{ user => 'ada' }, { user => [], password => {} },
			{ ldap => \1, username => 'ada', ldapPass => $pass },
			{ ldap => \1, username => 'ada', password => $pass },
			{ serviceName => 'x', accessToken => 'y' }) {
		my $r = $anyone->post('login', $body);
		is_deeply [$r->status, $r->json], [401, { status => 'error',
			error => 'Unauthorized', message => 'Unauthorized' }],
			'one answer to all that is wrong';
	}
};

subtest 'GET me' => sub {
	my $r = $ada->get('me');
	is $r->{success}, JSON::PP::true, 'with success';
	delete $r->json->{success};
	shaped($r->json, \%me);
	is $r->{settings}{preferences}{desktopNotifications}, 'mentions',
		'preferences are there';
	is $r->{status}, 'online', 'who asks is there';
	anonymous($chat->anyone->get('me'));
};

subtest 'GET info' => sub {
	like $chat->anyone->get('info')->{info}{version}, qr/^\d+\.\d+/,
		'a version for anybody';
};

sub logs_out {
	my ($verb) = @_;
	my $s = $chat->login('ada', $pass);
	is_deeply $s->request($verb, 'logout')->json, { status => 'success',
		data => { message => q(You've been logged out!) } }, 'done';
	anonymous($s->get('me'), 'the token is no more');
	anonymous($s->request($verb, 'logout'), 'nor for this');
	return;
}

subtest 'POST logout' => sub { logs_out('POST') };
subtest 'GET logout' => sub { logs_out('GET') };
done_testing;
