#!/usr/bin/perl
# GET /api/rooms/:id/online
use strict;
use warnings;
use Test::More;
use lib 't/lib';
use Chat;

my $chat = chat();
my ($ada, $bob) = map { $chat->user($_) } qw(ada bob);
$chat->admin->room('dev', members => [qw(ada bob)]);
$ada->get('joinedRooms');
my $r = $ada->get('rooms/dev/online');
is $r->status, 200, 'a user may ask';
is_deeply [sort @{ $r->{online} }], [qw(ada admin)],
	'those who have made a call are there';
$bob->get('joinedRooms');
is_deeply [sort @{ $ada->get('rooms/dev/online')->{online} }],
	[qw(ada admin bob)], 'and others as soon as they make one';
$bob->post('rooms/dev/leave', {});
is_deeply [sort @{ $ada->get('rooms/dev/online')->{online} }],
	[qw(ada admin)], 'only members count';
is $ada->get('rooms/nowhere/online')->status, 404, 'no such room';
is $chat->anyone->get('rooms/dev/online')->status, 401, 'it needs a login';
done_testing;
