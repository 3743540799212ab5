#!/usr/bin/perl
# What is not HTTP beyond doubt is refused, and nothing behind it is parsed:
# each of these is followed by a good request that would send a message.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $admin = $chat->admin;
my $poison = $admin->request_text('POST', 'rooms/GENERAL/send',
	form => { msg => 'smuggled' });

sub refused {
	my ($what, $status, $bytes) = @_;
	my $w = $chat->socket;
	$w->send($bytes . $poison);
	my $r = $w->reply;
	ok $r && $r->status =~ /^(?:$status)$/ && $r->header('connection') eq 'close' &&
		$r->{status} =~ /^(?:fail|error)$/ && $r->{message} && $w->rest eq '',
		$what or diag $r;
}

# One field, among good ones.
sub field {
	my ($what, $line, $status) = @_;
	refused($what, $status // 400, "GET /api/version HTTP/1.1\r\nHost: a\r\n$line\r\nX: y\r\n\r\n");
}

sub request_line {
	my ($what, $line, $status) = @_;
	refused($what, $status // 400, "$line\r\nHost: a\r\n\r\n");
}

sub chunks {
	my ($what, $bytes, $status) = @_;
	refused($what, $status // 400, "POST /api/login HTTP/1.1\r\nHost: a\r\n" .
		"Transfer-Encoding: chunked\r\n\r\n$bytes");
}

field('Content-Length beside Transfer-Encoding', "Content-Length: 5\r\nTransfer-Encoding: chunked");
field('and the other way round', "Transfer-Encoding: chunked\r\nContent-Length: 5");
field('two lengths', "Content-Length: 1\r\nContent-Length: 2");
field("the length \"$_\"", "Content-Length: $_") for '', '+1', '-1', '0x1', '1 1', '1, 1', '1.0',
	'9007199254740993', '99999999999999999999', "1\xb2";
field("the coding \"$_\"", "Transfer-Encoding: $_", '400|501') for '', 'gzip', 'identity', 'xchunked',
	'chunked, chunked', 'chunked, identity', 'gzip, chunked', 'chunked;a=b', '"chunked"';
field('two codings', "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked");
field('a coding behind a control character', "Transfer-Encoding:\x0bchunked");
refused('a coding in HTTP/1.0', 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
refused('no Host', 400, "GET / HTTP/1.1\r\nX: y\r\n\r\n");
field('two Hosts', 'Host: a');
field('an unknown expectation', 'Expect: more', 417);
refused("the Host \"$_\"", 400, "GET / HTTP/1.1\r\nHost: $_\r\n\r\n")
	for 'a b', 'a/b', 'u@a', '[::1', 'a:x', 'a:70000', "a\x80", 'a?b', '[1.2.3.4]';
field('a folded line', "A: b\r\n c");
refused('a first line that is folded', 400, "GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n");
field('a space before the colon', 'A : b');
field('a tab before the colon', "A\t: b");
field('a name of nothing', ': b');
field('a line without colon', 'A b');
field("the name \"$_\"", "$_: b") for 'A(', 'A@B', 'A/B', "A\xe4", '"A"', 'A{}';
field(sprintf('the character %02x in a value', ord), "A: b${_}c")
	for "\0", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x7f", "\r";
field('NUL in a name', "A\0: b");
field('a bare LF behind a field', "A: b\nC: d");
refused('bare LFs', 400, "GET / HTTP/1.1\nHost: a\n\n");
refused('a bare LF behind the request line', 400, "GET / HTTP/1.1\nHost: a\r\n\r\n");
refused('a bare LF at the end of the head', 400, "GET / HTTP/1.1\r\nHost: a\r\n\n");
refused('a bare CR in the request line', 400, "GET /\rHTTP/1.1\r\nHost: a\r\n\r\n");
refused('CR CR LF', 400, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n");
request_line('the version ' . $_, "GET / $_", '400|505') for 'HTTP/0.9', 'HTTP/1.2', 'HTTP/2.0',
	'HTTP/1.10', 'HTTP/11', 'http/1.1', 'HTTP/1.1 ', 'HTTP /1.1', 'HTTP/1,1', 'ICY/1.1', '';
request_line('no version', 'GET /');
request_line('two spaces', 'GET  / HTTP/1.1');
request_line('a space in front', ' GET / HTTP/1.1');
request_line('a tab', "GET\t/\tHTTP/1.1");
request_line("the target \"$_\"", "GET $_ HTTP/1.1") for '/a#b', 'http://u@a/', 'http://u:p@a/',
	'a', '*', 'http://', 'http:///x', "/\x01", "/\0", "/\x7f", 'a:80', 'ftp://a/', '//#';
request_line('a method that is no token', 'G(T / HTTP/1.1');
request_line('CONNECT', 'CONNECT a:80 HTTP/1.1', '400|405|501');
refused('TLS on a plain port', 400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");
refused('the preface of HTTP/2', '400|505', "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

chunks("the chunk size \"$_\"", "$_\r\na\r\n0\r\n\r\n") for '', 'g', '-1', '+1', '0x1', ' 1', '1 ', "1\t",
	'00000000000000001', "1\0", '1,1', "1;", '1;=b', '1;a=', '1;a="b', "1;a=\"\x01\"", '1 a', "1;a\r";
chunks('a chunk size over all limits', "ffffffffffffffff\r\n", 413);
chunks('a chunk longer than its size', "1\r\nab\r\n0\r\n\r\n");
chunks('a chunk shorter than its size', "3\r\na\r\n0\r\n\r\n");
chunks('bare LFs around a chunk', "1\na\n0\n\n");
chunks('a bare CR behind a chunk', "1\r\na\rX0\r\n\r\n");
chunks("the trailer \"$_\"", "0\r\n$_\r\n\r\n") for 'A b', ' A: b', 'A : b', "A: \0", ': b';
chunks('a bare LF behind a trailer', "0\r\nA: b\n\r\n");

is scalar(grep { !$_->{t} } @{ $admin->get('rooms/GENERAL/messages')->{messages} }), 0,
	'no message was ever sent behind a request that was refused';
is $chat->anyone->get('version')->status, 200, 'and the server lives on';
done_testing;
