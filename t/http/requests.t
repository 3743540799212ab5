#!/usr/bin/perl
# HTTP/1.1 and 1.0 as clients speak it.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $admin = $chat->admin;
my $head = "Host: a\r\nX-Auth-Token: " . $admin->token . "\r\nX-User-Id: " . $admin->id . "\r\n";
my $w = $chat->socket;

sub ask {
	my ($bytes, $method) = @_;
	$w->send($bytes);
	return $w->reply($method);
}

my $get = ask("GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n");
is $get->status, 200, 'a request';
is $get->header('content-type'), 'application/json', 'is answered as JSON';
is $get->header('connection'), undef, 'and the connection is kept';
is ask("\r\n\r\nGET /api/version HTTP/1.1\r\nHost: a\r\n\r\n")->status, 200,
	'empty lines before a request are forgiven';
is(ask("GET $_ HTTP/1.1\r\nHost: a\r\n\r\n")->status, 200, "the target $_")
	for qw(/api/version/ http://b/api/version http://b:80/api/version /api/version?);
is ask("GET /api/version HTTP/1.1\r\nhOsT:a\r\n\r\n")->status, 200, 'names in any case, no space';
is ask("GET /api/version HTTP/1.1\r\nHost:\r\n\r\n")->status, 200, 'a Host of nothing';

my $r = ask("HEAD /api/version HTTP/1.1\r\nHost: a\r\n\r\n", 'HEAD');
my %same = map { $_ => [$get->header($_), $r->header($_)] } keys %{ $get->headers };
delete $same{date};
is_deeply [map { $_->[1] } @same{sort keys %same}], [map { $_->[0] } @same{sort keys %same}],
	'HEAD has the headers of GET';
is keys(%{ $r->headers }), keys(%{ $get->headers }), 'and no others';
is ask("GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n")->raw =~ s/Date:.*//r,
	$get->raw =~ s/Date:.*//r, 'and no body: what follows is read right';

$r = ask("OPTIONS /api/version HTTP/1.1\r\nHost: a\r\n\r\n");
is_deeply [$r->status, $r->header('allow'), $r->body], [200, 'GET, OPTIONS', ''], 'OPTIONS of a path';
$r = ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
is_deeply [$r->status, $r->body], [200, ''], 'OPTIONS *';
for my $verb (qw(TRACE PUT BREW get)) {
	$r = ask("$verb /api/version HTTP/1.1\r\nHost: a\r\n\r\n");
	is $r->status, 405, "$verb is not allowed";
	is $r->header('allow'), 'GET, OPTIONS', 'and what is, is told';
}

is ask("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")->status, 404, 'the echo for tools is not in this build';

sub send_text {
	my ($type, $framing) = @_;
	return "POST /api/rooms/GENERAL/send HTTP/1.1\r\n${head}Content-Type: $type\r\n$framing";
}

my $json = 'application/json';
for my $case (
	['a JSON body', $json, "Content-Length: 11\r\n\r\n{\"msg\":\"m\"}"],
	['a form', 'application/x-www-form-urlencoded', "Content-Length: 5\r\n\r\nmsg=m"],
	['its length said twice', $json, "Content-Length: 11\r\nContent-Length: 11\r\n\r\n{\"msg\":\"m\"}"],
	['a body in chunks', $json,
		"Transfer-Encoding: Chunked\r\n\r\n5\r\n{\"msg\r\n006;a=\"b;\\\"\";c\r\n\":\"m\"}\r\n0\r\n\r\n"],
	['trailers', 'application/x-www-form-urlencoded',
		"Transfer-Encoding: chunked\r\n\r\nB\r\nmsg=m&a=%20\r\n000\r\nX-Auth-Token: x\r\nHost: b\r\n\r\n"]) {
	$r = ask(send_text($case->[1], $case->[2]));
	is $r->status, 200, "$case->[0]" or diag $r;
	is $r->{message}{msg}, 'm', 'arrives whole';
}
$r = ask("POST /api/rooms/GENERAL/send HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" .
	"5\r\nmsg=m\r\n0\r\nX-Auth-Token: " . $admin->token . "\r\nX-User-Id: " . $admin->id . "\r\n\r\n");
is $r->status, 401, 'a trailer never becomes a header';

# In one write: the answers come in order.
my $many = '';
$many .= $_ % 7 ? $admin->request_text('POST', 'rooms/GENERAL/send', form => { msg => "p$_" }) :
	"GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n" for 1 .. 200;
$w->send($many);
my @seen = map { my $x = $w->reply; $x->{versions} ? 'v' : $x->{message}{msg} } 1 .. 200;
is_deeply \@seen, [map { $_ % 7 ? "p$_" : 'v' } 1 .. 200], '200 requests at once, 200 answers in order';

for my $case (['', 0], ["Connection: keep-alive\r\n", 1], ["Connection: close\r\n", 0],
	["Connection: Keep-Alive, x\r\n", 1], ["Connection: keep-alive, close\r\n", 0]) {
	my $old = $chat->socket;
	$old->send("GET /api/version HTTP/1.0\r\n$case->[0]\r\n");
	$r = $old->reply;
	my $kept = $case->[1];
	is $r->status, 200, "HTTP/1.0 $case->[0]" =~ s/\s+\z//r;
	is $r->header('connection'), $kept ? 'keep-alive' : 'close', $kept ? 'is kept and told so' : 'closes';
	$old->send("GET /api/version HTTP/1.0\r\n\r\n") if $kept;
	is(($kept ? $old->reply->status : $old->rest), $kept ? 200 : '', 'as it said');
}
$r = ask("GET /api/version HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\nGET /");
is $r->header('connection'), 'close', 'Connection: close is honoured';
is $w->rest, '', 'and nothing follows';
done_testing;
