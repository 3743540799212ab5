#!/usr/bin/perl
# A follower that is cut off at random, again and again, and resumes by the
# last id: each message exactly once, in order
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use POSIX qw(_exit);
use Proc qw(reap);

my ($messages, $cuts) = ($ENV{CUTS_MESSAGES} || 10000, $ENV{CUTS} || 100);
my $chat = chat();
my $ada = $chat->user('ada');
$chat->admin->room('ops', members => ['ada']);
$chat->admin->room('family', members => ['ada']);

# Somebody else posts them, some at a time.
sub poster {
	my (@rooms) = @_;
	my $pid = fork // die "fork: $!";
	return $pid if $pid;
	my $w = $chat->socket;
	my $fine = 1;
	for (my $n = 0; $n < $messages;) {
		my $some = '';
		my $last = $n + 1 + int rand 25;
		$last = $messages if $last > $messages;
		my $count = $last - $n;
		for (; $n < $last; $n++) {
			my $text = "number $n.";
			$some .= "POST /r/$rooms[$n % @rooms] HTTP/1.1\r\n" .
				"Host: x\r\nX-Auth-Token: " . $ada->token .
				"\r\nContent-Length: " . length($text) .
				"\r\n\r\n$text";
		}
		$w->send($some);
		for (1 .. $count) {
			$fine &&= $w->reply->status == 200;
		}
		select undef, undef, undef, 0.001;
	}
	_exit($fine ? 0 : 1);
}

sub follow {
	my ($path, $id) = @_;
	my $w = $chat->socket;
	my $place = defined $id ? "Last-Event-ID: $id\r\n" : '';
	$w->send("GET /r/$path HTTP/1.1\r\nHost: x\r\nX-Auth-Token: " .
		$ada->token . "\r\n$place\r\n");
	my $head = $w->until(qr/\r\n\r\n/);
	return $head && $head =~ m{^HTTP/1.1 200} ? $w : undef;
}

# One life of the follower: so many events at most, and where it was.
sub listen_for {
	my ($w, $most, $id, $got) = @_;
	while ($most-- > 0) {
		my $event = $w->until(qr/\n\n/) // last;
		$id = $1 if $event =~ /^id: (\S+)$/m;
		push @$got, $1 if $event =~ /"msg":"number (\d+)[.]"/;
		last if @$got && $got->[-1] == $messages - 1;
	}
	rand() < 0.5 ? $w->reset : $w->close;
	return $id;
}

for my $rooms (['ops'], ['ops', 'family']) {
	my $path = join(',', @$rooms) . '/sse?since=now';
	my ($id, @got, $lives);
	my $w = follow($path);
	my $pid = poster(@$rooms);
	my $each = $messages / $cuts;
	while ($w) {
		$lives++;
		$id = listen_for($w, 1 + int rand $each, $id, \@got);
		last if @got && $got[-1] == $messages - 1;
		$w = follow($path, $id);
	}
	is reap($pid, 60), 0, 'all were posted';
	cmp_ok $lives, '>=', $cuts, "the follower was cut, $lives times";
	my $wrong = grep { ($got[$_] // -1) != $_ } 0 .. $messages - 1;
	is_deeply [$wrong, scalar @got], [0, $messages],
		"each once, in order, in @$rooms";
}
done_testing;
