#!/usr/bin/perl
# Handshakes that are late, broken, none at all, or too many at once.
use strict;
use warnings;
use Socket;
use Test::More;
use lib 't/lib';
use Chat;
use Tls;
use Time::HiRes qw(time);

# What tlspipe says first: a hello of OpenSSL's own.
sub hello {
	my $listen = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die $!;
	open my $err, '>&', \*STDERR or die;
	open STDERR, '>', '/dev/null' or die; # it will complain
	my $pipe = Wire->new('127.0.0.1', $listen->sockport, tls => 1);
	open STDERR, '>&', $err or die;
	my $w = Wire->wrap(scalar $listen->accept, 'a client');
	my $length = unpack 'x3 n', $w->until(qr/^.{5}/s);
	$w->{in} = $w->take($length);
	return pack('Cnn', 22, 0x301, $length) . $w->{in};
}

my $chat = chat(tls => 1, settings => { handshake_timeout => '1s' });
my $hello = hello();
my $loyal = $chat->anyone(tls => 1);
is $loyal->get('version')->status, 200, 'somebody is here already';

sub stranger { Wire->new('127.0.0.1', $chat->tls_port) }

my $w = stranger();
ok $w->closed, 'who says nothing is sent away';
for my $most (1, 5, 11, length($hello) - 1) {
	$w = stranger();
	$w->send(substr $hello, 0, $most);
	ok $w->closed, "so is who says $most bytes";
}
$w = stranger();
$w->send($_), select undef, undef, undef, 0.001 for split //, $hello;
like $w->until(qr/^.{5}/s), qr/^\x16\x03\x03/, 'a hello may come byte by byte';
$w->rest;
pass 'and has to go on in time';
for my $garbage ("\0" x 100, "\xff" x 20_000, "\x16\x03\x01\x40\x01" . 'x' x 20_000,
	"\x16\x03\x01\0\0" x 100, "\x80\x2e\x01\x00\x02" . "\0" x 50, "\x15\x03\x03\0\x02\x02\x28",
	"\x17\x03\x03\0\x20" . 'x' x 32, substr($hello, 0, 60) . 'x' x 1000, $hello x 2) {
	$w = stranger();
	$w->send($garbage);
	unlike $w->rest, qr/HTTP/, 'garbage ends it: ' . unpack 'H16', $garbage;
}
for (1 .. 20) {
	$w = stranger();
	$w->send($hello);
	$w->reset;
}
is $loyal->get('version')->status, 200, 'the server lives, and remembers its friends';

$w = stranger();
$w->send("GET /api/version HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: x\r\n\r\n");
my $r = $w->reply;
is $r->status, 400, 'plain HTTP is answered in its own tongue';
is $r->{message}, 'this address is served by https://', 'by what to do';
ok $w->closed, 'and that is all';
$w = stranger();
$w->send('POST / HTTP/1.0' . "\r\n" x 2 . 'x' x 30_000);
like $w->rest, qr{^HTTP/1\.1 400 }, 'whatever it wants';
is $loyal->get('version')->status, 200, 'still here';

# New keys cost us more than they who ask for them.
sub keys_changed {
	my ($w) = Wire->new('127.0.0.1', $chat->tls_port, tls => $chat->cert, keys => shift);
	$w->send("GET /api/version HTTP/1.1\r\nHost: x\r\n\r\n");
	my $r = $w->reply;
	return $r ? $r->status : 0;
}
is keys_changed(20), 200, 'keys may be changed';
is keys_changed(500), 0, 'but not all the time';
is $loyal->get('version')->status, 200, 'and nobody waits for it';

# Two at a time, and somebody who holds both and says nothing.
$chat = chat(tls => 1, settings => { max_handshakes => 2, handshake_timeout => '60s' });
$loyal = $chat->anyone(tls => 1);
$loyal->get('version');
my @idle = map { stranger() } 1 .. 2;
my $began = time;
my @crowd = map { $chat->anyone(tls => 1)->begin('GET', 'version') } 1 .. 20;
select undef, undef, undef, 1.7; # idle for longer than who makes room may be
ok $loyal->{wire}->idle, 'who is in stays';
is $loyal->get('version')->status, 200, 'who is in is served while others wait';
# On a slow machine some are silent for too long themselves: they ask again.
sub comes_in {
	my ($s) = @_;
	for (1 .. 20) {
		return $s if eval { $s->end->status == 200 };
		$s = $chat->anyone(tls => 1)->begin('GET', 'version');
	}
	return;
}
@crowd = map { comes_in($_) } @crowd;
is scalar @crowd, 20, 'who waits comes in';
cmp_ok time - $began, '<', 50, 'before the silent are late';
ok $_->closed, 'who must make room' for @idle;
is +(grep { $_->get('version')->status == 200 } @crowd), 20, 'all stay';
@idle = map { stranger() } 1 .. 2;
is $chat->anyone->get('version')->status, 200, 'http:// has no handshakes to wait for';
done_testing;
