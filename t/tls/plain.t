#!/usr/bin/perl
# Where plain HTTP is served, and what https:// promises.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(tls => 1);
my $r = $chat->anyone(tls => 1)->get('version');
is $r->header('strict-transport-security'), 'max-age=31536000', 'https:// asks to be used for a year';
$r = $chat->anyone(tls => 1)->get('nowhere');
is $r->header('strict-transport-security'), 'max-age=31536000', 'with every answer';
is $chat->anyone->get('version')->header('strict-transport-security'), undef,
	'http:// does not speak of it';
my ($plain, $tls) = ($chat->port, $chat->tls_port);
my $cert = $chat->cert;
like qx{curl -s --cacert '$cert' https://localhost:$tls/api/version}, qr/"api"/, 'curl is served';
like qx{curl -s --cacert '$cert' https://127.0.0.1:$tls/api/version}, qr/"api"/, 'by address, too';
isnt system("curl -s https://localhost:$tls/api/version >/dev/null 2>&1"), 0,
	'but does not believe just anybody';

my $other = chat(start => 0);
for my $url (qw(http://0.0.0.0:0 http://[::]:0 http://192.0.2.1:0)) {
	my ($status, $out, $err) = $other->cli('serve', '--listen', $url, { seconds => 10 });
	ok $status == 1 && $err =~ /plain HTTP is served on loopback only/, "$url is refused" or diag $err;
}
for my $url (qw(http://127.0.0.1:0 http://127.3.2.1:0 http://localhost:0)) {
	ok chat(listen => [$url])->port, "$url is not";
}
my $open = chat(listen => ['http://0.0.0.0:0'], settings => { plain_http => 'anywhere' });
is $open->anyone->get('version')->status, 200, 'plain_http = anywhere: it is served';
done_testing;
