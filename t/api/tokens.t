#!/usr/bin/perl
# Tokens of logins end: after their time, and when nobody uses them.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

use Time::HiRes qw(sleep time);

my $chat = chat(settings => { token_idle => '2s' });
my ($busy, $lazy) = map { $chat->login('admin', $Chat::ADMIN_PASS) } 1 .. 2;
my $script = ($chat->cli(qw(token create admin --note x)))[1] =~ s/\n//r;
sub works { return $_[0]->get('joinedRooms')->status }

# Until nobody can have missed the end, and never twice a second apart.
my $gap = 0;
for (my ($begin, $last) = (time) x 2; time < $begin + 3;) {
	$gap = time - $last if time - $last > $gap;
	$last = time;
	works($busy) == 200 or last;
	sleep 0.1;
}
SKIP: {
	skip 'the machine slept', 1 if $gap > 1.5;
	is works($busy), 200, 'a token that is used goes on';
}
is works($lazy), 401, 'one that nobody used ends';
is $chat->anyone->get('joinedRooms', {},
	headers => [Authorization => "Bearer $script"])->status, 200,
	'that of a script has its own end only';

my $again = $chat->login('admin', $Chat::ADMIN_PASS);
works($again);
$chat->done(qw(role create x)); # all that is known is dropped, and read anew
$chat->restart;
sleep 2.5;
is works($again), 401, 'uses outlive an orderly stop, and no longer';

$again = $chat->login('admin', $Chat::ADMIN_PASS);
$chat->kill9;
$chat->start;
sleep 2.5;
is works($again), 200, 'after a crash it has a minute more';
$chat->stop;
is -s $chat->dir . '/pocketchat.lock', 0, 'an orderly stop leaves an empty lock';

my $brief = chat(settings => { token_lifetime => '1s' });
my $one = $brief->login('admin', $Chat::ADMIN_PASS);
sleep 1.1;
is works($one), 401, 'a lifetime is a lifetime';
my $two = $brief->login('admin', $Chat::ADMIN_PASS);
isnt $two->token, $one->token, 'a new login makes a new token';
is works($one), 401, 'and does not renew the old one';
done_testing;
