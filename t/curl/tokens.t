#!/usr/bin/perl
# Tokens for scripts: what they are good for, where, and who used them
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Curl;

my $chat = chat(settings => { max_connections_per_address => 0 });
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $boss = $chat->admin;
my $ops = $boss->room('ops', members => [qw(ada bob)]);
my $den = $boss->room('den', members => [qw(ada bob)], private => 1);
my $url = 'http://127.0.0.1:' . $chat->port;

sub token {
	my ($name, @options) = @_;
	my $out = $chat->done('token', 'create', $name, '--note',
		"test @options", @options);
	chomp $out;
	return $chat->secret($out, 'a script token');
}

# The status of a call with this token alone.
sub try {
	my ($token, $method, $path, %o) = @_;
	my $r = $chat->anyone->request($method, $path, %o,
		headers => ['X-Auth-Token' => $token, @{ $o{headers} || [] }]);
	return $r->status;
}

my @text = (body => 'hello', type => 'text/plain');
my $said = $ada->post('/r/ops', 'first', type => 'text/plain')->body;
chomp $said;

subtest 'who is calling' => sub {
	my $all = token('ada');
	is $chat->anyone->get('/r/', {}, headers =>
		['X-Auth-Token' => $ada->token])->body =~ /^\@ada\n/, 1,
		'below /r/ a token of a login may come alone';
	is try($ada->token, 'GET', '/api/v1/me'), 401, 'elsewhere not';
	is try($all, 'GET', '/api/v1/me'), 200, 'one for scripts may';
	is try($all, 'GET', '/r/', headers => ['X-User-Id' => $bob->id]), 401,
		'if there is an id, too, it is that of its user';
	my $c = curl_of($chat, 'ada', $all);
	is $c->ok('-d', 'x', 'ops') =~ /\w{17}/, 1, 'by .netrc';
	is((curl_of($chat, 'bob', $all)->status('ops'))[0], 401,
		'in the name of somebody else not');
	my $nobody = curl_of($chat);
	is(($nobody->status('-H', "Authorization: Bearer $all", 'ops'))[0], 200,
		'as Bearer');
	is(($nobody->status("ops?auth=$all"))[0], 401, 'not in the query');
	is(($nobody->status('ops?auth=' . $ada->token))[0], 401,
		'nor one of a login');
};

subtest 'only posts' => sub {
	my $t = token('ada', '--post-only');
	is try($t, 'POST', '/r/ops', @text), 200, 'to /r/';
	is try($t, 'PUT', '/r/ops/a.txt', @text), 200, 'a file';
	is try($t, 'POST', '/api/v1/chat.postMessage',
		json => { channel => '#ops', text => 'x' }), 200, 'as clients do';
	is try($t, 'POST', "/api/rooms/$ops/send", json => { msg => 'x' }), 200,
		'also those of 0.1';
	is try($t, @$_), 403, "not $_->[0] $_->[1]" for
		['GET', '/r/'], ['GET', '/r/ops'], ['GET', '/r/ops/sse'],
		['GET', '/r/ops/raw?wait=1'], ['DELETE', "/r/ops/$said"],
		['PATCH', "/r/ops/$said", @text],
		['POST', "/r/ops/$said/react", @text],
		['GET', '/api/v1/me'], ['GET', '/api/v1/channels.list'],
		['GET', "/api/rooms/$ops/messages"],
		['POST', '/api/v1/users.update', json => {}],
		['POST', '/api/v1/logout'],
		['POST', '/api/v1/channels.create', json => { name => 'x' }];
	my $plain = $chat->anyone->get('/r/ops', {}, headers =>
		['X-Auth-Token' => $t]);
	is $plain->body, "This token is not for that\n", 'and it says so';
};

