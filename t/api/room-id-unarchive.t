#!/usr/bin/perl
# POST /api/room/:id/unarchive
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
my $room = $chat->admin->room('dev', members => [qw(ada bob)]);
my ($do, $t) = ('unarchive', 'room-unarchived');
$chat->done(qw(room archive dev)) if $do eq 'unarchive';

my $r = $ada->post("room/$room/$do", {});
is $r->status, 403, 'a member may not';
is $r->{message}, 'You do not have permission to do this', 'and is told so';
$chat->done(qw(role give bob owner --room dev));
is $bob->post("room/$room/$do", {})->status, 200, 'an owner of the room may';
my $m = $ada->get("rooms/$room/messages")->{messages};
is $m->[0]{t}, $t, 'the room is told';
is $m->[0]{u}{username}, 'bob', 'by whom';
is $bob->post("room/$room/$do", {})->status, 200, 'once more is fine';
is scalar @{ $ada->get("rooms/$room/messages")->{messages} }, scalar @$m,
	'and nothing happens';
is $ada->post("rooms/$room/send", { msg => 'x' })->status,
	$do eq 'archive' ? 403 : 200, 'it has its effect';
is $ada->post("room/nowhere/$do", {})->status, 404, 'no such room';
is $ada->get("room/$room/$do")->status, 405, 'it is a POST';
is $chat->anyone->post("room/$room/$do", {})->status, 401, 'it needs a login';
done_testing;
