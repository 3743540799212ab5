#!/usr/bin/perl
# POST /api/rooms/:id/leave
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $room = $chat->admin->room('dev', members => [qw(ada admin)]);

my $r = $ada->post("rooms/$room/leave", {});
is $r->status, 200, 'a member may leave';
my $m = $ada->get("rooms/$room/messages")->{messages};
is $m->[0]{t}, 'ul', 'and the room is told';
is $m->[0]{msg}, 'ada', 'who';
$r = $bob->post("rooms/$room/leave", {});
is $r->status, 200, 'leaving a channel one is not in succeeds';
is scalar @{ $bob->get("rooms/$room/messages")->{messages} }, scalar @$m,
	'without a word';
$r = $chat->admin->post("rooms/$room/leave", {});
is $r->status, 400, 'the only owner may not leave';
like $r->{message}, qr/\[error-you-are-last-owner\]/, 'and is told why';
$chat->done(qw(role give bob owner --room dev))
	if $bob->post("rooms/$room/join", {})->status == 200;
is $chat->admin->post("rooms/$room/leave", {})->status, 200,
	'with another owner it may';
is $ada->post('rooms/nowhere/leave', {})->status, 404, 'no such room';
$chat->done('room', 'add', 'cellar', '--private', '--owner', 'admin');
is $ada->post('rooms/cellar/leave', {})->status, 404, 'nor one not mine';
is $chat->anyone->post("rooms/$room/leave", {})->status, 401,
	'it needs a login';
done_testing;
