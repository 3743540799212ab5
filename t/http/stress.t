#!/usr/bin/perl
# Many pipelined requests, read slowly or late, plain and by TLS, through
# narrow bounds: each gets its answer, in order, and nobody is forgotten.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

for my $o ([{}, 'as it is'], [{ max_turn => 2, max_turn_connection => 1 }, 'few requests a turn'],
	[{ max_queue => '4k', max_queue_total => '256k' }, 'short queues'],
	[{ max_turn => 7, max_turn_connection => 100, max_queue => '5k', max_queue_total => '1m',
		max_input_total => '1m' }, 'all of it']) {
	my ($settings, $name) = @$o;
	my $chat = chat(tls => 1, settings => $settings);
	my $admin = $chat->admin;
	my $room = $admin->room('room');
	my @clients;
	for my $i (0 .. 7) {
		my $count = 60 + $i;
		my $bytes = join '', map {
			my $n = $_;
			$n % 5 == 0 ? $admin->request_text('GET', 'rooms/room/messages') :
			$n % 5 == 1 ? $admin->request_text('POST', "rooms/$room/send", form => { msg => "c$i n$n" }) :
			$n % 5 == 2 ? $admin->request_text('HEAD', 'rooms/room/messages') :
			$n % 5 == 3 ? $admin->request_text('GET', 'publicRooms') :
			"GET /api/version HTTP/1.1\r\nHost: c$i.n$n\r\n\r\n" } 1 .. $count;
		my $w = $chat->socket(tls => $i % 2);
		push @clients, { wire => $w, count => $count, bytes => $bytes, nr => $i, seen => 0 };
	}
	$_->{wire}->send($_->{bytes}) for @clients;
	my @wrong;
	while (my @left = grep { $_->{seen} < $_->{count} } @clients) {
		for my $c (@left) {
			for (1 .. 1 + $c->{nr}) {
				last if $c->{seen} == $c->{count};
				my $n = ++$c->{seen};
				my $r = eval { $c->{wire}->reply($n % 5 == 2 ? 'HEAD' : 'GET') };
				my $fine = $r && $r->status == 200 && ($n % 5 == 0 ? $r->{messages} :
					$n % 5 == 1 ? $r->{message}{msg} eq "c$c->{nr} n$n" :
					$n % 5 == 2 ? $r->header('content-length') :
					$n % 5 == 3 ? $r->{rooms} : $r->{versions});
				next if $fine;
				push @wrong, "client $c->{nr}, answer $n: " . ($r // $@);
				$c->{seen} = $c->{count};
			}
		}
	}
	is_deeply \@wrong, [], "8 clients with 60 requests at once, $name";
}
done_testing;