subtest 'only reads' => sub {
	my $t = token('ada', '--read-only');
	my $nobody = curl_of($chat);
	like $nobody->ok("ops/raw?auth=$t"), qr/first/, 'may stand in a query';
	is try($t, 'GET', '/r/ops/json'), 200, 'and in a header';
	is(($nobody->status('-d', 'x', "ops?auth=$t"))[0], 401,
		'not in the query of a post');
	is try($t, @$_), 403, "not $_->[0] $_->[1]" for
		['POST', '/r/ops', @text], ['DELETE', "/r/ops/$said"],
		['GET', '/api/v1/me'], ['POST', '/api/v1/chat.postMessage',
			json => { channel => '#ops', text => 'x' }];
	is(($nobody->status("$url/api/v1/me?auth=$t"))[0], 401,
		'nor in the query of another API');
	$ada->request('PUT', '/r/ops/note.txt', body => 'bytes',
		type => 'text/plain');
	my ($path) = $ada->get('/r/ops/json', { limit => 1 })->body =~
		m{"title_link":"([^"]+)"};
	is $nobody->ok("$url$path?auth=$t"), 'bytes', 'files are read, too';
	unlike $chat->log, qr/auth=/, 'the log does not tell';
};

subtest 'one room' => sub {
	my $t = token('ada', '--room', 'den');
	is try($t, 'POST', '/r/den', @text), 200, 'it posts there';
	is try($t, 'GET', '/r/den'), 200, 'and reads';
	is try($t, 'POST', '/api/v1/chat.postMessage',
		json => { roomId => $den, text => 'x' }), 200, 'as clients do';
	is try($t, 'POST', '/r/ops', @text), 403, 'not elsewhere';
	is try($t, 'GET', '/r/ops'), 403, 'nor reads';
	is try($t, 'GET', '/r/den,ops/json'), 403, 'nor both';
	is try($t, 'POST', '/r/@bob', @text), 404, 'nor to people';
	is try($t, 'GET', '/r/'), 403, 'nor which rooms there are';
	isnt try($t, 'POST', '/api/v1/chat.postMessage',
		json => { channel => '#ops', text => 'x' }), 200,
		'nor as clients do';
	isnt try($t, 'POST', "/api/rooms/$ops/send", json => { msg => 'x' }),
		200, 'nor those of 0.1';
	isnt try($t, 'GET', "/api/rooms/$ops/messages"), 200, 'nor read so';
	isnt try($t, 'GET', '/api/v1/channels.history?roomId=' . $ops), 200,
		'nor so';
	my $both = token('ada', '--room', 'den', '--post-only');
	is_deeply [try($both, 'POST', '/r/den', @text), try($both, 'GET',
		'/r/den'), try($both, 'POST', '/r/ops', @text)], [200, 403, 403],
		'both limits together';
};

subtest 'the list' => sub {
	my $t = token('ada', '--room', 'ops', '--post-only', '--expires', '90d');
	is try($t, 'POST', '/r/ops', @text), 200, 'it is used';
	$chat->stop; # what was used is written down
	$chat->start;
	my ($head, @rows) = map { [split /\t/] } split /\n/,
		$chat->done('token', 'list', 'ada');
	my ($row) = grep { $_->[0] eq substr $t, -6 } @rows;
	my %row;
	@row{@$head} = @$row;
	is_deeply [@row{qw(USER KIND MAY ROOM FROM)}],
		[qw(ada script post ops 127.0.0.1)], 'what for, where, from where';
	like $row{USED}, qr/^\d{4}-/, 'and when';
	unlike $chat->done('token', 'list'), qr/\Q$t\E/, 'never the token';
	my ($exit, undef, $err) = $chat->cli('token', 'create', 'ada', '--note',
		'x', '--post-only', '--read-only');
	is $exit, 2, 'nothing is left of both';
	is +($chat->cli('token', 'create', 'ada', '--note', 'x', '--room',
		'nowhere'))[0], 1, 'a room that is not there';
};

subtest 'it ends' => sub {
	my $t = token('ada', '--expires', '2s');
	my $c = curl_of($chat, 'ada', $t);
	my $s = $c->start('ops/json?follow=1&since=now');
	is $s->ended, 0, 'a stream ends with its token';
	is try($t, 'GET', '/r/ops'), 401, 'which is good no more';
	$t = token('ada');
	$s = curl_of($chat, 'ada', $t)->start('ops/sse?since=now');
	$s->until(qr/id: /);
	$chat->done('token', 'revoke', substr $t, -6);
	is $s->ended, 0, 'or when it is revoked';
};
done_testing;
