#!/usr/bin/perl
# What is spoken: TLS 1.2 and 1.3, forward secret AEAD, http/1.1.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Tls;

my $chat = chat(tls => 1);
my $any = '@SECLEVEL=0';

sub accepts {
	my ($sentence, $cipher, @args) = @_;
	like s_client($chat, @args), qr/, Cipher is $cipher$/m, $sentence;
}

sub refuses {
	my ($sentence, $why, @args) = @_;
	my $said = s_client($chat, @args);
	ok $said =~ /Cipher is \(NONE\)/ && $said =~ $why, $sentence
		or diag $said;
}

accepts('TLS 1.3 is the first choice', 'TLS_AES_256_GCM_SHA384');
accepts("TLS 1.3 has $_", $_, '-tls1_3', '-ciphersuites', $_)
	for qw(TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384
	TLS_CHACHA20_POLY1305_SHA256);
accepts("TLS 1.2 has $_", $_, '-tls1_2', '-cipher', $_)
	for qw(ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384
	ECDHE-ECDSA-CHACHA20-POLY1305);
accepts('the server chooses', 'ECDHE-ECDSA-AES128-GCM-SHA256', '-tls1_2',
	'-cipher', 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256');
accepts('but lets those have ChaCha who like it best',
	'ECDHE-ECDSA-CHACHA20-POLY1305', '-tls1_2', '-cipher',
	'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256');
refuses("$_ is too old", qr/alert protocol version|no protocols available/,
	"-$_", '-cipher', "ALL$any") for qw(tls1 tls1_1);
refuses("TLS 1.2 has no $_", qr/alert handshake failure|no cipher match/,
	'-tls1_2', '-cipher', "$_$any")
	for qw(ECDHE-ECDSA-AES128-SHA ECDHE-ECDSA-AES256-SHA384 AES128-GCM-SHA256
	DHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES128-CCM NULL aNULL);
refuses('TLS 1.3 has no CCM', qr/alert handshake failure/,
	'-tls1_3', '-ciphersuites', 'TLS_AES_128_CCM_SHA256');
accepts("a key is exchanged by $_", '\S+', '-groups', $_) for qw(X25519 P-256 P-384);
refuses('but not by P-521', qr/alert handshake failure/, '-groups', 'P-521');
refuses('nothing is signed with SHA-1', qr/alert handshake failure/, '-tls1_2',
	'-sigalgs', 'ECDSA+SHA1', '-cipher', "ALL$any");

like s_client($chat, '-alpn', 'h2,http/1.1'), qr/^ALPN protocol: http\/1\.1$/m,
	'http/1.1 is agreed on';
like s_client($chat), qr/^No ALPN negotiated$/m, 'who offers nothing is served';
refuses('who offers only h2 is refused', qr/alert no application protocol/,
	'-alpn', 'h2');

my $said = s_client($chat, '-tls1_2');
like $said, qr/^Secure Renegotiation IS supported$/m, 'renegotiation would be secure';
like $said, qr/^Compression: NONE$/m, 'nothing is compressed';
like s_client($chat, '-tls1_3', \"GET / HTTP/1.0\r\n\r\n"), qr/Max Early Data: 0$/m,
	'no ticket allows early data';
my $port = $chat->tls_port;
$said = qx{(echo R; sleep 1) | timeout 20 openssl s_client -tls1_2 -connect 127.0.0.1:$port 2>&1};
ok $said =~ /^RENEGOTIATING/m && $said =~ /no renegotiation/, 'but is refused' or diag $said;
$said = qx{(echo K; sleep 1; printf 'GET /api/version HTTP/1.0\\r\\n\\r\\n'; sleep 1) |
	timeout 20 openssl s_client -tls1_3 -connect 127.0.0.1:$port 2>&1};
ok $said =~ /^KEYUPDATE/m && $said =~ m{^HTTP/1\.1 200 }m, 'keys may change on the way'
	or diag $said;
done_testing;
