#!/usr/bin/perl
# The same bytes, however they are cut into pieces, get the same answer.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $admin = $chat->admin;
my $token = $admin->token;
my $id = $admin->id;

my %request = (
	'a GET' => "GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n",
	'two of them' => "\r\nGET /api/version HTTP/1.1\r\nHost: a\r\n\r\n" x 2,
	'a body' => "POST /api/rooms/x/send HTTP/1.1\r\nHost: a\r\nX-Auth-Token: $token\r\n" .
		"X-User-Id: $id\r\nContent-Length: 5\r\n\r\nmsg=m",
	'chunks' => "POST /api/rooms/x/send HTTP/1.1\r\nHost: a\r\nX-Auth-Token: $token\r\n" .
		"X-User-Id: $id\r\nTransfer-Encoding: chunked\r\n\r\n" .
		"3;a=\"b\"\r\nmsg\r\n02\r\n=m\r\n0\r\nA: b\r\n\r\nGET /api/version HTTP/1.1\r\nHost: a\r\n\r\n",
	'a bad chunk' => "POST /api/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
	'a bare CR' => "GET /api/version HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
);

# All answers up to the close, without what differs by time.
sub answer {
	my (@pieces) = @_;
	my $w = $chat->socket;
	for my $piece (@pieces) {
		$w->send($piece) or last; # refused already
		select undef, undef, undef, 0.0005 if @pieces < 4;
	}
	$w->shut;
	return $w->rest =~ s/^Date: [^\r]*\r\n//gmr;
}

for my $name (sort keys %request) {
	my $bytes = $request{$name};
	my $want = answer($bytes);
	like $want, qr/\AHTTP/, "$name is answered";
	my @other = grep { answer(substr($bytes, 0, $_), substr $bytes, $_) ne $want }
		1 .. length($bytes) - 1;
	is "@other", '', 'and the same when cut in two anywhere';
	is answer(split //, $bytes), $want, 'and byte by byte';
}
done_testing;
