#!/usr/bin/perl
# How often an address may call, and which sites may: what every reply says.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use V1;

my $chat = v1(settings => { api_limit_read => 4, api_limit_write => 2,
	api_limit_period => '1h', password_cost => 'ln=10,r=8,p=1' });
my $admin = $chat->admin;
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $bot = $chat->user('robo', roles => ['bot']);
my $anyone = $chat->anyone;

sub allowance {
	my ($r) = @_;
	return [map { $r->header("x-ratelimit-$_") } qw(limit remaining)];
}

sub slowed {
	my ($r, $what) = @_;
	my $wait = $r->header('retry-after') // 'none';
	is_deeply [$r->status, $r->json], [429, { success => JSON::PP::false,
		error => 'Error, too many requests. Please slow down. You must ' .
		"wait $wait seconds before trying this endpoint again. " .
		'[error-too-many-requests]' }], $what;
	return $r;
}

my $r = $ada->get('channels.list.joined');
is_deeply allowance($r), [4, 3], 'a reply tells what is left';
my $now = time * 1000;
cmp_ok abs($r->header('x-ratelimit-reset') - $now - 3600_000), '<', 60_000,
	'and when it begins anew, in milliseconds';
is_deeply allowance($bob->get('channels.list.joined')), [4, 2],
	'it is counted by address, not by person';
is_deeply allowance($anyone->get('channels.list.joined')), [4, 1],
	'also where there is no login';
is $anyone->get('channels.list.joined')->status, 401, 'which is said first';
$r = slowed($ada->get('channels.list.joined'), 'then it is enough');
is_deeply allowance($r), [4, 0], 'with nothing left';
is $anyone->get('channels.list.joined')->status, 401,
	'who may not call is told that, whatever is left';
is $ada->get('groups.list')->status, 200, 'another route has its own';
for my $who ($admin, $bot) {
	$r = $who->get('channels.list.joined');
	is $r->status, 200, $who->name . ' may call as often as it likes';
	is_deeply allowance($r), [undef, undef], 'and is not counted';
}
$bot->get('groups.list') for 1 .. 9;
is_deeply allowance($ada->get('groups.list')), [4, 2],
	'nor does that count against others';
is_deeply [map { allowance($anyone->get('info'))->[1] } 1 .. 4], [3, 2, 1, 0],
	'a route for anyone';
slowed($anyone->get('info'), 'has an end, too');

$r = $ada->post('users.setStatus', { status => 'away', message => 'x' });
is_deeply allowance($r), [2, 1], 'writes have a number of their own';
is_deeply allowance($ada->post('users.setStatus', { status => 'moon' })),
	[2, 0], 'a failure counts';
slowed($ada->post('users.setStatus', { status => 'online' }), 'no more');
is $ada->get('users.getStatus')->{message}, 'x', 'nothing was done';
is_deeply allowance($ada->get('/api/version')), [undef, undef],
	'the older API is not counted';
is_deeply allowance($ada->get('nothing')), [undef, undef],
	'nor is what is not there';
is_deeply [map { $ada->post('method.callAnon/x', { message => '{}' })->status }
	1 .. 5], [200, 200, 200, 200, 429], 'a POST that reads is a read';
is_deeply [map { $anyone->post('login', { user => 'ada', password => 'x' })
	->status } 1 .. 3], [401, 401, 429],
	'one that waits for the helper counts once';

$admin->post('settings/API_Enable_Rate_Limiter', { value => JSON::PP::false });
$r = $ada->get('channels.list.joined');
is_deeply [$r->status, allowance($r)], [200, [undef, undef]],
	'a setting ends it';
is $admin->get('settings/API_Enable_Rate_Limiter_Limit_Calls_Default')
	->{value}, 4, 'others say how much';
is $admin->get('settings/API_Enable_Rate_Limiter_Limit_Time_Default')
	->{value}, 3600_000, 'and for how long';

# ---- other sites ----

my @from = (Origin => 'https://site.example');
my @ask = (@from, 'Access-Control-Request-Method' => 'POST');

sub ask {
	my ($path, @headers) = @_;
	return $anyone->request('OPTIONS', $path, headers => \@headers);
}

sub origin { return $_[0]->header('access-control-allow-origin') }

$r = ask('chat.update', @ask);
is $r->status, 405, 'other sites may not call';
is $r->header('content-type'), 'text/plain; charset=utf-8', 'in a text';
is origin($r), undef, 'without a header that allows it';
is origin($anyone->get('settings.public', {}, headers => \@from)), undef,
	'in no reply';
is ask('chat.update', @from)->status, 404, 'any other OPTIONS is not found';
is ask('nothing', @ask)->status, 404, 'nor is what is not there';

$admin->post("settings/$_->[0]", { value => $_->[1] })
	for ['API_Enable_CORS', JSON::PP::true],
	['API_CORS_Origin', 'https://a.example, https://site.example'];
$r = ask('chat.update', @ask);
is $r->status, 200, 'unless a setting allows it';
is origin($r), 'https://site.example', 'to sites that are listed';
is $r->header('vary'), 'Origin', 'and no cache mixes them up';
is $r->header('access-control-allow-methods'),
	'GET, POST, PUT, DELETE, HEAD, PATCH', 'with these methods';
is $r->header('access-control-allow-headers'), 'Origin, X-Requested-With, ' .
	'Content-Type, Accept, X-User-Id, X-Auth-Token, x-visitor-token',
	'and these headers';
is $r->header('access-control-allow-credentials'), undef,
	'never what the browser has of its own';
is origin($ada->get('me', {}, headers => \@from)), 'https://site.example',
	'replies say so, too';
is origin(ask('chat.update', Origin => 'https://evil.example',
	'Access-Control-Request-Method' => 'GET')), undef, 'others may not';
is origin($ada->get('/api/version', {}, headers => \@from)), undef,
	'the older API is not for them';
$admin->post('settings/API_CORS_Origin', { value => '*' });
is origin($ada->get('me', {}, headers => \@from)), '*', 'or all may';
done_testing;
