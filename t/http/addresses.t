#!/usr/bin/perl
# Connections from one address and in all, and whose word about addresses
# counts.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Wire;

my $get = "GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n";

sub alive {
	my ($w, $bytes) = @_;
	$w->send($bytes // $get);
	my $r = $w->reply or return 'closed';
	return $r->status;
}

# From one address.
my $chat = chat(settings => { max_connections_per_address => 3 });
my @three = map { $chat->socket } 1 .. 3;
is alive($_), 200, 'a connection within the cap' for @three;
my $fourth = $chat->socket;
my $r = $fourth->reply;
is $r->status, 429, 'one more is told so';
ok $r->header('retry-after') && $r->{message}, 'in words, and when to try again';
is alive($chat->socket(local => '127.0.0.2')), 200, 'another address has room';
$three[0]->close;
ok alive($three[1]) && alive($chat->socket) == 200, 'one that leaves makes room';

# In all: the idle make room.
$chat = chat(settings => { max_connections => 4 });
my @idle = map { $chat->socket } 1 .. 4;
is alive($_), 200, 'an idle connection' for @idle;
my $new = $chat->socket;
is alive($new), 200, 'a fifth is served, too';
is $idle[0]->rest, '', 'in place of the one that was idle for longest';
is alive($idle[3]), 200, 'the others stay';

# Behind proxies: no cap for them, and their word is believed.
my $path = "/tmp/pocketchat-$$.sock";
END { unlink $path if $path }
$chat = chat(listen => ['http://127.0.0.1:0', "unix:$path"], settings => {
	max_connections_per_address => 2, login_throttle => 'on',
	trusted_proxies => 'unix, 127.0.0.0/8, 2001:db8:1::/48' });
my @many = map { $chat->socket } 1 .. 5;
is alive($many[4]), 200, 'the cap does not hold for a proxy';
my $unix = Wire->unix($path);
is alive($unix), 200, 'a Unix socket is served';

sub attempt {
	my ($w, @lists) = @_;
	my $body = 'user=admin&password=wrong';
	return alive($w, "POST /api/login HTTP/1.1\r\nHost: a\r\n" .
		join('', map { "X-Forwarded-For: $_\r\n" } @lists) .
		'Content-Length: ' . length($body) . "\r\n\r\n$body");
}

for my $w ($many[0], $unix) {
	my $net = $w == $unix ? '198.51.100' : '203.0.113';
	attempt($w, "$net.1") for 1 .. 5;
	is attempt($w, "$net.1"), 429, 'a client behind a proxy is slowed down';
	is attempt($w, "$net.2, $net.1"), 429, 'whatever it says itself';
	is attempt($w, "$net.2", "$net.1"), 429, 'in fields of its own, too';
	is attempt($w, "$net.2,  $net.1 , 127.0.0.9, 2001:db8:1::7"), 429, 'through several proxies';
	is attempt($w, "::ffff:$net.1"), 429, 'in the form of IPv6';
	is attempt($w, "$net.1, $net.2"), 401, 'another one is not';
}
attempt($many[0], "2001:db8:2:3::$_") for 1 .. 5;
is attempt($many[0], '2001:db8:2:3:ffff::1'), 429, 'IPv6 is counted by the /64';
is attempt($many[0], '2001:db8:2:4::1'), 401, 'not by more';

$chat = chat(settings => { login_throttle => 'on' });
my $w = $chat->socket;
attempt($w, "192.0.2.$_") for 1 .. 5;
is attempt($w, '192.0.2.77'), 429, "nobody else's word is believed";
done_testing;
