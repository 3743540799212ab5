#!/usr/bin/perl
# A request that comes in one piece with the end of its handshake, in a turn of
# the loop that others have used up, is not forgotten: the socket would not
# tell of it again.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat(tls => 1, settings => { max_turn => 1 });
my $get = "GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n";

# One TLS record.
sub record {
	my ($w) = @_;
	my $head = $w->until(qr/^.{5}/s) // die 'no record';
	return $head . ($w->until(qr/^.{@{[unpack 'x3 n', $head]}}/s) // die 'half a record');
}

# A client whose bytes pass through our hands: its side, and the server's.
sub between {
	my $listen = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
		or die $!;
	my $client = Wire->new('127.0.0.1', $listen->sockport, tls => $chat->cert);
	return ($client, Wire->wrap(scalar $listen->accept, 'a client'),
		Wire->new('127.0.0.1', $chat->tls_port));
}

# All that the client says until its request, the server's own hello passed on.
sub last_words {
	my ($near, $far) = @_;
	my ($words, $records) = ('', 0);
	$far->send(record($near));
	for (my $sealed = 0; $sealed < 4;) { # extensions, certificate, proof, end
		my $r = record($far);
		$sealed += ord($r) == 23;
		$near->send($r);
	}
	while ($records < 2) { # end, request
		my $r = record($near);
		$records += ord($r) == 23;
		$words .= $r;
	}
	return $words;
}

for my $round (1 .. 3) {
	my ($client, $near, $far) = between();
	my @others = map { $chat->socket } 1 .. 6;
	$client->send($get);
	my $words = last_words($near, $far);
	kill 'STOP', $chat->pid;
	$_->send($get) for @others[0 .. 2];
	$far->send($words);
	$_->send($get) for @others[3 .. 5];
	kill 'CONT', $chat->pid;
	is $_->reply->status, 200, 'the others are answered' for @others;
	my $answer = eval { record($far) . record($far) };
	ok $answer, 'and so is who came with all at once' or diag $@;
}
done_testing;
