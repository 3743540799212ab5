#!/usr/bin/perl
# check: what is wrong is found, and what is right is not blamed.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my $dir = $chat->dir;

sub finds {
	my ($words, $want, $line, $sentence) = @_;
	my ($status, $out, $err) = $chat->cli('check', @$words);
	ok $status == $want && $out =~ /^$line/m && $out !~ /^(?!ok |warn |fail )./m,
		$sentence or diag "exit $status: $out$err";
}

finds([], 0, 'ok database$', 'a fresh server is fine');
finds([], 0, "ok a server runs on it \\(pid @{[$chat->pid]}\\)", 'and seen to run');
unlike +($chat->cli('check'))[1], qr/^(?:warn|fail)/m, 'nothing is blamed';
finds(['--max-body', 'x'], 1, 'fail settings: max_body', 'a bad setting');
finds(['--listen', 'http://0.0.0.0:1'], 1, 'fail settings: .*plain_http', 'that does not fit');
open my $conf, '>', "$dir/pocketchat.conf" or die;
print {$conf} "\nmax_boddy = 1\n";
close $conf;
finds([], 1, 'fail settings: .*pocketchat\.conf:2: .*max_body', 'a bad file, by its line');
unlink "$dir/pocketchat.conf";

chmod 0755, $dir;
finds([], 0, "warn $dir: others may look: chmod 700", 'an open directory is a warning');
chmod 0777, $dir;
finds([], 1, "fail $dir: others may write", 'one that others write in is a fault');
chmod 0700, $dir;
chmod 0640, "$dir/pocketchat.db";
finds([], 1, "fail $dir/pocketchat.db: others may open it: chmod 600", 'so is an open database');
chmod 0600, "$dir/pocketchat.db";

$chat->make_certificate;
my @tls = ('--tls-cert', $chat->cert, '--tls-key', $chat->key);
chmod 0600, $chat->key;
finds(\@tls, 0, 'warn .*cert\.pem: [12] days left', 'a certificate that ends soon');
finds(\@tls, 0, 'ok .*key\.pem is ours alone', 'with its key');
chmod 0644, $chat->key;
finds(\@tls, 1, 'fail .*key\.pem: others may read it', 'which is secret');
chmod 0640, $chat->key;
finds(\@tls, 0, 'warn .*key\.pem: its group', 'but may be a groups');
chmod 0600, $chat->key;
finds([@tls, '--user', 'no-such-user'], 1, 'fail user no-such-user', 'the user exists');
SKIP: {
	skip 'only root gives files away', 1 if $>;
	finds([@tls, '--user', 'nobody'], 1, 'fail .*key\.pem: the user nobody cannot read it',
		'and can read the key');
}
finds(['--tls-cert', $chat->key, '--tls-key', $chat->key], 1, 'fail .*key\.pem',
	'a key is no certificate');
finds(['--tls-cert', '/no/cert', '--tls-key', '/no/key'], 1, 'fail /no/key: No such file',
	'what is not there is missed');
my $other = chat(start => 0);
$other->make_certificate;
finds(['--tls-cert', $chat->cert, '--tls-key', $other->key], 1, 'fail ', 'a key of another lock');

my ($status, $out) = $other->cli('check');
ok $status == 1 && $out =~ /^fail .*No such file/m && !-e $other->dir, 'no data is a fault, and stays none';
$chat->stop;
finds([], 0, 'ok database$', 'a server that has stopped');
unlike +($chat->cli('check'))[1], qr/a server runs/, 'is not seen to run';

# A page of the database is spoilt behind its header.
open my $db, '+<:raw', "$dir/pocketchat.db" or die;
seek $db, 4096 * 3, 0;
print {$db} "\xff" x 8192;
close $db;
finds([], 1, 'fail ', 'a spoilt database');
done_testing;
