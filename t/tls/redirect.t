#!/usr/bin/perl
# https_redirect: http:// answers nothing but where https:// is.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(tls => 1, settings => { https_redirect => 'on', trusted_proxies => '127.0.0.2' });
my $anyone = $chat->anyone;
my $there = 'https://localhost:' . $chat->tls_port;

sub ask { return $anyone->request(@_) }

for my $path ('/', '/api/version', '/api/rooms/x/messages?count=1&latest=%20', '/nowhere', '//a/b',
	'/a/../b?', '/%00') {
	my $r = ask('GET', $path);
	is $r->status, 308, "GET $path";
	is $r->header('location'), "$there$path", 'is at https:// as it is';
	ok !$r->header('connection') && $r->body eq '', 'and nothing else is said';
}
is ask($_, '/api/version')->status, 308, $_ for qw(HEAD OPTIONS DELETE PUT BREW);
my $r = ask('GET', '/api/info', headers => [Origin => 'http://x']);
is $r->header('strict-transport-security'), undef, 'no promise is made in the open';

for (['127.0.0.1:1' => '127.0.0.1'], ['[::1]:80' => '[::1]'], ['[::1]' => '[::1]'],
	['Chat.Example.org' => 'Chat.Example.org'], ['x:' => 'x']) {
	my ($host, $name) = @$_;
	my $text = $chat->raw("GET /x HTTP/1.1\r\nHost: $host\r\n\r\n");
	like $text, qr{^Location: https://\Q$name\E:@{[$chat->tls_port]}/x\r$}m, "Host: $host";
}
like $chat->raw("GET /x HTTP/1.0\r\n\r\n", count => 'all'), qr{^HTTP/1\.1 400 .*HTTPS only}s,
	'without a host there is nowhere to send to';
like $chat->raw("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), qr{^HTTP/1\.1 400 }, 'nor is there for *';

for my $header (['Authorization', 'Bearer x'], ['X-Auth-Token', 'x'], ['Cookie', 'rc_token=x']) {
	$r = ask('GET', '/api/version', headers => $header);
	is $r->status, 403, "$header->[0] was heard by others";
	is $r->header('location'), undef, 'and is not sent on';
}
$r = ask('POST', '/api/login', form => { user => 'ada', password => 'x' });
is $r->status, 403, 'so was the password of a login';
is $r->header('connection'), 'close', 'that is not even read';
ok $anyone->{wire}->closed, 'the connection ends';

my $w = $chat->socket;
$w->send("POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\nExpect: 100-continue\r\n\r\n");
$r = $w->reply;
ok $r->status == 308 && $r->raw !~ /100 Continue/, 'no body is read' or diag $r->raw;
ok $w->closed, 'nor waited for';
$w = $chat->socket;
$w->send("POST /api/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nGET /y HTTP/1.1\r\n");
$r = $w->reply;
ok $r->status == 308 && $w->closed, 'nor taken for a request';

is $chat->anyone(tls => 1)->get('version')->status, 200, 'https:// is as ever';
$w = $chat->socket(local => '127.0.0.2');
$w->send("GET /api/version HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\n\r\n");
is $w->reply->status, 200, 'a trusted proxy that had TLS is served';
$w->send("GET /api/version HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: http\r\n\r\n");
is $w->reply->status, 308, 'one that had none is sent on';
is ask('GET', '/api/version', headers => ['X-Forwarded-Proto', 'https'])->status, 308,
	'nobody else is believed';

for my $root ('https://chat.example.org', 'https://chat.example.org/', 'https://chat.example.org/rc/') {
	$chat = chat(settings => { https_redirect => 'on', root_url => $root });
	my $want = $root =~ s{/$}{}r . '/api/version?x';
	is $chat->anyone->get('/api/version?x')->header('location'), $want, "root_url = $root";
}
$chat = chat(start => 0);
my ($status, $out, $err) = $chat->cli('serve', '--listen', 'http://127.0.0.1:0',
	'--https-redirect', 'on', { seconds => 10 });
ok $status == 1 && $err =~ /https_redirect: nothing listens on https/, 'there must be a place to send to';
done_testing;
