#!/usr/bin/perl
# cert self-signed: HTTPS in two commands.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(start => 0);
my $dir = $chat->dir;
sub cli { return $chat->cli(@_) }

my ($status, $out, $err) = cli('cert', 'self-signed', '--host', 'chat.example.org');
is $out, "--tls-cert $dir/cert.pem --tls-key $dir/key.pem\n", 'it prints the flags to use';
ok $status == 0 && $err =~ /chat\.example\.org/, 'and says what it made' or diag $err;
is sprintf('%o', (stat $_)[2] & 0777), '600', "$_ is ours alone"
	for "$dir/cert.pem", "$dir/key.pem";
is sprintf('%o', (stat $dir)[2] & 0777), '700', 'so is the directory';
my $text = `openssl x509 -in '$dir/cert.pem' -noout -text 2>&1`;
like $text, qr/DNS:chat\.example\.org, DNS:localhost, IP Address:127\.0\.0\.1/, 'it names its hosts';
my $cert = `cat '$dir/cert.pem'`;
($status, $out, $err) = cli('cert', 'self-signed');
ok $status == 1 && $err =~ /cert\.pem is there already/, 'it writes over nothing';
unlink "$dir/cert.pem";
($status, $out, $err) = cli('cert', 'self-signed');
ok $status == 1 && $err =~ /key\.pem is there already/ && !-e "$dir/cert.pem",
	'not even over half of it';
for my $host ('a,DNS:b', 'a b', '', "a\nb", 'a' x 65, '*.example.org') {
	unlink "$dir/cert.pem", "$dir/key.pem";
	($status, $out, $err) = cli('cert', 'self-signed', "--host=$host");
	ok $status == 1 && !-e "$dir/key.pem", 'a host is a host'
		or diag "$host: $status $out$err";
}
is((cli('cert', 'self-signed', '--host', $_))[0], 0, "$_ is one"), unlink "$dir/cert.pem", "$dir/key.pem"
	for qw(localhost 192.0.2.1 2001:db8::1);

cli('cert', 'self-signed');
my $tls = chat(dir => $dir, listen => ['https://127.0.0.1:0'],
	args => ['--tls-cert', "$dir/cert.pem", '--tls-key', "$dir/key.pem"]);
my $port = $tls->tls_port;
like `curl -s --cacert '$dir/cert.pem' https://localhost:$port/api/version`, qr/"api": "0\.1"/,
	'curl believes it';
($status, $out) = $tls->cli('check', '--tls-cert', "$dir/cert.pem", '--tls-key', "$dir/key.pem");
like $out, qr/^ok .*cert\.pem: 36\d days left$/m, 'check counts its days';
done_testing;
