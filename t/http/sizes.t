#!/usr/bin/perl
# How large a request may be: 413, 414, 431, each as soon as it is known.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(settings => { max_line => 1000, max_head => 3000, max_body => '8k', max_bulk_body => '16k' });
my $admin = $chat->admin;
my $auth = 'X-Auth-Token: ' . $admin->token . "\r\nX-User-Id: " . $admin->id . "\r\n";

sub status {
	my ($bytes) = @_;
	my $w = $chat->socket;
	$w->send($bytes);
	my $r = $w->reply;
	return $r->status . (($r->header('connection') // '') eq 'close' && $w->rest eq '' ? ' close' : '');
}

sub line { return 'GET /api/version?' . 'a' x ($_[0] - 26) . " HTTP/1.1\r\nHost: a\r\n\r\n" }
is status(line(1000)), 200, 'a line of max_line';
is status(line(1001)), '414 close', 'and one byte more';
is status('GET /' . 'a' x 1200), '414 close', 'which need not end to be too long';

sub head {
	my ($size) = @_;
	my $head = "GET /api/version HTTP/1.1\r\nHost: a\r\n";
	$head .= sprintf "X: %s\r\n", 'b' x ($size - length($head) - 7);
	return "$head\r\n";
}
is status(head(2990)), 200, 'a head of max_head';
is status(head(3010)), '431 close', 'and a little more';
is status("GET /api/version HTTP/1.1\r\nHost: a\r\nX: " . 'b' x 4000), '431 close', 'without an end, too';
is status("\r\n" x 2000), '431 close', 'empty lines are counted';
is status("GET /api/version HTTP/1.1\r\nHost: a\r\n" . "A:\r\n" x $_->[0] . "\r\n"), $_->[1],
	"$_->[0] fields beside Host" for [99, '200'], [100, '431 close'];

sub post { return "POST /api/login HTTP/1.1\r\nHost: a\r\n$_[0]\r\n" }
is status(post("Content-Length: 8192\r\n") . 'a=' . 'b' x 8190), 401, 'a body of max_body';
is status(post("Content-Length: 8193\r\n")), '413 close', 'a byte more is refused before it comes';
is status(post("Content-Length: $_\r\n")), '413 close', "so are $_"
	for 4294967297, 9007199254740992;
my $chunked = post("Transfer-Encoding: chunked\r\n");
is status($chunked . "1000\r\n" . 'a' x 4096 . "\r\n1000\r\n" . 'a' x 4096 . "\r\n0\r\n\r\n"), 401,
	'chunks of max_body in all';
is status($chunked . "1000\r\n" . 'a' x 4096 . "\r\n1001\r\n"), '413 close', 'and a byte more';
is status($chunked . "1\r\na\r\n" x 8192 . "0\r\n\r\n"), 401, 'in chunks of one byte, too';
is status($chunked . '1;' . 'a' x 4000), '431 close', 'a long chunk extension';
is status($chunked . '1;' . 'a' x 1000 . "\r\nb\r\n" . '1;' . 'a' x 2000 . "\r\n"), '431 close',
	'they are counted together';
is status($chunked . "0\r\n" . "A: b\r\n" x 600), '431 close', 'so are trailers';

my $json = '{"users":[' . ' ' x 12000 . ']}';
my $bulk = "POST /api/bulk/register HTTP/1.1\r\nHost: a\r\n${auth}Content-Type: application/json\r\n";
is status($bulk . 'Content-Length: ' . length($json) . "\r\n\r\n$json"), 200,
	'a bulk call may be longer';
is status($bulk . "Content-Length: 16385\r\n\r\n"), '413 close', 'up to max_bulk_body';

# The refusal can be read although more than the socket holds was under way.
my $w = $chat->socket;
$w->send(post("Content-Length: 1000000\r\n") . 'x' x 900_000 .
	$admin->request_text('POST', 'rooms/GENERAL/send', form => { msg => 'smuggled' }));
is $w->reply->status, 413, 'the answer is heard over the body';
is $w->rest, '', 'of which nothing is taken for a request';
ok !$w->was_reset, 'and they part in peace';
is scalar(grep { !$_->{t} } @{ $admin->get('rooms/GENERAL/messages')->{messages} }), 0, 'no message was sent';

# Interim answers: only for a body that will be read.
$w = $chat->socket;
my $expect = "Expect: 100-continue\r\nContent-Length: ";
$w->send(post("${expect}3\r\n"));
is $w->until(qr/\r\n\r\n/), "HTTP/1.1 100 Continue\r\n\r\n", '100 Continue for a body that is welcome';
$w->send('a=b');
is $w->reply->status, 401, 'which is read then';
$w->send(post("${expect}3\r\n") . 'a=b');
unlike $w->reply->raw, qr/ 100 /, 'not for one that is here already';
$w->send(post("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n"));
is $w->until(qr/\r\n\r\n/), "HTTP/1.1 100 Continue\r\n\r\n", 'for chunks';
$w->send("0\r\n\r\n");
is $w->reply->status, 401, 'which are read, too';
$w->send("GET /api/version HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n");
unlike $w->reply->raw, qr/ 100 /, 'not where there is no body';
$w->send("POST /api/login HTTP/1.0\r\nConnection: keep-alive\r\n${expect}3\r\n\r\na=b");
unlike $w->reply->raw, qr/ 100 /, 'not to HTTP/1.0';
$w->send(post("${expect}9000\r\n"));
my $r = $w->reply;
ok $r->status == 413 && $r->raw !~ / 100 /, 'and not for one that is too large';
done_testing;
