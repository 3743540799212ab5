#!/usr/bin/perl
# Certificates and keys that serve, and such that do not.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Tls;

my $chat = chat(start => 0);
my $home = $chat->home;
my ($cert, $key) = ($chat->cert, $chat->key);

sub refused {
	my ($sentence, $line) = @_;
	my ($status, $out, $err) = $chat->cli('serve', '--listen', 'https://127.0.0.1:0',
		'--tls-cert', $cert, '--tls-key', $key, { seconds => 20 });
	ok(($status // -1) == 1 && $err =~ /^pocketchat: $line/m, $sentence)
		or diag 'exit ' . ($status // 'none') . ": $out$err";
	is $err =~ tr/\n//, 1, 'in one line' or diag $err;
}

refused('without files there is no start', "\Q$cert\E: No such file or directory\$");
make_pair($cert, $key);
unlink $key;
refused('nor without the key', "\Q$key\E: No such file or directory\$");
make_pair("$home/other.pem", $key);
refused('nor with a key of another', "\Q$key\E: key values mismatch\$");
make_pair($cert, $key, pass => 'secret');
refused('a key that needs a password is not asked for it', "\Q$key\E: is encrypted");
make_pair($cert, $key);
rename $key, "$home/swap";
rename $cert, $key;
rename "$home/swap", $cert;
refused('both in the wrong place', "\Q$cert\E: no start line\$");
SKIP: {
	skip 'root reads everything', 2 unless $>;
	make_pair($cert, $key);
	chmod 0, $key;
	refused('a key that we may not read', "\Q$key\E: Permission denied\$");
}

make_pair("$home/ca.pem", "$home/ca.key", cn => 'authority', ca => 1);
make_pair($cert, $key, by => ["$home/ca.pem", "$home/ca.key"]);
make_pair("$home/rsa.pem", "$home/rsa.key", type => 'rsa');
open my $chain, '>>', $cert or die;
open my $ca, '<', "$home/ca.pem" or die;
print {$chain} <$ca>;
close $chain;
chmod 0644, $key;

my $tls = chat(tls => 1, start => 0);
@$tls{qw(args listen tls)} = (['--tls-cert', $cert, '--tls-key', $key],
	['https://127.0.0.1:0'], 0);
$tls->start;
my $said = s_client($tls, '-showcerts', '-CAfile', "$home/ca.pem", '-verify_return_error');
is +(() = $said =~ /BEGIN CERTIFICATE/g), 2, 'the whole chain is shown'
	or diag $said;
like $said, qr/^Verify return code: 0 \(ok\)/m, 'who trusts the authority believes it';
my $port = $tls->tls_port;
like qx{curl -s --cacert '$home/ca.pem' https://localhost:$port/api/version}, qr/"api": "0\.1"/,
	'so does curl';
like $tls->log, qr/level=warn msg="others may read the key" file=\S*key\.pem/,
	'an open key is worth a warning';
rename "$home/rsa.pem", $cert;
rename "$home/rsa.key", $key;
ok reload($tls, 'msg=reloaded'), 'RSA in place of ECDSA';
like s_client($tls, '-tls1_2'), qr/Cipher is ECDHE-RSA-AES128-GCM-SHA256$/m, 'serves TLS 1.2';
like s_client($tls, '-tls1_3'), qr/^Peer signature type: RSA-PSS$/m, 'and TLS 1.3';
is +(() = $tls->log =~ /others may read/g), 1, 'a key of ours alone is not blamed';
done_testing;
