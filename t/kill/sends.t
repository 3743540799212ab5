#!/usr/bin/perl
# kill -9 in the middle of 10,000 sends by 8 clients: every message that was
# answered with 200 is there once, in order, after the restart.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Senders;
use Time::HiRes qw(sleep time);

use constant { CLIENTS => 8, EACH => $ENV{KILL_EACH} // 1250 };

my $chat = chat();
my $senders = Senders->new($chat, clients => CLIENTS, each => EACH);
my $enough = CLIENTS * EACH * (0.3 + rand 0.4);
for (my $until = time + 120; time < $until; sleep 0.01) {
	last if $senders->acknowledged >= $enough;
}
$chat->kill9;
$senders->finish;
my $answered = $senders->acknowledged;
cmp_ok $answered, '>=', $enough, 'it died in the middle of the sends';
cmp_ok $answered, '<', CLIENTS * EACH, 'and before their end';

$chat->start;
my @problems = $senders->check;
is join("\n", @problems), '',
	'what was answered is there, once, unaltered, in the order of sending';
is $senders->{checked}, $answered, 'all of it was looked for';
my $more = keys(%{ $senders->{seen} }) - $answered;
cmp_ok $more, '>=', 0, 'nothing answered is missing from the count';
cmp_ok $more, '<=', CLIENTS,
	'at most the one that each had under way is there besides';
my ($status, $out) = $chat->cli('check');
unlike $out, qr/^fail\b.*database/m, 'the database is whole';
done_testing;
