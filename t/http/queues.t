#!/usr/bin/perl
# Replies that nobody reads: bounded for one connection and for all, and no
# trouble for others.
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;
use Proc qw(slurp);
use Time::HiRes qw(time);

my $sanitized = slurp($ENV{POCKETCHAT} || 'build/pocketchat') =~ /__asan_init/;
my $chat = chat(settings => { max_queue => '64k', max_queue_total => '1m' });
my $admin = $chat->admin;
my $room = $admin->room('long');
$admin->post("rooms/$room/send", { msg => 'x' x 5000 })->status == 200 or die for 1 .. 50;

sub memory {
	my ($kb) = slurp('/proc/' . $chat->pid . '/status') =~ /^VmRSS:\s+(\d+)/m;
	return $kb;
}

# Many rooms: a long reply is made in steps.
for my $part (0 .. 2) {
	my $r = $admin->post('bulk/createRoom', { rooms => [map {
		{ name => "room-$part-$_", members => ['admin', 'nobody'] } } 1 .. 300] });
	$r->status == 200 or die $r;
}
my $whole = $admin->get('publicRooms');
cmp_ok length $whole->raw, '>', 200_000, 'a long reply';
is scalar @{ $whole->{rooms} }, 902, 'is whole';

my $page = $admin->request_text('GET', "rooms/$room/messages");
my $list = $admin->request_text('GET', 'publicRooms');
my $copy = $admin->request_text('GET', "rooms/$room/messages", query => { count => 50 });
my $before = memory();
my @deaf = map { $chat->socket } 1 .. 60;
$deaf[$_]->send(($page, $list, $copy)[$_ % 3] x 100) for 0 .. $#deaf;
my $bad = 0;
for (my $until = time + 4; time < $until;) {
	$bad++ unless $admin->get('version')->status == 200;
}
is $bad, 0, 'others are served meanwhile';
my $grown = memory() - $before;
# 60 clients asked for 6,000 replies of 250 KB
SKIP: {
	skip 'a sanitizer keeps what is freed', 1 if $sanitized;
	cmp_ok $grown, '<', 16_384, 'memory stays bounded' or diag $grown;
}

$_->close for @deaf;

# Who reads gets everything, in order, however slowly the queue moves.
my $w = $chat->socket;
my $count = 20;
$w->send(join '', map { ($page, $list, $copy)[$_ % 3] . "GET /api/version HTTP/1.1\r\nHost: a\r\n\r\n" }
	1 .. $count);
my $fine = 0;
for my $i (1 .. $count) {
	my $r = $w->reply;
	$fine++ if $r->status == 200 && ($i % 3 == 1 ? @{ $r->{rooms} } == 902 : @{ $r->{messages} } == 50);
	select undef, undef, undef, 0.02 if $i % 5 == 0;
	$fine++ if $w->reply->{versions};
}
is $fine, 2 * $count, 'a reader of long and short replies gets each of them, in order';

# All queues together are too long for a second: who takes nothing goes.
$chat = chat(settings => { max_queue => '64k', max_queue_total => '64k' });
$admin = $chat->admin;
$room = $admin->room('long');
$admin->post("rooms/$room/send", { msg => 'x' x 5000 })->status == 200 or die for 1 .. 50;
my $deaf = $chat->socket;
$deaf->send($admin->request_text('GET', "rooms/$room/messages") x 100);
select undef, undef, undef, 3;
cmp_ok length $deaf->rest, '<', 5_000_000, 'who takes nothing while all queues are full is cut off';
is $admin->get("rooms/$room/messages")->status, 200, 'who takes it is served';
done_testing;
