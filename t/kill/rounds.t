#!/usr/bin/perl
# kill -9 at random moments under load, again and again (ROUNDS=1000, or as
# many as there is time for: ROUNDS_SECONDS=600): nothing that was acknowledged
# is ever lost, doubled, altered or out of order.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Senders;
use Time::HiRes qw(sleep time);

use constant { ROUNDS => $ENV{ROUNDS} // 8, CLIENTS => 4,
	WHOLE => 20 }; # the file is checked whole so often, and at the end

alarm 60 + 10 * ROUNDS;
my $until = time + ($ENV{ROUNDS_SECONDS} // 10 * ROUNDS);
my $chat = chat();
$chat->admin;
$chat->{listen} = ['http://127.0.0.1:' . $chat->port];
my $senders = Senders->new($chat, clients => CLIENTS, restarts => 1);
my (@problems, @took);
my $round = 0;

sub check_file {
	my ($status, $out) = $chat->cli('check');
	push @problems, "round $round: $out" if $out =~ /^fail\b.*database/m;
}

while ($round++ < ROUNDS) {
	sleep 0.02 + rand 0.25;
	$chat->kill9;
	check_file() if $round % WHOLE == 0;
	my $began = time;
	$chat->start;
	$chat->anyone->get('version');
	push @took, time - $began;
	push @problems, map { "round $round: $_" } $senders->check;
	last if @problems || time > $until;
}
$senders->finish;
push @problems, $senders->check;
$chat->kill9;
check_file();
$chat->start;
is join("\n", @problems), '', 'nothing acknowledged was lost, doubled, ' .
	"altered or out of order in " . @took . ' rounds';
cmp_ok $senders->{checked}, '>', $#took, 'messages were acknowledged';
@took = sort { $a <=> $b } @took;
note sprintf '%d rounds, %d messages acknowledged; start to first answer: ' .
	'least %.0f ms, median %.0f ms, most %.0f ms', scalar @took,
	$senders->{checked}, map { 1000 * $_ } @took[0, $#took / 2, -1];
done_testing;
