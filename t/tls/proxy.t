#!/usr/bin/perl
# Behind a proxy: a Unix socket, and whose word about clients is believed.
use strict;
use warnings;
use File::Temp;
use IO::Socket::UNIX;
use Test::More;
use lib 't/lib';
use Chat;

my $dir = File::Temp->newdir('pocketchat-XXXXXX', TMPDIR => 1);
my $path = "$dir/sock";
my %o = (listen => ["unix:$path", 'http://127.0.0.1:0'], settings => {
	login_throttle => 'on', trusted_proxies => 'unix, 127.0.0.2, 10.0.0.0/8' });
my $chat = chat(%o);
my $body = 'user=nobody&password=x';

# A login that fails, as proxies hand it on: its status.
sub try {
	my ($w, $for) = @_;
	$w->send("POST /api/login HTTP/1.1\r\nHost: x\r\n" .
		($for ? "X-Forwarded-For: $for\r\n" : '') .
		'Content-Type: application/x-www-form-urlencoded' .
		"\r\nContent-Length: " . length($body) . "\r\n\r\n$body");
	return $w->reply->status;
}

sub blames {
	my ($address, $sentence) = @_;
	ok $chat->logged(qr/login refused.*from=\Q$address\E$/m), $sentence or diag $chat->log;
}

is sprintf('%o', (stat $path)[2] & 0777), '660', 'the socket is for its owner and group';
my $w = Wire->unix($path);
is try($w), 401, 'it serves';
blames('unix', 'a client of whom nothing is known');
is try($w, '192.0.2.1'), 401, 'a proxy on it';
blames('192.0.2.1', 'is believed about the client');
try($w, '198.51.100.9, 192.0.2.2, 10.1.2.3');
blames('192.0.2.2', 'the last one who is no proxy counts');
unlike $chat->log, qr/198\.51\.100\.9/, 'what he says of others does not';
try($w, '2001:db8::1');
blames('2001:db8::1', 'IPv6 is known, too');
# On a slow machine the first is forgiven before the last comes.
my ($failures, $said) = (0);
$failures++ while $failures < 20 && ($said = try($w, '192.0.2.7')) == 401;
cmp_ok $failures, '>=', 5, 'failures';
is $said, 429, 'are too many soon';
is try($w, '192.0.2.8'), 401, 'only for the one who tried';

my $proxy = $chat->socket(local => '127.0.0.2');
try($proxy, '192.0.2.3');
blames('192.0.2.3', 'a proxy by TCP is believed');
my $liar = $chat->socket;
try($liar, '192.0.2.4');
blames('127.0.0.1', 'nobody else is');
unlike $chat->log, qr/192\.0\.2\.4/, 'in anything';

my $second = chat(start => 0);
my ($status, $out, $err) = $second->cli('serve', '--listen', "unix:$path", { seconds => 10 });
ok $status == 1 && $err =~ /cannot listen on unix:.*Address already in use/,
	'a socket in use is not taken away' or diag $err;
is try($w), 401, 'it goes on';
$chat->kill9;
ok -S $path, 'after a crash it lies about';
$chat->start;
is try(Wire->unix($path)), 401, 'and is made anew';
open my $file, '>', "$dir/precious" or die;
close $file;
($status, $out, $err) = $second->cli('serve', '--listen', "unix:$dir/precious", { seconds => 10 });
ok $status == 1 && -f "$dir/precious", 'a file that is no socket is left alone' or diag $err;
done_testing;
