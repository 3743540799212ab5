#!/usr/bin/perl
# Rubbish for every endpoint: a clean 4xx in JSON, nothing changed, nothing
# stopped, and the next request works.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $ada = $chat->user('ada');
my ($status, $table) = $chat->cli('routes');
my @routes = map { [(split /\t/)[0, 1]] } grep { m{/api/} } split /\n/, $table;
cmp_ok scalar @routes, '>', 15, 'there are routes to try';

my @json = ('{', '}', '[]', '"x"', 'null', '1', '{"a":', '{"a":1,}', "{'a':1}",
	'{"a" "b"}', '{"a":01}', '{"a":1e999}', "{\"a\":\"\xff\"}", "{\"a\":\"\xc0\xaf\"}",
	'{"a":"\ud800"}', '{"a":"\u0000"}', "{\"a\":\"\x01\"}", '{}{}', "\xef\xbb\xbf{}",
	'{"a":' . '[' x 40 . ']' x 40 . '}', '[' x 100_000,
	'{' . join(',', map { "\"k$_\":[]" } 1 .. 5000) . '}',
	'{"msg":1}', '{"msg":null}', '{"msg":[]}', '{"msg":{}}', '{"msg":true}',
	'{"msg":""}', '{"user":[],"password":1}', '{"users":1}', '{"users":{}}',
	'{"users":[1]}', '{"users":[{}]}', '{"users":[{"name":{},"email":[],"pass":1}]}',
	'{"users":[{"name":"<b>","email":"a@b.c","pass":"x"}]}',
	'{"users":[{"name":"x\' OR 1=1--","email":"a@b.c","pass":"x"}]}',
	'{"rooms":null}', '{"rooms":[null]}', '{"rooms":[{"name":"r","members":["a"]}]}',
	'{"rooms":[{"name":"a b","members":["a","b"]}]}',
	'{"rooms":[{"name":"r","members":[1,2]}]}', '{"rooms":[{"name":"r","members":["",""]}]}', ' ' x 200_000, 'x' x 200_000);
my @form = ('%', '%zz', '%00', 'a=%ff', 'a[=1', 'a]=1', '[]=[]', '=', '&' x 1000,
	'a[b]' . '[c]' x 60 . '=1', join('&', map { "f$_=1" } 1 .. 2000), '{}',
	'msg[]=x', 'msg[a]=x', 'users[0][name]=x');
my @ids = ('', '.', '..', '%2e%2e', '%00', '%ff', '%2f', "a'b", 'x' x 3000,
	'%3Cscript%3E', '1%20OR%201=1', '%E2%80%AE', '*', 'NOWHERE');

sub send_raw {
	my ($verb, $path, $type, $body) = @_;
	return "$verb $path HTTP/1.1\r\nHost: x\r\nX-Auth-Token: $ada->{token}\r\n"
		. "X-User-Id: $ada->{id}\r\n" . ($type ? "Content-Type: $type\r\n" : '')
		. 'Content-Length: ' . length($body) . "\r\n\r\n$body";
}

# They share connections: a refusal must not spoil what comes behind it.
my ($socket, %bad);
sub try_it {
	my ($what, $bytes) = @_;
	for (1, 2) {
		$socket //= $chat->socket;
		$socket->send($bytes);
		my $r = $socket->reply;
		undef $socket if !$r || lc($r->header('connection') // '') eq 'close';
		next unless $r;
		my $fine = $r->status < 500 && $r->status != 200 &&
			$r->header('content-type') eq 'application/json' && $r->json;
		return $r->status if $fine || $r->status == 200;
		$bad{"$what: " . $r->status} = 1;
		return 0;
	}
	$bad{"$what: no answer"} = 1;
	return 0;
}

sub state {
	return qx{sqlite3 @{[$chat->dir]}/pocketchat.db "SELECT count(*) FROM user;
		SELECT count(*) FROM room; SELECT count(*) FROM message;
		SELECT count(*) FROM member; SELECT count(*) FROM role_permission"};
}

my $before = state();
my $tried = 0;
for my $route (@routes) {
	my ($verb, $path) = @$route;
	next if $path =~ /logout|removeOtherTokens/i;
	for my $id ($path =~ /:/ ? @ids : 'none') {
		(my $at = $path) =~ s/:\w+/$id/;
		$tried++;
		my $s = try_it("$verb $at", send_raw($verb, $at, '', ''));
		# settings/ with nothing behind it is the list of settings
		$bad{"$verb $at: a success"} = 1 if $s == 200 && $path =~ /:/ &&
			!($id eq '' && $path =~ m{^/api/v1/settings/:});
	}
	next if $verb eq 'GET';
	(my $at = $path) =~ s/:\w+/NOWHERE/;
	for my $body (@json) {
		$tried++;
		my $s = try_it("$verb $at " . substr($body, 0, 40),
			send_raw($verb, $at, 'application/json', $body));
		# a call that needs nothing takes an object of unknown members
		$bad{"$verb $at " . substr($body, 0, 40) . ': a success'} = 1
			if $s == 200 && !($path =~ m{^/api/v1/users\.(?:resetAvatar|setStatus)$} &&
				$body =~ /^\{/);
	}
	for my $body (@form) {
		$tried++;
		try_it("$verb $at " . substr($body, 0, 40), send_raw($verb, $at,
			'application/x-www-form-urlencoded', $body));
	}
}
is_deeply [sort keys %bad], [], 'all of it is refused cleanly';
cmp_ok $tried, '>', 500, "and there was enough of it ($tried)";
is state(), $before, 'nothing was changed';
my @posts = map { [$_, send_raw('POST', '/api/rooms/GENERAL/send',
	'application/json', $_)] } grep { !/^\{"msg"/ && length } @json;
try_it("send $_->[0]", $_->[1]) for @posts;
is state(), $before, 'not even in a room that is there';
is_deeply [sort keys %bad], [], 'as cleanly';
is $ada->post('rooms/GENERAL/send', { msg => 'still here' })->status, 200,
	'and the next request works';
done_testing;
