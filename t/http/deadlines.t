#!/usr/bin/perl
# Whoever is slow for too long is cut off; a request that waits for us is not.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Time::HiRes qw(sleep time);

my $chat = chat(tls => 1, settings => { head_timeout => 1, body_timeout => 1, body_rate => '1k',
	idle_timeout => 2, send_timeout => 1, handshake_timeout => 1, max_queue => '4k' });
my $begin = "POST /api/login HTTP/1.1\r\nHost: a\r\n";

# A byte now and then, up to the answer: it must not help.
sub drip {
	my ($w, @bytes) = @_;
	for (my $until = time + 20; time < $until && !$w->more(time + 0.1);) {
		last unless $w->send(@bytes ? shift @bytes : 'a');
	}
	return $w->reply;
}

my %slow;
$slow{$_} = $chat->socket for qw(head body chunks idle lines kept silent);
$slow{head}->send("${begin}X: ");
$slow{body}->send("${begin}Content-Length: 1000\r\n\r\n");
$slow{chunks}->send("${begin}Transfer-Encoding: chunked\r\n\r\n");
$slow{kept}->send("GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n");
is $slow{kept}->reply->status, 200, 'a request that is not slow';
my $r = drip($slow{head});
is $r && $r->status, 408, 'a head in drips';
is $r->header('connection'), 'close', 'ends the connection';
$r = drip($slow{body});
is $r && $r->status, 408, 'a body in drips';
$r = drip($slow{chunks}, ("1;a=b\r\n", "x\r\n") x 100);
is $r && $r->status, 408, 'chunks in drips';
is $slow{$_}->rest, '', "nobody answers the $_ one" for qw(silent kept idle);
is drip($slow{lines}, ("\r\n") x 200), undef, 'empty lines are no request: they keep nothing alive';

# Slow, but as fast as body_rate wants it.
my $w = $chat->socket;
$w->send("${begin}Content-Length: 12002\r\n\r\na=");
for (1 .. 15) {
	$w->send('b' x 800);
	sleep 0.15;
}
is $w->reply->status, 401, 'a body that comes at the rate may take longer';

# TLS: nothing said at all.
$w = Wire->new('127.0.0.1', $chat->tls_port);
is $w->rest, '', 'a handshake that does not begin';

# Answers that nobody reads; what waits for us has all the time it needs.
my $admin = $chat->admin;
my $room = $admin->room('long');
$admin->post("rooms/$room/send", { msg => 'x' x 5000 })->status == 200 or die for 1 .. 50;
$w = $chat->socket;
my $ask = $admin->request_text('GET', "rooms/$room/messages");
$w->send($ask x 400);
sleep 4;
my $got = length $w->rest;
cmp_ok $got, '<', 400 * 200_000, 'whoever reads nothing is cut off' or diag $got;
my $slow_reader = $chat->socket;
$slow_reader->send($ask x 12);
my @seen;
for (1 .. 12) {
	push @seen, $slow_reader->reply->status;
	sleep 0.3;
}
is "@seen", join(' ', (200) x 12), 'whoever reads slowly gets all, however long it takes';
done_testing;
